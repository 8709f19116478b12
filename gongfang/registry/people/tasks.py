"""What the queue does for people: work through long rosters, and forget at night what is over."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import translation
from procrastinate.contrib.django import app

from gongfang.core import jobs, sheets
from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.core.tasks import counties, visit
from gongfang.database.scope import current
from gongfang.registry.people import actions
from gongfang.registry.people.actions.rosters import JOB, Brought, kept_roster, problems_of
from gongfang.registry.people.models import RosterImport
from gongfang.registry.people.roster import COLUMNS, Roster, understood


@jobs.runner(JOB)
def work_through(work: jobs.Work) -> dict[str, Any]:
    """Read a long roster and take it in or return it; after a crash, what was done is not done twice."""
    brought = RosterImport.objects.select_related("place").get(pk=work.job.arguments["roster"])
    if brought.outcome == RosterImport.Outcome.WAITING:
        try:
            with translation.override(work.job.arguments["language"]):
                _settle(work, brought, _read(work, brought))
        except jobs.Cancelled:
            actions.stop_roster(_by(work, "stop"), brought)
            raise
    return {"roster": brought.pk}


def _read(work: jobs.Work, brought: RosterImport) -> Roster:
    """Read the rows, telling how far; half of the way, because writing them takes as long again."""
    found = sheets.find(Brought(kept_roster(brought)), COLUMNS)
    sheet = sheets.read_rows(found, COLUMNS, observe=lambda done, total: work.tell(done // 2, total))
    assert brought.place is not None
    roster = understood(sheet, brought.place, known_people=work.job.arguments["known_people"])
    work.tell(brought.rows // 2, brought.rows)
    return roster


def _settle(work: jobs.Work, brought: RosterImport, roster: Roster) -> None:
    if roster.is_clean:
        known_people = work.job.arguments["known_people"]
        actions.take_roster(_by(work, "settle"), brought, people=roster.people, known_people=known_people)
    else:
        copy = sheets.returned(roster.sheet)
        actions.return_roster(_by(work, "settle"), brought, problems=problems_of(roster), copy=copy)


def _by(work: jobs.Work, step: str) -> By:
    """One key a roster, however many jobs worked at it."""
    name = f"{current()}/{JOB}/{work.job.arguments['roster']}/{step}"
    return By(user=work.job.asked_by, via="task", key=uuid.uuid5(uuid.NAMESPACE_URL, name))


@app.periodic(cron="40 2 * * *")
@app.task(name="forget_paces", queueing_lock="forget_paces")
def forget_paces(timestamp: int) -> None:
    """Forget idle paces in every county."""
    for schema in counties():
        with visit(schema):
            system = User.objects.filter(is_system=True).first()
            if system:  # a county that is still being founded has nobody yet
                actions.forget_idle_paces(By(system, "task"), None)


@app.periodic(cron="45 2 * * *")
@app.task(name="forget_absences", queueing_lock="forget_absences")
def forget_absences(timestamp: int) -> None:
    """Forget in every county who was away."""
    for schema in counties():
        with visit(schema):
            system = User.objects.filter(is_system=True).first()
            if system:
                actions.forget_absences(By(system, "task"), None)


@app.periodic(cron="53 * * * *")
@app.task(name="forget_rosters", queueing_lock="forget_rosters")
def forget_rosters(timestamp: int) -> None:
    """Delete the files of rosters nobody went on with, in every county."""
    for schema in counties():
        with visit(schema):
            system = User.objects.filter(is_system=True).first()
            if system:
                actions.forget_rosters(By(system, "task"), None)
