"""Reading what people really send: title lines, merged cells, blank rows, totals at the bottom.

The sheet is taken as it is; every row that cannot be read carries its reasons. Where rows could be lost without
anybody noticing, in a second list or a second column of the same title, the sheet is refused as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from gongfang.core.codes import WrongCode
from gongfang.core.sheets.columns import Cell, Col, Value, folded, is_blank, no_result, value_of
from gongfang.core.sheets.guard import MAX_BYTES, MAX_ROWS, Upload, WrongSheet, bytes_of, too_many_rows
from gongfang.core.sheets.opening import Row, Sheet, sheets_of

__all__ = ["Row", "Sheet", "find", "read", "read_rows", "said"]

HEADER_WITHIN = 50
_A_STEP = 1_000
_FOOTER = re.compile(r"(合计|小计|总计|填表|制表|审核|经办|注[:：]|备注[:：]|说明[:：])")

Observe = Callable[[int, int], None]


def read(upload: Upload, columns: Sequence[Col]) -> Sheet:
    """Read the one sheet of an upload that has the wanted columns, whatever stands around them."""
    return read_rows(find(upload, columns), columns)


def find(upload: Upload, columns: Sequence[Col]) -> Sheet:
    """Find the sheet that has the wanted columns and where its rows stand, without reading them yet."""
    content = bytes_of(upload, at_most=MAX_BYTES)
    if not content:
        raise WrongSheet(_("The file is empty or larger than 10 MB. Copy the rows into a new workbook."))
    sheet = _one([_located(sheet, columns) for sheet in sheets_of(content)], columns)
    if not sheet.lines:
        raise WrongSheet(_("Below the titles stands no row. Fill the sheet in and bring it again."))
    if len(sheet.lines) > MAX_ROWS:
        raise too_many_rows()
    return sheet


def read_rows(sheet: Sheet, columns: Sequence[Col], *, observe: Observe | None = None) -> Sheet:
    """Read the rows of a sheet that was found, telling now and then how many are done."""
    rows = []
    for done, line in enumerate(sheet.lines):
        if observe and done % _A_STEP == 0:
            observe(done, len(sheet.lines))
        rows.append(_row(sheet, line, columns))
    return replace(sheet, rows=tuple(rows))


def _one(sheets: Iterable[Sheet], columns: Sequence[Col]) -> Sheet:
    """The one list among the sheets; of two, nobody could say afterwards which was taken."""
    best = max(sheets, key=lambda sheet: (len(sheet.where), bool(sheet.lines)), default=Sheet("", grid=()))
    missing = _missing(best, columns)
    if missing or not best.where:
        wanted = "、".join(missing or [col.titles[0] for col in columns])
        raise WrongSheet(
            _("These columns were not found: %(titles)s. Put their titles into one of the first 50 rows.")
            % {"titles": wanted}
        )
    lists = [sheet.name for sheet in sheets if sheet.lines and not _missing(sheet, columns)]
    if len(lists) > 1 and any(col.required for col in columns):
        raise WrongSheet(
            _(
                "Several sheets hold such a list: %(names)s. Copy all rows into one of them, or hide the others."
            )
            % {"names": "、".join(lists)}
        )
    _check_titles(best)
    return best


def _missing(sheet: Sheet, columns: Sequence[Col]) -> list[str]:
    return [col.titles[0] for col in columns if col.required and col.key not in sheet.where]


def _check_titles(sheet: Sheet) -> None:
    """Refuse a title that stands twice: two lists side by side, or two columns of which one would be lost."""
    header = sheet.header - 1
    titles = [folded(str(sheet.cell(header, column))) for column in range(len(sheet.grid[header]))]
    for column in sheet.where.values():
        if titles.count(titles[column]) > 1:
            raise WrongSheet(
                _("The title %(title)s stands twice. Rename or delete the column that is not meant.")
                % {"title": str(sheet.cell(header, column)).strip()}
            )


def _located(sheet: Sheet, columns: Sequence[Col]) -> Sheet:
    number, where = _header(sheet, columns)
    found = replace(sheet, header=number, where=where)
    return replace(found, lines=tuple(_lines(found, columns))) if where else found


def _header(sheet: Sheet, columns: Sequence[Col]) -> tuple[int, dict[str, int]]:
    number, best = 0, dict[str, int]()
    for index in range(min(len(sheet.grid), HEADER_WITHIN)):
        where = _titles(sheet, index, columns)
        # Of two equals, one just below the other, the lower: a title merged over two rows stands above the data.
        # Further down the same titles begin another printed page.
        if len(where) > len(best) or (where and len(where) == len(best) and index == number):
            number, best = index + 1, where
    return number, best


def _titles(sheet: Sheet, row: int, columns: Sequence[Col]) -> dict[str, int]:
    seen: dict[str, int] = {}
    for index in range(len(sheet.grid[row])):
        seen.setdefault(folded(str(sheet.cell(row, index))), index)
    found = {col.key: [folded(title) for title in col.titles if folded(title) in seen] for col in columns}
    return {key: seen[titles[0]] for key, titles in found.items() if titles}


def _lines(sheet: Sheet, columns: Sequence[Col]) -> Iterator[int]:
    there = [col for col in columns if col.key in sheet.where]
    needed = [col for col in there if col.required] or there
    for index in range(sheet.header, sheet.height):
        cells = sheet.line(index)
        if not (
            _is_blank_row(sheet, index) or _is_titles_again(sheet, cells) or _is_footer(sheet, cells, needed)
        ):
            yield index


def _is_titles_again(sheet: Sheet, cells: Sequence[Cell]) -> bool:
    """Whether a row repeats the titles, as the top of every printed page does."""
    titles = sheet.line(sheet.header - 1)
    return all(
        column < len(cells) and column < len(titles) and cells[column] == titles[column] and cells[column]
        for column in sheet.where.values()
    )


def _is_blank_row(sheet: Sheet, index: int) -> bool:
    cells = sheet.line(index)
    return all(
        (column >= len(cells) or is_blank(cells[column])) and (index, column) not in sheet.hollow
        for column in sheet.where.values()
    )


def _is_footer(sheet: Sheet, cells: Sequence[Cell], needed: Iterable[Col]) -> bool:
    place = next((column for column, cell in enumerate(cells) if not is_blank(cell)), None)
    if place is None or not _FOOTER.match(re.sub(r"\s", "", str(cells[place]))):
        return False
    # Somebody may really be called or do what a footer says, so a row with all it needs is never one; but no day
    # and no number is called so.
    wanted = [(sheet.where[col.key], col.kind) for col in needed]
    return any(
        column >= len(cells) or is_blank(cells[column]) or (column == place and kind != "text")
        for column, kind in wanted
    )


def _row(sheet: Sheet, index: int, columns: Sequence[Col]) -> Row:
    values: dict[str, Value] = {}
    errors = []
    for col in columns:
        try:
            values[col.key] = _value(sheet, index, col)
        except WrongCode as wrong:
            errors.append(said(sheet, col, wrong.sentence))
    return Row(number=index + 1, values=values, errors=tuple(errors))


def said(sheet: Sheet, col: Col, problem: object) -> str:
    """A problem under the title the sheet itself gives the column."""
    return _("%(column)s: %(problem)s") % {"column": sheet.title(col), "problem": problem}


def _value(sheet: Sheet, index: int, col: Col) -> Value:
    column = sheet.where.get(col.key)
    if column is None:
        return None
    if (index, column) in sheet.hollow:
        raise no_result()
    return value_of(sheet.cell(index, column), col)
