"""Plan twelve counties on three workers, kill one in the middle, and require the same plans: `python -m bench.cluster`.

Scheduler and workers are processes of this machine, on ports of their own choosing. Every plan must have the bytes that
planning one county after the other gives, and pass the judge.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.instances import columns, packed
from bench.judge import judge
from gongfang.engines.dispatch.bench import read
from gongfang.engines.dispatch.search import EFFORTS, Effort
from gongfang.engines.dispatch.solve import compile_kernels
from gongfang.engines.province import Case, Executor, OneByOne, Planned, plan_counties
from gongfang.engines.province.cluster import Cluster

STARTS_WITHIN = 60  # seconds


@dataclass
class Running:
    """A scheduler and its workers, and where the scheduler listens."""

    address: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_one(self) -> None:
        """Kill a worker as a power cut would."""
        self.workers[0].send_signal(signal.SIGKILL)


@contextmanager
def cluster(*, workers: int) -> Iterator[Running]:
    """Start a scheduler and workers on this machine; nothing of them is left at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = folder / "scheduler.json"
        meet = "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(found)
        stack.enter_context(_started("scheduler", *meet, "--port", "0", folder=folder))
        address = _address(found)
        lone = "--host", "127.0.0.1", "--no-dashboard", "--no-nanny", "--nthreads", "1"
        last = "--death-timeout", "30", "--local-directory", str(folder)
        running = Running(address)
        for _ in range(workers):
            worker = _started("worker", address, *lone, *last, folder=folder)
            running.workers.append(stack.enter_context(worker))
        yield running


@contextmanager
def _started(part: str, *options: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *options]
    with (folder / "log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            process.kill()


def _address(found: Path) -> str:
    """Wait for the scheduler to write where it listens."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if found.exists() and (text := found.read_text()).strip():
            return str(json.loads(text)["address"])
        time.sleep(0.05)
    raise TimeoutError(f"no scheduler after {STARTS_WITHIN} s")


def drawn(counties: int, *, people: int, orders: int, effort: Effort) -> list[Case]:
    """Counties drawn one after the other; the seed is the county's number."""
    return [
        Case(f"county {seed}", packed(columns(people, orders, seed=seed)), effort, seed)
        for seed in range(counties)
    ]


def timed(
    cases: Sequence[Case], executor: Executor, observe: Callable[[Planned], None] | None = None
) -> tuple[float, dict[str, bytes]]:
    """Plan, and say how many seconds it took."""
    began = time.perf_counter()
    plans = plan_counties(cases, executor=executor, observe=observe)
    return time.perf_counter() - began, plans


def killing(running: Running, *, after: int) -> Callable[[Planned], None]:
    """Kill a worker as soon as so many plans are there."""
    seen: list[Planned] = []

    def see(planned: Planned) -> None:
        seen.append(planned)
        if len(seen) == after:
            running.kill_one()

    return see


def rows(cases: Sequence[Case]) -> Iterator[tuple[str, float, dict[str, bytes]]]:
    """Plan in sequence, on the cluster, and on the cluster while a worker dies."""
    yield "one after the other", *timed(cases, OneByOne())
    with cluster(workers=3) as running:
        yield "3 workers", *timed(cases, Cluster(running.address))
        kill = killing(running, after=max(1, len(cases) // 4))
        yield "3 workers, one killed -9", *timed(cases, Cluster(running.address), kill)
        if running.workers[0].wait(10) != -signal.SIGKILL:
            raise SystemExit("No worker was killed: nothing was shown.")


def main() -> None:
    """Compare the plans of all rows with those of the first, judge them, and write a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("--counties", type=int, default=12)
    parser.add_argument("--people", type=int, default=6000)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--effort", choices=EFFORTS, default="good")
    asked = parser.parse_args()
    compile_kernels()
    cases = drawn(asked.counties, people=asked.people, orders=asked.orders, effort=asked.effort)
    table = Table("where", "s", "same bytes as above", "accepted by the judge")
    expected: dict[str, bytes] = {}
    for where, seconds, plans in rows(cases):
        expected = expected or plans
        if plans != expected:
            raise SystemExit(f"{where}: plans differ.")
        for case in cases:
            judge(read(BytesIO(case.instance)), read(BytesIO(plans[case.county])))
        table.add_row(where, f"{seconds:.1f}", *[f"{len(plans)} of {len(cases)}"] * 2)
    Console().print(table)


if __name__ == "__main__":
    main()
