"""The nightly round: every county reconciled, and what was found written down for the watch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from gongfang.core.tasks import counties, visit
from gongfang.counties.schemas import migrate_county
from gongfang.ledger.reconcile import Report, reconcile
from gongfang.operations import notes


@dataclass(frozen=True)
class Round:
    """What reconciling one county found."""

    county: str
    report: Report


def reconcile_all() -> Iterator[Round]:
    """Reconcile every county, one after the other."""
    for slug in counties():
        migrate_county(slug)
        began = time.perf_counter()
        with visit(slug):
            report = reconcile()
        remember(slug, report, seconds=time.perf_counter() - began)
        yield Round(slug, report)


def remember(slug: str, report: Report, *, seconds: float) -> None:
    """Write down when a county was reconciled, and how many differences there were."""
    notes.write(f"reconcile.{slug}", differences=len(report.differences), seconds=round(seconds, 3))
