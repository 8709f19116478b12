"""Orders' own checks: material against its slips and the ledger, fees against their payments and the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Sum
from django.utils.translation import gettext as _

from gongfang.ledger.accounts import CNY, material
from gongfang.ledger.models import Account
from gongfang.ledger.reconcile import Difference, check
from gongfang.work.orders.models import (
    CreditNote,
    FeePayment,
    Invoice,
    Material,
    OrderMaterial,
    Receipt,
    ReceiptItem,
    StockBatch,
    Stocktake,
    StocktakeItem,
)
from gongfang.work.orders.queries import OWED


def _sums(rows: QuerySet[Any], key: str, amount: Any) -> dict[Any, int]:
    added = rows.order_by().values_list(key).annotate(sum=Sum(amount, output_field=BigIntegerField()))
    return {name: total for name, total in added if total}


def _compare(
    what: str, where: str, expected: Mapping[Any, int], found: Mapping[Any, int]
) -> Iterator[Difference]:
    for key in sorted({*expected, *found}, key=str):
        if expected.get(key, 0) != found.get(key, 0):
            yield Difference(what, where % {"name": key}, expected.get(key, 0), found.get(key, 0))


@check("supplied material")
def supplied_material() -> Iterator[Difference]:
    """Compare what came for every order, and what went back, with its slips and with the ledger."""
    where = _("material %(name)s")
    entered = ReceiptItem.objects.filter(receipt__stage=Receipt.Stage.ENTERED)
    for kind, counter in (
        (Receipt.Kind.IN, "received"),
        (Receipt.Kind.BACK, "returned"),
        (Receipt.Kind.OFFCUTS, "offcuts_returned"),
    ):
        slips = _sums(entered.filter(receipt__kind=kind), "order_material_id", "amount")
        counted = OrderMaterial.objects.exclude(**{counter: 0})
        yield from _compare(
            _("Material by its slips"), where, slips, dict(counted.values_list("pk", counter))
        )
    for purpose, amount, sign in (
        ("outside", F("received"), -1),
        ("returned", F("returned") + F("offcuts_returned"), 1),
        ("difference", F("difference"), -1),
    ):
        rows = OrderMaterial.objects.annotate(stands=amount).exclude(stands=0)
        named = rows.values_list("order_id", "material_id", "stands")
        expected = {material(order, kind_of): stands for order, kind_of, stands in named}
        accounts = Account.objects.filter(purpose=purpose, commodity__startswith="material:").exclude(
            balance=0
        )
        booked = _sums(accounts, "commodity", F("balance") * sign)
        yield from _compare(_("Material in the ledger"), where, expected, booked)


@check("batches in stores")
def batches_in_stores() -> Iterator[Difference]:
    """Compare what the batches of each store hold with what the ledger says the store holds."""
    lying = StockBatch.objects.order_by().values_list(
        "store_id", "order_material__order_id", "order_material__material_id"
    )
    expected = {
        f"{store} {material(order, kind)}": left
        for store, order, kind, left in lying.annotate(sum=Sum("left", output_field=BigIntegerField()))
        if left
    }
    kept = {
        material(order, kind)
        for order, kind in OrderMaterial.objects.exclude(
            material__tracking=Material.Tracking.NONE
        ).values_list("order_id", "material_id")
    }
    stores = Account.objects.filter(holder_kind="organisation", purpose="store", commodity__in=kept)
    found = {
        f"{store} {commodity}": balance
        for store, commodity, balance in stores.exclude(balance=0).values_list(
            "holder_id", "commodity", "balance"
        )
    }
    yield from _compare(_("Batches in the store"), _("store and material %(name)s"), expected, found)


@check("counted stores")
def counted_stores() -> Iterator[Difference]:
    """Compare the differences of every material with the stocktakes that were booked."""
    booked = StocktakeItem.objects.filter(stocktake__stage=Stocktake.Stage.BOOKED)
    found = dict(OrderMaterial.objects.exclude(difference=0).values_list("pk", "difference"))
    expected = _sums(booked, "order_material_id", F("counted") - F("booked"))
    yield from _compare(_("Differences of stocktakes"), _("material %(name)s"), expected, found)


@check("fees")
def fees() -> Iterator[Difference]:
    """Compare what every invoice received with its payments, and what enterprises owe with the ledger."""
    paid = _sums(FeePayment.objects.all(), "invoice_id", "amount_hao")
    received = dict(Invoice.objects.exclude(received_hao=0).values_list("pk", "received_hao"))
    yield from _compare(_("Fee by its payments"), _("invoice %(name)s"), paid, received)
    running = Invoice.objects.exclude(stage=Invoice.Stage.CANCELLED)
    owed = _sums(running, "order_id", OWED)
    accounts = Account.objects.filter(holder_kind="order", purpose="fee_due", commodity=CNY).exclude(
        balance=0
    )
    booked = dict(accounts.values_list("holder_id", "balance"))
    yield from _compare(_("Fee owed in the ledger"), _("order %(name)s"), owed, booked)


@check("credits")
def credit_notes() -> Iterator[Difference]:
    """Compare what invoices were credited, and what is to be paid back, with the credit notes and the ledger."""
    unpaid = _sums(CreditNote.objects.all(), "invoice_id", F("amount_hao") - F("refund_hao"))
    counted = dict(Invoice.objects.exclude(credited_hao=0).values_list("pk", "credited_hao"))
    yield from _compare(_("Credited by its notes"), _("invoice %(name)s"), unpaid, counted)
    open_notes = CreditNote.objects.filter(refunded_on=None)
    expected = _sums(open_notes, "invoice__order_id", "refund_hao")
    accounts = Account.objects.filter(holder_kind="order", purpose="fee_credit", commodity=CNY)
    booked = dict(accounts.exclude(balance=0).values_list("holder_id", "balance"))
    yield from _compare(_("Fee to be paid back in the ledger"), _("order %(name)s"), expected, booked)
