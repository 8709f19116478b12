"""Turning single visits over: open or close one, let the village find its way for a moment, keep it if it pays.

A step of local search whose neighbourhood is a whole village (Shaw 1998 calls such steps large neighbourhoods). The
rest of the county stands still meanwhile; so a turn that nearly pays is kept now and then, for others may yet find a
use for what was set free.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.bundle import NOTHING, see_visits
from gongfang.engines.dispatch.polish import STEPS_AT_MOST, Seed, anneal, send_back
from gongfang.engines.dispatch.tables import Links, Rows, Tables, taken_places

COLD = 0.05
HOT = 1.0
FEW_TRIES = 400


@dataclass(frozen=True, slots=True)
class Village:
    """The people and pairs of a place, as runs of rows, and who of them can make anything at all."""

    place: int
    people: slice
    pairs: slice
    able: Ints


def villages(t: Tables, links: Links, places: Iterable[int]) -> Iterator[Village]:
    """The villages of these places."""
    first, end = t.people["first"], t.people["end"]
    for place in places:
        people = slice(int(links.place_ptr[place]), int(links.place_ptr[place + 1]))
        pairs = slice(0, 0)
        if people.stop > people.start:
            pairs = slice(int(first[people.start]), int(end[people.stop - 1]))
        able = people.start + np.flatnonzero(end[people] > first[people])
        yield Village(place, people, pairs, able)


class Turning:
    """Turns visits of one county over; `tries` a person at each, `boldness` what one may cost at first."""

    def __init__(self, t: Tables, links: Links, *, seed: Seed, tries: int, boldness: float) -> None:
        self.tables, self.links, self.seed = t, links, seed
        self.tries, self.boldness = tries, boldness
        self.log = np.empty((STEPS_AT_MOST, 3), np.int64)

    def turn_all(self, village: Village, chance: np.random.Generator) -> float:
        """Turn each visit of a village over, one after the other; returns what it cost in all."""
        fees = self.links.fee[village.place]
        buckets = np.flatnonzero((fees > 0) & np.isfinite(fees)).tolist()
        return sum(self.turn(village, bucket, grace=self._grace(chance)) for bucket in buckets)

    def turn(self, village: Village, bucket: int, *, grace: float) -> float:
        """Turn one visit over; everything is put back as it was unless that costs less than `grace`."""
        before = self._remember(village)
        visits, fee = self.links.visits, self.links.fee[village.place, bucket]
        visits[village.place, bucket] ^= True
        see_visits(self.tables, visits, village.place)
        cost = float(fee if visits[village.place, bucket] else -fee) + self._find_their_way(village)
        if cost < grace - NOTHING:
            return cost
        visits[village.place, bucket] ^= True
        see_visits(self.tables, visits, village.place)
        self._put_back(village, before)
        return 0.0

    def _grace(self, chance: np.random.Generator) -> float:
        return float(chance.exponential(self.boldness)) if self.boldness else 0.0

    def _find_their_way(self, village: Village) -> float:
        first, end = village.people.start, village.people.stop
        cost = send_back(self.tables, first, end)
        if len(village.able):
            tries = max(self.tries * len(village.able), FEW_TRIES)
            cost += anneal(
                self.tables, self.links, village.able, first, end, self.log, self.seed, HOT, COLD, tries
            )
        return cost

    def _remember(self, village: Village) -> tuple[Rows, ...]:
        t = self.tables
        rows = t.people[village.people], t.slack[village.people], t.income[village.people]
        return tuple(table.copy() for table in (t.orders, t.pairs[village.pairs], *rows, *taken_places(t)))

    def _put_back(self, village: Village, before: tuple[Rows, ...]) -> None:
        t = self.tables
        t.orders[:], t.pairs[village.pairs] = before[:2]
        t.people[village.people], t.slack[village.people], t.income[village.people] = before[2:5]
        for table, copy in zip(taken_places(t), before[5:], strict=True):
            table[:] = copy
