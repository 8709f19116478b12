"""Planners held against each other, each in a process of its own.

OR-Tools brings a HiGHS of its own that breaks highspy, so no process may know both. Each module here has one `run`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which planner of the module, and how long it may take: seconds and cores for solvers, rounds for our best."""

    who: str
    seed: int = 0
    seconds: float = 60.0
    cores: int = 2
    rounds: int = 10


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a planner made: a plan as the judge reads it, a bound in yuan, or both; seconds of a core.

    sweep: nanoseconds a pair and sweep of prices, where there are any.
    """

    seconds: float
    plan: Columns | None = None
    bound: float | None = None
    sweep: float | None = None


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do it, and say how many seconds of all cores it took, reading and writing apart."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def plan_of(soon: NDArray[Any], late: NDArray[Any], rounds: NDArray[Any]) -> Columns:
    """Bags on time and late by pair, and rounds by place and bucket, as the judge reads them."""
    return {"x": soon, "z": late, "y": rounds.astype(np.int64)}
