"""Offers: accepted in part or whole, or not this time; nobody has to say why, and it is forgotten later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from gongfang.core import states
from gongfang.core.action import Act, action, forget
from gongfang.core.errors import Moved, Refused
from gongfang.registry.people.models import Resident
from gongfang.ui.formats import moment
from gongfang.work.dispatch import access
from gongfang.work.dispatch.actions.claims import take
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.dispatch.planning.away import Asked, beyond
from gongfang.work.dispatch.states import OFFER
from gongfang.work.orders.models import Order


@action(access.may_answer_offer, on_behalf=True)
def accept_offer(act: Act, offer: Offer, *, pieces: int | None = None) -> Lot:
    """Take the offered pieces, or fewer; the rest is free for others. Agrees the terms with the order's operator."""
    _refuse_over(act, offer)
    wanted = offer.pieces if pieces is None else pieces
    if not 1 <= wanted <= offer.pieces:
        raise Refused(
            _("You were offered %(pieces)s pieces. Take %(pieces)s or fewer.") % {"pieces": offer.pieces},
            code="too_many",
            field="pieces",
        )
    share = act.lock(offer.lot)[0]
    if not share.is_running:
        raise Moved(_("This work is no longer open. Look what other work there is."))
    share.offered -= offer.pieces
    lot = take(act, share, offer.maker, wanted)
    states.move(offer, OFFER, "accept_offer", taken=lot)
    return lot


@action(access.may_answer_offer, on_behalf=True, forgettable=True)
def not_this_time(act: Act, offer: Offer) -> Offer:
    """Leave this offer for others. No reason is asked, nothing follows from it, and it is forgotten with the order."""
    states.move(offer, OFFER, "not_this_time")
    _release(act, [offer])
    return offer


@action(access.may_withdraw_offer)
def withdraw_offer(act: Act, offer: Offer) -> Offer:
    """Take back an offer nobody has answered."""
    states.move(offer, OFFER, "withdraw_offer")
    _release(act, [offer])
    return offer


@action(access.may_expire_offers)
def expire_offers(act: Act, offers: Sequence[Offer]) -> list[Offer]:
    """Let offers run out whose time is over; their pieces are free, and the next plan asks others."""
    over = [
        offer for offer in offers if offer.stage == Offer.Stage.OPEN and offer.expires_at <= act.received_at
    ]
    for offer in over:
        states.move(offer, OFFER, "expire_offers")
    _release(act, over)
    return over


@action(access.may_free_offers)
def free_offers(act: Act, maker: Resident) -> int:
    """Take back what somebody who is away was asked by a plan and has no time for any more; returns how many.

    Nobody answered for them: the order may ask them again as soon as there is time.
    """
    open_ = Offer.objects.filter(maker=maker, stage=Offer.Stage.OPEN, plan_run__isnull=False)
    offers = act.lock(*open_)
    prefetch_related_objects(offers, "lot__step")
    gone = beyond((question(offer) for offer in offers), act.booked_on)
    for offer in gone:
        states.move(offer, OFFER, "withdraw_offer")
    _release(act, gone)
    return len(gone)


def question(offer: Offer) -> Asked[Offer]:
    """An offer with how long it takes and by when."""
    seconds = offer.pieces * offer.lot.step.standard_seconds
    return Asked(offer.maker_id, offer.lot.due, seconds, offer)


@action(access.may_forget_offers)
def forget_offers(act: Act, order: Order) -> int:
    """Forget, once an order is over, who said "not this time"; returns how many answers were forgotten."""
    if order.stage not in (Order.Stage.CLOSED, Order.Stage.CANCELLED):
        raise Moved(_("The order is still running; its offers are kept until it is closed."))
    still = act.lock(*Offer.objects.filter(lot__line__order=order, stage=Offer.Stage.OPEN))
    for offer in still:
        states.move(offer, OFFER, "withdraw_offer")
    _release(act, still)
    answers = Offer.objects.filter(lot__line__order=order).exclude(stage=Offer.Stage.ACCEPTED)
    forget("not_this_time", answers)
    return answers.delete()[0]


def _release(act: Act, offers: Sequence[Offer]) -> None:
    """Give the offered pieces back to their shares."""
    freed: Counter[int] = Counter()
    for offer in offers:
        freed[offer.lot_id] += offer.pieces
    for share in act.lock(*(Lot(pk=key) for key in freed)):
        share.offered -= freed[share.pk]
        share.save(update_fields=["offered"])


def _refuse_over(act: Act, offer: Offer) -> None:
    if not OFFER.may(offer.stage, "accept_offer"):
        raise Moved(_("This is already further on or closed. Reload the page to see how it stands now."))
    if offer.expires_at <= act.received_at:
        raise Moved(
            _(
                "This offer ran out on %(moment)s. If the work is still there, take it on the page “Work there is”."
            )
            % {"moment": moment(offer.expires_at)}
        )
