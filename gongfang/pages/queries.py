"""What only a page that joins rooms asks: counts across people, orders and bags, one query each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from gongfang.core.members import Member
from gongfang.registry.people.models import Resident, Wish
from gongfang.registry.places.access import stem
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.orders.queries import pace, with_totals
from gongfang.work.orders.wording import is_urgent
from gongfang.work.piecework.models import Bag


def without_work(residents: QuerySet[Resident]) -> QuerySet[Resident]:
    """Return who of these wished for work and holds none and is not being asked about any."""
    holding = Lot.objects.filter(maker__isnull=False, stage=Lot.Stage.OPEN).values("maker")
    asked = Offer.objects.filter(stage=Offer.Stage.OPEN).values("maker")
    wishing = residents.filter(pk__in=Wish.objects.values("resident"))
    return wishing.exclude(pk__in=holding).exclude(pk__in=asked)


def running(orders: QuerySet[Order], day: date) -> tuple[int, int]:
    """Count the open orders, and those that need somebody today: overdue, or too slow to be made by their day."""
    rows: list[Any] = list(with_totals(orders.filter(stage=Order.Stage.OPEN)))
    press = sum(
        is_urgent(
            row,
            pace(pieces=row.pieces, accepted=row.accepted, ordered_on=row.ordered_on, due=row.due, today=day),
        )
        for row in rows
    )
    return len(rows), press


def to_share(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Return the open lines with pieces that no workshop or agent has yet; what was spoiled is to be made again."""
    return lines.filter(stage=Order.Stage.OPEN, pieces__gt=F("shared") - F("rejected") - F("lost"))


def free_pieces(organisations: Collection[int]) -> int:
    """Return how many pieces of these workshops or agents nobody took and nobody is being asked about."""
    shares = Lot.objects.filter(
        organisation__in=organisations, parent=None, stage=Lot.Stage.OPEN, line__stage=Order.Stage.OPEN
    )
    return shares.aggregate(free=Sum(F("pieces") - F("claimed") - F("offered")))["free"] or 0


def unconfirmed(organisations: Collection[int]) -> QuerySet[Lot]:
    """Return what was written down for somebody who has not said yes to it yet."""
    return Lot.objects.filter(organisation__in=organisations, provisional=True, stage=Lot.Stage.OPEN)


def bags_in(places: Collection[str], day: date) -> tuple[int, int]:
    """Return how many bags are out in these places, and how many of them should be back."""
    here = Q(pk__in=())
    for place in places:
        here |= Q(lot__organisation__division__code__startswith=stem(place))
    rows = Bag.objects.filter(here, stage=Bag.Stage.OUT).values_list("due", flat=True)
    return len(rows), sum(due <= day for due in rows)


def places_of(member: Member, *roles: str) -> list[str]:
    """Return over which places the member holds one of the roles."""
    return sorted(grant.place for grant in member.grants if grant.place and grant.role in roles)
