"""The problem as columns of numbers, so that the planner never looks at an object while it plans."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongfang.engines.dispatch.problem import ALL_PASS, Person, Pinned, Problem, Work

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_LIMIT = 1 << 60
NOT_COUNTED = -1
# What a yuan is worth to somebody below their target, and beyond: up to which share of the target, and how much. Three
# segments: the first half of an income weighs three times the last fifth. Within a segment each tenth weighs a little
# less than the one before, so that of two people the poorer comes first. Above the target work is still shared evenly,
# but that no longer outweighs a saved visit.
STEPS = (
    (0.1, 1.54), (0.2, 1.52), (0.3, 1.5), (0.4, 1.48), (0.5, 1.46),
    (0.6, 1.02), (0.7, 1.0), (0.8, 0.98), (0.9, 0.51), (1.0, 0.49),
    (1.5, 0.02), (2.0, 0.01), (4.0, 0.005),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promise:
    """Accepted bags by number of person and work; pace in ticks, good and worth a unit, as in `Arrays`."""

    person: int
    work: int
    bags: tuple[int, ...]
    first: int
    last: int
    pace: int
    good: int
    worth: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrays:
    """People (n), works (m), pairs (p) sorted by work, places (v), buckets (b), as columns.

    A *unit* is what a bag is counted in (a piece); a *tick* what time is counted in (a second). Money
    is in 1/1000 毫 and goods in 1/1000 piece, so that a pass rate per mille loses nothing.

    place, custody, wish, target, earned, lot: (n) place of a person, 毫 a visit, units, 1/1000 毫, 1/1000 毫, rank in
    the drawing of lots. capacity: (n, b) ticks. first, last, size, need, limit, bags, value: (m) window, units a
    bag, 1/1000 good pieces, units at most, bags, 毫 a bag. ptr: (m + 1) first pair of each work. person, pace, good,
    worth: (p) ticks, 1/1000 good pieces and 1/1000 毫 a unit. served: (v, b) a visit is possible. cost: (v, b) 毫.
    bench: (v, b) ticks at the benches of a place, below nothing where they are not counted. week: (b) number of the
    week in which a bucket lies. loss: (m) 毫 a late piece. urgent: 1 if of two orders that cost the same when late
    the one due first goes first. steps: share of the target, and what a yuan below it is worth. surplus: whether
    bags may be given beyond what is needed, while there is material. further: 1/1000 毫 for each work of a person
    beyond the first.
    """

    place: Ints
    capacity: Ints
    custody: Ints
    wish: Ints
    target: Ints
    earned: Ints
    lot: Ints
    first: Ints
    last: Ints
    size: Ints
    need: Ints
    limit: Ints
    bags: Ints
    value: Ints
    ptr: Ints
    person: Ints
    pace: Ints
    good: Ints
    worth: Ints
    served: Flags
    cost: Ints
    bench: Ints
    week: Ints
    loss: Ints
    urgent: int = 1
    steps: tuple[tuple[float, float], ...] = STEPS
    surplus: bool = False
    further: int = 0
    promises: tuple[Promise, ...] = ()

    @property
    def buckets(self) -> int:
        """Number of buckets planned for."""
        return int(self.capacity.shape[1])

    @property
    def counted(self) -> Flags:
        """The places (v) whose benches are counted."""
        return np.asarray((self.bench >= 0).all(axis=1))

    def pairs(self, work: int) -> slice:
        """The pairs of one work."""
        return slice(int(self.ptr[work]), int(self.ptr[work + 1]))

    def work_of(self, pairs: Ints) -> Ints:
        """The work of each of these pairs."""
        works: Ints = np.searchsorted(self.ptr, pairs, side="right") - 1
        return works

    def window(self, work: int, *, late: bool) -> tuple[int, int]:
        """First and last bucket in which a work may be made, on time or late."""
        end = self.buckets - 1
        return int(self.first[work]), end if late else min(int(self.last[work]), end)

    def material(self, work: int, bags: Iterable[int]) -> int:
        """毫 of material in these bags of a work; in each bag a part of a 毫 counts as a whole one."""
        size, value = int(self.size[work]), int(self.value[work])
        return sum(-(-units * value // size) for units in bags)


@dataclass(frozen=True, slots=True)
class Names:
    """Ids in the order of the columns: sorted, so that the plan does not depend on how rows were read."""

    people: tuple[str, ...]
    works: tuple[str, ...]
    places: tuple[str, ...]


def names_of(problem: Problem) -> Names:
    """The ids of people, works and places, each sorted; made once for a problem."""
    if problem.made.names is None:
        problem.made.names = _names(problem)
    assert isinstance(problem.made.names, Names)
    return problem.made.names


def _names(problem: Problem) -> Names:
    places = {person.village for person in problem.people} | {visit.village for visit in problem.visits or ()}
    return Names(
        people=tuple(sorted(person.id for person in problem.people)),
        works=tuple(sorted(work.id for work in problem.works)),
        places=tuple(sorted(places)),
    )


def arrays_of(problem: Problem, names: Names, *, seed: int) -> Arrays:
    """The columns of a problem, made once; `seed` draws the lots between people with the same income gap."""
    if problem.made.columns is None:
        problem.made.columns = _columns(problem, names)
    assert isinstance(problem.made.columns, Arrays)
    return replace(problem.made.columns, lot=draw_lots(names.people, seed=seed))


def _columns(problem: Problem, names: Names) -> Arrays:
    people = [problem.person(one) for one in names.people]
    works = [problem.work(one) for one in names.works]
    place = {village: number for number, village in enumerate(names.places)}
    speeds = _speeds(problem, names)
    ptr, person, pace, good, worth = _pairs(people, works, speeds)
    served, cost = _visits(problem, place)
    return Arrays(
        place=_ints([place[one.village] for one in people]),
        capacity=_ints([one.minutes for one in people]).reshape(len(people), problem.buckets) * 60,
        custody=_ints([one.custody_cap for one in people]),
        wish=_ints([NO_LIMIT if one.max_pieces is None else one.max_pieces for one in people]),
        target=_ints([one.income_target * 1000 for one in people]),
        earned=_ints([one.income_so_far * 1000 for one in people]),
        lot=_ints([]),
        first=_ints([one.first for one in works]),
        last=_ints([one.last for one in works]),
        size=_ints([one.bag_pieces for one in works]),
        need=_ints([one.pieces * ALL_PASS for one in works]),
        limit=_ints([one.pieces + one.spare for one in works]),
        bags=_ints([one.bags for one in works]),
        value=_ints([one.bag_value for one in works]),
        ptr=ptr, person=person, pace=pace, good=good, worth=worth, served=served, cost=cost,
        bench=_benches(problem, place),
        week=np.searchsorted(_ints(problem.weeks or [problem.buckets - 1]), np.arange(problem.buckets)),
        loss=_ints([one.late_cost for one in works]),
        promises=_promises(problem, names, speeds),
        further=problem.further_work * 1000,
    )  # fmt: skip


def draw_lots(people: tuple[str, ...], *, seed: int) -> Ints:
    """Each person's rank in a drawing of lots that somebody joining or leaving does not reshuffle."""
    tickets = [sha256(f"{seed}:{person}".encode()).digest() for person in people]
    order = sorted(range(len(people)), key=lambda number: (tickets[number], people[number]))
    ranks = np.empty(len(people), dtype=np.int64)
    ranks[order] = np.arange(len(people))
    return ranks


