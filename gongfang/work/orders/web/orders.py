"""Pages of orders: the list, one order with what to do next, its lines and its material."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.composed import ByKeys
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.ui.doors import MOST_ROWS, allowed, fill, only, press, workbook
from gongfang.ui.formats import moment, number
from gongfang.ui.parts import Link, Step, Verb
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, queries, wording
from gongfang.work.orders.beyond import ways_from
from gongfang.work.orders.forms import LineForm, OrderForm, ReasonForm
from gongfang.work.orders.models import Order, OrderLine, OrderMaterial
from gongfang.work.orders.queries import (
    Pace,
    bag_sizes,
    named,
    pace,
    rates_on,
    sealed_versions,
    to_invoice,
    trace_order,
    with_totals,
    within_tolerance,
)
from gongfang.work.orders.web import amendments, receipts
from gongfang.work.orders.web.receipts import order_url
from gongfang.work.orders.web.verbs import said

URGENT_CARDS = 3


def _pace(order: Any) -> Pace:
    return pace(
        pieces=order.pieces,
        accepted=order.accepted,
        ordered_on=order.ordered_on,
        due=order.due,
        today=clock.today(),
    )


def _told(orders: QuerySet[Order]) -> QuerySet[Order]:
    return named(with_totals(orders.select_related("enterprise", "operator")))


def _listed(member: Member) -> QuerySet[Order]:
    return _told(access.visible_orders(member)).order_by("-stage", "due", "pk")


_READ = ByKeys(lambda: _told(Order.objects.all()))
_READ_WITH_CONTRACT = ByKeys(lambda: _told(Order.objects.select_related("contract", "quote__enquiry")))


def orders_table(orders: Sequence[Order], pages: Pages[Order] | None = None) -> Table:
    return Table(
        caption=_("Orders"),
        columns=(
            Column("order", _("Order"), "link"),
            Column("enterprise", _("Enterprise")),
            Column("pieces", _("Pieces"), "number"),
            Column("accepted", _("Accepted"), "number"),
            Column("due", _("Due"), "day"),
            Column("how", _("How it stands")),
            Column("stage", _("Status"), "tag"),
        ),
        rows=[_order_row(order) for order in orders],
        empty=_("There is no order yet. It begins with an enquiry and a contract."),
        export_url=reverse("orders:sheet"),
        pages=pages,
    )


def _order_row(order: Any) -> dict[str, Any]:
    return {
        "order": Link(f"{order.product_names or _('Order')} · {order.number}", order_url(order)),
        "enterprise": order.enterprise.name,
        "pieces": order.pieces,
        "accepted": order.accepted,
        "due": order.due,
        "how": wording.progress(order, _pace(order)),
        "stage": wording.order_tag(order),
    }


def order_list(request: Visit) -> HttpResponse:
    orders = access.visible_orders(request.member).order_by("-stage", "due", "pk")
    pages = page_of(request, orders, _READ.read)
    open_orders = [order for order in pages.items if order.stage == Order.Stage.OPEN]
    pressing = [order for order in open_orders if wording.is_urgent(order, _pace(order))]
    context = {
        "title": _("Orders"),
        "answer": _answer(len(open_orders), len(pressing)),
        "kind": "act" if pressing else "plain",
        "cards": [
            (order, wording.progress(order, _pace(order)), order_url(order))
            for order in pressing[:URGENT_CARDS]
        ],
        "table": orders_table(pages.items, pages),
        "may_open": request.member.holds("officer", *access.OPERATING),
    }
    return render(request, "orders/orders.html", context)


def _answer(running: int, pressing: int) -> str:
    if pressing:
        return ngettext(
            "%(pressing)s order needs somebody today.", "%(pressing)s orders need somebody today.", pressing
        ) % {"pressing": number(pressing)}
    if not running:
        return _("No order is running.")
    return ngettext(
        "%(running)s order is running, and on time.", "%(running)s orders are running, all on time.", running
    ) % {"running": number(running)}


def order_sheet(request: Visit) -> HttpResponse:
    return workbook(request, orders_table(list(_listed(request.member)[:MOST_ROWS])))


def order(request: Visit, pk: int) -> HttpResponse:
    found: Any = next(
        iter(_READ_WITH_CONTRACT.within(access.visible_orders(request.member).filter(pk=pk))), None
    )
    if found is None:
        raise Http404
    every = queries.with_prices(OrderLine.objects.select_related("version__product", "step"))
    prefetch_related_objects(
        [found], Prefetch("lines", every.order_by("pk"))
    )  # rooms above look at them as well
    lines = list(found.lines.all())
    materials, invoiceable = receipts.materials_of(found), to_invoice(found, lines)
    context = {
        "title": f"{found.product_names or _('Order')} · {found.number}",
        "back": Link(_("All orders"), reverse("orders:list")),
        "order": found,
        "answer": wording.progress(found, _pace(found)),
        "kind": "act" if wording.is_urgent(found, _pace(found)) else "plain",
        "tag": wording.order_tag(found),
        "next": _next(request.member, found, lines, materials, invoiceable),
        "lines": _lines_table(request.member, found, lines),
        "materials": receipts.materials_table(materials, runs=access.may_run_order(request.member, found)),
        "receipts": receipts.receipts_table(found, stores=access.may_run_order(request.member, found)),
        "ours": any(row.is_ours and row.received for row in materials),
        "may_run": access.may_run_order(request.member, found),
        "may_store": access.may_store(request.member, found),
        "invoiceable": invoiceable,
        "ways": ways_from(request.member, found),
        "versions": amendments.versions(found),
        "steps": _steps(found),
    }
    return render(request, "orders/order.html", context)


def _next(
    member: Member, found: Order, lines: list[OrderLine], materials: list[OrderMaterial], invoiceable: int
) -> dict[str, Any]:
    """Say what to do next with an order, and where; empty when it waits for others."""
    if not access.may_run_order(member, found):
        return {}
    if found.stage == Order.Stage.DRAFT:
        return _next_of_draft(member, found, [line for line in lines if line.stage == Order.Stage.DRAFT])
    if found.stage == Order.Stage.OPEN and any(not row.received and row.promised for row in materials):
        return {
            "text": _("The material is not here yet. Enter the slip when it arrives."),
            "url": reverse("orders:receive", args=[found.pk]),
            "label": _("Enter a delivery of material"),
            "icon": "box",
        }
    if invoiceable:
        return {
            "text": _("Delivered pieces are not invoiced yet."),
            "url": reverse("orders:invoice_order", args=[found.pk]),
            "label": _("Write the invoice"),
            "icon": "money",
        }
    return {}


def _next_of_draft(member: Member, found: Order, lines: list[OrderLine]) -> dict[str, Any]:
    if not lines:
        return {
            "text": _("The order has no lines. Add what is to be made first."),
            "url": reverse("orders:add_line", args=[found.pk]),
            "label": _("Add a line"),
            "icon": "plus",
        }
    sealed = sealed_versions([line.version_id for line in lines], found.enterprise_id)
    if unsealed := [line for line in lines if line.version_id not in sealed]:
        return {
            "text": _(
                "“%(product)s” has no sealed sample. The enterprise and the centre approve a sample first."
            )
            % {"product": unsealed[0].version.product},
            "url": reverse("orders:samples"),
            "label": _("To the samples"),
            "icon": "check",
        }
    rates = rates_on({line.step_id for line in lines}, clock.today())
    if unrated := [line for line in lines if line.step_id not in rates]:
        return _next_without_rate(member, unrated[0])
    return {
        "place": reverse("orders:place", args=[found.pk]),
        "text": _("Everything is ready to place the order."),
    }


def _next_without_rate(member: Member, line: OrderLine) -> dict[str, Any]:
    words = {"product": line.version.product}
    if access.may_set_rate(member, line.step):
        text = _("“%(product)s” has no rate yet. Enter what a piece earns on the product's page.") % words
    else:
        text = _("“%(product)s” has no rate yet. Ask the county centre to enter what a piece earns.") % words
    return {
        "text": text,
        "url": reverse("orders:product", args=[line.version.product_id]),
        "label": _("To the product"),
        "icon": "needle",
    }


def _lines_table(member: Member, found: Order, lines: list[OrderLine]) -> Table:
    return Table(
        caption=_("Lines"),
        columns=(
            Column("product", _("Product"), "link"),
            Column("pieces", _("Pieces"), "number"),
            Column("due", _("Due"), "day"),
            *(_drafted() if found.stage == Order.Stage.DRAFT else _counted()),
            *([Column("prices", _("Price by quantity"))] if any(_prices(row) for row in lines) else []),
        ),
        rows=[_line_row(member, found, line) for line in lines],
        empty=_("The order has no lines. Add what is to be made first."),
    )


def _prices(line: OrderLine) -> list[dict[str, int]]:
    return getattr(line, "prices", [])  # read along with the lines of a page


def _drafted() -> tuple[Column, ...]:
    return (
        Column("fee", _("Fee a piece"), "rate"),
        Column("bags", _("Bags")),
        Column("status", _("Status"), "tag"),
        Column("do", "", "verb"),
    )


def _counted() -> tuple[Column, ...]:
    return (
        Column("shared", _("Shared out"), "number"),
        Column("issued", _("Issued"), "number"),
        Column("handed_in", _("Handed in"), "number"),
        Column("accepted", _("Accepted"), "number"),
        Column("delivered", _("Delivered"), "number"),
        Column("status", _("Status"), "tag"),
        Column("bags", _("Bags")),
    )


def _line_row(member: Member, found: Order, line: OrderLine) -> dict[str, Any]:
    droppable = line.stage == Order.Stage.DRAFT and access.may_run_order(member, found)
    row: dict[str, Any] = {
        name: getattr(line, name)
        for name in ("pieces", "shared", "issued", "handed_in", "accepted", "delivered", "due")
    }
    product = reverse("orders:product", args=[line.version.product_id])
    return row | {
        "product": Link(wording.called(line), product if access.may_see_products(member) else ""),
        "fee": line.fee_hao,
        "prices": wording.prices(_prices(line)),
        "bags": line_note(line),
        "status": wording.line_tag(line),
        "do": Verb(_("Take off"), reverse("orders:drop_line", args=[line.pk]), "x") if droppable else None,
    }


def _steps(found: Order) -> list[Step]:
    return [
        Step(title=said(entry.verb), text=entry.actor.name, when=moment(entry.received_at))
        for entry in trace_order(found)
    ]


def line_note(line: OrderLine) -> str:
    """Say how the bags of a line fall out, and how what was delivered stands to the tolerance."""
    bags = bag_sizes(line.step, line.pieces)
    text = ngettext("%(bags)s bag", "%(bags)s bags", len(bags)) % {"bags": number(len(bags))}
    match within_tolerance(line, line.delivered):
        case "over":
            return _("%(bags)s; more delivered than the enterprise takes.") % {"bags": text}
        case "short" if line.stage == Order.Stage.CLOSED:
            return _("%(bags)s; fewer delivered than agreed.") % {"bags": text}
    return text


def open_order(request: Visit) -> HttpResponse:
    only(request, "officer", *access.OPERATING)
    form = OrderForm(request.POST or None, member=request.member, initial=request.GET.dict())
    return fill(
        request,
        form,
        lambda by, facts: actions.open_order(by, facts.pop("contract"), **facts),
        title=_("New order"),
        submit=_("Open the order"),
        back=Link(_("All orders"), reverse("orders:list")),
        then=order_url,
        done=_("The order is open as a draft."),
    )


def found_order(request: Visit, pk: int) -> Order:
    return get_object_or_404(access.visible_orders(request.member), pk=pk)


def back_to(found: Order) -> Link:
    return Link(_("Order %(number)s") % {"number": found.number}, order_url(found))


def add_line(request: Visit, pk: int) -> HttpResponse:
    found = found_order(request, pk)
    allowed(request, actions.add_line, found)
    return fill(
        request,
        LineForm(request.POST or None),
        lambda by, facts: actions.add_line(by, found, **facts),
        title=_("Add a line"),
        submit=_("Add the line"),
        back=back_to(found),
        then=lambda _line: order_url(found),
        done=_("The line was added."),
    )


def drop_line(request: Visit, pk: int) -> HttpResponse:
    line = get_object_or_404(access.visible_lines(request.member), pk=pk)
    to = reverse("orders:order", args=[line.order_id])
    return press(request, lambda by: actions.drop_line(by, line), to=to, done=_("The line was taken off."))


def place(request: Visit, pk: int) -> HttpResponse:
    found = found_order(request, pk)
    done = _("The order is placed. Share it out now.")
    return press(request, lambda by: actions.place_order(by, found), to=order_url(found), done=done)


def close(request: Visit, pk: int) -> HttpResponse:
    found = found_order(request, pk)
    done = _("The order is closed.")
    return press(request, lambda by: actions.close_order(by, found), to=order_url(found), done=done)


def cancel(request: Visit, pk: int) -> HttpResponse:
    found = found_order(request, pk)
    allowed(request, actions.cancel_order, found)
    return fill(
        request,
        ReasonForm(request.POST or None),
        lambda by, facts: actions.cancel_order(by, found, **facts),
        title=_("Cancel the order"),
        submit=_("Cancel the order"),
        back=back_to(found),
        then=order_url,
        done=_("The order is cancelled."),
    )
