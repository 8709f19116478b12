"""Verbs on batches: prepared by one, approved by another, taken to the bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.core.states import move
from gongfang.ledger import postings
from gongfang.pay import access
from gongfang.pay.models import Advance, BankProfile, BankSheet, Payout, PayoutBatch, Slip
from gongfang.pay.queries import Payable, payable
from gongfang.pay.states import BATCH, PAYOUT
from gongfang.registry.people import actions as people
from gongfang.registry.people.models import Organisation
from gongfang.ui.formats import full_day


@action(access.may_prepare_batch, second=access.hands_before, money=True)
def prepare_batch(act: Act, operator: Organisation, *, profile: BankProfile | None = None) -> PayoutBatch:
    """Put everybody whose pay is on a slip, and every margin, in a batch: whole fen, the rest stays owed.

    It goes to the payee's own account where there is one and is paid in cash otherwise. Whoever has a payout on
    its way is left out. Who issued, made or inspected what is paid is refused.
    """
    rows = payable(operator)
    if not rows:
        raise Refused(
            _("There is nothing to pay. Draw up the slips first, or wait for the payouts on their way."),
            code="nothing_to_pay",
        )
    batch = new_batch(act, operator, profile)
    add_payouts(act, batch, rows)
    return batch


def new_batch(act: Act, operator: Organisation, profile: BankProfile | None) -> PayoutBatch:
    """Begin an empty batch; the operator's row is locked, so that numbers follow one another."""
    return PayoutBatch.objects.create(
        operator=operator,
        number=_free_number(operator, act.booked_on),
        profile=profile,
        prepared_by=act.by.user,
        prepared_on=act.booked_on,
    )


def _free_number(operator: Organisation, day: date) -> str:
    """Return the day's next number; one the bank has used for a batch that was lost before a restore is passed over."""
    for number in count(PayoutBatch.objects.filter(operator=operator, prepared_on=day).count() + 1):
        name = f"F{day:%Y%m%d}-{operator.pk}-{number:02}"
        if not Payout.objects.filter(reference__startswith=f"{name}-").exists():
            break
    return name


def add_payouts(
    act: Act, batch: PayoutBatch, rows: Sequence[Payable], *, retry_of: Payout | None = None
) -> list[Payout]:
    """Write payouts into a locked batch and let them carry the slips they pay."""
    first = batch.payouts.count() + 1
    payouts = Payout.objects.bulk_create(
        Payout(
            batch=batch,
            operator_id=batch.operator_id,
            reference=f"{batch.number}-{number:04}",
            relation=row.relation,
            organisation=row.organisation,
            account=row.account,
            organisation_account=row.organisation_account,
            amount_fen=row.amount_fen,
            method=row.method,
            prepared_by=act.by.user,
            retry_of=retry_of,
        )
        for number, row in enumerate(rows, start=first)
    )
    _carry_slips(payouts)
    act.note(payouts=len(payouts), amount_fen=sum(payout.amount_fen for payout in payouts))
    return payouts


def _carry_slips(payouts: Sequence[Payout]) -> None:
    carriers = {payout.relation_id: payout for payout in payouts if payout.relation_id}
    slips = list(Slip.objects.filter(relation__in=carriers, stage=Slip.Stage.OPEN, payout=None))
    for slip in slips:
        slip.payout = carriers[slip.relation_id]
    save_many(slips, "payout")
    advances = list(Advance.objects.filter(relation__in=carriers, stage=Advance.Stage.APPROVED, payout=None))
    for advance in advances:
        advance.payout = carriers[advance.relation_id]
    save_many(advances, "payout")


def free_slips(payouts: Sequence[Payout]) -> None:
    """Let the slips and advances of payouts that came to nothing wait for the next one."""
    Slip.objects.filter(payout__in=payouts).update(payout=None)
    Advance.objects.filter(payout__in=payouts).update(payout=None)


def payouts_at(act: Act, batch: PayoutBatch, *stages: str) -> list[Payout]:
    """Lock the batch's payouts that stand at one of these stages, and return them fresh."""
    return act.lock(*batch.payouts.filter(stage__in=stages).order_by("pk"))


def shift(payouts: Sequence[Payout], verb: str, *fields: str) -> None:
    """Move many locked payouts by one verb of their chart; one that does not stand there refuses them all."""
    starts, ends = PAYOUT.moves[verb]
    for payout in payouts:
        if payout.stage not in starts:
            raise Moved(
                _("Payout %(reference)s is “%(stage)s” already. Reload the page to see how it stands now.")
                % {"reference": payout.reference, "stage": payout.get_stage_display()}
            )
        payout.stage = ends
    save_many(payouts, "stage", *fields)


