"""The days a plan is made for, cut into a few stretches that end where work is due."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

MOST_STRETCHES = 7  # every further one doubles the ways in which rounds can go to a village
SHORT = 2  # days that need no cutting


@dataclass(frozen=True)
class Days:
    """Stretches of days from the first on; `ends` names the last day of each, counted from the first day."""

    first: date
    ends: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many days there are."""
        return self.ends[-1] + 1

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many days each stretch has."""
        return tuple(after - before for before, after in pairwise((-1, *self.ends)))

    @property
    def each(self) -> list[date]:
        """All of the days."""
        return [self.first + timedelta(days=day) for day in range(self.count)]

    def lengths_without(self, away: Collection[date]) -> tuple[int, ...]:
        """How many days of each stretch are left without some of them."""
        if not away:
            return self.lengths
        gone = Counter(bisect_right(self.ends, (day - self.first).days - 1) for day in away)
        return tuple(length - gone[stretch] for stretch, length in enumerate(self.lengths))

    @property
    def weeks(self) -> tuple[int, ...]:
        """The last stretch of each week from the first day on; where a stretch is longer, it is a week by itself."""
        last = len(self.ends) - 1
        return tuple(n for n, end in enumerate(self.ends) if n == last or end // 7 != self.ends[n + 1] // 7)

    def stretch_before(self, due: date) -> int:
        """The last stretch that is over by the end of a day: -1 if none is, one past the last if all are long over."""
        offset = (due - self.first).days
        return len(self.ends) if offset > self.ends[-1] else bisect_right(self.ends, offset) - 1

    def span(self, stretch: int) -> tuple[date, date]:
        """The first and the last day of a stretch."""
        last = self.ends[stretch]
        begin = last - self.lengths[stretch] + 1
        return self.first + timedelta(days=begin), self.first + timedelta(days=last)


def cut(first: date, dues: Iterable[date], *, most: int) -> Days:
    """Cut the days up to the last due date, at most so many, into stretches.

    Each due date ends one. Where there are too many, the date that loses the fewest days is counted as due a little
    earlier; where there are few, the longest stretches are halved, so that rounds can go more than once.
    """
    ends = sorted({min(max((due - first).days, 0), most - 1) for due in dues} or {0})
    while len(ends) > MOST_STRETCHES:
        lost = [after - before for before, after in pairwise(ends)][:-1]  # the first and the last day stay
        del ends[1 + lost.index(min(lost))]
    return Days(first, _halved(ends))


def _halved(ends: list[int]) -> tuple[int, ...]:
    while len(ends) < MOST_STRETCHES:
        lengths = [after - before for before, after in pairwise([-1, *ends])]
        longest = max(lengths)
        if longest <= SHORT:
            break
        at = lengths.index(longest)
        ends.insert(at, ends[at] - longest // 2)
    return tuple(ends)
