"""Says what a rule asks, how it came out for one person, and what is paid: each in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gongfang.engines.rules.answer import Answer
from gongfang.engines.rules.fields import Kind, Value, words_of
from gongfang.engines.rules.judging import Reason
from gongfang.engines.rules.ruling import Ruling
from gongfang.engines.rules.spans import passed
from gongfang.engines.rules.text import Text, joined, plain, whole_words
from gongfang.engines.rules.tree import (
    All,
    Either,
    Is,
    Leaf,
    Measured,
    Not,
    OneOf,
    Order,
    Rule,
    Since,
)

AND, OR, THEN = Text("，并且", ", and "), Text("，或者", ", or "), Text("，", ", ")
BRACKETS = Text("（{}）", "({})")
COMMA, SEMICOLON = Text("、", ", "), Text("；", "; ")
_OR_ELSE = Text("或", " or ")
_FLIPPED = {
    Order.AT_LEAST: Order.BELOW,
    Order.BELOW: Order.AT_LEAST,
    Order.AT_MOST: Order.ABOVE,
    Order.ABOVE: Order.AT_MOST,
}
_WHOLE = {
    Order.AT_LEAST: Text("不少于{}", "at least {}"),
    Order.AT_MOST: Text("不超过{}", "at most {}"),
    Order.ABOVE: Text("多于{}", "more than {}"),
    Order.BELOW: Text("少于{}", "fewer than {}"),
    Order.EQUALS: Text("正好{}", "exactly {}"),
    None: Text("不等于{}", "other than {}"),
}
_MONEY = {
    Order.AT_LEAST: Text("不低于{}", "at least {}"),
    Order.AT_MOST: Text("不高于{}", "at most {}"),
    Order.ABOVE: Text("高于{}", "more than {}"),
    Order.BELOW: Text("低于{}", "less than {}"),
    Order.EQUALS: Text("正好{}", "exactly {}"),
    None: Text("不等于{}", "other than {}"),
}
_DAY = {
    Order.AT_LEAST: Text("在{}当天或之后", "on or after {}"),
    Order.AT_MOST: Text("在{}当天或之前", "on or before {}"),
    Order.ABOVE: Text("在{}之后", "after {}"),
    Order.BELOW: Text("在{}之前", "before {}"),
    Order.EQUALS: Text("在{}当天", "on {}"),
    None: Text("不在{}当天", "not on {}"),
}
_TIME = {
    Order.AT_LEAST: Text("满{}", "at least {}"),
    Order.AT_MOST: Text("不超过{}", "at most {}"),
    Order.ABOVE: Text("超过{}", "more than {}"),
    Order.BELOW: Text("不满{}", "less than {}"),
    Order.EQUALS: Text("正好{}", "exactly {}"),
    None: Text("不是{}", "other than {}"),
}
_BY_KIND = {Kind.WHOLE: _WHOLE, Kind.MONEY: _MONEY, Kind.DATE: _DAY}
MET = Text("符合：{}", "Met: {}")
NOT_MET = Text("不符合：{}", "Not met: {}")
STILL_MISSING = Text("还缺：{}", "Still missing: {}")
SETTLES = Text("先补上{}，就可能有结论", "it could already be settled by {}")
NUMBER = Text("{}：{}（{}起，依据：{}）", "{}: {} (from {} on, by: {})")
ASKED = Text("{}（要求：{}）", "{} (asked for: {})")
NOT_KNOWN = Text("还缺{}（要求：{}）", "{} is missing (asked for: {})")


@dataclass(frozen=True)
class Teller:
    """Tells about one ruling; places are told by name where there is one, else by code."""

    ruling: Ruling
    places: Mapping[str, Text] = field(default_factory=dict)

    def condition(self) -> Text:
        """The rule in one sentence."""
        return self.rule(self.ruling.rule).sentence()

    def rule(self, rule: Rule, *, wanted: bool = True) -> Text:
        """A condition in words, or its opposite: a “not” is carried down to what it denies."""
        match rule:
            case Not(part):
                return self.rule(part, wanted=not wanted)
            case All(parts) | Either(parts):
                both = isinstance(rule, All) is wanted
                said = [self._inner(part, wanted=wanted, alone=len(parts) == 1) for part in parts]
                return _listed(said) if both else joined(said, by=OR)
            case _:
                return self.question(rule, wanted=wanted)

    def _inner(self, part: Rule, *, wanted: bool, alone: bool) -> Text:
        said = self.rule(part, wanted=wanted)
        return said if alone or not _compound(part) else BRACKETS.fill(said)

    def question(self, leaf: Leaf, *, wanted: bool = True) -> Text:
        """One question as a phrase, or its opposite."""
        asked = self.ruling.field(leaf.field)
        says = asked.says if wanted else asked.denies or asked.says
        match leaf:
            case Is():
                return says
            case Measured(_, order, bound):
                return asked.says.fill(
                    _ordered(_BY_KIND[asked.kind], order, wanted).fill(self.ruling.words(bound, asked.kind))
                )
            case Since(_, span, order, bound):
                number = self.ruling.words(bound, Kind.WHOLE)
                return asked.spans[span].fill(_ordered(_TIME, order, wanted).fill(number))
            case OneOf(_, choices):
                return says.fill(joined((asked.words_of(one) for one in choices), by=_OR_ELSE))
            case _:
                return says.fill(joined(map(self._place, leaf.divisions), by=_OR_ELSE))

    def _place(self, code: str) -> Text:
        return self.places.get(code, plain(code))

    def stated(self, leaf: Leaf, fact: Value) -> Text:
        """A fact as the question puts it: “aged 47”."""
        asked = self.ruling.field(leaf.field)
        match leaf:
            case Is():
                return asked.says if fact else asked.denies or asked.says
            case Since(_, span, _, _):
                assert isinstance(fact, date)
                return asked.spans[span].fill(whole_words(passed(fact, self.ruling.day, span)))
            case Measured() if asked.kind is Kind.DATE:
                return asked.says.fill(_DAY[Order.EQUALS].fill(words_of(fact, Kind.DATE)))
            case Measured() | OneOf():
                return asked.says.fill(asked.words_of(fact))
            case _:
                return asked.says.fill(self._place(str(fact)))

    def reason(self, reason: Reason) -> Text:
        """One question and what it met with; what was asked for is added where that is not plain."""
        wish = self.question(reason.leaf, wanted=reason.wanted)
        if reason.fact is None:
            return NOT_KNOWN.fill(self.ruling.field(reason.leaf.field).title, wish)
        said = self.stated(reason.leaf, reason.fact)
        if isinstance(reason.leaf, Is) or reason.met is reason.wanted:
            return said
        return ASKED.fill(said, wish)

    def outcome(self, answer: Answer) -> Text:
        """How the rule came out for somebody, in one or two sentences."""
        if answer.met is None:
            return self._missing(answer)
        deciding = dict.fromkeys(self.reason(one) for one in answer.reasons if one.decides)
        return (MET if answer.met else NOT_MET).fill(joined(deciding, by=SEMICOLON)).sentence()

    def _missing(self, answer: Answer) -> Text:
        said = STILL_MISSING.fill(self.titles(answer.lacking)).sentence()
        if not answer.enough or len(answer.enough) == len(answer.lacking):
            return said
        return joined([said, SETTLES.fill(self.titles(answer.enough)).sentence()], by=Text("", " "))

    def numbers(self) -> tuple[Text, ...]:
        """What each parameter comes to on that day, since when, and by which document."""
        return tuple(
            NUMBER.fill(
                one.title,
                words_of(setting.value, one.kind),
                words_of(setting.first, Kind.DATE),
                plain(setting.document),
            ).sentence()
            for name, one in self.ruling.parameters.items()
            for setting in [self.ruling.settings[name]]
        )

    def titles(self, names: Iterable[str]) -> Text:
        """Fields by what they are called."""
        return joined((self.ruling.field(name).title for name in names), by=COMMA)


def _listed(said: Sequence[Text]) -> Text:
    *before, last = said
    return joined([joined(before, by=THEN), last], by=AND) if before else last


def _ordered(words: Mapping[Order | None, Text], order: Order, wanted: bool) -> Text:
    return words[order] if wanted else words[_FLIPPED.get(order)]


def _compound(rule: Rule) -> bool:
    """Whether it takes more than one phrase."""
    if isinstance(rule, Not):
        return _compound(rule.part)
    if isinstance(rule, All | Either):
        return len(rule.parts) > 1 or _compound(rule.parts[0])
    return False
