"""What the queue does for sharing out: make plans, send their offers out, let offers run out."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from typing import Any

from django.conf import settings
from procrastinate.contrib.django import app

from gongfang.core import clock, jobs
from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.core.tasks import counties, visit
from gongfang.database.scope import current
from gongfang.engines import dispatch as engine
from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch import actions, province
from gongfang.work.dispatch.models import Offer, PlanRun
from gongfang.work.dispatch.planning import Question, findings_of, plan_of, question_of

TELL_EVERY = 0.5  # seconds; the planner looks around far more often than anybody can read


@jobs.runner("dispatch.plan", tries=3)
def make_plan(work: jobs.Work) -> dict[str, Any]:
    """Plan the open work for the people who wish for some, and keep the plan to be read.

    A try that died after the plan was kept has nothing left to do.
    """
    run = PlanRun.objects.select_related("organisation", "before").get(pk=work.job.arguments["run"])
    if work.stop():
        raise jobs.Cancelled
    if run.stage == PlanRun.Stage.PLANNING:
        question = question_of(run.organisation, run.planned_on)
        findings = findings_of(question, _planned(run, question, Watch(work, run)))
        actions.record_plan(By(user=work.job.asked_by, via="task", key=_key(work)), run, findings=findings)
    return {"run": run.pk}


def _planned(run: PlanRun, question: Question, watch: Watch) -> engine.Plan:
    plan = _found(run, question, watch)
    if run.effort == PlanRun.Effort.FAST or plan.proof is not None:
        return plan
    return replace(plan, proof=engine.prove(question.problem, plan, effort=_EFFORTS[run.effort]))


def _found(run: PlanRun, question: Question, watch: Watch) -> engine.Plan:
    earlier = plan_of(run.before, question.days) if run.before else None
    if earlier and run.way == PlanRun.Way.REPAIR:
        return engine.repair(question.problem, earlier)
    return engine.plan(
        question.problem, effort=_EFFORTS[run.effort], seed=run.seed, warm=earlier, observe=watch.tell, stop=watch.stop
    )  # fmt: skip


@jobs.runner("dispatch.publish", tries=3)
def send_out(work: jobs.Work) -> dict[str, Any]:
    """Send the offers of a plan out, one workshop or agent after the other; another try goes on with the rest."""
    run = PlanRun.objects.get(pk=work.job.arguments["run"])
    done, parts = 0, actions.parts_of(run)
    total, places = sum(lines for _place, lines in parts), Organisation.objects.in_bulk()
    for place, lines in parts:
        work.tell(done, total)
        if place not in run.asked_at:
            actions.publish_part(By(user=work.job.asked_by, via="task"), run, organisation=places[place])
        done += lines
    run.refresh_from_db(fields=["stage"])
    if run.stage == PlanRun.Stage.PUBLISHING:
        actions.end_publishing(By(user=work.job.asked_by, via="task"), run)
    return {"run": run.pk, "offers": run.offers.count()}


_EFFORTS: dict[str, engine.Effort] = {effort: effort for effort in engine.EFFORTS}


class Watch:
    """Tells people how far the planner is and the planner that it should stop, now and then."""

    def __init__(self, work: jobs.Work, run: PlanRun) -> None:
        self.work, self.run = work, run
        self.told_at = self.asked_at = -TELL_EVERY
        self.stopped = False

    def tell(self, done: int, total: int) -> None:
        """Write the progress down; raises when the plan was put aside."""
        if done < total and time.monotonic() - self.told_at < TELL_EVERY:
            return
        self.told_at = time.monotonic()
        self.work.tell(done, total)

    def stop(self) -> bool:
        """Say whether somebody wants the plan as it is now."""
        if not self.stopped and time.monotonic() - self.asked_at >= TELL_EVERY:
            self.asked_at = time.monotonic()
            self.stopped = PlanRun.objects.filter(pk=self.run.pk, stop_asked=True).exists()
        return self.stopped


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


@app.task(name="plan_case", queue="province", priority=-1)  # what a county waits for goes first
def plan_case(folder: str, county: str, effort: engine.Effort, seed: int) -> None:
    """Plan a county whose instance lies in the data folder; a second time makes the same plan."""
    place = settings.DATA / folder
    case = province.case_in(place, county, effort=effort, seed=seed)
    if case is not None:
        province.carry_out(place, case)
