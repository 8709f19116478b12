"""Verbs on advances of margin: asked for by whoever carries the work, given by another, set off against earnings."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.core.money import HAO_PER_FEN
from gongfang.core.races import one_wins
from gongfang.ledger import postings
from gongfang.pay import access
from gongfang.pay.models import OPEN, MarginAdvance, Payout
from gongfang.pay.queries import margin_owed
from gongfang.registry.people.models import Organisation
from gongfang.ui.formats import yuan
from gongfang.work.dispatch.models import Lot


@action(access.may_ask_margin_advance)
def ask_margin_advance(
    act: Act, organisation: Organisation, *, operator: Organisation, amount_hao: int, reason: str
) -> MarginAdvance:
    """Ask an operator for margin before it is earned, such as for carriage; no interest is taken."""
    if amount_hao < HAO_PER_FEN or amount_hao % HAO_PER_FEN:
        raise Refused(_("Enter the amount in yuan and whole fen."), field="amount_hao")
    if not reason.strip():
        raise Refused(_("Say what it is for. Whoever approves it reads that."), field="reason")
    if not Lot.objects.filter(organisation=organisation, line__order__operator=operator).exists():
        raise Refused(
            _("%(agent)s has no work of %(operator)s. Ask the operator whose work it carries.")
            % {"agent": organisation.name, "operator": operator.name},
            field="operator",
        )
    running = Refused(
        _("There is an advance already that is not set off. One at a time."), code="one_at_a_time"
    )
    with one_wins("one_open_margin_advance", running):
        return MarginAdvance.objects.create(
            operator=operator,
            organisation=organisation,
            amount_hao=amount_hao,
            reason=reason.strip()[:200],
            asked_by=act.by.user,
            asked_on=act.booked_on,
        )


@action(access.may_handle_margin_advance, second=access.hands_in_margin_advance, money=True)
def approve_margin_advance(act: Act, advance: MarginAdvance) -> MarginAdvance:
    """Give an advance somebody else asked for; it is owed now and comes with the next batch."""
    _must(advance, MarginAdvance.Stage.ASKED)
    advance.stage, advance.approved_by = MarginAdvance.Stage.APPROVED, act.by.user
    advance.approved_on = act.booked_on
    advance.save(update_fields=["stage", "approved_by", "approved_on"])
    postings.advance_margin(
        act,
        operator_id=advance.operator_id,
        organisation_id=advance.organisation_id,
        amount=advance.amount_hao,
        cause=ref(advance),
    )
    return advance


@action(access.may_drop_margin_advance)
def refuse_margin_advance(act: Act, advance: MarginAdvance, *, why: str) -> MarginAdvance:
    """Give no advance, with the reason; whoever asked may take the question back the same way."""
    _must(advance, MarginAdvance.Stage.ASKED)
    if not why.strip():
        raise Refused(_("Say why. Whoever asked reads it."), field="why")
    advance.stage, advance.refusal = MarginAdvance.Stage.REFUSED, why.strip()[:200]
    advance.save(update_fields=["stage", "refusal"])
    return advance


@action(access.may_handle_margin_advance, money=True)
def set_off_margin(act: Act, advance: MarginAdvance, *, amount_hao: int) -> MarginAdvance:
    """Set what was earned since off against an advance; never more than the operator owes at this moment."""
    _must(advance, MarginAdvance.Stage.APPROVED)
    under_way = Payout.objects.filter(organisation=advance.organisation_id, stage__in=OPEN)
    if under_way.exists():
        raise Moved(_("A payout to this agent is under way. Set off when it has arrived."), code="under_way")
    most = min(advance.left_hao, margin_owed(advance.operator, advance.organisation_id))
    if not 1 <= amount_hao <= most:
        raise Refused(
            _("At most %(most)s can be set off now.") % {"most": yuan(most)},
            code="too_much",
            field="amount_hao",
        )
    advance.set_off_hao += amount_hao
    if not advance.left_hao:
        advance.stage = MarginAdvance.Stage.CLOSED
    advance.save(update_fields=["set_off_hao", "stage"])
    postings.repay_margin(
        act,
        operator_id=advance.operator_id,
        organisation_id=advance.organisation_id,
        amount=amount_hao,
        cause=ref(advance),
    )
    return advance


def _must(advance: MarginAdvance, stage: str) -> None:
    if advance.stage != stage:
        raise Moved(
            _("This advance is “%(stage)s” by now. Reload the page to see how it stands.")
            % {"stage": advance.get_stage_display()}
        )
