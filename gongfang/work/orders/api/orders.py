"""Orders, lines and material for machines."""

from __future__ import annotations

from datetime import date, datetime

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.work.orders import access, actions
from gongfang.work.orders.models import Order, OrderLine, ProductVersion, Quote
from gongfang.work.orders.queries import trace_order

router = Router(tags=["orders"])


class OrderLineOut(Schema):
    id: int
    order_id: int
    version_id: int
    step_id: int
    fed_by_id: int | None
    final: bool
    pieces: int
    due: date
    over_permille: int
    under_permille: int
    fee_hao: int
    earned_hao: int
    shared: int
    issued: int
    handed_in: int
    accepted: int
    rework: int
    rejected: int
    lost: int
    delivered: int
    passed_on: int
    cancelled: int
    stage: str
    status: str


class OrderMaterialOut(Schema):
    """What was promised and what came, in mm, g or pieces."""

    id: int
    material_id: int
    ownership: str
    promised: int
    received: int
    returned: int
    offcuts_returned: int
    difference: int
    value_hao_per_1000: int
    status: str


class OrderOut(Schema):
    id: int
    contract_id: int
    quote_id: int | None
    enterprise_id: int
    operator_id: int
    number: str
    ordered_on: date
    due: date
    phone: str
    stage: str
    closed_on: date | None


class WholeOrderOut(OrderOut):
    lines: list[OrderLineOut]
    materials: list[OrderMaterialOut]


class OpenOrder(Schema):
    contract_id: int
    quote_id: int | None = None
    number: str = ""
    due: date | None = None
    phone: str = ""
    offcuts_return: bool = False


class AddLine(Schema):
    """Pieces of a product; `prices` says from how many pieces on a piece costs how much, in 毫."""

    version_id: int
    pieces: int
    fee_hao: int
    due: date | None = None
    over_permille: int = 0
    under_permille: int = 0
    prices: dict[int, int] | None = None


class CancelOrder(Schema):
    reason: str


class ActOut(Schema):
    """One act on an order: which verb, by whom, when."""

    verb: str
    who: str
    received_at: datetime
    booked_on: date


@router.get("/", response=list[OrderOut], operation_id="list_orders")
@paginate
def list_orders(request: Visit, stage: str = "") -> object:
    """List orders: a buyer's and an operator's own, an officer's all."""
    found = access.visible_orders(request.member).order_by("pk")
    return found.filter(stage=stage) if stage else found


@router.post("/", response=WholeOrderOut, operation_id="open_order")
def open_order(request: Visit, body: OpenOrder) -> object:
    """Open a draft order under a contract; an accepted quote brings its line along."""
    facts = body.dict()
    contract = get_object_or_404(access.visible_contracts(request.member), pk=facts.pop("contract_id"))
    quote_id = facts.pop("quote_id")
    offer = (
        get_object_or_404(Quote, pk=quote_id, enquiry__enterprise=contract.enterprise_id)
        if quote_id
        else None
    )
    return whole(actions.open_order(by_api(request), contract, offer=offer, **facts))


@router.get("/{int:order_id}", response=WholeOrderOut, operation_id="get_order")
def get_order(request: Visit, order_id: int) -> object:
    """Read an order with its lines and its material."""
    return whole(found_order(request, order_id))


@router.post("/{int:order_id}/lines", response=OrderLineOut, operation_id="add_line")
def add_line(request: Visit, order_id: int, body: AddLine) -> object:
    """Add pieces of a product to a draft order."""
    facts = body.dict()
    version = get_object_or_404(ProductVersion, pk=facts.pop("version_id"))
    return actions.add_line(by_api(request), found_order(request, order_id), version=version, **facts)


@router.get("/lines", response=list[OrderLineOut], operation_id="list_lines")
@paginate
def list_lines(request: Visit, status: str = "") -> object:
    """List the lines of orders, of one status if it is given."""
    found = access.visible_lines(request.member).order_by("pk")
    return found.filter(status=status) if status else found


@router.post("/lines/{int:line_id}/drop", response=OrderLineOut, operation_id="drop_line")
def drop_line(request: Visit, line_id: int) -> object:
    """Take a line off a draft order."""
    actions.drop_line(by_api(request), _line(request, line_id))
    return _line(request, line_id)


@router.post("/{int:order_id}/place", response=WholeOrderOut, operation_id="place_order")
def place_order(request: Visit, order_id: int) -> object:
    """Place an order whose sample is sealed by both sides."""
    return whole(actions.place_order(by_api(request), found_order(request, order_id)))


@router.post("/{int:order_id}/close", response=WholeOrderOut, operation_id="close_order")
def close_order(request: Visit, order_id: int) -> object:
    """Close an order; what was not made is cancelled."""
    return whole(actions.close_order(by_api(request), found_order(request, order_id)))


@router.post("/{int:order_id}/cancel", response=WholeOrderOut, operation_id="cancel_order")
def cancel_order(request: Visit, order_id: int, body: CancelOrder) -> object:
    """Cancel an order no bag of which has gone out."""
    return whole(actions.cancel_order(by_api(request), found_order(request, order_id), reason=body.reason))


@router.get("/{int:order_id}/trace", response=list[ActOut], operation_id="trace_order")
@paginate
def trace(request: Visit, order_id: int) -> object:
    """List every act on an order, from the enquiry to the fee."""
    return [
        {
            "verb": entry.verb,
            "who": entry.actor.name,
            "received_at": entry.received_at,
            "booked_on": entry.booked_on,
        }
        for entry in trace_order(found_order(request, order_id))
    ]


def found_order(request: Visit, pk: int) -> Order:
    """Return an order the caller may see."""
    return get_object_or_404(access.visible_orders(request.member), pk=pk)


def _line(request: Visit, pk: int) -> OrderLine:
    return get_object_or_404(access.visible_lines(request.member), pk=pk)


def whole(order: Order) -> dict[str, object]:
    """Return an order with its lines and its material."""
    return {name: getattr(order, name) for name in OrderOut.model_fields} | {
        "lines": list(order.lines.order_by("pk")),
        "materials": list(order.materials.order_by("pk")),
    }
