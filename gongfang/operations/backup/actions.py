"""The verbs of a restored county: it stands still, its books are compared with the bank, it goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import Continuity, Token, User
from gongfang.operations.backup import access, queries, statements
from gongfang.operations.backup.models import Payment, Statement
from gongfang.operations.backup.statements import Line
from gongfang.pay import actions as pay
from gongfang.pay.models import PayoutBatch
from gongfang.registry.people.models import Organisation, Relation
from gongfang.ui.formats import full_day


@action(access.may_freeze_county)
def freeze_county(act: Act, continuity: Continuity, *, copy_made_at: datetime) -> Continuity:
    """Let a restored county stand still: no payouts, no messages; every login and token from before has ended."""
    # Whoever was shut out after the copy was made would be let in again by it.
    ended = Token.objects.filter(revoked_at=None).update(revoked_at=timezone.now())
    Session.objects.all().delete()
    continuity.frozen_at, continuity.restored_at = clock.now(), timezone.now()
    continuity.copy_made_at = copy_made_at
    continuity.save(update_fields=["frozen_at", "restored_at", "copy_made_at"])
    act.note(tokens_ended=ended)
    return continuity


@action(access.may_read_statement)
def read_statement(act: Act, operator: Organisation, *, until: date, lines: Sequence[Line]) -> Statement:
    """Compare an operator's bank statement with its payouts; what the books do not show as paid is kept to be booked.

    A statement read twice finds nothing twice.
    """
    if Continuity.current().frozen_at is None:
        raise Moved(_("Money moves here as always. A statement is compared only after a restore."))
    if until > clock.today():
        raise Refused(
            _("This day is not over. Give the last day the statement really covers."), field="until"
        )
    statement = Statement.objects.create(
        operator=operator, until=until, lines=len(lines), known=0, read_by=act.by.user, read_at=timezone.now()
    )
    found = statements.compare(operator, lines, statement)
    before = {(bytes(row.same), row.nth) for row in Payment.objects.filter(operator=operator)}
    Payment.objects.bulk_create(row for row in found if (bytes(row.same), row.nth) not in before)
    statement.known = len(lines) - len(found)
    statement.save(update_fields=["known"])
    act.note(lines=len(lines), found=len(found))
    return statement


@action(access.may_settle_payment)
def name_payee(act: Act, payment: Payment, *, relation: Relation) -> Payment:
    """Say whom the bank has paid, where the account alone does not."""
    _refuse_settled(payment)
    if relation.organisation_id != payment.operator_id:
        raise Refused(
            _("This person does not work for this operator. Name somebody who does."), field="relation"
        )
    payment.relation, payment.organisation = relation, None
    payment.save(update_fields=["relation", "organisation"])
    return payment


@action(access.may_settle_payments, second=access.hands_on_payments)
def book_payments(act: Act, payments: Sequence[Payment]) -> list[Payment]:
    """Book what the bank has paid, so that nobody is paid it again.

    Payouts our books know are settled, others are booked out of what is owed on slips; refused when less is owed.
    """
    rows = list(payments)
    for payment in rows:
        _refuse_settled(payment)
    for batch, known in _by_batch(rows).items():
        paid_on = {row.payout_id: row.paid_on for row in known if row.payout_id}
        found = [row.payout for row in known if row.payout]
        pay.settle_by_statement(act, batch, payouts=found, paid_on=paid_on)
    for (operator, reader), unknown in _by_operator(rows).items():
        _book(act, operator, reader, unknown)
    for payment in rows:
        payment.stage = Payment.Stage.BOOKED
        _settled(act, payment)
    return rows


def _by_batch(payments: Sequence[Payment]) -> dict[PayoutBatch, list[Payment]]:
    found: dict[PayoutBatch, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.payout is not None:
            found[payment.payout.batch].append(payment)
    return found


def _by_operator(payments: Sequence[Payment]) -> dict[tuple[Organisation, User], list[Payment]]:
    found: dict[tuple[Organisation, User], list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.payout is None:
            found[payment.operator, payment.statement.read_by].append(payment)
    return found


def _book(act: Act, operator: Organisation, reader: User, payments: list[Payment]) -> None:
    rows = [
        pay.Paid(row.relation, row.organisation, row.amount_fen, row.reference, row.paid_on)
        for row in payments
    ]
    batch = pay.book_statement(act, operator, rows=rows, prepared_by=reader)
    for payment, payout in zip(payments, batch.payouts.order_by("pk"), strict=True):
        payment.payout = payout


@action(access.may_settle_payment, second=access.hands_on_payment)
def dismiss_payment(act: Act, payment: Payment, *, why: str) -> Payment:
    """Say that a payment in the statement is not for work here, and why; it is not booked."""
    _refuse_settled(payment)
    if not why.strip():
        raise Refused(_("Say what this payment was for."), field="why")
    payment.stage, payment.why = Payment.Stage.NOT_OURS, why.strip()[:200]
    _settled(act, payment)
    return payment


def _refuse_settled(payment: Payment) -> None:
    if payment.stage != Payment.Stage.OPEN:
        raise Moved(_("This payment is settled already. Reload the page to see how it stands."))


def _settled(act: Act, payment: Payment) -> None:
    payment.settled_by, payment.settled_at = act.by.user, timezone.now()
    payment.save(update_fields=["payout", "stage", "why", "settled_by", "settled_at"])


@action(access.may_thaw_county, second=access.readers_since_restore)
def thaw_county(act: Act, continuity: Continuity) -> Continuity:
    """Let money move and messages go again, when books and bank agree and another person has compared them."""
    now = queries.standstill(continuity)
    if now is None:
        raise Moved(_("Money moves here already."))
    if now.unread:
        raise Refused(
            _("Read the bank statement of %(operator)s up to %(day)s first.")
            % {"operator": now.unread[0].operator.name, "day": full_day(now.until)},
            code="unread_statement",
        )
    if now.open:
        raise Refused(
            _("Payments of the bank are not booked yet: %(count)s. Settle each of them first.")
            % {"count": now.open},
            code="open_payments",
        )
    if now.reconciled is None:
        raise Refused(
            _("Reconcile the accounts first; every difference has to be gone."), code="not_reconciled"
        )
    continuity.frozen_at = None
    continuity.save(update_fields=["frozen_at"])
    return continuity
