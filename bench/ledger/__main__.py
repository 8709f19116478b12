"""Measure the ledger: `python -m bench.ledger` for the page of ratios, `--quick` to try it in a minute."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import results
from bench.ledger import batch, load
from bench.ledger.county import DESKS
from bench.ledger.crew import crew
from bench.ledger.load import Contender, Cost, Party, Script
from bench.ledger.stand import NAME, Stand, run_python, standing
from bench.machine import measured, memory, sync_rate
from bench.results import Measure

DECISION = "0009-the-spine-measured.md"
CLIENTS = (1, 16)


@dataclass(frozen=True)
class Plan:
    """How long and how often everything is measured."""

    seconds: float
    rounds: int
    results: int
    desks: int


FULL = Plan(seconds=3, rounds=3, results=1_000_000, desks=DESKS)
QUICK = Plan(seconds=1, rounds=1, results=50_000, desks=4)


class Bench:
    """One run over one place, collecting measures."""

    def __init__(self, stand: Stand, plan: Plan, bar: Progress) -> None:
        self.stand, self.plan, self._bar = stand, plan, bar
        self.measures: list[Measure] = []
        steps = len(CLIENTS) * 7 * plan.rounds + 2 + 3
        self._task = bar.add_task(stand.place, total=steps)

    def run(self) -> list[Measure]:
        """Measure transfers, acts and a million at once."""
        self.stand.settle()
        with (
            crew(self.stand, "bench.ledger.desks", "post", size=max(CLIENTS)) as django,
            crew(self.stand, "bench.ledger.hordaks", "transfer", size=max(CLIENTS)) as hordak,
        ):
            contenders: dict[str, Contender] = {
                "post": Script(load.POST, NAME, in_county=True),
                "bare": Script(load.BARE, "bare"),
                "same": Script(load.SAME, NAME),
                "many": Script(load.POST_MANY, NAME, load.A_CALL, in_county=True),
                "tpcb": Script("", "tpcb"),
                "django": Party(django),
                "hordak": Party(hordak),
            }
            for clients in CLIENTS:
                self._transfers(contenders, clients)
        for verb in ("hand_in", "inspect"):
            self._acts(verb)
        self._million()
        return self.measures

    def _tell(self, words: str) -> None:
        self._bar.update(self._task, advance=1, description=f"{self.stand.place}: {words}")

    def _add(self, what: str, value: float, unit: str, **facts: object) -> None:
        measure = Measure(what=f"{self.stand.place}: {what}", value=value, unit=unit)
        self.measures.append(replace(measure, **facts))  # type: ignore[arg-type]

    def _transfers(self, contenders: dict[str, Contender], clients: int) -> None:
        costs: dict[str, Cost] = {}
        plan = self.plan
        for name, cost in load.interleaved(
            self.stand, contenders, clients=clients, seconds=plan.seconds, rounds=plan.rounds
        ):
            costs[name] = cost
            self._tell(f"{name}, {clients} clients")
        self._compare(costs, f"{clients} client{'s' * (clients > 1)}")

    def _compare(self, costs: dict[str, Cost], clients: str) -> None:
        unit = "transfers/s"
        post, many, bare = (costs[name].rate for name in ("post", "many", "bare"))
        self._add(f"post, {clients}", post, unit, rival="bare function", rival_value=bare, at_least=0.8)
        same = "bare function on tables with our indexes and checks"
        self._add(f"post, {clients}", post, unit, rival=same, rival_value=costs["same"].rate, at_least=0.8)
        self._add(
            f"post_many of 100, {clients}", many, unit, rival="bare function", rival_value=bare, at_least=0.8
        )
        self._add(f"post, {clients}", post, unit, rival="pgbench TPC-B", rival_value=costs["tpcb"].rate)
        self._add(
            f"post through Django, {clients}", costs["django"].rate, unit,
            rival="django-hordak", rival_value=costs["hordak"].rate, at_least=4,
        )  # fmt: skip
        for name, words in (("post", "post"), ("many", "post_many of 100")):
            self._add(
                f"{words}, server CPU a transfer, {clients}", middle(costs[name].cpu), "µs", at_most=150
            )
            self._add(f"{words}, WAL a transfer, {clients}", middle(costs[name].wal), "B", at_most=800)

    def _acts(self, verb: str) -> None:
        plan, cost = self.plan, Cost()
        with crew(self.stand, "bench.ledger.desks", verb, size=plan.desks) as desks:
            for _round in range(plan.rounds):
                Party(desks).run(self.stand, cost, clients=plan.desks, seconds=plan.seconds)
        words = f"act `{verb}` through the door, {plan.desks} desks"
        self._add(words, cost.rate, "acts/s", at_least=500)
        self._add(f"{words}, CPU an act, client and server", middle(cost.cpu) / 1000, "ms", at_most=3)
        self._add(f"{words}, WAL an act", middle(cost.wal), "B")
        self._tell(verb)

    def _million(self) -> None:
        plan = self.plan
        batch.prepare(self.stand, plan.results)
        ours, plain = batch.settled(self.stand, max(plan.rounds, 3))
        words = f"{plan.results:,} piece results settled per person"
        self._add(words, ours, "s", rival="SELECT worker, sum()", rival_value=plain, at_most=2)
        self._tell("settled")
        before = self._transfers_so_far()
        rows, copied = batch.row_by_row(self.stand, plan.results)
        words = f"{plan.results:,} results, a transfer each"
        self._add(
            words, rows, "rows/s", rival="COPY into a table with its key", rival_value=copied, at_least=0.2
        )
        self._tell("row by row")
        self._reconcile(before + plan.results)

    def _transfers_so_far(self) -> int:
        with self.stand.county() as link:
            row = link.execute("SELECT count(*) FROM ledger_transfer").fetchone()
        assert row is not None
        return int(row[0])

    def _reconcile(self, transfers: int) -> None:
        self.stand.settle()
        lines = run_python(self.stand, "bench.ledger.reconciling").splitlines()
        seconds = sum(float(line.split()[1]) for line in lines) * 1_000_000 / transfers
        note = f"measured over {transfers:,}"
        self._add("reconcile of 1,000,000 transfers", seconds, "s", at_most=1, note=note)
        self._tell("reconciled")


def middle(values: list[float]) -> float:
    """Return the median; of a round that went wrong nothing remains in it."""
    return sorted(values)[len(values) // 2]


def places() -> Iterator[tuple[str, Path | None]]:
    """Name the disk's temporary folder, and memory where there is such a folder."""
    yield "disk", None
    if there := memory():
        yield "memory", there


