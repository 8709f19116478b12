"""What all answers about people share: who calls, and each person shown written down as seen."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import LimitOffsetPagination

from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.registry.people import actions
from gongfang.registry.people.models import Organisation, Resident
from gongfang.registry.people.queries import names, visible_organisations, visible_residents

router = Router(tags=["people"])


class People(LimitOffsetPagination):
    """Pages of people: each person shown is written down as seen, under the name this member may read."""

    def paginate_queryset(self, queryset: Any, pagination: Any, request: Any, **params: Any) -> Any:
        answer = super().paginate_queryset(queryset, pagination, request=request, **params)
        answer["items"] = shown(request.member, list(answer["items"]))
        return answer


def shown(member: Member, people: list[Resident]) -> list[Resident]:
    """Write the people down as seen and put beside each the name this member may read."""
    actions.seen(member, people, page="api")
    called = names(member, people)
    for person in people:
        person.called = called[person.pk]  # type: ignore[attr-defined]
    return people


def one_shown(request: Visit, person: Resident) -> Resident:
    """Return one person as this member may see them."""
    return shown(request.member, [person])[0]


def visible_person(request: Visit, resident_id: int) -> Resident:
    """Return a resident the caller may see."""
    return get_object_or_404(visible_residents(request.member), pk=resident_id)


def visible_body(request: Visit, organisation_id: int) -> Organisation:
    """Return an organisation the caller may see."""
    return get_object_or_404(visible_organisations(request.member), pk=organisation_id)


class ResidentOut(Schema):
    id: int
    name: str = Field(alias="called")
    id_number: str
    phone: str | None
    sex: str
    born_on: date
    division: str = Field(alias="division_id")
    household: int | None = Field(alias="household_id")
    cannot_work_away: bool
    capacity: str
    has_login: bool

    @staticmethod
    def resolve_id_number(person: Resident) -> str:
        return str(person.id_number)

    @staticmethod
    def resolve_phone(person: Resident) -> str | None:
        return str(person.phone) if person.phone else None

    @staticmethod
    def resolve_has_login(person: Resident) -> bool:
        return person.user_id is not None
