"""The smallest change that answers what has happened: people out, declined, new work, late material.

Every offer that still fits stays where it is. What is missing then is shared out by the careful human's
rule among those who have room, on time first; rounds beyond the plan's are added only where that costs
less than it spares, and only when more is late or missing than before.
"""

from dataclasses import replace

import numpy as np

from gongfang.engines.dispatch.answer import Plan
from gongfang.engines.dispatch.problem import Problem
from gongfang.engines.dispatch.rule import turns_of
from gongfang.engines.dispatch.standing import Standing


def repair(problem: Problem, plan: Plan) -> Plan:
    """The old plan on the changed problem: keeps every offer that still fits, fills locally what is missing."""
    standing = Standing.of(problem, plan)
    fill(standing)
    near = standing.told(earlier=plan)
    if near.totals.late_cost <= plan.totals.late_cost:
        return near
    return _with_more_rounds(problem, plan, standing) or near


def fill(standing: Standing) -> None:
    """Share out what is missing of each work among those who have room, on time first.

    A work that misses pieces gives its smaller bag back first: there is one, and it comes last.
    """
    standing.take_small_bags()
    for turn in turns_of(standing.arrays):
        standing.sharing.take_turn(turn)


def _with_more_rounds(problem: Problem, plan: Plan, near: Standing) -> Plan | None:
    if np.array_equal(near.possible, near.arrays.served):
        return None
    wide = Standing.of(problem, replace(plan, visits=problem.visits or ()))
    fill(wide)
    return wide.told(earlier=plan) if wide.cost().total < near.cost().total else None
