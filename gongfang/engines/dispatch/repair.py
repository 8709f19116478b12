"""The smallest change that answers what has happened: people out, declined, new work, late material.

Every offer that still fits stays where it is. What is missing then is shared out by the careful human's
rule among those who have room, on time first; rounds beyond the plan's are added only where that costs
less than it spares, and only when more is late or missing than before.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.answer import Plan
from gongfang.engines.dispatch.arrays import Arrays, Ints
from gongfang.engines.dispatch.problem import Problem
from gongfang.engines.dispatch.standing import Standing
from gongfang.engines.dispatch.telling import told


def repair(problem: Problem, plan: Plan) -> Plan:
    """The old plan on the changed problem: keeps every offer that still fits, fills locally what is missing."""
    standing = Standing.of(problem, plan)
    standing.fill()
    near = told(standing)
    if near.totals.late_cost <= plan.totals.late_cost:
        return near
    return _with_more_rounds(standing) or near


def _with_more_rounds(near: Standing) -> Plan | None:
    if np.array_equal(near.possible, near.arrays.served):
        return None
    wide = near.again(rounds=near.possible)
    wide.fill()
    return told(wide) if wide.cost().total < near.cost().total else None


class Moved(NamedTuple):
    """Bags given to pairs and taken from them."""

    pair: Ints
    given: Ints
    taken: Ints


def mend(standing: Standing, arrays: Arrays) -> Moved:
    """What a repair moves when the columns a plan stands on have changed: hours, needs, material, caps or wishes.

    The same people, works and pairs; somebody who is out has no minutes. The rounds stay.
    """
    after = standing.again(arrays=arrays)
    after.fill()
    more = _bags(after) - _bags(standing)
    pairs = np.flatnonzero(more)
    return Moved(pairs, np.maximum(more[pairs], 0), np.maximum(-more[pairs], 0))


def _bags(standing: Standing) -> Ints:
    held = standing.sharing.held()
    bags = np.zeros(len(standing.arrays.person), dtype=np.int64)
    np.add.at(bags, held.pair, held.bags)
    return bags
