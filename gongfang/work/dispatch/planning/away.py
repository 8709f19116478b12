"""What somebody who is away on some days can no longer do by the day it is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from gongfang.registry.people.models import Resident
from gongfang.registry.people.queries import away_days
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.planning.minutes import minutes_a_day

T = TypeVar("T")


@dataclass(frozen=True)
class Asked(Generic[T]):
    """A question to somebody, and how long it takes as people usually work."""

    maker: int
    due: date
    seconds: int
    what: T


def beyond(asked: Iterable[Asked[T]], day: date) -> list[T]:
    """Return which questions to people who are away before the due day no longer fit the days they are there.

    What they have promised comes first, then the question that is due first.
    """
    by_maker: dict[int, list[Asked[T]]] = defaultdict(list)
    for one in asked:
        by_maker[one.maker].append(one)
    last = max((one.due for rows in by_maker.values() for one in rows), default=day)
    people = Resident.objects.filter(pk__in=by_maker)
    away = away_days(people, day, last)
    there = minutes_a_day(people.filter(pk__in=away))
    held = _promised(away)
    return [
        one.what
        for maker, days in sorted(away.items())
        for one in _beyond(by_maker[maker], held[maker], days, day, there.get(maker, 0))
    ]


def _beyond(
    asked: Iterable[Asked[T]], held: list[tuple[date, int]], away: AbstractSet[date], day: date, minutes: int
) -> Iterable[Asked[T]]:
    taken = list(held)
    for one in sorted(asked, key=lambda row: row.due):
        touched = any(gone <= one.due for gone in away)
        wanted = [*taken, (one.due, one.seconds)]
        if touched and not all(
            sum(seconds for due, seconds in wanted if due <= until) <= _time(away, day, until) * minutes * 60
            for until in {due for due, _seconds in wanted if due >= one.due}
        ):
            yield one
        else:
            taken = wanted


def _time(away: AbstractSet[date], day: date, until: date) -> int:
    """How many days there are to work on."""
    each = (day + timedelta(days=n) for n in range((until - day).days + 1))
    return sum(one not in away for one in each)


def _promised(makers: Mapping[int, object]) -> dict[int, list[tuple[date, int]]]:
    """What these people hold to make, each by when and for how long."""
    held: dict[int, list[tuple[date, int]]] = defaultdict(list)
    lots = Lot.objects.filter(maker__in=makers, stage=Lot.Stage.OPEN).select_related("step")
    for lot in lots:
        held[lot.maker_id or 0].append((lot.due, lot.to_make * lot.step.standard_seconds))
    return held
