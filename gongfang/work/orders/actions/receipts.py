"""Verbs on the material an enterprise supplies for an order: it arrives, and what was not used goes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.models import ref
from gongfang.core.states import move
from gongfang.ledger import postings
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import access
from gongfang.work.orders.models import Material, Order, OrderMaterial, Receipt, ReceiptItem
from gongfang.work.orders.states import ORDER


@dataclass(frozen=True)
class Arrival:
    """So much of a material, in its smallest unit."""

    material: Material
    amount: int


@action(access.may_store)
def receive_material(
    act: Act,
    order: Order,
    *,
    number: str,
    rows: Sequence[Arrival],
    store: Organisation | None = None,
    received_on: date | None = None,
) -> Receipt:
    """Take material of an order into a store; a material nobody promised gets a row of its own."""
    move(order, ORDER, "receive_material")
    receipt = _receipt(act, order, number, rows, store, received_on, kind=Receipt.Kind.IN)
    for row in rows:
        material, _new = OrderMaterial.objects.get_or_create(order=order, material=row.material)
        material.received += row.amount
        material.save(update_fields=["received"])
        _enter(act, receipt, material, row.amount, posting=postings.receive)
    return receipt


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
        _enter(act, receipt, material, row.amount, posting=postings.send_back)
    return receipt


def _enter(
    act: Act, receipt: Receipt, material: OrderMaterial, amount: int, *, posting: Callable[..., None]
) -> None:
    """Write a line of the slip, and move what it says from one side to the other."""
    ReceiptItem.objects.create(receipt=receipt, order_material=material, amount=amount)
    posting(
        act,
        order_id=receipt.order_id,
        supplier_id=receipt.order.enterprise_id,
        store_id=receipt.store_id,
        material_id=material.material_id,
        amount=amount,
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


def _receipt(
    act: Act,
    order: Order,
    number: str,
    rows: Sequence[Arrival],
    store: Organisation | None,
    received_on: date | None,
    *,
    kind: str,
) -> Receipt:
    store_id = store.pk if store else order.operator_id
    if not access.may_store_at(act.member, order, store_id):
        raise NotAllowed
    if not rows or any(row.amount < 1 for row in rows):
        raise Refused(_("Enter how much of at least one material it is."), field="rows")
    if len({row.material.pk for row in rows}) < len(rows):
        raise Refused(_("A material stands twice on the slip. Add both amounts up in one row."), field="rows")
    if Receipt.objects.filter(order=order, kind=kind, number=number).exists():
        raise Refused(_("This slip was entered already. Look at the receipts of the order."), field="number")
    return Receipt.objects.create(
        order=order,
        store_id=store_id,
        kind=kind,
        number=number,
        received_on=received_on or act.booked_on,
        taken_by=act.by.user,
    )
