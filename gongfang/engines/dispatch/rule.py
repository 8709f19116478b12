"""A careful human's rule: the order due first, then whoever is furthest below their target, bag by bag.

Minutes are kept exactly. Work may be laid aside and taken up again, so a set of bags can be made in
time exactly when, for every run of buckets, the bags whose window lies inside it need no more time than
the person has there: earliest due date first then meets every date (Horn, 1974, "Some simple scheduling
algorithms", Naval Research Logistics Quarterly 21, 177-185). So adding to a window costs room in every
run of buckets around it, and nowhere else.

Works are handled by due date in two rounds: on time first, then what is left over, late, until the plan
ends. Work already overdue belongs to the first round, for its date comes before all others.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints, intervals, minutes_inside, sums
from gongfang.engines.dispatch.benches import Benches, benches_of, leave, place, places, room, rooms

Observe = Callable[[int, int], None]
Stop = Callable[[], bool]

WHOLE = 10**6  # an income target that is met, in parts per million


class Turn(NamedTuple):
    """One work handled in one round."""

    work: int
    late: bool


class Place(NamedTuple):
    """A person's place in the line for a work; the smallest comes first."""

    new: bool  # False while they hold fewer bags than the earlier plan offered them
    full: int  # income against target, parts per million
    lot: int
    at: int  # number within the pairs of the work


@dataclass(slots=True)
class Grant:
    """Bags given to one pair in one round, and how the income gaps stood, in parts per million of the
    target.
    """

    pair: int
    late: bool
    before: int
    able: int
    following: int | None
    kept: int = 0
    after: int = 0
    bags: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Room:
    """Units each pair of a work still has room for: by time, a place at a bench, material in custody, the wish."""

    minutes: Ints
    bench: Ints
    custody: Ints
    wish: Ints

    def least(self) -> Ints:
        """What all of these allow."""
        units: Ints = np.minimum(np.minimum(self.bench, self.custody), self.wish)
        return units


