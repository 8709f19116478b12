"""Whether more work can be made in its window, and at what cost to the others.

From the room everybody has left, which costs nobody else anything.
"""

from dataclasses import replace

from gongfang.engines.dispatch.answer import Plan, Quote, WorkChange
from gongfang.engines.dispatch.compare import difference, work_changes
from gongfang.engines.dispatch.problem import Problem, Work
from gongfang.engines.dispatch.repair import fill
from gongfang.engines.dispatch.solve import plan as plan_all
from gongfang.engines.dispatch.standing import Standing


def quote(problem: Problem, work: Work, *, plan: Plan | None = None) -> Quote:
    """Whether a work could be made in its window besides all that is planned, and what it costs the others.

    Raises WrongProblem if the work's id is taken or its window lies outside the time planned for.
    """
    before = plan or plan_all(problem)
    asked = replace(problem, works=(*problem.works, work))
    standing = Standing.of(asked, before)
    cost = standing.cost()
    fill(standing.sharing)
    after = standing.told(earlier=before)
    late = next((one.pieces for one in after.late if one.work == work.id), 0)
    unmade = next((one.pieces for one in after.unmade if one.work == work.id), 0)
    return Quote(
        work=work.id,
        on_time_pieces=work.pieces - late - unmade if work.pieces > late + unmade else 0,
        late_pieces=late,
        unmade_pieces=unmade,
        done=None
        if unmade
        else max((one.last for one in after.offers if one.work == work.id), default=work.first),
        others=tuple(_others(before, after, work.id)),
        difference=difference(before, after, cost=standing.cost().hao - cost.hao),
        plan=after,
    )


def _others(before: Plan, after: Plan, asked: str) -> list[WorkChange]:
    return [change for change in work_changes(before, after) if change.work != asked]
