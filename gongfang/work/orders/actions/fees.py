"""Verbs on fees: the operator invoices delivered pieces, the enterprise pays."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.models import ref
from gongfang.core.states import move
from gongfang.ledger import postings
from gongfang.ledger.models import Transfer
from gongfang.ledger.posting import reverse
from gongfang.ui.formats import yuan
from gongfang.work.orders import access
from gongfang.work.orders.models import FeePayment, Invoice, Order
from gongfang.work.orders.queries import to_invoice
from gongfang.work.orders.states import INVOICE


@action(access.may_run_order, money=True)
def invoice(act: Act, order: Order, *, number: str, due: date, amount_hao: int | None = None) -> Invoice:
    """Invoice the fee of delivered pieces: all that no invoice asks for yet, or part of it."""
    open_hao = to_invoice(order)
    amount = open_hao if amount_hao is None else amount_hao
    if amount < 1 or amount > open_hao:
        raise Refused(
            _("%(amount)s are delivered and not yet invoiced. Deliver first, or enter less.")
            % {"amount": yuan(open_hao)},
            code="not_delivered",
            field="amount_hao",
        )
    if Invoice.objects.filter(number=number).exists():
        raise Refused(
            _("There is an invoice with this number. Look it up or correct the number."), field="number"
        )
    made = Invoice.objects.create(
        order=order,
        number=number,
        amount_hao=amount,
        invoiced_on=act.booked_on,
        due=due,
        issued_by=act.by.user,
    )
    postings.invoice(
        act, order_id=order.pk, enterprise_id=order.enterprise_id, amount=amount, cause=ref(made)
    )
    return made


@action(access.may_run_invoice, money=True)
def cancel_invoice(act: Act, bill: Invoice, *, reason: str) -> Invoice:
    """Cancel an invoice nothing was paid on; the pieces can be invoiced again."""
    if not reason.strip():
        raise Refused(_("Say why, so that the other side knows what to do."), field="reason")
    if bill.received_hao:
        raise Refused(_("Money has arrived for this invoice, so it stays."), code="paid")
    act.note(reason=reason)
    move(bill, INVOICE, "cancel_invoice")
    reverse(act, Transfer.objects.filter(cause=ref(bill)).values_list("pk", flat=True), ref(bill))
    return bill


@action(access.may_run_invoice, second=lambda bill: [bill.issued_by_id], money=True)
def receive_fee(act: Act, bill: Invoice, *, amount_hao: int, received_on: date, document: str) -> FeePayment:
    """Record money of the enterprise for an invoice; another person than the one who invoiced does it."""
    owed = bill.amount_hao - bill.received_hao
    if not 0 < amount_hao <= owed:
        raise Refused(
            _("%(amount)s are still owed on this invoice. Enter what arrived, at most that.")
            % {"amount": yuan(owed)},
            field="amount_hao",
        )
    if not document:
        raise Refused(_("Name the bank document of the payment."), field="document")
    move(
        bill,
        INVOICE,
        "settle" if amount_hao == owed else "receive_fee",
        received_hao=bill.received_hao + amount_hao,
    )
    payment = FeePayment.objects.create(
        invoice=bill, amount_hao=amount_hao, received_on=received_on, document=document, taken_by=act.by.user
    )
    postings.receive_fee(
        act,
        order_id=bill.order_id,
        operator_id=bill.order.operator_id,
        amount=amount_hao,
        cause=ref(payment),
    )
    return payment
