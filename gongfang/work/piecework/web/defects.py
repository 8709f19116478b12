"""What is wrong with pieces, by kind and month: of products and workshops, never of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.ui.charts import Bars
from gongfang.ui.doors import workbook
from gongfang.ui.formats import number, pieces
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.piecework import access, queries
from gongfang.work.piecework.queries import Faults

MONTHS = 12


def _faults(request: Visit) -> Faults:
    if not access.may_see_defects(request.member):
        raise NotAllowed
    return queries.faults(request.member, clock.today(), months=MONTHS)


def _table(faults: Faults) -> Table:
    return Table(
        caption=_("Pieces with a defect"),
        columns=(
            Column("product", _("Product")),
            Column("kind", _("What is wrong")),
            *(Column(f"m{index}", _written(month), "number") for index, month in enumerate(faults.months)),
            Column("sum", _("In all"), "number"),
        ),
        rows=[_row(name, kind, counts) for (name, kind), counts in faults.counts.items()],
        empty=_("Nothing was counted as wrong. Kinds of defects are listed on the product's page."),
        export_url=reverse("piecework:defects_sheet"),
    )


def _row(product: str, kind: str, counts: Sequence[int]) -> dict[str, Any]:
    months = {f"m{index}": count for index, count in enumerate(counts)}
    return {"product": product, "kind": kind, "sum": sum(counts), **months}


def _written(month: date) -> str:
    return f"{month:%Y-%m}"


def defects(request: Visit) -> HttpResponse:
    faults = _faults(request)
    context = {
        "title": _("What is wrong, by kind"),
        "back": Link(_("Bags"), reverse("piecework:bags")),
        "answer": _answer(faults),
        "table": _table(faults),
        "charts": [_by_month(faults), _by_kind(faults)] if faults.counts else [],
    }
    return render(request, "piecework/defects.html", context)


def _answer(faults: Faults) -> str:
    if not faults.counts:
        return _("In twelve months no piece was counted under a defect.")
    (product, kind), counts = max(faults.counts.items(), key=lambda each: sum(each[1]))
    return _("Most often in twelve months: “%(kind)s” of %(product)s, on %(pieces)s.") % {
        "kind": kind,
        "product": product,
        "pieces": pieces(sum(counts)),
    }


def _by_month(faults: Faults) -> Bars:
    per_thousand = [
        1000 * sum(counts[index] for counts in faults.counts.values()) // looked if looked else 0
        for index, looked in enumerate(faults.pieces)
    ]
    return Bars(
        label=_("Defects in a thousand pieces, month by month"),
        description=_("The newest month is the last one: %(count)s.") % {"count": number(per_thousand[-1])},
        names=[_written(month) for month in faults.months],
        counts=per_thousand,
        unit=_("in a thousand"),
    )


def _by_kind(faults: Faults) -> Bars:
    sums = {f"{product} · {kind}": sum(counts) for (product, kind), counts in faults.counts.items()}
    first = sorted(sums, key=lambda name: -sums[name])[:10]
    return Bars(
        label=_("Pieces by kind of defect"),
        description=_answer(faults),
        names=first,
        counts=[sums[name] for name in first],
        unit=_("pieces"),
    )


def defects_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _table(_faults(request)))
