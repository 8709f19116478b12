"""Who packs, issues, takes in, inspects and delivers, and who sees which bag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, Func, Q, QuerySet, prefetch_related_objects

from gongfang.core.members import Member
from gongfang.work.dispatch.access import DESK, HEADS, LOOKERS, lots_within
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.piecework.models import (
    Appeal,
    Bag,
    Claim,
    Delivery,
    GiveBack,
    HandIn,
    Inspection,
    Loss,
    Mending,
)

INSPECTING = ("inspector", "manager", "agent")
SENDING = (*HEADS, "clerk")
# Who had a hand in the pieces of a hand-in: issued the bag, took it, made a part of it, gave it to mend, or mended it.
HANDS = (
    "bag__issued_by", "bag__lot__maker__user", "relation__resident__user", "mending__given_by",
    "mending__relation__resident__user",
)  # fmt: skip


def _at_all(member: Member, organisations: Iterable[int], roles: Sequence[str]) -> bool:
    return member.is_system or set(organisations) <= member.organisations(*roles)


def may_pack(member: Member, lots: Sequence[Lot]) -> bool:
    """The desk of the workshop or agent packs the bags of its own lots."""
    return _at_all(member, (lot.organisation_id for lot in lots), DESK)


def may_keep_bags(member: Member, bags: Sequence[Bag]) -> bool:
    """The desk of the workshop or agent issues its bags, takes them in and writes down what was lost."""
    return _at_all(member, (lot.organisation_id for lot in _lots(bags)), DESK)


def may_keep_bag(member: Member, bag: Bag) -> bool:
    """As for several."""
    return may_keep_bags(member, [bag])


def _lots(bags: Sequence[Bag]) -> list[Lot]:
    """The lots of bags: those that came with a lock, or read all at once."""
    prefetch_related_objects(bags, "lot")
    return [bag.lot for bag in bags]


def may_bring_back(member: Member, bags: Sequence[Bag]) -> bool:
    """The desk takes in, and may do so in the name of the maker whose bags these are."""
    return may_keep_bags(member, bags) or owns(member, bags)


def owns(member: Member, bags: Sequence[Bag]) -> bool:
    """Say whether all of these bags are the member's own to make."""
    makers = {lot.maker_id for lot in _lots(bags)}
    return member.resident_id is not None and makers == {member.resident_id}


def may_keep_mending(member: Member, mending: Mending) -> bool:
    """The desk that gave pieces to mend takes them back as they are."""
    return may_keep_bags(member, [mending.bag])


def may_cancel_hand_in(member: Member, hand_ins: Sequence[HandIn]) -> bool:
    """The desk that took pieces in corrects its own count while nobody has inspected them."""
    lots = Lot.objects.filter(
        pk__in=Bag.objects.filter(pk__in={row.bag_id for row in hand_ins}).values("lot")
    )
    return _at_all(member, lots.values_list("organisation_id", flat=True), DESK)


def may_confirm(member: Member, hand_ins: Sequence[HandIn]) -> bool:
    """The maker says yes on the own page; the desk keeps the signed slip of somebody without a phone."""
    return may_bring_back(member, list(Bag.objects.filter(pk__in={row.bag_id for row in hand_ins})))


def may_confirm_back(member: Member, give_backs: Sequence[GiveBack]) -> bool:
    """Whoever may say yes to a hand-in of the bag may say yes to what came back of it unworked."""
    return may_bring_back(member, list(Bag.objects.filter(pk__in={row.bag_id for row in give_backs})))


def may_inspect(member: Member, hand_ins: Sequence[HandIn]) -> bool:
    """Inspectors and those who answer for the workshop, and the inspectors of the operator who signed.

    That they neither issued nor made it is asked besides: an agent who works alone needs somebody else's eyes.
    """
    keys = {row.pk for row in hand_ins}
    return member.is_system or HandIn.objects.filter(_inspected_by(member), pk__in=keys).count() == len(keys)


def _inspected_by(member: Member) -> Q:
    here = Q(bag__lot__organisation__in=member.organisations(*INSPECTING))
    return here | Q(bag__lot__line__order__operator__in=member.organisations("inspector"))


