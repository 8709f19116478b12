"""Verbs on counting a store: one person counts, another looks at what differs and books it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import access
from gongfang.work.orders.models import Material, Order, OrderMaterial, StockBatch, Stocktake, StocktakeItem
from gongfang.work.orders.queries import booked_in


@dataclass(frozen=True, kw_only=True)
class Count:
    """So much of a material was found, of one batch where it is kept by batch, and why if that differs."""

    material: Material
    counted: int
    batch: str = ""
    reason: str = ""


@action(access.may_store)
def take_stock(
    act: Act, order: Order, *, rows: Sequence[Count], store: Organisation | None = None
) -> Stocktake:
    """Write down what a store holds of an order's material beside what is booked; nothing moves before it is booked."""
    store_id = store.pk if store else order.operator_id
    if not access.may_store_at(act.member, order, store_id):
        raise NotAllowed
    if not rows or len({(row.material.pk, row.batch.strip()) for row in rows}) < len(rows):
        raise Refused(_("Enter what was counted, each material and batch once."), field="rows")
    taken = Stocktake.objects.create(
        order=order, store_id=store_id, counted_by=act.by.user, counted_on=act.booked_on
    )
    for row in rows:
        _count(taken, row)
    return taken


def _count(taken: Stocktake, row: Count) -> None:
    material = OrderMaterial.objects.filter(order=taken.order, material=row.material).first()
    if material is None or row.counted < 0:
        raise Refused(
            _("“%(material)s” never came for this order. Enter a delivery of it first.")
            % {"material": row.material}
        )
    material.material = row.material
    batch = _batch(taken, material, row)
    booked = batch.left if batch else booked_in(taken.store_id, material)
    if row.counted != booked and not row.reason.strip():
        raise Refused(
            _("Of “%(material)s” something else is booked. Say where the difference may come from.")
            % {"material": row.material},
            code="differs",
            field="reason",
        )
    StocktakeItem.objects.create(
        stocktake=taken,
        order_material=material,
        batch=batch,
        booked=booked,
        counted=row.counted,
        reason=row.reason,
    )


def _batch(taken: Stocktake, material: OrderMaterial, row: Count) -> StockBatch | None:
    if material.material.tracking == Material.Tracking.NONE:
        return None
    batch = StockBatch.objects.filter(
        order_material=material, store=taken.store_id, code=row.batch.strip()
    ).first()
    if batch is None:
        raise Refused(
            _("“%(material)s” is counted batch by batch. Enter the number of a batch that lies here.")
            % {"material": row.material},
            code="no_batch",
            field="batch",
        )
    if material.material.tracking == Material.Tracking.SERIAL and row.counted > 1:
        raise Refused(_("A numbered piece is one piece. Enter each number by itself."), field="counted")
    return batch


@action(access.may_book_stocktake, second=lambda taken: [taken.counted_by_id])
def book_stocktake(act: Act, taken: Stocktake) -> Stocktake:
    """Book what was found and what was missing, another person than the one who counted.

    What went in or out since the count stands; only the difference of that moment is booked.
    """
    order = act.lock(taken.order)[0]
    _must_wait(taken)
    items = list(taken.items.select_related("order_material").order_by("pk"))
    batches = {batch.pk: batch for batch in act.lock(*(row.batch for row in items if row.batch))}
    for row in items:
        _book(act, order, taken, row)
        if row.batch:
            _restock(batches[row.batch.pk], row.difference)
    taken.stage, taken.booked_by = Stocktake.Stage.BOOKED, act.by.user
    taken.save(update_fields=["stage", "booked_by"])
    return taken


def _book(act: Act, order: Order, taken: Stocktake, row: StocktakeItem) -> None:
    material = OrderMaterial.objects.get(pk=row.order_material_id)
    material.difference += row.difference
    material.save(update_fields=["difference"])
    booked = postings.count_surplus if row.difference > 0 else postings.count_missing
    booked(
        act,
        order_id=order.pk,
        store_id=taken.store_id,
        material_id=material.material_id,
        amount=abs(row.difference),
        cause=ref(taken),
    )


def _restock(batch: StockBatch, difference: int) -> None:
    if batch.left + difference < 0:
        raise Refused(
            _("Of batch %(code)s more was missing than lies here by now. Count it again.") % {"code": batch}
        )
    batch.left += difference
    batch.save(update_fields=["left"])


@action(access.may_discard_stocktake)
def discard_stocktake(act: Act, taken: Stocktake) -> Stocktake:
    """Throw a count away that was wrong; nothing was booked."""
    _must_wait(taken)
    taken.stage = Stocktake.Stage.DISCARDED
    taken.save(update_fields=["stage"])
    return taken


def _must_wait(taken: Stocktake) -> None:
    if taken.stage != Stocktake.Stage.COUNTED:
        raise Moved(_("This count was booked or thrown away already."))
