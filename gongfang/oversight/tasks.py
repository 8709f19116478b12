"""The search for doubtful items: each night in every county, and whenever somebody asks for it."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from procrastinate.contrib.django import app

from gongfang.core import clock, jobs
from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.core.tasks import counties, visit
from gongfang.database import scope
from gongfang.oversight.doubts import actions
from gongfang.oversight.doubts.finding import searches
from gongfang.oversight.doubts.queries import JOB, look_for

log = logging.getLogger(__name__)


@jobs.runner(JOB, tries=2)
def run(work: jobs.Work) -> dict[str, Any]:
    """Look for every kind of doubtful item, and write down what each search found."""
    system, new = User.objects.get(is_system=True), 0
    work.tell(0, len(searches))
    for number, (kind, found) in enumerate(look_for(clock.today()), start=1):
        new += len(actions.record_doubts(By(user=system, via="task"), None, kind=kind, found=found))
        work.tell(number, len(searches))
    return {"new": new}


@app.periodic(cron="40 2 * * *")
@app.task(name="search_doubts", queueing_lock="search_doubts")
def search_doubts(timestamp: int) -> None:
    """Start the search of the night in every county."""
    for schema in counties():
        with visit(schema):
            system = User.objects.filter(is_system=True).first()
            if system is None:
                log.warning("County %s has no system user yet; nothing is searched there.", schema)
                continue
            actions.search_doubts(By(user=system, via="task", key=_tonight()), None)


def _tonight() -> uuid.UUID:
    """The same night counts once, however often the queue calls."""
    name = f"{scope.current()}/{JOB}/{clock.today()}"
    return uuid.uuid5(uuid.NAMESPACE_URL, name)
