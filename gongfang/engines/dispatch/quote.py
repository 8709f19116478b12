"""Whether more work can be made in its window, and at what cost to the others.

First from the room everybody has left, which costs nobody else anything. If pieces are late or missing then, bags make
way whose lateness costs less an hour, and are shared out again where there is room. The cheaper of the two is given.
"""

from dataclasses import replace

from gongfang.engines.dispatch.answer import Plan, Quote
from gongfang.engines.dispatch.compare import difference, work_changes
from gongfang.engines.dispatch.cost import losses
from gongfang.engines.dispatch.problem import Problem, Work
from gongfang.engines.dispatch.repair import fill
from gongfang.engines.dispatch.rule import Grant, Turn
from gongfang.engines.dispatch.solve import plan as plan_all
from gongfang.engines.dispatch.standing import Standing, makeable

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
    fill(standing)
    after = standing.told(earlier=before)
    if _open(after, work.id):
        pushed = Standing.of(asked, before)
        pushed.sharing.take_turn(Turn(number, late=work.last < 0))
        make_way(pushed, number)
        fill(pushed)
        if pushed.cost().total < standing.cost().total:
            standing, after = pushed, pushed.told(earlier=before)
    late = sum(one.pieces for one in after.late if one.work == work.id)
    unmade = sum(one.pieces for one in after.unmade if one.work == work.id)
    return Quote(
        work=work.id,
        on_time_pieces=max(0, work.pieces - late - unmade),
        late_pieces=late,
        unmade_pieces=unmade,
        done=work.last if done is None and not late + unmade else done,
        others=tuple(change for change in work_changes(before, after) if change.work != work.id),
        difference=difference(before, after, cost=standing.cost().hao - cost.hao),
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
        if makeable(room, size=size, wanted=needed) == needed:
            return last
    return None


def make_way(standing: Standing, work: int) -> None:
    """Give a work bag by bag to those whose own bags cost less an hour when late, the cheapest first."""
    arrays, loss = standing.arrays, losses(standing.arrays)
    sharing = standing.sharing
    pairs = {
        int(arrays.person[pair]): pair for pair in range(*arrays.pairs(work).indices(len(arrays.person)))
    }

    def dear(pair: int) -> float:
        return float(loss[standing.work_of(pair)] * arrays.good[pair] / arrays.pace[pair])

    yielding = [
        one
        for one in sharing.grants
        if (own := pairs.get(int(arrays.person[one.pair]))) is not None and dear(one.pair) < dear(own)
    ]
    for grant in sorted(yielding, key=lambda one: dear(one.pair)):
        pair = pairs[int(arrays.person[grant.pair])]
        while sharing.lacks(work) and grant.bags and _swap(standing, work, pair, grant):
            pass


def _swap(standing: Standing, work: int, pair: int, grant: Grant) -> bool:
    """Let bags make way until one bag of the work fits in time; all stays as it was if it never does."""
    left = int(standing.arrays.limit[work]) - standing.sharing.units[work]
    bag = [min(int(standing.arrays.size[work]), left)]
    taken: list[tuple[bool, int]] = []
    late = standing.ways(work)[0]
    while standing.obstacle(work, pair, bag, late=late) is not None:
        if len(taken) == MOST_MAKING_WAY or not (more := standing.take_back(grant.pair, 1)):
            _put_back(standing, grant.pair, taken)
            return False
        taken += more
    standing.put(work, pair, bag, late=late)
    return True


def _put_back(standing: Standing, pair: int, taken: list[tuple[bool, int]]) -> None:
    for late, bag in taken:
        standing.put(standing.work_of(pair), pair, [bag], late=late)
