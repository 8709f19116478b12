"""The sheet on which an officer chooses products: figures from rows, filtered, as a chart, a table and a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.ui.charts import Bars
from gongfang.ui.doors import workbook
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.orders import access
from gongfang.work.orders.forms import WantedForm
from gongfang.work.orders.selection import Choice, Wanted, choices

MOST_BARS = 12


def selection(request: Visit) -> HttpResponse:
    """Show the products that are as wanted, the steadiest first."""
    form, found = _asked(request)
    context = {
        "title": _("Choosing products"),
        "back": Link(_("Products"), reverse("orders:products")),
        "answer": _answer(len(found)),
        "form": form,
        "chart": _chart(found) if found else None,
        "table": _table(found, request.GET.urlencode()),
    }
    return render(request, "orders/selection.html", context)


def selection_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _table(_asked(request)[1], ""))


def _asked(request: Visit) -> tuple[WantedForm, list[Choice]]:
    if not access.may_see_products(request.member):
        raise NotAllowed
    form = WantedForm(request.GET or None)
    wanted = form.wanted() if form.is_bound and form.is_valid() else Wanted()
    return form, choices(clock.today(), wanted)


def _answer(count: int) -> str:
    if not count:
        return _("No product is as you want it. Ask for less.")
    return ngettext(
        "%(count)s product is as you want it.", "%(count)s products are as you want them.", count
    ) % {"count": number(count)}


def _chart(found: Sequence[Choice]) -> Bars:
    shown = found[:MOST_BARS]
    names = [choice.step.version.product.name for choice in shown]
    counts = [choice.months for choice in shown]
    told = _(", ").join(f"{name} {months}" for name, months in zip(names, counts, strict=True))
    return Bars(
        label=_("Months with orders, of the last twelve"), description=told, names=names, counts=counts,
        unit=_("months"),
    )  # fmt: skip


def _table(found: Sequence[Choice], query: str) -> Table:
    url = reverse("orders:selection_sheet")
    return Table(
        caption=_("Choosing products"),
        columns=(
            Column("product", _("Product"), "link"),
            Column("people", _("People who can make it"), "number"),
            Column("hourly", _("About yuan an hour"), "money"),
            Column("stays", _("Fee less rate, a piece"), "rate"),
            Column("months", _("Months with orders"), "number"),
            Column("orders", _("Orders in a year"), "number"),
            Column("repeat", _("Ordered again")),
            Column("back", _("Sent back")),
            Column("material", _("Material a piece, in yuan"), "rate"),
        ),
        rows=[
            {
                "product": Link(
                    f"{choice.step.version.product.name} · {choice.step.skill.name}",
                    reverse("orders:product", args=[choice.step.version.product_id]),
                ),
                 "people": choice.people, "hourly": choice.hourly_hao,
                "stays": choice.stays_hao, "months": choice.months, "orders": choice.orders,
                "repeat": _share(choice.repeat_permille), "back": _share(choice.back_permille),
                "material": choice.material_hao,
            }
            for choice in found
        ],
        empty=_("No product is as you want it. Ask for less."),
        export_url=f"{url}?{query}" if query else url,
    )  # fmt: skip


def _share(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}%"
