"""The counties of a province as jobs of the queue.

An instance is larger than a job should be: it lies in a file of the data folder, and its plan beside it later.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gongfang.database import scope
from gongfang.engines.dispatch import Effort
from gongfang.engines.province import Case, Planned, plan_case

LOOK_EVERY = 0.2  # seconds
SILENT = timedelta(seconds=30)  # a worker tells every ten seconds that it lives


class NoPlan(RuntimeError):  # noqa: N818 -- what came out of it
    """A county could not be planned."""


class Queue:
    """Plans in the processes that carry out the queue; what a dead one had goes back into the queue."""

    def __init__(self, *, room: int = 8) -> None:
        self.room = room

    def run(self, cases: Iterable[Case], /) -> Iterator[Planned]:
        """Keep as many counties in the queue as there is room for, and hand out plans as their files appear."""
        settings.DATA.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="province-", dir=settings.DATA) as folder:
            yield from self._run(Path(folder), iter(cases))

    def _run(self, folder: Path, coming: Iterator[Case]) -> Iterator[Planned]:
        queued: dict[int, Case] = {}
        while True:
            for case in islice(coming, self.room - len(queued)):
                queued[_defer(folder, case)] = case
            if not queued:
                return
            ready = [job for job, case in queued.items() if _plan(folder, case.county).exists()]
            for job in ready:
                county = queued.pop(job).county
                yield Planned(county, _plan(folder, county).read_bytes())
            if not ready:
                _look_after(queued)
                time.sleep(LOOK_EVERY)


def carry_out(folder: Path, case: Case) -> None:
    """Plan the county whose instance lies in the folder; its plan appears whole or not at all."""
    planned = plan_case(case)
    draft = folder / f"{case.county}.draft"
    draft.write_bytes(planned.plan)
    draft.replace(_plan(folder, case.county))


def case_in(folder: Path, county: str, *, effort: Effort, seed: int) -> Case | None:
    """The case that waits in the folder; nothing when whoever asked has gone."""
    file = _instance(folder, county)
    return Case(county, file.read_bytes(), effort, seed) if file.exists() else None


def _instance(folder: Path, county: str) -> Path:
    return folder / f"{county}.case"


def _plan(folder: Path, county: str) -> Path:
    return folder / f"{county}.plan"


def _defer(folder: Path, case: Case) -> int:
    _instance(folder, case.county).write_bytes(case.instance)
    task = app.configure_task("plan_case")
    with scope.inside():
        return task.defer(folder=folder.name, county=case.county, effort=case.effort, seed=case.seed)


def _look_after(queued: dict[int, Case]) -> None:
    """Give up on what failed, and put back what a worker had that is not heard of any more."""
    with scope.inside():
        jobs = ProcrastinateJob.objects.filter(pk__in=queued)
        for failed in jobs.filter(status="failed"):
            raise NoPlan(f"planning {queued[failed.pk].county} failed; the queue's log says why")
        silent = Q(worker=None) | Q(worker__last_heartbeat__lt=Now() - SILENT)
        for lost in jobs.filter(silent, status="doing"):
            app.job_manager.retry_job_by_id(lost.pk, retry_at=timezone.now())
