"""The county's figures: what was published, what the registers say, and the rows beneath each figure."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.database import scope
from gongfang.oversight.access import may_see_figures
from gongfang.oversight.figures import Figure, all_figures, figure, plain
from gongfang.oversight.listing import prepared, table_of
from gongfang.oversight.wording import rule, unit
from gongfang.ui.doors import workbook
from gongfang.ui.parts import Link, Tag
from gongfang.ui.tables import Column, Table, page_of
from gongfang.ui.ways import reverse


def figure_list(request: Visit) -> HttpResponse:
    """Show every published figure beside what the registers say."""
    _permit(request)
    found = all_figures(scope.current())
    kept = [one for one in found if one.found]
    context = {
        "title": _("Figures"),
        "kept": len(kept),
        "agree": sum(one.holds is True for one in kept),
        "table": _table(found),
    }
    return render(request, "oversight/figures.html", context)


def figures_sheet(request: Visit) -> HttpResponse:
    """Save the figures as an Excel sheet."""
    _permit(request)
    return workbook(request, _table(all_figures(scope.current())))


def figure_page(request: Visit, name: str) -> HttpResponse:
    """Show one figure and list what was counted."""
    _permit(request)
    one = figure(scope.current(), name)
    if one is None:
        raise Http404
    pages = page_of(request, prepared(one.found.rows if one.found else ()))
    context = {
        "title": one.name,
        "back": Link(_("Figures"), reverse("oversight:figures")),
        "figure": one,
        "derived": _shown(one),
        "published": one.published.published,
        "unit": unit(one.published.unit),
        "rule": rule(one.published.rule),
        "table": table_of(request.member, one, pages.items, pages),
    }
    return render(request, "oversight/figure.html", context)


def _permit(request: Visit) -> None:
    if not may_see_figures(request.member):
        raise NotAllowed


def _table(found: list[Figure]) -> Table:
    return Table(
        caption=_("Published figures and the registers"),
        columns=(
            Column("name", _("Figure"), "link"),
            Column("published", _("Published"), "number"),
            Column("derived", _("Registers"), "text"),
            Column("unit", _("Unit")),
            Column("rule", _("Rule")),
            Column("answer", _("Answer"), "tag"),
        ),
        rows=[_row(one) for one in found],
        empty=_("Nothing was published about this county."),
        export_url=reverse("oversight:figures_sheet"),
    )


def _row(one: Figure) -> dict[str, object]:
    return {
        "name": Link(one.name, reverse("oversight:figure", args=[one.published.id])),
        "published": one.published.published,
        "derived": _shown(one),
        "unit": unit(one.published.unit),
        "rule": rule(one.published.rule),
        "answer": _answer(one),
    }


def _shown(one: Figure) -> str:
    value = plain(one.derived)
    return "" if value is None else f"{value:,}"


def _answer(one: Figure) -> Tag:
    if one.holds is None:
        return Tag(_("not kept yet"))
    return Tag(_("agrees"), "done") if one.holds else Tag(_("differs"), "act")
