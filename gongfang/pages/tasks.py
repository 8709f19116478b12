"""Long work that asks every room: the reconciliation of the county, and long lists written as sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from gongfang.core import jobs
from gongfang.core.action import By
from gongfang.core.errors import Gone
from gongfang.core.files import keep_sealed
from gongfang.core.members import member_of
from gongfang.core.models import User
from gongfang.core.tasks import counties, visit
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.ledger.reconcile import reconcile
from gongfang.pages import actions
from gongfang.ui.actions import SHEET

MOST = 200  # sentences kept with the job; the command line names them all


@jobs.runner("ledger.reconcile")
def run(work: jobs.Work) -> dict[str, Any]:
    """Work everything out once more and keep each difference as a sentence."""
    work.tell(0, 1)
    report = reconcile()
    sentences = [str(difference) for difference in report.differences[:MOST]]
    return {"checks": len(report.checks), "found": len(report.differences), "differences": sentences}


KEPT = timedelta(days=1)


@dataclass
class Writing:
    """A list being written as a sheet: how far it is, and where it is kept."""

    work: jobs.Work
    kept: dict[str, Any] = field(default_factory=dict)

    def tell(self, done: int, total: int) -> None:
        """Tell the page that watches, and stop when somebody asked for it."""
        self.work.tell(done, total)

    def keep(self, content: bytes, *, name: str, rows: int) -> None:
        """Keep the workbook for a day, for the person who asked."""
        until = (timezone.now() + KEPT).isoformat()
        path = keep_sealed(content, schema=scope.current())
        self.kept = {"file": path, "name": name, "rows": rows, "until": until}


@jobs.runner(SHEET, tries=3)
def write_sheet(work: jobs.Work) -> dict[str, Any]:
    """Open the address of a list once more, with the rights its person has now, and keep the sheet it makes."""
    writing = Writing(work)
    path, _question, query = str(work.job.arguments["path"]).partition("?")
    try:
        with translation.override(work.job.arguments["language"]):
            found = resolve(path, settings.ROOT_URLCONF)
            found.func(_request(work, path, query, writing), *found.args, **found.kwargs)
    except Http404:
        raise Gone from None
    return writing.kept


def _request(work: jobs.Work, path: str, query: str, writing: Writing) -> HttpRequest:
    """The visit as the person made it, except that nobody waits for the answer."""
    request = HttpRequest()
    request.method, request.path, request.GET = "GET", path, QueryDict(query)
    here = scope.current()
    with scope.inside():
        tenant = County.objects.get(schema_name=here)
    user = work.job.asked_by
    vars(request).update(user=user, member=member_of(user), tenant=tenant, writing=writing)
    return request


@app.periodic(cron="23 * * * *")
@app.task(name="forget_sheets", queueing_lock="forget_sheets")
def forget_sheets(timestamp: int) -> None:
    """Delete sheets that are a day old, in every county."""
    for schema in counties():
        with visit(schema):
            system = User.objects.filter(is_system=True).first()
            if system:
                actions.forget_sheets(By(system, "task"), None)
