"""A plan becomes real: shares for workshops and agents where they are missing, and questions to people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gongfang.core import states
from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch import access
from gongfang.work.dispatch.actions.sharing import is_closed, share_out
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.dispatch.parameters import OFFER_HOURS
from gongfang.work.dispatch.planning import margin_of, missing_pieces
from gongfang.work.dispatch.states import PLAN
from gongfang.work.orders.models import Order, OrderLine

Key = tuple[int, int]  # share and person


@dataclass
class Proposal:
    """What one person is asked about of one share."""

    pieces: int = 0
    reason: list[dict[str, Any]] = field(default_factory=list)

    def add(self, pieces: int, reason: list[dict[str, Any]]) -> None:
        """Ask about more of it, for the reason that was there first."""
        self.pieces += pieces
        self.reason = self.reason or reason


@action(access.may_decide_plan)
def publish_plan(act: Act, run: PlanRun) -> list[Offer]:
    """Ask the people of a plan; what was taken since is left out. They answer within the county's hours for offers.

    What no workshop holds yet is shared out to theirs first. Other drafts for the same place are put aside.
    """
    states.move(run, PLAN, "publish_plan")
    for other in PlanRun.objects.filter(organisation=run.organisation, stage=PlanRun.Stage.DRAFT):
        states.move(other, PLAN, "discard_plan")
    wanted = _of_shares(run)
    shares = {share.pk: share for share in act.lock(*{Lot(pk=lot) for lot, _maker in wanted})}
    for share, makers in _share_out_lines(act, run):
        shares[share.pk] = share
        wanted |= {(share.pk, maker): proposal for maker, proposal in makers.items()}
    offers = Offer.objects.bulk_create(_questions(act, run, shares, wanted), batch_size=2000)
    save_many(shares.values(), "offered")
    act.emit("OffersPublished", run, offers=len(offers))
    return offers


def _of_shares(run: PlanRun) -> dict[Key, Proposal]:
    """One offer a person and share, also where a plan has some of it on time and some late."""
    merged: dict[Key, Proposal] = defaultdict(Proposal)
    for line in run.lines.filter(line=None).order_by("pk"):
        merged[line.lot_id or 0, line.maker_id].add(line.pieces, line.reason)
    return merged


def _share_out_lines(act: Act, run: PlanRun) -> Iterable[tuple[Lot, Mapping[int, Proposal]]]:
    """Share each line out to the workshops whose people the plan names; what others were given since is left out."""
    wanted: dict[tuple[int, int], dict[int, Proposal]] = defaultdict(lambda: defaultdict(Proposal))
    for row in run.lines.filter(lot=None).order_by("line", "organisation", "pk"):
        wanted[row.line_id or 0, row.organisation_id or 0][row.maker_id].add(row.pieces, row.reason)
    lines = {line.pk: line for line in act.lock(*{OrderLine(pk=line) for line, _place in wanted})}
    places = Organisation.objects.in_bulk({place for _line, place in wanted})
    left = Counter({pk: missing_pieces(line) for pk, line in lines.items() if line.stage == Order.Stage.OPEN})
    for (line_pk, place), makers in wanted.items():
        pieces = min(left[line_pk], sum(proposal.pieces for proposal in makers.values()))
        if not pieces or is_closed(places[place], act.booked_on):
            continue
        left[line_pk] -= pieces
        line = lines[line_pk]
        yield (
            share_out(act, line, organisation=places[place], pieces=pieces, margin_hao=margin_of(line, act.booked_on)),
            makers,
        )  # fmt: skip


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
            question = {"lot": share, "maker_id": maker, "pieces": pieces, "reason": proposal.reason}
            offers.append(Offer(**question, expires_at=expires_at, plan_run=run))
    return offers
