"""Judges the plan of an instance by the instance alone: what it breaks, and what it costs.

Shares nothing with the planner; its numbers are decimal, as the instance's are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
Numbers = NDArray[np.float64]
NEARLY = 1e-6


class BrokenInstancePlan(AssertionError):  # noqa: N818 - it is the plan that is broken
    """The plan breaks the rule named."""


@dataclass(frozen=True)
class Judged:
    """What a plan costs in yuan, pieces not in time, income missing in yuan, and rounds that are paid for."""

    total: float
    late: float
    needed: float
    short: float
    targets: float
    rounds: int


def judge(case: Columns, plan: Columns) -> Judged:
    """Raise BrokenInstancePlan unless the plan keeps every rule; say what it costs."""
    soon, late, rounds = plan["x"], plan["z"], plan["y"]
    _check_numbers(case, soon, late, rounds)
    _check_minutes(case, soon, late)
    _check_material(case, soon + late)
    _check_rounds(case, soon, late, rounds.astype(bool))
    return _priced(case, soon, late, rounds)


def _must(true: object, rule: str) -> None:
    if not true:
        raise BrokenInstancePlan(rule)


def _check_numbers(case: Columns, *plan: NDArray[Any]) -> None:
    soon, late, rounds = plan
    _must(soon.shape == late.shape == case["pw"].shape, "bags of each pair")
    _must(rounds.shape == (case["nv"], case["B"]), "rounds of each place and bucket")
    _must(all((bags == np.rint(bags)).all() and (bags >= 0).all() for bags in (soon, late)), "whole bags")
    _must(np.isin(rounds, (0, 1)).all(), "a round is made or not")


def _check_minutes(case: Columns, soon: NDArray[Any], late: NDArray[Any]) -> None:
    first, last, end = case["a"][case["po"]], case["e"][case["po"]], int(case["B"]) - 1
    for (since, until), there in zip(case["iv"], case["ivcap"].T, strict=True):
        inside = (first >= since) * (soon * (last <= until) + late * (until == end))
        used = np.bincount(case["pw"], inside * case["m"], int(case["W"]))
        _must((used <= there + NEARLY).all(), f"minutes in buckets {since}..{until}")


def _check_material(case: Columns, bags: NDArray[Any]) -> None:
    _must((np.bincount(case["po"], bags, int(case["O"])) <= case["N"]).all(), "material")


def _check_rounds(case: Columns, soon: NDArray[Any], late: NDArray[Any], made: NDArray[np.bool_]) -> None:
    held = np.bincount(case["pw"], (soon + late) * case["val"], int(case["W"]))
    times = made.sum(axis=1)[case["vill"]]
    _must((held <= case["custody"] * times + NEARLY).all(), "custody")
    upto = np.zeros((len(made), made.shape[1] + 1), dtype=np.int64)
    np.cumsum(made, axis=1, out=upto[:, 1:])
    place, first = case["vill"][case["pw"]], case["a"][case["po"]]
    for bags, last in ((soon, case["e"][case["po"]]), (late, np.full_like(first, made.shape[1] - 1))):
        reached = upto[place, last + 1] > upto[place, first]
        _must(not (bags[~reached]).any(), "a bag that no round brings")


def _priced(case: Columns, soon: NDArray[Any], late: NDArray[Any], rounds: NDArray[Any]) -> Judged:
    people, orders = int(case["W"]), int(case["O"])
    on_time = np.bincount(case["po"], soon * case["g"], orders)
    made = on_time + np.bincount(case["po"], late * case["g"], orders)
    earned = np.bincount(case["pw"], (soon + late) * case["pay"], people)
    behind, never = np.maximum(0, case["Q"] - on_time), np.maximum(0, case["Q"] - made)
    short = np.maximum(0, case["T"] - earned)
    travel = float((case["F"][:, None] * rounds).sum())
    return Judged(
        total=float((case["L"] * (behind + never)).sum()) + _hardship(case, short) + travel,
        late=float(behind.sum()),
        needed=float(case["Q"].sum()),
        short=float(short.sum()),
        targets=float(case["T"].sum()),
        rounds=int(rounds[case["F"] > 0].sum()),
    )


def _hardship(case: Columns, short: Numbers) -> float:
    """What missing income weighs: its last part, next to the target, least."""
    total, left = 0.0, short
    for weight, share in zip(case["fw"][::-1], case["fk"][::-1], strict=True):
        part = np.minimum(left, share * case["T"])
        total, left = total + float(weight * part.sum()), left - part
    return total
