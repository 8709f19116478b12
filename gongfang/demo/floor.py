"""A day on the workshop floor: who takes work, what goes out, what comes in, what the inspector says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from django.db.models import F, Q, QuerySet, Sum

from gongfang.core.action import By
from gongfang.demo.making import good_readings
from gongfang.demo.scenario.products import BY_CODE
from gongfang.demo.scene import Scene
from gongfang.ledger.accounts import Account, material
from gongfang.ledger.postings import organisation
from gongfang.ledger.queries import balances_of
from gongfang.oversight.codes import CONCENTRIC
from gongfang.registry.people.models import Organisation, Resident
from gongfang.registry.people.queries import makers_of
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.actions import ClaimRow
from gongfang.work.dispatch.caps import rooms
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.actions import BackRow, HandInRow, Verdict
from gongfang.work.piecework.models import Bag, HandIn, Inspection

MOST_ABSENT = 8  # of a hundred, on any day
_WRONG = ("绳头不足7厘米", "结体松散", "同心圆不正")


@dataclass(frozen=True)
class Floor:
    """One workshop or agent during the order, with its people, its desk and the day's chance."""

    scene: Scene
    line: OrderLine
    key: str
    chance: Random
    people: int

    @property
    def body(self) -> Organisation:
        return self.scene.bodies[self.key]

    @property
    def clerk(self) -> By:
        return self.scene.by(self.scene.desks[self.key].clerk)

    @property
    def inspector(self) -> By:
        return self.scene.by(self.scene.desks[self.key].inspector)

    def workers(self) -> list[Resident]:
        """Return those who wished for work here, as many as take part."""
        wishing = makers_of(self.body).filter(wish__isnull=False).select_related("user")
        return list(wishing.order_by("pk")[: self.people])

    def shares(self) -> QuerySet[Lot]:
        """Return the open shares of the order that lie here."""
        return Lot.objects.filter(line=self.line, organisation=self.body, parent=None, stage=Lot.Stage.OPEN)

    def lots(self) -> QuerySet[Lot]:
        """Return what people hold here of the order."""
        held = Lot.objects.filter(line=self.line, organisation=self.body, parent__isnull=False)
        return held.filter(stage=Lot.Stage.OPEN).order_by("pk")

    def bags(self) -> QuerySet[Bag]:
        """Return the bags of the order that are out."""
        out = Bag.objects.filter(lot__line=self.line, lot__organisation=self.body, stage=Bag.Stage.OUT)
        return out.select_related("lot").order_by("pk")


# --- taking work ----------------------------------------------------------------------------------------------


def take(floor: Floor, people: Iterable[Resident], pieces: int) -> None:
    """Let people come and take up to so many pieces each, on one signed sheet a share."""
    waiting = list(people)
    for share in floor.shares().select_related("step"):
        free, rows = share.free, []
        room = rooms(waiting, share.step, share.due)
        while waiting and free:
            maker = waiting.pop(0)
            wanted = min(pieces, free, room[maker.pk].least)
            if wanted:
                rows.append(ClaimRow(maker_id=maker.pk, pieces=wanted))
                free -= wanted
        if rows:
            signed = f"领料单 {floor.line.order.number} {floor.body.name}"
            dispatch.claim_many(floor.clerk, share, rows=rows, signed=signed)


def idle(floor: Floor, people: Iterable[Resident]) -> list[Resident]:
    """Return who holds nothing of the order any more."""
    busy = set(floor.lots().values_list("maker_id", flat=True))
    return [person for person in people if person.pk not in busy]


def hand_out(floor: Floor) -> None:
    """Pack what was taken and hand it out, as far as the rope goes."""
    lots = [lot for lot in floor.lots() if lot.pieces > lot.issued + _packed(lot)]
    if lots:
        piecework.pack_bags(floor.clerk, lots)
    packed = Bag.objects.filter(lot__in=floor.lots(), stage=Bag.Stage.PACKED).order_by("pk")
    rope, bags = _rope(floor), []
    for bag in packed.annotate(need=Sum("materials__need")):
        rope -= bag.need
        if rope < 0:
            break
        bags.append(bag)
    if bags:
        piecework.issue_bags(floor.clerk, bags)


def _packed(lot: Lot) -> int:
    return Bag.objects.filter(lot=lot, stage=Bag.Stage.PACKED).aggregate(sum=Sum("pieces"))["sum"] or 0


