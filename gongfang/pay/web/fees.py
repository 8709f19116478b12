"""Processing fees paid by agent and workshop and year, by hand and by machine: the figure counties reward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.pay import access
from gongfang.pay.summing import YearFees, fees_of_year
from gongfang.ui.doors import workbook
from gongfang.ui.formats import yuan
from gongfang.ui.forms import PiecesField
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table


class YearForm(forms.Form):
    """Which year."""

    year = PiecesField(label=gettext_lazy("Year"), min_value=2000, max_value=2200, required=False)


def _asked(request: Visit) -> tuple[int, list[YearFees]]:
    if not access.may_see_fees(request.member):
        raise NotAllowed
    form = YearForm(request.GET)
    year = (form.cleaned_data["year"] if form.is_valid() else None) or clock.today().year
    return year, fees_of_year(access.earners(request.member), year)


def fees(request: Visit) -> HttpResponse:
    """Show what agents and workshops paid their makers in a year, hand and machine apart."""
    year, rows = _asked(request)
    context = {
        "title": _("Processing fees paid"),
        "back": Link(_("Slips"), reverse("pay:slips")),
        "answer": _answer(year, rows),
        "filters": YearForm({"year": year}),
        "table": _table(year, rows),
    }
    return render(request, "pay/fees.html", context)


def _answer(year: int, rows: Sequence[YearFees]) -> str:
    said = _("%(year)s: %(fees)s of processing fees were paid, %(hand)s by hand and %(machine)s by machine.")
    return said % {
        "year": str(year),
        "fees": yuan(sum(row.fees_hao for row in rows)),
        "hand": yuan(sum(row.hand_hao for row in rows)),
        "machine": yuan(sum(row.machine_hao for row in rows)),
    }


def _table(year: int, rows: Sequence[YearFees]) -> Table:
    rewarded = any(row.reward_hao for row in rows)
    return Table(
        caption=_("Processing fees paid in %(year)s") % {"year": str(year)},
        columns=(
            Column("name", _("Workshop or agent"), "link"), Column("kind", _("Kind")),
            Column("makers", _("Makers"), "number"), Column("hand", _("By hand"), "money"),
            Column("machine", _("By machine"), "money"), Column("fees", _("Together"), "money"),
            Column("margin", _("Margin paid"), "money"),
            *([Column("reward", _("Reward reached"), "money")] if rewarded else []),
        ),
        rows=[_row(row) for row in rows],
        empty=_("Nothing was paid for pieces in this year."),
        export_url=f"{reverse('pay:fees_sheet')}?year={year}",
    )  # fmt: skip


def _row(row: YearFees) -> dict[str, Any]:
    at = row.organisation
    return {
        "name": Link(at.name, reverse("pay:margin", args=[at.pk])), "kind": at.get_kind_display(),
        "makers": row.makers, "hand": row.hand_hao, "machine": row.machine_hao, "fees": row.fees_hao,
        "margin": row.margin_hao, "reward": row.reward_hao or None,
    }  # fmt: skip


def fees_sheet(request: Visit) -> HttpResponse:
    year, rows = _asked(request)
    return workbook(request, _table(year, rows))
