"""Verbs on payouts: what the bank answered, another try, cash against a signature."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Gone, Moved, Refused
from gongfang.core.members import member_of
from gongfang.core.models import User, ref
from gongfang.core.states import move
from gongfang.ledger import postings
from gongfang.pay import access
from gongfang.pay.actions.batches import add_payouts, finish, free_slips, new_batch, payouts_at, shift
from gongfang.pay.models import Advance, BankProfile, Payout, PayoutBatch, Slip
from gongfang.pay.queries import payable
from gongfang.pay.states import PAYOUT
from gongfang.registry.people.models import Organisation


@action(access.may_handle_batch, money=True)
def confirm_payouts(
    act: Act, batch: PayoutBatch, *, payouts: Collection[int] | None = None, paid_on: date | None = None
) -> list[Payout]:
    """Record that the bank has paid: all that is at the bank, or the payouts listed by their ids.

    A payout confirmed before is refused, so no answer of the bank counts twice.
    """
    rows = _at_bank(act, batch) if payouts is None else _listed(act, batch, payouts)
    if not rows:
        raise Refused(_("Nothing of this batch waits for the bank's answer."), code="moved")
    for row in rows:
        row.settled_by, row.settled_on = act.by.user, paid_on or act.booked_on
    shift(rows, "confirm_payouts", "settled_by", "settled_on")
    for row in rows:
        postings.confirm_payout(act, payee=row.payee, amount=row.amount_hao, cause=ref(row))
    _close_slips(rows)
    finish(batch)
    return rows


def _at_bank(act: Act, batch: PayoutBatch) -> list[Payout]:
    return payouts_at(act, batch, Payout.Stage.SENT)


def _listed(act: Act, batch: PayoutBatch, ids: Collection[int]) -> list[Payout]:
    found = list(batch.payouts.filter(pk__in=ids).order_by("pk"))
    if len(found) != len(set(ids)):
        raise Gone(
            _("A payout of this list belongs to another batch. Compare the list with the batch's page.")
        )
    return act.lock(*found)


def _close_slips(payouts: Sequence[Payout]) -> None:
    Slip.objects.filter(payout__in=payouts).update(stage=Slip.Stage.CLOSED)
    Advance.objects.filter(payout__in=payouts).update(stage=Advance.Stage.PAID)


@action(access.may_handle_payout, money=True)
def fail_payout(act: Act, payout: Payout, *, why: str) -> Payout:
    """Record that the bank could not pay; the amount is owed again and waits for another try."""
    if not why.strip():
        raise Refused(_("Write down what the bank said."), field="why")
    if payout.method != Payout.Method.BANK:
        raise Refused(_("This is paid in cash. Cancel it if it is not paid."), code="moved")
    move(
        payout,
        PAYOUT,
        "fail_payout",
        failure=why.strip()[:200],
        settled_by=act.by.user,
        settled_on=act.booked_on,
    )
    postings.fail_payout(act, payee=payout.payee, amount=payout.amount_hao, cause=ref(payout))
    free_slips([payout])
    _finish_batch_of(act, payout)
    return payout


def _finish_batch_of(act: Act, payout: Payout) -> None:
    payout.batch = act.lock(payout.batch)[0]
    finish(payout.batch)


@action(access.may_handle_payout, money=True)
def retry_payout(act: Act, payout: Payout) -> Payout:
    """Pay a failed payout anew, to the account the payee has now: in the batch being prepared, or in one of its own.

    Another person approves it again. What became payable meanwhile comes along.
    """
    if not PAYOUT.may(payout.stage, "retry_payout"):
        raise Refused(_("Only a payout that failed is tried again."), code="moved")
    _refuse_tried_again(payout)
    operator = act.lock(payout.operator)[0]
    row = next((found for found in payable(operator) if found.payee == payout.payee), None)
    if row is None:
        raise Refused(
            _("Nothing can be paid here now: it was paid since, or another payout is on its way."),
            code="moved",
        )
    batch = _open_batch(act, operator, payout.batch.profile)
    return add_payouts(act, batch, [row], retry_of=payout)[0]


def _refuse_tried_again(payout: Payout) -> None:
    """Each failure is tried again once; when that fails as well, that one is."""
    later = payout.retries.exclude(stage=Payout.Stage.CANCELLED).first()
    if later is not None:
        raise Moved(
            _("This was tried again already, as %(reference)s. Look at that payout.")
            % {"reference": later.reference}
        )


def _open_batch(act: Act, operator: Organisation, profile: BankProfile | None) -> PayoutBatch:
    prepared = PayoutBatch.objects.filter(operator=operator, stage=PayoutBatch.Stage.PREPARED)
    waiting = prepared.order_by("-pk").first()
    if waiting is None:
        return new_batch(act, operator, profile)
    batch = act.lock(waiting)[0]
    if batch.stage != PayoutBatch.Stage.PREPARED:  # approved while we waited for it
        return new_batch(act, operator, profile)
    return batch


@action(access.may_handle_payout, money=True)
def pay_cash(act: Act, payout: Payout, *, witness: User, document: str) -> Payout:
    """Hand over cash against the payee's signature, before a witness who neither pays nor is paid."""
    if payout.method != Payout.Method.CASH:
        raise Refused(_("This goes to the payee's account. Record the bank's answer instead."), code="moved")
    if not document.strip():
        raise Refused(_("Name the receipt the payee signed."), code="no_signature", field="document")
    _refuse_witness(act, payout, witness)
    move(
        payout,
        PAYOUT,
        "pay_cash",
        witness=witness,
        document=document.strip(),
        settled_by=act.by.user,
        settled_on=act.booked_on,
    )
    postings.pay_cash(act, payee=payout.payee, amount=payout.amount_hao, cause=ref(payout))
    _close_slips([payout])
    _finish_batch_of(act, payout)
    return payout


def _refuse_witness(act: Act, payout: Payout, witness: User) -> None:
    payee = payout.relation.resident.user_id if payout.relation else None
    known = witness.is_active and member_of(witness).grants
    if not known or witness.pk in (act.by.user.pk, payee):
        raise Refused(
            _("A witness is another person than who pays and who is paid. Ask somebody else to look on."),
            code="no_witness",
            field="witness",
        )


@action(access.may_handle_payout, money=True)
def cancel_payout(act: Act, payout: Payout, *, why: str) -> Payout:
    """Take a payout out of its batch before anything was paid; the amount stays owed for the next one."""
    if not why.strip():
        raise Refused(_("Say why it is not paid."), field="why")
    if payout.method == Payout.Method.BANK and payout.stage == Payout.Stage.APPROVED:
        raise Refused(_("This is on its way to the bank. Record it as failed instead."), code="moved")
    move(payout, PAYOUT, "cancel_payout", failure=why.strip()[:200])
    free_slips([payout])
    _finish_batch_of(act, payout)
    return payout
