"""What can be asked about bags: who holds which, what is due, what waits for the inspector, and the way of a bag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext as _

from gongfang.core import codes
from gongfang.core.codes import WrongCode
from gongfang.core.errors import Gone, Refused
from gongfang.core.members import Member
from gongfang.registry.people.models import Resident
from gongfang.work.dispatch.access import DESK
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import DefectKind, InspectionPoint, Order, OrderLine, Rate
from gongfang.work.orders.queries import bag_sizes
from gongfang.work.piecework import access
from gongfang.work.piecework.models import (
    Appeal,
    Bag,
    BagMaterial,
    BagSource,
    Defect,
    Delivery,
    GiveBack,
    HandIn,
    Inspection,
    Loss,
    Mending,
    ShelfExit,
)

WITH_WORK = (
    "lot__maker",
    "lot__organisation",
    "lot__step",
    "lot__line__version__product",
    "lot__line__order__enterprise",
)
# What the page of one bag tells besides, read with the bag.
TRACED = (*WITH_WORK, "lot__line__order__operator", "issued_by", "packed_by")
AT_HOME = F("pieces") - F("handed_in") - F("gone") - F("given_back")


class WrongLabel(Refused):
    """What was scanned or typed leads to no bag of this person's; the sentence says why."""

    code = "wrong_label"


@dataclass(frozen=True)
class Trace:
    """The whole way of a bag, from the enterprise to every verdict; a slip is added by the room that pays."""

    bag: Bag
    materials: Sequence[BagMaterial]
    hand_ins: Sequence[HandIn]
    inspections: Sequence[Inspection]
    give_backs: Sequence[GiveBack]
    losses: Sequence[Loss]
    sources: Sequence[BagSource] = ()
    mendings: Sequence[Mending] = ()

    @property
    def lot(self) -> Lot:
        return self.bag.lot

    @property
    def line(self) -> OrderLine:
        return self.bag.lot.line

    @property
    def order(self) -> Order:
        return self.bag.lot.line.order

    @property
    def amount_hao(self) -> int:
        """What the accepted pieces of this bag have earned."""
        return sum(row.amount_hao for row in self.inspections)


@dataclass(frozen=True)
class ToGiveBack:
    """What a bag would still bring back unworked: the pieces at home, and each material (by its id) in all.

    `beside` is the part of the material that no unworked piece takes along by the recipe.
    """

    pieces: int
    materials: dict[int, int]
    beside: dict[int, int]


@dataclass(frozen=True)
class Held:
    """A bag as its maker reads it: what is still at home, until when, and what a piece earns."""

    bag: Bag
    rate_hao: int | None
    earned_hao: int


@dataclass(frozen=True)
class Faults:
    """What was wrong in some months: pieces by product and kind of defect, beside the pieces inspected."""

    months: Sequence[date]
    counts: dict[tuple[str, str], list[int]]
    pieces: Sequence[int]


@dataclass(frozen=True)
class OwnFault:
    """A kind of defect found in one's own pieces, with the guide how they should be."""

    kind: DefectKind
    pieces: int


@dataclass(frozen=True)
class Standing:
    """What stands of a verdict after second looks; what was missing is not among its pieces."""

    accepted: int
    rework: int
    rejected: int

    @property
    def pieces(self) -> int:
        """The pieces that were there to be looked at."""
        return self.accepted + self.rework + self.rejected


def standing(inspection: Inspection) -> Standing:
    """Return what stands of a verdict: the first word and every second look."""
    looks = list(inspection.looks.all())
    return Standing(
        *(
            getattr(inspection, name) + sum(getattr(look, name) for look in looks)
            for name in ("accepted", "rework", "rejected")
        )
    )


def on_shelf(lot_id: int) -> int:
    """Return how many rejected pieces of a lot lie on the shelf."""
    rejected = Bag.objects.filter(lot=lot_id).aggregate(sum=Coalesce(Sum("rejected"), 0))["sum"]
    gone = ShelfExit.objects.filter(lot=lot_id).aggregate(sum=Coalesce(Sum("pieces"), 0))["sum"]
    return int(rejected - gone)


def shelves(member: Member) -> QuerySet[Lot]:
    """Return the people's lots with rejected pieces on the shelf that this person may clear: `left` says how many."""
    gone = ShelfExit.objects.filter(lot=OuterRef("pk")).order_by().values("lot")
    lots = access.cleared_lots(member).filter(maker__isnull=False, rejected__gt=0)
    counted = lots.annotate(
        left=F("rejected") - Coalesce(Subquery(gone.annotate(sum=Sum("pieces")).values("sum")), 0)
    )
    found = counted.filter(left__gt=0).select_related("organisation", "step", "line__version__product")
    return found.order_by("pk")