def main() -> None:
    """Measure in every place, and save unless it was only tried."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--quick", action="store_true", help="a minute, and nothing is saved")
    reading.add_argument("--only", choices=["disk", "memory"], help="one place")
    asked = reading.parse_args()
    here = measured()  # before our own work makes the machine busy
    plan, measures, syncs = QUICK if asked.quick else FULL, list[Measure](), dict[str, int]()
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns) as bar:
        for place, parent in places():
            if asked.only in {None, place}:
                with standing(place, parent) as stand:
                    syncs[place] = sync_rate(stand.server.data)
                    bar.console.print(f"{place}: {syncs[place]:,} syncs/s")
                    measures += Bench(stand, plan, bar).run()
    if asked.quick or asked.only:
        tell(measures)
    else:
        results.save("ledger", measures, machine=replace(here, syncs=syncs), decision=DECISION)


def tell(measures: list[Measure]) -> None:
    """Print instead of saving."""
    for one in measures:
        beside = f", {one.ratio:.2f} × {one.rival} ({one.rival_value:.4g})" if one.ratio else ""
        reached = {None: "", True: " reached", False: " NOT reached"}[one.reached]
        print(f"{one.what}: {one.value:.4g} {one.unit}{beside} {one.goal}{reached}")


if __name__ == "__main__":
    main()
