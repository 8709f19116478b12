"""Organisations, roles and terms for machines."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Field, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import Gone
from gongfang.core.models import User
from gongfang.registry.people import actions
from gongfang.registry.people.access import visible_relations
from gongfang.registry.people.api.answers import (
    ResidentOut,
    one_shown,
    router,
    visible_body,
    visible_person,
)
from gongfang.registry.people.api.residents import PersonIn
from gongfang.registry.people.models import (
    Cover,
    Organisation,
    Relation,
    Resident,
    Role,
)
from gongfang.registry.people.queries import (
    visible_organisations,
    visible_residents,
    visible_roles,
)
from gongfang.registry.places.models import Division


class OrganisationOut(Schema):
    id: int
    kind: str
    name: str
    credit_code: str | None
    division: str = Field(alias="division_id")
    category: str
    opened_on: date
    closed_on: date | None
    is_operator: bool
    phone: str


class AddOrganisation(Schema):
    place: str
    kind: Organisation.Kind
    name: str
    credit_code: str = ""
    category: Organisation.Category | Literal[""] = ""
    opened_on: date | None = None
    is_operator: bool = False
    phone: str = ""


class AmendOrganisation(Schema):
    name: str | None = None
    phone: str | None = None


class On(Schema):
    on: date | None = None


class RoleOut(Schema):
    id: int
    user: UUID = Field(alias="user_id")
    username: str
    role: str
    division: str | None = Field(alias="division_id")
    organisation: int | None = Field(alias="organisation_id")
    since: date
    until: date | None

    @staticmethod
    def resolve_username(role: Role) -> str:
        return role.user.username


class AddLogin(Schema):
    username: str
    name: str
    password: str = ""
    role: Role.Name


class NewPassword(Schema):
    password: str


class LoginOut(Schema):
    username: str


class GiveRole(Schema):
    username: str
    role: Role.Name
    since: date | None = None


class Join(Schema):
    residents: list[int]


class Joined(Schema):
    joined: int


class TermsOut(Schema):
    id: int
    resident: int = Field(alias="resident_id")
    organisation: int = Field(alias="organisation_id")
    kind: str
    since: date
    until: date | None
    document: str


class AgreeTerms(Schema):
    organisation: int
    kind: Relation.Kind = Relation.Kind.CONTRACT
    document: str = ""


class AgreeTermsMany(AgreeTerms):
    residents: list[int]


@router.get("/organisations", response=list[OrganisationOut], operation_id="list_organisations")
@paginate
def list_organisations(request: Visit, kind: str = "") -> object:
    """List the organisations the caller may see."""
    found = visible_organisations(request.member).order_by("pk")
    return found.filter(kind=kind) if kind else found


@router.post("/organisations", response=OrganisationOut, operation_id="add_organisation")
def add_organisation(request: Visit, body: AddOrganisation) -> object:
    """Write down an organisation."""
    place = get_object_or_404(Division, code=body.place)
    facts = body.dict(exclude={"place", "kind", "category"})
    return actions.add_organisation(
        by_api(request), place, kind=str(body.kind), category=str(body.category), **facts
    )


@router.get("/organisations/{int:organisation_id}", response=OrganisationOut, operation_id="get_organisation")
def get_organisation(request: Visit, organisation_id: int) -> object:
    """Return one organisation."""
    return visible_body(request, organisation_id)


@router.patch(
    "/organisations/{int:organisation_id}", response=OrganisationOut, operation_id="amend_organisation"
)
def amend_organisation(request: Visit, organisation_id: int, body: AmendOrganisation) -> object:
    """Change an organisation's name or phone."""
    found = visible_body(request, organisation_id)
    return actions.amend_organisation(by_api(request), found, **body.dict(exclude_unset=True))


@router.post(
    "/organisations/{int:organisation_id}/close", response=OrganisationOut, operation_id="close_organisation"
)
def close_organisation(request: Visit, organisation_id: int, body: On) -> object:
    """Close an organisation."""
    return actions.close_organisation(by_api(request), visible_body(request, organisation_id), on=body.on)


@router.post("/organisations/{int:organisation_id}/staff", response=RoleOut, operation_id="add_staff")
def add_staff(request: Visit, organisation_id: int, body: AddLogin) -> object:
    """Make a login for somebody at an organisation with a first role."""
    found = visible_body(request, organisation_id)
    return actions.add_staff(by_api(request), found, **_plain(body))


@router.post("/organisations/{int:organisation_id}/roles", response=RoleOut, operation_id="give_role")
def give_role(request: Visit, organisation_id: int, body: GiveRole) -> object:
    """Give somebody who has a login a role at an organisation."""
    found = visible_body(request, organisation_id)
    return actions.give_role(
        by_api(request), found, user=_user(body.username), role=str(body.role), since=body.since
    )


@router.post("/organisations/{int:organisation_id}/makers/new", response=ResidentOut, operation_id="take_on")
def take_on(request: Visit, organisation_id: int, body: PersonIn) -> object:
    """Write down who walks in, or find them, and make them a maker."""
    found = visible_body(request, organisation_id)
    return one_shown(request, actions.take_on(by_api(request), found, row=body.row()))


