"""One cell is spoilt: what can still be meant is taken, everything else comes back with its row and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import Any

from tests.cast import id_number
from tests.sheets.cases import Case, Cases, Returned, Taken
from tests.sheets.drafts import BASES, PEOPLE, Draft, Person, as_csv, as_xls, as_xlsx

WHO = 1  # whose row is spoilt: has a phone, a household and no X

Cell = Callable[[Any], Any]


def wide(text: str) -> str:
    """The text in full-width signs."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def off_by_one(place: int) -> Cell:
    return lambda text: text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


def swapped(text: str) -> str:
    """Two neighbours exchanged, as fingers do."""
    place = next(n for n in range(16) if text[n] != text[n + 1])
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


# Ways to write the same, by column; the register holds what it would have held.
SAME: dict[str, dict[str, Cell]] = {
    "id_number": {
        "blanks between": lambda it: f" {it[:6]} {it[6:14]} {it[14:]} ",
        "full-width digits": wide,
        "trailing blanks": lambda it: it + "   ",
        "non-breaking blanks": lambda it: f"\u00a0{it}\u00a0",
        "full-width blanks": lambda it: f"\u3000{it}",
        "an apostrophe": lambda it: f"'{it}",
        "a line break behind": lambda it: it + "\n",
        "a tab in front": lambda it: "\t" + it,
        "marks of a chat": lambda it: f"\u202d{it}\u202c",
        "a zero-width blank inside": lambda it: it[:6] + "\u200b" + it[6:],
        "a control sign": lambda it: it + "\x07",
        "a NUL": lambda it: it[:4] + "\x00" + it[4:],
        "dashes": lambda it: f"{it[:6]}-{it[6:14]}-{it[14:]}",
        "a byte order mark": lambda it: "\ufeff" + it,
    },
    "phone": {
        "a number": int,
        "a float": float,
        "+86": lambda it: f"+86 {it}",
        "0086": lambda it: f"0086{it}",
        "86": lambda it: f"86{it}",
        "dashes": lambda it: f"{it[:3]}-{it[3:7]}-{it[7:]}",
        "blanks": lambda it: f"{it[:3]} {it[3:7]} {it[7:]}",
        "full-width": wide,
        "an apostrophe": lambda it: f"'{it}",
        "non-breaking blanks": lambda it: f"\u00a0{it}\u00a0",
        "marks of a chat": lambda it: f"\u202d{it}\u202c",
        "a control sign": lambda it: f"{it}\x1f",
    },
    "name": {
        "padded": "  ".join,
        "full-width blanks": "\u3000".join,
        "non-breaking blanks": lambda it: f"\u00a0{it}\u00a0",
        "a line break inside": lambda it: it[:2] + "\n" + it[2:],
        "a zero-width blank": lambda it: it[:1] + "\u200b" + it[1:],
        "a control sign": lambda it: it + "\x01",
        "a trailing tab": lambda it: it + "\t",
    },
    "village": {
        "its committee": lambda it: it + "委会",
        "its township in front": lambda it: "双溪乡" + it,
        "its code": lambda it: "330727203216",
        "its code as a number": lambda it: 330727203216,
        "without its ending": lambda it: it.removesuffix("村"),
        "blanks inside": "  ".join,
        "a trailing blank": lambda it: it + " ",
        "its county in front": lambda it: "磐安县双溪乡" + it,
    },
    "household": {
        "blanks around": lambda it: f"  {it} ",
        "an apostrophe": lambda it: f"'{it}",
        "a zero-width blank": lambda it: it + "\u200b",
        "full-width blanks": lambda it: f"\u3000{it}",
    },
    "cannot_work_away": {
        "FALSE": lambda it: False, "a cross": lambda it: "×", "zero": lambda it: 0, "zero as a float": lambda it: 0.0,
        "N": lambda it: "N", "full-width n": lambda it: "ｎ", "blanks": lambda it: " 否 ", "nothing": lambda it: "",
        "无": lambda it: "无",
    },
    "capacity": {
        "another word": lambda it: "部分劳动能力",
        "blanks": lambda it: " 半 劳动力 ",
        "a note in brackets": lambda it: "半劳动力（腿疾）",
        "a colon": lambda it: "半劳动力：",
        "in English": lambda it: "PARTIAL",
    },
    "status": {"another word": lambda it: "一般农户", "none": lambda it: "无", "nothing": lambda it: "", "None": lambda it: None},
    "sex": {"another word": lambda it: "男性", "in English": lambda it: "Male", "nothing": lambda it: "", "blanks": lambda it: " 男 "},
    "township": {"its county too": lambda it: "磐安县双溪乡", "nothing": lambda it: "", "blanks": lambda it: " 双溪乡 "},
}  # fmt: skip

