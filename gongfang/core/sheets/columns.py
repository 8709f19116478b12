"""What a column of an incoming sheet should hold, and how its cells are read."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal

from django.utils.translation import gettext_lazy as _

from gongfang.core import clock, codes, money
from gongfang.core.codes import IdNumber, WrongCode

Kind = Literal["text", "id_number", "phone", "integer", "date", "yuan", "choice"]
Cell = str | int | float | bool | date | datetime | time | timedelta
Value = str | int | date | IdNumber | None

MAX_TEXT = 500

# What Excel leaves of an 18-digit number that was typed into a cell of format General: 3.30727E+17.
_CUT_OFF = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_SHOWN = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]{2,}", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})(\.0*)?")
_EXACT_DIGITS = 15
_DAY_ZERO = date(1899, 12, 30)
_DATES = re.compile(
    r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?|([0-9]{2})([0-9]{2}))(?:[ T].*)?"
)
# Marks nobody sees: a phone number copied out of a chat comes wrapped in them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
# A sign of somebody's own font shows as a box elsewhere, and U+FFFD stands where a sign was lost.
_LOST = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
# What Excel shows where it cannot calculate; a text file keeps it as text.
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
# How a number is kept from being calculated: '330727 in a cell, ="330727" in a CSV.
_QUOTED = re.compile(r"'(.*)|=\"([^\"]*)\"", re.DOTALL)
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Col:
    """A column we look for: its key in our code, the titles people give it, and what its cells hold.

    `choices` maps what we keep to the words that mean it; the first word is the one we show.
    """

    key: str
    titles: tuple[str, ...]
    kind: Kind = "text"
    required: bool = False
    longest: int = MAX_TEXT
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """What is kept for each word that means it, the word as it is compared."""
        pairs = ((folded(word), kept) for kept, words in self.choices.items() for word in (*words, kept))
        return dict(reversed(list(pairs)))


def folded(text: str) -> str:
    """A title or choice as it is compared: half-width, lower case, without blanks, stars and brackets."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return re.sub(r"\([^)]*\)|[\s*:]", "", text).casefold()


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing a person could see."""
    return isinstance(cell, str) and not (cell if cell.isprintable() else _UNSEEN.sub("", cell)).strip()


def value_of(cell: Cell, col: Col) -> Value:
    """Read a cell as its column wants it, or raise `WrongCode` with the reason."""
    cell = _seen(cell) if isinstance(cell, str) else cell
    if is_blank(cell):
        if col.required:
            raise WrongCode(_("This is missing. Fill it in."))
        return None
    return _READERS[col.kind](cell, col)


def no_result() -> WrongCode:
    """The reason against an error of Excel's, or a formula without its result."""
    return WrongCode(_("Excel shows an error or has not calculated this yet. Write the value itself."))


def _seen(cell: str) -> str:
    """What one sees of a text; blanks at its ends are left to whoever reads it on."""
    if _LOST.search(cell):
        raise WrongCode(_("A sign in here was lost on the way and shows as a box. Write it anew."))
    if cell in _ERRORS:
        raise no_result()
    text = cell if cell.isprintable() else _UNSEEN.sub("", cell)
    quoted = _QUOTED.fullmatch(text) if text.startswith(("'", "=")) else None
    return (quoted[1] or quoted[2] or "") if quoted else text


def _plain(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _text(cell: Cell, col: Col) -> str:
    if isinstance(cell, bool):
        raise WrongCode(_("Here stands TRUE or FALSE instead of a text. Write the text."))
    if isinstance(cell, (date, time, timedelta)):  # what Excel makes of a household's code such as 3-12
        raise WrongCode(
            _("Excel has made a date or time of this. Format the column as text and enter it again.")
        )
    if _is_cut_off(cell):
        raise _cut_off()
    # Two-character names are padded with blanks so that a column lines up.
    text = _BETWEEN_HAN.sub("", " ".join(_plain(cell).split()))
    if len(text) > col.longest:
        raise WrongCode(_("This is longer than %(most)s characters. Shorten it.") % {"most": col.longest})
    return text


def _id_number(cell: Cell, _col: Col) -> IdNumber:
    written = str(cell)
    if _is_cut_off(cell) or any(map(_CUT_OFF.fullmatch, (written.strip(), codes.normalised(written)))):
        raise _cut_off()
    return codes.id_number(_plain(cell), today=clock.today())


def _is_cut_off(cell: Cell) -> bool:
    """Whether a long number went through a cell of format General, which keeps 15 digits."""
    if isinstance(cell, str):
        return bool(_SHOWN.fullmatch(cell.strip()))
    return isinstance(cell, (int, float)) and len(_plain(cell).lstrip("-").partition(".")[0]) > _EXACT_DIGITS


def _cut_off() -> WrongCode:
    return WrongCode(
        _("Excel cut off the last digits. Format the column as text and enter the number again.")
    )


def _phone(cell: Cell, _col: Col) -> str:
    return codes.mobile(_plain(cell))


def _integer(cell: Cell, _col: Col) -> int:
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", _plain(cell)))
    if isinstance(cell, bool) or not _WHOLE.fullmatch(text):
        raise WrongCode(_("This is not a whole number. Write it in digits without a unit."))
    return int(text.partition(".")[0].replace(",", ""))


def _date(cell: Cell, _col: Col) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return _serial(cell) if _is_serial(cell) else _written(_plain(cell))
    except ValueError:
        raise WrongCode(_("This is not a date. Write it as 1958-3-2.")) from None


def _is_serial(cell: Cell) -> bool:
    # 10,000 is a day of 1927 and 100,000 one of 2173; smaller numbers are years, larger ones are 19580302.
    return isinstance(cell, (int, float)) and 10_000 <= cell < 100_000


def _serial(cell: Cell) -> date:
    return _DAY_ZERO + timedelta(days=math.floor(float(str(cell))))


def _written(text: str) -> date:
    match = _DATES.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(text)
    year, month, day, short_month, short_day = match.groups()
    written = date(int(year), int(month or short_month), int(day or short_day))
    if not 1900 <= written.year < 2200:
        raise ValueError(text)
    return written


def _yuan(cell: Cell, _col: Col) -> int:
    # 15 digits are what Excel itself shows: 0.1 + 0.2 is 0.3 there and has to be 0.3 here.
    is_number = isinstance(cell, float) and math.isfinite(cell)
    return money.parse_yuan(f"{Decimal(f'{cell:.15g}'):f}" if is_number else _plain(cell))


def _choice(cell: Cell, col: Col) -> str:
    kept = col.meanings.get(folded(_plain(cell)))
    if kept is None:
        shown = "、".join(words[0] if words else kept for kept, words in col.choices.items())
        raise WrongCode(_("This is none of the choices. Write one of: %(choices)s.") % {"choices": shown})
    return kept


_READERS: dict[str, Callable[[Cell, Col], Value]] = {
    "text": _text,
    "choice": _choice,
    "id_number": _id_number,
    "phone": _phone,
    "integer": _integer,
    "date": _date,
    "yuan": _yuan,
}
