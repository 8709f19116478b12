"""How many pieces of each share the supplied material on hand still allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F, Sum

from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import Account, material
from gongfang.ledger.postings import organisation
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import RecipeItem


def makeable(shares: Sequence[Lot]) -> dict[int, int]:
    """Return for each share how many more pieces its store and the operator's can supply, the first share first.

    What people took or are asked about, and was not issued yet, is set aside before.
    """
    recipes = _recipes(shares)
    stores = _stores(shares, recipes)
    waiting = _not_yet_issued(shares)
    possible = {}
    for share in shares:
        _use(share, waiting.get(share.pk, 0) + share.offered, recipes, stores)
        possible[share.pk] = _use(share, share.free, recipes, stores)
    return possible


def _recipes(shares: Sequence[Lot]) -> dict[int, list[RecipeItem]]:
    recipes: dict[int, list[RecipeItem]] = defaultdict(list)
    supplied = RecipeItem.objects.filter(
        step__in={share.step_id for share in shares}, ownership=RecipeItem.Ownership.ENTERPRISE
    )
    for item in supplied:
        recipes[item.step_id].append(item)
    return recipes


def _accounts(share: Lot, item: RecipeItem) -> list[Account]:
    order = share.line.order
    commodity = material(order.pk, item.material_id)
    places = dict.fromkeys((share.organisation_id, order.operator_id))  # the workshop's own store first
    return [Account(organisation(place), "store", commodity) for place in places]


def _stores(shares: Sequence[Lot], recipes: dict[int, list[RecipeItem]]) -> dict[Account, int]:
    return ledger.balances_of(
        {account for share in shares for item in recipes[share.step_id] for account in _accounts(share, item)}
    )


def _not_yet_issued(shares: Sequence[Lot]) -> dict[int, int]:
    lots = Lot.objects.filter(parent__in=shares, stage=Lot.Stage.OPEN).values_list("parent_id")
    return dict(lots.annotate(sum=Sum(F("pieces") - F("issued"))).order_by("parent_id"))


def _use(share: Lot, pieces: int, recipes: dict[int, list[RecipeItem]], stores: dict[Account, int]) -> int:
    """Take the material of so many pieces, or as many as there is for; return how many."""
    items = recipes[share.step_id]
    for item in items:
        pieces = min(pieces, sum(stores[account] for account in _accounts(share, item)) // item.amount)
    for item in items:
        needed = pieces * item.amount
        for account in _accounts(share, item):
            taken = min(needed, stores[account])
            stores[account] -= taken
            needed -= taken
    return pieces