def open_appeals(member: Member) -> QuerySet[Appeal]:
    """Return the questions about verdicts this person may answer, the oldest first."""
    rows = access.answered_appeals(member).filter(stage=Appeal.Stage.OPEN)
    parts = ("inspection__hand_in__bag", "inspection__inspector")
    return rows.select_related(*parts, *(f"inspection__hand_in__bag__{name}" for name in WITH_WORK)).order_by(
        "asked_on", "pk"
    )


def read_label(text: str) -> str:
    """Read a label as typed, or scanned with its address before it."""
    try:
        return codes.label(text.strip().rstrip("/").rpartition("/")[2])
    except WrongCode as wrong:
        raise WrongLabel(wrong.sentence, field="code") from None


def find_bag(member: Member, text: str) -> Bag:
    """Return the bag of a label; a wrong one, or a bag of other people, is refused with the reason at once."""
    code = read_label(text)
    bag = Bag.objects.filter(code=code).select_related(*WITH_WORK).first()
    if bag is None:
        raise WrongLabel(
            _("No bag of this county has the label %(code)s. Look whether it belongs to another county.")
            % {"code": code},
            field="code",
        )
    if not access.visible_bags(member).filter(pk=bag.pk).exists():
        raise WrongLabel(_foreign(member, bag), code="foreign_label", field="code")
    return bag


def _foreign(member: Member, bag: Bag) -> str:
    if member.organisations(*access.INSPECTING, "clerk"):
        return _("This bag belongs to %(workshop)s. Ask there, and keep the bag apart until then.") % {
            "workshop": bag.lot.organisation
        }
    return _("This bag was issued to somebody else. Bring it to the workshop.")


def find_bags(member: Member, text: str) -> list[Bag]:
    """Return the bags of many labels, one a line or separated by blanks, each once; the first wrong one is named."""
    bags = {}
    for label in text.replace(",", " ").replace("，", " ").split():
        try:
            bag = find_bag(member, label)
        except WrongLabel as wrong:
            sentence = _("%(label)s: %(sentence)s") % {"label": label, "sentence": wrong.sentence}
            raise WrongLabel(sentence, code=wrong.code, field="codes") from None
        bags[bag.pk] = bag
    return list(bags.values())


def packed_bags(member: Member) -> QuerySet[Bag]:
    """Return the bags a desk could issue, those due first in front."""
    here = access.kept_bags(member).filter(stage=Bag.Stage.PACKED)
    return here.select_related(*WITH_WORK).order_by("due", "pk")


def making_bags(member: Member) -> QuerySet[Bag]:
    """Return the bags a desk could take finished pieces of, those due first in front."""
    out = access.kept_bags(member).filter(stage=Bag.Stage.OUT).alias(home=AT_HOME)
    return out.filter(home__gt=0).select_related(*WITH_WORK).order_by("due", "pk")


def mending_bags(member: Member) -> QuerySet[Bag]:
    """Return the bags a desk could take mended pieces of, those due first in front."""
    out = access.kept_bags(member).filter(stage=Bag.Stage.OUT, rework__gt=0)
    return out.select_related(*WITH_WORK).order_by("due", "pk")


def due_bags(member: Member, day: date) -> QuerySet[Bag]:
    """Return the visible bags that should be back by a day and are not, the oldest first."""
    out = access.visible_bags(member).filter(stage=Bag.Stage.OUT, due__lte=day).alias(home=AT_HOME)
    return out.filter(Q(home__gt=0) | Q(rework__gt=0)).select_related(*WITH_WORK).order_by("due", "pk")


def late_bags(member: Member, today: date) -> QuerySet[Bag]:
    """Return the visible bags that should have been back before today."""
    return due_bags(member, date.fromordinal(today.toordinal() - 1))


def outside(member: Member, today: date) -> tuple[int, int]:
    """Return how many visible bags are outside, and how many of them should have been back before today."""
    late = Q(due__lt=today) & (Q(home__gt=0) | Q(rework__gt=0))
    out = access.visible_bags(member).filter(stage=Bag.Stage.OUT).alias(home=AT_HOME)
    counted = out.aggregate(out=Count("pk"), late=Count("pk", filter=late))
    return counted["out"], counted["late"]