class Held(NamedTuple):
    """Bags as columns: pair, whether late, units, 毫 of material, how many."""

    pair: Ints
    late: Flags
    units: Ints
    value: Ints
    bags: Ints

    @classmethod
    def of(cls, arrays: Arrays, pair: Ints, late: Flags, bags: Ints, each: Ints) -> "Held":
        """So many bags of each of these pairs; each: units of bag after bag."""
        if not len(arrays.person):
            return cls(pair, late, 0 * bags, 0 * bags, bags)
        work = np.repeat(arrays.work_of(pair), bags)
        values = -(-each * arrays.value[work] // arrays.size[work])
        return cls(pair, late, sums(each, bags), sums(values, bags), bags)

    @classmethod
    def none(cls) -> "Held":
        """Nothing."""
        numbers = np.zeros(0, dtype=np.int64)
        return cls(numbers, np.zeros(0, dtype=np.bool_), numbers, numbers, numbers)


class Sharing:
    """What has been shared out so far, and the room each person has left.

    slack: (n, runs) ticks. benches: who has a place at them. custody: (n) 毫. wish: (n) units. earned: 1/1000 毫. good:
    (m) 1/1000 good pieces. units, bags: (m) shared out. open_turns: turns not yet taken, empty unless stopped. laid:
    bags an earlier plan gave, which stand besides the grants.
    """

    def __init__(self, arrays: Arrays, *, kept: Mapping[int, int]) -> None:
        self.arrays = arrays
        self.runs = intervals(arrays.buckets)
        self.around: dict[tuple[int, int], Ints] = {}
        self.slack = minutes_inside(arrays.capacity, self.runs)
        self.benches, _ = benches_of(arrays)
        self.custody: Ints = arrays.custody * arrays.served.sum(axis=1)[arrays.place]
        self.wish = arrays.wish.copy()
        self.earned: list[int] = arrays.earned.tolist()
        self.targets: list[int] = arrays.target.tolist()
        self.typical = _typical(self.targets)
        self.lots: list[int] = arrays.lot.tolist()
        self.good = [0] * len(arrays.first)
        self.units = [0] * len(arrays.first)
        self.bags = [0] * len(arrays.first)
        self.kept = dict(kept)
        self.grants: list[Grant] = []
        self.laid = Held.none()
        self.open_turns: list[Turn] = []
        for promise in arrays.promises:
            window = promise.first, promise.last
            self.keep(promise.work, promise.person, promise.bags, window, promise.pace)
            self.good[promise.work] += sum(promise.bags) * promise.good
            self.earned[promise.person] += sum(promise.bags) * promise.worth

    def fullness(self, person: int) -> int:
        """Income against target, parts per million; one without a target stands behind all whose gap is
        open.
        """
        if self.targets[person]:
            return self.earned[person] * WHOLE // self.targets[person]
        return WHOLE + self.earned[person] * WHOLE // self.typical

    def lacks(self, work: int) -> bool:
        """Whether pieces of this work are still to be shared out and there is material for them."""
        return self.misses(work) and self.bags[work] < self.arrays.bags[work]

    def misses(self, work: int) -> bool:
        """Whether pieces of this work are still to be shared out."""
        need, limit = int(self.arrays.need[work]), int(self.arrays.limit[work])
        return self.good[work] < need and self.units[work] < limit

    def room(self, work: int, window: tuple[int, int]) -> Room:
        """Units of this work each of its pairs has room for in a window; nothing where no round comes by."""
        pairs = self.arrays.pairs(work)
        people = self.arrays.person[pairs]
        size, value = int(self.arrays.size[work]), int(self.arrays.value[work])
        tight = self.slack[np.ix_(people, self.runs_around(window))].min(axis=1)
        minutes = np.maximum(tight, 0) // self.arrays.pace[pairs]
        custody = np.full(len(people), np.iinfo(np.int64).max)
        if value:
            custody = np.maximum(self.custody[people], 0) * size // value
            one_bag = self.arrays.custody[people] * size // value
            custody = np.where(one_bag < size, np.minimum(custody, one_bag), custody)
        custody[~self.reached(window)[self.arrays.place[people]]] = 0
        return Room(
            minutes, self._at_benches(people, window, tight, pairs), custody, np.maximum(self.wish[people], 0)
        )

    def _at_benches(self, people: Ints, window: tuple[int, int], ticks: Ints, pairs: slice) -> Ints:
        """Units each of these people has a place for in their time."""
        there = np.maximum(ticks, 0)
        if len(self.benches.own):
            rooms(self.benches, people, np.full(len(people), window[0]), window[1], there)
        units: Ints = there // self.arrays.pace[pairs]
        return units

    def together(self, work: int, window: tuple[int, int], units: Ints) -> Ints:
        """As many of so many units for each pair of a work as all of them together find places for."""
        if not len(self.benches.own):
            return units
        pairs = self.arrays.pairs(work)
        free = Benches(*(column.copy() for column in self.benches))
        ticks = units * self.arrays.pace[pairs]
        places(free, self.arrays.person[pairs], *window, ticks)
        found: Ints = ticks // self.arrays.pace[pairs]
        return found

    def bench_room(self, person: int, window: tuple[int, int], ticks: int) -> int:
        """For how much of so much time in a window somebody would have a place; all of it at home."""
        row = int(self.benches.row[person])
        return ticks if row < 0 else room(self.benches, row, *window, ticks)

    def sit(self, person: int, window: tuple[int, int], ticks: int) -> None:
        """Take a place for bags of a window, or give it back when below nothing."""
        row = int(self.benches.row[person])
        if row >= 0 and ticks > 0:
            place(self.benches, row, *window, ticks)
        elif row >= 0:
            leave(self.benches, row, *window, -ticks)

    def reached(self, window: tuple[int, int]) -> Flags:
        """Places (v) that a round can reach within the window."""
        return np.asarray(self.arrays.served[:, window[0] : window[1] + 1].any(axis=1))

    def held(self) -> Held:
        """All bags shared out besides promises."""
        grants, count = self.grants, len(self.grants)
        pair = np.fromiter((grant.pair for grant in grants), np.int64, count)
        late = np.fromiter((grant.late for grant in grants), np.bool_, count)
        bags = np.fromiter((len(grant.bags) for grant in grants), np.int64, count)
        each = np.fromiter(chain.from_iterable(grant.bags for grant in grants), np.int64, int(bags.sum()))
        own = Held.of(self.arrays, pair, late, bags, each)
        return Held(*(np.concatenate(parts) for parts in zip(self.laid, own, strict=True)))

    def take_turn(self, turn: Turn) -> None:
        """Share out one work until it is covered, the material is used up, or nobody has room."""
        if not self.lacks(turn.work):
            return
        line = Line(self, turn)
        line.give_whole_bags()
        line.give_last_bags()
        line.close()

    def keep(
        self, work: int, person: int, bags: list[int] | tuple[int, ...], window: tuple[int, int], pace: int
    ) -> None:
        """Take bags of a work out of the room a person has left."""
        units = sum(bags)
        self.slack[person, self.runs_around(window)] -= units * pace
        self.custody[person] -= self.arrays.material(work, bags)
        self.wish[person] -= units
        self.units[work] += units
        self.bags[work] += len(bags)

    def runs_around(self, window: tuple[int, int]) -> Ints:
        """The runs of buckets a bag made in this window takes time from."""
        if window not in self.around:
            first, last = window
            self.around[window] = np.flatnonzero((self.runs[:, 0] <= first) & (self.runs[:, 1] >= last))
        return self.around[window]


class Line:
    """The people in line for one work in one turn."""

    def __init__(self, sharing: Sharing, turn: Turn) -> None:
        arrays, pairs = sharing.arrays, sharing.arrays.pairs(turn.work)
        self.sharing, self.work, self.late, self.offset = sharing, turn.work, turn.late, pairs.start
        self.size = int(arrays.size[turn.work])
        self.left_good = int(arrays.need[turn.work]) - sharing.good[turn.work]
        self.left_units = int(arrays.limit[turn.work]) - sharing.units[turn.work]
        self.left_bags = int(arrays.bags[turn.work]) - sharing.bags[turn.work]
        self.people: list[int] = arrays.person[pairs].tolist()
        self.good: list[int] = arrays.good[pairs].tolist()
        self.worth: list[int] = arrays.worth[pairs].tolist()
        self.window = arrays.window(turn.work, late=turn.late)
        self.at_bench: list[bool] = (sharing.benches.row[arrays.person[pairs]] >= 0).tolist()
        self.grants: dict[int, Grant] = {}
        self.serve(sharing.room(turn.work, self.window).least().tolist())

    def serve(self, room: list[int]) -> None:
        """Let each in line take as many units as they have room for here."""
        self.room = room
        self._line_up()
        self.able = len(self.heap)

    def _line_up(self) -> None:
        self.heap = [self._place(at) for at, units in enumerate(self.room) if units >= self.size]
        heapq.heapify(self.heap)

    def give_whole_bags(self) -> None:
        """A full bag to the first in line, again and again, until less than a full bag is missing."""
        while self.heap and self.left_bags and self._next_bag(self.heap[0].at) == self.size:
            first = self.heap[0]
            self._give(first, self.size, following=min(self.heap[1:3], default=None))
            if self.at_bench[first.at]:
                self._line_up()
            elif self.room[first.at] >= self.size:
                heapq.heapreplace(self.heap, self._place(first.at))
            else:
                heapq.heappop(self.heap)

    def give_last_bags(self) -> None:
        """The smaller bag an order may end with, to the first who has room for it."""
        while self.left_good > 0 and self.left_bags and self.left_units:
            fitting = [at for at, units in enumerate(self.room) if units >= self._next_bag(at)]
            if not fitting:
                return
            first, *others = heapq.nsmallest(2, map(self._place, fitting))
            self.able = max(self.able, len(fitting))
            self._give(first, self._next_bag(first.at), following=others[0] if others else None)

    def close(self) -> None:
        """Write down what was given."""
        for grant in self.grants.values():
            at = grant.pair - self.offset
            pace = int(self.sharing.arrays.pace[grant.pair])
            self.sharing.keep(self.work, self.people[at], grant.bags, self.window, pace)
        self.sharing.grants += self.grants.values()

    def _place(self, at: int) -> Place:
        person = self.people[at]
        earlier = self.sharing.kept.get(at + self.offset, 0)
        return Place(not earlier, self.sharing.fullness(person), self.sharing.lots[person], at)

    def _next_bag(self, at: int) -> int:
        return min(self.size, self.left_units, -(-self.left_good // self.good[at]))

    def _give(self, place: Place, units: int, *, following: Place | None) -> None:
        at, person, pair, sharing = place.at, self.people[place.at], place.at + self.offset, self.sharing
        grant = self.grants.get(at)
        if grant is None:
            behind = None if following is None else following.full
            grant = Grant(pair, self.late, place.full, self.able, behind)
            self.grants[at] = grant
        if not place.new:
            sharing.kept[pair] -= 1
            grant.kept += 1
        sharing.earned[person] += units * self.worth[at]
        sharing.good[self.work] += units * self.good[at]
        self.left_good -= units * self.good[at]
        self.left_units -= units
        self.left_bags -= 1
        self.room[at] -= units
        grant.bags.append(units)
        grant.after = sharing.fullness(person)
        if self.at_bench[at]:
            sharing.sit(person, self.window, units * int(sharing.arrays.pace[pair]))
            self._move_together()

    def _move_together(self) -> None:
        """See what room is left for all in line once somebody has taken a place."""
        left = self.sharing.room(self.work, self.window).bench.tolist()
        self.room = [min(both) for both in zip(self.room, left, strict=True)]


def share_out(
    arrays: Arrays,
    *,
    kept: Mapping[int, int] | None = None,
    observe: Observe | None = None,
    stop: Stop | None = None,
) -> Sharing:
    """Share out every work by the rule; `kept` says how many bags an earlier plan offered to each pair.

    observe: told turns taken and turns in all. stop: asked before each turn; True ends with what is
    shared out.
    """
    sharing = Sharing(arrays, kept=kept or {})
    turns = turns_of(arrays)
    for done, turn in enumerate(turns):
        if stop is not None and stop():
            sharing.open_turns = turns[done:]
            break
        sharing.take_turn(turn)
        if observe is not None:
            observe(done + 1, len(turns))
    return sharing


def turns_of(arrays: Arrays) -> list[Turn]:
    """Works by due date, on time; then again, late, those that can still be made after their date."""
    by_date = np.lexsort((arrays.first, arrays.last)).tolist()
    late = [work for work in by_date if 0 <= arrays.last[work] < arrays.buckets - 1]
    return [Turn(work, bool(arrays.last[work] < 0)) for work in by_date] + [
        Turn(work, late=True) for work in late
    ]


def _typical(targets: list[int]) -> int:
    told = [target for target in targets if target]
    return sum(told) // len(told) if told else 1000
