"""Material for machines: slips in and back, batches, stocktakes, whose it is, and the bill for ours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import NotAllowed
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import access, actions
from gongfang.work.orders.api.fees import InvoiceOut
from gongfang.work.orders.api.orders import OrderMaterialOut
from gongfang.work.orders.models import Material, Order, OrderMaterial, Receipt, RecipeItem, Stocktake
from gongfang.work.orders.queries import material_to_bill, offcuts_in, stock_of

router = Router(tags=["orders"])

Amount = Field(gt=0, lt=2**53)
Some = Field(default=None, ge=0, lt=2**53)


class BatchIn(Schema):
    """A batch, or with an amount of one the number of a piece."""

    code: str = Field(max_length=60)
    amount: int = Field(default=1, gt=0, lt=2**53)


class ArrivalIn(Schema):
    """So much of a material as it was counted, in mm, g or pieces; what the slip says only where that differs."""

    material_id: int
    amount: int
    on_slip: int | None = Some
    note: str = Field(default="", max_length=200)
    value_hao_per_1000: int | None = Some
    batches: list[BatchIn] = []


class SlipIn(Schema):
    """A slip; without a store, the operator's."""

    number: str = Field(max_length=40)
    rows: list[ArrivalIn]
    store_id: int | None = None
    received_on: date | None = None


class ReceiptIn(SlipIn):
    """A delivery slip with its freight and other costs, in 毫."""

    costs_hao: int = Field(default=0, ge=0, lt=2**53)


class ReceiptOut(Schema):
    id: int
    order_id: int
    store_id: int
    kind: str
    number: str
    received_on: date
    costs_hao: int
    stage: str
    reason: str


class WrongSlipIn(Schema):
    reason: str = Field(max_length=200)


class StockOut(Schema):
    """What a store holds of a material, batch by batch where it is kept so, and what lies there of its offcuts."""

    material_id: int
    amount: int
    offcuts: int
    batches: list[BatchIn]


class CountIn(Schema):
    """What was found of a material, of one batch where it is kept by batch."""

    material_id: int
    counted: int = Field(ge=0, lt=2**53)
    batch: str = Field(default="", max_length=60)
    reason: str = Field(default="", max_length=200)


class StockIn(Schema):
    rows: list[CountIn]
    store_id: int | None = None


class CountOut(Schema):
    material_id: int
    batch: str
    booked: int
    counted: int
    difference: int
    reason: str


class StocktakeOut(Schema):
    id: int
    order_id: int
    store_id: int
    counted_on: date
    stage: str
    rows: list[CountOut]


class OwnershipIn(Schema):
    ownership: RecipeItem.Ownership


class SubstituteIn(Schema):
    """Another material, how much of it a piece takes, and who agreed."""

    material_id: int
    amount: int = Amount
    document: str = Field(max_length=200)


class SubstituteOut(Schema):
    id: int
    item_id: int
    material_id: int
    amount: int
    document: str
    allowed_on: date


class BilledIn(Schema):
    """So much of a material of ours; without a price, at what it is worth."""

    material_id: int
    amount: int = Amount
    hao: int | None = Some


class BilledOut(Schema):
    material_id: int
    amount: int
    hao: int


class BillMaterialIn(Schema):
    number: str = Field(max_length=40)
    due: date
    rows: list[BilledIn] | None = None


@router.get("/{int:order_id}/receipts", response=list[ReceiptOut], operation_id="list_receipts")
@paginate
def list_receipts(request: Visit, order_id: int) -> object:
    """List the delivery slips of an order."""
    return Receipt.objects.filter(order=_order(request, order_id)).order_by("pk")


@router.post("/{int:order_id}/receipts", response=ReceiptOut, operation_id="receive_material")
def receive_material(request: Visit, order_id: int, body: ReceiptIn) -> object:
    """Take material of an order into a store, with its freight, its worth and its batches."""
    return actions.receive_material(
        by_api(request), _order(request, order_id), costs_hao=body.costs_hao, **_slip(body)
    )


