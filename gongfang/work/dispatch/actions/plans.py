"""Plans: asked for, made by the queue, stopped, read, and put aside."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from gongfang.core import jobs, states
from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import Job, ref
from gongfang.registry.people.models import Organisation
from gongfang.registry.places.models import Division
from gongfang.work.dispatch import access
from gongfang.work.dispatch.models import Lot, PlanLine, PlanRun
from gongfang.work.dispatch.planning import Findings, free_lines, open_shares
from gongfang.work.dispatch.states import PLAN
from gongfang.work.orders.models import Order


@action(access.may_plan, creates=True)
def start_plan(act: Act, organisation: Organisation, *, effort: str = PlanRun.Effort.FAST) -> Job:
    """Have the open work of a workshop or agent planned for those who wish for some; the queue makes the plan.

    An operator has its own orders planned, among the people of the workshops that make them. A plan that was not
    published yet is put aside. Refused while nothing is free or another plan is being made.
    """
    act.lock(organisation)
    if not any(share.free for share in open_shares(organisation)) and not free_lines(organisation):
        raise Refused(
            _("No pieces are free to plan. Ask the centre to share work out to you."), code="no_work"
        )
    return begin(act, organisation, effort=effort)


@action(access.may_plan_county, creates=True)
def plan_county(act: Act, county: Division, /, *, effort: str = PlanRun.Effort.FAST) -> Job:
    """Have all work of the county planned at once: what is not shared out yet, and what workshops have free.

    Everybody at any workshop or agent who wishes for work is thought of. The queue makes the plan.
    """
    act.lock(county)
    if not free_lines() and not _free_shares().exists():
        raise Refused(
            _("All of the work is shared out and taken. Plan again when an order comes in."), code="no_work"
        )
    return begin(act, None, effort=effort)


@action(access.may_decide_plan, creates=True)
def repair_plan(act: Act, run: PlanRun) -> Job:
    """Have a plan mended after what has happened since: the smallest change that keeps what still fits."""
    _lock_place(act, run)
    return begin(act, run.organisation, effort=run.effort, way=PlanRun.Way.REPAIR, before=run)


@action(access.may_decide_plan, creates=True)
def plan_again(act: Act, run: PlanRun, *, effort: str = PlanRun.Effort.GOOD) -> Job:
    """Have everything planned again, starting from an earlier plan: only what pays for itself moves."""
    _lock_place(act, run)
    return begin(act, run.organisation, effort=effort, way=PlanRun.Way.WARM, before=run)


def begin(
    act: Act,
    organisation: Organisation | None,
    *,
    effort: str,
    way: str = PlanRun.Way.ANEW,
    before: PlanRun | None = None,
) -> Job:
    """Write a plan down for the queue to make, and put the drafts aside that it replaces.

    The plan it starts from stays a draft, so that the two can be compared and either be published.
    """
    if effort not in PlanRun.Effort.values:
        raise Refused(_("Choose how long to plan: quick, good or best."), code="effort", field="effort")
    if before and before.stage not in ("draft", "publishing", "published"):
        raise Moved(_("That plan was put aside. Make a new one."))
    _make_room(organisation, keep=before)
    run = PlanRun.objects.create(
        organisation=organisation, planned_on=act.booked_on, effort=effort, way=way, before=before
    )
    run.job = jobs.start(act, "dispatch.plan", subject=ref(run), run=run.pk)
    run.save(update_fields=["job"])
    return run.job


def _make_room(organisation: Organisation | None, *, keep: PlanRun | None) -> None:
    """Put earlier drafts aside, and end what stopped going out half-way; one plan of a place is at work at a time."""
    earlier = PlanRun.objects.filter(organisation=organisation, stage__in=("planning", "draft", "publishing"))
    for old in earlier.select_related("job", "sending"):
        if old.is_under_way:
            raise Moved(_("A plan is being made already. Wait for it, or stop it first."))
        if old.is_going_out:
            raise Moved(_("The offers of a plan are going out. Wait until they are out, or stop it first."))
        if old.stage == PlanRun.Stage.PUBLISHING:
            states.move(old, PLAN, "end_publishing")
        elif old != keep:
            states.move(old, PLAN, "discard_plan")


@action(access.may_decide_plan)
def stop_plan(act: Act, run: PlanRun) -> PlanRun:
    """End the search for a better plan; what was found so far is kept, to be read like any other plan."""
    if not run.is_under_way:
        raise Moved(_("This plan is not being made any more. Reload the page to see how it stands."))
    run.stop_asked = True
    run.save(update_fields=["stop_asked"])
    return run


@action(access.may_decide_plan)
def record_plan(act: Act, run: PlanRun, *, findings: Findings) -> PlanRun:
    """Keep what the planner found, for people to read; only the job that made the plan does this."""
    if act.by.via != "task":
        raise NotAllowed
    states.move(run, PLAN, "record_plan")
    return keep(run, findings)


@action(access.may_decide_plan)
def discard_plan(act: Act, run: PlanRun) -> PlanRun:
    """Stop a plan that is being made, or put one aside that was read; nothing follows from it."""
    if run.stage == PlanRun.Stage.PLANNING:
        Job.objects.filter(subject=ref(run)).update(cancel_asked=True)
    states.move(run, PLAN, "discard_plan")
    return run


def keep(run: PlanRun, findings: Findings) -> PlanRun:
    """Write down what a plan says, in place of what it said before."""
    for name in _KEPT:
        setattr(run, name, getattr(findings, name))
    run.save(update_fields=_KEPT)
    run.lines.all().delete()
    PlanLine.objects.bulk_create((PlanLine(plan_run=run, **line) for line in findings.lines), batch_size=2000)
    return run


_KEPT = ("digest", "totals", "unmade", "waiting", "works", "visits", "spread", "proof", "until", "complete")


def _free_shares() -> QuerySet[Lot]:
    open_ = Lot.objects.filter(parent=None, stage=Lot.Stage.OPEN, line__stage=Order.Stage.OPEN)
    return open_.filter(pieces__gt=F("claimed") + F("offered"))


def _lock_place(act: Act, run: PlanRun) -> None:
    """Let nobody else begin a plan for the same workshop, or the county, meanwhile."""
    if run.organisation is not None:
        act.lock(run.organisation)
        return
    act.lock(*Division.objects.filter(level=Division.Level.COUNTY))
