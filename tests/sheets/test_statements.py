"""The bank's statement, spoilt: days of both calendars and all ways to write them, amounts, accounts that Excel cut off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest

from gongfang.core.sheets import WrongSheet
from gongfang.operations.backup.statements import Line, read_sheet
from gongfang.registry.people.actions.rosters import Brought
from tests.sheets.cells import wide
from tests.sheets.drafts import Draft, as_csv, as_xls, as_xlsx

DAY = date(2026, 3, 12)
LINES = (
    Line(DAY, 123_450, "6228480033001234567", "F20260312-1-01-0001 加工费"),
    Line(DAY, 8, "6228480033007654321", "F20260312-1-01-0002 加工费"),
    Line(date(2026, 3, 13), 1_000_000, "", "水电费"),
)
WRITERS: dict[str, Callable[[Draft], bytes]] = {"xlsx": as_xlsx, "xls": as_xls, "csv": as_csv}


def statement() -> Draft:
    """What a bank gives: its name above, money in and out in columns of their own, a total below."""
    rows = [[line.paid_on.isoformat(), "", line.amount_fen / 100, line.card, line.remark] for line in LINES]
    rows.append(["2026-03-14", 500.0, "", "6228480033009999999", "来款"])
    titles = ["交易日期", "收入", "支出金额", "对方账号", "摘要"]
    columns = {"paid_on": 0, "amount": 2, "card": 3, "remark": 4}
    return Draft(
        "statement", titles, rows, columns, [["中国农业银行磐安支行", "", "", "账户明细"]], [["合计"]]
    )


def read(content: bytes) -> tuple[Line, ...] | str:
    try:
        return read_sheet(Brought(content))
    except WrongSheet as refused:
        return str(refused)


def with_first(**facts: Any) -> tuple[Line, ...]:
    first = {"paid_on": DAY, "amount_fen": 123_450, "card": LINES[0].card, "remark": LINES[0].remark, **facts}
    return (Line(**first), *LINES[1:])


DAYS = [
    DAY, datetime(2026, 3, 12, 8, 30, 59), 46_093, 46_093.0, 46_093.354, 20260312, 20260312.0,  # noqa: DTZ001
    "2026-03-12", "2026-3-12", "2026/3/12", "2026/03/12", "2026.3.12", "2026年3月12日", "2026年03月12日",
    "2026年3月12号", "20260312", "２０２６－０３－１２", "２０２６年３月１２日", " 2026-03-12 ", "2026-03-12 08:30:59",
    "2026/3/12 8:30", "2026-03-12T08:30:59", "\u00a02026-03-12", "2026-03-12\u200b", "'2026-03-12", "2026年3月12日 星期四",
]  # fmt: skip
NO_DAYS = [
    "2026-02-30", "2026-13-01", "2026-00-10", "2026-3-32", "12/3/2026", "3-12", "2026-3", "三月十二日", "昨天", "26-3-12",
    "2026年3月", "#REF!", "1899-12-31", "2200-01-01", "0000-00-00", "", None, True, 2026, 0, -1, 0.5, 1e17, time(8, 30),
    "二〇二六年三月十二日", "2026-03-12至2026-03-15", 99_999_999,
]  # fmt: skip
AMOUNTS = [
    1234.5, "1234.5", "1,234.50", "1234.50", "￥1,234.50", "¥1234.5", "1234.50元", "1234.50000", "１２３４．５０", " 1234.50 ",
    "'1234.50", "1234.5\u00a0", "1，234.50", 1234.500000000001,
]  # fmt: skip
NO_AMOUNTS = [
    "一千", "1234.5.0", "1.234,50", "12,34.50", "1,2345.0", "12 34.5元整", "(1234.50)", -1234.5, "-1234.50", "#VALUE!", True, 1e300,
    "1E+17x", DAY, "约1234", "1234.5万",
]  # fmt: skip
NO_CARDS = [
    6228480033001234567,
    6.2284800330012346e18,
    "6.22848E+18",
    True,
    DAY,
    "6228\ufffd80033001234567",
    "#N/A",
]


def cases() -> list[tuple[str, Draft, tuple[Line, ...] | None, str]]:
    """Name, spoilt draft, the lines it has to give (None: a refusal), format."""
    draft = statement()
    tables: list[tuple[str, list[Any], tuple[Line, ...] | None]] = [
        ("paid_on", DAYS, LINES), ("paid_on", NO_DAYS, None), ("amount", AMOUNTS, LINES), ("amount", NO_AMOUNTS, None),
        ("card", NO_CARDS, None), ("card", [wide(LINES[0].card)], with_first(card=wide(LINES[0].card))),
        ("remark", [f"  {LINES[0].remark}\n", f"\u200b{LINES[0].remark}"], LINES),
    ]  # fmt: skip
    return [
        (f"{key} {cell!r} ({kind})", draft.put(0, key, cell), wanted, kind)
        for key, cells, wanted in tables
        for cell in cells
        for kind in ("xlsx", "xls", "csv")
        if kind != "csv" or isinstance(cell, str)  # a text file keeps no kinds
    ]


ALL = cases()


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("kind", ["xlsx", "csv", pytest.param("xls", marks=pytest.mark.slow)])
def test_each_line_of_a_spoilt_statement_is_read_right_or_refused_in_a_sentence(kind):
    wrong = {}
    for name, draft, wanted, written in ALL:
        found = read(WRITERS[kind](draft)) if written == kind else wanted
        right = found == wanted if wanted else found is None or _is_sentence(found)
        if not right:
            wrong[name] = found
    assert wrong == {}


def _is_sentence(found: object) -> bool:
    return isinstance(found, str) and found.endswith((".", "。"))


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("write", [as_xlsx, as_xls], ids=["xlsx", "xls"])
def test_the_calendar_of_1904_gives_the_same_days(write):
    draft = statement()
    for row, line in zip(draft.rows, LINES, strict=False):
        row[0] = line.paid_on
    made = as_xlsx(draft, date_1904=True) if write is as_xlsx else as_xls(draft, since=1904)
    assert read(made) == LINES
