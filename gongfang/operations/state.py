"""How the installation stands right now: queue, outbox, seals, backups. Asked by figures, health page and doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Min
from django.utils import timezone

from gongfang.core.models import Continuity, Event, Job
from gongfang.core.tasks import counties
from gongfang.database import scope
from gongfang.ledger.models import Checkpoint, Transfer
from gongfang.operations import notes

# The queue's worker says every ten seconds that it lives.
SILENT = timedelta(seconds=60)


@dataclass(frozen=True)
class Queue:
    """The queue of the installation: what waits, what runs, what failed, and when its worker was last heard."""

    waiting: int
    oldest: datetime | None
    running: int
    running_since: datetime | None
    failed: int
    heard: datetime | None

    @property
    def has_worker(self) -> bool:
        """Say whether a worker lives."""
        return self.heard is not None and timezone.now() - self.heard < SILENT


@dataclass(frozen=True)
class Standing:
    """One county: is it frozen, what waits in its outbox, which long work failed, how far it is sealed and checked."""

    slug: str
    frozen: bool
    events: int
    oldest_event: datetime | None
    failed: int
    transfers: int
    sealed_at: datetime | None
    reconciled_at: datetime | None
    differences: int
    backed_up_at: datetime | None
    elsewhere: bool


@dataclass(frozen=True)
class Connections:
    """How many connections the database has, and how many it takes."""

    used: int
    limit: int


# A job that waits is as old as its due moment, one that runs as its last start.
_QUEUE = """
WITH seen AS (
    SELECT status, CASE status
        WHEN 'todo' THEN coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events e WHERE e.job_id = j.id))
        WHEN 'doing' THEN (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started')
    END AS since
    FROM procrastinate_jobs j WHERE status IN ('todo', 'doing', 'failed')
)
SELECT count(*) FILTER (WHERE status = 'todo' AND since <= now()),
       min(since) FILTER (WHERE status = 'todo' AND since <= now()),
       count(*) FILTER (WHERE status = 'doing'),
       min(since) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed'),
       (SELECT max(last_heartbeat) FROM procrastinate_workers)
FROM seen
"""


def queue() -> Queue:
    """Look at the queue."""
    with scope.inside(), connection.cursor() as cursor:
        cursor.execute(_QUEUE)
        return Queue(*cursor.fetchone())


def standings() -> Iterator[Standing]:
    """Look at every county."""
    for slug in counties():
        with scope.inside(slug):
            yield _standing(slug)


def _standing(slug: str) -> Standing:
    week = timezone.now() - timedelta(days=7)
    waiting = Event.objects.filter(told_at=None).aggregate(count=Count("id"), oldest=Min("created_at"))
    checked = notes.read(f"reconcile.{slug}") or {}
    backup = notes.read(f"backup.{slug}") or {}
    return Standing(
        slug=slug,
        frozen=Continuity.current().frozen_at is not None,
        events=waiting["count"],
        oldest_event=waiting["oldest"],
        failed=Job.objects.filter(state=Job.State.FAILED, ended_at__gte=week).count(),
        transfers=Transfer.objects.aggregate(last=Max("id"))["last"] or 0,
        sealed_at=Checkpoint.objects.aggregate(last=Max("sealed_at"))["last"],
        reconciled_at=checked.get("at"),
        differences=checked.get("differences", 0),
        backed_up_at=backup.get("at"),
        elsewhere=backup.get("elsewhere", False),
    )


def connections() -> Connections:
    """Count the connections of the database's server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(numbackends), current_setting('max_connections')::int FROM pg_stat_database"
        )
        used, limit = cursor.fetchone()
    return Connections(int(used), limit)
