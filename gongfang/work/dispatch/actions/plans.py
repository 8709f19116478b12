"""Plans: asked for, made by the queue, read by the manager, published as offers or put aside."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from gongfang.core import jobs, states
from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import Job, ref
from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch import access
from gongfang.work.dispatch.models import Lot, Offer, PlanLine, PlanRun
from gongfang.work.dispatch.parameters import OFFER_HOURS
from gongfang.work.dispatch.planning import Findings
from gongfang.work.dispatch.states import PLAN


@action(access.may_plan, creates=True)
def start_plan(act: Act, organisation: Organisation) -> Job:
    """Have the open work of a workshop or agent planned for those who wish for some; the queue makes the plan.

    A plan that was not published yet is put aside. Refused while nothing is free or another plan is being made.
    """
    act.lock(organisation)
    for old in PlanRun.objects.filter(organisation=organisation, stage__in=("planning", "draft")):
        if _is_under_way(old):
            raise Moved(_("A plan is being made for this workshop. Wait for it, or stop it first."))
        states.move(old, PLAN, "discard_plan")
    if not any(
        share.free for share in Lot.objects.filter(organisation=organisation, parent=None, stage="open")
    ):
        raise Refused(
            _("No pieces are free to plan. Ask the centre to share work out to you."), code="no_work"
        )
    run = PlanRun.objects.create(organisation=organisation, planned_on=act.booked_on)
    run.job = jobs.start(act, "dispatch.plan", subject=ref(run), run=run.pk)
    run.save(update_fields=["job"])
    return run.job


@action(access.may_decide_plan)
def record_plan(act: Act, run: PlanRun, *, findings: Findings) -> PlanRun:
    """Keep what the planner found, for the manager to read; only the job that made the plan does this."""
    if act.by.via != "task":
        raise NotAllowed
    states.move(
        run, PLAN, "record_plan",
        digest=findings.digest, totals=findings.totals, unmade=findings.unmade, waiting=findings.waiting,
    )  # fmt: skip
    PlanLine.objects.bulk_create(PlanLine(plan_run=run, **line) for line in findings.lines)
    return run


@action(access.may_decide_plan)
def discard_plan(act: Act, run: PlanRun) -> PlanRun:
    """Stop a plan that is being made, or put one aside that was read; nothing follows from it."""
    if run.stage == PlanRun.Stage.PLANNING:
        Job.objects.filter(subject=ref(run)).update(cancel_asked=True)
    states.move(run, PLAN, "discard_plan")
    return run


@action(access.may_decide_plan)
def publish_plan(act: Act, run: PlanRun) -> list[Offer]:
    """Ask the people of a plan; what was taken since is left out. They answer within the county's hours for offers."""
    states.move(run, PLAN, "publish_plan")
    wanted = _merged(run)
    shares = {share.pk: share for share in act.lock(*{Lot(pk=lot) for lot, _maker in wanted})}
    asked = set(
        Offer.objects.filter(lot__in=shares, stage=Offer.Stage.OPEN).values_list("lot_id", "maker_id")
    )
    expires_at = act.received_at + timedelta(hours=OFFER_HOURS.on(act.booked_on))
    offers = []
    for (lot, maker), proposal in wanted.items():
        share = shares[lot]
        pieces = min(proposal.pieces, share.free) if share.is_running else 0
        if pieces and (lot, maker) not in asked:
            share.offered += pieces
            question = {"lot": share, "maker_id": maker, "pieces": pieces, "reason": proposal.reason}
            offers.append(Offer(**question, expires_at=expires_at, plan_run=run))
    save_many(shares.values(), "offered")
    act.emit("OffersPublished", run, offers=len(offers))
    return Offer.objects.bulk_create(offers)


@dataclass
class _Proposal:
    pieces: int
    reason: list[dict[str, Any]]


def _merged(run: PlanRun) -> dict[tuple[int, int], _Proposal]:
    """One offer a person and share, also where a plan has some of it on time and some late."""
    merged: dict[tuple[int, int], _Proposal] = defaultdict(lambda: _Proposal(0, []))
    for line in run.lines.order_by("pk"):
        proposal = merged[line.lot_id, line.maker_id]
        proposal.pieces += line.pieces
        proposal.reason = proposal.reason or line.reason
    return merged


def _is_under_way(run: PlanRun) -> bool:
    return (
        run.job is not None
        and run.stage == PlanRun.Stage.PLANNING
        and run.job.state in ("waiting", "running")
    )
