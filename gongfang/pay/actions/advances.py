"""Verbs on advances: asked for, said yes to, approved by another, paid with the next batch, set off slip by slip."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import ref
from gongfang.core.money import HAO_PER_FEN
from gongfang.core.races import one_wins
from gongfang.ledger import postings
from gongfang.pay import access
from gongfang.pay.models import Advance
from gongfang.registry.people.models import Consent, Relation
from gongfang.registry.places.law import rule_on
from gongfang.ui.formats import yuan


@action(access.may_ask_advance, on_behalf=True)
def ask_advance(
    act: Act, relation: Relation, *, amount_hao: int, instalment_hao: int, reason: str = ""
) -> Advance:
    """Ask for pay before it is earned, and say how much of each slip is set off against it; no interest is taken.

    Asked for another it waits for their own yes.
    """
    if relation.until is not None:
        raise Refused(
            _("These terms have ended; there is nothing to set an advance off against."), code="ended"
        )
    most = rule_on("advance_most", act.booked_on)
    if amount_hao < HAO_PER_FEN or amount_hao % HAO_PER_FEN:
        raise Refused(_("Enter the amount in yuan and whole fen."), field="amount_hao")
    if most and amount_hao > int(most.value):
        raise Refused(
            _("An advance is at most %(most)s here. Ask for less.") % {"most": yuan(int(most.value))},
            code="too_much",
            field="amount_hao",
        )
    if not 1 <= instalment_hao <= amount_hao:
        raise Refused(_("Say how much of each slip is set off, at most all of it."), field="instalment_hao")
    running = Refused(
        _("There is an advance already that is not set off. One at a time."), code="one_at_a_time"
    )
    own = act.by.for_ is None and act.member.resident_id == relation.resident_id
    with one_wins("one_open_advance_a_person", running):
        return Advance.objects.create(
            relation=relation,
            amount_hao=amount_hao,
            instalment_hao=instalment_hao,
            reason=reason.strip(),
            asked_by=act.by.user,
            asked_on=act.booked_on,
            provisional=not own,
        )


@action(access.may_confirm_advance, second=access.asked_for_advance)
def confirm_advance(
    act: Act, advance: Advance, *, how: str = Consent.How.PAGE, document: str = ""
) -> Advance:
    """Say yes to an advance another asked for: the person on the own page, or a third by the signed slip."""
    _must(advance, Advance.Stage.ASKED)
    if not advance.provisional:
        raise Moved(_("This advance is the person's own question already."))
    own = act.by.for_ is None and act.member.resident_id == advance.relation.resident_id
    if how not in Consent.How.values or (how == Consent.How.PAGE and not own):
        raise NotAllowed(_("Only the person says yes on the page. Enter the signed slip instead."))
    if not own and not document.strip():
        raise Refused(
            _("Keep the signed slip, badge tap or recording, and enter where it is kept."), field="document"
        )
    advance.provisional, advance.consent_how = False, how
    advance.consent_document = document.strip()
    advance.save(update_fields=["provisional", "consent_how", "consent_document"])
    return advance


@action(access.may_handle_advance, second=access.hands_in_advance, money=True)
def approve_advance(act: Act, advance: Advance) -> Advance:
    """Approve an advance somebody else asked for; it is owed now and comes with the next batch."""
    _must(advance, Advance.Stage.ASKED)
    if advance.provisional:
        raise Refused(
            _(
                "Somebody else asked for this advance. Wait for the person's own yes, or enter the signed slip."
            ),
            code="unconfirmed",
        )
    advance.stage, advance.approved_by = Advance.Stage.APPROVED, act.by.user
    advance.approved_on = act.booked_on
    advance.save(update_fields=["stage", "approved_by", "approved_on"])
    postings.advance(
        act,
        operator_id=advance.relation.organisation_id,
        relation_id=advance.relation_id,
        amount=advance.amount_hao,
        cause=ref(advance),
    )
    return advance


@action(access.may_drop_advance)
def refuse_advance(act: Act, advance: Advance, *, why: str) -> Advance:
    """Give no advance, with the reason; whoever asked may take the question back the same way."""
    _must(advance, Advance.Stage.ASKED)
    if not why.strip():
        raise Refused(_("Say why. The person reads it."), field="why")
    advance.stage, advance.refusal = Advance.Stage.REFUSED, why.strip()[:200]
    advance.save(update_fields=["stage", "refusal"])
    return advance


def _must(advance: Advance, stage: str) -> None:
    if advance.stage != stage:
        raise Moved(
            _("This advance is “%(stage)s” by now. Reload the page to see how it stands.")
            % {"stage": advance.get_stage_display()}
        )
