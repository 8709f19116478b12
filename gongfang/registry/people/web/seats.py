"""What a page says about the places a workshop has to work at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.registry.people.actions.seats import WITH_SEATS
from gongfang.registry.people.models import Organisation, Seats
from gongfang.registry.people.queries import seats_of, seats_on
from gongfang.ui.formats import number
from gongfang.ui.tables import Column, Table


def sentence(told: Sequence[Seats], day: date) -> str:
    """Say how many places there are today."""
    now = seats_on(told, day)
    if now is None:
        return _("Nobody counts the places here: plans take it that everybody who comes finds one.")
    return _("%(seats)s people can work here at once, %(hours)s hours a day.") % {
        "seats": number(now.seats or 0), "hours": _hours(now.minutes_a_day),
    }  # fmt: skip


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")


def seats_told(found: Organisation, day: date) -> dict[str, object]:
    """Return what the workshop's page says about its places: today's, and the days before and after."""
    told = seats_of(found) if found.kind in WITH_SEATS else []
    return {"seats": sentence(told, day), "seats_table": _table(told) if told else None}


def _table(told: Sequence[Seats]) -> Table:
    return Table(
        caption=_("Places, day by day"),
        columns=(
            Column("since", _("Since"), "date"),
            Column("seats", _("Places")),
            Column("hours", _("Hours a day")),
        ),
        rows=[
            {
                "since": one.since,
                "seats": _("not counted") if one.seats is None else number(one.seats),
                "hours": _hours(one.minutes_a_day),
            }
            for one in told
        ],
        empty="",
    )
