"""Rosters as they are really sent, as drafts that can be spoilt in one place and written in any format."""

from __future__ import annotations

import copy
import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
import xlwt

from gongfang.registry.people.roster import COLUMNS
from tests.cast import id_number

KEYS = tuple(column.key for column in COLUMNS)


@dataclass(frozen=True)
class Person:
    """What the register should hold of somebody once the sheet is in."""

    name: str
    id_number: str
    phone: str = ""
    village: str = "330727203216"
    household: str = ""
    status: str = ""
    away: bool = False
    capacity: str = "full"


def _with_x(born: str, start: int) -> str:
    """A number that ends in X."""
    return next(number for n in range(start, 999, 2) if (number := id_number(born, n)).endswith("X"))


PEOPLE = (
    Person(
        "张秀兰", id_number("19630412", 102), "13857900001", household="SH-01", status="low_income", away=True
    ),
    Person("李建国", id_number("19710925", 201), "13857900002", household="SH-02", capacity="partial"),
    Person(
        "王小妹", _with_x("19880203", 300), "13857900003", "330727203205", "SH-03", "watched", capacity="weak"
    ),
    Person(
        "陈玉·兰",
        id_number("19950731", 404),
        "",
        "330727203205",
        "SH-03",
        "watched",
        away=True,
        capacity="none",
    ),
    Person("赵铁柱", id_number("19560101", 505), "13857900005"),
    Person(
        "孙秋菊", id_number("20010630", 608), "13857900006", household="SH-06", status="lifted", away=True
    ),
)

_VILLAGES = {"330727203216": "梓誉村", "330727203205": "史姆村"}
_CHINESE = {
    "female": "女", "male": "男", "lifted": "脱贫户", "low_income": "低收入户", "watched": "监测户", "": "一般户",
    True: "是", False: "否", "full": "普通劳动力", "partial": "半劳动力", "weak": "弱劳动力", "none": "无劳动力",
}  # fmt: skip
_ENGLISH = {
    "female": "female", "male": "male", "lifted": "lifted", "low_income": "low_income", "watched": "watched",
    "": "none", True: "yes", False: "no", "full": "full", "partial": "partial", "weak": "weak", "none": "none",
}  # fmt: skip


@dataclass
class Draft:
    """A sheet before it is written: lines above, titles, a row a person, lines below."""

    base: str
    titles: list[Any]
    rows: list[list[Any]]
    columns: dict[str, int]
    head: list[list[Any]] = field(default_factory=list)
    foot: list[list[Any]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)

    def copy(self) -> Draft:
        return copy.deepcopy(self)

    def grid(self) -> list[list[Any]]:
        return [*self.head, self.titles, *self.rows, *self.foot]

    def number(self, index: int) -> int:
        """The number a row of `rows` has in the sheet, counted from one."""
        return len(self.head) + 2 + index

    def put(self, index: int, key: str, cell: Any) -> Draft:
        """The same draft with one cell changed."""
        changed = self.copy()
        changed.rows[index][changed.columns[key]] = cell
        return changed

    def get(self, index: int, key: str) -> Any:
        return self.rows[index][self.columns[key]]


def _row(person: Person, words: dict[Any, str]) -> dict[str, Any]:
    return {
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.phone,
        "sex": words["female" if int(person.id_number[16]) % 2 == 0 else "male"],
        "township": "双溪乡",
        "village": _VILLAGES[person.village],
        "household": person.household,
        "status": words[person.status],
        "cannot_work_away": words[person.away],
        "capacity": words[person.capacity],
    }


def ours() -> Draft:
    """Our own empty roster, filled in."""
    titles = [column.titles[0] for column in COLUMNS]
    rows = [[_row(person, _CHINESE)[key] for key in KEYS] for person in PEOPLE]
    return Draft("ours", titles, rows, {key: place for place, key in enumerate(KEYS)})


