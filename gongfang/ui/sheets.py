"""Lists as Excel sheets: a short one at once, a long one by the queue, row for row the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from gongfang.core import sheets
from gongfang.core.action import By
from gongfang.core.doors import Visit
from gongfang.core.models import User
from gongfang.ui.actions import start_sheet
from gongfang.ui.doors import about_sheet, cells_of, columns_of, sheet_name, workbook
from gongfang.ui.tables import Table

M = TypeVar("M", bound=Model)
AT_ONCE = 5_000
MOST_ROWS = 1_000_000  # what a sheet can hold
A_TIME = 1_000


class Writing(Protocol):
    """A job that writes a sheet, as far as the list needs to know it."""

    def tell(self, done: int, total: int) -> None: ...

    def keep(self, content: bytes, *, name: str, rows: int) -> None: ...


def sheet(
    request: Visit, rows: QuerySet[M], draw: Callable[[Sequence[M]], Table], *, at_once: int = AT_ONCE
) -> HttpResponse:
    """Save a list as a sheet: at once, or when it is long by the queue, which opens the same address again.

    `draw` turns some of the rows into a table, and writes down who was looked at as it does on the page.
    """
    writing: Writing | None = getattr(request, "writing", None)
    if writing is not None:
        return _write(request, rows, draw, writing)
    if rows.order_by()[: at_once + 1].count() <= at_once:
        return workbook(request, draw(list(rows)))
    asked = By(user=User.objects.get(pk=request.user.pk), via="page")
    title, language = str(draw([]).caption), get_language() or "zh-hans"
    job = start_sheet(asked, None, path=request.get_full_path(), title=title, language=language)
    return redirect("job", pk=job.pk)


def _write(
    request: HttpRequest, rows: QuerySet[M], draw: Callable[[Sequence[M]], Table], writing: Writing
) -> HttpResponse:
    keys = list(rows.values_list("pk", flat=True)[:MOST_ROWS])
    table = draw([])
    lines = sheets.Table(str(table.caption), columns_of(table), _lines(rows, keys, draw, writing))
    content = sheets.write(
        [lines], about=about_sheet(request, str(table.caption)), simulated=_simulated(request), long=True
    )
    writing.keep(content, name=sheet_name(str(table.caption)), rows=len(keys))
    return HttpResponse()


def _lines(
    rows: QuerySet[M], keys: Sequence[Any], draw: Callable[[Sequence[M]], Table], writing: Writing
) -> Iterator[Sequence[Any]]:
    """Draw the rows a thousand at a time; nothing is kept of those that are written."""
    for first in range(0, len(keys), A_TIME):
        writing.tell(first, len(keys))
        yield from cells_of(draw(list(rows.filter(pk__in=keys[first : first + A_TIME]))))
    writing.tell(len(keys), len(keys))


def _simulated(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "tenant", None), "demo", False))