def inspected_hand_ins(member: Member) -> QuerySet[HandIn]:
    """The hand-ins of places one inspects for, without those whose bags one issued or made."""
    rows = HandIn.objects.all() if member.is_system else HandIn.objects.filter(_inspected_by(member))
    for hand in HANDS:
        rows = rows.exclude(**{hand: member.user})
    return rows


def hands_in(hand_ins: Sequence[HandIn]) -> set[object]:
    """Return the users who issued, made or mended what these hand-ins bring: none of them may inspect it."""
    found = HandIn.objects.filter(pk__in={row.pk for row in hand_ins})
    return {user for users in found.values_list(*HANDS) for user in users if user}


def may_ask_again(member: Member, inspection: Inspection) -> bool:
    """The maker of the pieces, or the desk that writes it down for somebody without a phone."""
    return may_bring_back(member, [inspection.hand_in.bag])


def may_look_again(member: Member, inspection: Inspection) -> bool:
    """Whoever may inspect the hand-in; that it is somebody else is asked besides."""
    return may_inspect(member, [inspection.hand_in])


def may_answer_appeal(member: Member, appeal: Appeal) -> bool:
    """As for looking again."""
    return may_look_again(member, appeal.inspection)


def hands_in_looks(inspection: Inspection) -> set[object]:
    """Return who issued, made or ever inspected these pieces: none of them looks at them again."""
    looked = inspection.looks.values_list("inspector_id", flat=True)
    return hands_in([inspection.hand_in]) | {inspection.inspector_id, *looked}


def hands_in_appeal(appeal: Appeal) -> set[object]:
    """As for looking again."""
    return hands_in_looks(appeal.inspection)


def answered_appeals(member: Member) -> QuerySet[Appeal]:
    """The questions about verdicts of places one inspects for, without those on pieces one had a hand in."""
    rows = Appeal.objects.all()
    if member.is_system:
        return rows
    seen = rows.filter(inspection__hand_in__in=inspected_hand_ins(member).values("pk"))
    return seen.exclude(inspection__inspector=member.user).exclude(inspection__looks__inspector=member.user)


def visible_appeals(member: Member) -> QuerySet[Appeal]:
    """The questions about verdicts on hand-ins one sees."""
    return Appeal.objects.filter(inspection__hand_in__in=visible_hand_ins(member))


def may_clear_shelf(member: Member, lot: Lot) -> bool:
    """Whoever answers for the workshop, or runs the order, says what becomes of rejected pieces; no inspector alone."""
    return member.is_system or member.at(lot.organisation_id, *HEADS) or _sends(member, lot.line)


def _sends(member: Member, line: OrderLine) -> bool:
    return member.holds("officer") or member.at(line.order.operator_id, *HEADS)


def cleared_lots(member: Member) -> QuerySet[Lot]:
    """The lots whose shelf one may clear."""
    lots = Lot.objects.all()
    if member.is_system or member.holds("officer"):
        return lots
    places = member.organisations(*HEADS)
    return lots.filter(Q(organisation__in=places) | Q(line__order__operator__in=places))


def may_see_defects(member: Member) -> bool:
    """The centre, and whoever answers for or inspects what a workshop makes."""
    return member.is_system or member.holds(*LOOKERS, *INSPECTING)


def seen_inspections(member: Member) -> QuerySet[Inspection]:
    """The inspections whose defects one reads, added up: the centre's are all, others read those of their places."""
    rows = Inspection.objects.all()
    if member.is_system or member.holds(*LOOKERS):
        return rows
    here = Q(hand_in__bag__lot__organisation__in=member.organisations(*INSPECTING))
    signed = Q(hand_in__bag__lot__line__order__operator__in=member.organisations("manager", "inspector"))
    return rows.filter(here | signed)


def may_find(member: Member, losses: Sequence[Loss]) -> bool:
    """The desk that wrote down what was gone writes down that it is there again."""
    return may_keep_bags(member, list(Bag.objects.filter(pk__in={row.bag_id for row in losses})))


def may_number(member: Member, word: Inspection) -> bool:
    """The desk, or whoever inspects there, reads the numbers off accepted pieces."""
    place = word.hand_in.bag.lot.organisation_id
    return member.is_system or member.at(place, *DESK, *INSPECTING)


