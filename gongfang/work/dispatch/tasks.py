"""What the queue does for sharing out: carry out plans, let offers run out."""

from __future__ import annotations

import uuid
from typing import Any

from procrastinate.contrib.django import app

from gongfang.core import clock, jobs
from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.core.tasks import counties, visit
from gongfang.database.scope import current
from gongfang.engines import dispatch as engine
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import Offer, PlanRun
from gongfang.work.dispatch.planning import findings_of, problem_of


@jobs.runner("dispatch.plan")
def make_plan(work: jobs.Work) -> dict[str, Any]:
    """Plan a workshop's open work for the people who wish for some, and keep the plan for its manager to read."""
    run = PlanRun.objects.select_related("organisation").get(pk=work.job.arguments["run"])
    problem = problem_of(run.organisation, run.planned_on)
    plan = engine.plan(problem, observe=work.tell)
    by = By(user=work.job.asked_by, via="task", key=_key(work))
    actions.record_plan(by, run, findings=findings_of(problem, plan))
    return {"run": run.pk}


def _key(work: jobs.Work) -> uuid.UUID:
    """The same try of the same job counts once."""
    name = f"{current()}/dispatch.plan/{work.job.pk}/{work.job.tries}"
    return uuid.uuid5(uuid.NAMESPACE_URL, name)


def expire() -> int:
    """Let the offers of this county run out whose time is over; returns how many did."""
    over = list(
        Offer.objects.filter(stage=Offer.Stage.OPEN, expires_at__lte=clock.now()).order_by("pk")[:500]
    )
    if not over:
        return 0
    system = User.objects.get(is_system=True)
    return len(actions.expire_offers(By(user=system, via="task"), over))


@app.periodic(cron="*/5 * * * *")
@app.task(name="expire_offers", queueing_lock="expire_offers")
def expire_offers(timestamp: int) -> None:
    """Let offers run out in every county."""
    for schema in counties():
        with visit(schema):
            expire()
