"""Advances of everybody whose books one keeps: who waits for the person's own yes, and who for the other's.

What workshops and agents got ahead of their margin stands in front; they are few.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.pay import access, actions, queries, wording
from gongfang.pay.models import Advance
from gongfang.pay.term_forms import YesForm
from gongfang.pay.web.margin_advances import advances_table
from gongfang.pay.web.terms import terms_url
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.work.dispatch.web.names import names

_PARTS = ("relation__organisation", "relation__resident")


def advances(request: Visit) -> HttpResponse:
    """List advances, those that wait for somebody in front."""
    pages = page_of(request, _ordered(request))
    waiting = access.visible_advances(request.member)
    context = {
        "title": _("Advances"),
        "back": Link(_("Slips"), reverse("pay:slips")),
        "answer": wording.advances_answer(*queries.waiting_advances(waiting)),
        "first": advances_table(request.member, access.visible_margin_advances(request.member)),
        "table": _table(request.member, pages.items, pages),
    }
    return render(request, "pay/list.html", context)


def _ordered(request: Visit) -> QuerySet[Advance]:
    asked = When(stage=Advance.Stage.ASKED, then=Value(1))
    first = Case(When(stage=Advance.Stage.ASKED, provisional=True, then=Value(0)), asked, default=Value(2))
    return access.visible_advances(request.member).select_related(*_PARTS).order_by(first, "-pk")


def _table(member: Member, rows: Sequence[Advance], pages: Pages[Advance] | None = None) -> Table:
    known = names(member, [row.relation.resident for row in rows], page="advances")
    return Table(
        caption=_("Advances"),
        columns=(
            Column("who", _("Person"), "link"),
            Column("operator", _("Operator")),
            Column("day", _("Asked for on"), "date"),
            Column("amount", _("Amount"), "money"),
            Column("left", _("Still to be set off"), "money"),
            Column("reason", _("What for")),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "who": Link(known[row.relation.resident_id], terms_url(row.relation)),
                "operator": row.relation.organisation.name,
                "day": row.asked_on,
                "amount": row.amount_hao,
                "left": row.left_hao,
                "reason": row.refusal or row.reason,
                "status": wording.advance_tag(row),
            }
            for row in rows
        ],
        empty=_("No advance was asked for."),
        export_url=reverse("pay:advances_sheet"),
        pages=pages,
    )


def advances_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _ordered(request), lambda rows: _table(request.member, rows))


def _one(request: Visit, pk: int) -> Advance:
    return get_object_or_404(access.visible_advances(request.member).select_related(*_PARTS), pk=pk)


def confirm_advance(request: Visit, pk: int) -> HttpResponse:
    """Say yes to what another asked for in one's own name."""
    found = _one(request, pk)
    done = _("It is your question now. Another person decides.")
    return press(
        request, lambda by: actions.confirm_advance(by, found), to=terms_url(found.relation), done=done
    )


def confirm_on_paper(request: Visit, pk: int) -> HttpResponse:
    """Enter the yes a person has signed, tapped or spoken."""
    found = _one(request, pk)
    allowed(request, actions.confirm_advance, found)
    return fill(
        request,
        YesForm(request.POST or None),
        lambda by, facts: actions.confirm_advance(by, found, **facts),
        title=_("Enter the signed slip"),
        submit=_("Save"),
        back=Link(found.relation.organisation.name, terms_url(found.relation)),
        done=_("The person's yes is entered."),
    )
