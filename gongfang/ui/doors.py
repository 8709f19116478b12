"""What all pages do alike: fill in a form, press a verb, save a list as a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gongfang.core import clock, sheets
from gongfang.core.action import By, Verb
from gongfang.core.doors import Visit, attempt
from gongfang.core.errors import NotAllowed
from gongfang.core.files import open_kept
from gongfang.core.sheets.writing import Kind
from gongfang.ui.formats import full_day
from gongfang.ui.forms import KeyedForm
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table

S = TypeVar("S")
R = TypeVar("R")
MOST_ROWS = 50_000  # a county's 42,000 makers on one sheet, and an end for everything else
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: Mapping[str, Kind] = {
    "number": "integer",
    "money": "yuan",
    "rate": "yuan",
    "day": "date",
    "date": "date",
    "moment": "moment",
}


def fill(
    request: Visit,
    form: KeyedForm,
    verb: Callable[[By, dict[str, Any]], R],
    *,
    title: str,
    submit: str,
    back: Link,
    done: str | Callable[[R], str],
    then: Callable[[R], str] | None = None,
    template: str = "ui/form.html",
    **context: object,
) -> HttpResponse:
    """Show a form; when it is sent and right, do its verb, say what was done and lead on, back by default."""
    if form.is_bound and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        result = attempt(request, lambda by: verb(by, facts), form=form)
        if result is not None:
            messages.success(request, done if isinstance(done, str) else done(result))
            return redirect(then(result) if then else back.url)
    page = {"form": form, "title": title, "submit": submit, "back": back, **context}
    return render(request, template, page, status=422 if form.is_bound else 200)


def press(request: Visit, verb: Callable[[By], Any], *, to: str, done: str) -> HttpResponse:
    """Do a verb that needs no more than a button."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if attempt(request, verb) is not None:
        messages.success(request, done)
    return redirect(to)


def allowed(request: Visit, verb: Verb[S, Any, Any], subject: S) -> None:
    """Refuse the page of a verb the member has no right to."""
    if not verb.may(request.member, subject):
        raise NotAllowed


def only(request: Visit, *roles: str) -> None:
    """Refuse a form whose subject is still to be chosen to whoever holds none of the roles."""
    if not request.member.holds(*roles):
        raise NotAllowed


def workbook(request: HttpRequest, table: Table) -> HttpResponse:
    """Save a list as an Excel sheet: the same columns, what it is, and of which day."""
    return save_sheet(request, str(table.caption), columns_of(table), list(cells_of(table)))


def columns_of(table: Table) -> list[sheets.Column]:
    """Return the columns of a list as a sheet has them."""
    return [
        sheets.Column(str(column.title), _KINDS.get(column.kind, "text"), 30 if column.kind == "link" else 14)
        for column in table.columns
        if _tells(column)
    ]


def cells_of(table: Table) -> Iterator[list[Any]]:
    """Return the rows of a list as a sheet has them."""
    for line in table.lines():
        yield [_plain(cell.value) for cell in line if _tells(cell.column)]


def _tells(column: Column) -> bool:
    """Buttons, and links without a title, are for doing: paper has nothing of them."""
    return column.kind != "verb" and (column.kind != "link" or bool(column.title))


def save_sheet(
    request: HttpRequest, title: str, columns: Sequence[sheets.Column], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """Answer with a workbook of one table and a sheet that says what it is."""
    simulated = bool(getattr(getattr(request, "tenant", None), "demo", False))
    table = sheets.Table(title, columns, rows)
    content = sheets.write([table], about=about_sheet(request, title), simulated=simulated)
    return send_sheet(content, sheet_name(title))


def about_sheet(request: HttpRequest, title: str) -> list[tuple[str, str]]:
    """Return what the last page of a workbook says about it."""
    return [
        (_("What it is"), title),
        (_("County"), getattr(getattr(request, "tenant", None), "name", "")),
        (_("As of"), full_day(clock.today())),
    ]


def sheet_name(title: str) -> str:
    """Return under which name a workbook is saved."""
    return f"{title} {clock.today():%Y-%m-%d}.xlsx"


def send_sheet(content: bytes, name: str) -> HttpResponse:
    """Answer with a workbook to keep."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type=SHEET, headers={"Content-Disposition": disposition})


def kept_picture(request: Visit, path: str) -> FileResponse:
    """Show a picture kept in this county's own folder."""
    if not path:
        raise Http404
    return FileResponse(open_kept(request.tenant.schema_name, path), filename=path.rpartition("/")[2])


def _plain(value: Any) -> Any:
    return getattr(value, "text", value)
