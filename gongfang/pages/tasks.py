"""Long work that asks every room: the reconciliation of the county."""

from __future__ import annotations

from typing import Any

from gongfang.core import jobs
from gongfang.ledger.reconcile import reconcile

MOST = 200  # sentences kept with the job; the command line names them all


@jobs.runner("ledger.reconcile")
def run(work: jobs.Work) -> dict[str, Any]:
    """Work everything out once more and keep each difference as a sentence."""
    work.tell(0, 1)
    report = reconcile()
    sentences = [str(difference) for difference in report.differences[:MOST]]
    return {"checks": len(report.checks), "found": len(report.differences), "differences": sentences}
