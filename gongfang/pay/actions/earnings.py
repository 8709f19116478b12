"""Verbs on hours, allowances and bonuses: written down by one, approved by another, corrected by opposite entries."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.core.money import round_up_fen
from gongfang.core.races import one_wins
from gongfang.ledger import models as ledger
from gongfang.ledger import postings
from gongfang.ledger.posting import reverse
from gongfang.ledger.queries import balances
from gongfang.pay import access
from gongfang.pay.models import Earning, Slip, SlipLine
from gongfang.registry.people.models import Relation
from gongfang.ui.formats import full_day

ENTERED = (Earning.Kind.HOURS, Earning.Kind.ALLOWANCE, Earning.Kind.BONUS)
DAY_MINUTES = 24 * 60


@action(access.may_add_earning)
def add_earning(
    act: Act,
    relation: Relation,
    *,
    kind: str,
    reason: str,
    document: str,
    amount_hao: int = 0,
    minutes: int | None = None,
    hour_hao: int | None = None,
    earned_on: date | None = None,
    claim_until: date | None = None,
) -> Earning:
    """Write down what somebody earned beside pieces: agreed hours at their rate, an allowance or a bonus.

    Nothing is owed before another person approves it.
    """
    day = earned_on or act.booked_on
    _refuse_facts(kind, reason, document, act, day)
    timed = kind == Earning.Kind.HOURS
    return Earning.objects.create(
        relation=relation,
        kind=kind,
        minutes=minutes if timed else None,
        hour_hao=hour_hao if timed else None,
        amount_hao=_hours(minutes, hour_hao) if timed else _amount(amount_hao),
        reason=reason.strip(),
        document=document.strip(),
        earned_on=day,
        claim_until=claim_until,
        made_by=act.by.user,
    )


def _refuse_facts(kind: str, reason: str, document: str, act: Act, day: date) -> None:
    if kind not in ENTERED:
        raise Refused(
            _("Hours, an allowance or a bonus can be entered; pieces come from inspection."), field="kind"
        )
    if not reason.strip():
        raise Refused(_("Say what it is for. The person reads it on the slip."), field="reason")
    if not document.strip():
        raise Refused(_("Name the document in which it was agreed."), field="document")
    if day > act.booked_on:
        raise Refused(_("Nothing is earned in advance. Enter it on the day or later."), field="earned_on")


def _hours(minutes: int | None, hour_hao: int | None) -> int:
    """A started 毫 counts in full, in the person's favour."""
    if not minutes or not hour_hao or minutes < 1 or hour_hao < 1:
        raise Refused(_("Hours need the time worked and what an hour earns."), field="minutes")
    if minutes > 31 * DAY_MINUTES:
        raise Refused(_("Nobody works so long in a month. Correct the time."), field="minutes")
    return -(-minutes * hour_hao // 60)


def _amount(hao: int) -> int:
    if hao < 1:
        raise Refused(_("Enter an amount of more than nothing."), field="amount_hao")
    return hao


@action(access.may_handle_earning)
def amend_earning(
    act: Act,
    earning: Earning,
    *,
    reason: str,
    document: str,
    amount_hao: int = 0,
    minutes: int | None = None,
    hour_hao: int | None = None,
) -> Earning:
    """Change what was written down and nobody has approved; what is approved is never edited, only taken back."""
    _refuse_posted(earning)
    timed = earning.kind == Earning.Kind.HOURS
    _refuse_facts(earning.kind, reason, document, act, earning.earned_on)
    earning.amount_hao = _hours(minutes, hour_hao) if timed else _amount(amount_hao)
    earning.minutes, earning.hour_hao = (minutes, hour_hao) if timed else (None, None)
    earning.reason, earning.document = reason.strip(), document.strip()
    earning.made_by = act.by.user
    earning.save()
    return earning


def _refuse_posted(earning: Earning) -> None:
    if earning.stage == Earning.Stage.DROPPED:
        raise Moved(_("This was dropped before. Enter it anew."))
    if earning.stage != Earning.Stage.DRAFT:
        raise Moved(
            _("What is approved stands. Take it back by an opposite entry and enter it anew."), code="posted"
        )


@action(access.may_handle_earning)
def drop_earning(act: Act, earning: Earning) -> Earning:
    """Drop what was written down and nobody has approved; only a draft can be dropped."""
    _refuse_posted(earning)
    earning.stage = Earning.Stage.DROPPED
    earning.save(update_fields=["stage"])
    return earning


@action(access.may_handle_earning, second=access.hands_in_earning, money=True)
def approve_earning(act: Act, earning: Earning) -> Earning:
    """Approve what another person wrote down: the operator owes it from now on, the next slip says it."""
    _refuse_posted(earning)
    if earning.claim_until and earning.claim_until < act.booked_on:
        raise Refused(
            _("This could be claimed until %(day)s. Agree a new one in writing if it still holds.")
            % {"day": full_day(earning.claim_until)},
            code="expired",
        )
    _approved(act, earning)
    earning.save(update_fields=["stage", "approved_by", "approved_on"])
    accrue(act, earning)
    return earning


def _approved(act: Act, earning: Earning) -> None:
    earning.stage, earning.approved_by, earning.approved_on = (
        Earning.Stage.APPROVED,
        act.by.user,
        act.booked_on,
    )


def accrue(act: Act, earning: Earning) -> None:
    """Owe what was earned from now on."""
    postings.accrue(
        act,
        operator_id=earning.relation.organisation_id,
        relation_id=earning.relation_id,
        amount=earning.amount_hao,
        cause=ref(earning),
    )


@action(access.may_handle_earning, second=access.hands_in_earning, money=True)
def take_back_earning(act: Act, earning: Earning, *, reason: str, document: str) -> Earning:
    """Take back what was approved by an opposite entry; while it stands on an unpaid slip, that slip comes first."""
    if earning.stage != Earning.Stage.APPROVED or earning.reverses_id:
        raise Moved(_("Only what was approved can be taken back. Drop a draft instead."))
    if SlipLine.objects.filter(earning=earning, slip__stage=Slip.Stage.OPEN).exists():
        raise Refused(
            _("This stands on a slip that is not paid yet. Cancel the slip first."), code="on_a_slip"
        )
    if not reason.strip() or not document.strip():
        raise Refused(_("Say why it is taken back, and in which document that stands."), field="reason")
    taken = Moved(_("This was taken back before."))
    with one_wins("pay_earning_reverses_id_key", taken):
        opposite = Earning.objects.create(
            relation=earning.relation, kind=earning.kind, amount_hao=-earning.amount_hao, reason=reason.strip(),
            document=document.strip(), earned_on=act.booked_on, made_by=earning.made_by, approved_by=act.by.user,
            approved_on=act.booked_on, reverses=earning, stage=Earning.Stage.APPROVED,
        )  # fmt: skip
    moved = ledger.Transfer.objects.filter(cause=ref(earning), reverses=None)
    reverse(act, list(moved.values_list("pk", flat=True)), cause=ref(opposite))
    return opposite


@action(access.may_add_earning, money=True)
def settle_leaver(act: Act, relation: Relation) -> Earning:
    """Round up what somebody who leaves is owed to a whole fen, in their favour, so that nothing stays behind."""
    if relation.until is None:
        raise Refused(_("These terms still run. End them first, then settle."), code="still_running")
    held = balances(postings.relation(relation.pk))
    owed = sum(hao for account, hao in held.items() if account.purpose == "owed")
    if round_up_fen(owed) == owed:
        raise Refused(_("Nothing has to be rounded up here."), code="nothing")
    earning = Earning.objects.create(
        relation=relation, kind=Earning.Kind.LEAVING, amount_hao=round_up_fen(owed) - owed,
        reason=_("Rounded up to a whole fen"), document=relation.document or _("End of the terms"),
        earned_on=act.booked_on, made_by=act.by.user, approved_on=act.booked_on, stage=Earning.Stage.APPROVED,
    )  # fmt: skip
    accrue(act, earning)
    return earning
