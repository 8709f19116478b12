"""Whether more work can be made in its window, and at what cost to the others.

First from the room everybody has left, which costs nobody else anything. If pieces are late or missing then, bags make
way whose lateness costs less an hour, and are shared out again where there is room. The cheaper of the two is given.
"""

from dataclasses import replace

import numpy as np

from gongfang.engines.dispatch.answer import Plan, Quote
from gongfang.engines.dispatch.compare import difference, work_changes
from gongfang.engines.dispatch.cost import losses
from gongfang.engines.dispatch.problem import Problem, Work
from gongfang.engines.dispatch.rule import Turn
from gongfang.engines.dispatch.solve import plan as plan_all
from gongfang.engines.dispatch.standing import Standing, makeable
from gongfang.engines.dispatch.telling import told

MOST_MAKING_WAY = 4  # bags one bag may push aside


def quote(problem: Problem, work: Work, *, plan: Plan | None = None) -> Quote:
    """Whether a work could be made in its window besides all that is planned, and what it costs the others.

    Raises WrongProblem if the work's id is taken or its window begins after the time planned for.
    """
    before = plan or plan_all(problem)
    asked = replace(problem, works=(*problem.works, work))
    standing = Standing.of(asked, before)
    number = standing.names.works.index(work.id)
    done, cost = idle_by(standing, number), standing.cost()
    standing.fill()
    after = told(standing)
    if _open(after, work.id):
        pushed = standing.again()
        pushed.sharing.take_turn(Turn(number, late=work.last < 0))
        make_way(pushed, number)
        pushed.fill()
        if pushed.cost().total < standing.cost().total:
            standing, after = pushed, told(pushed)
    late = sum(one.pieces for one in after.late if one.work == work.id)
    unmade = sum(one.pieces for one in after.unmade if one.work == work.id)
    return Quote(
        work=work.id,
        on_time_pieces=max(0, work.pieces - late - unmade),
        late_pieces=late,
        unmade_pieces=unmade,
        done=work.last if done is None and not late + unmade else done,
        others=tuple(change for change in work_changes(before, after) if change.work != work.id),
        difference=difference(before.totals, after.totals, cost=standing.cost().hao - cost.hao),
        plan=after,
    )


def _open(plan: Plan, work: str) -> bool:
    """Whether anything of a work is late or missing."""
    return any(one.work == work for one in plan.late) or any(one.work == work for one in plan.unmade)


def idle_by(standing: Standing, work: int) -> int | None:
    """The first bucket by which everybody's spare room has made all of a work; None: not in the time planned for."""
    arrays, sharing = standing.arrays, standing.sharing
    size, needed = int(arrays.size[work]), -(-int(arrays.need[work]) // 1000)
    for last in range(int(arrays.first[work]), arrays.buckets):
        room = sharing.room(work, (int(arrays.first[work]), last)).least()
        together = sharing.together(work, (int(arrays.first[work]), last), np.minimum(room, needed))
        if makeable(together, size=size, wanted=needed) == needed:
            return last
    return None


def make_way(standing: Standing, work: int) -> None:
    """Give a work bag by bag to those whose own bags cost less an hour when late, the cheapest first."""
    arrays, held = standing.arrays, standing.sharing.held()
    pairs = arrays.pairs(work)
    own = np.full(len(arrays.place), -1, dtype=np.int64)
    own[arrays.person[pairs]] = np.arange(pairs.start, pairs.stop)
    dear = losses(arrays)[arrays.work_of(np.arange(len(arrays.person)))] * arrays.good / arrays.pace
    instead = own[arrays.person[held.pair]]
    yielding = np.flatnonzero((instead >= 0) & (dear[held.pair] < dear[instead]))
    for row in yielding[np.argsort(dear[held.pair[yielding]], kind="stable")].tolist():
        while standing.sharing.lacks(work) and _swap(standing, work, int(instead[row]), int(held.pair[row])):
            pass


def _swap(standing: Standing, work: int, pair: int, other: int) -> bool:
    """Let bags make way until one bag of the work fits in time; all stays as it was if it never does."""
    left = int(standing.arrays.limit[work]) - standing.sharing.units[work]
    bag = [min(int(standing.arrays.size[work]), left)]
    taken: list[tuple[bool, int]] = []
    late = standing.ways(work)[0]
    while standing.obstacle(work, pair, bag, late=late) is not None:
        if len(taken) == MOST_MAKING_WAY or not (more := standing.take_back(other, 1)):
            _put_back(standing, other, taken)
            return False
        taken += more
    standing.put(work, pair, bag, late=late)
    return True


def _put_back(standing: Standing, pair: int, taken: list[tuple[bool, int]]) -> None:
    for late, bag in taken:
        standing.put(standing.work_of(pair), pair, [bag], late=late)
