"""Pages of the registers: all of them in one place, each as a list of a period and as a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.oversight.access import may_see_figures
from gongfang.oversight.register_rows import DRAWN, sheet_url
from gongfang.oversight.registers import Register, register_named, registers_of
from gongfang.pay.term_forms import PeriodForm
from gongfang.ui.formats import full_day, number
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of

SHOWN = timedelta(days=30)  # what a register shows before somebody says a period


def registers(request: Visit) -> HttpResponse:
    """Show which registers there are, each with its list and its sheet."""
    found = registers_of(request.member)
    if not found:
        raise NotAllowed
    context = {
        "title": _("All registers"),
        "answer": _("Each register is a list of the days you choose, and an Excel sheet."),
        "table": Table(
            columns=(Column("register", _("Register"), "link"), Column("told", _("What stands in it"))),
            rows=[
                {
                    "register": Link(row.title, reverse("oversight:register", args=[row.name])),
                    "told": row.told,
                }
                for row in found
            ],
            empty="",
        ),
        "may_see_week": may_see_figures(request.member),
    }
    return render(request, "oversight/registers.html", context)


def register(request: Visit, name: str) -> HttpResponse:
    """Show one register of the days chosen, the last thirty before anything is."""
    found = _register(request, name)
    filters = _filters(request)
    since, until = _days(filters)
    pages = page_of(request, found.between(request.member, since, until))
    asked = request.GET.urlencode() or f"since={since}&until={until}"
    context = {
        "title": found.title,
        "back": Link(_("All registers"), reverse("oversight:registers")),
        "answer": _answer(pages.total, since, until),
        "filters": filters,
        "table": _table(request, found, pages.items, pages, export=f"{sheet_url(name)}?{asked}"),
    }
    return render(request, "oversight/register.html", context)


def register_sheet(request: Visit, name: str) -> HttpResponse:
    """Save a register as a sheet, a long one by the queue."""
    found = _register(request, name)
    rows = found.between(request.member, *_days(_filters(request)))
    return sheet(request, rows, lambda part: _table(request, found, part))


def _register(request: Visit, name: str) -> Register:
    found = register_named(request.member, name)
    if found is None:
        raise NotAllowed if name in DRAWN else Http404
    return found


def _filters(request: Visit) -> PeriodForm:
    today = clock.today()
    return PeriodForm(
        request.GET if {"since", "until"} & set(request.GET) else {"since": today - SHOWN, "until": today}
    )


def _days(filters: PeriodForm) -> tuple[date | None, date | None]:
    facts: dict[str, Any] = filters.cleaned_data if filters.is_valid() else {}
    return facts.get("since"), facts.get("until")


def _answer(rows: int, since: date | None, until: date | None) -> str:
    lines = ngettext("%(n)s line", "%(n)s lines", rows) % {"n": number(rows)}
    said = {"lines": lines, "since": full_day(since), "until": full_day(until)}
    if since and until:
        return _("%(lines)s from %(since)s to %(until)s.") % said
    if since:
        return _("%(lines)s from %(since)s on.") % said
    return _("%(lines)s up to %(until)s.") % said if until else _("%(lines)s in all.") % said


def _table(
    request: Visit, found: Register, rows: Sequence[Any], pages: Pages[Any] | None = None, *, export: str = ""
) -> Table:
    return Table(
        caption=found.title,
        columns=found.columns,
        rows=DRAWN[found.name](request, rows),
        empty=_("Nothing was entered in these days."),
        export_url=export,
        pages=pages,
    )