def to_pack(member: Member) -> QuerySet[Any]:
    """Return the makers' lots of one's desk of which something is neither packed nor issued, those due first in front.

    `packed` says how many pieces of each lie packed.
    """
    lying = Bag.objects.filter(lot=OuterRef("pk"), stage=Bag.Stage.PACKED).order_by().values("lot")
    lots = Lot.objects.filter(
        organisation__in=member.organisations(*DESK), maker__isnull=False, stage=Lot.Stage.OPEN
    ).annotate(packed=Coalesce(Subquery(lying.annotate(sum=Sum("pieces")).values("sum")), 0))
    waiting = lots.filter(pieces__gt=F("issued") + F("packed"))
    return waiting.select_related("maker", "step", "organisation", "line__version__product").order_by(
        "due", "pk"
    )


def bags_to_come(lot: Lot, packed: int) -> list[int]:
    """Return into which bags the rest of a lot would be packed."""
    return bag_sizes(lot.step, lot.pieces - lot.issued - packed)


def to_inspect(member: Member) -> QuerySet[HandIn]:
    """Return the hand-ins this person may inspect: of their workshop, neither issued nor made by them."""
    waiting = access.inspected_hand_ins(member).filter(stage=HandIn.Stage.WAITING)
    return waiting.select_related("taken_by", *(f"bag__{name}" for name in WITH_WORK)).order_by(
        "handed_in_on", "pk"
    )


def points_of(bag: Bag) -> QuerySet[InspectionPoint]:
    """Return what the inspector looks at on the pieces of a bag."""
    return InspectionPoint.objects.filter(step=bag.lot.step_id).order_by("no")


def faults(member: Member, today: date, *, months: int) -> Faults:
    """Add up what was wrong, month by month up to now, by product and kind: of the places one reads, of no person."""
    first = _months_before(today, months - 1)
    row = [_months_before(today, back) for back in range(months - 1, -1, -1)]
    seen = access.seen_inspections(member).filter(inspected_on__gte=first)
    counts: dict[tuple[str, str], list[int]] = {}
    named = Defect.objects.filter(inspection__in=seen).annotate(month=TruncMonth("inspection__inspected_on"))
    grouped = named.values_list("kind__product__name", "kind__name", "month").annotate(sum=Sum("pieces"))
    for product, kind, month, count in grouped.order_by("kind__product__name", "kind__name", "month"):
        counts.setdefault((product, kind), [0] * months)[row.index(month)] += count
    looked = seen.annotate(month=TruncMonth("inspected_on")).order_by().values_list("month")
    told = dict(looked.annotate(sum=Sum("hand_in__pieces")))
    return Faults(row, counts, [told.get(month, 0) for month in row])


def _months_before(day: date, months: int) -> date:
    """Return the first day of the month so many months ago."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def own_faults(maker_id: int, since: date) -> list[OwnFault]:
    """Return what was wrong with a maker's own pieces, the most frequent first; only that person reads it."""
    rows = Defect.objects.filter(
        inspection__hand_in__relation__resident=maker_id, inspection__inspected_on__gte=since
    )
    sums = dict(rows.order_by().values_list("kind").annotate(sum=Sum("pieces")))
    kinds = DefectKind.objects.in_bulk(sums)
    return [OwnFault(kinds[key], sums[key]) for key in sorted(sums, key=lambda key: (-sums[key], key))]


def unconfirmed(maker_id: int) -> QuerySet[HandIn]:
    """Return the hand-ins others wrote down for a person, which wait for the person's own yes."""
    rows = HandIn.objects.filter(provisional=True, bag__lot__maker=maker_id).exclude(
        stage=HandIn.Stage.CANCELLED
    )
    return rows.select_related(
        "taken_by", "relation__resident", *(f"bag__{name}" for name in WITH_WORK)
    ).order_by("pk")


def mending_of(maker_id: int) -> QuerySet[Mending]:
    """Return what a person mends for somebody else and has not brought back yet."""
    rows = Mending.objects.filter(relation__resident=maker_id, pieces__gt=F("back") + F("returned"))
    return rows.select_related(*(f"bag__{name}" for name in WITH_WORK)).order_by("pk")


def unconfirmed_give_backs(maker_id: int) -> QuerySet[GiveBack]:
    """Return what others wrote down as brought back unworked by a person, which waits for the person's own yes."""
    rows = GiveBack.objects.filter(provisional=True, bag__lot__maker=maker_id)
    return rows.select_related("taken_by", *(f"bag__{name}" for name in WITH_WORK)).order_by("pk")


