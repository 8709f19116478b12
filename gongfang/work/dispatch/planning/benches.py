"""Who works at a workshop's own benches, and how long the benches hold somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from gongfang.engines.dispatch import Workshop
from gongfang.registry.people.actions.seats import A_DAY, MOST_SEATS
from gongfang.registry.people.models import Seats
from gongfang.registry.people.queries import seats_on
from gongfang.work.dispatch.planning.days import Days
from gongfang.work.dispatch.planning.hands import Homes

_BENCH = "at-"  # a place whose door is open every day, so that no round goes there


def at_bench(workshop: int) -> str:
    """The planner's name for the place of whoever comes to a workshop."""
    return f"{_BENCH}{workshop}"


def is_bench(place: str) -> bool:
    """Say whether a place is a workshop; else it is a village."""
    return place.startswith(_BENCH)


def workshops_of(homes: Homes, days: Days, places: Collection[str]) -> Iterable[Workshop]:
    """The workshops that count their places, each with the time all of its places together hold somebody."""
    told: dict[int, list[Seats]] = defaultdict(list)
    for one in Seats.objects.filter(organisation__in={home.pk for home in homes.of.values()}):
        told[one.organisation_id].append(one)
    for pk, rows in sorted(told.items()):
        if at_bench(pk) in places and any(seats_on(rows, day) for day in days.each):
            yield Workshop(village=at_bench(pk), minutes=tuple(_open_for(days, rows)))


def _open_for(days: Days, rows: Sequence[Seats]) -> Iterable[int]:
    """The time of all places in each stretch of days; on a day on which nobody counts there is room for everybody."""
    for stretch in range(len(days.ends)):
        first, last = days.span(stretch)
        held = [seats_on(rows, first + timedelta(days=n)) for n in range((last - first).days + 1)]
        yield sum((one.seats or 0) * one.minutes_a_day if one else MOST_SEATS * A_DAY for one in held)
