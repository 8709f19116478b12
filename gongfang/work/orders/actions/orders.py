"""Verbs on orders and their lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.states import move
from gongfang.work.orders import access
from gongfang.work.orders.actions.products import set_rate
from gongfang.work.orders.calling import refuse_overdraw
from gongfang.work.orders.models import (
    Contract,
    Order,
    OrderLine,
    OrderMaterial,
    PriceStep,
    ProductVersion,
    Quote,
    RecipeItem,
    Sample,
)
from gongfang.work.orders.queries import before, find_rate, price_at, quotes_to_order, rates_on
from gongfang.work.orders.states import LINE, ORDER


@action(access.may_open_order, creates=True)
def open_order(
    act: Act,
    contract: Contract,
    *,
    due: date | None = None,
    offer: Quote | None = None,
    number: str = "",
    phone: str = "",
    offcuts_return: bool = False,
) -> Order:
    """Open an order under a contract, as a draft; from an accepted quote, once, it brings its line along."""
    if offer:
        offer = act.lock(offer)[0]
        _refuse_offer(offer, contract)
    due = due or (offer.due if offer else act.booked_on)
    if due < act.booked_on:
        raise Refused(_("This day has passed. Enter the day by which the pieces are needed."), field="due")
    if number and Order.objects.filter(number=number).exists():
        raise Refused(
            _("There is an order with this number. Look it up or correct the number."), field="number"
        )
    order = Order.objects.create(
        contract=contract,
        quote=offer,
        enterprise_id=contract.enterprise_id,
        operator_id=contract.operator_id,
        number=number or f"~{act.id.hex}",
        ordered_on=act.booked_on,
        due=due,
        phone=phone,
        offcuts_return=offcuts_return,
    )
    if not number:
        order.number = f"{act.booked_on:%Y%m%d}-{order.pk}"
        order.save(update_fields=["number"])
    if offer:
        add_line(act, order, version=offer.version, pieces=offer.pieces, fee_hao=offer.fee_hao)
        _rate_as_quoted(act, offer)
    return order


def _refuse_offer(offer: Quote, contract: Contract) -> None:
    """Refuse a quote that was not accepted, or that an order was made of already."""
    if offer.stage != Quote.Stage.ACCEPTED or offer.enquiry.enterprise_id != contract.enterprise_id:
        raise Refused(_("Only a quote this enterprise has accepted can become an order."), field="offer")
    if not quotes_to_order().filter(pk=offer.pk).exists():
        raise Refused(
            _("This quote became an order already. Open that order, or let the enterprise ask again."),
            code="already_ordered",
            field="offer",
        )


def _rate_as_quoted(act: Act, offer: Quote) -> None:
    step = offer.version.steps.order_by("no").first()
    if step and not find_rate(step, act.booked_on) and access.may_set_rate(act.member, step):
        document = _("Quote %(number)s") % {"number": offer.pk}
        set_rate(act, step, hao=offer.wage_hao, valid_from=act.booked_on, document=document)


@action(access.may_run_order)
def add_line(
    act: Act,
    order: Order,
    *,
    version: ProductVersion,
    pieces: int,
    fee_hao: int,
    due: date | None = None,
    over_permille: int = 0,
    under_permille: int = 0,
    prices: Mapping[int, int] | None = None,
) -> OrderLine:
    """Add pieces of a product to a draft order; the material the enterprise has to send follows from the recipe.

    `prices` says from how many pieces on a piece costs how much, in 毫; below the first of them it costs `fee_hao`.
    """
    move(order, ORDER, "add_line")
    return new_line(
        order, version=version, pieces=pieces, fee_hao=fee_hao, due=due, over_permille=over_permille,
        under_permille=under_permille, prices=prices or {},
    )  # fmt: skip


def new_line(
    order: Order,
    *,
    version: ProductVersion,
    pieces: int,
    fee_hao: int,
    due: date | None,
    over_permille: int,
    under_permille: int,
    prices: Mapping[int, int],
) -> OrderLine:
    """Make a line, as a draft, of a locked order that still takes lines."""
    if pieces < 1:
        raise Refused(_("Enter how many pieces: at least one."), field="pieces")
    if fee_hao < 0:
        raise Refused(_("A fee is not below zero. Enter what the enterprise pays a piece."), field="fee_hao")
    if not (0 <= over_permille <= 1000 and 0 <= under_permille <= 1000):
        raise Refused(_("A tolerance lies between nothing and all of the pieces."), field="over_permille")
    line: OrderLine | None = None
    steps = list(version.steps.order_by("no"))
    for step in steps:
        line = OrderLine.objects.create(
            order=order,
            version=version,
            step=step,
            fed_by=line,
            final=step == steps[-1],
            pieces=pieces,
            due=due or order.due,
            fee_hao=fee_hao,
            over_permille=over_permille,
            under_permille=under_permille,
        )
        promise(order, step.pk, pieces)
    assert line is not None  # a version has a step, publishing refuses it otherwise
    if prices:
        _price_by_quantity(line, {1: fee_hao} | dict(prices))
    return line


def _price_by_quantity(line: OrderLine, prices: Mapping[int, int]) -> None:
    """Keep the steps of a price and let the quantity ordered choose among them."""
    if any(pieces < 1 or hao < 0 for pieces, hao in prices.items()):
        raise Refused(
            _("A step of the price begins with at least one piece and is not below zero."), field="prices"
        )
    rows = (PriceStep(line=line, from_pieces=pieces, fee_hao=hao) for pieces, hao in prices.items())
    line.fee_hao = price_at(PriceStep.objects.bulk_create(rows), line.pieces) or 0
    line.save(update_fields=["fee_hao"])


@action(access.may_run_line)
def drop_line(act: Act, line: OrderLine) -> OrderLine:
    """Take a line off a draft order, and its material off what the enterprise has to send."""
    refuse_half_way(line)
    order = act.lock(line.order)[0]
    for each in (line, *act.lock(*before(line))):
        move(each, LINE, "drop_line", cancelled=each.pieces)
        promise(order, each.step_id, -each.pieces)
    return line


def refuse_half_way(line: OrderLine) -> None:
    """Refuse to change one of several steps alone."""
    if not line.final:
        raise Refused(
            _("This is one step of a piece. Change the last step; the others follow."),
            code="not_the_last_step",
        )


def promise(order: Order, step_id: int, pieces: int) -> None:
    """Change what is needed of the materials of a step, for more or fewer pieces."""
    for item in RecipeItem.objects.filter(step=step_id):
        promised, _new = OrderMaterial.objects.get_or_create(
            order=order,
            material_id=item.material_id,
            defaults={"ownership": item.ownership, "value_hao_per_1000": item.value_hao_per_1000},
        )
        OrderMaterial.objects.filter(pk=promised.pk).update(promised=F("promised") + item.amount * pieces)


@action(access.may_run_order)
def place_order(act: Act, order: Order) -> Order:
    """Place an order: its sample is sealed by both sides, its pieces have a rate, the work may be shared out."""
    move(order, ORDER, "place_order")
    lines = list(order.lines.filter(stage=Order.Stage.DRAFT).select_related("version__product", "step"))
    if not lines:
        raise Refused(_("The order has no lines. Add what is to be made first."), code="no_lines")
    check_samples(order, lines)
    check_rates(act, lines)
    contract = act.lock(order.contract)[0]  # two orders at once must not both find it large enough
    order.lines.filter(stage=Order.Stage.DRAFT).update(stage=Order.Stage.OPEN)
    refuse_overdraw(contract, act.booked_on)
    act.emit("OrderPlaced", order)
    return order


def check_samples(order: Order, lines: list[OrderLine]) -> None:
    """Refuse to begin with a product whose sample the enterprise and the centre have not sealed."""
    sealed = Sample.objects.filter(enterprise=order.enterprise_id, stage=Sample.Stage.SEALED)
    versions = set(sealed.values_list("version_id", flat=True))
    for line in lines:
        if line.version_id not in versions:
            raise Refused(
                _("“%(product)s” has no sealed sample. The enterprise and the centre approve a sample first.")
                % {"product": line.version.product},
                code="no_sample",
            )


def check_rates(act: Act, lines: list[OrderLine]) -> None:
    """Refuse to begin with work for which nobody has said what a piece earns."""
    rates = rates_on({line.step_id for line in lines}, act.booked_on)
    for line in lines:
        if line.step_id not in rates:
            raise Refused(
                _("“%(product)s” has no rate yet. Enter what a piece earns on the product's page.")
                % {"product": line.version.product},
                code="no_rate",
            )


@action(access.may_run_order)
def close_order(act: Act, order: Order) -> Order:
    """Close an order: what was not made is cancelled, and who declined is forgotten."""
    lines = order.lines.filter(stage=Order.Stage.OPEN, final=True)
    waiting = sum(line.accepted - line.delivered for line in lines)
    if waiting:
        raise Refused(
            _("%(waiting)s accepted pieces wait for delivery. Deliver them, then close the order.")
            % {"waiting": waiting},
            code="not_delivered",
        )
    if order.lines.filter(returned__gt=0).exists():
        raise Refused(
            _("The enterprise waits for an answer to a claim. Answer it, then close the order."),
            code="claims",
        )
    move(order, ORDER, "close_order", closed_on=act.booked_on, closed_by=act.by.user)
    _end_lines(act, order, "close_order")
    act.emit("OrderClosed", order)
    return order


@action(access.may_run_order, second=lambda order: [order.closed_by_id])
def reopen_order(act: Act, order: Order, *, reason: str) -> Order:
    """Open an order again that somebody else closed, and say why; what was cancelled at its end is wanted again."""
    if not reason.strip():
        raise Refused(_("Say why, so that the other side knows what to do."), field="reason")
    move(order, ORDER, "reopen_order", closed_on=None, closed_by=None)
    for line in act.lock(*order.lines.filter(stage=Order.Stage.CLOSED)):
        move(line, LINE, "reopen_order", cancelled=0)
    act.note(reason=reason)
    act.emit("OrderReopened", order)
    return order


@action(access.may_run_order)
def cancel_order(act: Act, order: Order, *, reason: str) -> Order:
    """Cancel an order no bag of which has gone out, and say why."""
    if not reason.strip():
        raise Refused(_("Say why, so that the other side knows what to do."), field="reason")
    if order.lines.filter(issued__gt=0).exists():
        raise Refused(
            _("Bags of this order have gone out. Take them in and close the order instead."), code="bags_out"
        )
    move(order, ORDER, "cancel_order", closed_on=act.booked_on, closed_by=act.by.user, reason=reason)
    _end_lines(act, order, "cancel_order")
    act.emit("OrderClosed", order)
    return order


def _end_lines(act: Act, order: Order, verb: str) -> None:
    running: Any = order.lines.filter(stage__in=LINE.moves[verb][0])
    ended: Counter[str] = Counter()
    for line in act.lock(*running):
        missing = max(0, line.pieces + line.replaced - line.accepted)
        move(line, LINE, verb, cancelled=missing)
        ended.update(made=line.accepted, cancelled=missing)
    act.note(**ended)
