"""Who may share out, take, offer and plan work, and who sees which lot. Nothing here asks about membership."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from gongfang.core.members import Member
from gongfang.registry.people.models import Organisation, Resident
from gongfang.registry.places.access import stem
from gongfang.registry.places.models import Division
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.orders.models import Order, OrderLine

DESK = ("manager", "clerk", "agent")  # who hands out work at a workshop, or carries it from door to door
HEADS = ("manager", "agent")  # who answers for what a workshop or agent takes on
LOOKERS = ("officer", "auditor")  # who sees every lot of the county


def may_share_out(member: Member, line: OrderLine) -> bool:
    """The centre shares out a line, and so does the operator who signed for it."""
    return member.is_system or member.holds("officer") or member.at(line.order.operator_id, *HEADS)


def may_share_out_many(member: Member, lines: Sequence[OrderLine]) -> bool:
    """Who may share out each of these lines."""
    return all(may_share_out(member, line) for line in lines)


def may_take_back_share(member: Member, lot: Lot) -> bool:
    """Whoever may share out the line may take back what nobody has claimed."""
    return may_share_out(member, lot.line)


def may_hand_out(member: Member, lot: Lot) -> bool:
    """The desk of the workshop or agent that holds the lot."""
    return member.is_system or member.holds("officer") or member.at(lot.organisation_id, *DESK)


def may_hand_out_all(member: Member, lots: Sequence[Lot]) -> bool:
    """The desk of every workshop or agent that holds one of the lots."""
    return all(may_hand_out(member, lot) for lot in lots)


def may_claim(member: Member, lot: Lot) -> bool:
    """Makers of the workshop take work for themselves; its desk writes down what people come and take."""
    return may_hand_out(member, lot) or member.at(lot.organisation_id, "maker")


def may_answer_offer(member: Member, offer: Offer) -> bool:
    """The person who is asked answers; the desk writes down the answer of somebody without a phone."""
    own = member.resident_id is not None and member.resident_id == offer.maker_id
    return own or may_hand_out(member, offer.lot)


def may_confirm_claim(member: Member, lot: Lot) -> bool:
    """The person whose lot it is says yes to what was written down for them, or the desk keeps a signed slip."""
    own = member.resident_id is not None and member.resident_id == lot.maker_id
    return own or may_hand_out(member, lot)


def may_agree_day(member: Member, lot: Lot) -> bool:
    """The person whose lot it is agrees to another day, or the desk keeps a signed slip; heads agree for a share."""
    if lot.parent_id is None:
        return member.at(lot.organisation_id, *HEADS)
    return may_confirm_claim(member, lot)


def may_withdraw_offer(member: Member, offer: Offer) -> bool:
    """The desk takes back a question nobody has answered."""
    return may_hand_out(member, offer.lot)


def may_expire_offers(member: Member, offers: Sequence[Offer]) -> bool:
    """Only the clock lets offers run out."""
    return member.is_system


def may_free_offers(member: Member, maker: Resident) -> bool:
    """Only the system looks through somebody's questions when they are away."""
    return member.is_system


def may_forget_offers(member: Member, order: Order) -> bool:
    """Only the system forgets."""
    return member.is_system


def may_plan(member: Member, organisation: Organisation) -> bool:
    """Whoever answers for the workshop or agent asks for a plan; the centre may, too."""
    return member.is_system or member.holds("officer") or member.at(organisation.pk, *HEADS)


def may_plan_county(member: Member, county: Division) -> bool:
    """Only the centre plans for all workshops at once."""
    return _is_centre(member)


def _is_centre(member: Member) -> bool:
    return member.is_system or member.holds("officer")


def may_decide_plan(member: Member, run: PlanRun) -> bool:
    """Whoever may ask for the plan reads it, changes it, publishes it or puts it aside."""
    if run.organisation is None:
        return _is_centre(member)
    return may_plan(member, run.organisation)


def may_count(member: Member, lots: Sequence[Lot]) -> bool:
    """Counters move inside a higher verb that asked for its own permission; alone they are refused."""
    return True


def over_places(member: Member, division: str) -> Q:
    """Match what lies in the places of a member of a township centre, by the field that holds the division."""
    here = Q(pk__in=())
    for grant in member.grants:
        if grant.role == "township" and grant.place:
            here |= Q(**{f"{division}__startswith": stem(grant.place)})
    return here


def lots_within(
    member: Member, *, at: Iterable[int] = (), signed_by: Iterable[int] = ()
) -> QuerySet[Lot, Any]:
    """Return the keys of lots at these places, of orders these operators signed for, of one's township, and one's own.

    One arm each and all of them added up: PostgreSQL reads every arm from its index, where "one or the other" over
    four tables made it read all of them. A lot may stand in two arms; to sort that out would cost more than it saves.
    """
    signed = OrderLine.objects.filter(order__operator__in=signed_by)
    arms = [Lot.objects.filter(organisation__in=at), Lot.objects.filter(line__in=signed.values("pk"))]
    if member.resident_id is not None:
        arms.append(Lot.objects.filter(maker=member.resident_id))
    arms.append(Lot.objects.filter(over_places(member, "organisation__division__code")))
    first, *others = [arm.order_by().values("pk") for arm in arms]
    return first.union(*others, all=True)


def visible_lots(member: Member) -> QuerySet[Lot]:
    """The lots of one's workshops or township, of orders one signed for, and one's own; the centre sees all."""
    lots = Lot.objects.all()
    if member.is_system or member.holds(*LOOKERS):
        return lots
    at, heads = member.organisations(*DESK, "inspector"), member.organisations(*HEADS)
    return lots.filter(pk__in=lots_within(member, at=at, signed_by=heads))


def visible_work(member: Member) -> QuerySet[Lot]:
    """The open shares a maker could take work from, and every lot one sees anyway."""
    shares = Q(parent=None, stage=Lot.Stage.OPEN, organisation__in=member.organisations("maker"))
    return Lot.objects.filter(shares | Q(pk__in=visible_lots(member).values("pk")))


def visible_offers(member: Member) -> QuerySet[Offer]:
    """The offers of workshops one hands out work at, and those one is asked oneself."""
    offers = Offer.objects.all()
    if member.is_system or member.holds(*LOOKERS):
        return offers
    here = Q(lot__organisation__in=member.organisations(*DESK))
    own = Q(maker=member.resident_id) if member.resident_id is not None else Q(pk__in=())
    return offers.filter(here | own)


def visible_plans(member: Member) -> QuerySet[PlanRun]:
    """The plans of workshops and agents one answers for; the centre sees all."""
    runs = PlanRun.objects.all()
    if member.is_system or member.holds(*LOOKERS):
        return runs
    return runs.filter(organisation__in=member.organisations(*HEADS))
