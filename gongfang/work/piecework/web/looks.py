"""Pages after the verdict: another look, and rejected pieces on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core.doors import Visit
from gongfang.ui.doors import allowed, fill
from gongfang.ui.formats import number, pieces
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.wording import work_name
from gongfang.work.piecework import access, actions, queries, wording
from gongfang.work.piecework.forms import AskAgainForm, ShelfForm
from gongfang.work.piecework.models import Inspection


def ask_again(request: Visit, pk: int) -> HttpResponse:
    """Ask that somebody else looks at the pieces of a hand-in again."""
    seen = Inspection.objects.filter(hand_in__in=access.visible_hand_ins(request.member))
    found = get_object_or_404(seen.select_related("hand_in__bag__lot__step"), pk=pk)
    allowed(request, actions.ask_again, found)
    back = Link(_("The verdict"), reverse("piecework:verdict", args=[found.hand_in_id]))
    return fill(
        request,
        AskAgainForm(request.POST or None),
        lambda by, facts: actions.ask_again(by, found, **facts),
        title=_("Ask for another look"),
        submit=_("Ask for another look"),
        back=back,
        done=_("Somebody else will look at the pieces. The answer appears here."),
        answer=_("%(verdict)s. Asking costs nothing, and what you have earned is never lowered by it.")
        % {"verdict": wording.verdict(found)},
    )


def _shelf(rows: Sequence[Any], pages: Pages[Any] | None = None) -> Table:
    return Table(
        caption=_("Rejected pieces on the shelf"),
        columns=(
            Column("work", _("Work"), "link"),
            Column("workshop", _("Workshop")),
            Column("rejected", _("Rejected"), "number"),
            Column("left", _("On the shelf"), "number"),
        ),
        rows=[
            {
                "work": Link(work_name(lot), reverse("piecework:clear_shelf", args=[lot.pk])),
                "workshop": lot.organisation.name,
                "rejected": lot.rejected,
                "left": lot.left,
            }
            for lot in rows
        ],
        empty=_("Nothing lies on the shelf."),
        export_url=reverse("piecework:shelf_sheet"),
        pages=pages,
    )


def shelf(request: Visit) -> HttpResponse:
    pages = page_of(request, queries.shelves(request.member))
    answer = (
        ngettext(
            "Rejected pieces of %(count)s work lie on the shelf. Say what becomes of them.",
            "Rejected pieces of %(count)s works lie on the shelf. Say what becomes of them.",
            pages.total,
        )
        % {"count": number(pages.total)}
        if pages.total
        else _("Nothing lies on the shelf.")
    )
    context = {
        "title": _("Rejected pieces on the shelf"),
        "back": Link(_("Bags"), reverse("piecework:bags")),
        "answer": answer,
        "table": _shelf(pages.items, pages),
    }
    return render(request, "piecework/list.html", context)


def shelf_sheet(request: Visit) -> HttpResponse:
    return sheet(request, queries.shelves(request.member), _shelf)


def clear_shelf(request: Visit, pk: int) -> HttpResponse:
    """Say what becomes of rejected pieces."""
    lots = access.cleared_lots(request.member).select_related("step", "line__version__product", "line__order")
    lot = get_object_or_404(lots, pk=pk)
    allowed(request, actions.clear_shelf, lot)
    left = queries.on_shelf(lot.pk)
    return fill(
        request,
        ShelfForm(request.POST or None, initial={"pieces": left}),
        lambda by, facts: actions.clear_shelf(by, lot, **facts),
        title=_("What becomes of rejected pieces"),
        submit=_("Write it down"),
        back=Link(_("Rejected pieces on the shelf"), reverse("piecework:shelf")),
        done=_("It is written down."),
        answer=_("%(pieces)s of %(work)s lie on the shelf.")
        % {"pieces": pieces(left), "work": work_name(lot)},
    )
