"""The queue's tasks of the spine: carry out jobs, tell events, find what a crash left lying."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gongfang.core import clock, jobs, outbox, receipts, throttle
from gongfang.core.models import Job
from gongfang.database import scope

log = logging.getLogger(__name__)
_again = RetryStrategy(max_attempts=5, exponential_wait=2, retry_exceptions={OperationalError})
_STALLED = timedelta(hours=2)


def counties() -> dict[str, timedelta]:
    """Return the schemas of all counties that live here, and how far the clock of each is shifted."""
    county = apps.get_model(settings.TENANT_MODEL)
    with scope.inside():
        here = county.objects.filter(resting_since=None)
        return dict(here.values_list("schema_name", "clock_shift"))


@contextmanager
def visit(schema: str) -> Iterator[None]:
    """Be in a county, at its own time."""
    with scope.inside(schema), clock.shifted(counties()[schema]):
        yield


@app.task(name="carry_out", retry=_again, pass_context=False)
def carry_out(schema: str, job_id: int) -> None:
    """Carry out one job of one county; one that moved away has taken its jobs along."""
    if schema in counties():
        with visit(schema):
            jobs.run(job_id)


@app.periodic(cron="* * * * *")
@app.task(name="tell_events", queueing_lock="tell_events")
def tell_events(timestamp: int) -> None:
    """Tell the listeners what happened in every county."""
    for schema in counties():
        with visit(schema):
            outbox.tell()


@app.periodic(cron="*/5 * * * *")
@app.task(name="find_stalled", queueing_lock="find_stalled")
def find_stalled(timestamp: int) -> None:
    """Put jobs back into the queue that a crash left waiting or running."""
    for schema in counties():
        with visit(schema):
            stalled = Job.objects.filter(state=Job.State.RUNNING, started_at__lt=timezone.now() - _STALLED)
            stalled.update(state=Job.State.WAITING)
            waiting = Job.objects.filter(
                state=Job.State.WAITING, created_at__lt=timezone.now() - timedelta(minutes=5)
            )
            keys = list(waiting.values_list("pk", flat=True))
        for key in keys:
            jobs.enqueue(schema, key)


@app.periodic(cron="17 3 * * *")
@app.task(name="forget_tries", queueing_lock="forget_tries")
def forget_tries(timestamp: int) -> None:
    """Remove counts of tries whose window has ended."""
    for schema in counties():
        with visit(schema):
            throttle.forget_ended()


@app.periodic(cron="27 3 * * *")
@app.task(name="forget_receipts", queueing_lock="forget_receipts")
def forget_receipts(timestamp: int) -> None:
    """Remove the keys of acts that no device sends again."""
    for schema in counties():
        with visit(schema):
            receipts.forget_ended()