def trace_bag(bag: Bag) -> Trace:
    """Return the way of a bag read with `TRACED`: its material, every hand-in and every verdict."""
    parts = ("taken_by", "inspection__inspector", "inspection__rate")
    hand_ins = bag.hand_ins.select_related(*parts)
    rows = list(hand_ins.order_by("pk"))
    verdicts = [row.inspection for row in rows if hasattr(row, "inspection")]
    sources = bag.sources.filter(pieces__gt=0).select_related("origin__step", "origin__organisation")
    return Trace(
        bag=bag,
        materials=list(bag.materials.select_related("order_material__material", "item").order_by("pk")),
        hand_ins=rows,
        inspections=sorted(verdicts, key=lambda row: row.pk),
        give_backs=list(bag.give_backs.select_related("taken_by").order_by("pk")),
        losses=list(bag.losses.select_related("written_by").order_by("pk")),
        sources=list(sources) if bag.lot.line.fed_by_id else (),
        mendings=list(bag.mendings.order_by("pk")) if bag.rework else (),
    )


def to_give_back(bag: Bag) -> ToGiveBack:
    """Propose what comes back if nothing more of a bag is made; material in pieces not yet inspected stays in them."""
    waiting = bag.hand_ins.filter(stage=HandIn.Stage.WAITING, mended=False).aggregate(sum=Sum("pieces"))[
        "sum"
    ]
    rows = list(bag.materials.select_related("order_material").order_by("pk"))
    left = {row: max(0, row.in_custody - row.a_piece * (waiting or 0)) for row in rows}
    return ToGiveBack(
        pieces=bag.at_home,
        materials={row.order_material.material_id: amount for row, amount in left.items()},
        beside={
            row.order_material.material_id: max(0, amount - row.a_piece * bag.at_home)
            for row, amount in left.items()
        },
    )


def promised_rates(lots: Iterable[Lot]) -> dict[tuple[int, date], Rate]:
    """Return, by step and day, the rate that stood when each lot was taken; a later, lower one never reaches it."""
    wanted = {(lot.step_id, lot.shared_on) for lot in lots}
    rates = Rate.objects.filter(step__in={step for step, _day in wanted}, grade="").order_by("valid_from")
    found: dict[tuple[int, date], Rate] = {}
    for rate in rates:
        found |= {
            (step, day): rate for step, day in wanted if step == rate.step_id and rate.valid_from <= day
        }
    return found


def graded_rates(lots: Iterable[Lot]) -> dict[tuple[int, str], Rate]:
    """Return, by lot and grade, the graded rates that stood when each lot was taken."""
    wanted = list(lots)
    rates = list(
        Rate.objects.filter(step__in={lot.step_id for lot in wanted}).exclude(grade="").order_by("valid_from")
    )
    return {
        (lot.pk, rate.grade): rate
        for lot in wanted
        for rate in rates
        if rate.step_id == lot.step_id and rate.valid_from <= lot.shared_on
    }


def bags_of(maker_id: int) -> list[Held]:
    """Return a maker's own bags that are not finished, with what a piece earns and what they have earned by each."""
    own = Inspection.objects.filter(hand_in__bag=OuterRef("pk"), hand_in__relation__resident=maker_id)
    earned = (
        own.order_by().values("hand_in__bag").annotate(sum=Sum("amount_hao", output_field=BigIntegerField()))
    )
    bags = (
        Bag.objects.filter(lot__maker=maker_id, stage=Bag.Stage.OUT)
        .select_related(*WITH_WORK)
        .annotate(earned_hao=Coalesce(Subquery(earned.values("sum")), 0, output_field=BigIntegerField()))
        .order_by("due", "pk")
    )
    rates = promised_rates(bag.lot for bag in bags)
    held = []
    for bag in bags:
        rate = rates.get((bag.lot.step_id, bag.lot.shared_on))
        held.append(Held(bag, rate.price(bag.lot.pieces) if rate else None, bag.earned_hao))
    return held


def people_of_order(order: Order) -> QuerySet[Resident]:
    """Return the people who made pieces for an order, or hold some to make."""
    return Resident.objects.filter(
        pk__in=Lot.objects.filter(line__order=order, maker__isnull=False).values("maker")
    )


def to_deliver(member: Member) -> QuerySet[OrderLine]:
    """Return the lines with accepted pieces that wait for delivery and that this person may send."""
    lines = OrderLine.objects.filter(stage=Order.Stage.OPEN, final=True, accepted__gt=F("delivered"))
    if not (member.is_system or member.holds("officer")):
        lines = lines.filter(order__operator__in=member.organisations(*access.SENDING))
    return lines.select_related("version__product", "order__enterprise").order_by("due", "pk")


def delivery_of(member: Member, pk: int) -> Delivery:
    """Return a delivery with everything its slip prints."""
    rows = access.visible_deliveries(member).select_related(
        "line__version__product",
        "line__order__enterprise",
        "line__order__operator",
        "line__order__contract",
        "sent_by",
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Gone
    return found
