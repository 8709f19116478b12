"""What an operator files and how its orders stand, and what agents and workshops paid in a year, for machines."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api
from gongfang.pay import access, actions
from gongfang.pay.api.payouts import WhyIn, router
from gongfang.pay.models import MarginAdvance
from gongfang.pay.order_books import order_books
from gongfang.pay.summing import fees_of_year
from gongfang.pay.withheld import Filing, filing
from gongfang.registry.people.access import visible_organisations
from gongfang.registry.people.models import Organisation
from gongfang.work.orders.models import Order


class MarginAdvanceOut(Schema):
    """An advance an operator gives an agent or workshop, set off against its margin."""

    id: int
    operator_id: int
    organisation_id: int
    amount_hao: int
    set_off_hao: int
    reason: str
    asked_on: date
    approved_on: date | None
    refusal: str
    stage: str


class MarginAdvanceIn(Schema):
    operator_id: int
    amount_hao: int = Field(ge=0, lt=2**53)
    reason: str = Field(max_length=200)


class SetOffIn(Schema):
    amount_hao: int = Field(ge=0, lt=2**53)


class WithheldOut(Schema):
    """One person's income from this payer in the month, and the tax withheld of it."""

    relation_id: int
    kind: str
    gross_hao: int
    tax_hao: int


class FilingOut(Schema):
    """What an operator files for a month, and by which day; `due` is empty where no rule says so."""

    operator_id: int
    month: date
    due: date | None
    gross_hao: int
    tax_hao: int
    rows: list[WithheldOut]


class WithheldFullOut(WithheldOut):
    """The same with name and number in full."""

    name: str
    id_number: str


class FilingFullOut(FilingOut):
    """The same list in full, once: for the tax office."""

    rows: list[WithheldFullOut]  # type: ignore[assignment]


class MonthIn(Schema):
    """Any day of the month."""

    month: date


class OrderBookOut(Schema):
    """One order in an operator's books; what is left is the operator's when everybody has paid."""

    order_id: int
    order: str
    fee_hao: int
    billed_material_hao: int
    received_hao: int
    open_hao: int
    unbilled_hao: int
    wages_hao: int
    margin_hao: int
    material_hao: int
    freight_hao: int
    left_hao: int


class YearFeesOut(Schema):
    """What an agent's or workshop's makers were paid for pieces in a year, by hand and by machine, and its margin."""

    organisation_id: int
    organisation: str
    kind: str
    hand_hao: int
    machine_hao: int
    makers: int
    margin_hao: int
    reward_hao: int


def _operator(request: Visit, pk: int) -> Organisation:
    return get_object_or_404(access.operators(request.member), pk=pk)


@router.get("/operators/{int:operator_id}/tax", response=FilingOut, operation_id="read_tax_list")
def read_tax_list(request: Visit, operator_id: int, month: date | None = None) -> dict[str, Any]:
    """Return what an operator withheld of each person in the month of a day, nobody named."""
    operator = _operator(request, operator_id)
    found = filing(operator, month or clock.today())
    return _told(operator, found, in_full=False)


@router.post("/operators/{int:operator_id}/tax", response=FilingFullOut, operation_id="take_out_tax_list")
def take_out_tax_list(request: Visit, operator_id: int, body: MonthIn) -> dict[str, Any]:
    """Take the list of a month out in full, to file it; each look is written down where the person reads it."""
    operator = actions.take_out_tax_list(by_api(request), _operator(request, operator_id), month=body.month)
    return _told(operator, filing(operator, body.month), in_full=True)


def _told(operator: Organisation, found: Filing, *, in_full: bool) -> dict[str, Any]:
    rows = []
    for row in found.rows:
        person = row.relation.resident
        named = {"name": person.name.reveal(), "id_number": person.id_number.reveal()} if in_full else {}
        rows.append(
            {"relation_id": row.relation.pk, "kind": row.relation.kind, "gross_hao": row.gross_hao}
            | {"tax_hao": row.tax_hao, **named}
        )
    sums = {"gross_hao": found.gross_hao, "tax_hao": found.tax_hao}
    return {"operator_id": operator.pk, "month": found.month, "due": found.due, "rows": rows, **sums}