def may_deliver(member: Member, line: OrderLine) -> bool:
    """The centre or the operator who signed for the order sends its pieces to the enterprise."""
    return member.is_system or member.holds("officer") or member.at(line.order.operator_id, *SENDING)


def may_sign_delivery(member: Member, delivery: Delivery) -> bool:
    """Whoever may send writes down the signature, and so may the enterprise that received."""
    return may_deliver(member, delivery.line) or member.at(delivery.line.order.enterprise_id, "buyer")


def may_enter_claim(member: Member, delivery: Delivery) -> bool:
    """The enterprise that received complains itself, or whoever sent writes its complaint down."""
    return may_sign_delivery(member, delivery)


def may_answer_claim(member: Member, claim: Claim) -> bool:
    """Whoever sent the pieces answers."""
    return may_deliver(member, claim.delivery.line)


def visible_claims(member: Member) -> QuerySet[Claim]:
    """The claims on visible deliveries."""
    return Claim.objects.filter(delivery__in=visible_deliveries(member))


def visible_bags(member: Member) -> QuerySet[Bag]:
    """The bags of one's workshops or township, of orders one signed for, and one's own; the centre sees all."""
    bags, lots = Bag.objects.all(), _seen_lots(member)
    return bags if lots is None else bags.filter(lot__in=lots)


def walked_bags(member: Member) -> QuerySet[Bag]:
    """The same bags, for a page of a long list.

    Who signs for orders may see every second bag. PostgreSQL puts all of those together to sort out the fifty of a
    page; asked for the truth of each, it walks along the bags in the page's order and stops at the fiftieth.
    """
    bags, lots = Bag.objects.all(), _seen_lots(member)
    if lots is None or not member.organisations(*HEADS, "inspector"):
        return visible_bags(member)
    return bags.filter(
        Func(Q(lot__in=lots), template="(%(expressions)s) IS TRUE", output_field=BooleanField())
    )


def _seen_lots(member: Member) -> QuerySet[Lot, Any] | None:
    """The lots whose bags one sees; none said of somebody who sees all."""
    if member.is_system or member.holds(*LOOKERS):
        return None
    at, signing = member.organisations(*DESK, "inspector"), member.organisations(*HEADS, "inspector")
    return lots_within(member, at=at, signed_by=signing)


def kept_bags(member: Member) -> QuerySet[Bag]:
    """The bags of the desks one keeps."""
    bags = Bag.objects.all()
    return bags if member.is_system else bags.filter(lot__organisation__in=member.organisations(*DESK))


def visible_hand_ins(member: Member) -> QuerySet[HandIn]:
    """The hand-ins of visible bags."""
    return HandIn.objects.filter(bag__in=visible_bags(member))


def visible_mendings(member: Member) -> QuerySet[Mending]:
    """The pieces of visible bags that another mends, and those one mends oneself."""
    own = Q(relation__resident=member.resident_id) if member.resident_id is not None else Q(pk__in=())
    return Mending.objects.filter(Q(bag__in=visible_bags(member)) | own)


def costed_orders(member: Member) -> QuerySet[Order]:
    """The orders of which one reads what making them costs: the centre all, an operator its own."""
    orders = Order.objects.all()
    if member.is_system or member.holds(*LOOKERS):
        return orders
    return orders.filter(operator__in=member.organisations("manager"))


def visible_give_backs(member: Member) -> QuerySet[GiveBack]:
    """The give-backs of visible bags."""
    return GiveBack.objects.filter(bag__in=visible_bags(member))


def visible_losses(member: Member) -> QuerySet[Loss]:
    """The losses of visible bags."""
    return Loss.objects.filter(bag__in=visible_bags(member))


def visible_deliveries(member: Member) -> QuerySet[Delivery]:
    """The centre sees every delivery, an operator's people and the enterprise their own."""
    deliveries = Delivery.objects.all()
    if member.is_system or member.holds(*LOOKERS):
        return deliveries
    sent = Q(line__order__operator__in=member.organisations(*DESK, "inspector"))
    received = Q(line__order__enterprise__in=member.organisations("buyer"))
    return deliveries.filter(sent | received)
