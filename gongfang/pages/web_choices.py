"""Pages of what the county chooses: every number with its reason, what is planned, what was before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.core.models import Parameter
from gongfang.pages import access, actions
from gongfang.pages.choices import Choice, Standing, choice_of, standing, standings
from gongfang.pages.forms import AmountForm, ChoiceForm
from gongfang.ui.doors import allowed, fill, workbook
from gongfang.ui.formats import full_day
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table


def parameters(request: Visit) -> HttpResponse:
    """List every number a county may choose, and lead to the other things it may."""
    table = _table(request)
    may_set = actions.set_parameter.may(request.member, None)
    context = {
        "title": _("What the county chooses"),
        "answer": _("These numbers hold here today. Each says why, and what follows from it."),
        "table": table,
        "links": _links() if may_set else [],
    }
    return render(request, "pages/parameters.html", context)


def parameters_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _table(request))


def _table(request: Visit) -> Table:
    if not access.may_see_parameters(request.member):
        raise NotAllowed
    today = clock.today()
    return Table(
        caption=_("Numbers of the county"),
        columns=(
            Column("what", _("What"), "link"),
            Column("value", _("What holds")),
            Column("document", _("Document or reason")),
            Column("planned", _("Planned")),
            Column("meaning", _("What follows from it")),
        ),
        rows=[_row(one) for one in standings(today)],
        empty="",
        export_url=reverse("parameters_sheet"),
    )


def _row(found: Standing) -> dict[str, Any]:
    choice = found.choice
    return {
        "what": Link(choice.title, reverse("parameter", args=[choice.setting.key])),
        "value": choice.written(found.value),
        "document": found.row.document if found.row else _("our first value"),
        "planned": ", ".join(_from(choice, row) for row in found.planned),
        "meaning": choice.meaning,
    }


def _from(choice: Choice, row: Parameter) -> str:
    return _("%(value)s from %(day)s on") % {
        "value": choice.written(int(row.value)), "day": full_day(row.valid_from),
    }  # fmt: skip


def _links() -> list[Link]:
    """What else a county chooses, on pages of its own."""
    return [
        Link(_("Rules of pay"), reverse("pay:rules")),
        Link(_("Words of reminders"), reverse("orders:set_reminders")),
        Link(_("Inspection plans, product by product"), reverse("orders:products")),
    ]


def parameter(request: Visit, key: str) -> HttpResponse:
    """Show one number now, planned and before; an officer sets it here."""
    choice = choice_of(key)
    if choice is None:
        raise Http404
    if not access.may_see_parameters(request.member):
        raise NotAllowed
    found = standing(choice, clock.today())
    context = {
        "title": choice.title,
        "back": Link(_("What the county chooses"), reverse("parameters")),
        "value": choice.written(found.value),
        "choice": choice,
        "row": found.row,
        "planned": [_from(choice, row) for row in found.planned],
        "history": _history(choice, [*reversed(found.planned), *filter(None, [found.row]), *found.before]),
        "may_set": actions.set_parameter.may(request.member, None),
    }
    return render(request, "pages/parameter.html", context)


def _history(choice: Choice, rows: Iterable[Parameter]) -> Table:
    return Table(
        caption=_("Set by the county"),
        columns=(
            Column("since", _("From"), "date"),
            Column("value", _("Set to")),
            Column("document", _("Document or reason")),
        ),
        rows=[
            {"since": row.valid_from, "value": choice.written(int(row.value)), "document": row.document}
            for row in rows
        ],
        empty=_("The county has not set this number; our first value holds."),
    )


def set_parameter(request: Visit, key: str) -> HttpResponse:
    """Set a number from a day on."""
    choice = choice_of(key)
    if choice is None:
        raise Http404
    allowed(request, actions.set_parameter, None)
    today = clock.today()
    form = AmountForm if choice.unit == "yuan" else ChoiceForm
    initial = {"value": standing(choice, today).value, "valid_from": today}
    return fill(
        request,
        form(request.POST or None, initial=initial),
        lambda by, facts: actions.set_parameter(by, None, key=key, **facts),
        title=choice.title,
        submit=_("Set the number"),
        back=Link(choice.title, reverse("parameter", args=[key])),
        done=lambda row: _("It holds from %(day)s on.") % {"day": full_day(row.valid_from)},
        answer=choice.meaning,
    )