def _rope(floor: Floor) -> int:
    """What lies in this workshop's store and in the operator's."""
    kind = floor.line.order.materials.get()
    commodity = material(floor.line.order_id, kind.material_id)
    places = {floor.body.pk, floor.line.order.operator_id}
    return sum(balances_of(Account(organisation(place), "store", commodity) for place in places).values())


# --- bringing it in -------------------------------------------------------------------------------------------


def bring_in(floor: Floor, *, everything: bool = False) -> list[HandIn]:
    """Let people bring what they finished since yesterday, in parts; on the last days all of it."""
    bags = floor.bags().filter(pieces__gt=F("handed_in") + F("given_back") + F("gone"))
    by_maker: dict[int, list[Bag]] = defaultdict(list)
    for bag in bags:
        by_maker[bag.lot.maker_id or 0].append(bag)
    brought: list[Bag] = []
    rows: list[HandInRow] = []
    for maker, held in sorted(by_maker.items()):
        if not everything and floor.chance.randrange(100) < MOST_ABSENT:
            continue
        left = 10_000 if everything else _a_day(maker) + floor.chance.randint(-8, 8)
        for bag in held:
            if pieces := min(left, bag.at_home):
                rows.append(HandInRow(bag_id=bag.pk, pieces=pieces))
                brought.append(bag)
                left -= pieces
    return piecework.hand_in(floor.clerk, brought, rows=rows) if rows else []


def _a_day(maker: int) -> int:
    """How many knots somebody makes a day; everybody has their own pace, and learners are slower than shown."""
    return 34 + maker * 7 % 29


def bring_mended(floor: Floor) -> list[HandIn]:
    """Let people bring what they mended."""
    bags = list(floor.bags().filter(rework__gt=0))
    rows = [HandInRow(bag_id=bag.pk, pieces=bag.rework) for bag in bags]
    return piecework.hand_in_mended(floor.clerk, bags, rows=rows) if rows else []


def inspect(floor: Floor, taken: list[HandIn], *, strict: bool) -> list[Inspection]:
    """Have another person look at what came in; near the end everybody knows how it is done."""
    if not taken:
        return []
    verdicts = [_verdict(floor, hand_in, strict=strict) for hand_in in taken]
    return piecework.inspect(floor.inspector, taken, rows=verdicts)


def _verdict(floor: Floor, hand_in: HandIn, *, strict: bool) -> Verdict:
    draw, pieces = floor.chance.randrange(100), hand_in.pieces
    wrong = min(pieces, floor.chance.randint(1, 3)) if strict and draw < 12 and not hand_in.mended else 0
    rework, rejected, lost = (wrong, 0, 0) if draw < 7 else (0, wrong, 0) if draw < 11 else (0, 0, wrong)
    return Verdict(
        hand_in_id=hand_in.pk,
        accepted=pieces - wrong,
        rework=rework,
        rejected=rejected,
        lost=lost,
        reason=("清点时少了" if lost else floor.chance.choice(_WRONG)) if wrong else "",
        readings=good_readings(BY_CODE[CONCENTRIC]),
    )


# --- what else happens ----------------------------------------------------------------------------------------


def give_a_bag_back(floor: Floor) -> None:
    """Let somebody bring back what they will not get round to; it costs nothing, and others take it."""
    bag = floor.bags().filter(handed_in=0, given_back=0, gone=0).last()
    if bag is None:
        return
    piecework.give_back(floor.clerk, [bag], rows=[BackRow(bag_id=bag.pk, pieces=bag.pieces)])
    lot = Lot.objects.get(pk=bag.lot_id)
    if not lot.outside:
        dispatch.close_lot(floor.clerk, lot)


def lose_a_bag(floor: Floor, reason: str) -> None:
    """Let a bag be lost; somebody writes down how, and nobody owes anything."""
    bag = (
        floor.bags()
        .filter(handed_in__lt=F("pieces"), gone=0)
        .filter(~Q(lot__maker__born_on__year=1984))
        .last()
    )
    if bag is not None:
        piecework.lose_bags(floor.clerk, [bag], reason=reason)


def leave_unissued(floor: Floor) -> None:
    """Unpack what was not handed out and close what nobody will make, so that others can take it."""
    packed = list(Bag.objects.filter(lot__in=floor.lots(), stage=Bag.Stage.PACKED))
    if packed:
        piecework.unpack_bags(floor.clerk, packed)
    for lot in floor.lots():
        if not lot.outside:
            dispatch.close_lot(floor.clerk, lot)
