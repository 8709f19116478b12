"""An operator's books, order by order: page and sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.pay import access
from gongfang.pay.order_books import OrderBook, order_books
from gongfang.registry.people.models import Organisation
from gongfang.ui.formats import yuan
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.work.orders.models import Order
from gongfang.work.orders.web.receipts import order_url


def _orders(operator: Organisation) -> QuerySet[Order]:
    placed = Order.objects.filter(operator=operator).exclude(stage=Order.Stage.DRAFT)
    return placed.select_related("enterprise").order_by("-ordered_on", "-pk")


def _operator(request: Visit, pk: int) -> Organisation:
    return get_object_or_404(access.operators(request.member), pk=pk)


def books(request: Visit, pk: int) -> HttpResponse:
    """Show what each order of an operator brought, what it cost, and what is left open."""
    operator = _operator(request, pk)
    pages = page_of(request, _orders(operator))
    rows = order_books(pages.items)
    context = {
        "title": _("Books of %(name)s by order") % {"name": operator.name},
        "back": Link(operator.name, reverse("pay:operator", args=[pk])),
        "answer": _answer(rows),
        "table": _table(operator, rows, pages),
    }
    return render(request, "pay/order_books.html", context)


def _answer(rows: Sequence[OrderBook]) -> str:
    said = _(
        "The orders below earned %(fee)s; %(received)s of it has come in, %(open)s is owed on invoices and %(unbilled)s"
        " is not invoiced yet."
    )
    return said % {
        "fee": yuan(sum(row.fee_hao + row.billed_material_hao for row in rows)),
        "received": yuan(sum(row.received_hao for row in rows)),
        "open": yuan(sum(row.open_hao for row in rows)),
        "unbilled": yuan(sum(row.unbilled_hao for row in rows)),
    }


def _table(operator: Organisation, rows: Sequence[OrderBook], pages: Pages[Order] | None = None) -> Table:
    return Table(
        caption=_("Books by order"),
        columns=(
            Column("order", _("Order"), "link"), Column("enterprise", _("Enterprise")),
            Column("fee", _("Fee earned"), "money"), Column("billed", _("Material billed"), "money"),
            Column("received", _("Fee received"), "money"), Column("open", _("Owed on invoices"), "money"),
            Column("unbilled", _("Not invoiced yet"), "money"), Column("wages", _("Makers' fees and wages"), "money"),
            Column("margin", _("Margin"), "money"), Column("material", _("Our material"), "money"),
            Column("freight", _("Freight and other costs"), "money"), Column("left", _("Left over"), "money"),
        ),
        rows=[_row(row) for row in rows],
        empty=_("This operator has no order yet."),
        export_url=reverse("pay:order_books_sheet", args=[operator.pk]),
        pages=pages,
    )  # fmt: skip


def _row(row: OrderBook) -> dict[str, Any]:
    return {
        "order": Link(row.order.number, order_url(row.order)), "enterprise": row.order.enterprise.name,
        "fee": row.fee_hao, "billed": row.billed_material_hao, "received": row.received_hao, "open": row.open_hao,
        "unbilled": row.unbilled_hao, "wages": row.wages_hao, "margin": row.margin_hao, "material": row.material_hao,
        "freight": row.freight_hao, "left": row.left_hao,
    }  # fmt: skip


def books_sheet(request: Visit, pk: int) -> HttpResponse:
    operator = _operator(request, pk)
    return sheet(request, _orders(operator), lambda part: _table(operator, order_books(part)))