@router.post("/organisations/{int:organisation_id}/makers", response=Joined, operation_id="join_workshop")
def join_workshop(request: Visit, organisation_id: int, body: Join) -> object:
    """Make residents makers of a workshop or with an agent."""
    found = visible_body(request, organisation_id)
    joined = actions.join_workshop(by_api(request), found, residents=_people(request, body.residents))
    return {"joined": joined}


def _people(request: Visit, keys: list[int]) -> list[Resident]:
    found = visible_residents(request.member).in_bulk(keys)
    if len(found) != len(set(keys)):
        raise Gone
    return [found[key] for key in keys]


def _plain(body: AddLogin) -> dict[str, Any]:
    return body.dict(exclude={"role"}) | {"role": str(body.role)}


def _user(username: str) -> User:
    return get_object_or_404(User, username__iexact=username, is_active=True, is_system=False)


@router.post("/logins/{username}/password", response=LoginOut, operation_id="reset_password")
def reset_password(request: Visit, username: str, body: NewPassword) -> object:
    """Give a login a new password in place of a forgotten one; its sessions end."""
    return actions.reset_password(by_api(request), _user(username), password=body.password)


@router.post("/places/{code}/officers", response=RoleOut, operation_id="add_officer")
def add_officer(request: Visit, code: str, body: AddLogin) -> object:
    """Make a login for somebody at a centre with a first role over a place."""
    place = get_object_or_404(Division, code=code)
    return actions.add_officer(by_api(request), place, **_plain(body))


@router.post("/places/{code}/roles", response=RoleOut, operation_id="give_role_over")
def give_role_over(request: Visit, code: str, body: GiveRole) -> object:
    """Give somebody who has a login a role over a place."""
    place = get_object_or_404(Division, code=code)
    return actions.give_role(
        by_api(request), place, user=_user(body.username), role=str(body.role), since=body.since
    )


@router.get("/roles", response=list[RoleOut], operation_id="list_roles")
@paginate
def list_roles(request: Visit) -> object:
    """List the roles the caller may see."""
    return visible_roles(request.member).select_related("user").order_by("pk")


@router.post("/roles/{int:role_id}/end", response=RoleOut, operation_id="end_role")
def end_role(request: Visit, role_id: int) -> object:
    """End a role from today on."""
    role = get_object_or_404(visible_roles(request.member), pk=role_id)
    return actions.end_role(by_api(request), role)


@router.post("/residents/{int:resident_id}/terms", response=TermsOut, operation_id="agree_terms")
def agree_terms(request: Visit, resident_id: int, body: AgreeTerms) -> object:
    """Agree the terms with an operator, or get those that run."""
    person = visible_person(request, resident_id)
    operator = visible_body(request, body.organisation)
    return actions.agree_terms(
        by_api(request), person, organisation=operator, kind=str(body.kind), document=body.document
    )


@router.post("/terms/many", response=list[TermsOut], operation_id="agree_terms_many")
def agree_terms_many(request: Visit, body: AgreeTermsMany) -> object:
    """Agree the terms of many people with an operator."""
    operator = visible_body(request, body.organisation)
    people = _people(request, body.residents)
    return actions.agree_terms_many(
        by_api(request), people, organisation=operator, kind=str(body.kind), document=body.document
    )


@router.post("/terms/{int:terms_id}/end", response=TermsOut, operation_id="end_relation")
def end_relation(request: Visit, terms_id: int, body: On) -> object:
    """End the terms of a person with an operator."""
    terms = get_object_or_404(visible_relations(request.member), pk=terms_id)
    return actions.end_relation(by_api(request), terms, on=body.on)


class CoverOut(Schema):
    """An insurance the operator paid for one person at work."""

    id: int
    relation_id: int
    kind: str
    policy: str
    since: date
    until: date
    month_hao: int
    paid_hao: int
    paid_on: date


class InsureIn(Schema):
    """One policy for these people, for so many months."""

    terms_ids: list[int] = Field(min_length=1, max_length=5000)
    policy: str = Field(max_length=60)
    since: date
    months: int = Field(ge=1, le=36)
    month_hao: int = Field(ge=1, lt=2**53)
    kind: Cover.Kind = Cover.Kind.ACCIDENT


@router.get("/covers", response=list[CoverOut], operation_id="covers")
@paginate
def covers(request: Visit) -> object:
    """List the insurances of the people whose terms you may see."""
    return Cover.objects.filter(relation__in=visible_relations(request.member)).order_by("-pk")


@router.post("/covers", response=list[CoverOut], operation_id="insure")
def insure(request: Visit, body: InsureIn) -> object:
    """Write down an insurance the operator has paid for people at work."""
    wanted = set(body.terms_ids)
    found = list(visible_relations(request.member).filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise Gone
    facts = body.dict(exclude={"terms_ids", "kind"})
    return actions.insure(by_api(request), found, kind=str(body.kind), **facts)
