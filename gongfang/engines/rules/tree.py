"""What a rule and an amount are made of: frozen, typed, each question about one field.

There is no question whether a fact is known. So what is decided stays decided whatever else is learned, and nobody
is better off for keeping something back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongfang.engines.rules.fields import Span


class Order(StrEnum):
    """How a measure is held against a bound."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    EQUALS = "equals"


@dataclass(frozen=True, slots=True)
class Ref:
    """A parameter: what it comes to depends on the day."""

    name: str


Operand = int | date | Ref


@dataclass(frozen=True, slots=True)
class Is:
    """A yes-or-no field says yes."""

    field: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, an amount or a day against a bound."""

    field: str
    order: Order
    bound: Operand


@dataclass(frozen=True, slots=True)
class Since:
    """The full years, full months or days since a day, counted to the day asked about."""

    field: str
    span: Span
    order: Order
    bound: int | Ref


@dataclass(frozen=True, slots=True)
class OneOf:
    """A choice is one of these."""

    field: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """A place lies in one of these divisions."""

    field: str
    divisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Each of them."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Rule


Leaf = Is | Measured | Since | OneOf | Within
Rule = Leaf | All | Either | Not


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same for everybody."""

    hao: int | Ref


@dataclass(frozen=True, slots=True)
class Each:
    """So much for each unit of a field: a half day, a month, a person; never more than so many units."""

    field: str
    hao: int | Ref
    up_to: int | Ref


@dataclass(frozen=True, slots=True)
class Tier:
    """What is paid from a bound on."""

    start: int | Ref
    hao: int | Ref


@dataclass(frozen=True, slots=True)
class Tiers:
    """What the highest tier reached pays; below the first there is nothing."""

    field: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """An amount of money that is itself a fact: a rent, a premium, a cost."""

    field: str


@dataclass(frozen=True, slots=True)
class Share:
    """So many thousandths of an amount; what is less than a 毫 falls away."""

    permille: int | Ref
    of: Amount


@dataclass(frozen=True, slots=True)
class Capped:
    """An amount, but never more than this."""

    most: int | Ref
    of: Amount


@dataclass(frozen=True, slots=True)
class Total:
    """Several amounts together."""

    parts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What is paid under a condition."""

    when: Rule
    pays: Amount


@dataclass(frozen=True, slots=True)
class Cases:
    """The first case that holds; where none does, the rest, or nothing."""

    cases: tuple[Case, ...]
    otherwise: Amount | None


Amount = Fixed | Each | Tiers | Fact | Share | Capped | Total | Cases


def leaves(rule: Rule) -> Iterator[Leaf]:
    """Every question of a rule, in the order in which it is written."""
    match rule:
        case All(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield rule


def amounts(amount: Amount) -> Iterator[Amount]:
    """An amount and all within it."""
    yield amount
    match amount:
        case Share(_, of) | Capped(_, of):
            yield from amounts(of)
        case Total(parts):
            for part in parts:
                yield from amounts(part)
        case Cases(cases, otherwise):
            for one in (*(case.pays for case in cases), *([otherwise] if otherwise else [])):
                yield from amounts(one)
        case _:
            pass


def leaves_of(rule: Rule, amount: Amount | None) -> Iterator[Leaf]:
    """Every question that is asked, for the rule and then for the amount."""
    yield from leaves(rule)
    for one in amounts(amount) if amount else ():
        if isinstance(one, Cases):
            for case in one.cases:
                yield from leaves(case.when)


def fields_of(rule: Rule, amount: Amount | None = None) -> tuple[str, ...]:
    """The fields that are asked for, each once, those of the rule first."""
    asked = [leaf.field for leaf in leaves_of(rule, amount)]
    inside = amounts(amount) if amount else ()
    asked += [one.field for one in inside if isinstance(one, Each | Tiers | Fact)]
    return tuple(dict.fromkeys(asked))
