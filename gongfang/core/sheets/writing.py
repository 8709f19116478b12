"""The one writer of sheets: nothing a person typed ever becomes a formula, and codes stay text."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import count
from typing import Any, Literal, cast

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from gongfang.core import clock, money
from gongfang.core.sheets.columns import folded
from gongfang.core.sheets.reading import Sheet

Kind = Literal["text", "integer", "yuan", "date", "moment"]

# A spreadsheet takes a text that begins with one of these for a formula, full-width ones included; some programs
# look past blanks and signs nobody sees before they decide.
_UNSEEN = r"\s\x00-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[=+\-@＝＋－＠]")
_MAX_CELL = 32_767
_EXACT = 10**15
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_NUMBER_FORMATS: dict[str, str] = {
    "text": "@",
    "integer": "#,##0",
    "yuan": "#,##0.00##",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}


@dataclass(frozen=True)
class Column:
    """A column of an outgoing table; `yuan` takes 毫 and shows yuan."""

    title: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Table:
    """A table to write: a sheet of its own."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def write(
    tables: Sequence[Table], *, about: Sequence[tuple[str, str]], simulated: bool = False, long: bool = False
) -> bytes:
    """Write the tables as one workbook, with a last sheet that says what they are; a long one row by row to disk."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS | {"constant_memory": long, "in_memory": not long}) as book:
        names: set[str] = set()
        for table in tables:
            _write_table(book, table, name=_sheet_name(table.title, names), simulated=simulated)
        explanation = [Column(_("Item"), width=20), Column(_("Explanation"), width=80)]
        last = Table(title=_("About this file"), columns=explanation, rows=about)
        _write_table(book, last, name=_sheet_name(last.title, names), simulated=simulated)
    return out.getvalue()


def write_csv(table: Table, *, simulated: bool = False) -> bytes:
    """Write one table as CSV that a spreadsheet opens in Chinese and never calculates."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    if simulated:
        writer.writerow([_banner()])
    writer.writerow([_never_formula(column.title) for column in table.columns])
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        writer.writerow([_csv_cell(value, kind) for value, kind in zip(row, kinds, strict=True)])
    return out.getvalue().encode("utf-8-sig")


def returned(sheet: Sheet) -> bytes:
    """A copy of a sheet with a column that says, row by row, what has to be put right."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        page = book.add_worksheet(_sheet_name(sheet.name or _("Rows"), set()))
        problems = _problem_column(sheet)
        _copy(book, page, sheet, skip=problems)
        _explain(book, page, sheet, column=problems)
        page.freeze_panes(sheet.header, 0)
    return out.getvalue()


def _write_table(book: Workbook, table: Table, *, name: str, simulated: bool) -> None:
    page = book.add_worksheet(name)
    top = 1 if simulated else 0
    if simulated:
        page.write_string(0, 0, _banner(), book.add_format({"bold": True, "font_color": "#B3261E"}))
    bold = book.add_format({"bold": True, "bg_color": "#EDEDED", "bottom": 1, "text_wrap": True})
    formats = [book.add_format({"num_format": _NUMBER_FORMATS[column.kind]}) for column in table.columns]
    for index, column in enumerate(table.columns):
        page.set_column(index, index, column.width, formats[index])
        page.write_string(top, index, column.title, bold)
    last = top
    for last, row in enumerate(table.rows, start=top + 1):
        for index, value in enumerate(row):
            _put(page, last, index, _shown(value, table.columns[index].kind), formats[index])
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, last, max(len(table.columns) - 1, 0))


def _shown(value: Any, kind: Kind) -> Any:
    """The value as a sheet keeps it: numbers and days where the column says so, text everywhere else."""
    if value is None or value == "":
        return None
    if kind == "yuan":
        return value / money.HAO_PER_YUAN
    if kind == "moment":
        return value.astimezone(clock.SHANGHAI).replace(tzinfo=None)
    return str(value) if kind == "text" else value


def _put(page: Worksheet, row: int, column: int, value: Any, form: Any = None) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value, form)
    elif isinstance(value, (datetime, date)):
        page.write_datetime(row, column, cast("datetime", value), form)
    elif isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < _EXACT:
        page.write_number(row, column, value, form)
    else:
        page.write_string(row, column, str(value)[:_MAX_CELL], form)


def _csv_cell(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind == "yuan":
        return money.format_yuan(value).replace(",", "")
    shown = _shown(value, kind)
    if isinstance(shown, datetime):
        return shown.isoformat(" ", "minutes")
    return _never_formula(shown) if isinstance(shown, str) else str(shown)


def _never_formula(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _banner() -> str:
    return _("Simulated data")


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name a spreadsheet accepts, told apart from those already there."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:27] or "1"
    numbered = (plain if n == 1 else f"{plain} {n}" for n in count(1))
    name = next(name for name in numbered if name.lower() not in taken)
    taken.add(name.lower())
    return name


def _problem_column(sheet: Sheet) -> int:
    """Where the problems go: over those of an earlier return, or behind everything."""
    header = sheet.grid[sheet.header - 1]
    named = {folded("问题"), folded("Problem")}
    return next(
        (index for index, cell in enumerate(header) if folded(str(cell)) in named),
        max(map(len, sheet.grid)),
    )


def _copy(book: Workbook, page: Worksheet, sheet: Sheet, *, skip: int) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    for row, cells in enumerate(sheet.grid):
        plain = bold if row == sheet.header - 1 else None
        for column in range(len(cells)):
            value = sheet.cell(row, column)
            if column != skip:
                _put(page, row, column, value, day if isinstance(value, date) else plain)


def _explain(book: Workbook, page: Worksheet, sheet: Sheet, *, column: int) -> None:
    page.set_column(column, column, 60)
    page.write_string(sheet.header - 1, column, _("Problem"), book.add_format({"bold": True}))
    red = book.add_format({"bg_color": "#F9D5D3", "font_color": "#8C1D18", "text_wrap": True})
    for row in sheet.rows:
        _put(page, row.number - 1, column, "\n".join(row.errors), red)