def township() -> Draft:
    """What a township sends: title lines, a number in front, notes behind, totals and names below."""
    own = ours()
    titles = [
        "序号",
        "姓 名",
        "身份证号（18位）",
        "手机",
        "性别",
        "所在乡镇",
        "所在村*",
        "户号",
        "户类型",
        "是否不能外出务工",
        "劳动力情况",
        "备注",
    ]
    rows = [[number, *row, "在家"] for number, row in enumerate(own.rows, start=1)]
    head = [["双溪乡农村劳动力花名册"], ["填报单位：双溪乡人民政府", "", "", "2026年3月"]]
    foot = [["合计", f"{len(rows)}人"], ["填表人：冯丽", "审核人："]]
    return Draft("township", titles, rows, {key: place + 1 for place, key in enumerate(KEYS)}, head, foot)


def english() -> Draft:
    """What somebody types who reads the interface in English; fewer columns, in an order of their own."""
    keys = ("id_number", "name", "village", "household", "cannot_work_away", "capacity", "phone", "status")
    titles = [
        "ID number",
        "Name",
        "Village",
        "Household",
        "Cannot go away for work",
        "Labour capacity",
        "Phone",
        "Status",
    ]
    rows = [[_row(person, _ENGLISH)[key] for key in keys] for person in PEOPLE]
    return Draft("english", titles, rows, {key: place for place, key in enumerate(keys)})


BASES: tuple[Callable[[], Draft], ...] = (ours, township, english)


# --- formats -------------------------------------------------------------------------------------------------


def as_xlsx(draft: Draft, arrange: Callable[[Any, Any], None] | None = None, **options: Any) -> bytes:
    """The draft as Excel writes it; `arrange(book, page)` may add what cells cannot say."""
    out = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, **options}
    with xlsxwriter.Workbook(out, settings) as book:
        page = book.add_worksheet("名册")
        fill(book, page, draft)
        if arrange:
            arrange(book, page)
    return out.getvalue()


def fill(book: Any, page: Any, draft: Draft) -> None:
    """Write the cells of a draft onto a page of XlsxWriter's."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate(draft.grid()):
        for column, cell in enumerate(cells):
            if cell is None or (isinstance(cell, str) and not cell):
                continue
            if isinstance(cell, bool):
                page.write_boolean(row, column, cell)
            elif isinstance(cell, (date, time)):
                page.write_datetime(row, column, cell, day)
            elif isinstance(cell, (int, float)):
                page.write_number(row, column, cell)
            else:
                page.write_string(row, column, cell)
    for merge in draft.merges:
        page.merge_range(*merge, draft.grid()[merge[0]][merge[1]])


def as_xls(draft: Draft, *, since: int = 1900) -> bytes:
    """The draft as an office of 2003 writes it; Macs counted days from 1904."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = since == 1904
    page = book.add_sheet("名册")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    merged = {merge[:2]: merge for merge in draft.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in draft.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    for row, cells in enumerate(draft.grid()):
        for column, cell in enumerate(cells):
            if (row, column) in merged:
                top, left, bottom, right = merged[row, column]
                page.write_merge(top, bottom, left, right, cell)
            elif cell not in {None, ""} and (row, column) not in covered:
                page.write(row, column, cell, day) if isinstance(cell, (date, time)) else page.write(
                    row, column, cell
                )
    book.save(out := BytesIO())
    return out.getvalue()


def as_text(draft: Draft, *, separator: str = ",", end: str = "\r\n") -> str:
    """The draft as a text file."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerows(draft.grid())
    return out.getvalue()


def as_csv(draft: Draft, *, encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    return as_text(draft, separator=separator).encode(encoding)


def archive(content: bytes, *, changes: dict[str, bytes | None]) -> bytes:
    """The same archive with parts replaced, added, or (None) left out."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, body in changes.items():
            if body is not None:
                new.writestr(name, body)
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    with ZipFile(BytesIO(content)) as book:
        return book.read(name)
