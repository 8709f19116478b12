"""A rule as it stands on one day: one version, and what its parameters come to on that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongfang.engines.rules import wrong
from gongfang.engines.rules.fields import Field, Kind, Vocabulary, words_of
from gongfang.engines.rules.text import Text, date_words, plain
from gongfang.engines.rules.tree import (
    Amount,
    Capped,
    Each,
    Fixed,
    Measured,
    Operand,
    Ref,
    Rule,
    Share,
    Since,
    Tiers,
    amounts,
    fields_of,
    leaves_of,
)
from gongfang.engines.rules.wrong import NoValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What holds from a day to a day, both included, and where that is written; no last day: until further notice."""

    first: date
    last: date | None = None
    document: str
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Dated):
    """What a parameter comes to."""

    value: int | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Dated):
    """One wording of a rule: who meets it, and how much they get; a rule may also only recognise."""

    rule: Rule
    amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number or a day that changes more often than the rule it stands in."""

    name: str
    kind: Kind
    title: Text
    settings: tuple[Setting, ...]

    def on(self, day: date) -> Setting:
        """What it comes to on a day."""
        for setting in self.settings:
            if setting.holds_on(day):
                return setting
        raise NoValue(wrong.NOTHING_WRITTEN.fill(plain(self.name), date_words(day)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What counts on one day: a grant keeps it, and can be told and reckoned again years later."""

    day: date
    vocabulary: Vocabulary
    version: Version
    parameters: Mapping[str, Parameter]
    settings: Mapping[str, Setting]

    @classmethod
    def of(
        cls, version: Version, *, day: date, vocabulary: Vocabulary, parameters: Mapping[str, Parameter]
    ) -> Ruling:
        """Look up what the version's parameters come to on that day."""
        used = {name: parameters[name] for name in parameters_of(version)}
        settings = {name: one.on(day) for name, one in used.items()}
        return cls(day=day, vocabulary=vocabulary, version=version, parameters=used, settings=settings)

    @property
    def rule(self) -> Rule:
        """Who meets it."""
        return self.version.rule

    @property
    def amount(self) -> Amount | None:
        """How much they get."""
        return self.version.amount

    def field(self, name: str) -> Field:
        """A field of those it asks about."""
        return self.vocabulary.fields[name]

    def fields(self) -> tuple[str, ...]:
        """The names of the fields it asks for."""
        return fields_of(self.rule, self.amount)

    def number(self, operand: int | Ref) -> int:
        """What a bound or an amount comes to."""
        value = self.value(operand)
        assert isinstance(value, int)
        return value

    def value(self, operand: Operand) -> int | date:
        """What a bound comes to."""
        return self.settings[operand.name].value if isinstance(operand, Ref) else operand

    def words(self, operand: Operand, kind: Kind) -> Text:
        """A bound in words."""
        return words_of(self.value(operand), kind)


def parameters_of(version: Version) -> tuple[str, ...]:
    """The names of the parameters a version asks for, each once."""
    asked = leaves_of(version.rule, version.amount)
    operands: list[Operand] = [leaf.bound for leaf in asked if isinstance(leaf, Measured | Since)]
    for amount in amounts(version.amount) if version.amount else ():
        operands += _numbers(amount)
    return tuple(dict.fromkeys(one.name for one in operands if isinstance(one, Ref)))


def _numbers(amount: Amount) -> list[Operand]:
    match amount:
        case Fixed(hao):
            return [hao]
        case Each(_, hao, up_to):
            return [hao, up_to]
        case Tiers(_, tiers):
            return [number for tier in tiers for number in (tier.start, tier.hao)]
        case Share(number, _) | Capped(number, _):
            return [number]
        case _:
            return []
