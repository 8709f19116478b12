"""Invoices and payments of enterprises for machines."""

from __future__ import annotations

from datetime import date

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api
from gongfang.work.orders import access, actions
from gongfang.work.orders.api.agreements import Reason
from gongfang.work.orders.models import CreditNote, Invoice
from gongfang.work.orders.queries import ageing, fee_arrears
from gongfang.work.orders.reminding import levels_on

router = Router(tags=["orders"])


class InvoiceOut(Schema):
    """An invoice; amounts in 毫 (1/10,000 yuan)."""

    id: int
    order_id: int
    number: str
    amount_hao: int
    received_hao: int
    credited_hao: int
    invoiced_on: date
    due: date
    stage: str
    status: str


class InvoiceIn(Schema):
    """Without an amount, all that was delivered and not yet invoiced."""

    number: str
    due: date
    amount_hao: int | None = None


class PaymentOut(Schema):
    id: int
    invoice_id: int
    amount_hao: int
    received_on: date
    document: str


class ReceiveFee(Schema):
    amount_hao: int
    received_on: date
    document: str


class AgeingOut(Schema):
    """What an enterprise owes by age: not due, 1–30, 31–60, 61–90 and more days late, in 毫."""

    enterprise: str
    by_age: list[int]
    owed_hao: int


class CreditOut(Schema):
    """A credit note; of its amount, `refund_hao` was paid before and is paid back."""

    id: int
    invoice_id: int
    number: str
    amount_hao: int
    refund_hao: int
    reason: str
    credited_on: date
    refunded_on: date | None


class RefundIn(Schema):
    document: str
    refunded_on: date | None = None


class ReminderOut(Schema):
    id: int
    number: str
    invoice_id: int
    level: int
    text: str
    sent_on: date


class RemindIn(Schema):
    """Other words than those of the level, if any."""

    text: str = ""


class LevelIn(Schema):
    days: int
    text: str


class LevelsIn(Schema):
    """After how many days an enterprise is reminded, and in which words."""

    levels: list[LevelIn]
    document: str


class LevelOut(Schema):
    no: int
    days: int
    text: str


@router.post("/{int:order_id}/invoices", response=InvoiceOut, operation_id="invoice")
def invoice(request: Visit, order_id: int, body: InvoiceIn) -> object:
    """Invoice the fee of delivered pieces."""
    order = get_object_or_404(access.visible_orders(request.member), pk=order_id)
    return actions.invoice(by_api(request), order, **body.dict())


@router.get("/invoices", response=list[InvoiceOut], operation_id="list_invoices")
@paginate
def list_invoices(request: Visit) -> object:
    """List invoices."""
    return access.visible_invoices(request.member).order_by("pk")


@router.get("/arrears", response=list[InvoiceOut], operation_id="list_arrears")
@paginate
def list_arrears(request: Visit) -> object:
    """List invoices whose day of payment has passed, the oldest first."""
    return fee_arrears(clock.today()).filter(pk__in=access.visible_invoices(request.member))


@router.post("/invoices/{int:invoice_id}/payments", response=PaymentOut, operation_id="receive_fee")
def receive_fee(request: Visit, invoice_id: int, body: ReceiveFee) -> object:
    """Record money of the enterprise; another person than the one who invoiced does it."""
    return actions.receive_fee(by_api(request), _bill(request, invoice_id), **body.dict())


@router.post("/invoices/{int:invoice_id}/cancel", response=InvoiceOut, operation_id="cancel_invoice")
def cancel_invoice(request: Visit, invoice_id: int, body: Reason) -> object:
    """Cancel an invoice nothing was paid on."""
    actions.cancel_invoice(by_api(request), _bill(request, invoice_id), reason=body.reason)
    return _bill(request, invoice_id)


@router.get("/ageing", response=list[AgeingOut], operation_id="ageing")
def list_ageing(request: Visit) -> object:
    """List what each enterprise owes, by how long it is late."""
    return ageing(access.visible_invoices(request.member), clock.today())


@router.get("/credits", response=list[CreditOut], operation_id="list_credits")
@paginate
def list_credits(request: Visit) -> object:
    """List credit notes."""
    return CreditNote.objects.filter(invoice__in=access.visible_invoices(request.member)).order_by("pk")


@router.post("/credits/{int:credit_id}/refund", response=CreditOut, operation_id="refund_fee")
def refund_fee(request: Visit, credit_id: int, body: RefundIn) -> object:
    """Record that a credited fee was paid back; another person than who wrote the credit note does it."""
    rows = CreditNote.objects.filter(invoice__in=access.visible_invoices(request.member))
    return actions.refund_fee(by_api(request), get_object_or_404(rows, pk=credit_id), **body.dict())


@router.post("/invoices/{int:invoice_id}/reminders", response=ReminderOut, operation_id="remind")
def remind(request: Visit, invoice_id: int, body: RemindIn) -> object:
    """Write down that the enterprise was reminded, at the next level."""
    return actions.remind(by_api(request), _bill(request, invoice_id), text=body.text)


@router.put("/reminders", response=list[LevelOut], operation_id="set_reminders")
def set_reminders(request: Visit, body: LevelsIn) -> object:
    """Say from today on after how many days, and in which words, enterprises are reminded."""
    levels = [actions.Level(no, row.days, row.text) for no, row in enumerate(body.levels, start=1)]
    actions.set_reminders(by_api(request), None, levels=levels, document=body.document)
    return levels_on(clock.today())


def _bill(request: Visit, pk: int) -> Invoice:
    return get_object_or_404(access.visible_invoices(request.member), pk=pk)