def _ints(rows: object) -> Ints:
    return np.asarray(rows, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Speeds:
    """What was measured: keys (number of work x people + number of person), rising; seconds a piece, per mille good."""

    people: int
    keys: Ints
    pace: Ints
    passes: Ints

    def at(self, work: Ints, person: Ints) -> tuple[Ints, Flags]:
        """Where each pair stands, and whether it was measured."""
        asked = work * self.people + person
        if not len(self.keys):
            return np.zeros_like(asked), np.zeros(asked.shape, dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        return at, self.keys[at] == asked


def _speeds(problem: Problem, names: Names) -> Speeds:
    people = {name: number for number, name in enumerate(names.people)}
    works = {name: number for number, name in enumerate(names.works)}
    person, work = attrgetter("person"), attrgetter("work")
    keys = column(problem.pairs, work, works) * len(people) + column(problem.pairs, person, people)
    order = np.argsort(keys, kind="stable")
    pace, passes = attrgetter("pace"), attrgetter("pass_rate")
    return Speeds(
        len(people), keys[order], column(problem.pairs, pace)[order], column(problem.pairs, passes)[order]
    )


def column(rows: Sequence[Any], read: Callable[[Any], Any], numbers: Mapping[str, int] | None = None) -> Ints:
    """One number of each row; where `numbers` is given, the number of a name in it, -1 where it is not."""
    if numbers is None:
        return np.fromiter(map(read, rows), np.int64, len(rows))
    return np.fromiter(map(numbers.get, map(read, rows), repeat(-1)), np.int64, len(rows))


def _pairs(people: list[Person], works: list[Work], speeds: Speeds) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    open_ = _open(people, works)
    person = np.concatenate([np.zeros(0, np.int64), *open_])
    count = _ints([len(able) for able in open_])
    work = np.repeat(np.arange(len(works)), count)
    at, told = speeds.at(work, person)
    pace, good = _ints([one.seconds for one in works])[work], np.full(len(work), ALL_PASS)
    pace[told], good[told] = speeds.pace[at[told]], speeds.passes[at[told]]
    ptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
    return ptr, person, pace, good, good * _ints([one.rate for one in works])[work]


def _open(people: list[Person], works: list[Work]) -> list[Ints]:
    """The numbers of the people each work is open to, rising."""
    skilled, declined = holders(people, "skills"), holders(people, "declined")
    numbers = {person.id: number for number, person in enumerate(people)}
    return [
        np.flatnonzero(
            _among(numbers, work.only)
            & (True if work.skill is None else flags(len(people), skilled.get(work.skill, [])))
            & ~flags(len(people), declined.get(work.id, []))
        )
        for work in works
    ]


def _among(numbers: Mapping[str, int], only: frozenset[str] | None) -> Flags:
    if only is None:
        return np.ones(len(numbers), dtype=np.bool_)
    return flags(len(numbers), [numbers[name] for name in only if name in numbers])


def flags(count: int, numbers: list[int]) -> Flags:
    """A flag for each of so many, set for these numbers."""
    found = np.zeros(count, dtype=np.bool_)
    found[numbers] = True
    return found


def holders(people: list[Person], kind: str) -> dict[str, list[int]]:
    """The people who have each skill, or who declined each work."""
    found: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        for name in getattr(person, kind):
            found.setdefault(name, []).append(number)
    return found


def _visits(problem: Problem, place: Mapping[str, int]) -> tuple[Flags, Ints]:
    cost = np.zeros((len(place), problem.buckets), dtype=np.int64)
    if problem.visits is None:
        return np.ones(cost.shape, dtype=np.bool_), cost
    served = np.zeros(cost.shape, dtype=np.bool_)
    for visit in problem.visits:
        served[place[visit.village], visit.bucket] = True
        cost[place[visit.village], visit.bucket] = visit.cost
    return served, cost


def _benches(problem: Problem, place: Mapping[str, int]) -> Ints:
    bench = np.full((len(place), problem.buckets), NOT_COUNTED, dtype=np.int64)
    for workshop in problem.workshops:
        if workshop.village in place:
            bench[place[workshop.village]] = np.array(workshop.minutes) * 60
    return bench


def _promises(problem: Problem, names: Names, speeds: Speeds) -> tuple[Promise, ...]:
    people = {person: number for number, person in enumerate(names.people)}
    works = {work: number for number, work in enumerate(names.works)}
    return tuple(
        _promise(pin, problem.work(pin.work), people[pin.person], works[pin.work], speeds)
        for pin in sorted(
            problem.pinned, key=lambda pin: (pin.work, pin.person, pin.first, pin.last, pin.bags)
        )
    )


def _promise(pin: Pinned, work: Work, person: int, number: int, speeds: Speeds) -> Promise:
    at, told = speeds.at(np.array([number]), np.array([person]))
    pace = int(speeds.pace[at[0]]) if told[0] else work.seconds
    good = int(speeds.passes[at[0]]) if told[0] else ALL_PASS
    return Promise(person, number, pin.bags, pin.first, pin.last, pace, good, good * work.rate)


def intervals(buckets: int) -> Ints:
    """Every run of buckets from s to t, as rows (s, t)."""
    return _ints([(s, t) for s in range(buckets) for t in range(s, buckets)]).reshape(-1, 2)


def minutes_inside(capacity: Ints, runs: Ints) -> Ints:
    """Time each person has in each run of buckets: (n, runs), in the unit of `capacity`."""
    upto = np.zeros((capacity.shape[0], capacity.shape[1] + 1), dtype=np.int64)
    np.cumsum(capacity, axis=1, out=upto[:, 1:])
    room: Ints = upto[:, runs[:, 1] + 1] - upto[:, runs[:, 0]]
    return room


def sums(numbers: Ints, counts: Ints) -> Ints:
    """The sums of so many numbers each, one after the other."""
    upto = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(numbers)])
    ends = np.cumsum(counts)
    total: Ints = upto[ends] - upto[ends - counts]
    return total
