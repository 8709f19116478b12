"""The weekly sheet of the centre: one page, one workbook, one paper, the same figures on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongfang.core import clock, sheets
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.ledger.models import Checkpoint
from gongfang.ledger.seals import Paper
from gongfang.oversight.access import may_see_figures
from gongfang.oversight.weekly import Money, OrderWeek, PlaceWeek, Weekly, weekly
from gongfang.ui.doors import about_sheet, cells_of, columns_of, send_sheet, sheet_name
from gongfang.ui.formats import full_day, number, yuan
from gongfang.ui.forms import DayField
from gongfang.ui.papers import send_page, set_page
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.work.orders.models import Material
from gongfang.work.orders.web.receipts import order_url
from gongfang.work.orders.wording import amount, called


class WeekForm(forms.Form):
    """Any day of the week that is asked for."""

    day = DayField(label=gettext_lazy("A day of the week"), required=False)


def _asked(request: Visit) -> Weekly:
    if not may_see_figures(request.member):
        raise NotAllowed
    form, today = WeekForm(request.GET), clock.today()
    day = form.cleaned_data["day"] if form.is_valid() else None
    return weekly(request.member, day or today, today)


def week(request: Visit) -> HttpResponse:
    """Show what a week brought, workshop by workshop and order by order."""
    found = _asked(request)
    asked = f"?day={found.since}"
    context = {
        "title": _("Weekly sheet"),
        "back": Link(_("All registers"), reverse("oversight:registers")),
        "answer": answer(found),
        "filters": WeekForm({"day": found.since}),
        "before": f"?day={found.since - timedelta(days=7)}",
        "after": f"?day={found.since + timedelta(days=7)}" if found.until < clock.today() else "",
        "pdf_url": reverse("oversight:week_pdf") + asked,
        "sheet_url": reverse("oversight:week_sheet") + asked,
        "tables": _tables(found),
    }
    return render(request, "oversight/week.html", context)


def answer(found: Weekly) -> str:
    """Say the week in one sentence."""
    said = _(
        "%(since)s to %(until)s: %(handed_in)s pieces came in, %(accepted)s were accepted, %(delivered)s went out;"
        " %(paid)s was paid to makers."
    )
    return said % {
        "since": full_day(found.since), "until": full_day(found.until),
        "handed_in": number(sum(row.handed_in for row in found.places)),
        "accepted": number(sum(row.accepted for row in found.places)),
        "delivered": number(sum(row.delivered for row in found.orders)),
        "paid": yuan(found.money.paid_hao),
    }  # fmt: skip


def _tables(found: Weekly) -> list[Table]:
    return [_places(found.places), _orders(found.orders), _money(found.money)]


def _places(rows: Sequence[PlaceWeek]) -> Table:
    return Table(
        caption=_("Workshops and agents"),
        columns=(
            Column("place", _("Workshop or agent")), Column("order", _("Order"), "link"), Column("work", _("Work")),
            Column("issued", _("Handed out"), "number"), Column("handed_in", _("Came in"), "number"),
            Column("accepted", _("Accepted"), "number"), Column("late", _("Bags late today"), "number"),
            Column("earned", _("Earned by makers"), "money"), Column("margin", _("Margin"), "money"),
            Column("paid", _("Paid to makers"), "money"), Column("unpaid", _("Not paid yet today"), "money"),
        ),
        rows=[_place(row) for row in rows],
        empty=_("Nothing was handed out, came in or was paid in this week."),
    )  # fmt: skip


def _place(row: PlaceWeek) -> dict[str, Any]:
    line = row.line
    assert line is not None  # every row is named before it is shown
    return {
        "place": row.organisation, "order": Link(line.order.number, order_url(line.order)), "work": called(line),
        "issued": row.issued, "handed_in": row.handed_in, "accepted": row.accepted, "late": row.late,
        "earned": row.earned_hao, "margin": row.margin_hao, "paid": row.paid_hao, "unpaid": row.unpaid_hao,
    }  # fmt: skip


def _orders(rows: Sequence[OrderWeek]) -> Table:
    return Table(
        caption=_("Orders"),
        columns=(
            Column("order", _("Order"), "link"), Column("enterprise", _("Enterprise")), Column("due", _("Due"), "date"),
            Column("brought", _("Material taken in")), Column("sent_back", _("Material sent back")),
            Column("delivered", _("Delivered"), "number"), Column("returned", _("Came back"), "number"),
            Column("missing", _("Late today"), "number"), Column("invoiced", _("Invoiced"), "money"),
            Column("received", _("Fee received"), "money"), Column("owed", _("Fee owed today"), "money"),
        ),
        rows=[_order(row) for row in rows],
        empty=_("No order moved in this week, none is late, and no fee is owed."),
    )  # fmt: skip


def _order(row: OrderWeek) -> dict[str, Any]:
    order = row.order
    assert order is not None  # every row is named before it is shown
    return {
        "order": Link(order.number, order_url(order)), "enterprise": order.enterprise.name, "due": order.due,
        "brought": _amounts(row.brought, row.materials), "sent_back": _amounts(row.sent_back, row.materials),
        "delivered": row.delivered, "returned": row.returned, "missing": row.missing,
        "invoiced": row.invoiced_hao, "received": row.received_hao, "owed": row.owed_hao,
    }  # fmt: skip


def _amounts(kept: Mapping[int, int], known: Mapping[int, Material]) -> str:
    return _(", ").join(f"{known[key]} {amount(known[key], count)}" for key, count in kept.items() if count)


def _money(money: Money) -> Table:
    return Table(
        caption=_("Money"),
        columns=(Column("what", _("What it is")), Column("hao", _("Amount"), "money")),
        rows=[
            {"what": what, "hao": hao}
            for what, hao in (
                (_("Earned by makers with accepted pieces"), money.earned_hao),
                (_("Earned by makers beside pieces"), money.beside_hao),
                (_("Earned by agents and workshops as margin"), money.margin_hao),
                (_("Paid to makers"), money.paid_hao),
                (_("Paid as margin"), money.margin_paid_hao),
                (_("Tax withheld"), money.tax_hao),
                (_("Owed to makers today"), money.owed_hao),
                (_("Owed as margin today"), money.margin_owed_hao),
                (_("Fees enterprises owe today"), money.fee_owed_hao),
                (_("of them late"), money.fee_late_hao),
            )
        ],
        empty="",
    )


def week_sheet(request: Visit) -> HttpResponse:
    """Save the sheet as a workbook, a table a page."""
    found = _asked(request)
    title = _title(found)
    tables = [
        sheets.Table(str(table.caption), columns_of(table), list(cells_of(table))) for table in _tables(found)
    ]
    simulated = bool(getattr(request.tenant, "demo", False))
    content = sheets.write(tables, about=about_sheet(request, title), simulated=simulated)
    return send_sheet(content, sheet_name(title))


def _title(found: Weekly) -> str:
    return _("Weekly sheet %(since)s") % {"since": f"{found.since:%Y-%m-%d}"}


def week_pdf(request: Visit) -> HttpResponse:
    """Print the sheet, with the ledger's last seal as a code to keep."""
    found = _asked(request)
    last = Checkpoint.objects.order_by("-day").first()
    said = {
        "title": _("Weekly sheet"), "county": str(getattr(request.tenant, "name", "")), "answer": answer(found),
        "simulated": _("Simulated data") if getattr(request.tenant, "demo", False) else "",
        "tables": [_printed(table) for table in _tables(found)],
        "seal": _("Seal of the accounts of %(day)s: keep this sheet.") % {"day": full_day(last.day)} if last else "",
        "printed": _("As of %(day)s") % {"day": full_day(clock.today())},
        "signs": [_("Drawn up by"), _("Checked by")],
    }  # fmt: skip
    content = set_page("gongfang.oversight", "week.typ", said, address=str(Paper.of(last)) if last else "")
    return send_page(content, f"{_title(found)}.pdf")


def _printed(table: Table) -> dict[str, Any]:
    return {
        "caption": str(table.caption),
        "heads": [str(column.title) for column in table.columns],
        "numbers": [column.css == "number" for column in table.columns],
        "rows": [
            [cell.value.text if cell.column.kind == "link" else cell.text for cell in line]
            for line in table.lines()
        ],
        "empty": table.empty,
    }
