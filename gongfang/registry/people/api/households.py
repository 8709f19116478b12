"""Rosters and households for machines."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, File, Form, Schema
from ninja.files import UploadedFile
from ninja.pagination import paginate

from gongfang.core.described import file_of
from gongfang.core.doors import Visit, by_api
from gongfang.registry.people import actions
from gongfang.registry.people.api.answers import (
    router,
)
from gongfang.registry.people.models import (
    Household,
    HouseholdStatus,
    RosterImport,
)
from gongfang.registry.people.queries import (
    is_under_way,
    returned_copy,
    returned_name,
    visible_households,
    visible_imports,
)
from gongfang.registry.places.models import Division
from gongfang.ui.doors import SHEET, send_sheet

# --- rosters and households --------------------------------------------------------------------


class RosterOut(Schema):
    id: int
    file_name: str
    outcome: str
    rows: int
    added: int
    amended: int
    unchanged: int
    problems: int
    job: int | None = Field(None, alias="job_id")
    under_way: bool = False
    sentence: str = ""

    @staticmethod
    def resolve_under_way(brought: RosterImport) -> bool:
        return is_under_way(brought)

    @staticmethod
    def resolve_sentence(brought: RosterImport) -> str:
        return brought.job.sentence if brought.job else ""


class ImportRoster(Schema):
    place: str
    known_people: Literal["keep", "amend"] = "keep"


class HouseholdOut(Schema):
    id: int
    code: str
    division: str = Field(alias="division_id")


class AddHousehold(Schema):
    place: str
    code: str


class StatusOut(Schema):
    id: int
    household: int = Field(alias="household_id")
    kind: str
    since: date
    until: date | None


class AddStatus(Schema):
    kind: HouseholdStatus.Kind
    since: date
    until: date | None = None


class EndOn(Schema):
    on: date | None = None


@router.post("/rosters", response=RosterOut, operation_id="import_roster")
def import_roster(request: Visit, body: Form[ImportRoster], file: File[UploadedFile]) -> object:
    """Take in a roster in whole, or keep a copy with its problems to be taken back.

    More than 5,000 rows are worked through by the queue: the outcome is `waiting` then; ask for the roster again.
    """
    place = get_object_or_404(Division, code=body.place)
    return actions.import_roster(
        by_api(request),
        place,
        content=file.read(),
        file_name=file.name or "",
        known_people=body.known_people,
    )


@router.get("/rosters", response=list[RosterOut], operation_id="list_rosters")
@paginate
def list_rosters(request: Visit) -> object:
    """List the rosters the caller brought."""
    return visible_imports(request.member)


def _roster(request: Visit, roster_id: int) -> RosterImport:
    return get_object_or_404(visible_imports(request.member), pk=roster_id)


@router.get("/rosters/{int:roster_id}", response=RosterOut, operation_id="roster")
def roster(request: Visit, roster_id: int) -> object:
    """Return what came of a roster, or whether it is still being worked through."""
    return _roster(request, roster_id)


@router.post("/rosters/{int:roster_id}/stop", response=RosterOut, operation_id="stop_roster")
def stop_roster(request: Visit, roster_id: int) -> object:
    """Stop a roster that was not taken in yet and delete its file."""
    return actions.stop_roster(by_api(request), _roster(request, roster_id))


@router.post("/rosters/{int:roster_id}/retry", response=RosterOut, operation_id="retry_roster")
def retry_roster(request: Visit, roster_id: int) -> object:
    """Have a roster worked through once more after a fault."""
    return actions.retry_roster(by_api(request), _roster(request, roster_id))


@router.get("/rosters/{int:roster_id}/returned", operation_id="returned_roster", openapi_extra=file_of(SHEET))
def returned_roster(request: Visit, roster_id: int) -> HttpResponse:
    """Return the copy of a refused roster with its column of problems."""
    brought = _roster(request, roster_id)
    return send_sheet(returned_copy(brought), returned_name(brought))


@router.get("/households", response=list[HouseholdOut], operation_id="list_households")
@paginate
def list_households(request: Visit) -> object:
    """List the households the caller watches over."""
    return visible_households(request.member).order_by("pk")


@router.post("/households", response=HouseholdOut, operation_id="add_household")
def add_household(request: Visit, body: AddHousehold) -> object:
    """Write down a household."""
    place = get_object_or_404(Division, code=body.place)
    return actions.add_household(by_api(request), place, code=body.code)


def _household(request: Visit, household_id: int) -> Household:
    return get_object_or_404(visible_households(request.member), pk=household_id)


@router.get("/households/{int:household_id}/statuses", response=list[StatusOut], operation_id="list_statuses")
@paginate
def list_statuses(request: Visit, household_id: int) -> object:
    """List what a household is and was entitled as."""
    return _household(request, household_id).statuses.order_by("pk")


@router.post("/households/{int:household_id}/statuses", response=StatusOut, operation_id="add_status")
def add_status(request: Visit, household_id: int, body: AddStatus) -> object:
    """Write down what a household is entitled as."""
    return actions.add_status(by_api(request), _household(request, household_id), **body.dict())


@router.post("/statuses/{int:status_id}/end", response=StatusOut, operation_id="end_status")
def end_status(request: Visit, status_id: int, body: EndOn) -> object:
    """End a status."""
    seen = visible_households(request.member)
    status = get_object_or_404(HouseholdStatus, pk=status_id, household__in=seen)
    return actions.end_status(by_api(request), status, until=body.on)