# Cells that say something else, and what they say.
OTHER: dict[str, dict[str, tuple[Any, dict[str, Any]]]] = {
    "name": {
        "letters": ("Li Mei", {"name": "Li Mei"}),
        "a dot of its own": ("阿依•古丽", {"name": "阿依·古丽"}),
        "a rare sign": ("王𬭎", {"name": "王𬭎"}),
        "forty signs": ("长" * 40, {"name": "长" * 40}),
        "a formula as text": ("=王芳", {"name": "=王芳"}),
    },
    "phone": {"nothing": ("", {"phone": ""}), "only blanks": (" \u3000", {"phone": ""})},
    "village": {"the other one": ("史姆村", {"village": "330727203205"})},
    "household": {
        "a number": (12, {"household": "12"}),
        "a float": (7.0, {"household": "7"}),
        "leading zeros kept": ("007", {"household": "007"}),
        "leading zeros lost": (7, {"household": "7"}),
        "forty signs": ("H" * 40, {"household": "H" * 40}),
        "a formula as text": ("=1+1", {"household": "=1+1"}),
        "nothing": ("", {"household": ""}),
        "a quarter": (3.25, {"household": "3.25"}),
    },
    "cannot_work_away": {
        "TRUE": (True, {"away": True}),
        "a tick": ("√", {"away": True}),
        "one": (1, {"away": True}),
    },
    "capacity": {"nothing": ("", {"capacity": "full"}), "none": ("丧失劳动力", {"capacity": "none"})},
    "status": {
        "low income": ("低保户", {"status": "low_income"}),
        "watched": ("脱贫不稳定户", {"status": "watched"}),
    },
}

# What nobody can mean, in any column.
NONSENSE: dict[str, Any] = {
    "an error as text": "#REF!",
    "a lost sign": "王\ufffd芳",
    "a private sign": "王\ue863芳",
    "32,767 signs": "长" * 32_767,
    "a picture sign": "😀",
    "a date": date(2026, 3, 12),
    "a moment": datetime(2026, 3, 12, 8, 30),  # noqa: DTZ001 -- sheets know no zones
    "a huge number": 1e300,
    "a negative number": -7,
    "ditto": "同上",
}
# Where nonsense makes sense after all.
FINE = {
    ("name", "ditto"), ("name", "a picture sign"), ("household", "ditto"), ("household", "a picture sign"),
 ("household", "a negative number"),
    ("township", "ditto"), ("township", "a picture sign"),
    ("township", "a negative number"), ("township", "a huge number"),
}  # fmt: skip

