"""What is still to be done before money moves again in a restored county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef, QuerySet

from gongfang.core import clock
from gongfang.core.models import Continuity, Job
from gongfang.operations.backup.models import Payment, Statement
from gongfang.pay.models import PayoutBatch
from gongfang.registry.people.models import Organisation, Relation


@dataclass(frozen=True)
class Check:
    """One operator's bank statement: was it read far enough, and what of it is still open."""

    operator: Organisation
    statement: Statement | None
    open: int
    at_bank: int  # batches approved before the copy: the bank may have them without our knowing


@dataclass(frozen=True)
class Standstill:
    """A frozen county, and what its thaw still waits for."""

    continuity: Continuity
    until: date
    checks: tuple[Check, ...]
    reconciled: Job | None

    @property
    def unread(self) -> list[Check]:
        """Return the operators whose statement nobody has read."""
        return [check for check in self.checks if check.statement is None]

    @property
    def open(self) -> int:
        """Count the payments nobody has settled."""
        return sum(check.open for check in self.checks)

    @property
    def is_ready(self) -> bool:
        """Say whether everything but the second person's word is there."""
        return not self.unread and not self.open and self.reconciled is not None


def standstill(continuity: Continuity) -> Standstill | None:
    """Return what the thaw waits for, or nothing where money moves."""
    if continuity.frozen_at is None:
        return None
    until = clock.business_day(continuity.frozen_at)
    checks = tuple(_check(operator, continuity, until) for operator in paying_operators())
    return Standstill(continuity, until, checks, _reconciled(continuity))


def paying_operators() -> QuerySet[Organisation]:
    """Return the operators somebody works for: each may have sent money through its bank."""
    works = Relation.objects.filter(organisation=OuterRef("pk"))
    return Organisation.objects.filter(Exists(works), is_operator=True).order_by("name", "pk")


def _check(operator: Organisation, continuity: Continuity, until: date) -> Check:
    read = Statement.objects.filter(operator=operator, until__gte=until, read_at__gte=continuity.restored_at)
    batches = PayoutBatch.objects.filter(operator=operator, stage=PayoutBatch.Stage.APPROVED)
    return Check(
        operator=operator,
        statement=read.order_by("-pk").first(),
        open=Payment.objects.filter(operator=operator, stage=Payment.Stage.OPEN).count(),
        at_bank=batches.count(),
    )


def _reconciled(continuity: Continuity) -> Job | None:
    """Return the reconciliation without a difference that was begun after everything found was booked."""
    settled = Payment.objects.aggregate(last=Max("settled_at"))["last"]
    since = max(filter(None, (continuity.restored_at, settled)))
    done = Job.objects.filter(kind="ledger.reconcile", state=Job.State.DONE, created_at__gte=since)
    last = done.order_by("-pk").first()
    return last if last and last.result and last.result["found"] == 0 else None
