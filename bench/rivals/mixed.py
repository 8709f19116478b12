"""HiGHS on the whole programme: bags and rounds stay whole, branch and bound over its linear programme, on one core."""

from __future__ import annotations

import highspy
import numpy as np

from bench.rivals import Answer, Asked, Columns, timed
from bench.rivals.linear import model_of
from bench.rivals.programme import Programme

APART = 1e-6  # more than the tolerances its bound is taken with
EXACT = 1e-9  # so that rounding a plan to whole bags breaks no rule


def run(case: Columns, asked: Asked) -> Answer:
    """The best plan and bound found cold in so many seconds."""
    (plan, bound), seconds = timed(lambda: _solve(Programme(case), asked))
    return Answer(seconds=seconds, plan=plan, bound=bound)


def _solve(programme: Programme, asked: Asked) -> tuple[Columns | None, float | None]:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False), ("threads", 1), ("random_seed", asked.seed), ("time_limit", asked.seconds),
        ("mip_feasibility_tolerance", EXACT), ("primal_feasibility_tolerance", EXACT), ("mip_rel_gap", 0.0),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    model = model_of(programme)
    whole = np.concatenate(programme.parts) == 1
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    model.integrality_ = [kinds[int(one)] for one in whole]
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    plan = programme.plan(np.array(solver.getSolution().col_value)) if found else None
    return plan, _bound(float(info.mip_dual_bound))


def _bound(said: float) -> float | None:
    return max(0.0, said - APART * abs(said)) if np.isfinite(said) else None
