"""CP-SAT (OR-Tools) on the same programme in whole numbers: thousandths of pieces, yuan and minutes.

What is used is rounded up, what is there and what comes out is rounded down, so each of its plans keeps the rules. What
that can have added to the cost by goods and pay is taken off its bound; a bag that fits to within a thousandth of a
minute or a yuan of custody may be missed, and is not counted.
"""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from bench.rivals import Answer, Asked, Columns, timed
from bench.rivals.programme import PARTS, Programme

MONEY = 10_000_000  # parts of a yuan in its objective
NOTHING = 1e-9
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


def run(case: Columns, asked: Asked) -> Answer:
    """The best plan and bound found cold, in so many seconds on so many cores."""
    programme = Programme(case)
    (plan, bound), seconds = timed(lambda: _solve(programme, asked))
    return Answer(seconds=seconds, plan=plan, bound=bound)


def _solve(programme: Programme, asked: Asked) -> tuple[Columns | None, float | None]:
    model, variables = _model(programme)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = asked.seconds
    solver.parameters.num_workers = asked.cores
    solver.parameters.random_seed = asked.seed
    status = solver.solve(model)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(model.validate())
    bound = max(0.0, solver.best_objective_bound / MONEY - _rounded(programme.case))
    if status not in FOUND:
        return None, bound
    return programme.plan(np.array([solver.value(one) for one in variables])), bound


def _rounded(case: Columns) -> float:
    """Each bag may lack a part of a piece, twice priced, and a part of a yuan."""
    return float((case["N"] * (2 * case["L"] + case["fw"].max())).sum()) / PARTS


def _model(programme: Programme) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    parts, scale = np.concatenate(programme.parts), np.concatenate(programme.scale)
    start, column, factor = programme.matrix()
    upper = np.ceil(np.concatenate(programme.upper) * parts - NOTHING).astype(np.int64).tolist()
    variables = [model.new_int_var(0, most, "") for most in upper]
    row = np.repeat(np.arange(programme.rows), np.diff(start))
    factors = np.ceil(factor * scale[row] / parts[column] - NOTHING).astype(np.int64).tolist()
    most = np.floor(np.concatenate(programme.most) * scale + NOTHING).astype(np.int64).tolist()
    columns = column.tolist()
    for (begin, end), at_most in zip(
        zip(start[:-1].tolist(), start[1:].tolist(), strict=True), most, strict=True
    ):
        if begin < end:
            terms = [variables[one] for one in columns[begin:end]]
            model.add(cp_model.LinearExpr.weighted_sum(terms, factors[begin:end]) <= at_most)
    cost = np.floor(np.concatenate(programme.cost) * MONEY / parts).astype(np.int64).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, cost))
    return model, variables
