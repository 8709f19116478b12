"""Figures for whoever watches, as Prometheus reads them: what was done, and how the installation stands.

What was done is counted where it happens, in every process. How things stand is asked of the database at the moment
somebody looks. Labels are verbs, views, kinds of jobs and counties' slugs; never a person, a place or a number.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from gongfang import __version__
from gongfang.core import watch
from gongfang.operations import counting, disk, state
from gongfang.operations.backup import standing

COUNTED = CollectorRegistry()
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

REQUESTS = Counter("gongfang_requests", "Answered requests.", ["view", "status"], registry=COUNTED)
REQUEST_SECONDS = Histogram(
    "gongfang_request_seconds", "Time to answer.", ["view"], buckets=QUICK, registry=COUNTED
)
ACTS = Counter("gongfang_acts", "Outermost acts.", ["verb", "outcome"], registry=COUNTED)
ACT_SECONDS = Histogram(
    "gongfang_act_seconds", "Time of an outermost act.", ["verb"], buckets=QUICK, registry=COUNTED
)
JOBS = Counter("gongfang_jobs", "Long work that ended.", ["kind", "outcome"], registry=COUNTED)
LOGINS_REFUSED = Counter("gongfang_logins_refused", "Logins refused.", ["reason"], registry=COUNTED)


def requested(view: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(view, str(status)).inc()
    REQUEST_SECONDS.labels(view).observe(seconds)


@watch.listen
def ended(done: watch.Done) -> None:
    """Count an act or a job."""
    if done.kind == "act":
        ACTS.labels(done.name, done.outcome).inc()
        ACT_SECONDS.labels(done.name).observe(done.seconds)
    else:
        JOBS.labels(done.name, done.outcome).inc()


def login_refused(*, reason: str = "unknown", **_facts: Any) -> None:
    """Count a login that was refused."""
    LOGINS_REFUSED.labels(reason).inc()


user_login_failed.connect(login_refused, dispatch_uid="metrics")


class Everywhere(Collector):
    """What all processes of this installation counted together."""

    def collect(self) -> Iterable[Metric]:
        """Add up the files of all processes, or tell what this one counted when it is the only one."""
        if files := counting.files():
            yield from MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        else:
            yield from COUNTED.collect()


class Standing(Collector):
    """How the installation stands, asked when somebody looks; without a database it says only that."""

    def collect(self) -> Iterable[Metric]:
        """Ask the disk, the database, the queue and every county."""
        yield _one("gongfang_info", "The version that runs.", 1, version=__version__)
        yield _one("gongfang_disk_free_bytes", "Free on the data folder's disk.", disk.space().free)
        yield _one("gongfang_disk_bytes", "Size of the data folder's disk.", disk.space().total)
        try:
            found = [*_machine(), *_counties()]
        except DatabaseError:
            found = []
        yield _one("gongfang_database_up", "1 when the database answers.", 1 if found else 0)
        yield from found


def _machine() -> Iterator[Metric]:
    queue, links = state.queue(), state.connections()
    yield _one("gongfang_queue_waiting", "Jobs that are due and wait.", queue.waiting)
    yield _one("gongfang_queue_oldest_seconds", "How long the oldest waits.", _waits(queue.oldest))
    yield _one("gongfang_queue_running", "Jobs being carried out.", queue.running)
    yield _one("gongfang_queue_failed", "Jobs the queue gave up.", queue.failed)
    yield _one("gongfang_worker_up", "1 when the queue's worker lives.", int(queue.has_worker))
    if archive := standing.state().archive:
        yield _one(
            "gongfang_archive_waiting", "Pieces of the database's log not yet carried off.", archive.waiting
        )
        yield _one("gongfang_archive_age_seconds", "Since one was carried off.", _since(archive.carried_at))
    yield _one("gongfang_database_connections", "Connections in use.", links.used)
    yield _one("gongfang_database_connections_limit", "Connections the server takes.", links.limit)


def _counties() -> Iterator[Metric]:
    counties = list(state.standings())
    gauges: dict[str, tuple[str, Callable[[state.Standing], float]]] = {
        "gongfang_county_frozen": ("1 while money rests after a restore.", lambda c: int(c.frozen)),
        "gongfang_outbox_waiting": ("Events nobody has heard yet.", lambda c: c.events),
        "gongfang_outbox_oldest_seconds": ("How long the oldest waits.", lambda c: _waits(c.oldest_event)),
        "gongfang_jobs_failed_last_week": ("Long work that failed in seven days.", lambda c: c.failed),
        "gongfang_reconcile_differences": ("Differences when last reconciled.", lambda c: c.differences),
        "gongfang_reconcile_age_seconds": (
            "Since it was last reconciled.",
            lambda c: _since(c.reconciled_at),
        ),
        "gongfang_checkpoint_age_seconds": ("Since a day was last sealed.", lambda c: _since(c.sealed_at)),
        "gongfang_backup_age_seconds": ("Since the last backup.", lambda c: _since(c.backed_up_at)),
    }
    for name, (words, value) in gauges.items():
        family = GaugeMetricFamily(name, words, labels=["county"])
        for county in counties:
            family.add_metric([county.slug], value(county))
        yield family
    posted = CounterMetricFamily(
        "gongfang_ledger_transfers", "Number of the last transfer.", labels=["county"]
    )
    for county in counties:
        posted.add_metric([county.slug], county.transfers)
    yield posted


def _one(name: str, words: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, words, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family


def _since(moment: datetime | None) -> float:
    """Seconds since then; what never happened is infinitely long ago, so that an alert hears of it, too."""
    return time.time() - moment.timestamp() if moment else float("inf")


def _waits(oldest: datetime | None) -> float:
    """Seconds the oldest has waited; where nothing waits, none."""
    return time.time() - oldest.timestamp() if oldest else 0.0


def text() -> bytes:
    """Return everything there is to know."""
    registry = CollectorRegistry()
    registry.register(Everywhere())
    registry.register(Standing())
    return generate_latest(registry)


def metrics(request: HttpRequest) -> HttpResponse:
    """Show the figures to who holds the token in keys/metrics; for everybody else there is no such page."""
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse("", status=404)
    return HttpResponse(text(), content_type=CONTENT_TYPE_LATEST)
