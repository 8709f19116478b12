"""The pages of doubtful items: the list, one item with its rows, its answer, and a list of deaths to compare."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.core.models import Job
from gongfang.oversight.doubts import access, actions, queries, wording
from gongfang.oversight.doubts.forms import AnswerForm, DeathsForm, DoubtFilter
from gongfang.oversight.doubts.rows import SHOWN, rows_of
from gongfang.oversight.models import Doubt
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of


def doubt_url(doubt: Doubt) -> str:
    return reverse("oversight:doubt", args=[doubt.pk])


def _permit(request: Visit) -> None:
    if not access.may_see_doubts(request.member):
        raise NotAllowed


def _narrowed(request: Visit) -> tuple[DoubtFilter, QuerySet[Doubt]]:
    form = DoubtFilter(request.GET)
    rows = access.visible_doubts(request.member).select_related("owner", "answered_by")
    if form.is_valid():
        chosen = {name: value for name, value in form.cleaned_data.items() if value}
        rows = rows.filter(**chosen)
    return form, queries.in_order(rows)


def doubts(request: Visit) -> HttpResponse:
    """List what does not fit together, what waits for an answer in front."""
    _permit(request)
    form, rows = _narrowed(request)
    pages = page_of(request, rows)
    last = queries.last_search()
    context = {
        "title": _("Doubtful items"),
        "answer": wording.waiting(queries.waiting().count()),
        "filters": form,
        "last": last,
        "runs": last is not None and last.state in (Job.State.WAITING, Job.State.RUNNING),
        "may_compare": actions.compare_deaths.may(request.member, None),
        "table": _table(pages.items, pages),
    }
    return render(request, "oversight/doubts.html", context)


def doubts_sheet(request: Visit) -> HttpResponse:
    """Save the list as an Excel sheet."""
    _permit(request)
    return sheet(request, _narrowed(request)[1], _table)


def _table(rows: Sequence[Doubt], pages: Pages[Doubt] | None = None) -> Table:
    return Table(
        caption=_("Doubtful items"),
        columns=(
            Column("what", _("What does not fit"), "link"),
            Column("kind", _("Kind")),
            Column("day", _("Found on"), "date"),
            Column("owner", _("Who looks into it")),
            Column("status", _("Status"), "tag"),
            *([] if pages else [Column("reason", _("Answer"))]),  # on the page it stands with the item
        ),
        rows=[
            {
                "what": Link(wording.sentence(row), doubt_url(row)),
                "kind": wording.title(row.kind),
                "day": row.found_on,
                "owner": row.owner.name if row.owner else None,
                "status": wording.tag(row),
                "reason": row.reason,
            }
            for row in rows
        ],
        empty=_("Nothing has been found that does not fit together."),
        export_url=reverse("oversight:doubts_sheet"),
        pages=pages,
    )


def _one(request: Visit, pk: int) -> Doubt:
    rows = access.visible_doubts(request.member).select_related("owner", "answered_by", "before")
    return get_object_or_404(rows, pk=pk)


def doubt(request: Visit, pk: int) -> HttpResponse:
    """Show one item, the rows behind it, and how it was answered."""
    found, member = _one(request, pk), request.member
    had_a_hand = member.user.pk in access.hands_in_doubt(found)
    context = {
        "title": wording.title(found.kind),
        "back": Link(_("Doubtful items"), reverse("oversight:doubts")),
        "answer": wording.sentence(found),
        "found": found,
        "tag": wording.tag(found),
        "had_a_hand": had_a_hand,
        "may_answer": found.is_open and not had_a_hand and actions.explain_doubt.may(member, found),
        "more": max(0, len(found.rows) - SHOWN),
        "table": _rows_table(rows_of(member, found)),
    }
    return render(request, "oversight/doubt.html", context)


def _rows_table(rows: Sequence[object]) -> Table:
    return Table(
        caption=_("The rows behind it"),
        columns=(
            Column("what", _("What it is")),
            Column("row", _("Row"), "link"),
            Column("text", _("What stands there")),
            Column("day", _("Day"), "date"),
        ),
        rows=rows,
        empty=_("These rows are not here any more."),
    )


def search_doubts(request: Visit) -> HttpResponse:
    """Have the search run now, and show how far it is."""
    return press(
        request,
        lambda by: actions.search_doubts(by, None),
        to=reverse("oversight:doubts"),
        done=_("The search has begun. Its result comes on this page."),
    )


def take_doubt(request: Visit, pk: int) -> HttpResponse:
    found = _one(request, pk)
    done = _("You look into it now.")
    return press(request, lambda by: actions.take_doubt(by, found), to=doubt_url(found), done=done)


def explain_doubt(request: Visit, pk: int) -> HttpResponse:
    found = _one(request, pk)
    allowed(request, actions.explain_doubt, found)
    return fill(
        request,
        AnswerForm(request.POST or None),
        lambda by, facts: actions.explain_doubt(by, found, **facts),
        title=_("Explain it"),
        submit=_("Explain"),
        back=Link(wording.title(found.kind), doubt_url(found)),
        then=doubt_url,
        done=_("It is explained. It comes back only with new rows."),
        answer=wording.sentence(found),
    )


def put_right_doubt(request: Visit, pk: int) -> HttpResponse:
    found = _one(request, pk)
    allowed(request, actions.put_right_doubt, found)
    return fill(
        request,
        AnswerForm(request.POST or None),
        lambda by, facts: actions.put_right_doubt(by, found, **facts),
        title=_("Put right"),
        submit=_("It is put right"),
        back=Link(wording.title(found.kind), doubt_url(found)),
        then=doubt_url,
        done=_("It is put right. It comes back only with new rows."),
        answer=wording.sentence(found),
    )


def compare_deaths(request: Visit) -> HttpResponse:
    """Compare a list of deaths with what was taken, brought and paid afterwards."""
    allowed(request, actions.compare_deaths, None)
    return fill(
        request,
        DeathsForm(request.POST or None),
        lambda by, facts: actions.compare_deaths(by, None, rows=facts["lines"], document=facts["document"]),
        title=_("Compare a list of deaths"),
        submit=_("Compare"),
        back=Link(_("Doubtful items"), reverse("oversight:doubts")),
        done=lambda found: wording.searched({"new": len(found)}),
        answer=_(
            "The list is compared and not kept. Whoever nothing was entered for afterwards leaves no trace."
        ),
    )
