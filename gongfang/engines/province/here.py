"""On this machine: one county after the other, or as many at a time as there are cores."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures import Executor as Pool
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import get_context

from gongfang.engines.province.executor import Case, Planned, plan_case

BREAKS = 3  # when processes die so often, a county is too large for the machine


class OneByOne:
    """Plans in this process."""

    def run(self, cases: Iterable[Case], /) -> Iterator[Planned]:
        """Plan one county after the other."""
        return map(plan_case, cases)


class Processes:
    """Plans in processes of this machine; when one dies, all are replaced and what was lost is planned again."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or _cores()

    def run(self, cases: Iterable[Case], /) -> Iterator[Planned]:
        """Plan as many counties at a time as there are workers."""
        coming, due = iter(cases), dict[str, Case]()
        for _ in range(BREAKS):
            lost = tuple(due.values())
            with self._pool() as pool, suppress(BrokenProcessPool):
                yield from in_pool(pool, chain(lost, coming), due=due, room=self.workers + 1)
                return
        raise BrokenProcessPool(f"processes ended {BREAKS} times while planning {', '.join(due)}")

    def _pool(self) -> Pool:
        # Forked, a worker would inherit the locks of whatever threads run here.
        return ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))


def in_pool(pool: Pool, cases: Iterator[Case], *, due: dict[str, Case], room: int) -> Iterator[Planned]:
    """Keep `room` cases in a pool and hand out what comes back; `due` are those drawn and not planned yet."""
    inside: set[Future[Planned]] = set()
    while True:
        for case in islice(cases, room - len(inside)):
            due[case.county] = case
            inside.add(pool.submit(plan_case, case))
        if not inside:
            return
        ready, inside = wait(inside, return_when=FIRST_COMPLETED)
        for one in ready:
            planned = one.result()
            due.pop(planned.county, None)
            yield planned


def _cores() -> int:
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
