"""A plan becomes real: shares for workshops and agents where they are missing, and questions to people.

The queue sends a plan out, one workshop or agent in one act. Which of them have their part stands in the plan, so that
a second try goes on with the rest, and a plan that was stopped in the middle says how far it came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from gongfang.core import jobs, states
from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, NotAllowed
from gongfang.core.models import Job, ref
from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch import access
from gongfang.work.dispatch.actions.offers import question
from gongfang.work.dispatch.actions.sharing import ShareRow, is_closed, share_out_many
from gongfang.work.dispatch.models import Lot, Offer, PlanLine, PlanRun
from gongfang.work.dispatch.parameters import OFFER_HOURS
from gongfang.work.dispatch.planning import asking, left_for_others, margin_of, missing_pieces
from gongfang.work.dispatch.planning.away import beyond
from gongfang.work.dispatch.states import PLAN
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.orders.queries import rates_on

Key = tuple[int, int]  # share and person
PLACE = Coalesce("lot__organisation", "organisation")  # where a proposal's person would get the work from


@dataclass
class Proposal:
    """What one person is asked about of one share."""

    pieces: int = 0
    reason: list[dict[str, Any]] = field(default_factory=list)

    def add(self, line: PlanLine) -> None:
        """Ask about more of it, for the reason that was there first."""
        self.pieces += line.pieces
        self.reason = self.reason or line.reason


@action(access.may_decide_plan)
def publish_plan(act: Act, run: PlanRun) -> Job:
    """Have the people of a plan asked; the queue sends the offers out, one workshop or agent after the other.

    Other drafts for the same place are put aside. A plan whose sending was stopped goes on with the rest.
    """
    if run.is_going_out:
        raise Moved(_("The offers are going out already. Reload the page to see how far they are."))
    states.move(run, PLAN, "publish_plan")
    for other in PlanRun.objects.filter(organisation=run.organisation, stage=PlanRun.Stage.DRAFT):
        states.move(other, PLAN, "discard_plan")
    run.sending = jobs.start(act, "dispatch.publish", subject=ref(run), run=run.pk)
    run.save(update_fields=["sending"])
    return run.sending


@action(access.may_decide_plan)
def publish_part(act: Act, run: PlanRun, *, organisation: Organisation) -> list[Offer]:
    """Ask the people whom a plan has work of one workshop or agent for; only the job that sends it out does this.

    What was taken since is left out, and so is who has left the order for others, or wishes for no work any more. What
    nobody holds yet is shared out to the place first. They answer within the county's hours for offers.
    """
    if act.by.via != "task":
        raise NotAllowed
    if run.stage != PlanRun.Stage.PUBLISHING:
        raise Moved(_("The offers of this plan are not going out any more."))
    if organisation.pk in run.asked_at:
        return []
    lines = run.lines.annotate(place=PLACE).filter(place=organisation.pk).order_by("line", "pk")
    rows = _willing(organisation, list(lines.select_related("lot__line", "line")))
    wanted = _of_shares(row for row in rows if row.lot_id)
    shares = {share.pk: share for share in act.lock(*{Lot(pk=lot) for lot, _maker in wanted})}
    prefetch_related_objects(list(shares.values()), "line")
    for share, makers in _of_lines(act, [row for row in rows if row.line_id], organisation):
        shares[share.pk] = share
        wanted |= {(share.pk, maker): proposal for maker, proposal in makers.items()}
    offers = Offer.objects.bulk_create(_questions(act, run, shares, wanted), batch_size=2000)
    save_many(shares.values(), "offered")
    run.asked_at = [*run.asked_at, organisation.pk]
    run.save(update_fields=["asked_at"])
    act.emit("OffersPublished", run, offers=len(offers), organisation=organisation.pk)
    return offers


@action(access.may_decide_plan)
def end_publishing(act: Act, run: PlanRun) -> PlanRun:
    """Leave a plan at the offers that went out so far; what nobody was asked about is free for others."""
    if run.sending and run.is_going_out and act.by.via != "task":
        Job.objects.filter(pk=run.sending.pk).update(cancel_asked=True)
    states.move(run, PLAN, "end_publishing")
    return run


def parts_of(run: PlanRun) -> list[tuple[int, int]]:
    """Return each workshop or agent a plan has work of, and how many proposals that is, always in the same order."""
    parts = run.lines.values_list(PLACE).annotate(lines=Count("pk"))
    return [(place, lines) for place, lines in parts.order_by(PLACE)]


def _of_shares(lines: Iterable[PlanLine]) -> dict[Key, Proposal]:
    """One offer a person and share, also where a plan has some of it on time and some late."""
    merged: dict[Key, Proposal] = defaultdict(Proposal)
    for line in lines:
        merged[line.lot_id or 0, line.maker_id].add(line)
    return merged


def _of_lines(
    act: Act, lines: Iterable[PlanLine], organisation: Organisation
) -> Iterable[tuple[Lot, Mapping[int, Proposal]]]:
    """Share out to a place what the plan has for its people.

    Left out is what others were given since, and what the fee does not carry any more: the officer reads why where
    they share it out by hand.
    """
    wanted: dict[int, dict[int, Proposal]] = defaultdict(lambda: defaultdict(Proposal))
    for row in lines:
        wanted[row.line_id or 0][row.maker_id].add(row)
    if is_closed(organisation, act.booked_on):
        return
    ordered = act.lock(*(OrderLine(pk=pk) for pk in wanted))
    prefetch_related_objects(ordered, "order__quote", "step")
    rates = rates_on({line.step_id for line in ordered}, act.booked_on)
    rows: dict[OrderLine, ShareRow] = {}
    for line in ordered:
        rate = rates.get(line.step_id)
        pieces = min(missing_pieces(line), sum(proposal.pieces for proposal in wanted[line.pk].values()))
        if pieces and line.stage == Order.Stage.OPEN and rate is not None and rate <= line.fee_hao:
            rows[line] = ShareRow(pieces=pieces, margin_hao=margin_of(line, rate))
    if rows:
        lots = share_out_many(act, list(rows), organisation=organisation, rows=list(rows.values()))
        yield from ((lot, wanted[lot.line_id]) for lot in lots)


def _willing(organisation: Organisation, rows: Sequence[PlanLine]) -> list[PlanLine]:
    """Leave out whom the plan names and who would not be asked if it were made now."""
    makers = asking(organisation).filter(pk__in={row.maker_id for row in rows})
    left = set(left_for_others(makers, {row.order for row in rows}))
    still = set(makers.values_list("pk", flat=True))
    return [row for row in rows if row.maker_id in still and (row.maker_id, row.order) not in left]


def _questions(
    act: Act, run: PlanRun, shares: Mapping[int, Lot], wanted: Mapping[Key, Proposal]
) -> list[Offer]:
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
            facts = {"lot": share, "maker_id": maker, "pieces": pieces, "reason": proposal.reason}
            offers.append(Offer(**facts, expires_at=expires_at, plan_run=run))
    return _without_the_away(act, offers)


def _without_the_away(act: Act, offers: list[Offer]) -> list[Offer]:
    """Leave out what people who told since that they are away have no time for any more."""
    prefetch_related_objects([offer.lot for offer in offers], "step")
    gone = beyond((question(offer) for offer in offers), act.booked_on)
    for offer in gone:
        offer.lot.offered -= offer.pieces
    return [offer for offer in offers if offer not in gone]
