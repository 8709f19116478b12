"""Verbs on what comes back from the enterprise: entered with a reason and a photo, answered in one of four ways."""

from __future__ import annotations

from typing import Literal

from django.db.models import Sum
from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.models import ref
from gongfang.core.states import move
from gongfang.ledger import postings
from gongfang.work.orders import actions as orders
from gongfang.work.piecework import access
from gongfang.work.piecework.models import Claim, Delivery
from gongfang.work.piecework.states import CLAIM

Outcome = Literal["mended", "replaced", "credited", "refused"]
GONE_AGAIN = (Claim.Stage.MENDED, Claim.Stage.REFUSED)  # these pieces are with the enterprise once more


@action(access.may_enter_claim)
def enter_claim(act: Act, delivery: Delivery, *, pieces: int, reason: str, picture: str = "") -> Claim:
    """Take back delivered pieces the enterprise complains of, with the reason."""
    if not reason.strip():
        raise Refused(_("Say what is wrong with the pieces."), field="reason")
    left = claimable(delivery)
    if not 1 <= pieces <= left:
        raise Refused(
            _("%(left)s pieces of this slip are with the enterprise. Enter %(left)s or fewer.")
            % {"left": left},
            code="too_many",
            field="pieces",
        )
    orders.count_claimed(act, delivery.line, returned=pieces)
    claim = Claim.objects.create(
        delivery=delivery, pieces=pieces, reason=reason.strip(), picture=picture, claimed_on=act.booked_on,
        entered_by=act.by.user,
    )  # fmt: skip
    postings.claim_back(act, line_id=delivery.line_id, pieces=pieces, cause=ref(claim))
    act.emit("PiecesClaimed", claim, pieces=pieces)
    return claim


def claimable(delivery: Delivery) -> int:
    """Return how many pieces of a slip are with the enterprise."""
    held = delivery.claims.exclude(stage__in=GONE_AGAIN).aggregate(sum=Sum("pieces"))["sum"]
    return delivery.pieces - (held or 0)


@action(access.may_answer_claim, second=lambda claim: [claim.entered_by_id], money=True)
def answer_claim(act: Act, claim: Claim, *, outcome: Outcome, answer: str) -> Claim:
    """Answer a claim: mended free, made anew, credited, or refused with a reason; no maker is ever charged for it."""
    if not answer.strip():
        raise Refused(_("Say what was done, or why not, so that the enterprise knows."), field="answer")
    facts = {"answer": answer.strip(), "answered_on": act.booked_on, "answered_by": act.by.user}
    move(claim, CLAIM, outcome, **facts)
    delivery, line, pieces = claim.delivery, claim.delivery.line, claim.pieces
    if claim.stage in GONE_AGAIN:
        orders.count_claimed(act, line, returned=-pieces)
        postings.deliver_again(act, line_id=line.pk, pieces=pieces, cause=ref(claim))
        return claim
    fee = pieces * delivery.fee_hao
    orders.count_claimed(act, line, returned=-pieces, fee_hao=fee, **{outcome: pieces})
    postings.write_off(act, line_id=line.pk, pieces=pieces, cause=ref(claim))
    if outcome == "credited":
        claim.notes.set(orders.credit_fee(act, line.order, reason=claim.reason))
    act.note(fee_hao=fee)
    return claim
