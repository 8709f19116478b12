"""Rows and titles are spoilt: blank ones between, somebody twice, a header further down, renamed or missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gongfang.registry.people.roster import COLUMNS
from tests import cast
from tests.sheets.cases import Case, Cases, Refused, Returned, Taken, Verdict
from tests.sheets.cells import bad, changed, wide
from tests.sheets.drafts import BASES, PEOPLE, Draft, as_csv, as_xls, as_xlsx, township

Spoil = Callable[[Draft], Draft | None]


def lines() -> Cases:
    for base in BASES:
        yield from _blank_rows(base())
        yield from _doubles(base())
        yield from _below(base())
        yield from _header(base())
        yield from _duplicates(base())
        yield from _missing(base())
    yield from _synonyms()
    yield from _already_there()


def _case(
    family: str, name: str, draft: Draft, verdict: Verdict, write: Callable[[Draft], bytes] = as_xlsx
) -> Case:
    ending = {"as_xls": "xls", "as_csv": "csv"}.get(write.__name__, "xlsx")
    return Case(
        f"{draft.base} {family}", f"{name} ({ending})", verdict, lambda: write(draft), f"花名册.{ending}"
    )


def _blank_rows(draft: Draft) -> Cases:
    for write in (as_xlsx, as_xls, as_csv):
        for after in (0, 3, 5):
            spoilt = draft.copy()
            spoilt.rows.insert(after, [])
            yield _case("rows", f"one empty row before row {after + 1}", spoilt, Taken(), write)
    spoilt = draft.copy()
    spoilt.rows[2:2] = [[] for _n in range(200)]
    yield _case("rows", "200 empty rows between", spoilt, Taken())
    spoilt = draft.copy()
    spoilt.rows[2:2] = [[" ", "\u3000", "\u00a0", "\u200b"]] * 3
    yield _case("rows", "rows of blanks nobody sees", spoilt, Taken())
    spoilt = draft.copy()
    spoilt.rows = [[*row, "", "", "说明"] for row in spoilt.rows]
    yield _case("rows", "cells far to the right", spoilt, Taken())
    spoilt = draft.copy()
    spoilt.rows = []
    yield _case("rows", "no row at all", spoilt, Refused())
    spoilt.rows = [[""] * 5] * 9
    yield _case("rows", "nothing but empty rows", spoilt, Refused())
    spoilt = draft.copy()
    spoilt.rows = spoilt.rows[:1]
    yield _case("rows", "one row alone", spoilt, Taken(PEOPLE[:1]))
    spoilt = draft.copy()
    spoilt.rows.reverse()
    yield _case("rows", "from the end", spoilt, Taken())


def _doubles(draft: Draft) -> Cases:
    same = draft.copy()
    same.rows.append(list(same.rows[1]))
    yield _case("doubles", "the same row twice", same, Taken())
    yield _case("doubles", "the same row twice", same, Taken(), as_xls)
    otherwise = same.copy()
    otherwise.rows[-1][otherwise.columns["id_number"]] = wide(PEOPLE[1].id_number) + " "
    yield _case("doubles", "the same row, its number written otherwise", otherwise, Taken())
    for key, cell in (
        ("name", "李建军"),
        ("phone", "13857900099"),
        ("village", "史姆村"),
        ("household", "SH-99"),
    ):
        differing = same.copy()
        differing.rows[-1][differing.columns[key]] = cell
        verdict = Returned({differing.number(6): differing.titles[differing.columns["id_number"]]})
        yield _case("doubles", f"the same number, another {key}", differing, verdict)
    thrice = same.copy()
    thrice.rows += [list(thrice.rows[0]), list(thrice.rows[0])]
    yield _case("doubles", "three and two times", thrice, Taken())
    neighbour = draft.copy()
    number = PEOPLE[1].id_number
    neighbour.rows.append(list(neighbour.rows[1]))
    neighbour.rows[-1][neighbour.columns["id_number"]] = (
        number[:14] + str((int(number[14]) + 1) % 10) + number[15:]
    )
    yield _case(
        "doubles", "the same person, the number off by one", neighbour, bad(neighbour, "id_number", 6)
    )


def _below(draft: Draft) -> Cases:
    for words in (
        ["合计", "6人"],
        ["小计：6"],
        ["总计"],
        ["填表人：冯丽", "2026-3-1"],
        ["注：以上属实"],
        ["审核：", "王芳"],
        ["经办人  冯丽"],
        ["说明：无"],
    ):
        spoilt = draft.copy()
        spoilt.foot = [words]
        # In a sheet that begins with name and number, two words below are a row like any other.
        is_row = len(words) > 1 and spoilt.columns["name"] == 0
        yield _case("below", words[0], spoilt, Returned({spoilt.number(6): ""}) if is_row else Taken())
    spoilt = draft.copy()
    spoilt.rows.insert(3, ["小计", "", "", ""])
    yield _case("below", "a subtotal in the middle", spoilt, Taken())
    spoilt = draft.copy()
    spoilt.foot = [["以上情况属实"]]
    only = min(spoilt.columns.values())
    if only == 0:  # the sentence stands in a column we read
        yield _case("below", "a sentence that is no footer", spoilt, Returned({spoilt.number(6): ""}))
    spoilt = draft.copy()
    spoilt.rows.insert(3, list(spoilt.titles))
    yield _case("below", "the titles again on the next printed page", spoilt, Taken())


def _header(draft: Draft) -> Cases:
    for down in (1, 2, 5, 10, 25, 46):
        spoilt = draft.copy()
        spoilt.head = [["某县花名册"]] * down + spoilt.head
        yield _case("header", f"{down} rows further down", spoilt, Taken(), as_csv if down == 5 else as_xlsx)
    spoilt = draft.copy()
    spoilt.head = [["某县花名册"]] * 50 + spoilt.head
    yield _case("header", "below the fiftieth row", spoilt, Refused())
    for name, change in _DRESSED.items():
        spoilt = draft.copy()
        spoilt.titles = [change(title) for title in spoilt.titles]
        yield _case("header", name, spoilt, Taken())
        if name in {"full-width blanks inside", "a line break"}:
            yield _case("header", name, spoilt, Taken(), as_xls)
    for turn in (1, 3, 7):
        yield _case(
            "header",
            f"columns turned by {turn}",
            _turned(draft, turn),
            Taken(),
            (as_xlsx, as_xls, as_csv)[turn // 3],
        )
    spoilt = draft.copy()
    spoilt.titles = [*spoilt.titles, "备注", "备注", "", "照片"]
    spoilt.rows = [[*row, "甲", "乙", "", "无"] for row in spoilt.rows]
    yield _case("header", "unknown columns, two of one title", spoilt, Taken())
    spoilt = draft.copy()
    spoilt.titles = ["" for _title in spoilt.titles]
    yield _case("header", "no titles", spoilt, Refused())
    spoilt.titles = [f"列{n}" for n in range(len(spoilt.titles))]
    yield _case("header", "other titles", spoilt, Refused())


_DRESSED: dict[str, Callable[[Any], Any]] = {
    "stars": lambda title: f"{title}*",
    "notes in brackets": lambda title: f"{title}（必填）",
    "half-width brackets": lambda title: f"{title}(18位)",
    "a colon": lambda title: f"{title}：",
    "full-width blanks inside": "\u3000".join,
    "blanks around": lambda title: f"  {title}  ",
    "non-breaking blanks": lambda title: f"\u00a0{title}",
    "zero-width blanks": lambda title: f"\u200b{title}\ufeff",
    "a line break": lambda title: f"{title[:1]}\n{title[1:]}",
    "capitals": str.upper,
}


def _turned(draft: Draft, turn: int) -> Draft:
    spoilt = draft.copy()
    width = len(spoilt.titles)
    order = [(place + turn) % width for place in range(width)]
    spoilt.titles = [draft.titles[place] for place in order]
    spoilt.rows = [[row[place] for place in order] for row in draft.rows]
    spoilt.columns = {key: order.index(place) for key, place in draft.columns.items()}
    spoilt.foot = []
    return spoilt


def _duplicates(draft: Draft) -> Cases:
    """A column whose title stands twice is never read by halves."""
    for key, place in draft.columns.items():
        spoilt = draft.copy()
        spoilt.titles.append(spoilt.titles[place])
        spoilt.rows = [[*row, ""] for row in spoilt.rows]
        yield _case("duplicates", f"{key} twice", spoilt, Refused())
    spoilt = draft.copy()
    spoilt.titles += spoilt.titles
    spoilt.rows = [left + right for left, right in zip(spoilt.rows[:3], spoilt.rows[3:], strict=True)]
    yield _case("duplicates", "two lists side by side", spoilt, Refused())
    yield _case("duplicates", "two lists side by side", spoilt, Refused(), as_xls)
    yield _case("duplicates", "two lists side by side", spoilt, Refused(), as_csv)


def _missing(draft: Draft) -> Cases:
    """Without a required column there is no roster; without another its value stays as a new row has it."""
    left_out: dict[str, Verdict] = {
        "name": Refused(),
        "id_number": Refused(),
        "village": Returned({draft.number(index): "" for index in range(6)}),
        "phone": Taken(tuple(replace(person, phone="") for person in PEOPLE)),
        "household": Taken(tuple(replace(person, household="", status=person.status) for person in PEOPLE)),
        "status": Taken(tuple(replace(person, status="") for person in PEOPLE)),
        "cannot_work_away": Taken(tuple(replace(person, away=False) for person in PEOPLE)),
        "capacity": Taken(tuple(replace(person, capacity="full") for person in PEOPLE)),
        "sex": Taken(),
        "township": Taken(),
    }
    for key, place in draft.columns.items():
        spoilt = draft.copy()
        spoilt.titles[place] = "别的"
        yield _case("missing", f"{key} renamed", spoilt, left_out[key])
        gone = draft.copy()
        for cells in [gone.titles, *gone.rows]:
            del cells[place]
        yield _case("missing", f"{key} deleted", gone, left_out[key])


def _synonyms() -> Cases:
    for column in COLUMNS:
        for title in column.titles:
            spoilt = township()
            spoilt.titles[spoilt.columns[column.key]] = title
            yield _case("titles", f"{column.key} as {title}", spoilt, Taken())


def _already_there() -> Cases:
    """Who is in the register keeps the old values; a sheet does not make anybody twice."""
    for base in BASES:
        spoilt = base()
        spoilt.rows[4][spoilt.columns["id_number"]] = cast.LIN.id_number
        spoilt.rows[4][spoilt.columns["name"]] = "林秀英"
        spoilt.rows[4][spoilt.columns["phone"]] = "13900009999"
        if "sex" in spoilt.columns:
            spoilt.rows[4][spoilt.columns["sex"]] = "女"
        known = changed(
            4, name="林秀英", id_number=cast.LIN.id_number, phone="13857901234", household="SX-002", away=True
        )
        for write in (as_xlsx, as_xls, as_csv):
            yield _case("doubles", "somebody of the register", spoilt, Taken(known), write)
