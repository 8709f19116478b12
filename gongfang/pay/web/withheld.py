"""Tax withheld of an operator's people: a month on a page, and in full for whoever files it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gongfang.core import clock, sheets
from gongfang.core.doors import Visit, attempt
from gongfang.pay import access, actions
from gongfang.pay.withheld import Filing, Withheld, filing
from gongfang.registry.people.models import Organisation
from gongfang.ui.doors import save_sheet, workbook
from gongfang.ui.formats import full_day, number, yuan
from gongfang.ui.forms import DayField, KeyedForm
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.work.dispatch.web.names import names


class MonthForm(forms.Form):
    """Any day of the month that is asked for."""

    month = DayField(label=gettext_lazy("A day of the month"), required=False)


class TakeOutForm(KeyedForm):
    """Which month's list leaves."""

    month = DayField(widget=forms.HiddenInput)


def _operator(request: Visit, pk: int) -> Organisation:
    return get_object_or_404(access.operators(request.member), pk=pk)


def _asked(request: Visit, operator: Organisation) -> Filing:
    form = MonthForm(request.GET)
    month = form.cleaned_data["month"] if form.is_valid() else None
    return filing(operator, month or clock.today())


def tax_list(request: Visit, pk: int) -> HttpResponse:
    """Show who earned how much in a month, what was withheld, and by when it is filed."""
    operator = _operator(request, pk)
    found = _asked(request, operator)
    context = {
        "title": _("Tax withheld by %(name)s") % {"name": operator.name},
        "back": Link(operator.name, reverse("pay:operator", args=[pk])),
        "answer": _answer(found),
        "document": found.rule.document if found.rule else "",
        "filters": MonthForm({"month": found.month}),
        "operator": operator,
        "take_out": TakeOutForm(initial={"month": found.month})
        if found.rows and access.may_take_out_tax_list(request.member, operator)
        else None,
        "table": _table(request, operator, found),
    }
    return render(request, "pay/tax_list.html", context)


def _answer(found: Filing) -> str:
    said = ngettext(
        "%(month)s: %(tax)s was withheld of %(n)s person.",
        "%(month)s: %(tax)s was withheld of %(n)s people.",
        len(found.rows),
    ) % {"month": f"{found.month:%Y-%m}", "tax": yuan(found.tax_hao), "n": number(len(found.rows))}
    if found.due is None:
        return said
    return _("%(said)s It is filed and paid by %(day)s.") % {"said": said, "day": full_day(found.due)}


def _table(request: Visit, operator: Organisation, found: Filing) -> Table:
    known = names(request.member, [row.relation.resident for row in found.rows], page="tax_list")
    url = reverse("pay:tax_sheet", args=[operator.pk])
    return Table(
        caption=_caption(found),
        columns=(
            Column("who", _("Person")), Column("terms", _("Terms")), Column("month", _("Month")),
            Column("gross", _("Income"), "money"), Column("tax", _("Tax withheld"), "money"),
            Column("payer", _("Payer")), Column("due", _("File by"), "date"),
        ),
        rows=[_row(row, found, operator) | {"who": known[row.relation.resident_id]} for row in found.rows],
        empty=_("Nobody has a slip of this month."),
        export_url=f"{url}?month={found.month}",
    )  # fmt: skip


def _caption(found: Filing) -> str:
    return _("Tax withheld in %(month)s") % {"month": f"{found.month:%Y-%m}"}


def _row(row: Withheld, found: Filing, operator: Organisation) -> dict[str, Any]:
    return {
        "terms": row.relation.get_kind_display(), "month": f"{found.month:%Y-%m}", "gross": row.gross_hao,
        "tax": row.tax_hao, "payer": operator.name, "due": found.due,
    }  # fmt: skip


def tax_sheet(request: Visit, pk: int) -> HttpResponse:
    """Save the month as the page shows it, names masked as there."""
    operator = _operator(request, pk)
    return workbook(request, _table(request, operator, _asked(request, operator)))


def take_out_tax_list(request: Visit, pk: int) -> HttpResponse:
    """Give whoever files it the list with names and numbers in full; each look is written down."""
    operator = _operator(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = TakeOutForm(request.POST)
    if form.is_valid():
        month = form.cleaned_data["month"]
        if attempt(request, lambda by: actions.take_out_tax_list(by, operator, month=month)) is not None:
            return _in_full(request, operator, filing(operator, month))
    return redirect("pay:tax_list", pk=pk)


def _in_full(request: Visit, operator: Organisation, found: Filing) -> HttpResponse:
    answer = save_sheet(request, _caption(found), _full_columns(), list(_full_rows(found, operator)))
    answer["Cache-Control"] = "no-store"
    return answer


def _full_columns() -> Sequence[sheets.Column]:
    return [
        sheets.Column(_("Person")), sheets.Column(_("ID number"), width=24), sheets.Column(_("Terms")),
        sheets.Column(_("Month")), sheets.Column(_("Income"), "yuan"), sheets.Column(_("Tax withheld"), "yuan"),
        sheets.Column(_("Payer"), width=30), sheets.Column(_("File by"), "date"),
    ]  # fmt: skip


def _full_rows(found: Filing, operator: Organisation) -> Iterator[Sequence[Any]]:
    for row in found.rows:
        person = row.relation.resident
        yield [
            person.name.reveal(), person.id_number.reveal(), row.relation.get_kind_display(),
            f"{found.month:%Y-%m}", row.gross_hao, row.tax_hao, operator.name, found.due,
        ]  # fmt: skip
