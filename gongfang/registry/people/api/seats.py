"""Places to work at in a workshop, for machines."""

from __future__ import annotations

from datetime import date

from ninja import Field, Schema

from gongfang.core.doors import Visit, by_api
from gongfang.registry.people import actions
from gongfang.registry.people.actions.seats import A_DAY, MOST_SEATS
from gongfang.registry.people.api.answers import router, visible_body
from gongfang.registry.people.queries import seats_of


class SeatsIn(Schema):
    """Null places: nobody counts them. Without a day it is from today on."""

    seats: int | None = Field(ge=0, le=MOST_SEATS)
    minutes_a_day: int = Field(default=8 * 60, ge=1, le=A_DAY)
    since: date | None = None


class SeatsOut(Schema):
    organisation: int = Field(alias="organisation_id")
    since: date
    seats: int | None
    minutes_a_day: int


@router.get("/organisations/{int:organisation_id}/seats", response=list[SeatsOut], operation_id="list_seats")
def list_seats(request: Visit, organisation_id: int) -> object:
    """List what was written down about a workshop's places, the newest day first."""
    return seats_of(visible_body(request, organisation_id))


@router.put("/organisations/{int:organisation_id}/seats", response=SeatsOut, operation_id="set_seats")
def set_seats(request: Visit, organisation_id: int, body: SeatsIn) -> object:
    """Write down how many people a workshop has places for at once, from a day on."""
    return actions.set_seats(by_api(request), visible_body(request, organisation_id), **body.dict())
