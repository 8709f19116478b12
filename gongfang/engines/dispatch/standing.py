"""A plan laid on the columns again: who holds which bags, and what room everybody has left.

Laying a plan on a problem that has changed since drops what no longer fits and nothing else: offers of
people and works that are gone, then whatever a person's hours, material or wish, or the bags of a work,
no longer carry, the latest first.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from gongfang.engines.dispatch.answer import Obstacle, Offer, Plan, Why
from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints, Names, arrays_of, names_of
from gongfang.engines.dispatch.cost import Cost, cost_of
from gongfang.engines.dispatch.laying import Laid, lay, rows_of
from gongfang.engines.dispatch.mending import Rows, ground_of, left_of, write_back
from gongfang.engines.dispatch.problem import Problem, Visit
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import Grant, Sharing, turns_of
from gongfang.engines.dispatch.serving import given_for, grants_of, line_for, take_turns


@dataclass(slots=True, eq=False)
class Standing:
    """A plan as it stands on a problem: `sharing` holds the bags, `possible` (v, b) the rounds that could go.

    laid: the offers of the earlier plan. small: bags of each work that are not full; one may be. ends: the first pair
    of each work, and one past the last.
    """

    problem: Problem
    names: Names
    sharing: Sharing
    possible: Flags
    laid: Laid
    small: list[int]
    ends: list[int]

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> Self:
        """Lay a plan on a problem; its rounds are those of the plan and all that cost nothing."""
        names = names_of(problem)
        arrays = arrays_of(problem, names, seed=0)
        offers = tuple(offer for offer in plan.offers if not offer.pinned)
        rounds = _rounds(arrays, names, plan.visits)
        return cls._laid(problem, names, arrays, rounds, rows_of(arrays, names, offers), offers)

    @classmethod
    def _laid(
        cls,
        problem: Problem,
        names: Names,
        arrays: Arrays,
        rounds: Flags,
        rows: Rows,
        offers: tuple[Offer, ...],
    ) -> Self:
        sharing = Sharing(replace(arrays, served=rounds), kept={})
        small = [0] * len(names.works)
        laid = lay(sharing, rows, offers, small)
        return cls(problem, names, sharing, arrays.served, laid, small, arrays.ptr.tolist())

    def again(self, *, arrays: Arrays | None = None, rounds: Flags | None = None) -> Self:
        """The same offers laid anew: on columns that have changed, or where more rounds go."""
        columns = replace(arrays or self.arrays, served=self.possible)
        went = self.arrays.served if rounds is None else rounds
        return self._laid(self.problem, self.names, columns, went.copy(), self.laid.rows, self.laid.offers)

    @property
    def arrays(self) -> Arrays:
        """The columns it stands on."""
        return self.sharing.arrays

    def work_of(self, pair: int) -> int:
        """The number of the work of a pair."""
        return bisect_right(self.ends, pair) - 1

    def pair_of(self, person: int, work: int) -> int | None:
        """The number of the pair of a person and a work, or None where the work is not open to them."""
        pairs = self.arrays.pairs(work)
        at = pairs.start + int(np.searchsorted(self.arrays.person[pairs], person))
        return at if at < pairs.stop and self.arrays.person[at] == person else None

    def person_number(self, person: str) -> int | None:
        """The number of a person, or None for somebody who is not there."""
        return _number(self.names.people, person)

    def work_number(self, work: str) -> int | None:
        """The number of a work, or None for one that is not there."""
        return _number(self.names.works, work)

    def ways(self, work: int) -> list[bool]:
        """The windows a work can be made in: on time (False), late (True)."""
        last, end = int(self.arrays.last[work]), self.arrays.buckets - 1
        return [True] if last < 0 else [False] if last >= end else [False, True]

    def closed(self, person: int, work: int) -> Obstacle:
        """Why a work is not open to somebody: skill, meant for others, or "not this time"."""
        someone = self.problem.person(self.names.people[person])
        asked = self.problem.work(self.names.works[work])
        if asked.skill is not None and asked.skill not in someone.skills:
            return Obstacle(why=Why.SKILL)
        return Obstacle(why=Why.DECLINED if asked.id in someone.declined else Why.PEOPLE)

    def obstacle(self, work: int, pair: int, bags: list[int], *, late: bool) -> Obstacle | None:
        """The first thing in the way of these bags, the person's side before the material; None: they fit."""
        return self.personal_obstacle(work, pair, bags, late=late) or self.material_obstacle(work, bags)

    def personal_obstacle(self, work: int, pair: int, bags: list[int], *, late: bool) -> Obstacle | None:
        """The first thing on the person's side in the way of these bags: a round, custody, time, a bench, the wish."""
        arrays, sharing = self.arrays, self.sharing
        person, window, units = int(arrays.person[pair]), arrays.window(work, late=late), sum(bags)
        if not arrays.served[arrays.place[person], window[0] : window[1] + 1].any():
            return Obstacle(why=Why.VISIT, visit=self.cheapest_round(int(arrays.place[person]), window))
        dearest = arrays.material(work, [max(bags)])
        if dearest > arrays.custody[person]:
            return Obstacle(why=Why.CUSTODY, short=dearest - int(arrays.custody[person]))
        missing = self._no_time(person, window, units * int(arrays.pace[pair]))
        if missing is not None:
            return missing
        held = arrays.material(work, bags)
        if held > sharing.custody[person]:
            return Obstacle(why=Why.CUSTODY, short=held - max(0, int(sharing.custody[person])))
        if units > sharing.wish[person]:
            return Obstacle(why=Why.WISH, short=units - max(0, int(sharing.wish[person])))
        return None

    def _no_time(self, person: int, window: tuple[int, int], needed: int) -> Obstacle | None:
        """Whether so many ticks are missing in a person's own time, or at their bench."""
        sharing = self.sharing
        tight = int(sharing.slack[person, sharing.runs_around(window)].min())
        if needed > tight:
            return Obstacle(why=Why.MINUTES, short=-(-(needed - max(tight, 0)) // 60))
        without = needed - sharing.bench_room(person, window, needed)
        return Obstacle(why=Why.BENCH, short=-(-without // 60)) if without else None

    def material_obstacle(self, work: int, bags: list[int]) -> Obstacle | None:
        """Whether there is material for so many bags more, and pieces to be made."""
        arrays, sharing = self.arrays, self.sharing
        short = sharing.bags[work] + len(bags) - int(arrays.bags[work])
        if short > 0:
            return Obstacle(why=Why.MATERIAL, short=short)
        above = sharing.units[work] + sum(bags) - int(arrays.limit[work])
        if above > 0:
            return Obstacle(why=Why.TAKEN, short=above)
        size = int(arrays.size[work])
        small = self.small[work] + sum(units < size for units in bags)
        return Obstacle(why=Why.TAKEN) if small > 1 and small > self.small[work] else None

    def cheapest_round(self, place: int, window: tuple[int, int]) -> Visit | None:
        """The round that could go to a place within a window at the least cost."""
        open_ = [bucket for bucket in range(window[0], window[1] + 1) if self.possible[place, bucket]]
        if not open_:
            return None
        cost, bucket = min((int(self.arrays.cost[place, bucket]), bucket) for bucket in open_)
        return Visit(village=self.names.places[place], bucket=bucket, cost=cost)

    def put(self, work: int, pair: int, bags: list[int], *, late: bool) -> None:
        """Give bags of a pair to its person, who is known to have the room."""
        sharing = self.sharing
        person = int(self.arrays.person[pair])
        before = sharing.fullness(person)
        self._count(work, pair, bags, late=late, times=1)
        sharing.grants.append(
            Grant(pair, late, before, 0, None, kept=len(bags), after=sharing.fullness(person), bags=[*bags])
        )

    def held_of(self, pair: int) -> int:
        """How many bags of a pair its person holds."""
        held = self.sharing.held()
        return int(held.bags[held.pair == pair].sum())

    def holders(self, work: int, *, without: int | None = None) -> list[int]:
        """The pairs of a work whose person holds bags of it."""
        pairs, held = self.arrays.pairs(work), self.sharing.held()
        some = held.pair[(held.pair >= pairs.start) & (held.pair < pairs.stop) & (held.bags > 0)].tolist()
        return [pair for pair in some if pair != without]

    def take_back(self, pair: int, bags: int) -> list[tuple[bool, int]]:
        """Take bags of a pair back, late ones and small ones first; returns whether late, and their pieces."""
        self.laid.lift(self.laid.of_pair(pair), self.sharing)
        taken: list[tuple[bool, int]] = []
        held = [grant for grant in self.sharing.grants if grant.pair == pair]
        for grant in sorted(held, key=lambda grant: not grant.late):
            some = sorted(grant.bags)[: bags - len(taken)]
            self._take_from(grant, some)
            taken += [(grant.late, units) for units in some]
        self.sharing.grants = [grant for grant in self.sharing.grants if grant.bags]
        return taken

    def _take_from(self, grant: Grant, bags: list[int]) -> None:
        for units in bags:
            grant.bags.remove(units)
        if bags:
            self._count(self.work_of(grant.pair), grant.pair, bags, late=grant.late, times=-1)

    def take_small_bags(self) -> None:
        """Take the bag that is not full back from each work that still misses pieces."""
        sharing = self.sharing
        short = {work for work, count in enumerate(self.small) if count and sharing.lacks(work)}
        if not short:
            return
        self.laid.lift(self.laid.with_small_bags(self.arrays, short), sharing)
        for grant in sharing.grants:
            if (work := self.work_of(grant.pair)) in short:
                self._take_from(grant, [bag for bag in grant.bags if bag < self.arrays.size[work]])
        sharing.grants = [grant for grant in sharing.grants if grant.bags]

    def _count(self, work: int, pair: int, bags: list[int], *, late: bool, times: int) -> None:
        arrays, sharing = self.arrays, self.sharing
        person, units = int(arrays.person[pair]), sum(bags)
        window, ticks = arrays.window(work, late=late), times * units * int(arrays.pace[pair])
        sharing.slack[person, sharing.runs_around(window)] -= ticks
        sharing.sit(person, window, ticks)
        sharing.custody[person] -= times * arrays.material(work, bags)
        sharing.wish[person] -= times * units
        sharing.units[work] += times * units
        sharing.bags[work] += times * len(bags)
        self.small[work] += times * sum(bag < arrays.size[work] for bag in bags)
        sharing.earned[person] += times * units * int(arrays.worth[pair])
        sharing.good[work] += times * units * int(arrays.good[pair])

    def open_round(self, place: int, bucket: int) -> None:
        """Let a round that could go to a place go there."""
        self.arrays.served[place, bucket] = True
        here = self.arrays.place == place
        self.sharing.custody[here] += self.arrays.custody[here]

    def cost(self) -> Cost:
        """What the plan costs as it stands, with the rounds it needs."""
        return cost_of(self.sharing, needed_visits(self.arrays, self.sharing))

    def fill(self) -> None:
        """Share out what is missing of each work among those who have room, on time first.

        A work that misses pieces gives its smaller bag back first: there is one, and it comes last.
        """
        self.take_small_bags()
        arrays, sharing = self.arrays, self.sharing
        turns = np.array(turns_of(arrays), dtype=np.int64).reshape(-1, 2)
        left, given = left_of(sharing, self.small), given_for(arrays, turns)
        count = take_turns(ground_of(sharing), left, turns, line_for(arrays), given)
        write_back(left, sharing, self.small)
        sharing.grants += grants_of(given, count, size=arrays.size[arrays.work_of(given.pair[:count])])


def makeable(room: Ints, *, size: int, wanted: int) -> int:
    """Pieces of those wanted that people with so much room each can make in full bags and one smaller one."""
    bags = int((np.maximum(room, 0) // size).sum())
    if bags > wanted // size:
        return wanted
    rest = wanted - bags * size
    fits = 0 < rest < size and int((np.maximum(room, 0) % size).max(initial=0)) >= rest
    return wanted if fits else min(wanted, bags * size)


def _number(names: tuple[str, ...], name: str) -> int | None:
    at = bisect_left(names, name)
    return at if at < len(names) and names[at] == name else None


def _rounds(arrays: Arrays, names: Names, visits: Iterable[Visit]) -> Flags:
    place = {village: number for number, village in enumerate(names.places)}
    open_: Flags = arrays.served & (arrays.cost == 0)
    for visit in visits:
        if visit.village in place and visit.bucket < arrays.buckets:
            open_[place[visit.village], visit.bucket] |= arrays.served[place[visit.village], visit.bucket]
    return open_
