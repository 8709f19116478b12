"""Pages of rosters: bring one, see what came of it, take the copy with the problems back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core import sheets
from gongfang.core.doors import Visit, attempt
from gongfang.core.errors import NotAllowed
from gongfang.registry.people import actions
from gongfang.registry.people.forms import RosterForm
from gongfang.registry.people.models import RosterImport
from gongfang.registry.people.queries import returned_copy, visible_imports
from gongfang.registry.people.roster import COLUMNS
from gongfang.ui.doors import save_sheet, send_sheet, workbook
from gongfang.ui.formats import number
from gongfang.ui.parts import Link, Tag
from gongfang.ui.tables import Column, Pages, Table, page_of


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
        "outcome": Tag(one.get_outcome_display(), "done" if one.outcome == "taken" else "act"),
        "rows": one.rows,
        "added": one.added,
        "amended": one.amended,
        "problems": one.problems,
    }


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


def roster(request: Visit, pk: int) -> HttpResponse:
    brought = get_object_or_404(visible_imports(request.member), pk=pk)
    context = {
        "title": brought.file_name,
        "back": Link(_("Bring a roster"), reverse("people:rosters")),
        "brought": brought,
        "refused": brought.outcome == RosterImport.Outcome.REFUSED,
        "answer": _answer(brought),
    }
    return render(request, "people/roster.html", context)


def _answer(brought: RosterImport) -> str:
    facts = {
        "rows": number(brought.rows),
        "problems": number(brought.problems),
        "added": number(brought.added),
        "amended": number(brought.amended),
        "unchanged": number(brought.unchanged),
    }
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
    brought = get_object_or_404(visible_imports(request.member), pk=pk)
    stem = brought.file_name.rpartition(".")[0] or brought.file_name
    return send_sheet(returned_copy(brought), _("%(name)s with problems.xlsx") % {"name": stem})


def empty_roster(request: Visit) -> HttpResponse:
    columns = [sheets.Column(column.titles[0], width=20) for column in COLUMNS]
    return save_sheet(request, _("Roster to fill in"), columns, [])
