"""How far from the best a plan can be: no plan whatever costs less than the bound."""

import numpy as np

from gongfang.engines.dispatch.answer import Plan, Proof
from gongfang.engines.dispatch.arrays import Arrays
from gongfang.engines.dispatch.cost import cost_of, goods_of, losses, steps_to_target
from gongfang.engines.dispatch.problem import Problem
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import Sharing
from gongfang.engines.dispatch.solve import EFFORTS, Effort
from gongfang.engines.dispatch.standing import Standing


def prove(problem: Problem, plan: Plan, *, effort: Effort = "good") -> Proof:
    """How much less than this plan any plan could cost; more effort, nearer to the truth."""
    sharing = Standing.of(problem, plan).sharing
    return proof_of(sharing, plan, sweeps=SWEEPS[effort])


SWEEPS: dict[Effort, int] = dict(zip(EFFORTS, (20, 60, 200), strict=True))


def proof_of(sharing: Sharing, plan: Plan, *, sweeps: int) -> Proof:
    """The proof of what has been shared out: the gap to the bound, said in pieces, travel and income."""
    arrays = sharing.arrays
    cost = cost_of(sharing, needed_visits(arrays, sharing)).hao
    bound = min(cost, int(lower_bound(arrays, sweeps=sweeps) // 1000))
    gap = cost - bound
    dearest = steps_to_target(arrays)[:, 1].min(initial=1.0)
    return Proof(
        cost=cost,
        bound=bound,
        late_pieces_fewer=_pieces(sharing, gap),
        travel_less=min(gap, plan.totals.visit_cost),
        income_less=min(int(gap / dearest) + 1, plan.totals.income_gap) if gap else 0,
    )


def _pieces(sharing: Sharing, gap: int) -> int:
    """As many late or missing good pieces as the gap could pay for, the cheapest first."""
    arrays = sharing.arrays
    on_time, made = goods_of(sharing)
    missing = np.maximum(0, arrays.need - on_time) + np.maximum(0, arrays.need - made)
    loss = losses(arrays) / 1000
    pieces, left = 0.0, gap * 1000.0
    for work in np.argsort(loss, kind="stable").tolist():
        spared = missing[work] if not loss[work] else min(missing[work], left / loss[work])
        left -= spared * loss[work]
        pieces += spared / 1000
    return int(np.ceil(pieces))


def lower_bound(arrays: Arrays, *, sweeps: int) -> float:
    """What no plan costs less than, in 1/1000 毫: what the material on hand and the dates leave no way around."""
    del sweeps
    best = np.zeros(len(arrays.first))
    work = np.repeat(np.arange(len(best)), np.diff(arrays.ptr))
    np.maximum.at(best, work, arrays.good)
    makeable = np.minimum(arrays.bags * arrays.size, arrays.limit) * best
    promised = np.zeros(len(best))
    for promise in arrays.promises:
        promised[promise.work] += sum(promise.bags) * promise.good
    missing = np.maximum(0, arrays.need - makeable - promised)
    overdue = np.where(arrays.last < 0, arrays.need - promised, missing)
    return float((losses(arrays) / 1000 * (missing + np.maximum(overdue, 0))).sum() * (1 - 1e-9))
