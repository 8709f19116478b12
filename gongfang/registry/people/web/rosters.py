"""Pages of rosters: bring one, see what came of it, take the copy with the problems back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from gongfang.core import sheets
from gongfang.core.doors import Visit, attempt
from gongfang.core.errors import NotAllowed
from gongfang.registry.people import actions
from gongfang.registry.people.forms import RosterForm
from gongfang.registry.people.models import RosterImport
from gongfang.registry.people.queries import is_under_way, returned_copy, returned_name, visible_imports
from gongfang.registry.people.roster import COLUMNS
from gongfang.ui.doors import press, save_sheet, send_sheet, workbook
from gongfang.ui.formats import number
from gongfang.ui.parts import Kind, Link, Tag
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse

_KINDS: dict[str, Kind] = {"waiting": "wait", "stopped": "plain", "taken": "done", "refused": "act"}


def _table(imports: Any, pages: Pages[RosterImport] | None = None) -> Table:
    return Table(
        caption=_("Rosters you brought"),
        columns=(
            Column("file", _("File"), "link"),
            Column("moment", _("When"), "moment"),
            Column("outcome", _("Outcome"), "tag"),
            Column("rows", _("Rows in the sheet"), "number"),
            Column("added", _("Added"), "number"),
            Column("amended", _("Amended"), "number"),
            Column("problems", _("Rows with a problem"), "number"),
        ),
        rows=[_row(one) for one in imports],
        empty=_("You have not brought a roster yet."),
        export_url=reverse("people:rosters_sheet"),
        pages=pages,
    )


def _row(one: RosterImport) -> dict[str, Any]:
    return {
        "file": Link(one.file_name, reverse("people:roster", args=[one.pk])),
        "moment": one.brought_at,
        "outcome": _tag(one),
        "rows": one.rows,
        "added": one.added,
        "amended": one.amended,
        "problems": one.problems,
    }


def _tag(one: RosterImport) -> Tag:
    if one.outcome == RosterImport.Outcome.WAITING and not is_under_way(one):
        return Tag(_("did not work"), "act")
    return Tag(one.get_outcome_display(), _KINDS[one.outcome])


def roster_list(request: Visit) -> HttpResponse:
    if not request.member.holds("officer", "township"):
        raise NotAllowed
    form = RosterForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid() and (brought := _bring(request, form)) is not None:
        return redirect("people:roster", pk=brought.pk)
    pages = page_of(request, visible_imports(request.member))
    context = {
        "title": _("Bring a roster"),
        "back": Link(_("Residents"), reverse("people:residents")),
        "form": form,
        "table": _table(pages.items, pages),
    }
    return render(request, "people/rosters.html", context, status=422 if form.is_bound else 200)


def _bring(request: Visit, form: RosterForm) -> RosterImport | None:
    facts = form.cleaned_data
    return attempt(
        request,
        lambda by: actions.import_roster(
            by,
            facts["place"],
            content=facts["file"].read(),
            file_name=facts["file"].name,
            known_people=facts["known_people"],
        ),
        form=form,
    )


def rosters_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _table(visible_imports(request.member)))


def _brought(request: Visit, pk: int) -> RosterImport:
    return get_object_or_404(visible_imports(request.member), pk=pk)


def roster(request: Visit, pk: int) -> HttpResponse:
    brought = _brought(request, pk)
    context = {
        "title": brought.file_name,
        "back": Link(_("Bring a roster"), reverse("people:rosters")),
        "brought": brought,
        "under_way": is_under_way(brought),
        "answer": _answer(brought),
    }
    return render(request, "people/roster.html", context)


def roster_progress(request: Visit, pk: int) -> HttpResponse:
    """Answer the page that watches a roster being worked through; once it is, the page is read anew."""
    brought = _brought(request, pk)
    if not is_under_way(brought):
        return HttpResponseClientRefresh()
    return render(request, "people/roster_progress.html", {"brought": brought})


def stop_roster(request: Visit, pk: int) -> HttpResponse:
    brought = _brought(request, pk)
    page = reverse("people:roster", args=[pk])
    done = _("It is stopped. Nothing of the sheet was taken in, and the file is deleted.")
    return press(request, lambda by: actions.stop_roster(by, brought), to=page, done=done)


def retry_roster(request: Visit, pk: int) -> HttpResponse:
    brought = _brought(request, pk)
    page = reverse("people:roster", args=[pk])
    done = _("It is being worked through once more.")
    return press(request, lambda by: actions.retry_roster(by, brought), to=page, done=done)


def _answer(brought: RosterImport) -> str:
    facts = {
        "rows": number(brought.rows),
        "problems": number(brought.problems),
        "added": number(brought.added),
        "amended": number(brought.amended),
        "unchanged": number(brought.unchanged),
    }
    if brought.outcome == RosterImport.Outcome.WAITING:
        return brought.job.sentence if brought.job else ""
    if brought.outcome == RosterImport.Outcome.STOPPED:
        return _("This roster was stopped. Nothing of it was taken in, and the file is deleted.")
    if brought.outcome == RosterImport.Outcome.REFUSED:
        return (
            _(
                "Nothing was taken in: %(problems)s of %(rows)s rows have a problem. "
                "Take the copy, correct what its last column says, and bring it again."
            )
            % facts
        )
    return (
        _(
            "All %(rows)s rows are in: %(added)s people added, %(amended)s amended, %(unchanged)s left as they were."
        )
        % facts
    )


def returned(request: Visit, pk: int) -> HttpResponse:
    brought = _brought(request, pk)
    return send_sheet(returned_copy(brought), returned_name(brought))


def empty_roster(request: Visit) -> HttpResponse:
    columns = [sheets.Column(column.titles[0], width=20) for column in COLUMNS]
    return save_sheet(request, _("Roster to fill in"), columns, [])
