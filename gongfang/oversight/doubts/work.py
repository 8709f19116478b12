"""Doubts about pieces: who inspects how, what was counted twice, what no material or no day was enough for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeAlias

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce, Greatest

from gongfang.core.models import Entry
from gongfang.oversight.doubts.chance import too_few
from gongfang.oversight.doubts.finding import Fact, Finding, hands, named, search
from gongfang.oversight.doubts.parameters import (
    CHANCE_ONE_IN,
    HOURS_A_DAY,
    MATERIAL_PERMILLE,
    SAME_HAND_INS,
)
from gongfang.oversight.models import Doubt
from gongfang.work.orders.models import RecipeItem
from gongfang.work.piecework.custody import unusual_losses
from gongfang.work.piecework.models import Bag, BagMaterial, HandIn, Inspection, Loss

Counted: TypeAlias = tuple[int, int]  # hand-ins with something wrong, of so many

_STEP = "hand_in__bag__lot__step"
_SHOWN = 500  # rows kept of what went on for long: the newest
_BAD = Count("pk", filter=Q(rework__gt=0) | Q(rejected__gt=0))


# --- inspection ------------------------------------------------------------------------------------------------


@search("passes_all")
def passes_all(day: date) -> Iterator[Finding]:
    """An inspector who finds so much less wrong with a product than all others do that chance hardly explains it.

    Hand-ins are compared, not pieces: the pieces of one bag are good or bad together. What was answered before does not
    count again.
    """
    by_step: dict[int, dict[Any, Counted]] = defaultdict(dict)
    for inspector, step, bad, looked in _verdicts(Inspection.objects.all()):
        by_step[step][inspector] = bad, looked
    one_in = CHANCE_ONE_IN.on(day) * max(1, sum(len(of) for of in by_step.values() if len(of) > 1))
    answered = _answered()
    for step, of in sorted(by_step.items()):
        for inspector, others in _apart(of, one_in).items():
            subject = f"inspector:{inspector}:{step}"
            rows = _since(inspector, step, answered.get(subject))
            own = _added((bad, looked) for _who, _step, bad, looked in _verdicts(rows))
            if too_few(own, others, one_in=one_in):
                yield _passing(subject, rows, own, others)


def _apart(of: dict[Any, Counted], one_in: int) -> dict[Any, Counted]:
    """Return who finds too little, beside what all others find; whoever is found no longer hides the next one."""
    apart: dict[Any, Counted] = {}
    while True:
        rest = {who: count for who, count in of.items() if who not in apart}
        sums = {who: _added(count for other, count in rest.items() if other != who) for who in rest}
        found = {who: others for who, others in sums.items() if too_few(of[who], others, one_in=one_in)}
        if not found:
            return dict(sorted(apart.items(), key=str))
        apart |= found


def _added(counts: Iterable[Counted]) -> Counted:
    found = list(counts)
    return sum(bad for bad, _looked in found), sum(looked for _bad, looked in found)


def _verdicts(rows: QuerySet[Inspection]) -> QuerySet[Inspection, Any]:
    first = rows.filter(hand_in__mended=False).order_by()
    return first.values_list("inspector", _STEP).annotate(bad=_BAD, all=Count("pk"))


def _answered() -> dict[str, date]:
    closed = Doubt.objects.filter(kind="passes_all").exclude(stage=Doubt.Stage.OPEN).order_by()
    return dict(closed.values_list("subject").annotate(last=Max("answered_on")))


def _since(inspector: Any, step: int, answered: date | None) -> QuerySet[Inspection]:
    rows = Inspection.objects.filter(inspector=inspector, **{_STEP: step})
    return rows.filter(inspected_on__gt=answered) if answered else rows


def _passing(subject: str, rows: QuerySet[Inspection], own: Counted, others: Counted) -> Finding:
    last = list(rows.select_related(f"{_STEP}__version__product").order_by("-pk")[:_SHOWN])
    product = last[0].hand_in.bag.lot.step.version.product.name
    facts: dict[str, Fact] = {
        "product": product, "looked": own[1], "found": own[0], "others": others[1], "others_found": others[0],
    }  # fmt: skip
    return Finding(
        subject, named("piecework.inspection", (row.pk for row in last)), facts, hands([last[0].inspector_id])
    )


@search("own_inspection")
def own_inspection(day: date) -> Iterator[Finding]:
    """Pieces inspected by whoever made them or handed out their bag: no verb allows it."""
    same = Q(inspector=F("hand_in__bag__issued_by")) | Q(inspector=F("hand_in__bag__lot__maker__user"))
    rows = (
        Inspection.objects.filter(same)
        .order_by()
        .values("inspector", "hand_in__bag__lot__organisation", "hand_in__bag__lot__organisation__name")
        .annotate(found=ArrayAgg("pk"))
    )
    for row in rows:
        where = row["hand_in__bag__lot__organisation"]
        yield Finding(
            f"inspector:{row['inspector']}:{where}",
            named("piecework.inspection", row["found"]),
            {"number": len(row["found"]), "place": row["hand_in__bag__lot__organisation__name"]},
            hands([row["inspector"]]),
        )


# --- hand-ins --------------------------------------------------------------------------------------------------


@search("hand_in_again")
def hand_in_again(day: date) -> Iterator[Finding]:
    """Several bags that came in twice on one day at one desk with the same number of pieces: a list sent again."""
    twice = (
        HandIn.objects.filter(mended=False)
        .exclude(stage=HandIn.Stage.CANCELLED)
        .order_by()
        .values("taken_by", "handed_in_on", "bag", "pieces")
        .annotate(times=Count("pk"), found=ArrayAgg("pk"))
        .filter(times__gt=1)
    )
    lists: dict[tuple[Any, date], list[int]] = defaultdict(list)
    bags: dict[tuple[Any, date], set[int]] = defaultdict(set)
    for row in twice:
        key = row["taken_by"], row["handed_in_on"]
        lists[key] += row["found"]
        bags[key].add(row["bag"])
    for (desk, on), found in sorted(lists.items(), key=str):
        if len(bags[desk, on]) >= SAME_HAND_INS.on(day):
            facts: dict[str, Fact] = {"bags": len(bags[desk, on]), "day": on.isoformat()}
            yield Finding(f"desk:{desk}:{on}", named("piecework.handin", found), facts, hands([desk]))


@search("key_reused")
def key_reused(day: date) -> Iterator[Finding]:
    """What was sent before came again with other content; it was refused."""
    rows = (
        Entry.objects.filter(verb="reuse_key")
        .order_by()
        .values("actor", "device")
        .annotate(found=ArrayAgg("pk"))
    )
    for row in rows:
        subject = f"sender:{row['actor']}:{row['device']}"[:80]
        yield Finding(
            subject, named("core.entry", row["found"]), {"times": len(row["found"])}, hands([row["actor"]])
        )


@search("too_much_a_day")
def too_much_a_day(day: date) -> Iterator[Finding]:
    """More pieces of one person went out and came back on one day than two hands and a family make in it."""
    work = Sum(F("pieces") * Coalesce("bag__lot__step__standard_seconds", 0), output_field=BigIntegerField())
    rows = (
        HandIn.objects.filter(mended=False, bag__issued_on=F("handed_in_on"), bag__lot__maker__isnull=False)
        .exclude(stage=HandIn.Stage.CANCELLED)
        .order_by()
        .values("bag__lot__maker", "handed_in_on")
        .annotate(seconds=work, many=Sum("pieces"), found=ArrayAgg("pk"), desks=ArrayAgg("taken_by"))
        .filter(seconds__gt=HOURS_A_DAY.on(day) * 3600)
    )
    for row in rows:
        on = row["handed_in_on"].isoformat()
        facts: dict[str, Fact] = {"pieces": row["many"], "hours": row["seconds"] // 3600, "day": on}
        subject = f"maker:{row['bag__lot__maker']}:{on}"
        yield Finding(subject, named("piecework.handin", row["found"]), facts, hands(row["desks"]))


# --- material --------------------------------------------------------------------------------------------------


@search("without_material")
def without_material(day: date) -> Iterator[Finding]:
    """More pieces came back in a bag than its material was enough for; substitutes count for what they replace."""
    more = 1000 + MATERIAL_PERMILLE.on(day)
    for bag, enough in _enough().items():
        back = bag.handed_in - bag.lost
        if back * 1000 > enough * more:
            yield _unmade(bag, back, enough)
    for bag in _empty_bags():
        yield _unmade(bag, bag.handed_in - bag.lost, 0)


def _unmade(bag: Bag, back: int, enough: int) -> Finding:
    takers = HandIn.objects.filter(bag=bag).values_list("taken_by", flat=True)
    facts: dict[str, Fact] = {"bag": bag.code, "pieces": back, "enough": enough}
    return Finding(
        f"bag:{bag.pk}", named("piecework.bag", [bag.pk]), facts, hands(takers, [bag.issued_by_id])
    )


def _enough() -> dict[Bag, int]:
    """Return the bags that may have made too much, and for how many pieces the scarcest material was enough."""
    stayed = F("issued") - F("given_back") - F("lost")
    rows = (
        BagMaterial.objects.filter(a_piece__gt=0, bag__handed_in__gt=F("bag__lost"))
        .order_by()
        .values("bag", part=Coalesce(F("item"), 0 - F("order_material"), output_field=BigIntegerField()))
        .annotate(
            enough=Sum(Greatest(stayed, 0) / F("a_piece"), output_field=BigIntegerField()),
            back=Max(F("bag__handed_in") - F("bag__lost")),
        )
        .filter(back__gt=F("enough"))
    )
    least: dict[int, int] = {}
    for row in rows:
        least[row["bag"]] = min(row["enough"], least.get(row["bag"], row["enough"]))
    return {bag: least[bag.pk] for bag in Bag.objects.filter(pk__in=least).order_by("pk")}


def _empty_bags() -> QuerySet[Bag]:
    """Return bags that brought pieces back though nothing of what the recipe needs was packed in them."""
    recipe = RecipeItem.objects.filter(
        step=OuterRef("lot__step"), ownership=RecipeItem.Ownership.ENTERPRISE, amount__gt=0
    )
    packed = BagMaterial.objects.filter(bag=OuterRef("pk"))
    return Bag.objects.filter(Exists(recipe), ~Exists(packed), handed_in__gt=F("lost")).order_by("pk")


@search("unusual_loss")
def unusual_loss(day: date) -> Iterator[Finding]:
    """An unusual part of dear material is gone, or was used beyond the recipe."""
    found = unusual_losses(Bag.objects.all(), day)
    losses: dict[int, list[int]] = defaultdict(list)
    for loss in Loss.objects.filter(bag__in=[one.row.bag_id for one in found], found_on=None):
        losses[loss.bag_id].append(loss.pk)
    for one in found:
        row = one.row
        facts: dict[str, Fact] = {
            "bag": row.bag.code, "material": row.order_material.material.name, "hao": one.hao,
            "permille": one.missing * 1000 // row.issued,
        }  # fmt: skip
        refs = (*named("piecework.bag", [row.bag_id]), *named("piecework.loss", losses[row.bag_id]))
        yield Finding(f"material:{row.pk}", refs, facts)
