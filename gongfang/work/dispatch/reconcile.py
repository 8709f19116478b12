"""Shares worked out once more from what people hold of them, and lines from their shares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Sum

from gongfang.core.models import ref
from gongfang.ledger.reconcile import Difference, check
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.orders.models import OrderLine

COUNTERS = ("issued", "handed_in", "accepted", "rework", "rejected", "lost")


@check("shares")
def shares() -> Iterator[Difference]:
    """A share counts what people took of it, are asked about, and what became of their pieces."""
    expected: dict[int, Counter[str]] = defaultdict(Counter)
    for lot in Lot.objects.filter(parent__isnull=False).iterator():
        held = lot.pieces if lot.stage == Lot.Stage.OPEN else lot.accepted + lot.rejected + lot.lost
        expected[lot.parent_id or 0].update(
            {"claimed": held, **{name: getattr(lot, name) for name in COUNTERS}}
        )
    asked = Offer.objects.filter(stage=Offer.Stage.OPEN).values_list("lot").annotate(sum=Sum("pieces"))
    for share, pieces in asked.order_by("lot"):
        expected[share]["offered"] = pieces
    for share in Lot.objects.filter(parent=None).order_by("pk").iterator():
        yield from _compared(share, expected[share.pk], ("claimed", "offered", *COUNTERS))


@check("lines")
def lines() -> Iterator[Difference]:
    """A line counts the pieces of its shares and what became of them."""
    sums = (
        Lot.objects.filter(parent=None)
        .values("line")
        .annotate(shared=Sum("pieces"), **{f"all_{name}": Sum(name) for name in COUNTERS})
    )
    expected = {row["line"]: Counter(_named(row)) for row in sums.order_by("line")}
    for line in OrderLine.objects.order_by("pk").iterator():
        yield from _compared(line, expected.get(line.pk, Counter()), ("shared", *COUNTERS))


def _named(row: Mapping[str, Any]) -> dict[str, int]:
    return {"shared": row["shared"], **{name: row[f"all_{name}"] for name in COUNTERS}}


def _compared(row: Lot | OrderLine, expected: Counter[str], names: tuple[str, ...]) -> Iterator[Difference]:
    for name in names:
        found = getattr(row, name)
        if found != expected[name]:
            yield Difference(name, ref(row), expected[name], found)
