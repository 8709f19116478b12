"""An operator's books, order by order: fee received, wages, material, freight, margin, and what is left open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, F, QuerySet, Sum, When
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
    """Return the books of these orders, in their order; the sums of one table in one query."""
    sums: dict[int, dict[str, int]] = {order.pk: defaultdict(int) for order in orders}
    for rows, path, asked in _asked():
        here = rows.filter(**{f"{path}__in": list(sums)}).order_by().values(order_key=F(path))
        totals = {name: Sum(of, output_field=BigIntegerField()) for name, of in asked.items()}
        for found in here.annotate(**totals):
            sums[found.pop("order_key")] |= {name: int(total or 0) for name, total in found.items()}
    return [_book(order, sums[order.pk]) for order in orders]


def _book(order: Order, sums: Mapping[str, int]) -> OrderBook:
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


def _asked() -> Iterator[tuple[QuerySet[Any], str, Mapping[str, str | Combinable]]]:
    """Name each table's rows, the way to their order, and what is added up."""
    asked = Invoice.objects.exclude(stage=Invoice.Stage.CANCELLED)
    is_open = Case(When(stage=Invoice.Stage.OPEN, then=OWED), default=0, output_field=BigIntegerField())
    yield asked, "order", {"invoiced": "amount_hao", "received": "received_hao", "open": is_open}
    notes = CreditNote.objects.exclude(invoice__stage=Invoice.Stage.CANCELLED)
    back = Case(
        When(refunded_on__isnull=False, then=F("refund_hao")), default=0, output_field=BigIntegerField()
    )
    yield notes, "invoice__order", {"credited": "amount_hao", "refunded": back}
    billed = BilledMaterial.objects.exclude(invoice__stage=Invoice.Stage.CANCELLED)
    yield billed, "invoice__order", {"billed_material": "hao"}
    yield OrderLine.objects.all(), "order", {"fee": "earned_hao"}
    said = Inspection.objects.alias(margin_now=MARGIN_NOW)
    yield said, _ORDER, {"wages": "amount_hao", "margin": F("margin_now")}
    yield Correction.objects.all(), f"inspection__{_ORDER}", {"corrections": "difference_hao"}
    slips = Receipt.objects.filter(kind=Receipt.Kind.IN, stage=Receipt.Stage.ENTERED)
    yield slips, "order", {"freight": "costs_hao"}
    ours = RecipeItem.Ownership.OURS
    bought = ReceiptItem.objects.filter(receipt__in=slips, order_material__ownership=ours)
    yield bought, "receipt__order", {"material": "value_hao"}
