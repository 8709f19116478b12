"""People and organisations for machines: masked, unless a look with a purpose was written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.registry.people import actions
from gongfang.registry.people.api.answers import (
    People,
    ResidentOut,
    one_shown,
    router,
    shown,
    visible_body,
    visible_person,
)
from gongfang.registry.people.models import (
    HouseholdStatus,
    Resident,
)
from gongfang.registry.people.queries import (
    looks_at,
    makers_of,
    revealed,
    search,
    visible_households,
    visible_residents,
)
from gongfang.registry.people.rows import ResidentRow
from gongfang.registry.places.models import Division

MOST_FOUND = 100


class PersonIn(Schema):
    name: str
    id_number: str
    division: str
    phone: str = ""
    household: str = ""
    status: HouseholdStatus.Kind | Literal[""] = ""
    cannot_work_away: bool | None = None
    capacity: Resident.Capacity | Literal[""] = ""

    def row(self) -> ResidentRow:
        """Return the person as the actions take them."""
        said = self.dict(exclude={"status", "capacity"})
        return ResidentRow(**said, status=str(self.status), capacity=str(self.capacity))


class AddResident(Schema):
    place: str
    person: PersonIn


class AddResidents(Schema):
    place: str
    people: list[PersonIn]


class Ids(Schema):
    ids: list[int]


class AmendResident(Schema):
    name: str | None = None
    phone: str | None = None
    division: str | None = None
    household: int | None = None
    cannot_work_away: bool | None = None
    capacity: Resident.Capacity | None = None


class LookIn(Schema):
    purpose: str


class RevealedOut(Schema):
    name: str
    id_number: str
    phone: str
    bank: str
    card: str


class LookOut(Schema):
    viewer: str
    page: str
    purpose: str
    looked_at: datetime

    @staticmethod
    def resolve_viewer(look: Any) -> str:
        return str(look.viewer.name)


class EnrolUser(Schema):
    username: str = ""
    password: str = ""


@router.get("/residents", response=list[ResidentOut], operation_id="list_residents")
@paginate(People)
def list_residents(request: Visit, organisation: int | None = None) -> object:
    """List the residents the caller may see, masked."""
    found = visible_residents(request.member)
    if organisation is not None:
        found = found.filter(pk__in=makers_of(visible_body(request, organisation)).values("pk"))
    return found.order_by("pk")


class SearchIn(Schema):
    text: str


@router.post("/residents/search", response=list[ResidentOut], operation_id="search_residents")
def search_residents(request: Visit, body: SearchIn) -> object:
    """Search by name, initials, or a whole phone or ID number; by POST, so that no address holds one."""
    found = search(visible_residents(request.member), body.text).order_by("pk")
    return shown(request.member, list(found[:MOST_FOUND]))


@router.get("/residents/{int:resident_id}", response=ResidentOut, operation_id="get_resident")
def get_resident(request: Visit, resident_id: int) -> object:
    """Return one person, masked."""
    return one_shown(request, visible_person(request, resident_id))


@router.post("/residents", response=ResidentOut, operation_id="add_resident")
def add_resident(request: Visit, body: AddResident) -> object:
    """Write one person into the register."""
    place = get_object_or_404(Division, code=body.place)
    return one_shown(request, actions.add_resident(by_api(request), place, row=body.person.row()))


@router.post("/residents/many", response=Ids, operation_id="add_residents")
def add_residents(request: Visit, body: AddResidents) -> object:
    """Write many people into the register; who is there already stays as they are."""
    place = get_object_or_404(Division, code=body.place)
    rows = [person.row() for person in body.people]
    return {"ids": [one.pk for one in actions.add_residents(by_api(request), place, rows=rows)]}


@router.patch("/residents/{int:resident_id}", response=ResidentOut, operation_id="amend_resident")
def amend_resident(request: Visit, resident_id: int, body: AmendResident) -> object:
    """Change what is given of a person."""
    person = visible_person(request, resident_id)
    facts = body.dict(exclude_unset=True, exclude={"division", "household"})
    if body.division:
        facts["division"] = get_object_or_404(Division, code=body.division)
    if body.household:
        facts["household"] = get_object_or_404(visible_households(request.member), pk=body.household)
    return one_shown(request, actions.amend_resident(by_api(request), person, **facts))


@router.post("/residents/{int:resident_id}/look", response=RevealedOut, operation_id="look")
def look(request: Visit, resident_id: int, body: LookIn) -> object:
    """Unmask a person for a purpose, which the person can read."""
    person = visible_person(request, resident_id)
    line = actions.look(by_api(request), person, purpose=body.purpose, page="api")
    return revealed(request.member, line)


@router.get("/residents/{int:resident_id}/looks", response=list[LookOut], operation_id="list_looks")
@paginate
def list_looks(request: Visit, resident_id: int) -> object:
    """List who looked at the caller, or at a person whose books the caller audits."""
    member = request.member
    may_read = resident_id == member.resident_id or member.holds("auditor")
    person = get_object_or_404(
        visible_residents(member) if may_read else Resident.objects.none(), pk=resident_id
    )
    return looks_at(person)


@router.post("/residents/{int:resident_id}/login", response=ResidentOut, operation_id="enrol_user")
def enrol_user(request: Visit, resident_id: int, body: EnrolUser) -> object:
    """Give a resident a login."""
    person = visible_person(request, resident_id)
    return one_shown(request, actions.enrol_user(by_api(request), person, **body.dict()))
