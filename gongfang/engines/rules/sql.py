"""Asks a whole county at once: one statement for everybody, with the same answer for each as `judging` gives.

A room says where each field stands; a rule chooses among those and brings nothing but bound values. No word of a tree
ever stands in a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gongfang.engines.rules.fields import MOST_MONEY, Span, Vocabulary, stem
from gongfang.engines.rules.reckoning import ALL_OF_IT
from gongfang.engines.rules.ruling import Ruling
from gongfang.engines.rules.spans import before
from gongfang.engines.rules.tree import (
    All,
    Amount,
    Capped,
    Cases,
    Each,
    Either,
    Fact,
    Fixed,
    Is,
    Measured,
    Not,
    OneOf,
    Order,
    Ref,
    Rule,
    Share,
    Since,
    Tiers,
    Total,
    Within,
)

Bound = int | date | str | Sequence[str] | Sequence[int]
_SIGNS = {Order.AT_LEAST: ">=", Order.AT_MOST: "<=", Order.ABOVE: ">", Order.BELOW: "<", Order.EQUALS: "="}


@dataclass(frozen=True)
class Source:
    """Where a county keeps the facts of a vocabulary: SQL written by a room, never by a rule.

    table: what stands after FROM, without a WHERE. key: the column that names the applicant. columns: SQL of each
    field; {day} in any of them is the day asked about.
    """

    vocabulary: Vocabulary
    table: str
    key: str
    columns: Mapping[str, str]

    def __post_init__(self) -> None:
        strangers = self.columns.keys() - self.vocabulary.fields.keys()
        if strangers:
            raise ValueError(f"{self.vocabulary.name} has no field {', '.join(sorted(strangers))}")

    def missing(self, ruling: Ruling) -> tuple[str, ...]:
        """The fields a rule asks for that are not kept here."""
        return tuple(name for name in ruling.fields() if name not in self.columns)


@dataclass(frozen=True)
class Statement:
    """A statement and its bound values, as psycopg and Django take them."""

    sql: str
    values: Mapping[str, Bound]


def select_answers(rulings: Sequence[Ruling], source: Source) -> Statement:
    """A row for each applicant: the key, then for each rule whether it is met (or NULL) and the amount in 毫."""
    writer = Writer.of(rulings, source)
    columns = [
        f"{sql} AS {name}_{at}"
        for at, ruling in enumerate(rulings)
        for name, sql in (("met", writer.rule(ruling.rule, ruling)), ("hao", writer.award(ruling)))
    ]
    return writer.statement(f"SELECT key, {', '.join(columns)}")


def select_met(ruling: Ruling, source: Source) -> Statement:
    """The keys of those who meet a rule, with the amount in 毫."""
    writer = Writer.of([ruling], source)
    amount = writer.amount(ruling.amount, ruling) if ruling.amount else "NULL::bigint"
    return writer.statement(f"SELECT key, {amount} AS hao", where=writer.rule(ruling.rule, ruling))


def count_answers(rulings: Sequence[Ruling], source: Source) -> Statement:
    """One row: for each rule how many meet it, how many do not, of how many facts are missing, in one pass."""
    writer = Writer.of(rulings, source)
    rules = (f"{writer.rule(ruling.rule, ruling)} AS r{at}" for at, ruling in enumerate(rulings))
    answers = writer.statement(f"SELECT {', '.join(rules)}")
    columns = (
        f"{met} AS met_{at}, count(r{at}) - {met} AS not_met_{at}, count(*) - count(r{at}) AS missing_{at}"
        for at in range(len(rulings))
        for met in [f"count(*) FILTER (WHERE r{at})"]
    )
    sql = f"SELECT {', '.join(columns)} FROM ({answers.sql} OFFSET 0) AS answers"  # noqa: S608 - numbered columns
    return Statement(sql, answers.values)


def select_facts(names: Sequence[str], source: Source, *, day: date, keys: Sequence[int]) -> Statement:
    """The facts of these applicants, a column each in this order after the key: what one person is judged by."""
    writer = Writer(source, day)
    columns = "".join(f", {writer.field(name)}" for name in names)
    return writer.statement(f"SELECT key{columns}", keys=keys)


@dataclass
class Writer:
    """Writes conditions and amounts over the fields of a source, and binds their values."""

    source: Source
    day: date
    values: dict[str, Bound] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    known: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, rulings: Sequence[Ruling], source: Source) -> Writer:
        """For rules of one day and of the source's own vocabulary."""
        days = {ruling.day for ruling in rulings}
        if len(days) != 1:
            raise ValueError("one statement answers for one day")
        for ruling in rulings:
            if lost := source.missing(ruling):
                raise ValueError(f"{source.vocabulary.name}: {', '.join(lost)} is not kept here")
        return cls(source, days.pop())

    def statement(self, select: str, *, where: str = "", keys: Sequence[int] | None = None) -> Statement:
        """Put it together: each field is worked out once for each applicant, however often it is asked for."""
        key = self._own(self.source.key)
        columns = [
            f"{key} AS key",
            *(f'{self._own(self.source.columns[name])} AS "{name}"' for name in self.used),
        ]
        some = "" if keys is None else f" WHERE {key} = ANY({self.bind(list(keys), 'bigint[]')})"
        inner = f"SELECT {', '.join(columns)} FROM {self._own(self.source.table)}{some}"  # noqa: S608 - a room's own words
        outer = f"{select} FROM ({inner} OFFSET 0) AS facts" + (f" WHERE {where}" if where else "")
        return Statement(outer, {**self.values, "day": self.day})

    def _own(self, sql: str) -> str:
        return sql.replace("%", "%%").replace("{day}", "%(day)s::date")

    def field(self, name: str) -> str:
        """A field, by the name it has inside the statement."""
        self.used[name] = None
        return f'"{name}"'

    def bind(self, value: Bound, kind: str) -> str:
        """Bind a value; the same one is bound once."""
        place = self.known.setdefault((repr(value), kind), f"v{len(self.known)}")
        self.values[place] = value
        return f"%({place})s::{kind}"

    def rule(self, rule: Rule, ruling: Ruling) -> str:  # noqa: PLR0911 - a case for each shape
        """Write a condition; NULL where facts are missing."""
        match rule:
            case All(parts):
                return f"({' AND '.join(self.rule(part, ruling) for part in parts)})"
            case Either(parts):
                return f"({' OR '.join(self.rule(part, ruling) for part in parts)})"
            case Not(part):
                return f"(NOT {self.rule(part, ruling)})"
            case Is(name):
                return self.field(name)
            case Measured(name, order, bound):
                value = ruling.value(bound)
                kind = "date" if isinstance(value, date) else "bigint"
                return f"({self.field(name)} {_SIGNS[order]} {self.bind(value, kind)})"
            case Since():
                return self._since(rule, ruling)
            case OneOf(name, (choice,)):
                return f"({self.field(name)} = {self.bind(choice, 'text')})"
            case OneOf(name, choices):
                return f"({self.field(name)} = ANY({self.bind(list(choices), 'text[]')}))"
            case Within(name, divisions):
                stems = (self.bind(stem(division), "text") for division in divisions)
                return f"({' OR '.join(f'starts_with({self.field(name)}, {one})' for one in stems)})"

    def _since(self, leaf: Since, ruling: Ruling) -> str:
        """Hold the day itself against the day so long ago: nothing is counted row by row."""
        name, number = self.field(leaf.field), ruling.number(leaf.bound)
        reached = f"{name} <= {self._ago(number, leaf.span)}"
        passed = f"{name} <= {self._ago(number + 1, leaf.span)}"
        return {
            Order.AT_LEAST: f"({reached})",
            Order.BELOW: f"(NOT {reached})",
            Order.ABOVE: f"({passed})",
            Order.AT_MOST: f"(NOT {passed})",
            Order.EQUALS: f"({reached} AND NOT {passed})",
        }[leaf.order]

    def _ago(self, number: int, span: Span) -> str:
        return self.bind(before(self.day, number, span), "date")

    def award(self, ruling: Ruling) -> str:
        """Write what somebody gets: nothing where the rule is not met, NULL where that is not known."""
        if ruling.amount is None:
            return "NULL::bigint"
        entitled = self.rule(ruling.rule, ruling)
        return f"CASE {entitled} WHEN true THEN {self.amount(ruling.amount, ruling)} WHEN false THEN 0 END"

    def amount(self, amount: Amount, ruling: Ruling) -> str:  # noqa: PLR0911 - a case for each shape
        """Write an amount; NULL where facts are missing: LEAST would pass over it, int8smaller does not."""
        match amount:
            case Fixed(hao):
                return self._number(hao, ruling)
            case Each(name, hao, up_to):
                units = self._between(f"{self.field(name)}::bigint", self._number(up_to, ruling))
                return f"({units} * {self._number(hao, ruling)})"
            case Tiers():
                return self._tiers(amount, ruling)
            case Fact(name):
                return self._between(f"{self.field(name)}::bigint", self.bind(MOST_MONEY, "bigint"))
            case Share(permille, of):
                return f"({self.amount(of, ruling)} * {self._number(permille, ruling)} / {ALL_OF_IT})"
            case Capped(most, of):
                return self._between(self.amount(of, ruling), self._number(most, ruling))
            case Total(parts):
                return f"({' + '.join(self.amount(part, ruling) for part in parts)})"
            case Cases():
                return self._cases(amount, ruling)

    def _number(self, number: int | Ref, ruling: Ruling) -> str:
        return self.bind(ruling.number(number), "bigint")

    def _between(self, sql: str, most: str) -> str:
        return f"int8larger(int8smaller({sql}, {most}), 0)"

    def _tiers(self, amount: Tiers, ruling: Ruling) -> str:
        name = self.field(amount.field)
        steps = "".join(
            f" WHEN {name} >= {self._number(one.start, ruling)} THEN {self._number(one.hao, ruling)}"
            for one in reversed(amount.tiers)
        )
        return f"CASE WHEN {name} IS NULL THEN NULL{steps} ELSE 0 END"

    def _cases(self, amount: Cases, ruling: Ruling) -> str:
        rest = self.amount(amount.otherwise, ruling) if amount.otherwise else "0"
        for case in reversed(amount.cases):
            when, pays = self.rule(case.when, ruling), self.amount(case.pays, ruling)
            rest = f"CASE {when} WHEN true THEN {pays} WHEN false THEN {rest} END"
        return rest
