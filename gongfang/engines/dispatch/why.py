"""Why a person was not offered a work, and why a work is late or short: from what binds, never from people compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from gongfang.engines.dispatch.answer import Difference, Freeing, Obstacle, Plan, Why, WhyNot, WorkReport
from gongfang.engines.dispatch.arrays import Ints, flags, holders
from gongfang.engines.dispatch.benches import rooms
from gongfang.engines.dispatch.compare import difference
from gongfang.engines.dispatch.problem import Problem, Work
from gongfang.engines.dispatch.standing import Standing, makeable
from gongfang.engines.dispatch.telling import totals_of


def why_not(problem: Problem, plan: Plan, *, person: str, work: str) -> WhyNot:
    """The first thing between a person and one more bag of a work, and what would have to change.

    Raises KeyError if there is no such person or work.
    """
    problem.person(person), problem.work(work)
    standing = Standing.of(problem, plan)
    someone, asked = standing.person_number(person), standing.work_number(work)
    assert someone is not None and asked is not None  # noqa: PT018 - the problem knows both
    obstacle = _obstacle(standing, someone, asked)
    changed = _instead(standing, plan, someone, asked) if obstacle.why is Why.TAKEN else None
    return WhyNot(person=person, work=work, obstacle=obstacle, difference=changed)


def _obstacle(standing: Standing, person: int, work: int) -> Obstacle:
    pair = standing.pair_of(person, work)
    if pair is None:
        return standing.closed(person, work)
    bag = [_next_bag(standing, work)]
    own = [standing.personal_obstacle(work, pair, bag, late=late) for late in standing.ways(work)]
    if own and own[-1] is not None:
        return own[-1]
    sharing = standing.sharing
    if sharing.misses(work) and sharing.bags[work] >= standing.arrays.bags[work]:
        return Obstacle(why=Why.MATERIAL, short=1)
    return Obstacle(why=Why.TAKEN)


def _next_bag(standing: Standing, work: int) -> int:
    left = int(standing.arrays.limit[work]) - standing.sharing.units[work]
    size = int(standing.arrays.size[work])
    return min(size, left) if left > 0 else size


def _instead(standing: Standing, plan: Plan, person: int, work: int) -> Difference | None:
    """What changes in all when one bag of a work goes to this person instead of where it is."""
    pair = standing.pair_of(person, work)
    given = standing.holders(work, without=pair)
    if pair is None or not given:
        return None
    before = standing.cost()
    ((late, bag),) = standing.take_back(given[-1], 1)
    ways = [way for way in standing.ways(work) if standing.obstacle(work, pair, [bag], late=way) is None]
    if not ways:
        standing.put(work, given[-1], [bag], late=late)
        return None
    standing.put(work, pair, [bag], late=ways[0])
    return difference(plan.totals, totals_of(standing), cost=standing.cost().hao - before.hao)


def explain_work(problem: Problem, plan: Plan, work: str) -> WorkReport:
    """How a work stands, and how many of its late and missing pieces each hindrance alone holds back.

    Raises KeyError if there is no such work.
    """
    (report,) = explain_works(problem, plan, (work,))
    return report


def explain_works(problem: Problem, plan: Plan, works: Iterable[str]) -> tuple[WorkReport, ...]:
    """The same for many works, laid out once."""
    asked = [problem.work(name) for name in works]
    late, unmade, people = Counter[str](), Counter[str](), defaultdict[str, set[str]](set)
    for one in plan.late:
        late[one.work] += one.pieces
    for short in plan.unmade:
        unmade[short.work] += short.pieces
    for offer in plan.offers:
        people[offer.work].add(offer.person)
    standing = Standing.of(problem, plan)
    closed = Closed(standing)
    return tuple(
        WorkReport(
            work=work.id, on_time_pieces=max(0, work.pieces - late[work.id] - unmade[work.id]),
            late_pieces=late[work.id], unmade_pieces=unmade[work.id], people=len(people[work.id]),
            frees=_frees(standing, closed, work.id, late=late[work.id], unmade=unmade[work.id]),
        )
        for work in asked
    )  # fmt: skip


class Closed:
    """To whom works are closed, and why: for everybody at once, as `Standing.closed` says it of one person."""

    def __init__(self, standing: Standing) -> None:
        people = [standing.problem.person(name) for name in standing.names.people]
        self.count = len(people)
        self.skilled, self.declined = holders(people, "skills"), holders(people, "declined")

    def to(self, work: Work, able: Ints) -> Iterator[tuple[Why, Ints]]:
        """Those a work is closed to, by what closes it."""
        shut = ~flags(self.count, able.tolist())
        if work.skill is None:
            skilled = np.ones(self.count, dtype=np.bool_)
        else:
            skilled = flags(self.count, self.skilled.get(work.skill, []))
        declined = flags(self.count, self.declined.get(work.id, []))
        yield Why.DECLINED, np.flatnonzero(shut & skilled & declined)
        yield Why.PEOPLE, np.flatnonzero(shut & skilled & ~declined)
        yield Why.SKILL, np.flatnonzero(shut & ~skilled)


def _frees(standing: Standing, closed: Closed, name: str, *, late: int, unmade: int) -> tuple[Freeing, ...]:
    if not late + unmade:
        return ()
    work = standing.work_number(name)
    assert work is not None
    room = Room(standing, closed, work, missing=late + unmade, unmade=unmade)
    freed = [
        room.with_minutes(), room.with_benches(), room.with_material(), room.with_rounds(), room.with_custody(),
        room.with_wishes(), *room.with_people(),
    ]  # fmt: skip
    return tuple(sorted((one for one in freed if one.pieces), key=lambda one: (-one.pieces, one.why)))


class Room:
    """Pieces of a work that could still be made in its window, and how many more if one limit were lifted."""

    def __init__(self, standing: Standing, closed: Closed, work: int, *, missing: int, unmade: int) -> None:
        arrays = standing.arrays
        self.closed, self.asked = closed, standing.problem.work(standing.names.works[work])
        self.standing, self.work, self.missing = standing, work, missing
        self.pairs = arrays.pairs(work)
        self.people: Ints = arrays.person[self.pairs]
        self.window = arrays.window(work, late=arrays.last[work] < 0)
        room = standing.sharing.room(work, self.window)
        self.size = int(arrays.size[work])
        self.minutes, self.bench, self.custody, self.wish = room.minutes, room.bench, room.custody, room.wish
        self.reached = standing.sharing.reached(self.window)[arrays.place[self.people]]
        self.held = (missing - unmade) if unmade < missing else 0  # late pieces have their material already
        self.bags = max(0, int(arrays.bags[work]) - standing.sharing.bags[work]) * self.size + self.held
        self.now = self._makeable(self.minutes, self.custody, self.wish)

    def _makeable(self, *limits: Ints) -> int:
        """Pieces within all these limits and the material there is."""
        return min(self.bags, self._whole(*limits))

    def _whole(self, *limits: Ints) -> int:
        room: Ints = np.minimum.reduce((*limits, np.full(len(self.people), self.missing)))
        return self._in_bags(self.standing.sharing.together(self.work, self.window, room))

    def _in_bags(self, room: Ints) -> int:
        return makeable(room, size=self.size, wanted=self.missing)

    def _freed(self, why: Why, could: int, amount: int) -> Freeing:
        return Freeing(why=why, pieces=max(0, could - self.now), amount=amount)

    def _binding(self, *others: Ints) -> int:
        """How many people have room for a bag by all other limits."""
        return int((np.minimum.reduce(others) >= self.size).sum()) if len(self.people) else 0

    def with_minutes(self) -> Freeing:
        """If people had all the hours it takes."""
        freely = np.where(self.bench < self.minutes, self.bench, self.missing)
        could = self._without_benches(freely)
        return self._freed(Why.MINUTES, could, self._minutes_for(could))

    def with_benches(self) -> Freeing:
        """If everybody had a place in their workshop whenever they could come."""
        could = self._without_benches(self.minutes)
        return self._freed(Why.BENCH, could, self._minutes_for(could))

    def _minutes_for(self, could: int) -> int:
        return max(0, -(-(could - self.now) * self.asked.seconds // 60))

    def _without_benches(self, room: Ints) -> int:
        least: Ints = np.minimum.reduce((room, self.custody, self.wish, np.full(len(room), self.missing)))
        return min(self.bags, self._in_bags(least))

    def with_material(self) -> Freeing:
        """If there were material for every missing piece."""
        could = min(self.missing, self._whole(self.minutes, self.custody, self.wish))
        return self._freed(Why.MATERIAL, could, max(0, -(-(could - self.now) // self.size)))

    def with_rounds(self) -> Freeing:
        """If a round went wherever one could go in the window."""
        arrays = self.standing.arrays
        first, last = self.window
        could = np.asarray(self.standing.possible[:, first : last + 1].any(axis=1))
        could_go = could[arrays.place[self.people]]
        added = np.unique(arrays.place[self.people[could_go & ~self.reached]])
        custody = np.where(could_go & ~self.reached, self._one_visit(), self.custody)
        return self._freed(Why.VISIT, self._makeable(self.minutes, custody, self.wish), len(added))

    def _one_visit(self) -> Ints:
        arrays = self.standing.arrays
        value = int(arrays.value[self.work])
        most: Ints = np.full(len(self.people), np.iinfo(np.int64).max)
        return arrays.custody[self.people] * self.size // value if value else most

    def with_custody(self) -> Freeing:
        """If people might hold as much material as they can work."""
        freely = np.where(self.reached, np.iinfo(np.int64).max, 0)
        could = self._makeable(self.minutes, freely, self.wish)
        return self._freed(Why.CUSTODY, could, self._binding(self.minutes, freely, self.wish))

    def with_wishes(self) -> Freeing:
        """If people wished to make more."""
        could = self._makeable(self.minutes, self.custody)
        return self._freed(Why.WISH, could, self._binding(self.minutes, self.custody))

    def with_people(self) -> list[Freeing]:
        """If it were open to those who said "not this time", those it is not meant for, those without the skill."""
        return [self._opened(why, people) for why, people in self.closed.to(self.asked, self.people)]

    def _opened(self, why: Why, people: Ints) -> Freeing:
        standing, arrays, work = self.standing, self.standing.arrays, self.asked
        around = standing.sharing.runs_around(self.window)
        slack = standing.sharing.slack[np.ix_(people, around)]
        ticks = np.maximum(slack.min(axis=1, initial=np.iinfo(np.int64).max), 0)
        rooms(standing.sharing.benches, people, np.full(len(people), self.window[0]), self.window[1], ticks)
        minutes = ticks // work.seconds
        held = np.maximum(standing.sharing.custody[people], 0)
        custody = (
            held * work.bag_pieces // work.bag_value if work.bag_value else np.full_like(held, self.missing)
        )
        custody[~standing.sharing.reached(self.window)[arrays.place[people]]] = 0
        units = np.minimum(np.minimum(minutes, custody), np.maximum(standing.sharing.wish[people], 0))
        left = self.missing - self.now
        could = min(self.bags, self.now + makeable(np.minimum(units, left), size=self.size, wanted=left))
        return self._freed(why, could, int((units >= min(self.size, max(1, left))).sum()))
