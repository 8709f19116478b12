"""Who sees doubtful items and answers them: the county's own oversight, and nobody who had a hand in the rows."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from gongfang.core.members import Member
from gongfang.oversight.models import Doubt


def may_see_doubts(member: Member) -> bool:
    """The county centre answers, the auditor reads."""
    return member.is_system or member.holds("officer", "auditor")


def may_search(member: Member, nothing: None) -> bool:
    return may_see_doubts(member)


def may_record_doubts(member: Member, nothing: None) -> bool:
    """Only the search itself writes down what it found."""
    return member.is_system


def may_compare_deaths(member: Member, nothing: None) -> bool:
    return member.holds("officer")


def may_answer_doubt(member: Member, doubt: Doubt) -> bool:
    return member.holds("officer")


def hands_in_doubt(doubt: Doubt) -> list[UUID]:
    """Return who had a part in the rows: they may tell what they know, and somebody else answers."""
    return [UUID(user) for user in doubt.hands]


def visible_doubts(member: Member) -> QuerySet[Doubt]:
    return Doubt.objects.all() if may_see_doubts(member) else Doubt.objects.none()
