"""The county's figures for machines; doubtful items have a file of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.database import scope
from gongfang.oversight.access import may_see_figures
from gongfang.oversight.doubts.api import router as doubts
from gongfang.oversight.figures import figures
from gongfang.oversight.weekly import OrderWeek, PlaceWeek, weekly

router = Router(tags=["oversight"])
router.add_router("", doubts)


class FigureOut(Schema):
    """A published figure, what the registers give, whether it holds, and the page that lists what was counted."""

    id: str
    published: int
    derived: int | float | None
    holds: bool | None
    rows: str | None


@router.get("/figures", response=list[FigureOut], operation_id="list_figures")
def list_figures(request: HttpRequest) -> list[dict[str, Any]]:
    """List every published figure beside what the registers say."""
    if not may_see_figures(cast("Visit", request).member):
        raise NotAllowed
    return figures(scope.current())


class PlaceWeekOut(Schema):
    """One workshop's or agent's part in one order line, in a week; `late` and `unpaid_hao` as they stand now."""

    organisation: str
    order: str
    line_id: int
    issued: int
    handed_in: int
    accepted: int
    late: int
    earned_hao: int
    margin_hao: int
    paid_hao: int
    unpaid_hao: int


class OrderWeekOut(Schema):
    """One order in a week; material by its name in the smallest unit, `missing` and `owed_hao` as they stand now."""

    order: str
    brought: dict[str, int]
    sent_back: dict[str, int]
    delivered: int
    returned: int
    missing: int
    invoiced_hao: int
    received_hao: int
    owed_hao: int


class MoneyWeekOut(Schema):
    """What the ledger booked in a week for everybody, and what is owed now."""

    earned_hao: int
    beside_hao: int
    margin_hao: int
    paid_hao: int
    margin_paid_hao: int
    tax_hao: int
    owed_hao: int
    margin_owed_hao: int
    fee_owed_hao: int
    fee_late_hao: int


class WeekOut(Schema):
    """The weekly sheet of the centre, Monday to Sunday."""

    since: date
    until: date
    places: list[PlaceWeekOut]
    orders: list[OrderWeekOut]
    money: MoneyWeekOut


@router.get("/week", response=WeekOut, operation_id="read_week")
def read_week(request: HttpRequest, day: date | None = None) -> dict[str, Any]:
    """Return the weekly sheet of the week a day lies in, by default today's."""
    member = cast("Visit", request).member
    if not may_see_figures(member):
        raise NotAllowed
    today = clock.today()
    found = weekly(member, day or today, today)
    return {
        "since": found.since,
        "until": found.until,
        "places": [_place(row) for row in found.places],
        "orders": [_order(row) for row in found.orders],
        "money": asdict(found.money),
    }


def _place(row: PlaceWeek) -> Mapping[str, Any]:
    line = row.line
    assert line is not None  # every row is named before it is shown
    return {**vars(row), "order": line.order.number, "line_id": line.pk}


def _order(row: OrderWeek) -> Mapping[str, Any]:
    assert row.order is not None  # every row is named before it is shown
    named = {
        name: {str(row.materials[key]): n for key, n in kept.items()}
        for name, kept in (("brought", row.brought), ("sent_back", row.sent_back))
    }
    return {**vars(row), **named, "order": row.order.number}