@action(access.may_handle_batch, second=access.hands_in, money=True)
def approve_batch(act: Act, batch: PayoutBatch) -> PayoutBatch:
    """Approve a batch another person prepared: bank payouts leave what is owed and are on their way.

    Refused when an account is no longer the payee's own, or when less is owed than the batch would pay.
    """
    move(batch, BATCH, "approve_batch", approved_by=act.by.user, approved_on=act.booked_on)
    payouts = payouts_at(act, batch, Payout.Stage.PREPARED)
    if not payouts:
        raise Refused(_("Nothing is left in this batch. Cancel it and prepare another."), code="empty")
    _refuse_other_accounts(payouts)
    shift(payouts, "approve_batch")
    for payout in payouts:
        if payout.method == Payout.Method.BANK:
            postings.approve_payout(act, payee=payout.payee, amount=payout.amount_hao, cause=ref(payout))
    return batch


def _refuse_other_accounts(payouts: Sequence[Payout]) -> None:
    """Money goes to the payee's own running account, or it does not go through the bank."""
    rows = Payout.objects.filter(pk__in=[payout.pk for payout in payouts], method=Payout.Method.BANK)
    for row in rows.select_related("account", "organisation_account", "relation"):
        account, relation = row.account, row.relation
        if account is not None and relation is not None:
            own = account.until is None and account.resident_id == relation.resident_id
        else:
            theirs = row.organisation_account
            own = (
                theirs is not None and theirs.until is None and theirs.organisation_id == row.organisation_id
            )
        if not own:
            raise Refused(
                _(
                    "The account of payout %(reference)s is no longer the payee's own."
                    " Cancel this payout; the next batch takes the right account."
                )
                % {"reference": row.reference},
                code="not_own_account",
            )


@action(access.may_handle_batch, money=True)
def export_sheet(act: Act, batch: PayoutBatch) -> BankSheet:
    """Take out the bank sheet: everybody's account in full, each look written where the person can read it.

    `sheets.bank_sheet` then gives the file to whoever took it out, for a while.
    """
    if not BATCH.may(batch.stage, "export_sheet"):
        raise Moved(_("A bank sheet belongs to an approved batch. Let another person approve it first."))
    payouts = batch.payouts.filter(method=Payout.Method.BANK, stage__in=("approved", "sent"))
    rows = list(payouts.values_list("relation__resident", "amount_fen"))
    if not rows:
        raise Refused(_("Nobody in this batch is paid through the bank."), code="empty")
    purpose = _("Bank sheet %(number)s") % {"number": batch.number}
    people.write_looks(
        act, [resident for resident, _fen in rows if resident], purpose=purpose, page="bank_sheet"
    )
    return BankSheet.objects.create(
        batch=batch,
        made_by=act.by.user,
        made_at=act.received_at,
        rows=len(rows),
        amount_fen=sum(fen for _resident, fen in rows),
    )


@action(access.may_handle_batch, money=True)
def mark_sent(act: Act, batch: PayoutBatch, *, sent_on: date | None = None) -> PayoutBatch:
    """Record that the sheet was handed to the bank; a batch goes there once."""
    if batch.stage in (PayoutBatch.Stage.SENT, PayoutBatch.Stage.DONE):
        raise Moved(
            _("This batch went to the bank on %(day)s already. Ask the bank before anything is sent again.")
            % {"day": full_day(batch.sent_on)},
            code="sent_twice",
        )
    move(batch, BATCH, "mark_sent", sent_by=act.by.user, sent_on=sent_on or act.booked_on)
    payouts = [row for row in payouts_at(act, batch, "approved") if row.method == Payout.Method.BANK]
    if not payouts:
        raise Refused(_("Nobody in this batch is paid through the bank."), code="empty")
    shift(payouts, "mark_sent")
    return batch


@action(access.may_handle_batch, money=True)
def cancel_batch(act: Act, batch: PayoutBatch) -> PayoutBatch:
    """Drop a batch nobody has approved; what it would have paid stays owed."""
    move(batch, BATCH, "cancel_batch")
    payouts = payouts_at(act, batch, Payout.Stage.PREPARED)
    free_slips(payouts)
    shift(payouts, "cancel_batch")
    return batch


def finish(batch: PayoutBatch) -> None:
    """Close a locked batch when nothing of it is on its way any more."""
    if BATCH.may(batch.stage, "finish") and not any(row.is_open for row in batch.payouts.all()):
        move(batch, BATCH, "finish")