@router.post("/{int:order_id}/returns", response=ReceiptOut, operation_id="return_material")
def return_material(request: Visit, order_id: int, body: SlipIn) -> object:
    """Send unused material back to the enterprise."""
    return actions.return_material(by_api(request), _order(request, order_id), **_slip(body))


@router.post("/{int:order_id}/offcuts", response=ReceiptOut, operation_id="return_offcuts")
def return_offcuts(request: Visit, order_id: int, body: SlipIn) -> object:
    """Send offcuts back to the enterprise, where the order asks for them."""
    return actions.return_offcuts(by_api(request), _order(request, order_id), **_slip(body))


@router.post("/receipts/{int:receipt_id}/cancel", response=ReceiptOut, operation_id="cancel_receipt")
def cancel_receipt(request: Visit, receipt_id: int, body: WrongSlipIn) -> object:
    """Take a slip back that was entered wrongly."""
    orders = access.visible_orders(request.member)
    found = get_object_or_404(Receipt, pk=receipt_id, order__in=orders)
    return actions.cancel_receipt(by_api(request), found, reason=body.reason)


@router.get("/{int:order_id}/stock", response=list[StockOut], operation_id="stock_of")
def stock(request: Visit, order_id: int, store_id: int | None = None) -> object:
    """Read what a store holds of an order: what would go back in full; without a store, the operator's."""
    order = _stocked(request, order_id)
    place = store_id or order.operator_id
    if not _sees_store(request, order, place):
        raise NotAllowed
    fell, lying = (
        offcuts_in(order, place),
        {row.order_material.material_id: row for row in stock_of(order, place)},
    )
    return [
        {
            "material_id": kind,
            "amount": lying[kind].amount if kind in lying else 0,
            "offcuts": fell.get(kind, 0),
            "batches": [
                {"code": batch.code, "amount": batch.left}
                for batch in (lying[kind].batches if kind in lying else ())
            ],
        }
        for kind in sorted({*fell, *lying})
    ]


@router.get("/{int:order_id}/stocktakes", response=list[StocktakeOut], operation_id="stocktakes")
@paginate
def stocktakes(request: Visit, order_id: int) -> object:
    """List the counts of an order's stores."""
    rows = access.visible_stocktakes(request.member).filter(order=order_id)
    return [_counted(row) for row in rows.order_by("pk")]


@router.post("/{int:order_id}/stocktakes", response=StocktakeOut, operation_id="take_stock")
def take_stock(request: Visit, order_id: int, body: StockIn) -> object:
    """Write down what a store holds of an order's material; nothing moves before another person books it."""
    rows = [
        actions.Count(material=_material(row.material_id), **row.dict(exclude={"material_id"}))
        for row in body.rows
    ]
    taken = actions.take_stock(
        by_api(request), _stocked(request, order_id), rows=rows, store=_store(body.store_id)
    )
    return _counted(taken)


@router.post("/stocktakes/{int:stocktake_id}/book", response=StocktakeOut, operation_id="book_stocktake")
def book_stocktake(request: Visit, stocktake_id: int) -> object:
    """Book what a count found or missed, another person than the one who counted."""
    return _counted(actions.book_stocktake(by_api(request), _stocktake(request, stocktake_id)))


@router.post(
    "/stocktakes/{int:stocktake_id}/discard", response=StocktakeOut, operation_id="discard_stocktake"
)
def discard_stocktake(request: Visit, stocktake_id: int) -> object:
    """Throw a count away that was wrong."""
    return _counted(actions.discard_stocktake(by_api(request), _stocktake(request, stocktake_id)))


