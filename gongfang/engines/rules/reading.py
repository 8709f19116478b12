"""Reads a rule out of JSON, and refuses with the place and the reason whatever is not one.

What may be asked, each an object of one shape:

    {"all": [...]}  {"any": [...]}  {"not": {...}}
    {"is": FIELD}                                          yes or no
    {"field": FIELD, "at_least": BOUND}                    at_most, above, below, equals; number, money in 毫, day
    {"years_since": FIELD, "at_least": BOUND}              months_since, days_since
    {"field": FIELD, "one_of": ["..."]}                    choice
    {"field": FIELD, "within": ["330727000000"]}           division

A bound is a value or {"parameter": NAME}. Amounts are in `paying`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongfang.engines.rules import wrong
from gongfang.engines.rules.fields import (
    FIRST_DAY,
    LAST_DAY,
    MEASURES,
    MOST_MONEY,
    MOST_NUMBER,
    Field,
    Kind,
    Span,
    Vocabulary,
    is_division,
    words_of,
)
from gongfang.engines.rules.text import Text, plain, whole_words
from gongfang.engines.rules.tree import (
    All,
    Either,
    Is,
    Measured,
    Not,
    OneOf,
    Operand,
    Order,
    Ref,
    Rule,
    Since,
    Within,
)
from gongfang.engines.rules.wrong import WrongRule

MOST_CHARACTERS = 60_000
MOST_DEEP = 8
MOST_PARTS = 200
MOST_LISTED = 100
MOST_YEARS = 150
_SPANS = {f"{span}_since": span for span in Span}
MOST_SPAN = {Span.YEARS: MOST_YEARS, Span.MONTHS: 12 * MOST_YEARS, Span.DAYS: 366 * MOST_YEARS}


def parse(text: str) -> Any:
    """Read JSON strictly: no fractions, no key twice, nothing endless."""
    if len(text) > MOST_CHARACTERS:
        raise WrongRule("$", wrong.TOO_LONG.fill(whole_words(MOST_CHARACTERS)))
    try:
        return json.loads(
            text, object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number, parse_int=_short
        )
    except RecursionError:
        raise WrongRule("$", wrong.TOO_DEEP.fill(whole_words(MOST_DEEP))) from None
    except json.JSONDecodeError as error:
        raise WrongRule("$", wrong.NOT_JSON.fill(plain(str(error)))) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        seen = [name for name, _ in pairs]
        raise WrongRule("$", wrong.TWICE.fill(plain(next(name for name in seen if seen.count(name) > 1))))
    return named


def _no_number(digits: str) -> Any:
    raise WrongRule(f"$ {digits[:20]}", wrong.NOT_A_NUMBER)


def _short(digits: str) -> int:
    return int(digits) if len(digits) < 20 else _no_number(digits)


@dataclass
class Reader:
    """Reads one tree: knows which fields and parameters there are, and counts how much it has read."""

    vocabulary: Vocabulary
    parameters: Mapping[str, Kind] = field(default_factory=dict)
    parts: int = 0

    def rule(self, node: object, place: str = "rule", depth: int = 1) -> Rule:  # noqa: PLR0911 - a case for each shape
        """Read a condition."""
        shape = self.enter(node, place, depth)
        match sorted(shape):
            case ["all"]:
                return All(self._rules(shape["all"], f"{place}.all", depth))
            case ["any"]:
                return Either(self._rules(shape["any"], f"{place}.any", depth))
            case ["not"]:
                return Not(self.rule(shape["not"], f"{place}.not", depth + 1))
            case ["is"]:
                return Is(self.field(shape["is"], f"{place}.is", Kind.YES_NO).name)
            case ["field", "one_of"]:
                return self._one_of(shape, place)
            case ["field", "within"]:
                return self._within(shape, place)
            case _:
                return self._measure(shape, place)

    def enter(self, node: object, place: str, depth: int) -> dict[str, Any]:
        """Step into an object, unless it lies too deep or there are too many."""
        self.parts += 1
        if depth > MOST_DEEP:
            raise WrongRule(place, wrong.TOO_DEEP.fill(whole_words(MOST_DEEP)))
        if self.parts > MOST_PARTS:
            raise WrongRule(place, wrong.TOO_MANY.fill(whole_words(MOST_PARTS)))
        return an_object(node, place)

    def _rules(self, nodes: object, place: str, depth: int) -> tuple[Rule, ...]:
        listed = a_list(nodes, place, most=MOST_PARTS)
        return tuple(self.rule(node, f"{place}[{at}]", depth + 1) for at, node in enumerate(listed))

    def _one_of(self, shape: Mapping[str, Any], place: str) -> OneOf:
        asked = self.field(shape["field"], f"{place}.field", Kind.CHOICE)
        listed = a_list(shape["one_of"], f"{place}.one_of")
        for at, choice in enumerate(listed):
            if not isinstance(choice, str) or choice not in asked.choices:
                reason = wrong.UNKNOWN_CHOICE.fill(plain(_brief(choice)), plain(", ".join(asked.choices)))
                raise WrongRule(f"{place}.one_of[{at}]", reason)
        return OneOf(asked.name, _each_once(listed, f"{place}.one_of"))

    def _within(self, shape: Mapping[str, Any], place: str) -> Within:
        asked = self.field(shape["field"], f"{place}.field", Kind.DIVISION)
        listed = a_list(shape["within"], f"{place}.within")
        for at, code in enumerate(listed):
            if not isinstance(code, str) or not is_division(code):
                raise WrongRule(f"{place}.within[{at}]", wrong.NOT_A_DIVISION.fill(plain(_brief(code))))
        return Within(asked.name, _each_once(listed, f"{place}.within"))

    def _measure(self, shape: Mapping[str, Any], place: str) -> Measured | Since:
        orders = [name for name in shape if name in list(Order)]
        subject = [name for name in shape if name == "field" or name in _SPANS]
        if len(shape) != 2 or len(orders) != 1 or len(subject) != 1:
            raise WrongRule(place, unknown(shape, _SHAPES))
        order, named, at = Order(orders[0]), shape[subject[0]], f"{place}.{orders[0]}"
        if subject[0] in _SPANS:
            return self._since(named, _SPANS[subject[0]], order, shape[order], place=place, at=at)
        asked = self.field(named, f"{place}.field", *MEASURES)
        return Measured(asked.name, order, self.bound(shape[order], at, asked))

    def _since(self, named: object, span: Span, order: Order, node: object, *, place: str, at: str) -> Since:
        asked = self.field(named, f"{place}.{span}_since", Kind.DATE)
        if span not in asked.spans:
            allowed = plain(", ".join(f"{one}_since" for one in asked.spans) or "-")
            raise WrongRule(place, wrong.UNKNOWN_SHAPE.fill(plain(f"{span}_since"), allowed))
        return Since(asked.name, span, order, self.number(node, at, most=MOST_SPAN[span]))

    def field(self, name: object, place: str, *kinds: Kind) -> Field:
        """Look a field up, of one of these kinds."""
        known = self.vocabulary.fields
        if not isinstance(name, str) or name not in known:
            raise WrongRule(place, wrong.UNKNOWN_FIELD.fill(plain(_brief(name)), plain(", ".join(known))))
        if known[name].kind not in kinds:
            raise WrongRule(place, wrong.WRONG_KIND.fill(plain(name), known[name].kind.words))
        return known[name]

    def bound(self, node: object, place: str, asked: Field) -> Operand:
        """Read what a measure is held against: a value the field can hold, or a parameter of its kind."""
        if isinstance(node, dict):
            return self.ref(node, place, asked.kind)
        if asked.kind is Kind.DATE:
            return a_day(node, place)
        least, most = asked.bounds
        assert isinstance(least, int)
        assert isinstance(most, int)
        return a_number(node, place, least=least, most=most, kind=asked.kind)

    def number(self, node: object, place: str, *, least: int = 0, most: int = MOST_NUMBER) -> int | Ref:
        """Read a whole number, or a parameter that is one."""
        return (
            self.ref(node, place, Kind.WHOLE)
            if isinstance(node, dict)
            else a_number(node, place, least=least, most=most)
        )

    def money(self, node: object, place: str) -> int | Ref:
        """Read an amount in 毫, or a parameter that is one."""
        return (
            self.ref(node, place, Kind.MONEY)
            if isinstance(node, dict)
            else a_number(node, place, most=MOST_MONEY, kind=Kind.MONEY)
        )

    def ref(self, node: dict[str, Any], place: str, kind: Kind) -> Ref:
        """Read the name of a parameter of this kind."""
        if list(node) != ["parameter"]:
            raise WrongRule(place, unknown(node, ("parameter",)))
        name = node["parameter"]
        if not isinstance(name, str) or name not in self.parameters:
            raise WrongRule(place, wrong.UNKNOWN_PARAMETER.fill(plain(_brief(name))))
        if self.parameters[name] is not kind:
            raise WrongRule(place, wrong.WRONG_KIND.fill(plain(name), self.parameters[name].words))
        return Ref(name)


_SHAPES = ("all", "any", "not", "is", "field + at_least … equals, one_of, within", "years_since + at_least …")


def unknown(shape: Mapping[str, Any], allowed: tuple[str, ...]) -> Text:
    """Say what is not known, and what is."""
    return wrong.UNKNOWN_SHAPE.fill(plain(_brief(" + ".join(shape))), plain("; ".join(allowed)))


def an_object(node: object, place: str) -> dict[str, Any]:
    """Read an object with at least one name."""
    if not isinstance(node, dict) or not node or not all(isinstance(name, str) for name in node):
        raise WrongRule(place, wrong.NOT_AN_OBJECT)
    return node


def a_list(node: object, place: str, *, most: int = MOST_LISTED) -> list[Any]:
    """Read a list with at least one entry."""
    if not isinstance(node, list) or not node:
        raise WrongRule(place, wrong.NOT_A_LIST)
    if len(node) > most:
        raise WrongRule(place, wrong.TOO_MANY.fill(whole_words(most)))
    return node


def a_number(
    node: object, place: str, *, least: int = 0, most: int = MOST_NUMBER, kind: Kind = Kind.WHOLE
) -> int:
    """Read a whole number between two bounds."""
    if type(node) is not int:
        raise WrongRule(place, wrong.NOT_A_NUMBER)
    if not least <= node <= most:
        said = (words_of(number, kind) for number in (node, least, most))
        raise WrongRule(place, wrong.OUT_OF_RANGE.fill(*said))
    return node


def a_day(node: object, place: str) -> date:
    """Read a day as 2022-11-01."""
    try:
        day = date.fromisoformat(node) if isinstance(node, str) and len(node) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise WrongRule(place, wrong.NOT_A_DAY)
    if not FIRST_DAY <= day <= LAST_DAY:
        said = (words_of(one, Kind.DATE) for one in (day, FIRST_DAY, LAST_DAY))
        raise WrongRule(place, wrong.OUT_OF_RANGE.fill(*said))
    return day


def words(node: object, place: str, *, most: int = 300) -> str:
    """Read a line of text."""
    if not isinstance(node, str) or not node.strip() or len(node) > most:
        raise WrongRule(place, wrong.NOT_TEXT.fill(whole_words(most)))
    return node


def both(node: object, place: str) -> Text:
    """Read words in both languages."""
    said = an_object(node, place)
    if sorted(said) != ["en", "zh"]:
        raise WrongRule(place, wrong.NOT_BOTH)
    return Text(words(said["zh"], f"{place}.zh"), words(said["en"], f"{place}.en"))


def _each_once(listed: list[str], place: str) -> tuple[str, ...]:
    for name in listed:
        if listed.count(name) > 1:
            raise WrongRule(place, wrong.TWICE.fill(plain(name)))
    return tuple(listed)


def _brief(node: object) -> str:
    return str(node)[:60]
