"""Measure the planner: `python -m bench.dispatch CASE.npz …`, instances as `gongfang.engines.dispatch` reads them.

Each instance is planned at each effort and by the careful human's rule; every plan is priced by the same exact count.
Seconds are of one core, reading and writing apart. `--counties 100` plans a million people instead (`province`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.province import plan_province
from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints
from gongfang.engines.dispatch.bench import arrays_from, read
from gongfang.engines.dispatch.cost import lateness_of, spread_of
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import share_out
from gongfang.engines.dispatch.search import EFFORTS, Effort, Search
from gongfang.engines.dispatch.solve import compile_kernels


@dataclass(frozen=True)
class Bags:
    """A plan: bags of each pair on time and late, and the rounds."""

    soon: Ints
    late: Ints
    visits: Flags


@dataclass(frozen=True)
class Row:
    """What one planner made of one instance."""

    who: str
    seconds: float
    total: float  # yuan
    late: float  # per cent of pieces not made in time
    short: float  # per cent of all targets
    visits: int


def priced(who: str, seconds: float, arrays: Arrays, bags: Bags) -> Row:
    """Price a plan by the same count for everybody."""
    order = np.repeat(np.arange(len(arrays.first)), np.diff(arrays.ptr))
    both = bags.soon + bags.late
    on_time = np.bincount(order, bags.soon * arrays.good, len(arrays.first)).astype(np.int64)
    made = np.bincount(order, both * arrays.good, len(arrays.first)).astype(np.int64)
    earned = np.bincount(arrays.person, both * arrays.worth, len(arrays.place)).astype(np.int64)
    lateness = lateness_of(arrays, on_time=on_time, made=made).sum()
    travel = float(arrays.cost[bags.visits].sum()) * 1000
    missing = np.maximum(0, arrays.need - on_time).sum() / arrays.need.sum()
    short = np.maximum(0, arrays.target - earned).sum() / max(1, arrays.target.sum())
    total = lateness + spread_of(arrays, earned).sum() + travel
    paid = int((bags.visits & (arrays.cost > 0)).sum())
    return Row(who, seconds, float(total) / 1e7, 100 * float(missing), 100 * float(short), paid)


def ours(effort: Effort, seed: int) -> Callable[[Arrays], Bags]:
    """Our search at one effort."""

    def plan(arrays: Arrays) -> Bags:
        search = Search(arrays, seed=seed)
        search.run(effort)
        soon, late = np.zeros((2, len(arrays.person)), dtype=np.int64)
        soon[search.rows], late[search.rows] = search.tables.pairs["soon"], search.tables.pairs["late"]
        return Bags(soon, late, search.links.visits)

    return plan


def human(arrays: Arrays) -> Bags:
    """The order due first, then whoever is furthest below their target."""
    sharing = share_out(arrays)
    soon, late = np.zeros((2, len(arrays.person)), dtype=np.int64)
    for grant in sharing.grants:
        (late if grant.late else soon)[grant.pair] += len(grant.bags)
    return Bags(soon, late, needed_visits(arrays, sharing))


def measured(who: str, arrays: Arrays, plan: Callable[[Arrays], Bags]) -> Row:
    """Plan and price, in seconds of one core."""
    began = time.process_time()
    bags = plan(arrays)
    return priced(who, time.process_time() - began, arrays, bags)


def rows(path: Path, *, seeds: int, best: bool) -> Iterable[Row]:
    """All planners on one instance."""
    arrays, _ = arrays_from(read(path), seed=0)
    yield measured("a careful human", arrays, human)
    efforts: tuple[Effort, ...] = ("fast", "good", "best") if best else ("fast", "good")
    for effort in efforts:
        for seed in range(seeds):
            yield measured(f"{effort}, seed {seed}", arrays, ours(effort, seed))


def main() -> None:
    """Plan the instances named and write a table for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.dispatch", description=__doc__)
    parser.add_argument("instances", type=Path, nargs="*")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--best", action="store_true", help="the best effort, too: minutes for each seed")
    parser.add_argument(
        "--counties", type=int, help="so many counties of 10,000 people, on all cores, instead"
    )
    parser.add_argument("--effort", choices=EFFORTS, default="fast", help="how long to search in each county")
    asked = parser.parse_args()
    compile_kernels()
    if asked.counties:
        plan_province(asked.counties, effort=asked.effort)
    console = Console()
    for path in asked.instances:
        table = Table(*("planner", "s", "yuan", "late %", "income missing %", "paid rounds"), title=path.stem)
        for row in rows(path, seeds=asked.seeds, best=asked.best):
            figures = f"{row.seconds:.2f}", f"{row.total:,.0f}", f"{row.late:.2f}", f"{row.short:.2f}"
            table.add_row(row.who, *figures, str(row.visits))
        console.print(table)


if __name__ == "__main__":
    main()
