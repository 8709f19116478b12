"""The one verb of every list: have a long sheet written by the queue."""

from __future__ import annotations

from gongfang.core import jobs
from gongfang.core.action import Act, action
from gongfang.core.members import Member
from gongfang.core.models import Job

SHEET = "ui.sheet"


def may_start_sheet(member: Member, nothing: None) -> bool:
    """Whoever may open the list may save it; the queue opens it with the same person's rights."""
    return not member.is_system


@action(may_start_sheet, creates=True)
def start_sheet(act: Act, nothing: None, *, path: str, title: str, language: str) -> Job:
    """Have a list written as a sheet by the queue; who asks twice is led to the sheet that is being written."""
    act.lock(act.by.user)
    mine = Job.objects.filter(kind=SHEET, asked_by=act.by.user, arguments__path=path)
    under_way = mine.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).first()
    return under_way or jobs.start(act, SHEET, path=path, title=title, language=language)
