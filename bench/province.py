"""A province on the cores there are: counties drawn on the fly, planned side by side, judged as they come.

`python -m bench.dispatch --counties 100` is a million people.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.instances import Columns, columns, packed
from bench.judge import Judged, judge
from bench.memory import most_of_tree
from gongfang.engines.dispatch.bench import read
from gongfang.engines.dispatch.search import Effort
from gongfang.engines.province import Case, Planned, Processes, plan_counties

PEOPLE, ORDERS = 10_000, 200  # of each county


@dataclass
class Province:
    """Draws counties as they are asked for, and judges their plans as they come."""

    counties: int
    effort: Effort
    drawn: dict[str, Columns] = field(default_factory=dict)  # and not judged yet
    judged: list[Judged] = field(default_factory=list)
    beside: float = 0.0  # seconds spent on drawing and judging
    most: dict[int, float] = field(default_factory=dict)  # megabytes each process has ever used

    def cases(self) -> Iterator[Case]:
        """Draw one county after the other; the seed is the county's number."""
        for seed in range(self.counties):
            began = time.perf_counter()
            county = f"county {seed}"
            self.drawn[county] = columns(PEOPLE, ORDERS, seed=seed)
            case = Case(county, packed(self.drawn[county]), self.effort, seed)
            self.beside += time.perf_counter() - began
            yield case

    def judge(self, planned: Planned) -> None:
        """Judge a plan, and let its county go."""
        began = time.perf_counter()
        self.judged.append(judge(self.drawn.pop(planned.county), read(BytesIO(planned.plan))))
        self.beside += time.perf_counter() - began


def plan_province(counties: int, *, effort: Effort) -> None:
    """Plan a province beside a bar, and say what it took."""
    province, processes, console = Province(counties, effort), Processes(), Console()
    columns_shown = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    began = time.perf_counter()
    with Progress(*columns_shown, console=console) as bar:
        task = bar.add_task(f"{counties * PEOPLE:,} people", total=counties)

        def see(planned: Planned) -> None:
            province.most |= most_of_tree(os.getpid())
            province.judge(planned)
            bar.advance(task)

        plan_counties(province.cases(), executor=processes, observe=see)
    seconds = time.perf_counter() - began
    for line in _told(province, seconds=seconds, workers=processes.workers):
        console.print(line)


def _told(province: Province, *, seconds: float, workers: int) -> Iterator[str]:
    judged = province.judged
    late = 100 * sum(one.late for one in judged) / sum(one.needed for one in judged)
    short = 100 * sum(one.short for one in judged) / sum(one.targets for one in judged)
    people = province.counties * PEOPLE
    each = seconds / people * 1e6
    yield f"{len(judged)} counties, {people:,} people, {seconds:.0f} s on {workers} cores: {each:.0f} µs a person"
    yield f"of it {province.beside:.0f} s of the first process drew and judged; all plans keep the rules"
    yield f"{late:.2f} % late, {short:.2f} % of the income missing, {sum(one.rounds for one in judged):,} rounds"
    yield f"at most {sum(province.most.values()):,.0f} MB in all {len(province.most)} processes, each at its most"
