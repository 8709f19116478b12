"""Who may stop long work, and which of it somebody sees; one's own login."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from gongfang.core.members import Member
from gongfang.core.models import Job, Token, User
from gongfang.ledger.access import may_see_ledger
from gongfang.ui.actions import SHEET


def visible_jobs(member: Member) -> QuerySet[Job]:
    """Return the long work one asked for; officers and auditors see all of it."""
    jobs = Job.objects.all()
    if member.is_system or member.holds("officer", "auditor"):
        return jobs
    return jobs.filter(asked_by=member.user)


def may_set_parameter(member: Member, nothing: None) -> bool:
    """What holds for the whole county is the centre's to choose."""
    return member.is_system or member.holds("officer")


def may_see_parameters(member: Member) -> bool:
    """Whoever works under these numbers may read them, with their reasons."""
    return member.is_system or member.holds("officer", "auditor", "township", "manager", "agent")


def may_cancel_job(member: Member, job: Job) -> bool:
    """Whoever asked for the work stops it, and so does an officer."""
    return job.asked_by_id == member.user.pk or member.holds("officer")


def sheets() -> QuerySet[Job]:
    """Return the long sheets that were written and whose file is still there."""
    return Job.objects.filter(kind=SHEET, state=Job.State.DONE, result__has_key="file").order_by("pk")


def is_kept(job: Job) -> bool:
    """Say whether a sheet may still be downloaded: for a day."""
    return datetime.fromisoformat((job.result or {})["until"]) > timezone.now()


def visible_sheets(member: Member) -> QuerySet[Job]:
    """Return the sheets one asked for; nobody else downloads them, not even an officer."""
    return sheets().filter(asked_by=member.user)


def may_forget_sheets(member: Member, nothing: None) -> bool:
    """Only the clock deletes old sheets."""
    return member.is_system


def visible_tokens(member: Member) -> QuerySet[Token]:
    """Return one's own tokens that still open the API."""
    return Token.objects.filter(user=member.user, revoked_at=None)


def may_change_password(member: Member, user: User) -> bool:
    """Everybody changes their own password and nobody else's."""
    return member.user.pk == user.pk


def may_reconcile(member: Member, nothing: None) -> bool:
    """Officers and auditors have the accounts worked out once more."""
    return may_see_ledger(member)
