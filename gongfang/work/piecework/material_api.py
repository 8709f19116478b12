"""The material of bags for machines: what lies with whom, real use, substitutes, losses found again, bags handed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import Gone
from gongfang.registry.people.access import visible_residents
from gongfang.work.orders.models import Substitute
from gongfang.work.piecework import access, actions, custody
from gongfang.work.piecework.models import Bag, CountedUse, Inspection

router = Router(tags=["piecework"])
MOST = 5000


class CustodyOut(Schema):
    """One material of one order with one person, in its smallest unit; worth and cap in 毫."""

    maker_id: int
    order_id: int
    material_id: int
    amount: int
    hao: int
    since: date
    days: int
    bags: int
    cap_hao: int


class UnusualLossOut(Schema):
    """A bag of whose material an unusual part is gone or was used beyond the recipe."""

    bag_id: int
    material_id: int
    issued: int
    missing: int
    hao: int


class UseIn(Schema):
    """What a hand-in really used, by the id of the material."""

    hand_in_id: int
    materials: dict[int, int]
    reason: str = Field(default="", max_length=200)


class UsesIn(Schema):
    rows: list[UseIn] = Field(min_length=1, max_length=MOST)


class UseOut(Schema):
    hand_in_id: int
    material_id: int
    amount: int
    by_recipe: int
    reason: str


class SubstituteBagsIn(Schema):
    bag_ids: list[int] = Field(min_length=1, max_length=MOST)
    substitute_id: int


class HandOverIn(Schema):
    bag_ids: list[int] = Field(min_length=1, max_length=MOST)
    maker_id: int


class MissingIn(Schema):
    bag_ids: list[int] = Field(min_length=1, max_length=MOST)


class FoundIn(Schema):
    loss_ids: list[int] = Field(min_length=1, max_length=MOST)


class NumbersIn(Schema):
    codes: list[str] = Field(min_length=1, max_length=MOST)


class BagLeftOut(Schema):
    """A bag after what was done with it."""

    id: int
    code: str
    lot_id: int
    pieces: int
    at_home: int
    given_back: int
    gone: int
    stage: str


class FoundOut(Schema):
    id: int
    bag_id: int
    pieces: int
    materials: Mapping[str, int]
    found_on: date | None


class NumberOut(Schema):
    id: int
    line_id: int
    code: str
    delivery_id: int | None


def _bags(request: Visit, keys: list[int]) -> list[Bag]:
    found = list(access.visible_bags(request.member).filter(pk__in=keys).order_by("pk"))
    if len(found) < len(set(keys)):
        raise Gone
    return found


@router.get("/custody", response=list[CustodyOut], operation_id="custody")
@paginate
def lying(request: Visit) -> object:
    """List what material lies with which person, its worth and its age; a maker reads the own."""
    today = clock.today()
    return [
        {
            "maker_id": row.maker_id,
            "order_id": row.order_material.order_id,
            "material_id": row.order_material.material_id,
            "days": row.days(today),
            **{name: getattr(row, name) for name in ("amount", "hao", "since", "bags", "cap_hao")},
        }
        for row in custody.custody_seen(request.member)
    ]


@router.get("/unusual-losses", response=list[UnusualLossOut], operation_id="unusual_losses")
@paginate
def unusual(request: Visit) -> object:
    """List bags of whose dear material an unusual part is gone."""
    found = custody.unusual_losses(access.visible_bags(request.member), clock.today())
    return [
        {
            "bag_id": one.row.bag_id,
            "material_id": one.row.order_material.material_id,
            "issued": one.row.issued,
            "missing": one.missing,
            "hao": one.hao,
        }
        for one in found
    ]


@router.post("/bags/issue-missing", response=list[BagLeftOut], operation_id="issue_missing")
def issue_missing(request: Visit, body: MissingIn) -> list[Bag]:
    """Bring makers what their bags lacked when they went out."""
    return actions.issue_missing(by_api(request), _bags(request, body.bag_ids))


@router.post("/bags/substitute", response=list[BagLeftOut], operation_id="use_substitute")
def use_substitute(request: Visit, body: SubstituteBagsIn) -> list[Bag]:
    """Pack an allowed substitute instead of the recipe's material."""
    substitute = get_object_or_404(Substitute, pk=body.substitute_id)
    return actions.use_substitute(by_api(request), _bags(request, body.bag_ids), substitute=substitute)


@router.post("/bags/hand-over", response=list[BagLeftOut], operation_id="hand_over")
def hand_over(request: Visit, body: HandOverIn) -> list[Bag]:
    """Hand what is left in bags on to another maker; answers with the new bags."""
    maker = get_object_or_404(visible_residents(request.member), pk=body.maker_id)
    return actions.hand_over(by_api(request), _bags(request, body.bag_ids), maker=maker)


@router.post("/hand-ins/count-use", response=list[UseOut], operation_id="count_use")
def count_use(request: Visit, body: UsesIn) -> object:
    """Write down what hand-ins really used, where the recipe allows it."""
    keys = {row.hand_in_id for row in body.rows}
    found = list(access.visible_hand_ins(request.member).filter(pk__in=keys).order_by("pk"))
    if len(found) < len(keys):
        raise Gone
    rows = [actions.UseRow(**row.dict()) for row in body.rows]
    return [_use(use) for use in actions.count_use(by_api(request), found, rows=rows)]


def _use(use: CountedUse) -> dict[str, object]:
    named = ("hand_in_id", "amount", "by_recipe", "reason")
    return {name: getattr(use, name) for name in named} | {
        "material_id": use.bag_material.order_material.material_id
    }


@router.post("/losses/find-again", response=list[FoundOut], operation_id="find_again")
def find_again(request: Visit, body: FoundIn) -> object:
    """Undo losses whose bag turned up."""
    found = list(access.visible_losses(request.member).filter(pk__in=body.loss_ids).order_by("pk"))
    if len(found) < len(set(body.loss_ids)):
        raise Gone
    return actions.find_again(by_api(request), found)


@router.post(
    "/inspections/{int:inspection_id}/numbers", response=list[NumberOut], operation_id="number_pieces"
)
def number_pieces(request: Visit, inspection_id: int, body: NumbersIn) -> object:
    """Write down the numbers on accepted pieces."""
    own = access.visible_hand_ins(request.member)
    word = get_object_or_404(Inspection, pk=inspection_id, hand_in__in=own)
    return actions.number_pieces(by_api(request), word, codes=body.codes)
