"""Shares, claims and offers for machines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import Gone
from gongfang.registry.people.models import Organisation, Resident
from gongfang.registry.people.queries import visible_organisations, visible_residents
from gongfang.work.dispatch import access, actions, queries
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.orders.access import visible_lines

router = Router(tags=["dispatch"])

Pieces = Field(gt=0, lt=2**31)


class LotOut(Schema):
    id: int
    line_id: int
    step_id: int
    organisation_id: int
    parent_id: int | None
    maker_id: int | None
    relation_id: int | None
    pieces: int
    margin_hao: int
    due: date
    provisional: bool
    claimed: int
    offered: int
    free: int
    issued: int
    handed_in: int
    accepted: int
    rework: int
    rejected: int
    lost: int
    stage: str
    status: str


class OfferOut(Schema):
    id: int
    lot_id: int
    maker_id: int
    pieces: int
    stage: str
    expires_at: datetime
    taken_id: int | None


class OpeningOut(Schema):
    """Work one could take: the lot, yuan a piece and about how much an hour in 毫, how many at most."""

    lot_id: int
    product: str
    due: date
    rate_hao: int
    hourly_hao: int
    most: int


class ProposedOut(Schema):
    """An offer with what it brings and why it is made."""

    offer: OfferOut
    rate_hao: int
    hourly_hao: int
    why: list[str]


class ShareIn(Schema):
    organisation_id: int
    pieces: int = Pieces
    margin_hao: int = Field(default=0, ge=0, lt=2**53)
    due: date | None = None


class PiecesIn(Schema):
    pieces: int = Pieces


class ClaimIn(Schema):
    maker_id: int
    pieces: int = Pieces


class ClaimsIn(Schema):
    rows: list[ClaimIn] = Field(min_length=1, max_length=5000)


class AcceptIn(Schema):
    pieces: int | None = Field(default=None, gt=0, lt=2**31)


class AgreeDayIn(Schema):
    document: str = ""


class ConfirmClaimIn(Schema):
    how: Literal["page", "badge", "voice", "slip"] = "page"
    document: str = Field(default="", max_length=200)


def _share(request: Visit, pk: int) -> Lot:
    return get_object_or_404(access.visible_work(request.member).filter(parent=None), pk=pk)


def _lot(request: Visit, pk: int) -> Lot:
    return get_object_or_404(access.visible_lots(request.member), pk=pk)


def _offer(request: Visit, pk: int) -> Offer:
    return get_object_or_404(access.visible_offers(request.member), pk=pk)


def organisation(request: Visit, pk: int) -> Organisation:
    return get_object_or_404(visible_organisations(request.member), pk=pk)


def _me(request: Visit) -> Resident:
    member = request.member
    if member.resident_id is None:
        raise Gone
    return Resident.objects.get(pk=member.resident_id)


@router.get("/lots", response=list[LotOut], operation_id="lots")
@paginate
def lots(request: Visit) -> QuerySet[Lot]:
    """List the lots you may see: shares of workshops and agents, and what people hold of them."""
    return access.visible_lots(request.member).order_by("pk")


@router.get("/lots/{int:lot_id}", response=LotOut, operation_id="lot")
def lot(request: Visit, lot_id: int) -> Lot:
    """Read one lot."""
    return _lot(request, lot_id)


@router.post("/lines/{int:line_id}/share", response=LotOut, operation_id="share_out")
def share_out(request: Visit, line_id: int, body: ShareIn) -> Lot:
    """Give part of an order line to a workshop or agent."""
    line = get_object_or_404(visible_lines(request.member).select_related("order", "step"), pk=line_id)
    taker = organisation(request, body.organisation_id)
    facts = {"pieces": body.pieces, "margin_hao": body.margin_hao, "due": body.due}
    return actions.share_out(by_api(request), line, organisation=taker, **facts)  # type: ignore[arg-type]


@router.post("/lots/{int:lot_id}/take-back", response=LotOut, operation_id="take_back_share")
def take_back_share(request: Visit, lot_id: int, body: PiecesIn) -> Lot:
    """Take free pieces of a share back to its line."""
    return actions.take_back_share(by_api(request), _lot(request, lot_id), pieces=body.pieces)


@router.post("/lots/{int:lot_id}/close", response=LotOut, operation_id="close_lot")
def close_lot(request: Visit, lot_id: int) -> Lot:
    """Close a lot of which nothing is outside."""
    return actions.close_lot(by_api(request), _lot(request, lot_id))


@router.post("/lots/{int:lot_id}/reopen", response=LotOut, operation_id="reopen_lot")
def reopen_lot(request: Visit, lot_id: int) -> Lot:
    """Open a closed lot again, with what of it nobody else has taken."""
    return actions.reopen_lot(by_api(request), _lot(request, lot_id))


@router.post("/lots/{int:lot_id}/claim", response=LotOut, operation_id="claim")
def claim(request: Visit, lot_id: int, body: ClaimIn) -> Lot:
    """Take pieces of a workshop's lot: for yourself, or written down at the desk."""
    maker = get_object_or_404(visible_residents(request.member), pk=body.maker_id)
    return actions.claim(by_api(request), _share(request, lot_id), maker=maker, pieces=body.pieces)


