"""An operator's books, order by order: fee received, wages, material, freight, margin, and what is left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Sum
from django.db.models.expressions import Combinable

from gongfang.pay.models import Correction
from gongfang.pay.summing import MARGIN_NOW
from gongfang.work.orders.models import (
    BilledMaterial,
    CreditNote,
    Invoice,
    Order,
    OrderLine,
    Receipt,
    ReceiptItem,
    RecipeItem,
)
from gongfang.work.orders.queries import OWED
from gongfang.work.piecework.models import Inspection

_ORDER = "hand_in__bag__lot__line__order"


@dataclass(frozen=True)
class OrderBook:
    """One order in an operator's books, in 毫.

    `fee_hao` is earned by delivery, `received_hao` what the enterprise paid of it, `open_hao` what it still owes on
    invoices, `unbilled_hao` what no invoice asks for yet. Against it stand wages, margins, the material the operator
    bought itself as its slips declare it, and freight and other costs of the slips.
    """

    order: Order
    fee_hao: int
    billed_material_hao: int
    received_hao: int
    open_hao: int
    unbilled_hao: int
    wages_hao: int
    margin_hao: int
    material_hao: int
    freight_hao: int

    @property
    def left_hao(self) -> int:
        """What stays with the operator when everybody has paid; below zero the order costs more than it brings."""
        brought = self.fee_hao + self.billed_material_hao
        return brought - self.wages_hao - self.margin_hao - self.material_hao - self.freight_hao


def order_books(orders: Sequence[Order]) -> list[OrderBook]:
    """Return the books of these orders, in their order, each sum in one query."""
    sums = {name: _by_order(orders, *asked) for name, asked in _asked().items()}
    return [_book(order, {name: found.get(order.pk, 0) for name, found in sums.items()}) for order in orders]


def _book(order: Order, sums: dict[str, int]) -> OrderBook:
    asked = sums["invoiced"] - sums["credited"] - sums["billed_material"]
    return OrderBook(
        order=order,
        fee_hao=sums["fee"],
        billed_material_hao=sums["billed_material"],
        received_hao=sums["received"] - sums["refunded"],
        open_hao=sums["open"],
        unbilled_hao=max(0, sums["fee"] - asked),
        wages_hao=sums["wages"] + sums["corrections"],
        margin_hao=sums["margin"],
        material_hao=sums["material"],
        freight_hao=sums["freight"],
    )


def _asked() -> dict[str, tuple[QuerySet[Any], str, str | Combinable]]:
    """Name each sum: the rows, the way to their order, and what is added up."""
    asked = Invoice.objects.exclude(stage=Invoice.Stage.CANCELLED)
    notes = CreditNote.objects.exclude(invoice__stage=Invoice.Stage.CANCELLED)
    billed = BilledMaterial.objects.exclude(invoice__stage=Invoice.Stage.CANCELLED)
    slips = Receipt.objects.filter(kind=Receipt.Kind.IN, stage=Receipt.Stage.ENTERED)
    bought = ReceiptItem.objects.filter(
        receipt__in=slips, order_material__ownership=RecipeItem.Ownership.OURS
    )
    said = Inspection.objects.alias(margin_now=MARGIN_NOW)
    return {
        "fee": (OrderLine.objects.all(), "order", "earned_hao"),
        "invoiced": (asked, "order", "amount_hao"),
        "received": (asked, "order", "received_hao"),
        "credited": (notes, "invoice__order", "amount_hao"),
        "refunded": (notes.filter(refunded_on__isnull=False), "invoice__order", "refund_hao"),
        "billed_material": (billed, "invoice__order", "hao"),
        "open": (asked.filter(stage=Invoice.Stage.OPEN), "order", OWED),
        "wages": (said, _ORDER, "amount_hao"),
        "corrections": (Correction.objects.all(), f"inspection__{_ORDER}", "difference_hao"),
        "margin": (said, _ORDER, F("margin_now")),
        "material": (bought, "receipt__order", "value_hao"),
        "freight": (slips, "order", "costs_hao"),
    }


def _by_order(
    orders: Sequence[Order], rows: QuerySet[Any], path: str, of: str | Combinable
) -> dict[int, int]:
    here = rows.filter(**{f"{path}__in": [order.pk for order in orders]}).order_by().values_list(path)
    found = here.annotate(total=Sum(of, output_field=BigIntegerField()))
    return {order: int(total or 0) for order, total in found}
