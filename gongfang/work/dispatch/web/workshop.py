"""A workshop's work page, and its plans: asked for, watched, read, published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from gongfang.core.doors import Visit, attempt
from gongfang.core.members import Member
from gongfang.registry.people.models import Organisation, Resident
from gongfang.ui.doors import press
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table, page_of
from gongfang.work.dispatch import access, actions, wording
from gongfang.work.dispatch.models import Lot, Offer, PlanLine, PlanRun
from gongfang.work.dispatch.planning import askable, open_shares
from gongfang.work.dispatch.queries import LOT_WITH_WORK, WITH_WORK, latest_plan, unasked_of, unmade_of
from gongfang.work.dispatch.reasons import offer_sentences
from gongfang.work.dispatch.web.names import names
from gongfang.work.dispatch.web.sharing import (
    lot_url,
    makers_holding,
    offers_table,
    people_table,
    shares_table,
)

UNDER_WAY = ("waiting", "running")


def _workshops(member: Member) -> QuerySet[Organisation]:
    everything = member.is_system or member.holds(*access.LOOKERS)
    found = Organisation.objects.all()
    return found if everything else found.filter(pk__in=member.organisations(*access.DESK))


def workshop(request: Visit, pk: int) -> HttpResponse:
    """Show a workshop's open work, who makes it, who wishes for some, and the way to a plan."""
    organisation, member = get_object_or_404(_workshops(request.member), pk=pk), request.member
    shares = open_shares(organisation)
    held = Lot.objects.filter(organisation=organisation, parent__isnull=False, stage=Lot.Stage.OPEN)
    pages = page_of(request, held.select_related(*WITH_WORK, "maker").order_by("due", "pk"))
    offers = Offer.objects.filter(lot__organisation=organisation, stage=Offer.Stage.OPEN).order_by(
        "expires_at", "pk"
    )
    asked = list(offers.select_related("maker", *LOT_WITH_WORK))
    wishing = askable(organisation)
    people = [*makers_holding(pages.items), *(offer.maker for offer in asked), *wishing]
    shown = names(member, people, page="dispatch.workshop")
    context = {
        "title": organisation.name,
        "organisation": organisation,
        "free": sum(share.free for share in shares),
        "wishing": len(wishing),
        "plan": latest_plan(organisation),
        "may_plan": actions.start_plan.may(member, organisation),
        "shares": shares_table(shares),
        "people": people_table(pages.items, shown, pages=pages),
        "offers": offers_table(asked, shown),
        "wishes": _wishes_table(wishing, shown),
    }
    return render(request, "dispatch/workshop.html", context)


def _wishes_table(makers: Sequence[Resident], shown: Mapping[int, str]) -> Table:
    return Table(
        caption=_("Who wishes for work"),
        columns=(
            Column("person", _("Who")),
            Column("minutes", _("Minutes a day"), "number"),
            Column("pieces", _("Pieces a week"), "number"),
            Column("likes", _("Likes to make")),
        ),
        rows=[
            {
                "person": shown[maker.pk], "minutes": maker.wish.minutes_a_day, "pieces": maker.wish.pieces_a_week,
                "likes": maker.wish.products,
            }
            for maker in makers
        ],
        empty=_("Nobody has told a wish yet. Ask the makers how much they want to make."),
    )  # fmt: skip


@require_POST
def start_plan(request: Visit, pk: int) -> HttpResponse:
    """Ask the queue for a plan and go and watch it."""
    organisation = get_object_or_404(_workshops(request.member), pk=pk)
    job = attempt(request, lambda by: actions.start_plan(by, organisation))
    if job is None:
        return redirect("dispatch:workshop", pk)
    return redirect("dispatch:plan", PlanRun.objects.get(job=job).pk)


def _run(member: Member, pk: int) -> PlanRun:
    runs = access.visible_plans(member).select_related("organisation", "job")
    return get_object_or_404(runs, pk=pk)