@router.post(
    "/{int:order_id}/materials/{int:material_id}/ownership",
    response=OrderMaterialOut,
    operation_id="set_ownership",
)
def set_ownership(request: Visit, order_id: int, material_id: int, body: OwnershipIn) -> object:
    """Say for one order whose material it is, before it comes."""
    row = get_object_or_404(OrderMaterial, order=_order(request, order_id), material=material_id)
    return actions.set_ownership(by_api(request), row, ownership=body.ownership)


@router.post("/recipe/{int:item_id}/substitutes", response=SubstituteOut, operation_id="allow_substitute")
def allow_substitute(request: Visit, item_id: int, body: SubstituteIn) -> object:
    """Let another material stand in for one of a recipe."""
    item = get_object_or_404(RecipeItem, pk=item_id)
    return actions.allow_substitute(
        by_api(request),
        item,
        material=_material(body.material_id),
        amount=body.amount,
        document=body.document,
    )


@router.get("/recipe/{int:item_id}/substitutes", response=list[SubstituteOut], operation_id="substitutes")
def substitutes(request: Visit, item_id: int) -> object:
    """List what may stand in for a material of a recipe."""
    if not access.may_see_products(request.member):
        raise NotAllowed
    return list(get_object_or_404(RecipeItem, pk=item_id).substitutes.order_by("pk"))


@router.get("/{int:order_id}/material-to-bill", response=list[BilledOut], operation_id="material_to_bill")
def to_bill(request: Visit, order_id: int) -> object:
    """Ask what a bill for our own material would ask for: used, and not billed yet."""
    open_ = material_to_bill(_order(request, order_id))
    return [{"material_id": kind, "amount": row.amount, "hao": row.hao} for kind, row in open_.items()]


@router.post("/{int:order_id}/material-bills", response=InvoiceOut, operation_id="bill_material")
def bill_material(request: Visit, order_id: int, body: BillMaterialIn) -> object:
    """Bill the enterprise for our own material: all that is open, or part of it."""
    rows = None
    if body.rows is not None:
        rows = [
            actions.Billed(material=_material(row.material_id), amount=row.amount, hao=row.hao)
            for row in body.rows
        ]
    order = _order(request, order_id)
    return actions.bill_material(by_api(request), order, number=body.number, due=body.due, rows=rows)


def _order(request: Visit, pk: int) -> Order:
    return get_object_or_404(access.visible_orders(request.member), pk=pk)


def _stocked(request: Visit, pk: int) -> Order:
    return get_object_or_404(access.stocked_orders(request.member), pk=pk)


def _stocktake(request: Visit, pk: int) -> Stocktake:
    return get_object_or_404(access.visible_stocktakes(request.member), pk=pk)


def _sees_store(request: Visit, order: Order, store_id: int) -> bool:
    sees = access.visible_orders(request.member).filter(pk=order.pk).exists()
    return sees or access.may_store_at(request.member, order, store_id)


def _material(pk: int) -> Material:
    return get_object_or_404(Material, pk=pk)


def _store(pk: int | None) -> Organisation | None:
    return get_object_or_404(Organisation, pk=pk) if pk else None


def _slip(body: SlipIn) -> dict[str, Any]:
    return {
        "number": body.number,
        "rows": [
            actions.Arrival(
                _material(row.material_id),
                row.amount,
                row.on_slip,
                row.note,
                row.value_hao_per_1000,
                tuple(actions.Batch(one.code, one.amount) for one in row.batches),
            )
            for row in body.rows
        ],
        "store": _store(body.store_id),
        "received_on": body.received_on,
    }


def _counted(taken: Stocktake) -> dict[str, object]:
    named = ("id", "order_id", "store_id", "counted_on", "stage")
    items = taken.items.select_related("order_material", "batch").order_by("pk")
    return {name: getattr(taken, name) for name in named} | {
        "rows": [
            {
                "material_id": row.order_material.material_id,
                "batch": row.batch.code if row.batch else "",
                "booked": row.booked,
                "counted": row.counted,
                "difference": row.difference,
                "reason": row.reason,
            }
            for row in items
        ]
    }
