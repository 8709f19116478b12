"""Reading what people really send: title lines, merged cells, blank rows, totals at the bottom.

The sheet is taken as it is; every row that cannot be read carries its reasons.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from typing import Any, cast

import python_calamine as calamine
from django.utils.translation import gettext as _

from gongfang.core.codes import WrongCode
from gongfang.core.sheets.columns import Cell, Col, Value, folded, is_blank, value_of
from gongfang.core.sheets.guard import (
    MAX_BYTES,
    MAX_ROWS,
    Upload,
    WrongSheet,
    bytes_of,
    check_extent,
    check_workbook,
    too_many_rows,
    unreadable,
)

_HEADER_WITHIN = 50
_SHEETS = 20
_FOOTER = re.compile(r"(合计|小计|总计|填表|制表|审核|经办|注[:：]|备注[:：]|说明[:：])")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

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
    """A sheet as it was read; the grid is kept so that a copy can go back."""

    name: str
    header: int
    rows: tuple[Row, ...]
    grid: Grid = field(repr=False)
    filled: Filled = field(repr=False, default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether every row can be taken."""
        return not any(row.errors for row in self.rows)

    def complaining(self, problems: Mapping[int, Iterable[str]]) -> Sheet:
        """The same sheet with further problems, found by a verb, added to rows by their number."""
        rows = (replace(row, errors=(*row.errors, *problems.get(row.number, ()))) for row in self.rows)
        return replace(self, rows=tuple(rows))

    def cell(self, row: int, column: int) -> Cell:
        """What one sees there, counted from zero: a merged cell shows its value on all of its rows."""
        cells = self.grid[row]
        own = cells[column] if column < len(cells) else ""
        return self.filled.get((row, column), "") if is_blank(own) else own


def read(upload: Upload, columns: Sequence[Col]) -> Sheet:
    """Read the first sheet of an upload that has the wanted columns, whatever stands around them."""
    content = bytes_of(upload, at_most=MAX_BYTES)
    if not content:
        raise WrongSheet(_("The file is empty or larger than 10 MB. Copy the rows into a new workbook."))
    sheet, where = _best(_sheets(content), columns)
    missing = [col.titles[0] for col in columns if col.required and col.key not in where]
    if missing or not where:
        wanted = "、".join(missing or [col.titles[0] for col in columns])
        raise WrongSheet(
            _("These columns were not found: %(titles)s. Put their titles into one row.") % {"titles": wanted}
        )
    return replace(sheet, rows=tuple(_rows(sheet, columns, where)))


def _best(sheets: Iterator[Sheet], columns: Sequence[Col]) -> tuple[Sheet, dict[str, int]]:
    best: tuple[Sheet, dict[str, int]] = (Sheet(name="", header=0, rows=(), grid=()), {})
    for sheet in sheets:
        number, where = _header(sheet, columns)
        if len(where) > len(best[1]):
            best = (replace(sheet, header=number), where)
        if len(where) == len(columns):
            break
    return best


def _header(sheet: Sheet, columns: Sequence[Col]) -> tuple[int, dict[str, int]]:
    number, best = 0, dict[str, int]()
    for index in range(min(len(sheet.grid), _HEADER_WITHIN)):
        where = _titles(sheet, index, columns)
        # Of equals the lower row: a title merged over two rows belongs to the one just above the data.
        if where and len(where) >= len(best):
            number, best = index + 1, where
    return number, best


def _titles(sheet: Sheet, row: int, columns: Sequence[Col]) -> dict[str, int]:
    seen: dict[str, int] = {}
    for index in range(len(sheet.grid[row])):
        seen.setdefault(folded(str(sheet.cell(row, index))), index)
    found = {col.key: [folded(title) for title in col.titles if folded(title) in seen] for col in columns}
    return {key: seen[titles[0]] for key, titles in found.items() if titles}


def _rows(sheet: Sheet, columns: Sequence[Col], where: Mapping[str, int]) -> Iterator[Row]:
    needed = [where[col.key] for col in columns if col.required] or list(where.values())
    said = (
        index
        for index in range(sheet.header, len(sheet.grid))
        if not _is_blank_row(sheet.grid[index], where) and not _is_footer(sheet.grid[index], needed)
    )
    for count, index in enumerate(said, start=1):
        if count > MAX_ROWS:
            raise too_many_rows()
        yield _row(sheet, index, columns, where)


def _is_blank_row(cells: Sequence[Cell], where: Mapping[str, int]) -> bool:
    return all(column >= len(cells) or is_blank(cells[column]) for column in where.values())


def _is_footer(cells: Sequence[Cell], needed: Iterable[int]) -> bool:
    # Somebody may really be called or do what a footer says, so a row with all it needs is never one.
    first = next(cell for cell in cells if not is_blank(cell))
    lacks = any(column >= len(cells) or is_blank(cells[column]) for column in needed)
    return lacks and bool(_FOOTER.match(re.sub(r"\s", "", str(first))))


def _row(sheet: Sheet, index: int, columns: Sequence[Col], where: Mapping[str, int]) -> Row:
    values: dict[str, Value] = {}
    errors = []
    for col in columns:
        try:
            values[col.key] = value_of(sheet.cell(index, where[col.key]), col) if col.key in where else None
        except WrongCode as wrong:
            problem = {"column": col.titles[0], "problem": wrong.sentence}
            errors.append(_("%(column)s: %(problem)s") % problem)
    return Row(number=index + 1, values=values, errors=tuple(errors))


def _sheets(content: bytes) -> Iterator[Sheet]:
    if content.startswith(b"PK"):
        check_workbook(content)
        return _workbook(content)
    return _workbook(content) if content.startswith(_OLE) else iter([_text(content)])


def _workbook(content: bytes) -> Iterator[Sheet]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        visible = calamine.SheetVisibleEnum.Visible
        names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible][:_SHEETS]
        for name in names:
            yield _worksheet(book.get_sheet_by_name(name))
    except (WrongSheet, GeneratorExit):
        raise
    except BaseException as fault:
        # The reader's own panics are no `Exception`; a file that makes it stumble is the file's fault.
        if isinstance(fault, Exception) or type(fault).__name__ == "PanicException":
            raise unreadable() from None
        raise


def _worksheet(sheet: calamine.CalamineSheet) -> Sheet:
    check_extent(sheet.total_height, sheet.total_width)
    grid = cast("Grid", sheet.to_python(skip_empty_area=False))
    return Sheet(
        name=sheet.name, header=0, rows=(), grid=grid, filled=_fill(grid, sheet.merged_cell_ranges or [])
    )


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
    try:
        grid: Grid = list(csv.reader(StringIO(text, newline="")))
    except csv.Error:
        raise unreadable() from None
    check_extent(len(grid), max(map(len, grid), default=0))
    return Sheet(name="", header=0, rows=(), grid=grid)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable()