@router.get(
    "/operators/{int:operator_id}/orders", response=list[OrderBookOut], operation_id="list_order_books"
)
@paginate
def list_order_books(request: Visit, operator_id: int) -> list[dict[str, Any]]:
    """List an operator's orders with what each brought, what it cost and what is open, the newest first."""
    placed = Order.objects.filter(operator=_operator(request, operator_id)).exclude(stage=Order.Stage.DRAFT)
    books = order_books(list(placed.order_by("-ordered_on", "-pk")))
    return [
        {**vars(row), "order_id": row.order.pk, "order": row.order.number, "left_hao": row.left_hao}
        for row in books
    ]


@router.get("/fees", response=list[YearFeesOut], operation_id="list_fees_of_year")
@paginate
def list_fees_of_year(request: Visit, year: int | None = None) -> list[dict[str, Any]]:
    """List the processing fees agents and workshops paid in a year, who paid most first."""
    asked = year if year and 2000 <= year <= 2200 else clock.today().year
    rows = fees_of_year(access.earners(request.member), asked)
    return [
        {
            **vars(row), "organisation_id": row.organisation.pk, "organisation": row.organisation.name,
            "kind": row.organisation.kind,
        }
        for row in rows
    ]  # fmt: skip


# --- advances on margin -------------------------------------------------------------------------------------------


def _advance(request: Visit, pk: int) -> MarginAdvance:
    return get_object_or_404(access.visible_margin_advances(request.member), pk=pk)


@router.get("/margin-advances", response=list[MarginAdvanceOut], operation_id="margin_advances")
@paginate
def margin_advances(request: Visit) -> QuerySet[MarginAdvance]:
    """List the advances on margin you may see, the newest first."""
    return access.visible_margin_advances(request.member).order_by("-pk")


@router.post(
    "/organisations/{int:organisation_id}/margin-advances",
    response=MarginAdvanceOut,
    operation_id="ask_margin_advance",
)
def ask_margin_advance(request: Visit, organisation_id: int, body: MarginAdvanceIn) -> MarginAdvance:
    """Ask an operator for margin before it is earned."""
    organisation = get_object_or_404(visible_organisations(request.member), pk=organisation_id)
    operator = get_object_or_404(Organisation, pk=body.operator_id, is_operator=True)
    return actions.ask_margin_advance(
        by_api(request), organisation, operator=operator, amount_hao=body.amount_hao, reason=body.reason
    )


@router.post(
    "/margin-advances/{int:advance_id}/approve",
    response=MarginAdvanceOut,
    operation_id="approve_margin_advance",
)
def approve_margin_advance(request: Visit, advance_id: int) -> MarginAdvance:
    """Give an advance another person asked for."""
    return actions.approve_margin_advance(by_api(request), _advance(request, advance_id))


@router.post(
    "/margin-advances/{int:advance_id}/refuse",
    response=MarginAdvanceOut,
    operation_id="refuse_margin_advance",
)
def refuse_margin_advance(request: Visit, advance_id: int, body: WhyIn) -> MarginAdvance:
    """Give no advance, or take the question back."""
    return actions.refuse_margin_advance(by_api(request), _advance(request, advance_id), why=body.why)


@router.post(
    "/margin-advances/{int:advance_id}/set-off", response=MarginAdvanceOut, operation_id="set_off_margin"
)
def set_off_margin(request: Visit, advance_id: int, body: SetOffIn) -> MarginAdvance:
    """Set margin that was earned off against an advance."""
    return actions.set_off_margin(by_api(request), _advance(request, advance_id), amount_hao=body.amount_hao)
