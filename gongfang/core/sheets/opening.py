"""Opening what people send, workbooks and text files, as grids of cells."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from typing import Any, cast

import python_calamine as calamine
from django.utils.translation import gettext as _

from gongfang.core.sheets.columns import Cell, is_blank
from gongfang.core.sheets.guard import MAX_CELLS, WrongSheet, check_extent, check_workbook, unreadable
from gongfang.core.sheets.hollow import Cells, hollow_cells

MAX_SHEETS = 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (",", "\t", ";")
_SEEN_FOR_SEPARATOR = 10_000

Grid = Sequence[Sequence[Cell]]
Filled = Mapping[tuple[int, int], Cell]


@dataclass(frozen=True)
class Row:
    """A row of the sheet by its number there, read as far as possible; its values stay out of every repr."""

    number: int
    values: Mapping[str, Any] = field(repr=False)
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was brought; the grid is kept so that a copy can go back.

    `where` is the column of each key and `lines` are the places of the rows in the grid; `rows` holds them once
    they are read.
    """

    name: str
    grid: Grid = field(repr=False)
    filled: Filled = field(repr=False, default_factory=dict)
    hollow: Cells = field(repr=False, default=frozenset())
    header: int = 0
    where: Mapping[str, int] = field(default_factory=dict)
    lines: Sequence[int] = field(repr=False, default=())
    rows: tuple[Row, ...] = field(repr=False, default=())

    @property
    def is_clean(self) -> bool:
        """Whether every row can be taken."""
        return not any(row.errors for row in self.rows)

    def complaining(self, problems: Mapping[int, Iterable[str]]) -> Sheet:
        """The same sheet with further problems, found by a verb, added to rows by their number."""
        rows = (
            replace(row, errors=(*row.errors, *problems[row.number])) if row.number in problems else row
            for row in self.rows
        )
        return replace(self, rows=tuple(rows))

    def cell(self, row: int, column: int) -> Cell:
        """What one sees there, counted from zero: a merged cell shows its value on all of its rows."""
        cells = self.grid[row]
        own = cells[column] if column < len(cells) else ""
        return self.filled.get((row, column), "") if is_blank(own) else own


def sheets_of(content: bytes) -> Iterator[Sheet]:
    """Every sheet a person sees in an upload; a text file is one sheet."""
    if content.startswith(b"PK"):
        check_workbook(content)
    return _workbook(content) if content.startswith((b"PK", _OLE)) else iter([_text(content)])


def _workbook(content: bytes) -> Iterator[Sheet]:
    try:
        hollow = hollow_cells(content) if content.startswith(b"PK") else {}
        for sheet in _worksheets(calamine.CalamineWorkbook.from_filelike(BytesIO(content))):
            yield replace(sheet, hollow=hollow.get(sheet.name, frozenset()))
    except (WrongSheet, GeneratorExit):
        raise
    except BaseException as fault:
        # The reader's own panics are no `Exception`; a file that makes it stumble is the file's fault.
        if isinstance(fault, Exception) or type(fault).__name__ == "PanicException":
            raise unreadable() from None
        raise


def _worksheets(book: calamine.CalamineWorkbook) -> Iterator[Sheet]:
    visible = calamine.SheetVisibleEnum.Visible
    names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]
    if len(names) > MAX_SHEETS:
        raise _too_many_sheets()
    cells = 0
    for name in names:
        sheet = book.get_sheet_by_name(name)
        check_extent(sheet.total_height, sheet.total_width)
        cells += sheet.total_height * sheet.total_width
        if cells > MAX_CELLS:  # all sheets together may cost no more than one
            raise _too_many_sheets()
        yield _worksheet(sheet)


def _too_many_sheets() -> WrongSheet:
    return WrongSheet(_("This workbook has too many sheets. Copy the one with the list into a new workbook."))


def _worksheet(sheet: calamine.CalamineSheet) -> Sheet:
    grid = cast("Grid", sheet.to_python(skip_empty_area=False))
    return Sheet(name=sheet.name, grid=grid, filled=_fill(grid, sheet.merged_cell_ranges or []))


def _fill(grid: Grid, merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> Filled:
    filled: dict[tuple[int, int], Cell] = {}
    budget = sum(len(cells) for cells in grid)
    for (top, left), (bottom, _right) in merged:
        last = min(bottom, len(grid) - 1)
        budget -= max(last - top, 0)
        if budget < 0:
            raise unreadable()
        if top < len(grid) and left < len(grid[top]) and not is_blank(grid[top][left]):
            filled.update(((row, left), grid[top][left]) for row in range(top + 1, last + 1))
    return filled


def _text(content: bytes) -> Sheet:
    text = _decoded(content)
    if "\0" in text or text.lstrip().startswith("<"):
        raise unreadable()
    separator = max(_SEPARATORS, key=text[:_SEEN_FOR_SEPARATOR].count)
    try:
        # Strict, because a quote that is never closed would swallow all rows below it into one cell.
        grid: Grid = list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise unreadable() from None
    check_extent(len(grid), max(map(len, grid), default=0))
    return Sheet(name="", grid=grid)


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable()