def plan(request: Visit, pk: int) -> HttpResponse:
    """Show a plan: how far it is, or what it proposes and what it cannot do, or what came of it."""
    run = _run(request.member, pk)
    context: dict[str, Any] = {
        "title": _("Plan for %(workshop)s") % {"workshop": run.organisation.name},
        "back": Link(run.organisation.name, reverse("dispatch:workshop", args=[run.organisation_id])),
        "run": run,
        "tag": wording.plan_tag(run),
        "under_way": _under_way(run),
        "may_decide": actions.publish_plan.may(request.member, run),
    }
    if run.stage == PlanRun.Stage.DRAFT:
        context |= _draft(request.member, run)
    if run.stage == PlanRun.Stage.PUBLISHED:
        context |= _published(run)
    return render(request, "dispatch/plan.html", context)


def progress(request: Visit, pk: int) -> HttpResponse:
    """Answer the page that watches a plan being made; once it is made, the page is read anew."""
    run = _run(request.member, pk)
    if not _under_way(run):
        return HttpResponseClientRefresh()
    may_decide = actions.discard_plan.may(request.member, run)
    return render(request, "dispatch/progress.html", {"run": run, "may_decide": may_decide})


def _under_way(run: PlanRun) -> bool:
    return run.stage == PlanRun.Stage.PLANNING and run.job is not None and run.job.state in UNDER_WAY


def _draft(member: Member, run: PlanRun) -> dict[str, Any]:
    lines = list(run.lines.select_related("maker", *LOT_WITH_WORK).order_by("lot__due", "pk"))
    unmade, unasked = unmade_of(run), unasked_of(run)
    people = [line.maker for line in lines] + [one.maker for one in unasked]
    shown = names(member, people, page="dispatch.plan")
    return {
        "people": len({line.maker_id for line in lines}),
        "pieces": sum(line.pieces for line in lines),
        "missing": sum(one.pieces for one in unmade),
        "proposals": _proposals(run, lines, shown),
        "unmade": Table(
            caption=_("What cannot be made"),
            columns=(
                Column("work", _("Work"), "link"),
                Column("pieces", _("Pieces"), "number"),
                Column("why", _("Why")),
            ),
            rows=[
                {
                    "work": Link(wording.work_name(one.share), lot_url(one.share)),
                    "pieces": one.pieces,
                    "why": one.why,
                }
                for one in unmade
            ],
            empty=_("All of the work finds hands."),
        ),
        "unasked": Table(
            caption=_("Who is not asked this time"),
            columns=(Column("person", _("Who")), Column("why", _("Why"))),
            rows=[{"person": shown[one.maker.pk], "why": one.why} for one in unasked],
            empty=_("Everybody who wished for work is asked."),
        ),
    }


def _proposals(run: PlanRun, lines: Sequence[PlanLine], shown: dict[int, str]) -> Table:
    return Table(
        caption=_("Who would be asked"),
        columns=(
            Column("person", _("Who")),
            Column("work", _("Work")),
            Column("pieces", _("Pieces"), "number"),
            Column("bags", _("Bags"), "number"),
            Column("hours", _("About hours"), "number"),
            Column("pay", _("Brings about"), "money"),
            Column("why", _("What they are told")),
        ),
        rows=[
            {
                "person": shown[line.maker_id], "work": wording.work_name(line.lot), "pieces": line.pieces,
                "bags": line.bags, "hours": -(-line.seconds // 3600), "pay": line.pay_hao,
                "why": " ".join(offer_sentences(line.reason, planned_on=run.planned_on)),
            }
            for line in lines
        ],
        empty=_("The plan finds nobody to ask. Below you read why."),
    )  # fmt: skip


def _published(run: PlanRun) -> dict[str, Any]:
    return {
        "waiting": number(run.offers.filter(stage=Offer.Stage.OPEN).count()),
        "accepted": run.offers.aggregate(sum=Sum("taken__pieces"))["sum"] or 0,
        "offered": sum(line.pieces for line in run.lines.all()),
    }


def publish(request: Visit, pk: int) -> HttpResponse:
    """Send the offers of a plan out."""
    run = _run(request.member, pk)
    to = reverse("dispatch:plan", args=[pk])
    done = _("The offers are out. Whoever is asked finds theirs under “Work there is”.")
    return press(request, lambda by: actions.publish_plan(by, run), to=to, done=done)


def discard(request: Visit, pk: int) -> HttpResponse:
    """Stop a plan or put it aside."""
    run = _run(request.member, pk)
    to = reverse("dispatch:workshop", args=[run.organisation_id])
    done = _("The plan is put aside; nobody was asked.")
    return press(request, lambda by: actions.discard_plan(by, run), to=to, done=done)
