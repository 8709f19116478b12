"""Says of one person whether a rule is met: yes, no, or not yet known, exactly as SQL's true, false and NULL."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongfang.engines.rules.fields import Value, within
from gongfang.engines.rules.ruling import Ruling
from gongfang.engines.rules.spans import passed
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
    Within,
    leaves,
)

Facts = Mapping[str, Value | None]
COMPARE: Mapping[Order, Callable[[Any, Any], bool]] = {
    Order.AT_LEAST: operator.ge,
    Order.AT_MOST: operator.le,
    Order.ABOVE: operator.gt,
    Order.BELOW: operator.lt,
    Order.EQUALS: operator.eq,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One question of the rule, the fact it met with, how it came out, and whether the outcome hangs on it.

    wanted: what the question should say for the rule to be met; under a “not” that is no.
    """

    leaf: Leaf
    fact: Value | None
    met: bool | None
    decides: bool
    wanted: bool


def met(ruling: Ruling, facts: Facts) -> bool | None:
    """Whether the rule is met; None: facts are missing."""
    return holds(ruling.rule, ruling, facts)


def holds(rule: Rule, ruling: Ruling, facts: Facts) -> bool | None:
    """Whether a condition holds; None: facts are missing."""
    match rule:
        case All(parts):
            return _all(holds(part, ruling, facts) for part in parts)
        case Either(parts):
            return _not(_all(_not(holds(part, ruling, facts)) for part in parts))
        case Not(part):
            return _not(holds(part, ruling, facts))
        case _:
            fact = facts.get(rule.field)
            return None if fact is None else answer(rule, fact, ruling)


def _all(parts: Iterable[bool | None]) -> bool | None:
    known = True
    for part in parts:
        if part is False:
            return False
        known = known and part is not None
    return True if known else None


def _not(part: bool | None) -> bool | None:
    return None if part is None else not part


def answer(leaf: Leaf, fact: Value, ruling: Ruling) -> bool:
    """What a question says to a fact that is there."""
    match leaf:
        case Is():
            return fact is True
        case Measured(_, order, bound):
            return COMPARE[order](fact, ruling.value(bound))
        case Since(_, span, order, bound):
            assert isinstance(fact, date)
            return COMPARE[order](passed(fact, ruling.day, span), ruling.number(bound))
        case OneOf(_, choices):
            return fact in choices
        case Within(_, divisions):
            return within(str(fact), divisions)


def reasons(rule: Rule, ruling: Ruling, facts: Facts) -> tuple[Reason, ...]:
    """Every question of a condition with its answer, in the order in which they are written."""
    return tuple(_reasons(rule, ruling, facts, decides=True, wanted=True))


def _reasons(rule: Rule, ruling: Ruling, facts: Facts, *, decides: bool, wanted: bool) -> Iterator[Reason]:
    match rule:
        case Not(part):
            yield from _reasons(part, ruling, facts, decides=decides, wanted=not wanted)
        case All(parts) | Either(parts):
            outcome = holds(rule, ruling, facts)
            for part in parts:
                same = holds(part, ruling, facts) is outcome
                yield from _reasons(part, ruling, facts, decides=decides and same, wanted=wanted)
        case _:
            fact = facts.get(rule.field)
            yield Reason(rule, fact, holds(rule, ruling, facts), decides, wanted)


def lacking(rule: Rule, ruling: Ruling, facts: Facts) -> tuple[str, ...]:
    """The missing facts that could still matter, in the order in which they are asked for."""
    asked = reasons(rule, ruling, facts)
    return tuple(dict.fromkeys(one.leaf.field for one in asked if one.decides and one.met is None))


def silent(rule: Rule, facts: Facts) -> frozenset[str]:
    """The fields of a condition that nothing is known about."""
    return frozenset(leaf.field for leaf in leaves(rule) if facts.get(leaf.field) is None)
