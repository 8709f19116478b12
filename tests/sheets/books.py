"""The workbook is spoilt: hidden and second sheets, merged cells, formulas, the other calendar, odd archives."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

import xlsxwriter
import xlwt

from tests.sheets.cases import Case, Cases, Refused, Returned, Taken, Verdict
from tests.sheets.cells import WHO, bad, changed
from tests.sheets.drafts import (
    BASES,
    PEOPLE,
    Draft,
    archive,
    as_xls,
    as_xlsx,
    fill,
    part,
)

Arrange = Callable[[Any, Any], None]
ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?")
PAGE = "xl/worksheets/sheet1.xml"


def books() -> Cases:
    for base in BASES:
        yield from _sheets(base())
        yield from _merged(base())
        yield from _formulas(base())
    for base in BASES[:2]:
        yield from _dressed(base())
        yield from _archives(base())


def _case(
    family: str, name: str, draft: Draft, verdict: Verdict, content: Callable[[], bytes], ending: str = "xlsx"
) -> Case:
    return Case(f"{draft.base} {family}", f"{name} ({ending})", verdict, content, f"花名册.{ending}")


# --- several sheets ------------------------------------------------------------------------------------------


def several(*pages: tuple[str, Draft | None, str]) -> bytes:
    """A workbook of several pages: name, what is on it, and whether it is hidden."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, draft, state in pages:
            page = book.add_worksheet(name)
            if draft:
                fill(book, page, draft)
            if state == "hidden":
                page.hide()
            if state == "very hidden":
                page.very_hidden()
        visible = next(
            page for page, (_name, _draft, state) in zip(book.worksheets(), pages, strict=True) if not state
        )
        visible.activate()
        visible.set_first_sheet()
    return out.getvalue()


def several_xls(*pages: tuple[str, Draft | None, int]) -> bytes:
    """The same in the old format; 0 is seen, 1 hidden, 2 very hidden."""
    book = xlwt.Workbook(encoding="utf-8")
    for name, draft, state in pages:
        page = book.add_sheet(name)
        page.visibility = state
        for row, cells in enumerate(draft.grid() if draft else []):
            for column, cell in enumerate(cells):
                page.write(row, column, cell)
    book.save(out := BytesIO())
    return out.getvalue()


def _sheets(draft: Draft) -> Cases:
    half = draft.copy()
    half.rows = half.rows[:3]
    rest = draft.copy()
    rest.rows = rest.rows[3:]
    empty = draft.copy()
    empty.rows = []
    about = Draft("about", ["说明", "请填写第二张表"], [["第一步", "填写"]], {})
    table: dict[str, tuple[Verdict, list[tuple[str, Draft | None, str]]]] = {
        "an empty one first": (Taken(), [("Sheet1", None, ""), ("名册", draft, "")]),
        "an explanation first": (Taken(), [("说明", about, ""), ("名册", draft, "")]),
        "three empty ones behind": (
            Taken(),
            [("名册", draft, ""), *[(f"Sheet{n}", None, "") for n in (2, 3, 4)]],
        ),
        "an old list hidden": (Taken(), [("旧", rest, "hidden"), ("名册", draft, "")]),
        "an old list very hidden": (Taken(), [("旧", rest, "very hidden"), ("名册", draft, "")]),
        "the list itself hidden": (Refused(), [("说明", about, ""), ("名册", draft, "hidden")]),
        "a sheet a village": (Refused(), [("梓誉村", half, ""), ("史姆村", rest, "")]),
        "the same list twice": (Refused(), [("名册", draft, ""), ("名册 (2)", draft, "")]),
        "an empty form beside it": (Taken(), [("空白", empty, ""), ("名册", draft, "")]),
        "twenty sheets": (Taken(), [*[(f"S{n}", None, "") for n in range(19)], ("名册", draft, "")]),
        "twenty-one sheets": (Refused(), [*[(f"S{n}", None, "") for n in range(20)], ("名册", draft, "")]),
        "thirty hidden sheets": (
            Taken(),
            [*[(f"S{n}", rest, "hidden") for n in range(30)], ("名册", draft, "")],
        ),
        "a name with every sign": (Taken(), [("2026年3月 & <a> b", draft, "")]),
    }
    for name, (verdict, pages) in table.items():
        yield _case("sheets", name, draft, verdict, partial(several, *pages))
    old: dict[str, tuple[Verdict, list[tuple[str, Draft | None, int]]]] = {
        "a list hidden": (Taken(), [("旧", rest, 1), ("名册", draft, 0)]),
        "a list very hidden": (Taken(), [("旧", rest, 2), ("名册", draft, 0)]),
        "a sheet a village": (Refused(), [("梓誉村", half, 0), ("史姆村", rest, 0)]),
    }
    for name, (verdict, sheets) in old.items():
        yield _case("sheets", name, draft, verdict, partial(several_xls, *sheets), "xls")


