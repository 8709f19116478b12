"""Says everything twice: a sentence of this engine is always there in Chinese and in English.

A rule is read by people who can refuse it, so its words come from the very tree that is carried out, and not from a
catalogue beside it; which of the two is shown is for a page to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

HAO_PER_YUAN = 10_000
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_COUNTED = re.compile(r"(\w+)\|(\w+)")
_ONE = re.compile(r"(^|\s)1$")


class Text(NamedTuple):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def fill(self, *parts: Text) -> Text:
        """Put words in the places marked {}, one after the other; behind them `year|years` counts what was put."""
        return Text(
            _filled(self.zh, [part.zh for part in parts]), _filled(self.en, [part.en for part in parts])
        )

    def sentence(self) -> Text:
        """Make it a sentence: a capital in front, a stop behind."""
        return Text(f"{self.zh}。", f"{self.en[:1].upper()}{self.en[1:]}.")


def _filled(words: str, parts: Iterable[str]) -> str:
    first, *rest = words.split("{}")
    filled = (
        part + _COUNTED.sub(r"\1" if _ONE.search(part) else r"\2", after)
        for part, after in zip(parts, rest, strict=True)
    )
    return first + "".join(filled)


def joined(parts: Iterable[Text], *, by: Text) -> Text:
    """Put words between the parts."""
    listed = list(parts)
    return Text(by.zh.join(part.zh for part in listed), by.en.join(part.en for part in listed))


def plain(words: str) -> Text:
    """Words that are the same in both languages: a number, a code, a document."""
    return Text(words, words)


def whole_words(number: int) -> Text:
    """A whole number with its thousands apart."""
    return plain(f"{number:,}")


def money_words(hao: int) -> Text:
    """An amount in yuan; nobody reads 毫."""
    yuan, rest = divmod(abs(hao), HAO_PER_YUAN)
    decimals = f".{rest:04}".rstrip("0") if rest else ""
    if len(decimals) == 2:
        decimals += "0"
    said = f"{'-' if hao < 0 else ''}{yuan:,}{decimals}"
    return Text(f"{said}元", f"{said} yuan")


def date_words(day: date) -> Text:
    """A day as it is written in each language."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def permille_words(share: int) -> Text:
    """A share in percent."""
    return plain(f"{share / 10:g}%")
