"""The bound of the linear programme by HiGHS (interior point): bags and rounds may be divided, so it lies far below."""

from __future__ import annotations

import highspy
import numpy as np

from bench.rivals import Answer, Asked, Columns, timed
from bench.rivals.programme import Programme

APART = 1e-7  # more than the primal and the dual that an interior point ends with


def run(case: Columns, asked: Asked) -> Answer:
    """The least that divided bags and rounds could cost."""
    bound, seconds = timed(lambda: _bound(case, asked))
    return Answer(seconds=seconds, bound=bound)


def _bound(case: Columns, asked: Asked) -> float | None:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False), ("threads", 1), ("solver", "ipm"), ("run_crossover", "off"),
        ("time_limit", asked.seconds),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    solver.passModel(model_of(Programme(case)))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return float(solver.getInfo().objective_function_value) * (1 - APART)


def model_of(programme: Programme) -> highspy.HighsLp:
    """The programme as HiGHS reads it, bags and rounds divided."""
    start, column, factor = programme.matrix()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = programme.columns, programme.rows
    model.col_cost_ = np.concatenate(programme.cost)
    model.col_lower_, model.col_upper_ = np.zeros(programme.columns), np.concatenate(programme.upper)
    model.row_lower_ = np.full(programme.rows, -highspy.kHighsInf)
    model.row_upper_ = np.concatenate(programme.most)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = start, column, factor
    return model
