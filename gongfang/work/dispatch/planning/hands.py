"""Whom a plan may ask, with which workshop they work, and what they have promised already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from gongfang.core import clock
from gongfang.registry.people.access import makers_at
from gongfang.registry.people.models import Organisation, Resident
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.dispatch.queries import takers
from gongfang.work.orders.models import Step
from gongfang.work.orders.queries import bag_sizes


@dataclass
class Held:
    """Bags a person has promised to make, or is being asked about, of one share."""

    step: Step
    due: date
    pieces: int = 0
    bags: list[int] = field(default_factory=list)

    def add(self, pieces: int) -> None:
        """Hold so many pieces more, in whole bags and a last smaller one."""
        self.pieces += pieces
        self.bags += bag_sizes(self.step, pieces)


Holdings = dict[tuple[int, int], Held]  # person and share


@dataclass(frozen=True)
class Homes:
    """With which workshop or agent each person works: the one they came to first; and who works at each."""

    of: Mapping[int, Organisation]
    at: Mapping[int, frozenset[int]]


def asking(organisation: Organisation | None) -> QuerySet[Resident]:
    """Return the makers who told how much or how long they wish to work; nobody else is asked."""
    users = makers_at(places_of(organisation)).values("user")
    makers = Resident.objects.filter(user__in=users, wish__isnull=False).exclude(wish__minutes_a_day=0)
    return makers.exclude(wish__pieces_a_week=0)


def askable(organisation: Organisation | None) -> list[Resident]:
    """Return them with their wishes, in the order they were written down in."""
    makers = asking(organisation).select_related("wish").defer("id_number", "phone")
    return list(makers.order_by("pk"))


def homes_of(makers: Sequence[Resident], organisation: Organisation | None) -> Homes:
    """Return where these people work, as far as the plan reaches; a plan for one workshop knows only that one."""
    users = {maker.user_id: maker.pk for maker in makers}
    if organisation is not None and is_taker(organisation):
        everybody = frozenset(users.values())
        return Homes(dict.fromkeys(everybody, organisation), {organisation.pk: everybody})
    of: dict[int, Organisation] = {}
    at: dict[int, set[int]] = defaultdict(set)
    roles = makers_at(places_of(organisation)).filter(user__in=asking(organisation).values("user"))
    for role in roles.select_related("organisation").order_by("since", "pk"):
        assert role.organisation is not None
        maker = users[role.user_id]
        of.setdefault(maker, role.organisation)
        at[role.organisation.pk].add(maker)
    return Homes(of, {place: frozenset(there) for place, there in at.items()})


def left_for_others(makers: QuerySet[Resident], orders: Iterable[int]) -> list[tuple[int, int]]:
    """Return who left which of these orders for others, or did not answer about it."""
    left = Offer.objects.filter(maker__in=makers, stage__in=(Offer.Stage.NOT_NOW, Offer.Stage.EXPIRED))
    return list(left.filter(lot__line__order__in=orders).values_list("maker_id", "lot__line__order_id"))


def is_taker(organisation: Organisation) -> bool:
    """Say whether work is shared out to it; else it is an operator, whose orders others make."""
    return organisation.kind in (Organisation.Kind.WORKSHOP, Organisation.Kind.AGENT)


def places_of(organisation: Organisation | None) -> list[int]:
    """Return whose people a plan may ask: of the county's, an operator's, or one workshop or agent.

    An operator's workshops are those that hold shares of its orders.
    """
    if organisation is None:
        return takers_today()
    if is_taker(organisation):
        return [organisation.pk]
    shares = Lot.objects.filter(parent=None, stage=Lot.Stage.OPEN, line__order__operator=organisation)
    there = takers(clock.today()).filter(pk__in=shares.values("organisation"))
    return list(there.values_list("pk", flat=True))


def takers_today() -> list[int]:
    """The workshops and agents that are open today."""
    return list(takers(clock.today()).values_list("pk", flat=True))


def holdings(makers: QuerySet[Resident]) -> Holdings:
    """Return what people hold and are asked about, share by share."""
    held: Holdings = {}
    back = Greatest("handed_in", F("accepted") + F("rejected") + F("lost"))
    lots = Lot.objects.filter(maker__in=makers, stage=Lot.Stage.OPEN).annotate(left=F("pieces") - back)
    promised = lots.filter(left__gt=0).order_by("pk").values_list("maker", "parent", "left", "step", "due")
    offers = Offer.objects.filter(maker__in=makers, stage=Offer.Stage.OPEN).order_by("pk")
    asked = offers.values_list("maker", "lot", "pieces", "lot__step", "lot__due")
    rows = [*promised, *asked]
    steps = Step.objects.in_bulk({step for _maker, _share, _pieces, step, _due in rows})
    for maker, share, pieces, step, due in rows:
        assert maker is not None
        assert share is not None
        held.setdefault((maker, share), Held(steps[step], due)).add(pieces)
    return held
