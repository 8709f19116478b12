"""The demo's one verb: to say in the audit that a day was played, so that no day is played twice."""

from __future__ import annotations

from datetime import date

from gongfang.core.action import Act, action
from gongfang.core.members import Member
from gongfang.core.models import Entry

VERB = "play_day"


def may_play_day(member: Member, nothing: None) -> bool:
    """Only the command line plays, as the county's own user."""
    return member.is_system


@action(may_play_day, creates=True)
def play_day(act: Act, nothing: None, *, number: int) -> date:
    """Write down that this day of the demo is played; it stands or falls with everything done on it."""
    act.note(number=number)
    return act.booked_on


def days_played() -> int:
    """Return how many days of the demo were played in this county."""
    return Entry.objects.filter(verb=VERB).count()
