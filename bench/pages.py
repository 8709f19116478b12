"""Every home, list and trace page of a county of 72,586 residents and 100,000 bags, at 50 requests a second.

The pages come from `gongfang up`, started as an installation starts it, with a clock as its first middleware
(bench/measuring.py). It is an open loop: visitors come at their own times and wait for nobody before them. Server,
PostgreSQL and the visitors share the machine's cores, so the figures hold for all of them together.

`python -m bench.pages` takes two minutes, `--quick` twenty seconds; `--alone` opens the pages one by one.
"""

from __future__ import annotations

import asyncio
import csv
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.progress import track

from bench import county, results
from bench.http import Answer, Browser
from bench.machine import Machine, measured
from bench.memory import of_installation, postmaster, spent
from bench.results import Measure
from bench.visits import EVERYBODY, Visit, visits

RATE, SEED = 50, 50
P95_MS, QUERIES, MEMORY_MB = 100, 12, 1536
DECISION = "0010-pages-of-a-real-county.md"
_ROOT = Path(__file__).parents[1]


@dataclass
class Seen:
    """What came of one page's visits."""

    answers: list[Answer] = field(default_factory=list)

    def of(self, name: str) -> list[float]:
        """Return one figure of every answer."""
        return [answer.timing.get(name, 0.0) for answer in self.answers]

    @property
    def errors(self) -> int:
        return sum(answer.status != 200 or not answer.timing for answer in self.answers)


def at(share: int, figures: Sequence[float]) -> float:
    """Return the figure that so many of a hundred stay under."""
    if len(figures) < 2:
        return max(figures, default=0.0)
    return statistics.quantiles(figures, n=100, method="inclusive")[share - 1]


# --- the installation ------------------------------------------------------------------------------------------


@contextmanager
def installation(data: Path, port: int) -> Iterator[int]:
    """Run `gongfang up` on the county as a production installation behind a proxy; give its process id."""
    env = os.environ | {
        "GONGFANG_DATA": str(data), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "bench.settings",
        "GONGFANG_PRODUCTION": "1", "GONGFANG_HTTPS": "1",
    }  # fmt: skip
    env.pop("DATABASE_URL", None)
    log = (data / "pages.log").open("w")
    up = subprocess.Popen(
        [sys.executable, "-m", "gongfang", "up", "--no-demo"], cwd=_ROOT, env=env, stdout=log, stderr=log
    )
    try:
        _wait_for(port, up)
        yield up.pid
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(timeout=30)
        log.close()


