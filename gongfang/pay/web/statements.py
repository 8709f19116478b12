"""The statement of an order for its enterprise: page, sheet and paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.core.members import Member
from gongfang.pay import access, papers
from gongfang.pay.statements import Row
from gongfang.pay.statements import statement as stated
from gongfang.pay.term_forms import PeriodForm
from gongfang.ui.doors import workbook
from gongfang.ui.formats import full_day, number, rate, yuan
from gongfang.ui.papers import send_page
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.orders.access import visible_orders
from gongfang.work.orders.beyond import way
from gongfang.work.orders.models import Order


@way
def to_statement(member: Member, order: Order) -> Iterable[Link]:
    """Lead from an order to its statement."""
    if access.may_see_statement(member, order):
        yield Link(_("Statement for the enterprise"), reverse("pay:statement", args=[order.pk]))


def _order(request: Visit, pk: int) -> Order:
    orders = visible_orders(request.member).select_related("enterprise", "operator")
    found = get_object_or_404(orders, pk=pk)
    if not access.may_see_statement(request.member, found):
        raise NotAllowed
    return found


def _rows(request: Visit, order: Order) -> Sequence[Row]:
    period = PeriodForm(request.GET)
    facts = period.cleaned_data if period.is_valid() else {}
    return stated(order, since=facts.get("since"), until=facts.get("until"))


def statement(request: Visit, pk: int) -> HttpResponse:
    """Show what was accepted of an order, what its makers got and what the service costs."""
    order = _order(request, pk)
    rows = _rows(request, order)
    context = {
        "title": _("Statement for order %(number)s") % {"number": order.number},
        "back": Link(order.number, reverse("orders:order", args=[order.pk])),
        "answer": _answer(rows),
        "filters": PeriodForm(request.GET),
        "order": order,
        "table": _table(rows, order),
        "pdf_url": f"{reverse('pay:statement_pdf', args=[order.pk])}?{request.GET.urlencode()}",
    }
    return render(request, "pay/statement.html", context)


def _answer(rows: Sequence[Row]) -> str:
    said = _(
        "%(pieces)s pieces accepted: %(wages)s for the makers and %(service)s for the service,"
        " %(total)s in all."
    )
    return said % {
        "pieces": number(sum(row.accepted for row in rows)),
        "wages": yuan(sum(row.wages_hao for row in rows)),
        "service": yuan(sum(row.service_hao for row in rows)),
        "total": yuan(sum(row.total_hao for row in rows)),
    }


def _table(rows: Sequence[Row], order: Order) -> Table:
    return Table(
        caption=_("Statement for order %(number)s") % {"number": order.number},
        columns=(
            Column("product", _("Product")),
            Column("accepted", _("Accepted"), "number"),
            Column("wages", _("For the makers"), "money"),
            Column("service", _("For the service"), "money"),
            Column("fee", _("Fee a piece, in yuan"), "rate"),
            Column("total", _("In all"), "money"),
        ),
        rows=[
            {
                "product": row.line.version.product.name,
                "accepted": row.accepted,
                "wages": row.wages_hao,
                "service": row.service_hao,
                "fee": row.line.fee_hao,
                "total": row.total_hao,
            }
            for row in rows
        ],
        empty=_("Nothing was accepted yet."),
        export_url=reverse("pay:statement_sheet", args=[order.pk]),
    )


def statement_sheet(request: Visit, pk: int) -> HttpResponse:
    order = _order(request, pk)
    return workbook(request, _table(_rows(request, order), order))


def statement_pdf(request: Visit, pk: int) -> HttpResponse:
    order = _order(request, pk)
    content = papers.statement_paper(_said(order, _rows(request, order)))
    return send_page(content, f"statement-{order.pk}.pdf")


def _said(order: Order, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "title": _("Statement for order %(number)s") % {"number": order.number},
        "facts": [
            [_("Enterprise"), order.enterprise.name],
            [_("Operator"), order.operator.name],
            [_("Drawn up on"), full_day(clock.today())],
        ],
        "heads": [str(column.title) for column in _table(rows, order).columns],
        "rows": [
            [
                row.line.version.product.name, number(row.accepted), yuan(row.wages_hao), yuan(row.service_hao),
                rate(row.line.fee_hao), yuan(row.total_hao),
            ]
            for row in rows
        ],
        "answer": _answer(rows),
        "signs": [_("For the enterprise"), _("For the operator")],
    }  # fmt: skip
