"""The counters of batches. Only a higher verb moves them, inside its own act, as it moves the material itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import NotAllowed, Refused
from gongfang.work.orders import access
from gongfang.work.orders.models import StockBatch


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """So much of a material from one store, for whatever `key` names."""

    order_material_id: int
    store_id: int
    amount: int
    key: int


@dataclass(frozen=True, kw_only=True)
class Taken:
    """So much of one batch, for whatever `key` names."""

    batch: StockBatch
    amount: int
    key: int


@action(access.may_count_batches, on_behalf=True)
def count_batches_out(act: Act, batches: Sequence[StockBatch], *, wanted: Sequence[Wanted]) -> list[Taken]:
    """Take material out of the batches of its store, what came first first; the number of a piece goes with it."""
    _inside(act)
    lying: dict[tuple[int, int], list[StockBatch]] = defaultdict(list)
    for batch in sorted(batches, key=lambda batch: (batch.since, batch.pk)):
        lying[batch.order_material_id, batch.store_id].append(batch)
    taken = [one for row in wanted for one in _first_in(lying[row.order_material_id, row.store_id], row)]
    save_many({one.batch for one in taken}, "left")
    return taken


def _first_in(batches: Sequence[StockBatch], row: Wanted) -> list[Taken]:
    taken, missing = [], row.amount
    for batch in batches:
        amount = min(batch.left, missing)
        if amount:
            batch.left -= amount
            missing -= amount
            taken.append(Taken(batch=batch, amount=amount, key=row.key))
    if missing:
        raise Refused(
            _("The batches of this store hold %(missing)s less than the store itself. Take stock first.")
            % {"missing": missing},
            code="batches_differ",
        )
    return taken


@action(access.may_count_batches, on_behalf=True)
def count_batches_back(
    act: Act, batches: Sequence[StockBatch], *, stores: Sequence[int], amounts: Sequence[int]
) -> list[StockBatch]:
    """Put material back under its batch's name, into the store named beside each; it keeps its place in the row."""
    _inside(act)
    back = []
    for batch, store, amount in zip(batches, stores, amounts, strict=True):
        home = batch if batch.store_id == store else _same_in(batch, store)
        home.left += amount
        home.save(update_fields=["left"])
        back.append(home)
    return back


def _same_in(batch: StockBatch, store_id: int) -> StockBatch:
    same, _new = StockBatch.objects.select_for_update().get_or_create(
        order_material_id=batch.order_material_id,
        store_id=store_id,
        code=batch.code,
        defaults={"since": batch.since},
    )
    return same


def _inside(act: Act) -> None:
    if act.parent is None:
        raise NotAllowed
