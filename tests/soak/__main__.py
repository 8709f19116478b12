"""`python -m tests.soak --histories 2000`: see the package."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, cast

import click
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from gongfang import embedded
from tests.soak import places
from tests.soak.history import History, Outcome
from tests.soak.hunt import hunt
from tests.soak.mutants import Mutant
from tests.soak.shrink import shrunk
from tests.soak.told import Told
from tests.soak.worker import Worker

BETWEEN_DEATHS = (30, 70)  # seconds from one kill of the postmaster to the next
Places = dict[str, list[dict[str, Any]]]


def workers_for(server: embedded.Server, database: str, county: str) -> list[Worker]:
    return [Worker(database, county, server.params()["user"]) for _n in range(2)]


def one_county(
    far: Connection,
    server: embedded.Server,
    database: str,
    county: str,
    found: Places,
    seeds: list[int],
    kills: bool,
    until: float,
    mutant: Mutant | None = None,
) -> None:
    """Play histories in one county, each in a place of its own, and tell each outcome."""
    if mutant:
        mutant.plant()
    workers = workers_for(server, database, county)
    try:
        for number, seed in enumerate(seeds):
            outcome = History(seed, number, found[county][number], workers, kills=kills).play()
            far.send(outcome)
            if outcome.finding or time.monotonic() > until:
                break
    finally:
        for worker in workers:
            worker.stop()
    os._exit(0)


class Soak:
    """Rounds of histories, a fresh database each, and somebody who pulls the cable now and then."""

    def __init__(self, *, seed: int, histories: int, processes: int, kills: bool, minutes: float) -> None:
        self.seed, self.histories, self.kills = seed, histories, kills
        self.counties = [slug for _code, slug, _name in places.COUNTIES]
        self.databases = max(1, processes // len(self.counties))
        self.processes = min(processes, self.databases * len(self.counties))
        self.until = time.monotonic() + minutes * 60
        self.server = places.start()
        self.places = places.template(self.server)
        self.counts: Counter[str] = Counter()
        self.outcomes: list[Outcome] = []
        self.mutant: Mutant | None = None
        self.failed: list[Outcome] = []
        self.chance = random.Random(seed)
        self.next_death = time.monotonic() + self.chance.uniform(*BETWEEN_DEATHS)

    def run(self) -> bool:
        """Play all histories; return whether every one held."""
        places.sweep(self.server)
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
        )
        began, left = time.monotonic(), list(range(self.seed, self.seed + self.histories))
        with Progress(*columns, auto_refresh=False) as bar:
            task = bar.add_task("histories", total=self.histories)
            while left and not self.failed and time.monotonic() < self.until:
                some = [left.pop(0) for _n in range(min(len(left), places.PLACES * self.processes))]
                self._round(some, lambda: bar.update(task, advance=1, refresh=True))
                if not bar.console.is_terminal:
                    print(f"{self.counts['histories']} of {self.histories} histories", flush=True)
        self._tell(time.monotonic() - began)
        for outcome in self.failed:
            self._repeat(outcome)
        places.sweep(self.server)
        self.server.release()
        return not self.failed

    def hunt(self, names: str) -> bool:
        """Plant one fault after the other, and play until each is found."""
        places.sweep(self.server)

        def play(seeds: list[int], mutant: Mutant) -> list[Outcome]:
            self.mutant, self.outcomes = mutant, []
            self._round(seeds, lambda: None)
            return self.outcomes

        found = hunt(play, self.seed, places.PLACES * self.processes, names)
        places.sweep(self.server)
        self.server.release()
        return found

    def _round(self, seeds: list[int], advance: Any) -> None:
        databases = [places.fresh(self.server) for _n in range(self.databases)]
        pipes = [
            self._start(databases[n // 2 % self.databases], n, seeds[n :: self.processes])
            for n in range(self.processes)
        ]
        open_pipes = {near for near, _process in pipes}
        while open_pipes:
            for near in wait(list(open_pipes), timeout=0.5):
                try:
                    self._take(cast("Connection", near).recv())
                    advance()
                except EOFError:
                    open_pipes.discard(near)
            self._pull_the_cable()
        for _near, process in pipes:
            process.join()
            if process.exitcode:
                raise SystemExit("A process that tells acts failed; its traceback stands above.")
        for name in databases:
            places.drop(self.server, name)

    def _start(self, database: str, number: int, seeds: list[int]) -> Any:
        near, far = multiprocessing.Pipe(duplex=False)
        county = self.counties[number % len(self.counties)]
        process = multiprocessing.get_context("fork").Process(
            target=one_county,
            args=(
                far,
                self.server,
                database,
                county,
                self.places,
                seeds,
                self.kills,
                self.until,
                self.mutant,
            ),
        )
        process.start()
        far.close()
        return near, process

    def _take(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self.counts += outcome.counts
        self.counts["histories"] += 1
        if outcome.finding:
            self.failed.append(outcome)

    def _pull_the_cable(self) -> None:
        """Kill the postmaster in the middle of whatever is going on, and start it again."""
        if not self.kills or self.mutant or time.monotonic() < self.next_death:
            return
        note = self.server.cluster / "postmaster.pid"
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(int(note.read_text().splitlines()[0]), signal.SIGKILL)
            self.counts["postmaster killed"] += 1
        old, self.server = self.server, embedded.start(places.DATA)
        old._share.close()
        self.next_death = time.monotonic() + self.chance.uniform(*BETWEEN_DEATHS)

    def _tell(self, seconds: float) -> None:
        played = self.counts["histories"]
        counts, total = self.counts, sum(n for name, n in self.counts.items() if name.startswith("way "))
        done, refused = (
            sum(n for name, n in counts.items() if name.startswith(f"{what} "))
            for what in ("done", "refused")
        )
        faults = {name: n for name, n in counts.items() if name.startswith("fault ")}
        print(
            f"{played} histories in {seconds:.0f} s ({played / seconds:.2f}/s), {total} acts"
            f" ({total / seconds:.0f}/s): {done} done, {refused} refused; {counts['killed']} times a process was killed,"
            f" {counts['postmaster killed']} times the postmaster; {sum(faults.values())} alterations of"
            f" {len(faults)} kinds, each found"
            * (not self.failed)
            or f"a history failed after {total} acts"
        )
        verbs = sorted({name.split()[1] for name in counts if name.startswith(("done ", "refused "))})
        print(", ".join(f"{verb} {counts[f'done {verb}']}/{counts[f'refused {verb}']}" for verb in verbs))

    def _repeat(self, outcome: Outcome) -> None:
        kept = places.DATA / f"failing-{outcome.seed}.json"
        kept.write_text(json.dumps([act.plain() for act in outcome.told]), encoding="utf-8")
        print(f"\nHistory {outcome.seed} fails at act {outcome.told[-1].no}: {outcome.finding}")
        print(f"Again: python -m tests.soak --seed {outcome.seed} --histories 1")
        print(f"The very same acts: python -m tests.soak --replay {kept}")
        shorter = shrunk(outcome, self.replay)
        print(f"{len(shorter.told)} of {len(outcome.told)} acts are enough: {shorter.finding}")
        for act in shorter.told:
            print(
                f"  {act.no}: {act.verb} by {act.who}{f' for {act.on_behalf}' * bool(act.on_behalf)} {act.args} {act.way}"
            )

    def replay(self, told: list[Told]) -> Outcome:
        """Do told acts in a county where nothing has happened yet."""
        database = places.fresh(self.server)
        county = self.counties[0]
        workers = workers_for(self.server, database, county)
        try:
            return History(told[0].no, 0, self.places[county][0], workers, kills=False).replay(told)
        finally:
            for worker in workers:
                worker.stop()
            places.drop(self.server, database)


@click.command()
@click.option("--histories", default=200, show_default=True)
@click.option("--seed", default=None, type=int, help="The first history; each next one has the next number.")
@click.option("--processes", default=os.cpu_count() or 2, show_default=True)
@click.option("--minutes", default=1e6, help="Begin no further history after so many minutes.")
@click.option("--kills/--no-kills", default=True)
@click.option("--mutants", is_flag=True, help="Plant one fault after the other; each must be found.")
@click.option("--only", default="", help="Of the faults to plant only these, by name, with commas.")
@click.option("--replay", type=click.Path(path_type=Path, exists=True), help="Acts of a history that failed.")
def main(histories: int, replay: Path | None, seed: int | None, mutants: bool, only: str, **how: Any) -> None:
    """Play random histories in two counties and compare everything with a model."""
    how["seed"] = random.SystemRandom().randrange(10**9) if seed is None else seed
    how["processes"] = min(how["processes"], histories)
    with places.alone():
        if mutants or only:
            sys.exit(not Soak(histories=histories, **how).hunt(only))
        sys.exit(not _held(replay, histories=histories, **how))


def _held(replay: Path | None, **how: Any) -> bool:
    soak = Soak(**how)
    if replay is None:
        return soak.run()
    outcome = soak.replay([Told(**act) for act in json.loads(replay.read_text(encoding="utf-8"))])
    print(outcome.finding or "This history holds.")
    soak.server.release()
    return not outcome.finding


if __name__ == "__main__":
    main()
