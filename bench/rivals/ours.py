"""Our planner at each effort, our bound, and the careful human's rule."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from bench.rivals import Answer, Asked, Columns, plan_of, timed
from gongfang.engines.dispatch.arrays import Arrays, Ints
from gongfang.engines.dispatch.bench import arrays_from
from gongfang.engines.dispatch.bound import CLIMBS, lower_bound
from gongfang.engines.dispatch.relax import YUAN
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import share_out
from gongfang.engines.dispatch.search import Effort, Exact, Search, Step, Sweep
from gongfang.engines.dispatch.solve import compile_kernels


def run(case: Columns, asked: Asked) -> Answer:
    """Plan at the effort asked for, as a careful human would, or say what no plan costs less than."""
    compile_kernels()
    if asked.who == "bound":
        return _bound(case)
    return _human(case) if asked.who == "human" else _search(case, asked)


def _bound(case: Columns) -> Answer:
    arrays = _loosened(arrays_from(case, seed=0)[0])
    bound, seconds = timed(lambda: lower_bound(arrays, climb=CLIMBS["best"]))
    return Answer(seconds=seconds, bound=bound / YUAN)


def _loosened(arrays: Arrays) -> Arrays:
    """The same with every rounding to the other side: a plan of the instance fits here too, and costs no more."""
    return replace(
        arrays,
        capacity=arrays.capacity + 1,
        custody=arrays.custody + 1,
        good=arrays.good + 1,
        worth=arrays.worth + 1,
        need=np.maximum(0, arrays.need - 1),
        value=np.maximum(0, arrays.value - 1),
        pace=np.maximum(1, arrays.pace - 1),
        cost=np.maximum(0, arrays.cost - 1),
        loss=np.maximum(0, arrays.loss - 1),
    )


def _human(case: Columns) -> Answer:
    """The order due first, then whoever is furthest below their target; rounds nobody would miss are left out."""
    arrays, order = arrays_from(case, seed=0)
    (soon, late, rounds), seconds = timed(lambda: _shared_out(arrays))
    return Answer(seconds=seconds, plan=plan_of(_placed(soon, order), _placed(late, order), rounds))


def _shared_out(arrays: Arrays) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    sharing = share_out(arrays)
    soon, late = np.zeros((2, len(arrays.person)), dtype=np.int64)
    for grant in sharing.grants:
        (late if grant.late else soon)[grant.pair] += len(grant.bags)
    return soon, late, needed_visits(arrays, sharing)


def _placed(bags: Ints, order: Ints) -> Ints:
    """The planner's bags by the numbers of the instance's pairs."""
    placed = np.zeros_like(bags)
    placed[order] = bags
    return placed


class Sweeps:
    """Times a search's sweeps of prices that choose no rounds, and ends it after some rounds of exact sub-problems."""

    def __init__(self, search: Search, effort: Effort, *, rounds: int) -> None:
        self.steps = search.steps(effort)
        self.rounds, self.done, self.seconds, self.since = rounds, 0, 0.0, time.process_time()

    def see(self, done: int, _: int) -> None:
        """One more step is done."""
        now = time.process_time()
        if _is_sweep(self.steps[done - 1]):
            self.seconds += now - self.since
        self.done, self.since = done, now

    def enough(self) -> bool:
        """Whether so many exact rounds are done."""
        return sum(isinstance(step, Exact) for step in self.steps[: self.done]) >= self.rounds > 0

    def nanoseconds(self, pairs: int) -> float:
        """What a pair costs in a sweep."""
        return self.seconds * 1e9 / max(1, pairs * sum(map(_is_sweep, self.steps)))


def _is_sweep(step: Step) -> bool:
    return isinstance(step, Sweep) and not step.rounds


def _search(case: Columns, asked: Asked) -> Answer:
    arrays, order = arrays_from(case, seed=asked.seed)
    (search, sweeps), seconds = timed(lambda: _searched(arrays, asked))
    soon, late = np.zeros((2, len(order)), dtype=np.int64)
    pairs = search.tables.pairs
    soon[order[search.rows]], late[order[search.rows]] = pairs["soon"], pairs["late"]
    plan = plan_of(soon, late, search.links.visits)
    return Answer(seconds=seconds, plan=plan, sweep=sweeps.nanoseconds(len(order)))


def _searched(arrays: Arrays, asked: Asked) -> tuple[Search, Sweeps]:
    effort = cast("Effort", asked.who)
    search = Search(arrays, seed=asked.seed)
    sweeps = Sweeps(search, effort, rounds=asked.rounds)
    search.run(effort, observe=sweeps.see, stop=sweeps.enough)
    return search, sweeps
