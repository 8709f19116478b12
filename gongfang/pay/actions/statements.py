"""Verbs on what a bank statement says was paid while our books were away: after a restore, through `operations`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.models import User, ref
from gongfang.core.money import HAO_PER_FEN
from gongfang.ledger import postings
from gongfang.ledger.accounts import Holder
from gongfang.pay import access
from gongfang.pay.actions.batches import finish, new_batch, shift
from gongfang.pay.models import OPEN, Advance, Payout, PayoutBatch, Slip
from gongfang.pay.queries import Payable, owing
from gongfang.registry.people.models import Organisation, Relation
from gongfang.ui.formats import yuan


@dataclass(frozen=True)
class Paid:
    """One payment of the bank: to whom, how much, under which reference, when."""

    relation: Relation | None
    organisation: Organisation | None
    amount_fen: int
    reference: str
    paid_on: date

    def payee(self, operator: Organisation) -> Holder:
        """Return who was paid, as the ledger names them."""
        if self.relation is not None and self.relation.organisation_id == operator.pk:
            return postings.relation(self.relation.pk)
        if self.organisation is not None:
            return postings.organisation(self.organisation.pk)
        raise Refused(_("Nobody here has this account. Name the person the bank has paid."), field="relation")


@action(access.may_handle_batch)
def settle_by_statement(
    act: Act, batch: PayoutBatch, *, payouts: Sequence[Payout], paid_on: Mapping[int, date]
) -> PayoutBatch:
    """Record that the bank has paid payouts our books believe to be still here, or still at the bank."""
    _only_inside(act)
    rows = act.lock(*payouts)
    prepared = {row.pk for row in rows if row.stage == Payout.Stage.PREPARED}
    for row in rows:
        row.settled_by, row.settled_on = act.by.user, paid_on[row.pk]
    shift(rows, "settle_by_statement", "settled_by", "settled_on")
    for row in rows:
        if row.pk in prepared:
            postings.approve_payout(act, payee=row.payee, amount=row.amount_hao, cause=ref(row))
        postings.confirm_payout(act, payee=row.payee, amount=row.amount_hao, cause=ref(row))
    Slip.objects.filter(payout__in=rows).update(stage=Slip.Stage.CLOSED)
    Advance.objects.filter(payout__in=rows).update(stage=Advance.Stage.PAID)
    _go_on(act, batch)
    return batch


def _only_inside(act: Act) -> None:
    """Only the booking of a statement knows that another person has read it; alone this is nobody's to do."""
    if act.parent is None:
        raise NotAllowed


def _go_on(act: Act, batch: PayoutBatch) -> None:
    """A batch the bank has paid was approved and sent, whatever our books had heard of it."""
    if batch.stage != PayoutBatch.Stage.PREPARED:
        finish(batch)
    elif not batch.payouts.filter(stage__in=OPEN).exists():
        _refuse_own(act, batch.prepared_by_id)
        batch.stage, batch.approved_by, batch.approved_on = "done", act.by.user, act.booked_on
        batch.save(update_fields=["stage", "approved_by", "approved_on"])


def _refuse_own(act: Act, prepared_by: object) -> None:
    if act.by.user.pk == prepared_by:
        raise Refused(_("You prepared this batch. Somebody else has to book what the bank has paid of it."))


@action(access.may_prepare_batch)
def book_statement(
    act: Act, operator: Organisation, *, rows: Sequence[Paid], prepared_by: User
) -> PayoutBatch:
    """Book payments of the bank that our books have never heard of, as paid out of what is owed on slips.

    Refused when less is owed: the work they paid for has to be brought back first.
    """
    _only_inside(act)
    _refuse_own(act, prepared_by.pk)
    batch = new_batch(act, operator, None)
    batch.prepared_by, batch.approved_by, batch.approved_on = prepared_by, act.by.user, act.booked_on
    batch.stage = PayoutBatch.Stage.DONE
    batch.save(update_fields=["prepared_by", "approved_by", "approved_on", "stage"])
    owed = {row.payee: row for row in owing(operator)}
    for number, row in enumerate(rows, start=1):
        payee = row.payee(operator)
        _book(act, batch, row, _owed(owed.pop(payee, None), row.amount_fen), number)
    return batch


def _owed(row: Payable | None, amount_fen: int) -> Payable:
    if row is None or row.amount_fen < amount_fen:
        there = yuan(row.amount_fen * HAO_PER_FEN if row else 0)
        raise Refused(
            _(
                "The bank has paid %(paid)s, but only %(owed)s is owed on slips here. Bring back what was handed in"
                " and inspected since the copy, draw up the slips, then book it."
            )
            % {"paid": yuan(amount_fen * HAO_PER_FEN), "owed": there},
            code="not_owed",
        )
    if row.method != Payout.Method.BANK:
        raise Refused(
            _("No account of this payee is written down here. Enter the one the bank paid to, then book it."),
            code="no_account",
        )
    return row


def _book(act: Act, batch: PayoutBatch, paid: Paid, row: Payable, number: int) -> None:
    payout = Payout.objects.create(
        batch=batch,
        operator_id=batch.operator_id,
        reference=_free(paid.reference) or f"{batch.number}-{number:04}",
        relation=row.relation,
        organisation=row.organisation,
        account=row.account,
        organisation_account=row.organisation_account,
        amount_fen=paid.amount_fen,
        method=Payout.Method.BANK,
        stage=Payout.Stage.CONFIRMED,
        prepared_by=batch.prepared_by,
        settled_by=act.by.user,
        settled_on=paid.paid_on,
    )
    postings.approve_payout(act, payee=payout.payee, amount=payout.amount_hao, cause=ref(payout))
    postings.confirm_payout(act, payee=payout.payee, amount=payout.amount_hao, cause=ref(payout))
    _close_slips(payout)


def _free(reference: str) -> str:
    return "" if Payout.objects.filter(reference=reference).exists() else reference


def _close_slips(payout: Payout) -> None:
    """Close the person's slips, the oldest first, as far as the payment reaches."""
    if payout.relation_id is None:
        return
    rest = payout.amount_hao + HAO_PER_FEN  # less than a fen of them stays owed
    waiting = Slip.objects.filter(relation=payout.relation_id, stage=Slip.Stage.OPEN, payout=None)
    for slip in waiting.order_by("pk"):
        rest -= slip.net_hao
        if rest <= 0:
            return
        slip.payout, slip.stage = payout, Slip.Stage.CLOSED
        slip.save(update_fields=["payout", "stage"])
