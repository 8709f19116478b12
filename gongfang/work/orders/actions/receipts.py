"""Verbs on the material of an order: it arrives with its worth and its batches, and what was not used goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import ref
from gongfang.core.states import move
from gongfang.ledger import postings
from gongfang.ledger.models import Transfer
from gongfang.ledger.posting import reverse
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import access
from gongfang.work.orders.actions.slips import (
    bring_batches,
    checked_batches,
    take_batches_along,
    undo_batches,
)
from gongfang.work.orders.models import Material, Order, OrderMaterial, Receipt, ReceiptItem
from gongfang.work.orders.queries import on_hand
from gongfang.work.orders.states import ORDER
from gongfang.work.orders.valuing import average, shared_out


@dataclass(frozen=True)
class Batch:
    """So much of a material under the number of its batch; of a numbered piece, one."""

    code: str
    amount: int = 1


@dataclass(frozen=True)
class Arrival:
    """So much of a material, in its smallest unit, as it was counted.

    `on_slip` is what the slip says where that differs, and `note` why. Without a value of its own a material counts
    what the recipe says.
    """

    material: Material
    amount: int
    on_slip: int | None = None
    note: str = ""
    value_hao_per_1000: int | None = None
    batches: Sequence[Batch] = ()


@action(access.may_store)
def receive_material(
    act: Act,
    order: Order,
    *,
    number: str,
    rows: Sequence[Arrival],
    store: Organisation | None = None,
    received_on: date | None = None,
    costs_hao: int = 0,
) -> Receipt:
    """Take material of an order into a store; a material nobody promised gets a row of its own.

    Freight and other costs are shared out over the slip, and the average value of what is on hand follows.
    """
    move(order, ORDER, "receive_material")
    receipt = _receipt(
        act, order, number, rows, store, received_on, kind=Receipt.Kind.IN, costs_hao=costs_hao
    )
    materials = [_row_of(order, row.material) for row in rows]
    values = [_declared(material, row) for material, row in zip(materials, rows, strict=True)]
    shares = shared_out(costs_hao, _weights(rows, values) if costs_hao else [1] * len(rows))
    for material, row, value, cost in zip(materials, rows, values, shares, strict=True):
        item = ReceiptItem.objects.create(
            receipt=receipt, order_material=material, amount=row.amount, on_slip=row.on_slip, note=row.note,
            value_hao=value, cost_hao=cost,
        )  # fmt: skip
        _value(material, row.amount, value + cost)
        material.received += row.amount
        material.save(update_fields=["received", "value_hao_per_1000"])
        bring_batches(item, checked_batches(row.material, row.amount, row.batches))
        _arrive(act, receipt, item)
    return receipt


def _row_of(order: Order, kind: Material) -> OrderMaterial:
    row, _new = OrderMaterial.objects.get_or_create(order=order, material=kind)
    row.order, row.material = order, kind
    return row


def _declared(material: OrderMaterial, row: Arrival) -> int:
    per_1000 = material.value_hao_per_1000 if row.value_hao_per_1000 is None else row.value_hao_per_1000
    return row.amount * per_1000 // 1000


def _weights(rows: Sequence[Arrival], values: Sequence[int]) -> Sequence[int]:
    """Costs go by amount where all of a slip is counted alike, and by value where millimetres lie beside pieces."""
    if len({row.material.unit_kind for row in rows}) == 1:
        return [row.amount for row in rows]
    if not any(values):
        raise Refused(
            _("Metres and pieces cannot share the freight by amount. Enter what each material is worth."),
            field="costs_hao",
        )
    return values


def _value(material: OrderMaterial, amount: int, worth_hao: int) -> None:
    if worth_hao:
        material.value_hao_per_1000 = average(
            on_hand=on_hand(material),
            value_hao_per_1000=material.value_hao_per_1000,
            amount=amount,
            worth_hao=worth_hao,
        )


def _arrive(act: Act, receipt: Receipt, item: ReceiptItem) -> None:
    """What we buy comes from the operator's own world, all else from the enterprise's."""
    ours = item.order_material.is_ours
    postings.receive(
        act,
        order_id=receipt.order_id,
        supplier_id=receipt.order.operator_id if ours else receipt.order.enterprise_id,
        store_id=receipt.store_id,
        material_id=item.order_material.material_id,
        amount=item.amount,
        cause=ref(receipt),
    )


@action(access.may_store)
def return_material(
    act: Act,
    order: Order,
    *,
    number: str,
    rows: Sequence[Arrival],
    store: Organisation | None = None,
    received_on: date | None = None,
) -> Receipt:
    """Send unused material of an order from a store back to the enterprise; never more than the store has."""
    if order.stage != Order.Stage.CLOSED:
        move(order, ORDER, "return_material")
    receipt = _receipt(act, order, number, rows, store, received_on, kind=Receipt.Kind.BACK)
    for row in rows:
        material = _received(order, row)
        material.returned += row.amount
        material.save(update_fields=["returned"])
        item = ReceiptItem.objects.create(
            receipt=receipt, order_material=material, amount=row.amount, value_hao=material.worth(row.amount)
        )
        take_batches_along(act, item, checked_batches(row.material, row.amount, row.batches))
        _back(act, receipt, item)
    return receipt


def _back(act: Act, receipt: Receipt, item: ReceiptItem) -> None:
    postings.send_back(
        act,
        order_id=receipt.order_id,
        supplier_id=receipt.order.enterprise_id,
        store_id=receipt.store_id,
        material_id=item.order_material.material_id,
        amount=item.amount,
        cause=ref(receipt),
    )


def _received(order: Order, row: Arrival) -> OrderMaterial:
    material = OrderMaterial.objects.filter(order=order, material=row.material).first()
    if material is None or material.returned + row.amount > material.received:
        raise Refused(
            _("More “%(material)s” would go back than came for this order. Enter less.")
            % {"material": row.material},
            code="too_much",
        )
    return material


@action(access.may_store)
def return_offcuts(
    act: Act,
    order: Order,
    *,
    number: str,
    rows: Sequence[Arrival],
    store: Organisation | None = None,
    received_on: date | None = None,
) -> Receipt:
    """Send offcuts back to the enterprise, of an order that says they go back; never more than fell off."""
    if not order.offcuts_return:
        raise Refused(
            _("The order does not ask for offcuts. They stay with the workshop."), code="offcuts_stay"
        )
    if order.stage != Order.Stage.CLOSED:
        move(order, ORDER, "return_material")
    receipt = _receipt(act, order, number, rows, store, received_on, kind=Receipt.Kind.OFFCUTS)
    for row in rows:
        material = _row_of(order, row.material)
        material.offcuts_returned += row.amount
        material.save(update_fields=["offcuts_returned"])
        ReceiptItem.objects.create(receipt=receipt, order_material=material, amount=row.amount)
        postings.send_offcuts(
            act,
            order_id=order.pk,
            supplier_id=order.enterprise_id,
            store_id=receipt.store_id,
            material_id=row.material.pk,
            amount=row.amount,
            cause=ref(receipt),
        )
    return receipt


@action(access.may_cancel_receipt)
def cancel_receipt(act: Act, receipt: Receipt, *, reason: str) -> Receipt:
    """Take a slip back that was entered wrongly: everything stands as before it, and its number is free again."""
    order = act.lock(receipt.order)[0]
    if receipt.stage != Receipt.Stage.ENTERED:
        raise Moved(_("This slip was taken back already."))
    if not reason.strip():
        raise Refused(_("Say what was wrong with the slip."), field="reason")
    receipt.stage, receipt.reason = Receipt.Stage.CANCELLED, reason
    receipt.save(update_fields=["stage", "reason"])
    for item in receipt.items.select_related("order_material__material").order_by("pk"):
        _uncount(order, receipt, item)
        undo_batches(item)
    moved = Transfer.objects.filter(cause=ref(receipt), reverses=None)
    reverse(act, moved.values_list("pk", flat=True), cause=ref(receipt))
    return receipt


def _uncount(order: Order, receipt: Receipt, item: ReceiptItem) -> None:
    material = item.order_material
    if receipt.kind == Receipt.Kind.IN:
        _value(material, -item.amount, -(item.value_hao + item.cost_hao))
        material.received -= item.amount
    elif receipt.kind == Receipt.Kind.BACK:
        material.returned -= item.amount
    else:
        material.offcuts_returned -= item.amount
    if material.returned > material.received:
        raise Refused(_("Of what this slip brought, some went back already. Take that slip back first."))
    material.save(update_fields=["received", "returned", "offcuts_returned", "value_hao_per_1000"])


def _receipt(
    act: Act,
    order: Order,
    number: str,
    rows: Sequence[Arrival],
    store: Organisation | None,
    received_on: date | None,
    *,
    kind: str,
    costs_hao: int = 0,
) -> Receipt:
    store_id = store.pk if store else order.operator_id
    if not access.may_store_at(act.member, order, store_id):
        raise NotAllowed
    _check(rows, costs_hao)
    entered = Receipt.objects.filter(order=order, kind=kind, number=number, stage=Receipt.Stage.ENTERED)
    if entered.exists():
        raise Refused(_("This slip was entered already. Look at the receipts of the order."), field="number")
    return Receipt.objects.create(
        order=order,
        store_id=store_id,
        kind=kind,
        number=number,
        received_on=received_on or act.booked_on,
        costs_hao=costs_hao,
        taken_by=act.by.user,
    )


def _check(rows: Sequence[Arrival], costs_hao: int) -> None:
    if not rows or any(row.amount < 1 for row in rows):
        raise Refused(_("Enter how much of at least one material it is."), field="rows")
    if len({row.material.pk for row in rows}) < len(rows):
        raise Refused(_("A material stands twice on the slip. Add both amounts up in one row."), field="rows")
    if costs_hao < 0 or any((row.value_hao_per_1000 or 0) < 0 for row in rows):
        raise Refused(_("Freight and values are not below zero."), field="costs_hao")
    for row in rows:
        differs = row.on_slip is not None and row.on_slip != row.amount
        if differs and not row.note.strip():
            raise Refused(
                _(
                    "The slip says something else than was counted of “%(material)s”. Say what was missing or wrong."
                )
                % {"material": row.material},
                code="differs",
                field="rows",
            )
