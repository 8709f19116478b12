"""Pieces another mends than whoever made them, and what an order costs with it, for machines."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.registry.people.access import visible_residents
from gongfang.registry.people.models import Resident
from gongfang.work.piecework import access, actions
from gongfang.work.piecework.mended import cost_hao
from gongfang.work.piecework.models import Mending

router = Router(tags=["piecework"])


class MendingOut(Schema):
    """Pieces of a bag that another mends; `mend_hao` is what an accepted one earns, in 毫."""

    id: int
    bag_id: int
    first_id: int
    relation_id: int
    pieces: int
    back: int
    returned: int
    mend_hao: int
    given_on: date


class MendingIn(Schema):
    """Who mends how many; `first_id` names who made them, if it was not who took the bag."""

    maker_id: int
    pieces: int = Field(ge=1, lt=2**31)
    first_id: int | None = None


class CostOut(Schema):
    """What making the pieces of an order costs so far, in 毫: pay, margins, and mending given to others."""

    cost_hao: int


@router.get("/mendings", response=list[MendingOut], operation_id="mendings")
@paginate
def mendings(request: Visit) -> QuerySet[Mending]:
    """List what others mend, the newest first."""
    return access.visible_mendings(request.member).order_by("-pk")


@router.post("/bags/{int:bag_id}/mendings", response=MendingOut, operation_id="give_to_mend")
def give_to_mend(request: Visit, bag_id: int, body: MendingIn) -> Mending:
    """Give pieces that are to be mended to another maker."""
    bag = get_object_or_404(access.visible_bags(request.member), pk=bag_id)
    people: QuerySet[Resident] = visible_residents(request.member)
    maker = get_object_or_404(people, pk=body.maker_id)
    first = get_object_or_404(people, pk=body.first_id) if body.first_id else None
    return actions.give_to_mend(by_api(request), bag, maker=maker, pieces=body.pieces, first=first)


@router.post("/mendings/{int:mending_id}/take-back", response=MendingOut, operation_id="take_back_mending")
def take_back_mending(request: Visit, mending_id: int) -> Mending:
    """Take back what was not mended."""
    found = get_object_or_404(access.visible_mendings(request.member), pk=mending_id)
    return actions.take_back_mending(by_api(request), found)


@router.get("/orders/{int:order_id}/cost", response=CostOut, operation_id="cost_of_order")
def cost_of_order(request: Visit, order_id: int) -> dict[str, int]:
    """Say what making an order costs so far."""
    order = get_object_or_404(access.costed_orders(request.member), pk=order_id)
    return {"cost_hao": cost_hao(order)}
