"""Long work: a row with its progress in the county, carried out by the queue, cancelled or retried by people.

The queue's own arguments are the county and the row's id, nothing else, so that a lost queue can be filled again
from the rows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from gongfang.core import watch
from gongfang.core.errors import Refused
from gongfang.core.models import Job
from gongfang.database import scope

if TYPE_CHECKING:
    from gongfang.core.action import Act

log = logging.getLogger(__name__)
Runner = Callable[["Work"], dict[str, Any]]
_runners: dict[str, Runner] = {}
_tries: dict[str, int] = {}


class Cancelled(Exception):  # noqa: N818 -- somebody pressed cancel
    """Somebody asked this job to stop."""


@dataclass
class Work:
    """A job being carried out: tells its progress and hears when it should stop."""

    job: Job

    def tell(self, done: int, total: int) -> None:
        """Write the progress down, and stop when somebody asked for it."""
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total)
        if self.stop():
            raise Cancelled

    def stop(self) -> bool:
        """Say whether somebody asked this job to stop."""
        return Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists()


def runner(kind: str, *, tries: int = 1) -> Callable[[Runner], Runner]:
    """Name the function that carries out one kind of job; it may run again after a crash and must bear it.

    With several tries, what nobody foresaw sends the job back to the queue until they are used up.
    """

    def register(run: Runner) -> Runner:
        _runners[kind], _tries[kind] = run, tries
        return run

    return register


def start(act: Act, kind: str, *, subject: str = "", **arguments: Any) -> Job:
    """Write down long work inside an act; the queue hears of it after the commit."""
    arguments["trace"] = watch.trace.get()
    job = Job.objects.create(kind=kind, subject=subject, arguments=arguments, asked_by=act.by.user)
    transaction.on_commit(partial(enqueue, scope.current(), job.pk))
    return job


def enqueue(schema: str, job_id: int) -> None:
    """Hand a job to the queue, which lives in the public schema; a job that waits there already waits once."""
    with scope.inside(), suppress(AlreadyEnqueued), transaction.atomic():
        task = app.configure_task("carry_out", queueing_lock=f"{schema}:{job_id}")
        task.defer(schema=schema, job_id=job_id)


def run(job_id: int) -> Job | None:
    """Carry out one job of the current county; None when it is already done or somebody else is at it."""
    claimed = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=timezone.now(), tries=F("tries") + 1
    )
    if not claimed:
        return None
    job = Job.objects.get(pk=job_id)
    with watch.under(job.arguments.get("trace") or f"job-{job.pk}"):
        return _carry_out(job)


def _carry_out(job: Job) -> Job:
    try:
        result = _runners[job.kind](Work(job))
    except Cancelled:
        return _end(job, Job.State.CANCELLED, sentence=_("Stopped because somebody asked for it."))
    except Refused as refusal:
        return _end(job, Job.State.FAILED, sentence=str(refusal.sentence))
    except Exception:
        log.exception("job %s of %s failed", job.pk, scope.current())
        if job.tries < _tries[job.kind]:
            return _wait_again(job)
        return _end(
            job,
            Job.State.FAILED,
            sentence=_("This did not work. It can be started again; nothing was done twice."),
        )
    return _end(job, Job.State.DONE, result=result)


def _wait_again(job: Job) -> Job:
    """Send a job back to the queue, from the beginning."""
    job.state, job.done, job.started_at = Job.State.WAITING, 0, None
    job.save(update_fields=["state", "done", "started_at"])
    enqueue(scope.current(), job.pk)
    return job


def _end(job: Job, state: str, *, result: dict[str, Any] | None = None, sentence: str = "") -> Job:
    job.state, job.result, job.sentence, job.ended_at = state, result, sentence, timezone.now()
    job.save(update_fields=["state", "result", "sentence", "ended_at"])
    seconds = (job.ended_at - job.started_at).total_seconds() if job.started_at else 0.0
    watch.tell(watch.Done("job", job.kind, state, seconds, str(job.asked_by_id)))
    return job
