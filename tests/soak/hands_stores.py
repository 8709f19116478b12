"""Told acts on material, done through the real verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gongfang.core.action import By
from gongfang.registry.people.models import Organisation, Resident
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import (
    Invoice,
    Material,
    Order,
    Receipt,
    RecipeItem,
    Stocktake,
    Substitute,
)
from gongfang.work.piecework import actions as bags
from gongfang.work.piecework.models import Bag, HandIn, Loss
from tests.soak.model import COUNTED, DUE, FOR, IN_BATCHES, OF_IT, OURS, SUBSTITUTE
from tests.soak.rows import many, of, year_end

Told = dict[str, Any]


def _arrivals(a: Told, place: dict[str, Any]) -> list[orders.Arrival]:
    return [
        orders.Arrival(of(Material, pk), amount, batches=_batches(pk, amount, a, place))
        for pk, amount in a["rows"]
    ]


def _batches(pk: int, amount: int, a: Told, place: dict[str, Any]) -> list[orders.Batch]:
    """What is kept by batch comes in two of them, and the second often comes again."""
    if pk != place["pks"][IN_BATCHES] or amount < 2:
        return [orders.Batch("B-0", amount)] if pk == place["pks"][IN_BATCHES] else []
    return [orders.Batch(f"B-{a['number']}", amount // 2), orders.Batch("B-0", amount - amount // 2)]


def _slip(verb: Any) -> Callable[..., Any]:
    def done(who: By, a: Told, place: dict[str, Any]) -> Any:
        facts = {"number": f"S-{a['number']}", "store": of(Organisation, a["store"])}
        return verb(who, of(Order, a["order"]), rows=_arrivals(a, place), **facts)

    return done


def _take_stock(who: By, a: Told, place: dict[str, Any]) -> Stocktake:
    rows = [orders.Count(material=of(Material, pk), counted=n, reason="数错了") for pk, n in a["rows"]]
    return orders.take_stock(who, of(Order, a["order"]), rows=rows, store=of(Organisation, a["store"]))


def _count_use(who: By, a: Told, place: dict[str, Any]) -> Any:
    use = {place["pks"][COUNTED]: a["amount"]}
    rows = [bags.UseRow(hand_in_id=pk, materials=use, reason="线紧") for pk in a["hand_ins"]]
    return bags.count_use(who, many(HandIn, a["hand_ins"]), rows=rows)


def _allow_substitute(who: By, a: Told, place: dict[str, Any]) -> Substitute:
    item = RecipeItem.objects.get(step=place["steps"]["sew"], material=place["pks"][FOR])
    other = of(Material, place["pks"][SUBSTITUTE])
    return orders.allow_substitute(who, item, material=other, amount=OF_IT, document="回函")


def _bill_material(who: By, a: Told, place: dict[str, Any]) -> Invoice:
    rows = [orders.Billed(material=of(Material, place["pks"][OURS]), amount=a["amount"])]
    order, number = of(Order, a["order"]), f"M-{a['number']}"
    return orders.bill_material(who, order, rows=rows, number=number, due=year_end(DUE))


VERBS: dict[str, Callable[[By, Told, dict[str, Any]], Any]] = {
    "receive_material": _slip(orders.receive_material),
    "return_material": _slip(orders.return_material),
    "return_offcuts": _slip(orders.return_offcuts),
    "cancel_receipt": lambda w, a, p: orders.cancel_receipt(w, of(Receipt, a["receipt"]), reason="错单"),
    "take_stock": _take_stock,
    "book_stocktake": lambda w, a, p: orders.book_stocktake(w, of(Stocktake, a["stocktake"])),
    "discard_stocktake": lambda w, a, p: orders.discard_stocktake(w, of(Stocktake, a["stocktake"])),
    "issue_missing": lambda w, a, p: bags.issue_missing(w, many(Bag, a["bags"])),
    "hand_over": lambda w, a, p: bags.hand_over(w, many(Bag, a["bags"]), maker=of(Resident, a["maker"])),
    "find_again": lambda w, a, p: bags.find_again(w, many(Loss, a["losses"])),
    "count_use": _count_use,
    "allow_substitute": _allow_substitute,
    "use_substitute": lambda w, a, p: bags.use_substitute(
        w, many(Bag, a["bags"]), substitute=of(Substitute, a["substitute"])
    ),
    "bill_material": _bill_material,
}