# --- merged cells --------------------------------------------------------------------------------------------


def _merged(draft: Draft) -> Cases:
    def down(key: str, first: int, last: int) -> Draft:
        spoilt = draft.copy()
        top, place = spoilt.number(first) - 1, spoilt.columns[key]
        for index in range(first + 1, last + 1):
            spoilt.rows[index][place] = ""
        spoilt.merges = [(top, place, top + last - first, place)]
        return spoilt

    numbers = [draft.number(index) for index in range(6)]
    table: dict[str, tuple[Verdict, Draft]] = {
        "a village over two": (Taken(), down("village", 2, 3)),
        "a household over two": (Taken(), down("household", 2, 3)),
        "a status over two": (Taken(), down("status", 2, 3)),
        "an ID number over two": (Returned({numbers[3]: ""}), down("id_number", 2, 3)),
        "a phone over two": (Taken(changed(1, phone=PEOPLE[0].phone)), down("phone", 0, 1)),
    }
    for name, (verdict, spoilt) in table.items():
        yield _case("merged", name, draft, verdict, partial(as_xlsx, spoilt))
        yield _case("merged", name, draft, verdict, partial(as_xls, spoilt), "xls")
    titled = draft.copy()
    titled.head = [["双溪乡农村劳动力花名册"]]
    titled.merges = [(0, 0, 0, len(titled.titles) - 1)]
    yield _case("merged", "the title line", draft, Taken(), lambda: as_xlsx(titled))
    high = draft.copy()
    high.head = [*high.head, list(high.titles)]
    top = len(high.head) - 1
    high.titles = ["" for _title in high.titles]
    high.merges = [(top, place, top + 1, place) for place in range(len(high.titles))]
    yield _case("merged", "every title over two rows", draft, Taken(), lambda: as_xlsx(high))
    across = draft.copy()
    across.foot = []
    place = across.columns["capacity"]
    row = across.number(0) - 1
    if place == len(across.titles) - 1 or across.base == "township":
        across.rows[0] = across.rows[0][: place + 1]
        across.merges = [(row, place, row, place + 3)]
        yield _case("merged", "a cell over the columns beside it", draft, Taken(), lambda: as_xlsx(across))
    area = '</sheetData><mergeCells count="1"><mergeCell ref="A101:U1048576"/></mergeCells>'
    yield _case(
        "merged", "a range to the end of the sheet", draft, Taken(), _injected(draft, "</sheetData>", area)
    )


def _injected(draft: Draft, before: str, after: str) -> Callable[[], bytes]:
    """The draft with a piece of its sheet written by hand, where the writer would fill a million cells."""

    def content() -> bytes:
        made = as_xlsx(draft)
        return archive(made, changes={PAGE: part(made, PAGE).decode().replace(before, after).encode()})

    return content


# --- formulas ------------------------------------------------------------------------------------------------


