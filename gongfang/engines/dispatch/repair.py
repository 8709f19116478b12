"""The smallest change that answers what has happened: people out, declined, new work, late material.

Every offer that still fits stays where it is. What is missing then is shared out by the careful human's
rule among those who have room, on time first; rounds beyond the plan's are added only where that costs
less than it spares.
"""

from dataclasses import replace

import numpy as np

from gongfang.engines.dispatch.answer import Plan
from gongfang.engines.dispatch.problem import Problem
from gongfang.engines.dispatch.rule import Sharing, turns_of
from gongfang.engines.dispatch.standing import Standing


def repair(problem: Problem, plan: Plan) -> Plan:
    """The old plan on the changed problem: keeps every offer that still fits, fills locally what is missing."""
    standing = Standing.of(problem, plan)
    fill(standing.sharing)
    near = standing.told(earlier=plan)
    if not near.totals.late_pieces and not near.totals.unmade_pieces:
        return near
    return _with_more_rounds(problem, plan, standing) or near


def fill(sharing: Sharing) -> None:
    """Share out what is missing of each work among those who have room, on time first."""
    for turn in turns_of(sharing.arrays):
        sharing.take_turn(turn)


def _with_more_rounds(problem: Problem, plan: Plan, near: Standing) -> Plan | None:
    if np.array_equal(near.possible, near.arrays.served):
        return None
    wide = Standing.of(problem, replace(plan, visits=problem.visits or ()))
    fill(wide.sharing)
    return wide.told(earlier=plan) if wide.cost().total < near.cost().total else None
