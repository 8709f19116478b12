"""How many pieces of each share, and of what is not shared out yet, the supplied material on hand still allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Sum

from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import Account, material
from gongfang.ledger.postings import organisation
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Order, OrderLine, OrderMaterial, RecipeItem

Recipes = Mapping[tuple[int, int], Sequence[RecipeItem]]  # what is supplied, of each order and step


@dataclass(frozen=True)
class Need:
    """Pieces of a step of an order, made of what lies in these stores, the first store first."""

    step: int
    order: Order
    places: tuple[int, ...]

    @property
    def recipe(self) -> tuple[int, int]:
        """Whose recipe it is: an order may say otherwise whose material is whose."""
        return self.order.pk, self.step

    def accounts(self, item: RecipeItem) -> list[Account]:
        """Where the material of one line of the recipe lies."""
        commodity = material(self.order.pk, item.material_id)
        return [Account(organisation(place), "store", commodity) for place in self.places]


def makeable(shares: Sequence[Lot]) -> dict[int, int]:
    """Return for each share how many more pieces its store and the operator's can supply, the first share first.

    What people took or are asked about, and was not issued yet, is set aside before.
    """
    return supply(shares, ())[0]


def supply(shares: Sequence[Lot], lines: Sequence[OrderLine]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the same for shares, and for lines how many pieces the operator's store still allows after them."""
    of_shares, of_lines = [_of_share(share) for share in shares], [_of_line(line) for line in lines]
    recipes = _recipes((*of_shares, *of_lines))
    stores = _stores((*of_shares, *of_lines), recipes)
    waiting = _not_yet_issued(shares)
    possible = {}
    for share, need in zip(shares, of_shares, strict=True):
        _use(need, waiting.get(share.pk, 0) + share.offered, recipes, stores)
        possible[share.pk] = _use(need, share.free, recipes, stores)
    return possible, {
        line.pk: _use(need, line.pieces, recipes, stores) for line, need in zip(lines, of_lines, strict=True)
    }


def _of_share(share: Lot) -> Need:
    order = share.line.order
    places = dict.fromkeys((share.organisation_id, order.operator_id))  # the workshop's own store first
    return Need(share.step_id, order, tuple(places))


def _of_line(line: OrderLine) -> Need:
    return Need(line.step_id, line.order, (line.order.operator_id,))


def _recipes(needs: Collection[Need]) -> Recipes:
    """Return what the enterprise supplies: as the order says where it says so, as the recipe says otherwise."""
    items: dict[int, list[RecipeItem]] = defaultdict(list)
    for item in RecipeItem.objects.filter(step__in={need.step for need in needs}):
        items[item.step_id].append(item)
    rows = OrderMaterial.objects.filter(order__in={need.order.pk for need in needs})
    said = {(order, kind): whose for order, kind, whose in rows.values_list("order", "material", "ownership")}
    return {
        need.recipe: [
            item
            for item in items[need.step]
            if said.get((need.order.pk, item.material_id), item.ownership) == RecipeItem.Ownership.ENTERPRISE
        ]
        for need in needs
    }


def _stores(needs: Iterable[Need], recipes: Recipes) -> dict[Account, int]:
    return ledger.balances_of(
        {account for need in needs for item in recipes[need.recipe] for account in need.accounts(item)}
    )


def _not_yet_issued(shares: Sequence[Lot]) -> dict[int, int]:
    lots = Lot.objects.filter(parent__in=shares, stage=Lot.Stage.OPEN).values_list("parent_id")
    return dict(lots.annotate(sum=Sum(F("pieces") - F("issued"))).order_by("parent_id"))


def _use(need: Need, pieces: int, recipes: Recipes, stores: dict[Account, int]) -> int:
    """Take the material of so many pieces, or as many as there is for; return how many."""
    items = recipes[need.recipe]
    for item in items:
        pieces = min(pieces, sum(stores[account] for account in need.accounts(item)) // item.amount)
    for item in items:
        needed = pieces * item.amount
        for account in need.accounts(item):
            taken = min(needed, stores[account])
            stores[account] -= taken
            needed -= taken
    return pieces
