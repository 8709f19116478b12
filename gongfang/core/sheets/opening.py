"""Opening what people send, workbooks and text files, as grids of cells."""

from __future__ import annotations

import csv
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, cast

import python_calamine as calamine
from django.utils.translation import gettext as _

from gongfang.core.sheets.columns import Cell, Col, is_blank
from gongfang.core.sheets.guard import MAX_CELLS, WrongSheet, check_extent, check_workbook, unreadable
from gongfang.core.sheets.hollow import Cells, hollow_cells

MAX_SHEETS = 20
APART_MEGABYTES, APART_SECONDS = 768, 30
_APART = Path(__file__).with_name("apart.py")
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

    @property
    def height(self) -> int:
        """How far down something stands, be it only a formula without a result."""
        hollow = (row + 1 for row, column in self.hollow if column in self.where.values())
        return max(len(self.grid), max(hollow, default=0))

    def line(self, row: int) -> Sequence[Cell]:
        """The cells of a row, counted from zero."""
        return self.grid[row] if row < len(self.grid) else ()

    def title(self, col: Col) -> str:
        """What the sheet itself calls a column."""
        column = self.where.get(col.key)
        written = str(self.cell(self.header - 1, column)) if column is not None else ""
        return " ".join(written.split()) or col.titles[0]

    def cell(self, row: int, column: int) -> Cell:
        """What one sees there, counted from zero: a merged cell shows its value on all of its rows."""
        cells = self.line(row)
        own = cells[column] if column < len(cells) else ""
        return self.filled.get((row, column), "") if is_blank(own) else own


def sheets_of(content: bytes) -> Iterator[Sheet]:
    """Every sheet a person sees in an upload; a text file is one sheet."""
    if content.startswith(b"PK"):
        check_workbook(content)
        return _workbook(content)
    return _old_workbook(content) if content.startswith(_OLE) else iter([_text(content)])


def _workbook(content: bytes) -> Iterator[Sheet]:
    try:
        hollow = hollow_cells(content)
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
    size = _Size()
    for name in [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]:
        size.add(1, 0, 0)
        sheet = book.get_sheet_by_name(name)
        size.add(0, sheet.total_height, sheet.total_width)
        grid = cast("Grid", sheet.to_python(skip_empty_area=False))
        yield Sheet(name=sheet.name, grid=grid, filled=_fill(grid, sheet.merged_cell_ranges or []))


def _old_workbook(content: bytes) -> Iterator[Sheet]:
    """Read by another process, because this format's reader may take its process along."""
    command = [sys.executable, "-I", str(_APART), str(APART_MEGABYTES), str(APART_SECONDS)]
    try:
        apart = subprocess.run(  # noqa: S603 -- our own file with two numbers of ours
            command, input=content, capture_output=True, timeout=2 * APART_SECONDS, check=True
        )
    except subprocess.SubprocessError:
        raise unreadable() from None
    size = _Size()
    for sheet in _Cells(BytesIO(apart.stdout)).load():
        size.add(1, sheet["height"], sheet["width"])
        yield Sheet(name=sheet["name"], grid=sheet["grid"], filled=_fill(sheet["grid"], sheet["merged"]))


class _Cells(pickle.Unpickler):
    """Takes cells and nothing else out of what the other process says."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if module_name == "datetime" and global_name in {"date", "datetime", "time", "timedelta"}:
            return super().find_class(module_name, global_name)
        raise unreadable()


class _Size:
    """Adds up the sheets of a book: all together may cost no more than one."""

    def __init__(self) -> None:
        self._sheets = self._cells = 0

    def add(self, sheets: int, rows: int, columns: int) -> None:
        check_extent(rows, columns)
        self._sheets += sheets
        self._cells += rows * columns
        if self._sheets > MAX_SHEETS or self._cells > MAX_CELLS:
            raise _too_many_sheets()


def _too_many_sheets() -> WrongSheet:
    return WrongSheet(_("This workbook has too many sheets. Copy the one with the list into a new workbook."))


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
    grid: list[list[str]] = []
    try:
        # Strict, because a quote that is never closed would swallow all rows below it into one cell.
        for cells in csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True):
            grid.append(cells)
            check_extent(len(grid), len(cells))
    except csv.Error:
        raise unreadable() from None
    return Sheet(name="", grid=grid)


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable()