WRONG: dict[str, dict[str, Cell]] = {
    "id_number": {
        **{f"digit {place + 1} off by one": off_by_one(place) for place in range(18)},
        "two neighbours exchanged": swapped,
        "cut off by Excel": float,
        "cut off and written out": lambda it: int(it[:15] + "000"),
        "cut off in a text": lambda it: f"{float(it):.5E}",
        "a small float": lambda it: 1.1e17,
        "fifteen digits of old": lambda it: it[:6] + it[8:17],
        "fifteen digits as a number": lambda it: int(it[:6] + it[8:17]),
        "one digit lost": lambda it: it[1:],
        "one digit more": lambda it: it + "0",
        "letter O for zero": lambda it: it.replace("0", "O"),
        "X in the middle": lambda it: it[:8] + "X" + it[9:],
        "a birthday to come": lambda it: id_number("20991231", 101),
        "a day that is none": lambda it: id_number("19900230", 101),
        "a month that is none": lambda it: id_number("19901301", 101),
        "the year zero": lambda it: id_number("00000101", 101),
        "nothing": lambda it: "",
        "nothing but a mark": lambda it: "\u200b",
        "TRUE": lambda it: True,
        "masked": lambda it: it[:6] + "********" + it[14:],
        "two numbers": lambda it: f"{it}/{it}",
        "somebody else's phone": lambda it: "13857900009",
    },
    "phone": {
        "ten digits": lambda it: it[:10],
        "twelve digits": lambda it: it + "1",
        "a landline": lambda it: "0579-84661234",
        "two phones": lambda it: f"{it}、13857900009",
        "a word": lambda it: "无",
        "short of Excel": lambda it: "1.38579E+10",
        "a float with a rest": lambda it: 13857900002.5,
        "TRUE": lambda it: True,
        "begins with twelve": lambda it: "12857900002",
        "masked": lambda it: "138****0002",
        "a name": lambda it: "李建国",
    },
    "name": {
        "a number": lambda it: 123, "a float": lambda it: 3.5, "TRUE": lambda it: True, "a digit": lambda it: it + "2",
        "one sign": lambda it: it[:1], "forty-one signs": lambda it: "长" * 41, "stars": lambda it: it[:1] + "**",
        "nothing": lambda it: "", "only blanks": lambda it: " \u3000\u00a0", "nothing but marks": lambda it: "\u200b\u200e",
        "a tag": lambda it: "<b>王</b>", "an apostrophe alone": lambda it: "'",
    },
    "village": {
        "unknown": lambda it: "天上村", "of another township": lambda it: "南园社区", "nothing": lambda it: "",
        "a number": lambda it: 5, "TRUE": lambda it: True, "a share": lambda it: 0.3, "two villages": lambda it: "梓誉村、史姆村",
        "a code that is none": lambda it: "330727999999",
    },
    "household": {"forty-one signs": lambda it: "H" * 41, "TRUE": lambda it: True, "a time": lambda it: time(3, 12)},
    "status": {"unknown": lambda it: "富裕户", "a number": lambda it: 5, "TRUE": lambda it: True, "nearly": lambda it: "低收入户?"},
    "cannot_work_away": {"unknown": lambda it: "也许", "two": lambda it: 2, "half": lambda it: 0.5, "both": lambda it: "是/否"},
    "capacity": {"unknown": lambda it: "很强", "a number": lambda it: 1, "TRUE": lambda it: True, "two": lambda it: "半劳动力、弱劳动力"},
    "sex": {"unknown": lambda it: "不详", "the other": lambda it: "女", "a number": lambda it: 1, "TRUE": lambda it: True},
    "township": {"501 signs": lambda it: "乡" * 501, "TRUE": lambda it: True},
}  # fmt: skip

WRITERS: dict[str, tuple[str, Callable[[Draft], bytes]]] = {
    "xlsx": ("花名册.xlsx", as_xlsx),
    "xls": ("花名册.xls", as_xls),
    "csv": ("花名册.csv", as_csv),
}
# Neither a text file nor our old writer tells these from their text.
ONLY_XLSX = {"a NUL", "a control sign", "32,767 signs", "a huge number", "a picture sign", "a time"}


def cells() -> Cases:
    """Every cell in our own sheet; one in four in a township's, in new and old Excel, and in an English one."""
    yield from _all(BASES[0](), "xlsx")
    yield from list(_all(BASES[1](), "xlsx"))[::4]
    yield from list(_all(BASES[1](), "xls"))[1::4]
    yield from list(_all(BASES[2](), "xlsx"))[2::4]


def _all(draft: Draft, writer: str) -> Cases:
    for key in draft.columns:
        yield from _of(draft, key, writer)


def _of(draft: Draft, key: str, writer: str) -> Cases:
    for name, cell in SAME.get(key, {}).items():
        yield _case(draft, key, name, writer, cell, Taken())
    for name, (value, facts) in OTHER.get(key, {}).items():
        yield _case(draft, key, name, writer, partial(_this, value), Taken(changed(WHO, **facts)))
    for name, value in NONSENSE.items():
        if (key, name) not in FINE:
            yield _case(draft, key, name, writer, partial(_this, value), bad(draft, key))
    for name, cell in WRONG.get(key, {}).items():
        yield _case(draft, key, name, writer, cell, bad(draft, key))


def changed(index: int, **facts: Any) -> tuple[Person, ...]:
    """The people with one of them otherwise."""
    return tuple(replace(person, **facts) if at == index else person for at, person in enumerate(PEOPLE))


def bad(draft: Draft, key: str, *indices: int) -> Returned:
    """These rows come back, for this column."""
    title = draft.titles[draft.columns[key]]
    return Returned({draft.number(index): title for index in indices or (WHO,)})


def _this(value: Any, _cell: Any) -> Any:
    return value


def _case(draft: Draft, key: str, name: str, writer: str, cell: Cell, verdict: Any) -> Case:
    file_name, write = WRITERS["xlsx" if name in ONLY_XLSX else writer]

    def content() -> bytes:
        return write(draft.put(WHO, key, cell(draft.get(WHO, key))))

    return Case(f"{draft.base} {key}", f"{name} ({writer})", verdict, content, file_name)