def _wait_for(port: int, up: subprocess.Popen[bytes]) -> None:
    for _try in range(1200):
        if up.poll() is not None:
            raise SystemExit("gongfang could not start; pages.log in the bench's data folder says why.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("gongfang did not answer within two minutes.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- the visitors ----------------------------------------------------------------------------------------------


async def log_in(port: int) -> dict[str, Browser]:
    """Log everybody in by hand, once."""
    from gongfang.demo.accounts import PASSWORD

    browsers = {who: Browser(port, f"{county.SLUG}.localhost") for who in EVERYBODY}
    for who, browser in browsers.items():
        await browser.log_in(who, PASSWORD)
    return browsers


async def one_by_one(browsers: dict[str, Browser], wanted: Sequence[Visit], rounds: int) -> dict[Visit, Seen]:
    """Open each page a few times, nobody else there."""
    seen: dict[Visit, Seen] = defaultdict(Seen)
    for visit in track(list(wanted) * rounds, description="one by one"):
        seen[visit].answers.append(await browsers[visit.who].ask(visit.path, visit.form))
    return seen


async def open_loop(
    browsers: dict[str, Browser],
    wanted: Sequence[Visit],
    seconds: int,
    watch: list[dict[str, float]],
    pids: tuple[int, int],
) -> dict[Visit, Seen]:
    """Send visitors at random moments, fifty a second, whoever has been answered by then or not."""
    chance = random.Random(SEED)
    seen: dict[Visit, Seen] = defaultdict(Seen)
    coming = _shuffled(wanted, RATE * seconds, chance)
    began, moment, tasks = time.perf_counter(), 0.0, []
    for number, visit in enumerate(track(coming, description=f"{RATE} a second")):
        moment += chance.expovariate(RATE)
        await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
        tasks.append(asyncio.create_task(_visit(browsers, visit, began + moment, seen)))
        if number % (RATE * 5) == 0:
            watch.append(await asyncio.to_thread(of_installation, *pids))
    await asyncio.gather(*tasks)
    return seen


def _shuffled(wanted: Sequence[Visit], number: int, chance: random.Random) -> list[Visit]:
    """Every page equally often, in an order nobody can guess."""
    whole = [wanted[place % len(wanted)] for place in range(number)]
    chance.shuffle(whole)
    return whole


async def _visit(browsers: dict[str, Browser], visit: Visit, since: float, seen: dict[Visit, Seen]) -> None:
    try:
        answer = await browsers[visit.who].ask(visit.path, visit.form, since=since)
    except (OSError, asyncio.IncompleteReadError):
        answer = Answer(0, {}, b"", 0.0)
    seen[visit].answers.append(answer)


# --- what is said ----------------------------------------------------------------------------------------------

_COLUMNS = ("kind", "page", "who", "visits", "errors", "queries", "cpu_ms", "db_ms", "p50_ms", "p95_ms", "p99_ms",
            "waited_p95_ms")  # fmt: skip


def _line(visit: Visit, seen: Seen) -> dict[str, object]:
    app = seen.of("app")
    figures = {
        "cpu_ms": at(50, seen.of("cpu")), "db_ms": at(50, seen.of("db")), "p50_ms": at(50, app),
        "p95_ms": at(95, app), "p99_ms": at(99, app),
        "waited_p95_ms": at(95, [answer.waited_ms for answer in seen.answers]),
    }  # fmt: skip
    return {
        "kind": visit.kind, "page": visit.name, "who": visit.who,
        "visits": len(seen.answers), "errors": seen.errors, "queries": int(max(seen.of("queries"))),
        **{name: round(value, 1) for name, value in figures.items()},
    }  # fmt: skip


def show(lines: Sequence[dict[str, object]]) -> None:
    """Print every page, the slowest first."""
    names = _COLUMNS[3:]
    print(f"{'page':44} {'who':10}", *(f"{name:>8.8}" for name in names))
    for row in sorted(lines, key=lambda row: -float(str(row["p95_ms"]))):
        print(f"{row['page']!s:44.44} {row['who']!s:10}", *(f"{row[name]!s:>8}" for name in names))


def save(
    lines: Sequence[dict[str, object]],
    seen: dict[Visit, Seen],
    watch: Sequence[dict[str, float]],
    cores: dict[str, float],
    machine: Machine,
) -> None:
    """Write the figures, and every page's own beside them."""
    with (results.RESULTS / "pages.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    measures = [measure for kind in ("home", "list", "trace") for measure in _of_kind(kind, lines)]
    reports = [row for row in lines if row["kind"] == "report"]
    measures += [
        Measure(what=f"{row['page']} alone, p50 in the server", value=float(str(row["p50_ms"])), unit="ms")
        for row in reports
    ]
    everything = [figure for one in seen.values() for figure in one.of("app")]
    waited = [answer.waited_ms for one in seen.values() for answer in one.answers]
    measures += [
        Measure(what=f"p{share} of all pages, in the server", value=at(share, everything), unit="ms")
        for share in (50, 95, 99)
    ]
    measures += [Measure(what="p95 of all pages, as the visitor waits", value=at(95, waited), unit="ms")]
    errors = sum(one.errors for one in seen.values())
    note = f"of {len(everything):,} requests"
    measures += [Measure(what="answers that were no page", value=errors, unit="errors", at_most=0, note=note)]
    measures += [
        Measure(what=f"a request on a core: {name}", value=cost, unit="ms")
        for name, cost in cores.items()
        if name in {"pages", "PostgreSQL"}
    ]
    measures += _memory(watch)
    results.save("pages", measures, machine=machine, decision=DECISION)


def _of_kind(kind: str, lines: Sequence[dict[str, object]]) -> Iterator[Measure]:
    mine = [row for row in lines if row["kind"] == kind]
    slow = max(mine, key=lambda row: float(str(row["p95_ms"])))
    many = max(mine, key=lambda row: int(str(row["queries"])))
    number = f"{len(mine)} {kind} pages"
    yield Measure(
        what=f"p95 of the slowest of {number}, in the server", value=float(str(slow["p95_ms"])), unit="ms",
        at_most=P95_MS, note=f"{slow['page']}, {slow['who']}; p50 {slow['p50_ms']}, p99 {slow['p99_ms']}",
    )  # fmt: skip
    yield Measure(
        what=f"most queries of {number}", value=float(str(many["queries"])), unit="queries", at_most=QUERIES,
        note=f"{many['page']}, {many['who']}",
    )  # fmt: skip


def _memory(watch: Sequence[dict[str, float]]) -> Iterator[Measure]:
    most = max(watch, key=lambda one: sum(one.values()))
    parts = ", ".join(f"{name} {megabytes:.0f}" for name, megabytes in most.items())
    yield Measure(
        what="memory of an office installation (PSS)", value=sum(most.values()), unit="MB", at_most=MEMORY_MB,
        note=parts,
    )  # fmt: skip


@click.command()
@click.option("--quick", is_flag=True, help="Twenty seconds, nothing saved.")
@click.option("--alone", is_flag=True, help="Open the pages one by one, nobody else there; nothing saved.")
@click.option("--only", default="", help="Only pages whose name holds this text, or of this person.")
def main(quick: bool, alone: bool, only: str) -> None:
    """Measure every page."""
    machine = measured()  # before the visitors come: they are what keeps it busy afterwards
    data = county.ready()
    from gongfang.cli.place import inside

    with inside(county.SLUG) as kept:
        county.live_again(kept)
        wanted = [visit for visit in visits() if only in visit.name or only == visit.who]
    port, watch = _free_port(), []  # type: ignore[var-annotated]
    with installation(data, port) as pid:
        asyncio.run(
            _measure(
                port, (pid, postmaster(data)), wanted, watch, machine, quick=quick or bool(only), alone=alone
            )
        )


async def _measure(
    port: int,
    pids: tuple[int, int],
    wanted: Sequence[Visit],
    watch: list[dict[str, float]],
    machine: Machine,
    *,
    quick: bool,
    alone: bool,
) -> None:
    browsers = await log_in(port)
    warm = await one_by_one(browsers, wanted, 6 if alone else 2)
    if alone:
        show([_line(visit, one) for visit, one in warm.items()])
        return
    before, crowd = spent(*pids), [visit for visit in wanted if visit.kind != "report"]
    seen = await open_loop(browsers, crowd, 20 if quick else 120, watch, pids)
    number = sum(len(one.answers) for one in seen.values())
    cores = {name: (after - before[name]) * 1000 / number for name, after in spent(*pids).items()}
    reports = {visit: one for visit, one in warm.items() if visit.kind == "report"}
    lines = [_line(visit, one) for visit, one in (seen | reports).items()]
    show(lines)
    print(", ".join(f"{name} {cost:.1f} ms" for name, cost in cores.items()), "on a core a request")
    print(f"memory: {max(sum(one.values()) for one in watch):.0f} MB of {watch[-1]}")
    if not quick:
        save(lines, seen, watch, cores, machine)


if __name__ == "__main__":
    main()
