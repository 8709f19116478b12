"""The batches of a bag's material: what came first is used first, and what came last comes back first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from gongfang.core.action import Act
from gongfang.core.bulk import save_many
from gongfang.work.orders.actions import batches as orders
from gongfang.work.orders.models import Material, StockBatch
from gongfang.work.piecework.models import BagBatch, BagMaterial

Counter = Literal["given_back", "used", "lost"]
Amounts = Mapping[BagMaterial, int]


def is_tracked(row: BagMaterial) -> bool:
    """Say whether this material is kept by batch or number."""
    return row.order_material.material.tracking != Material.Tracking.NONE


def issue(act: Act, wanted: Sequence[orders.Wanted]) -> None:
    """Let batches leave their stores with the bag materials that `key` names."""
    if not wanted:
        return
    lying = StockBatch.objects.filter(
        order_material__in={row.order_material_id for row in wanted}, left__gt=0
    )
    taken = orders.count_batches_out(act, list(lying), wanted=wanted)
    known = {
        (row.bag_material_id, row.batch_id): row
        for row in BagBatch.objects.filter(bag_material__in={one.key for one in taken})
    }
    for one in taken:
        row = known.setdefault((one.key, one.batch.pk), BagBatch(bag_material_id=one.key, batch=one.batch))
        row.issued += one.amount
    BagBatch.objects.bulk_create([row for row in known.values() if row.pk is None])
    save_many([row for row in known.values() if row.pk is not None], "issued")


def spend(counter: Counter, amounts: Amounts) -> list[tuple[BagBatch, int]]:
    """Count what was used or lost of a bag's batches, the oldest first; what comes back is the newest."""
    moved = []
    for row, amount in amounts.items():
        for batch in _of(row, newest=counter == "given_back") if amount and is_tracked(row) else ():
            part = min(batch.in_custody, amount)
            setattr(batch, counter, getattr(batch, counter) + part)
            amount -= part  # noqa: PLW2901 what is still to be found in the next batch
            moved += [(batch, part)] if part else []
    save_many([batch for batch, _part in moved], counter)
    return moved


def regain(amounts: Amounts) -> None:
    """Count what was lost of a bag's batches and is there again, the newest first."""
    changed = []
    for row, amount in amounts.items():
        for batch in _of(row, newest=True) if amount and is_tracked(row) else ():
            part = min(batch.lost, amount)
            batch.lost -= part
            amount -= part  # noqa: PLW2901 what is still to be found in the next batch
            changed.append(batch)
    save_many(changed, "lost")


def put_back(act: Act, store_id: int, moved: Sequence[tuple[BagBatch, int]]) -> None:
    """Let batches that came back lie in a store."""
    if moved:
        batches = [row.batch for row, _amount in moved]
        stores, amounts = [store_id] * len(moved), [amount for _row, amount in moved]
        orders.count_batches_back(act, batches, stores=stores, amounts=amounts)


def take_issue_back(act: Act, rows: Iterable[BagMaterial]) -> None:
    """Put everything issued back into the store each batch came from."""
    out = BagBatch.objects.filter(bag_material__in=list(rows), issued__gt=0).select_related("batch")
    moved = [(row, row.issued) for row in out.order_by("pk")]
    for row, _amount in moved:
        row.issued = 0
    save_many([row for row, _amount in moved], "issued")
    of_store: dict[int, list[tuple[BagBatch, int]]] = defaultdict(list)
    for row, amount in moved:
        of_store[row.batch.store_id].append((row, amount))
    for store_id, parts in sorted(of_store.items()):
        put_back(act, store_id, parts)


def hand_on(moved: Sequence[tuple[BagBatch, int]], to: Mapping[int, BagMaterial]) -> None:
    """Let batches that left one bag lie in another, by the material each belongs to."""
    BagBatch.objects.bulk_create(
        BagBatch(bag_material=to[row.bag_material_id], batch=row.batch, issued=amount)
        for row, amount in moved
    )


def _of(row: BagMaterial, *, newest: bool) -> list[BagBatch]:
    order = ("-batch__since", "-batch_id") if newest else ("batch__since", "batch_id")
    return list(row.batches.select_related("batch").order_by(*order))
