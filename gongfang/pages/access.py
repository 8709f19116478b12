"""Who may stop long work, and which of it somebody sees; one's own login."""

from __future__ import annotations

from django.db.models import QuerySet

from gongfang.core.members import Member
from gongfang.core.models import Job, Token, User
from gongfang.ledger.access import may_see_ledger


def visible_jobs(member: Member) -> QuerySet[Job]:
    """Return the long work one asked for; officers and auditors see all of it."""
    jobs = Job.objects.all()
    if member.is_system or member.holds("officer", "auditor"):
        return jobs
    return jobs.filter(asked_by=member.user)


def may_cancel_job(member: Member, job: Job) -> bool:
    """Whoever asked for the work stops it, and so does an officer."""
    return job.asked_by_id == member.user.pk or member.holds("officer")


def visible_tokens(member: Member) -> QuerySet[Token]:
    """Return one's own tokens that still open the API."""
    return Token.objects.filter(user=member.user, revoked_at=None)


def may_change_password(member: Member, user: User) -> bool:
    """Everybody changes their own password and nobody else's."""
    return member.user.pk == user.pk


def may_reconcile(member: Member, nothing: None) -> bool:
    """Officers and auditors have the accounts worked out once more."""
    return may_see_ledger(member)