@router.post("/lots/{int:lot_id}/claims", response=list[LotOut], operation_id="claim_many")
def claim_many(request: Visit, lot_id: int, body: ClaimsIn) -> list[Lot]:
    """Take a whole sheet of claims, all of it or nothing."""
    rows = [actions.ClaimRow(maker_id=row.maker_id, pieces=row.pieces) for row in body.rows]
    return actions.claim_many(by_api(request), _share(request, lot_id), rows=rows)


@router.post("/lots/{int:lot_id}/confirm", response=LotOut, operation_id="confirm_claim")
def confirm_claim(request: Visit, lot_id: int, body: ConfirmClaimIn) -> Lot:
    """Say yes to a claim another wrote down."""
    return actions.confirm_claim(by_api(request), _lot(request, lot_id), how=body.how, document=body.document)


@router.post("/lots/{int:lot_id}/day", response=LotOut, operation_id="agree_day")
def agree_day(request: Visit, lot_id: int, body: AgreeDayIn) -> Lot:
    """Agree to the new day of an amended order; for somebody else with where the signed slip is kept."""
    return actions.agree_day(by_api(request), _lot(request, lot_id), document=body.document)


@router.get("/work", response=list[OpeningOut], operation_id="open_work")
def open_work(request: Visit) -> list[dict[str, object]]:
    """List the work you could take today."""
    return [
        {
            "lot_id": one.share.pk, "product": one.share.line.version.product.name, "due": one.share.due,
            "rate_hao": one.rate_hao, "hourly_hao": one.hourly_hao, "most": one.most,
        }
        for one in queries.open_work_for(_me(request), clock.today())
    ]  # fmt: skip


@router.get("/my-offers", response=list[ProposedOut], operation_id="my_offers")
def my_offers(request: Visit) -> list[queries.Proposed]:
    """List what you are asked about, with the reasons."""
    return queries.offers_for(_me(request), clock.today())


@router.get("/offers", response=list[OfferOut], operation_id="offers")
@paginate
def offers(request: Visit) -> QuerySet[Offer]:
    """List the open and accepted offers you may see."""
    told = (Offer.Stage.OPEN, Offer.Stage.ACCEPTED)
    return access.visible_offers(request.member).filter(stage__in=told).order_by("pk")


@router.post("/offers/{int:offer_id}/accept", response=LotOut, operation_id="accept_offer")
def accept_offer(request: Visit, offer_id: int, body: AcceptIn) -> Lot:
    """Accept an offer, or some of its pieces."""
    return actions.accept_offer(by_api(request), _offer(request, offer_id), pieces=body.pieces)


@router.post("/offers/{int:offer_id}/not-this-time", response=OfferOut, operation_id="not_this_time")
def not_this_time(request: Visit, offer_id: int) -> Offer:
    """Leave an offer for others; no reason is asked."""
    return actions.not_this_time(by_api(request), _offer(request, offer_id))


@router.post("/offers/{int:offer_id}/withdraw", response=OfferOut, operation_id="withdraw_offer")
def withdraw_offer(request: Visit, offer_id: int) -> Offer:
    """Take back an offer nobody has answered."""
    return actions.withdraw_offer(by_api(request), _offer(request, offer_id))
