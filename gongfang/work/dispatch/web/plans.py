"""Plans of a workshop or of the county: asked for, watched, stopped, read, published, mended, compared."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from gongfang.core.doors import Visit, attempt
from gongfang.core.members import Member
from gongfang.core.models import Job
from gongfang.ui.doors import only, press
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import access, actions, wording
from gongfang.work.dispatch.forms import EffortForm
from gongfang.work.dispatch.models import Offer, PlanRun
from gongfang.work.dispatch.queries import county_division, latest_plan
from gongfang.work.dispatch.web.read import compared, draft
from gongfang.work.dispatch.web.workshop import workshops

FIRST_SECONDS = 3  # before that nothing honest can be said about how long it takes


def run_of(member: Member, pk: int) -> PlanRun:
    """Return a plan the member may read."""
    runs = access.visible_plans(member).select_related("organisation", "job", "sending", "before")
    return get_object_or_404(runs, pk=pk)


def place_of(run: PlanRun) -> Link:
    """The way back to what a plan is for."""
    if run.organisation is None:
        return Link(_("Plans of the county"), reverse("dispatch:county"))
    return Link(run.organisation.name, reverse("dispatch:workshop", args=[run.organisation_id]))


def county(request: Visit) -> HttpResponse:
    """Lead to the plan for all workshops at once."""
    only(request, *access.LOOKERS)
    run = latest_plan(None)
    may_plan = actions.plan_county.may(request.member, county_division())
    context = {
        "title": _("Plan for the whole county"),
        "back": Link(_("Work shared out"), reverse("dispatch:lots")),
        "run": run,
        "tag": wording.plan_tag(run) if run else None,
        "effort": EffortForm() if may_plan else None,
    }
    return render(request, "dispatch/county.html", context)


@require_POST
def start_plan(request: Visit, pk: int) -> HttpResponse:
    """Ask the queue for a plan of a workshop and go and watch it."""
    organisation = get_object_or_404(workshops(request.member), pk=pk)
    job = attempt(request, lambda by: actions.start_plan(by, organisation, effort=_effort(request)))
    return _watch(job, otherwise=reverse("dispatch:workshop", args=[pk]))


@require_POST
def plan_county(request: Visit) -> HttpResponse:
    """Ask the queue for a plan of the county and go and watch it."""
    division = county_division()
    job = attempt(request, lambda by: actions.plan_county(by, division, effort=_effort(request)))
    return _watch(job, otherwise=reverse("dispatch:county"))


@require_POST
def repair(request: Visit, pk: int) -> HttpResponse:
    """Have a plan mended after what happened since."""
    run = run_of(request.member, pk)
    job = attempt(request, lambda by: actions.repair_plan(by, run))
    return _watch(job, otherwise=reverse("dispatch:plan", args=[pk]))


@require_POST
def again(request: Visit, pk: int) -> HttpResponse:
    """Have everything planned again, starting from this plan."""
    run = run_of(request.member, pk)
    job = attempt(request, lambda by: actions.plan_again(by, run))
    return _watch(job, otherwise=reverse("dispatch:plan", args=[pk]))


def _effort(request: Visit) -> str:
    form = EffortForm(request.POST)
    return str(form.cleaned_data["effort"]) if form.is_valid() else PlanRun.Effort.GOOD


def _watch(job: Job | None, *, otherwise: str) -> HttpResponse:
    return redirect("dispatch:plan", PlanRun.objects.get(job=job).pk) if job else redirect(otherwise)


def plan(request: Visit, pk: int) -> HttpResponse:
    """Show a plan: how far it is, or what it proposes and what it cannot do, or what came of it."""
    run = run_of(request.member, pk)
    context: dict[str, Any] = {
        "title": _("Plan for %(workshop)s") % {"workshop": run.organisation}
        if run.organisation
        else _("Plan for the whole county"),
        "back": place_of(run),
        "run": run,
        "tag": wording.plan_tag(run),
        "may_decide": actions.publish_plan.may(request.member, run),
    }
    if run.is_under_way or run.is_going_out:
        context |= _progress(run)
    if run.stage == PlanRun.Stage.DRAFT:
        context |= draft(request, run)
    if run.stage in (PlanRun.Stage.PUBLISHING, PlanRun.Stage.PUBLISHED):
        context |= _published(run)
    return render(request, "dispatch/plan.html", context)


def progress(request: Visit, pk: int) -> HttpResponse:
    """Answer the page that watches a plan being made or going out; once it is, the page is read anew."""
    run = run_of(request.member, pk)
    if not run.is_under_way and not run.is_going_out:
        return HttpResponseClientRefresh()
    may_decide = actions.discard_plan.may(request.member, run)
    return render(request, "dispatch/progress.html", {"run": run, "may_decide": may_decide, **_progress(run)})


def _progress(run: PlanRun) -> dict[str, Any]:
    """How many seconds it will take still, going by the pace so far; nothing while too little is known."""
    job = run.sending if run.is_going_out else run.job
    assert job is not None
    passed = (timezone.now() - job.started_at).total_seconds() if job.started_at else 0
    known = job.done and job.total and passed >= FIRST_SECONDS
    seconds = round(passed * (job.total - job.done) / job.done) if known else None
    return {"work": job, "seconds": seconds}


def _published(run: PlanRun) -> dict[str, Any]:
    return {
        "asked_at": len(run.asked_at),
        "parts": len(actions.parts_of(run)),
        "waiting": number(run.offers.filter(stage=Offer.Stage.OPEN).count()),
        "accepted": run.offers.aggregate(sum=Sum("taken__pieces"))["sum"] or 0,
        "offered": run.lines.aggregate(sum=Sum("pieces"))["sum"] or 0,
    }


def publish(request: Visit, pk: int) -> HttpResponse:
    """Have the offers of a plan sent out, and watch it."""
    run = run_of(request.member, pk)
    done = _("The offers are going out. Whoever is asked finds theirs under “Work there is”.")
    to = reverse("dispatch:plan", args=[pk])
    return press(request, lambda by: actions.publish_plan(by, run), to=to, done=done)


def leave(request: Visit, pk: int) -> HttpResponse:
    """Send no more offers of a plan out than went out so far."""
    run = run_of(request.member, pk)
    done = _("No more offers go out. What nobody was asked about is free again.")
    to = reverse("dispatch:plan", args=[pk])
    return press(request, lambda by: actions.end_publishing(by, run), to=to, done=done)


def discard(request: Visit, pk: int) -> HttpResponse:
    """Stop a plan or put it aside."""
    run = run_of(request.member, pk)
    done = _("The plan is put aside; nobody was asked.")
    return press(request, lambda by: actions.discard_plan(by, run), to=place_of(run).url, done=done)


def stop(request: Visit, pk: int) -> HttpResponse:
    """End the search and keep what was found."""
    run = run_of(request.member, pk)
    done = _("The plan found so far is being written down.")
    to = reverse("dispatch:plan", args=[pk])
    return press(request, lambda by: actions.stop_plan(by, run), to=to, done=done)


def compare(request: Visit, pk: int) -> HttpResponse:
    """Show two plans side by side: this one and the one it came from."""
    run = run_of(request.member, pk)
    context = {
        "title": _("Two plans side by side"),
        "back": Link(_("Back to the plan"), reverse("dispatch:plan", args=[pk])),
        "run": run,
        "may_decide": actions.publish_plan.may(request.member, run),
        **(compared(run.before, run) if run.before else {}),
    }
    return render(request, "dispatch/compare.html", context)
