"""The problem as columns of numbers, so that the planner never looks at an object while it plans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from gongfang.engines.dispatch.problem import ALL_PASS, Pair, Person, Problem, Work

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_LIMIT = 1 << 60
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

    place, custody, wish, target, earned, lot: (n) place of a person, 毫 a visit, units, 1/1000 毫,
    1/1000 毫, rank in the drawing of lots. capacity: (n, b) ticks. first, last, size, need, limit,
    bags, value: (m) window, units a bag, 1/1000 good pieces, units at most, bags, 毫 a bag. ptr: (m +
    1) first pair of each work. person, pace, good, worth: (p) ticks, 1/1000 good pieces and 1/1000 毫 a
    unit. served: (v, b) a visit is possible. cost: (v, b) 毫. loss: (m) 毫 a late piece. urgent: 1 if of two
    orders that cost the same when late the one due first goes first. steps: share of the target, and what a yuan below
    it is worth. surplus: whether bags may be given beyond what is needed, while there is material.
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
    loss: Ints
    urgent: int = 1
    steps: tuple[tuple[float, float], ...] = STEPS
    surplus: bool = False
    promises: tuple[Promise, ...] = ()

    @property
    def buckets(self) -> int:
        """Number of buckets planned for."""
        return int(self.capacity.shape[1])

    def pairs(self, work: int) -> slice:
        """The pairs of one work."""
        return slice(int(self.ptr[work]), int(self.ptr[work + 1]))

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
    """The ids of people, works and places, each sorted."""
    places = {person.village for person in problem.people} | {visit.village for visit in problem.visits or ()}
    return Names(
        people=tuple(sorted(person.id for person in problem.people)),
        works=tuple(sorted(work.id for work in problem.works)),
        places=tuple(sorted(places)),
    )


def arrays_of(problem: Problem, names: Names, *, seed: int) -> Arrays:
    """The columns of a problem; `seed` draws the lots between people with the same income gap."""
    people = [problem.person(one) for one in names.people]
    works = [problem.work(one) for one in names.works]
    place = {village: number for number, village in enumerate(names.places)}
    measured = {(pair.person, pair.work): pair for pair in problem.pairs}
    ptr, person, pace, good, worth = _pairs(people, works, measured)
    served, cost = _visits(problem, place)
    return Arrays(
        place=_ints([place[one.village] for one in people]),
        capacity=_ints([one.minutes for one in people]).reshape(len(people), problem.buckets) * 60,
        custody=_ints([one.custody_cap for one in people]),
        wish=_ints([NO_LIMIT if one.max_pieces is None else one.max_pieces for one in people]),
        target=_ints([one.income_target * 1000 for one in people]),
        earned=_ints([one.income_so_far * 1000 for one in people]),
        lot=draw_lots(names.people, seed=seed),
        first=_ints([one.first for one in works]),
        last=_ints([one.last for one in works]),
        size=_ints([one.bag_pieces for one in works]),
        need=_ints([one.pieces * ALL_PASS for one in works]),
        limit=_ints([one.pieces + one.spare for one in works]),
        bags=_ints([one.bags for one in works]),
        value=_ints([one.bag_value for one in works]),
        ptr=ptr, person=person, pace=pace, good=good, worth=worth, served=served, cost=cost,
        loss=_ints([one.late_cost for one in works]),
        promises=_promises(problem, names, measured),
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


def _pairs(
    people: list[Person], works: list[Work], measured: Mapping[tuple[str, str], Pair]
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    skilled = _skilled(people)
    declined = _declined(people)
    everybody = list(range(len(people)))
    ptr, person, pace, passes, worth = [0], [], [], [], []
    for work in works:
        able = everybody if work.skill is None else skilled.get(work.skill, [])
        refused = declined.get(work.id, set())
        for number in able:
            someone = people[number].id
            if number in refused or not is_open_to(work, someone):
                continue
            speed = measured.get((someone, work.id))
            person.append(number)
            pace.append(speed.pace if speed else work.seconds)
            passes.append(speed.pass_rate if speed else ALL_PASS)
            worth.append(passes[-1] * work.rate)
        ptr.append(len(person))
    return _ints(ptr), _ints(person), _ints(pace), _ints(passes), _ints(worth)


def is_open_to(work: Work, person: str) -> bool:
    """Whether the lot is meant for this person, or for all."""
    return work.only is None or person in work.only


def _skilled(people: list[Person]) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        for skill in person.skills:
            holders.setdefault(skill, []).append(number)
    return holders


def _declined(people: list[Person]) -> dict[str, set[int]]:
    refused: dict[str, set[int]] = {}
    for number, person in enumerate(people):
        for work in person.declined:
            refused.setdefault(work, set()).add(number)
    return refused


def _visits(problem: Problem, place: Mapping[str, int]) -> tuple[Flags, Ints]:
    cost = np.zeros((len(place), problem.buckets), dtype=np.int64)
    if problem.visits is None:
        return np.ones(cost.shape, dtype=np.bool_), cost
    served = np.zeros(cost.shape, dtype=np.bool_)
    for visit in problem.visits:
        served[place[visit.village], visit.bucket] = True
        cost[place[visit.village], visit.bucket] = visit.cost
    return served, cost


def _promises(
    problem: Problem, names: Names, measured: Mapping[tuple[str, str], Pair]
) -> tuple[Promise, ...]:
    people = {person: number for number, person in enumerate(names.people)}
    works = {work: number for number, work in enumerate(names.works)}
    kept = []
    for pin in sorted(problem.pinned, key=lambda pin: (pin.work, pin.person, pin.first, pin.last, pin.bags)):
        work, speed = problem.work(pin.work), measured.get((pin.person, pin.work))
        pace, good = (speed.pace, speed.pass_rate) if speed else (work.seconds, ALL_PASS)
        kept.append(
            Promise(
                people[pin.person],
                works[pin.work],
                pin.bags,
                pin.first,
                pin.last,
                pace,
                good,
                good * work.rate,
            )
        )
    return tuple(kept)


def intervals(buckets: int) -> Ints:
    """Every run of buckets from s to t, as rows (s, t)."""
    return _ints([(s, t) for s in range(buckets) for t in range(s, buckets)]).reshape(-1, 2)


def minutes_inside(capacity: Ints, runs: Ints) -> Ints:
    """Time each person has in each run of buckets: (n, runs), in the unit of `capacity`."""
    upto = np.zeros((capacity.shape[0], capacity.shape[1] + 1), dtype=np.int64)
    np.cumsum(capacity, axis=1, out=upto[:, 1:])
    room: Ints = upto[:, runs[:, 1] + 1] - upto[:, runs[:, 0]]
    return room
