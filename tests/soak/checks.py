"""What a county holds after a history: asked in plain rows, compared with the model by whoever sent the acts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from gongfang.core.models import Entry, Event, Receipt
from gongfang.ledger.models import Account
from gongfang.ledger.reconcile import reconcile
from gongfang.pay.models import Advance, Deduction, Dispute, Earning, Payout, PayoutBatch, Slip
from gongfang.registry.people.models import Relation
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Invoice, Order, OrderLine, OrderMaterial, Stocktake
from gongfang.work.orders.models import Receipt as Slips
from gongfang.work.piecework.models import Appeal, Bag, Claim

_COUNTERS = ("issued", "handed_in", "accepted", "rework", "rejected", "lost")
_AFTERWARDS = ("delivered", "passed_on", "earned_hao", "returned", "replaced", "credited")
_KEPT = ("received", "returned", "offcuts_returned", "difference")
Row = list[Any]


def look(place: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """Return everything of a place, which of these keys are kept, and what reconciliation says of the whole county."""
    orders = list(Order.objects.filter(operator=place["pks"]["O"]).values_list("pk", flat=True))
    lots = Lot.objects.filter(line__order__in=orders)
    return {
        "holds": _holds(place, orders, list(lots.values_list("pk", flat=True))),
        "rows": _rows(place, orders, lots),
        "kept": _kept(keys),
        "differences": [str(difference) for difference in reconcile().differences],
    }


def _holds(place: dict[str, Any], orders: list[int], lots: list[int]) -> dict[str, int]:
    pks = place["pks"]
    lines = OrderLine.objects.filter(order__in=orders).values("pk")
    relations = Relation.objects.filter(organisation=pks["O"]).values("pk")
    own = (
        Q(holder_kind="organisation", holder_id__in=[pks[org] for org in "OWA"])
        | Q(holder_kind="relation", holder_id__in=relations)
        | Q(holder_kind="order", holder_id__in=orders)
        | Q(holder_kind="line", holder_id__in=lines)
        | Q(holder_kind="lot", holder_id__in=lots)
        | Q(holder_id=pks["E"], commodity__regex=f"^material:({'|'.join(map(str, orders)) or 0}):")
    )
    return {str(row): row.balance for row in Account.objects.filter(own).exclude(balance=0)}


def _rows(place: dict[str, Any], orders: list[int], lots: Any) -> dict[str, Row]:
    lines = OrderLine.objects.filter(order__in=orders)
    bags = ("stage", "pieces", "handed_in", "accepted", "rework", "rejected", "lost", "given_back", "gone")
    operator = place["pks"]["O"]
    of_operator = Q(relation__organisation=operator)
    return {
        **_named("order", Order.objects.filter(pk__in=orders), "stage"),
        **_named("line", lines, "stage", "pieces", "shared", *_COUNTERS, *_AFTERWARDS),
        **_of_orders(orders),
        **_named("lot", lots, "stage", "pieces", "claimed", "offered", *_COUNTERS),
        **_named("bag", Bag.objects.filter(lot__in=lots), *bags),
        **_named("slip", Slip.objects.filter(of_operator), "stage", "gross_hao", "taken_hao"),
        **_named("earning", Earning.objects.filter(of_operator), "stage", "amount_hao"),
        **_named(
            "advance",
            Advance.objects.filter(of_operator),
            "stage",
            "amount_hao",
            "set_off_hao",
            "provisional",
        ),
        **_named("deduction", Deduction.objects.filter(of_operator), "stage", "amount_hao", "taken_hao"),
        **_named(
            "dispute",
            Dispute.objects.filter(line__slip__relation__organisation=operator),
            "stage",
            "provisional",
        ),
        **_named("batch", PayoutBatch.objects.filter(operator=operator), "stage"),
        **_named("payout", Payout.objects.filter(operator=operator), "stage", "amount_fen", "method"),
        **_named(
            "invoice",
            Invoice.objects.filter(order__in=orders),
            "stage",
            "amount_hao",
            "received_hao",
            "credited_hao",
        ),
    }


def _of_orders(orders: list[int]) -> dict[str, Row]:
    materials = OrderMaterial.objects.filter(order__in=orders).values_list("order", "material", *_KEPT)
    return {
        **{f"material {order}:{material}": counts for order, material, *counts in materials},
        **_named("claim", Claim.objects.filter(delivery__line__order__in=orders), "stage", "pieces"),
        **_named("stocktake", Stocktake.objects.filter(order__in=orders), "stage"),
        **_named("receipt", Slips.objects.filter(order__in=orders), "stage"),
        **_named(
            "appeal",
            Appeal.objects.filter(inspection__hand_in__bag__lot__line__order__in=orders),
            "stage",
            "provisional",
        ),
    }


def _named(kind: str, rows: Any, *fields: str) -> dict[str, Row]:
    return {f"{kind} {pk}": list(values) for pk, *values in rows.values_list("pk", *fields)}


def _kept(keys: list[str]) -> dict[str, list[int]]:
    """Say of each key how often it stands there as a receipt, its audit lines at the top, and its events."""
    receipts = {
        str(key): [1, 0, 0] for key in Receipt.objects.filter(key__in=keys).values_list("key", flat=True)
    }
    tops = Entry.objects.filter(parent=None, txn__in=Receipt.objects.filter(key__in=keys).values("act"))
    told = Event.objects.filter(txn__in=Receipt.objects.filter(key__in=keys).values("act"))
    by_act = dict(Receipt.objects.filter(key__in=keys).values_list("act", "key"))
    for txn, lines in tops.values_list("txn").annotate(lines=Count("pk")).order_by():
        receipts[str(by_act[txn])][1] = lines
    for txn, events in told.values_list("txn").annotate(events=Count("pk")).order_by():
        receipts[str(by_act[txn])][2] = events
    return receipts
