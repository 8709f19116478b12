"""Measure the planner beside its rivals: `python -m bench.dispatch`, or `--quick` for a minute that saves nothing.

On drawn counties of several sizes, loads and seeds plan, each in a process of its own: our efforts, a careful human's
rule, CP-SAT and HiGHS; HiGHS's linear programme and our own bound say how far from the best they can be. Every plan is
judged by the instance alone; the whole takes most of an hour. What was answered is kept, so a run that was interrupted
goes on where it was, and the best bound and plan of each instance stay in `known.csv`. `CASE.npz …` plans these
instances instead, `--counties 100` a million people (`province`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import results
from bench.contest import ALL, FULL, QUICK, Group, Limits, Round, Size, contest, matches, played
from bench.keeping import Kept
from bench.known import Records
from bench.machine import measured
from bench.province import plan_province
from bench.results import Measure
from bench.standings import measures
from gongfang.engines.dispatch.bench import read
from gongfang.engines.dispatch.search import EFFORTS
from gongfang.engines.dispatch.solve import compile_kernels

ANSWERS = results.RESULTS / "dispatch.jsonl"  # of a run that is not finished
DECISION = "0017-a-search-by-prices-and-annealing.md"
HEAD = ("planner", "CPU s", "MB", "yuan", "bound", "late %", "income missing %", "paid rounds")


def main() -> None:
    """Measure what is asked for; only a whole run is saved."""
    asked = _asked()
    compile_kernels()  # once, for all processes that follow
    if asked.counties:
        plan_province(asked.counties, effort=asked.effort)
    elif asked.instances:
        _plan_instances(asked.instances, Limits(seconds=asked.seconds))
    elif asked.quick:
        for group in _played(QUICK, Kept(), Records()):
            _tell(list(measures(group)))
    else:
        _measure_all(tuple(replace(size, seeds=min(size.seeds, asked.seeds)) for size in FULL))


def _measure_all(sizes: Sequence[Size]) -> None:
    """Save after each size and load; the answers one by one, for a run that goes on where this one was interrupted."""
    here = measured()  # before our own work makes the machine busy
    kept, found = Kept.in_file(ANSWERS, commit=results.commit()), list[Measure]()
    for group in _played(sizes, kept, Records.in_file()):
        found.extend(measures(group))
        results.save("dispatch", found, machine=here, decision=DECISION)
    ANSWERS.unlink()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.dispatch", description=__doc__)
    parser.add_argument("instances", type=Path, nargs="*")
    parser.add_argument("--quick", action="store_true", help="a minute, and nothing is saved")
    parser.add_argument("--seeds", type=int, default=5, help="counties drawn of each size and load")
    parser.add_argument("--seconds", type=float, default=Limits().seconds, help="for each solver on CASE.npz")
    counties = "so many counties of 10,000 people, on all cores, instead"
    parser.add_argument("--counties", type=int, help=counties)
    parser.add_argument("--effort", choices=EFFORTS, default="fast", help="how long to search in each county")
    return parser.parse_args()


def _played(sizes: Sequence[Size], kept: Kept, records: Records) -> Iterator[Group]:
    with _bar(matches(sizes)) as tell:
        yield from played(sizes, kept=kept, records=records, tell=tell)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[str], None]]:
    shown = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*shown, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total, completed=-1)  # told before each begins
        yield lambda words: bar.update(task, advance=1, description=words)
        bar.update(task, advance=1, description="")


def _tell(found: Sequence[Measure]) -> None:
    """Print instead of saving."""
    for one in found:
        beside = f", {one.ratio:.3f} × {one.rival} ({one.rival_value:,.4g})" if one.ratio is not None else ""
        reached = {None: "", True: f" {one.goal} reached", False: f" {one.goal} NOT reached"}[one.reached]
        print(f"{one.what}: {one.value:,.4g} {one.unit}{beside}{reached}")


def _plan_instances(paths: Sequence[Path], limits: Limits) -> None:
    console = Console()
    for path in paths:
        with _bar(len(ALL)) as tell:
            seen = contest(path, read(path), who=ALL, seed=0, limits=limits, tell=tell)
        console.print(_table(path.stem, seen))


def _table(title: str, seen: Round) -> Table:
    table = Table(*HEAD, title=title)
    for who, told in seen.told.items():
        bound = "" if told.bound is None else f"{told.bound:,.0f}"
        figures = f"{told.seconds:.2f}", f"{told.megabytes:,.0f}"
        plan = told.judged
        if plan is None:
            table.add_row(who, *figures, "no plan", bound, "", "", "")
            continue
        shares = f"{100 * plan.late / plan.needed:.2f}", f"{100 * plan.short / plan.targets:.2f}"
        table.add_row(who, *figures, f"{plan.total:,.0f}", bound, *shares, str(plan.rounds))
    return table


if __name__ == "__main__":
    main()