def _formulas(draft: Draft) -> Cases:
    for key, place in draft.columns.items():
        row = draft.number(WHO) - 1

        def formula(text: str, result: Any, row: int = row, place: int = place) -> Callable[[], bytes]:
            return lambda: as_xlsx(
                draft, lambda _book, page: page.write_formula(row, place, text, None, result)
            )

        kept = draft.get(WHO, key)
        yield _case("formulas", f"{key} with its result", draft, Taken(), formula('="x"&A1', kept))
        yield _case("formulas", f"{key} without a result", draft, bad(draft, key), formula("=A1&B1", ""))
        for error in ERRORS if draft.base == "ours" else ERRORS[:1]:
            yield _case("formulas", f"{key} {error}", draft, bad(draft, key), formula("=Sheet9!A1", error))
    row = draft.number(5)
    yield _case(
        "formulas", "a total below that nobody calculated", draft, Taken() if draft.foot else Returned({row + 1: ""}),
        lambda: as_xlsx(_with_total(draft), lambda _book, page: page.write_formula(row, draft.columns["household"], "=COUNTA(A2:A7)", None, "")),
    )  # fmt: skip


def _with_total(draft: Draft) -> Draft:
    spoilt = draft.copy()
    spoilt.foot = [["合计"]] if draft.foot else []
    return spoilt


# --- looks that change nothing -------------------------------------------------------------------------------


def _dressed(draft: Draft) -> Cases:
    last = draft.number(5)
    width = len(draft.titles)
    looks: dict[str, Arrange] = {
        "hidden rows": lambda _book, page: page.set_row(last - 1, None, None, {"hidden": True}),
        "hidden columns": lambda _book, page: page.set_column(0, 2, None, None, {"hidden": True}),
        "a filter": lambda _book, page: page.autofilter(len(draft.head), 0, last - 1, width - 1),
        "frozen panes": lambda _book, page: page.freeze_panes(len(draft.head) + 1, 2),
        "protected": lambda _book, page: page.protect("secret"),
        "comments": lambda _book, page: page.write_comment(last - 1, 1, "核对"),
        "a choice list": lambda _book, page: page.data_validation(1, 0, 99, 0, {"validate": "list", "source": ["是", "否"]}),
        "colours": lambda book, page: page.conditional_format(0, 0, 99, 9, {"type": "no_blanks", "format": book.add_format({"bg_color": "red"})}),
        "a link": lambda _book, page: page.write_url(last + 40, 40, "https://example.org/", None, "填报说明"),
        "a coloured column to the end": lambda book, page: page.set_column(0, 16_383, 9, book.add_format({"bg_color": "red"})),
        "a chart": lambda book, page: page.insert_chart("P2", _chart(book)),
        "a rich text beside": lambda book, page: page.write_rich_string(last + 40, 45, book.add_format({"bold": True}), "粗", "细"),
        "a defined name": lambda book, _page: book.define_name("名册", "=名册!$A$1:$C$9"),
        "grouped rows": lambda _book, page: page.set_row(last - 2, None, None, {"level": 1}),
        "print titles": lambda _book, page: page.repeat_rows(len(draft.head)),
        "right to left": lambda _book, page: page.right_to_left(),
    }  # fmt: skip
    for name, arrange in looks.items():
        yield _case("looks", name, draft, Taken(), partial(as_xlsx, draft, arrange))
    yield _case("looks", "the calendar of 1904", draft, Taken(), lambda: as_xlsx(draft, date_1904=True))
    yield _case(
        "looks",
        "one line at a time",
        draft,
        Taken(),
        lambda: as_xlsx(draft, constant_memory=True, in_memory=False),
    )
    yield _case("looks", "a table of Excel's own", draft, Taken(), lambda: as_xlsx(draft, _table(draft)))
    for end in (100_000, 1_048_576):
        row = f'<row r="{end}" ht="30" customHeight="1"/></sheetData>'
        yield _case("looks", f"row {end:,} higher", draft, Taken(), _injected(draft, "</sheetData>", row))
    corner = '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    yield _case(
        "looks",
        "a coloured blank in the far corner",
        draft,
        Taken(),
        _injected(draft, "</sheetData>", corner),
    )


def _chart(book: Any) -> Any:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=名册!$A$2:$A$5"})
    return chart


