"""Finds the fewest missing facts that could settle a question, so that nobody is asked for more papers than needed.

A set of facts can settle it if some values for them do, whatever the rest may be. One field may stand in several
questions, so its values are tried together: for each field the few values are listed between which no question can
tell a difference, and a search by growing size takes the facts together until one set will do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from gongfang.engines.rules.fields import Field, Kind, Value
from gongfang.engines.rules.judging import Facts, answer, holds, silent
from gongfang.engines.rules.ruling import Ruling
from gongfang.engines.rules.spans import before
from gongfang.engines.rules.tree import All, Either, Leaf, Measured, Not, Rule, Since, Within, leaves

MOST_STEPS = (
    5_000  # beyond, a set is given from which nothing can be left out, though a smaller one may exist
)
_NOWHERE = "0" * 12


@dataclass(frozen=True, slots=True)
class Goal:
    """A condition that should come out one way."""

    rule: Rule
    wanted: bool


class OutOfSteps(Exception):  # noqa: N818 - the search ends, nothing failed
    """The search has taken as many steps as it may."""


@dataclass
class Search:
    """One applicant, what is missing, and which values of each missing field are still possible."""

    ruling: Ruling
    facts: Facts
    steps: int = 0
    bits: dict[Leaf, int] = field(default_factory=dict)
    full: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in silent(self.ruling.rule, self.facts):
            asked = [leaf for leaf in leaves(self.ruling.rule) if leaf.field == name]
            values = list(dict.fromkeys(_values(self.ruling.field(name), asked, self.ruling)))
            self.full[name] = (1 << len(values)) - 1
            for leaf in asked:
                says = (answer(leaf, value, self.ruling) << at for at, value in enumerate(values))
                self.bits[leaf] = sum(says)

    @cached_property
    def missing(self) -> frozenset[str]:
        """The fields that nothing is known about."""
        return frozenset(self.full)

    def fewest(self, *, wanted: bool) -> frozenset[str] | None:
        """The smallest set of missing facts that could settle it this way; None: nothing can."""
        goal = Goal(self.ruling.rule, wanted)
        try:
            for size in range(len(self.missing) + 1):
                found = self._first(goal, size=size)
                if found is not None:
                    return found
        except OutOfSteps:
            return self._pared(goal)
        return None

    def _first(self, goal: Goal, *, size: int) -> frozenset[str] | None:
        return next((frozenset(masks) for masks in self.ways([goal], {}, size)), None)

    def _pared(self, goal: Goal) -> frozenset[str]:
        """Leave out one fact after the other as long as the rest may do."""
        kept = set(self.missing)
        for name in sorted(self.missing):
            if self._may_do(goal, kept - {name}):
                kept.remove(name)
        return frozenset(kept)

    def _may_do(self, goal: Goal, kept: set[str]) -> bool:
        self.steps = 0
        shut = dict.fromkeys(self.missing - kept, 0)
        try:
            return next(self.ways([goal], shut, len(self.missing)), None) is not None
        except OutOfSteps:
            return False

    def ways(self, goals: list[Goal], masks: Mapping[str, int], size: int) -> Iterator[Mapping[str, int]]:
        """The ways to reach all goals with at most so many facts, each as the values left to them."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise OutOfSteps
        if not goals:
            yield masks
            return
        goal, rest = goals[0], goals[1:]
        known = holds(goal.rule, self.ruling, self.facts)
        if known is not None:
            if known is goal.wanted:
                yield from self.ways(rest, masks, size)
            return
        yield from self._open(goal, rest, masks, size)

    def _open(
        self, goal: Goal, rest: list[Goal], masks: Mapping[str, int], size: int
    ) -> Iterator[Mapping[str, int]]:
        match goal.rule:
            case Not(part):
                yield from self.ways([Goal(part, not goal.wanted), *rest], masks, size)
            case All(parts) | Either(parts):
                choices = [Goal(part, goal.wanted) for part in parts]
                if isinstance(goal.rule, All) is goal.wanted:
                    yield from self.ways([*choices, *rest], masks, size)
                    return
                for choice in choices:
                    yield from self.ways([choice, *rest], masks, size)
            case leaf:
                name = leaf.field
                says = self.bits[leaf] if goal.wanted else self.full[name] & ~self.bits[leaf]
                left = masks.get(name, self.full[name]) & says
                if left and (name in masks or len(masks) < size):
                    yield from self.ways(rest, {**masks, name: left}, size)


def _values(one: Field, asked: list[Leaf], ruling: Ruling) -> Iterator[Value]:
    """Values of a field between which none of these questions can tell a difference."""
    if one.kind is Kind.YES_NO:
        yield from (False, True)
    elif one.kind is Kind.CHOICE:
        yield from one.choices
    elif one.kind is Kind.DIVISION:
        yield _NOWHERE
        yield from (code for leaf in asked if isinstance(leaf, Within) for code in leaf.divisions)
    else:
        yield from _measures(one, asked, ruling)


def _measures(one: Field, asked: list[Leaf], ruling: Ruling) -> Iterator[int | date]:
    least, most = one.bounds
    yield least
    yield most
    for leaf in asked:
        for mark in _marks(leaf, ruling):
            for near in _around(mark):
                if least <= near <= most:  # type: ignore[operator]  # both are numbers, or both days
                    yield near


def _marks(leaf: Leaf, ruling: Ruling) -> Iterator[int | date]:
    """Where the answer to a question changes."""
    if isinstance(leaf, Measured):
        yield ruling.value(leaf.bound)
    elif isinstance(leaf, Since):
        bound = ruling.number(leaf.bound)
        yield from (before(ruling.day, number, leaf.span) for number in (bound, bound + 1))


def _around(mark: int | date) -> Iterator[int | date]:
    if isinstance(mark, date):
        yield from (mark + timedelta(days) for days in (-1, 0, 1))
    else:
        yield from (mark - 1, mark, mark + 1)
