"""Reckons what one person gets, in whole 毫, and keeps every step; where a fact is missing the amount is, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongfang.engines.rules.fields import MOST_MONEY
from gongfang.engines.rules.judging import Facts, holds, lacking, met
from gongfang.engines.rules.ruling import Ruling
from gongfang.engines.rules.tree import Amount, Capped, Cases, Each, Fact, Fixed, Share, Tiers, Total

ALL_OF_IT = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """One part of an amount and what it came to.

    counted: the units paid for, or what was measured. lacks: the facts without which it cannot be told.
    """

    amount: Amount
    hao: int | None
    counted: int | None = None
    parts: tuple[Step, ...] = ()
    lacks: tuple[str, ...] = ()

    @classmethod
    def of(cls, amount: Amount, hao: int | None, *parts: Step) -> Step:
        """A step made of others: it lacks what they lack."""
        lacks = dict.fromkeys(name for part in parts for name in part.lacks)
        return cls(amount, hao, parts=parts, lacks=tuple(lacks))


def award(ruling: Ruling, facts: Facts) -> int | None:
    """What somebody gets, 毫; nothing if the rule is not met, None where that or the amount is not known."""
    entitled = met(ruling, facts)
    if entitled is None or ruling.amount is None:
        return None
    return reckon(ruling.amount, ruling, facts).hao if entitled else 0


def reckon(amount: Amount, ruling: Ruling, facts: Facts) -> Step:  # noqa: PLR0911 - a case for each shape
    """Reckon an amount, whoever is entitled to it."""
    match amount:
        case Fixed(hao):
            return Step(amount, ruling.number(hao))
        case Each(field, hao, up_to):
            rate, most = ruling.number(hao), ruling.number(up_to)
            return _counted(amount, facts, field, rate=rate, most=most)
        case Tiers(field, _):
            return _tiers(amount, ruling, facts, field)
        case Fact(field):
            return _counted(amount, facts, field, rate=1, most=MOST_MONEY)
        case Share(permille, of):
            part = reckon(of, ruling, facts)
            taken = None if part.hao is None else part.hao * ruling.number(permille) // ALL_OF_IT
            return Step.of(amount, taken, part)
        case Capped(most, of):
            part = reckon(of, ruling, facts)
            return Step.of(amount, None if part.hao is None else min(part.hao, ruling.number(most)), part)
        case Total(parts):
            steps = tuple(reckon(part, ruling, facts) for part in parts)
            return Step.of(amount, _sum(steps), *steps)
        case Cases():
            return _cases(amount, ruling, facts)


def _number(facts: Facts, field: str) -> int | None:
    fact = facts.get(field)
    assert fact is None or isinstance(fact, int)
    return fact


def _counted(amount: Amount, facts: Facts, field: str, *, rate: int, most: int) -> Step:
    """Pay for what counts of a fact: never less than nothing, never more than its bound."""
    number = _number(facts, field)
    if number is None:
        return Step(amount, None, lacks=(field,))
    units = max(0, min(number, most))
    return Step(amount, units * rate, units)


def _tiers(amount: Tiers, ruling: Ruling, facts: Facts, field: str) -> Step:
    reached = _number(facts, field)
    if reached is None:
        return Step(amount, None, lacks=(field,))
    pays = [ruling.number(one.hao) for one in amount.tiers if reached >= ruling.number(one.start)]
    return Step(amount, pays[-1] if pays else 0, reached)


def _sum(steps: Sequence[Step]) -> int | None:
    known = [step.hao for step in steps if step.hao is not None]
    return sum(known) if len(known) == len(steps) else None


def _cases(amount: Cases, ruling: Ruling, facts: Facts) -> Step:
    for case in amount.cases:
        holding = holds(case.when, ruling, facts)
        if holding is None:
            return Step(amount, None, lacks=lacking(case.when, ruling, facts))
        if holding:
            return _through(amount, case.pays, ruling, facts)
    return _through(amount, amount.otherwise, ruling, facts) if amount.otherwise else Step(amount, 0)


def _through(amount: Amount, pays: Amount, ruling: Ruling, facts: Facts) -> Step:
    part = reckon(pays, ruling, facts)
    return Step.of(amount, part.hao, part)