def _table(draft: Draft) -> Arrange:
    def arrange(_book: Any, page: Any) -> None:
        columns = [{"header": str(title)} for title in draft.titles]
        page.add_table(len(draft.head), 0, draft.number(5) - 1, len(columns) - 1, {"columns": columns})

    return arrange


# --- archives as other programs write them -------------------------------------------------------------------


def _archives(draft: Draft) -> Cases:
    def changed_part(name: str, change: Callable[[str], str]) -> Callable[[], bytes]:
        def content() -> bytes:
            made = as_xlsx(draft)
            return archive(made, changes={name: change(part(made, name).decode()).encode()})

        return content

    def without(*names: str) -> Callable[[], bytes]:
        return lambda: archive(as_xlsx(draft), changes=dict.fromkeys(names))

    def added(**parts: bytes) -> Callable[[], bytes]:
        return lambda: archive(
            as_xlsx(draft), changes={name.replace("__", "/"): body for name, body in parts.items()}
        )

    macros = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    table: dict[str, tuple[Verdict, Callable[[], bytes]]] = {
        "with macros": (Taken(), changed_part("[Content_Types].xml", lambda xml: xml.replace(plain, macros))),
        "with a macro part": (Taken(), added(xl__vbaProject=b"\xd0\xcf\x11\xe0")),
        "without looks": (Taken(), without("xl/styles.xml")),
        "without a theme": (Taken(), without("xl/theme/theme1.xml")),
        "without its properties": (Taken(), without("docProps/app.xml", "docProps/core.xml")),
        "without its texts": (Refused(), without("xl/sharedStrings.xml")),
        "without its sheet": (Refused(), without(PAGE)),
        "without its book": (Refused(), without("xl/workbook.xml")),
        "without its links": (Refused(), without("xl/_rels/workbook.xml.rels")),
        "a sheet torn in the middle": (Refused(), changed_part(PAGE, lambda xml: xml[: len(xml) // 2])),
        "a sheet that is no XML": (Refused(), changed_part(PAGE, lambda _xml: "名册")),
        "a sheet that is empty": (Refused(), changed_part(PAGE, lambda _xml: "")),
        "an absolute link to the sheet": (Taken(), changed_part("xl/_rels/workbook.xml.rels", lambda xml: xml.replace('"worksheets/', '"/xl/worksheets/'))),
        "cells without references": (Taken(), changed_part(PAGE, lambda xml: re.sub(r' r="[A-Z]+[0-9]+"', "", xml)) if _has_no_gaps(draft) else lambda: as_xlsx(draft)),
        "rows without numbers": (Taken(), changed_part(PAGE, lambda xml: re.sub(r'<row r="[0-9]+"', "<row", xml)) if _has_no_gaps(draft) else lambda: as_xlsx(draft)),
        "a wrong dimension": (Taken(), changed_part(PAGE, lambda xml: re.sub(r'<dimension ref="[^"]+"', '<dimension ref="A1:XFD1048576"', xml))),
        "a small dimension": (Taken(), changed_part(PAGE, lambda xml: re.sub(r'<dimension ref="[^"]+"', '<dimension ref="A1"', xml))),
        "no dimension": (Taken(), changed_part(PAGE, lambda xml: re.sub(r"<dimension [^>]+>", "", xml))),
        "another coding": (Taken(), changed_part(PAGE, lambda xml: xml.replace("UTF-8", "utf-8"))),
        "a text number beyond the texts": (Refused(), changed_part(PAGE, lambda xml: re.sub(r"<v>3</v>", "<v>99999</v>", xml))),
        "a picture inside": (Taken(), added(xl__media__image1_png=b"\x89PNG\r\n\x1a\n" + bytes(400))),
        "a stray file": (Taken(), added(Thumbs_db=b"x")),
    }  # fmt: skip
    for name, (verdict, content) in table.items():
        yield _case("archives", name, draft, verdict, content, "xlsm" if "macro" in name else "xlsx")


def _has_no_gaps(draft: Draft) -> bool:
    """Whether every cell of every row is filled, so that nothing moves when cells lose their references."""
    return all(cell not in {"", None} for row in draft.grid() for cell in row)
