"""Verbs on fees: the operator invoices delivered pieces, the enterprise pays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import Parameter, ref
from gongfang.core.states import move
from gongfang.ledger import postings
from gongfang.ledger.models import Transfer
from gongfang.ledger.posting import reverse, reverse_part
from gongfang.ui.formats import yuan
from gongfang.work.orders import access
from gongfang.work.orders.models import CreditNote, FeePayment, Invoice, Order, Reminder
from gongfang.work.orders.queries import delivered_fee, invoiced, to_invoice
from gongfang.work.orders.reminding import REMINDERS, Level, letter, next_reminder
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
    if bill.received_hao or bill.credited_hao:
        raise Refused(_("Money has arrived for this invoice, so it stays."), code="paid")
    act.note(reason=reason)
    move(bill, INVOICE, "cancel_invoice")
    reverse(act, Transfer.objects.filter(cause=ref(bill)).values_list("pk", flat=True), ref(bill))
    return bill


@action(access.may_run_invoice, second=lambda bill: [bill.issued_by_id], money=True)
def receive_fee(act: Act, bill: Invoice, *, amount_hao: int, received_on: date, document: str) -> FeePayment:
    """Record money of the enterprise for an invoice; another person than the one who invoiced does it."""
    owed = bill.owing_hao
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


@action(access.may_run_order, money=True)
def credit_fee(act: Act, order: Order, *, reason: str) -> list[CreditNote]:
    """Write credit notes over what was invoiced beyond what is earned; only a higher verb, which took it off, does."""
    if act.parent is None:
        raise NotAllowed
    rest = invoiced(order) - delivered_fee(order.lines.all())
    # A bill for our own material asks for no pieces, so nothing of it is taken back with them.
    bills = order.invoices.filter(materials=None).exclude(stage=Invoice.Stage.CANCELLED)
    notes = []
    for bill in sorted(act.lock(*bills), key=lambda bill: (bill.stage != Invoice.Stage.OPEN, -bill.pk)):
        asked = bill.amount_hao - sum(note.amount_hao for note in bill.credits.all())
        amount = min(rest, asked)
        if amount > 0:
            notes.append(_credit(act, bill, amount, reason))
            rest -= amount
    return notes


def _credit(act: Act, bill: Invoice, amount: int, reason: str) -> CreditNote:
    """Take an invoice back in part: first what is still owed, then what was paid, which is to be paid back."""
    unpaid = min(amount, bill.owing_hao) if bill.stage == Invoice.Stage.OPEN else 0
    note = CreditNote.objects.create(
        invoice=bill, number=f"{bill.number}-{bill.credits.count() + 1}", amount_hao=amount,
        refund_hao=amount - unpaid, reason=reason, credited_on=act.booked_on, issued_by=act.by.user,
    )  # fmt: skip
    if unpaid:
        verb = "settle" if unpaid == bill.owing_hao else "credit"
        move(bill, INVOICE, verb, credited_hao=bill.credited_hao + unpaid)
        original = Transfer.objects.get(cause=ref(bill), reverses=None)
        reverse_part(act, [original.pk], unpaid, ref(note))
    postings.owe_refund(
        act,
        order_id=bill.order_id,
        operator_id=bill.order.operator_id,
        amount=note.refund_hao,
        cause=ref(note),
    )
    return note


@action(access.may_run_credit, second=lambda note: [note.issued_by_id], money=True)
def refund_fee(act: Act, note: CreditNote, *, document: str, refunded_on: date | None = None) -> CreditNote:
    """Record that a paid fee was paid back; another person than the one who wrote the credit note does it."""
    if not note.refund_hao or note.refunded_on:
        raise Moved(_("Nothing of this credit note is to be paid back any more."))
    if not document.strip():
        raise Refused(_("Name the bank document of the payment."), field="document")
    note.refunded_on, note.refunded_by, note.document = refunded_on or act.booked_on, act.by.user, document
    note.save(update_fields=["refunded_on", "refunded_by", "document"])
    order = note.invoice.order
    postings.refund_fee(
        act, order_id=order.pk, enterprise_id=order.enterprise_id, amount=note.refund_hao, cause=ref(note)
    )
    return note


@action(access.may_run_invoice)
def remind(act: Act, bill: Invoice, *, text: str = "") -> Reminder:
    """Write down that the enterprise was reminded of an overdue invoice, at the next level; a paid one asks nothing."""
    level = next_reminder(bill, act.booked_on)
    if level is None:
        raise Refused(
            _("There is nothing to remind of now: it is paid, not overdue, or this level was sent already."),
            code="no_reminder",
        )
    return Reminder.objects.create(
        invoice=bill, level=level.no, text=text.strip() or letter(level, bill, act.booked_on),
        sent_on=act.booked_on, sent_by=act.by.user,
    )  # fmt: skip


@action(access.may_set_reminders, creates=True)
def set_reminders(act: Act, nothing: None, *, levels: Sequence[Level], document: str) -> Parameter:
    """Say from today on after how many days an enterprise is reminded, and in which words."""
    days = [level.days for level in levels]
    if (
        not days
        or days != sorted(set(days))
        or days[0] < 1
        or any(not level.text.strip() for level in levels)
    ):
        raise Refused(
            _("Each level begins later than the one before it, after at least a day, and has words.")
        )
    value = [{"days": level.days, "text": level.text} for level in levels]
    made, _new = Parameter.objects.update_or_create(
        key=REMINDERS, place="", valid_from=act.booked_on, defaults={"value": value, "document": document}
    )
    return made
