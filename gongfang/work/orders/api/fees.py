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
from gongfang.work.orders.models import Invoice
from gongfang.work.orders.queries import fee_arrears

router = Router(tags=["orders"])


class InvoiceOut(Schema):
    """An invoice; amounts in 毫 (1/10,000 yuan)."""

    id: int
    order_id: int
    number: str
    amount_hao: int
    received_hao: int
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


def _bill(request: Visit, pk: int) -> Invoice:
    return get_object_or_404(access.visible_invoices(request.member), pk=pk)
