"""The fields a rule may ask about: a closed list for each kind of applicant, each field with its kind and its words.

What is not listed cannot be asked: a rule that named a field its context does not know would fail on the day it is
carried out, and one that could name any column could read what is nobody's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from gongfang.engines.rules.text import Text, date_words, money_words, plain, whole_words

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
MOST_NUMBER = 10**9
MOST_MONEY = 10**12  # 毫: a hundred million yuan, more than any programme pays to one
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DIVISION = re.compile(r"[1-9][0-9]{11}")
_LEVELS = (2, 4, 6, 9)  # digits of a province, prefecture, county, township; a village takes all twelve

Value = bool | int | str | date


class Kind(StrEnum):
    """What a field holds, or a parameter."""

    YES_NO = "yes_no"
    WHOLE = "whole"
    MONEY = "money"
    DATE = "date"
    DIVISION = "division"
    CHOICE = "choice"

    @property
    def words(self) -> Text:
        """What it is called in a refusal."""
        return _KINDS[self]


_KINDS = {
    Kind.YES_NO: Text("是非", "a yes or no"),
    Kind.WHOLE: Text("整数", "a whole number"),
    Kind.MONEY: Text("金额", "an amount of money"),
    Kind.DATE: Text("日期", "a day"),
    Kind.DIVISION: Text("行政区划", "a division"),
    Kind.CHOICE: Text("选项", "a choice"),
}
MEASURES = frozenset({Kind.WHOLE, Kind.MONEY, Kind.DATE})  # what can be more or less


class Span(StrEnum):
    """How the time since a day is counted: in full years, full months, or days."""

    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One fact about an applicant.

    title: what it is called, as a noun. says: a phrase with a place {} for the value, or for what is asked of it; a
    yes has no place. denies: the same phrase for no, for not being one of them. unit: what one of it is called where
    an amount counts it. spans: how the time since a day may be counted, each with its phrase. least, most: what the
    field can hold at all.
    """

    name: str
    kind: Kind
    title: Text
    says: Text
    denies: Text | None = None
    unit: Text | None = None
    spans: Mapping[Span, Text] = field(default_factory=dict)
    choices: Mapping[str, Text] = field(default_factory=dict)
    least: int = 0
    most: int = MOST_NUMBER

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"field {self.name!r}: a name is small letters, digits and underscores")
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError(f"field {self.name}: a choice, and nothing else, lists its choices")
        if self.kind not in MEASURES and self.denies is None:
            raise ValueError(f"field {self.name}: say it for no as well")
        if self.spans and self.kind is not Kind.DATE:
            raise ValueError(f"field {self.name}: only since a day can time be counted")

    @property
    def bounds(self) -> tuple[int | date, int | date]:
        """The least and the most it can hold."""
        if self.kind is Kind.DATE:
            return FIRST_DAY, LAST_DAY
        return self.least, MOST_MONEY if self.kind is Kind.MONEY else self.most

    def words_of(self, value: Value) -> Text:
        """A value of this field in words."""
        if self.kind is Kind.CHOICE:
            return self.choices.get(str(value), plain(str(value)))
        return words_of(value, self.kind)


@dataclass(frozen=True)
class Vocabulary:
    """Who is asked about, and the fields that a rule for them may use."""

    name: str
    title: Text
    listed: tuple[Field, ...]

    def __post_init__(self) -> None:
        if len(self.fields) != len(self.listed):
            raise ValueError(f"vocabulary {self.name}: two fields of one name")

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The fields by name."""
        return {one.name: one for one in self.listed}

    def check(self, facts: Mapping[str, Value | None]) -> None:
        """Refuse facts nobody asked for, and values of another kind; None is a fact that is missing."""
        for name, value in facts.items():
            if name not in self.fields:
                raise ValueError(f"{name}: no field of {self.name}")
            if value is not None and not holds(self.fields[name], value):
                raise ValueError(f"{name}: {value!r} is not {self.fields[name].kind.words.en}")


def holds(one: Field, value: Value) -> bool:
    """Whether a field can hold such a value."""
    if one.kind is Kind.CHOICE:
        return value in one.choices
    if one.kind is Kind.DIVISION:
        return isinstance(value, str) and is_division(value)
    return type(value) is _TYPES[one.kind]


_TYPES = {Kind.YES_NO: bool, Kind.WHOLE: int, Kind.MONEY: int, Kind.DATE: date}


def words_of(value: Value, kind: Kind) -> Text:
    """A value in words."""
    if isinstance(value, date):
        return date_words(value)
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, int):
        return money_words(value) if kind is Kind.MONEY else whole_words(value)
    return plain(value)


def is_division(code: str) -> bool:
    """Whether it has the twelve digits of a division."""
    return _DIVISION.fullmatch(code) is not None


def stem(code: str) -> str:
    """What the codes of all places within a division begin with."""
    return next((code[:digits] for digits in _LEVELS if not code[digits:].strip("0")), code)


def within(code: str, divisions: Iterable[str]) -> bool:
    """Whether a place lies in one of the divisions."""
    return any(code.startswith(stem(division)) for division in divisions)
