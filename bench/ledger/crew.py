"""A crew of processes that begin at the same moment, each does one thing over and over, and says how often."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.ledger.stand import Stand


@dataclass(frozen=True)
class Done:
    """How often a crew did its thing, in how many seconds, and what processor time the processes used."""

    times: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Times a second."""
        return self.times / self.seconds


class Crew:
    """Processes of one module, waiting to be told to work."""

    def __init__(self, workers: list[subprocess.Popen[str]]) -> None:
        self._workers = workers

    def work(self, seconds: float, *, only: int | None = None) -> Done:
        """Let all of them, or the first few, work for so long."""
        chosen = self._workers[:only]
        for worker in chosen:
            _tell(worker, f"{seconds}\n")
        answers = [_answer(worker).split() for worker in chosen]
        times = sum(int(answer[0]) for answer in answers)
        return Done(times, max(float(answer[1]) for answer in answers), sum(float(a[2]) for a in answers))


@contextmanager
def crew(stand: Stand, module: str, *arguments: str, size: int) -> Iterator[Crew]:
    """Start so many processes; each gets its number as its last argument."""
    command = [sys.executable, "-m", module, *arguments]
    workers = [
        subprocess.Popen(
            [*command, str(number)],
            env=stand.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(size)
    ]
    try:
        for worker in workers:
            assert _answer(worker) == "ready"
        yield Crew(workers)
    finally:
        for worker in workers:
            worker.communicate()


def work(once: Callable[[], object]) -> None:
    """In a worker: do the thing a few times to warm up, then for as long as each line says."""
    for _ in range(5):
        once()
    print("ready", flush=True)
    for line in sys.stdin:
        seconds = float(line)
        began, used, times = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - began < seconds:
            once()
            times += 1
        print(times, time.perf_counter() - began, time.process_time() - used, flush=True)


def _tell(worker: subprocess.Popen[str], words: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(words)
    worker.stdin.flush()


def _answer(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    said = worker.stdout.readline().strip()
    if not said:
        raise RuntimeError(f"{worker.args!r} ended early; it said why above. Cores: {os.cpu_count()}")
    return said
