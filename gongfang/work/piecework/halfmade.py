"""Half-made pieces: out of what the step before accepted, into bags of the next step, and never more than there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, QuerySet, Sum

from gongfang.core.action import Act
from gongfang.core.bulk import save_many
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework.models import Bag, BagSource, Inspection


def pass_on(act: Act, bags: Sequence[Bag], lots: Mapping[int, Lot]) -> None:
    """Put half-made pieces into bags that go out, those made first in front; refused where there are fewer."""
    for line_id, fed in _by_feeder(bags, lots).items():
        orders.count_passed_on(act, OrderLine(pk=line_id), pieces=sum(bag.pieces for bag in fed))
        there = _there(line_id)
        for bag in fed:
            BagSource.objects.bulk_create(_drawn(bag, there))
            postings.pass_on(act, line_id=line_id, lot_id=bag.lot_id, pieces=bag.pieces, cause=ref(bag))


def _by_feeder(bags: Iterable[Bag], lots: Mapping[int, Lot]) -> dict[int, list[Bag]]:
    """Return the bags that hold half-made pieces, by the line that made them; most bags hold none."""
    found: dict[int, list[Bag]] = {}
    for bag in bags:
        feeder = lots[bag.lot_id].line.fed_by_id
        if feeder is not None:
            found.setdefault(feeder, []).append(bag)
    return found


def _there(line_id: int) -> dict[int, int]:
    """Return how many accepted pieces of each lot of a line were not passed on; older lots come first."""
    lots = Lot.objects.filter(line=line_id, maker__isnull=False, accepted__gt=0).order_by("pk")
    gone = BagSource.objects.filter(origin__line=line_id).order_by().values_list("origin")
    taken = dict(gone.annotate(sum=Sum("pieces")))
    return {lot.pk: lot.accepted - taken.get(lot.pk, 0) for lot in lots}


def _drawn(bag: Bag, there: dict[int, int]) -> list[BagSource]:
    """Draw the pieces of a bag from the lots that made them."""
    left, drawn = bag.pieces, []
    for origin, most in there.items():
        part = min(left, most)
        if part:
            there[origin] = most - part
            left -= part
            drawn.append(BagSource(bag=bag, origin_id=origin, pieces=part))
    return drawn


def bring_back(act: Act, bag: Bag, lot: Lot, pieces: int) -> None:
    """Take half-made pieces back as they went out, the last drawn first."""
    line_id = lot.line.fed_by_id
    if line_id is None or not pieces:
        return
    left, rows = pieces, list(bag.sources.order_by("-pk"))
    for row in rows:
        part = min(left, row.pieces)
        row.pieces -= part
        left -= part
    save_many(rows, "pieces")
    bag.sources.filter(pieces=0).delete()
    orders.count_passed_on(act, OrderLine(pk=line_id), pieces=-pieces)
    postings.bring_back_half_made(act, line_id=line_id, lot_id=lot.pk, pieces=pieces, cause=ref(bag))


def use(act: Act, bag: Bag, lot: Lot, *, used: int, lost: int) -> None:
    """The next step was done to half-made pieces, well or badly; those missing are lost."""
    line_id = lot.line.fed_by_id
    if line_id is not None:
        postings.work_on(act, line_id=line_id, lot_id=lot.pk, pieces=used, cause=ref(bag))
        postings.lose_half_made(act, line_id=line_id, lot_id=lot.pk, pieces=lost, cause=ref(bag))


def find(act: Act, bag: Bag, lot: Lot, pieces: int) -> None:
    """Half-made pieces that were lost with a bag are with its maker again."""
    line_id = lot.line.fed_by_id
    if line_id is not None:
        postings.find_half_made(act, line_id=line_id, lot_id=lot.pk, pieces=pieces, cause=ref(bag))


def held() -> dict[str, dict[str, int]]:
    """Return what bags and verdicts say of half-made pieces, lot by lot, by the ledger's purposes."""
    fed = {"lot__line__fed_by__isnull": False, "stage__in": [Bag.Stage.OUT, Bag.Stage.CLOSED]}
    out = _by_lot(Bag.objects.filter(**fed), "lot", out=F("pieces") - F("given_back"), gone=F("gone"))
    first = Inspection.objects.filter(hand_in__mended=False, hand_in__bag__lot__line__fed_by__isnull=False)
    said = _by_lot(first, "hand_in__bag__lot", all=F("hand_in__pieces"), lost=F("lost"))
    found: dict[str, dict[str, int]] = {"half_made": {}, "worked_on": {}, "half_lost": {}}
    for name, (went, gone) in out.items():
        inspected, missing = said.get(name, (0, 0))
        found["half_made"][name] = went - gone - inspected
        found["worked_on"][name] = inspected - missing
        found["half_lost"][name] = gone + missing
    return found


def _by_lot(rows: QuerySet[Any], lot: str, **sums: Any) -> dict[str, tuple[int, int]]:
    """Add two amounts up by lot and the line whose half-made pieces it holds."""
    named = rows.order_by().values_list(lot, f"{lot}__line__fed_by")
    added = named.annotate(**{f"sum_{name}": Sum(amount) for name, amount in sums.items()})
    return {f"{key} piece:{line}": (first, second) for key, line, first, second in added}
