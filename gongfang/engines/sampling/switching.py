"""When a product's hand-ins are looked at less closely, more closely, or piece by piece (ISO 2859-1, clause 9).

The record is that of the product's hand-ins in the order they were inspected, whoever made them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NORMAL, TIGHTENED, REDUCED = "normal", "tightened", "reduced"
EVERY = "every"  # sampling stopped: each piece is looked at until five hand-ins in a row are good
SKIPPED = "skipped"  # not looked at, because the record is good; it adds nothing to the record

FAR_BACK = 30  # hand-ins that decide; five rejected under tightened inspection lie within 25
ENOUGH = 30  # the score that makes reduced inspection possible


@dataclass(frozen=True)
class Past:
    """One hand-in that was looked at: how closely, whether it passed, and what the record gained by it.

    `score` is 2 where the plan allowed at most one bad piece, 3 where the next stricter limit would have let it pass
    as well, 0 where it would not: the score begins anew then. `close` marks one that passed between the two numbers of
    a reduced plan.
    """

    severity: str
    passed: bool
    score: int = 0
    close: bool = False


def next_severity(past: Sequence[Past]) -> str:
    """Say how the next hand-in is looked at, from those before it, the oldest first."""
    if not past:
        return NORMAL
    run = _run(past)
    return _NEXT[run[-1].severity](run)


def good_in_a_row(past: Sequence[Past]) -> int:
    """Count the hand-ins that passed since the last one that did not."""
    return next((back for back, row in enumerate(reversed(past)) if not row.passed), len(past))


def _run(past: Sequence[Past]) -> list[Past]:
    """Return the last hand-ins that were looked at in the same way."""
    run: list[Past] = []
    for row in reversed(past):
        if row.severity != past[-1].severity:
            break
        run.append(row)
    return run[::-1]


def _after_normal(run: Sequence[Past]) -> str:
    if sum(not row.passed for row in run[-5:]) >= 2:
        return TIGHTENED
    return REDUCED if _score(run) >= ENOUGH else NORMAL


def _score(run: Sequence[Past]) -> int:
    score = 0
    for row in run:
        score = score + row.score if row.passed and row.score else 0
    return score


def _after_tightened(run: Sequence[Past]) -> str:
    if sum(not row.passed for row in run) >= 5:
        return EVERY
    return NORMAL if good_in_a_row(run) >= 5 else TIGHTENED


def _after_reduced(run: Sequence[Past]) -> str:
    return REDUCED if run[-1].passed and not run[-1].close else NORMAL


def _after_every(run: Sequence[Past]) -> str:
    return TIGHTENED if good_in_a_row(run) >= 5 else EVERY


_NEXT = {NORMAL: _after_normal, TIGHTENED: _after_tightened, REDUCED: _after_reduced, EVERY: _after_every}
