"""Looking for doubtful items, and what stands in the list of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, QuerySet, Value, When

from gongfang.core.models import Job
from gongfang.oversight.doubts import money, people, work  # noqa: F401 -- the searches name themselves
from gongfang.oversight.doubts.finding import Finding, searches
from gongfang.oversight.models import Doubt

JOB = "oversight.doubts"
DEATHS = "after_death"  # found by comparing a list, not by the search of the night


def kinds() -> tuple[str, ...]:
    """Return every kind of doubtful item, in the order in which they are looked for."""
    return (*searches, DEATHS)


def look_for(day: date) -> Iterator[tuple[str, list[Finding]]]:
    """Return what each search finds today, kind by kind."""
    for kind, look in searches.items():
        yield kind, list(look(day))


def in_order(doubts: QuerySet[Doubt]) -> QuerySet[Doubt]:
    """Return those that wait in front, the oldest first; then the answered, the newest first."""
    waits = Case(When(stage=Doubt.Stage.OPEN, then=Value(0)), default=Value(1))
    return doubts.order_by(waits, "found_on", "pk")


def waiting() -> QuerySet[Doubt]:
    """Return what still waits for an answer."""
    return Doubt.objects.filter(stage=Doubt.Stage.OPEN)


def last_search() -> Job | None:
    """Return the newest search, whether it runs or has ended."""
    return Job.objects.filter(kind=JOB).order_by("-pk").first()
