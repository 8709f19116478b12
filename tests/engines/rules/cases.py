"""A small vocabulary with a field of every kind, and strategies that draw rules and people over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from gongfang.engines.rules import (
    Field,
    Kind,
    Parameter,
    Ruling,
    Setting,
    Source,
    Span,
    Text,
    Version,
    Vocabulary,
)
from gongfang.engines.rules.paying import read_amount
from gongfang.engines.rules.reading import Reader

TODAY = date(2023, 3, 1)
DAYS = st.sampled_from([TODAY, date(2023, 2, 28), date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 30)])
YEARS = Text("满{}年", "for {} year|years")
SPANS = {
    Span.YEARS: YEARS,
    Span.MONTHS: Text("满{}月", "for {} months"),
    Span.DAYS: Text("满{}天", "for {} days"),
}
PARAMETERS = {
    name: Parameter(
        name=name,
        kind=kind,
        title=Text("线", "line"),
        settings=(Setting(first=date(1900, 1, 1), document="文", source="源", value=value),),
    )
    for name, kind, value in (
        ("number", Kind.WHOLE, 2), ("line", Kind.MONEY, 30_000), ("start", Kind.DATE, date(2020, 2, 29)),
    )
}  # fmt: skip


def yes_no(name: str) -> Field:
    return Field(
        name=name, kind=Kind.YES_NO, title=Text(f"是否{name}", name), says=Text(f"是{name}", name),
        denies=Text(f"非{name}", f"not {name}"),
    )  # fmt: skip


def whole(name: str) -> Field:
    said = Text(name + "有{}个", "{} " + name)
    return Field(
        name=name, kind=Kind.WHOLE, title=Text(f"{name}数", name), says=said, unit=Text("个", name), most=4
    )


CLAIMANT = Vocabulary(
    "claimant",
    Text("申请人", "claimant"),
    (
        yes_no("relocated"),
        yes_no("carer"),
        whole("workers"),
        whole("months"),
        Field(name="income", kind=Kind.MONEY, title=Text("收入", "income"), says=Text("收入{}", "an income of {}")),
        Field(name="born", kind=Kind.DATE, title=Text("生日", "birth"), says=Text("{}出生", "born {}"), spans=SPANS),
        Field(name="joined", kind=Kind.DATE, title=Text("入会日", "entry"), says=Text("{}入会", "joined {}"), spans=SPANS),
        Field(
            name="grade", kind=Kind.CHOICE, title=Text("等次", "grade"), says=Text("评为{}", "graded {}"),
            denies=Text("没评为{}", "not graded {}"),
            choices={"a": Text("优", "A"), "b": Text("良", "B"), "c": Text("差", "C")},
        ),
        Field(
            name="home", kind=Kind.DIVISION, title=Text("住地", "home"), says=Text("住在{}", "in {}"),
            denies=Text("不住在{}", "not in {}"),
        ),
    ),
)  # fmt: skip
SMALL = frozenset(
    {"relocated", "carer", "workers", "months", "grade"}
)  # fields with few enough values to try them all
TYPES = {
    Kind.YES_NO: "boolean", Kind.WHOLE: "integer", Kind.MONEY: "bigint", Kind.DATE: "date", Kind.CHOICE: "varchar",
    Kind.DIVISION: "varchar",
}  # fmt: skip
SOURCE = Source(CLAIMANT, "claimant AS c", "c.id", {name: f"c.{name}" for name in CLAIMANT.fields})

VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.YES_NO: st.booleans(),
    Kind.WHOLE: st.integers(0, 4),
    Kind.MONEY: st.sampled_from([0, 1, 29_999, 30_000, 30_001, 99_995]),
    Kind.DATE: st.sampled_from([date(2020, 2, 29), date(2022, 2, 28), date(2021, 3, 1), date(2023, 3, 2)])
    | st.dates(date(2018, 1, 1), date(2026, 1, 1)),
    Kind.CHOICE: st.sampled_from("abc"),
    Kind.DIVISION: st.sampled_from(["330727001002", "330727002001", "330784001001", "530602001001"]),
}
ORDERS = st.sampled_from(["at_least", "at_most", "above", "below", "equals"])
DIVISIONS = st.lists(
    st.sampled_from(["330000000000", "330700000000", "330727000000", "330727001000", "530602001001"]),
    min_size=1, max_size=2, unique=True,
)  # fmt: skip


def people(*, most: int = 12) -> st.SearchStrategy[list[dict[str, object]]]:
    """People of whom any fact may be missing."""
    one = st.fixed_dictionaries({one.name: st.none() | VALUES[one.kind] for one in CLAIMANT.listed})
    return st.lists(one, min_size=1, max_size=most)


def bounds(kind: Kind) -> st.SearchStrategy[Any]:
    """A value as it stands in JSON, or a parameter."""
    name = {Kind.WHOLE: "number", Kind.MONEY: "line", Kind.DATE: "start"}[kind]
    values = VALUES[kind].map(date.isoformat) if kind is Kind.DATE else VALUES[kind]
    return values | st.just({"parameter": name})


def questions(one: Field) -> st.SearchStrategy[Any]:
    """Questions about one field, as JSON."""
    if one.kind is Kind.YES_NO:
        return st.just({"is": one.name})
    if one.kind is Kind.CHOICE:
        listed = st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True)
        return listed.map(lambda choices: {"field": one.name, "one_of": choices})
    if one.kind is Kind.DIVISION:
        return DIVISIONS.map(lambda divisions: {"field": one.name, "within": divisions})
    measured = st.builds(lambda order, bound: {"field": one.name, order: bound}, ORDERS, bounds(one.kind))
    if one.kind is not Kind.DATE:
        return measured
    spans = st.sampled_from(["years_since", "months_since", "days_since"])
    since = st.builds(
        lambda span, order, number: {span: one.name, order: number},
        spans, ORDERS, st.integers(0, 40) | st.just({"parameter": "number"}),
    )  # fmt: skip
    return measured | since


def rule_nodes(names: frozenset[str] = frozenset(CLAIMANT.fields)) -> st.SearchStrategy[Any]:
    """Conditions as JSON."""
    leaves = st.one_of([questions(one) for one in CLAIMANT.listed if one.name in names])
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(
                lambda name, parts: {name: parts},
                st.sampled_from(["all", "any"]),
                st.lists(inner, min_size=1, max_size=3),
            )
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=8,
    )


def amount_nodes() -> st.SearchStrategy[Any]:
    """Amounts as JSON."""
    money, number = bounds(Kind.MONEY), bounds(Kind.WHOLE)
    counted = st.sampled_from(["workers", "months"])
    tiers = st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True).map(sorted)
    leaves = (
        money.map(lambda hao: {"fixed": hao})
        | st.builds(
            lambda name, hao, most: {"each": name, "pays": hao, "up_to": most}, counted, money, number
        )
        | st.builds(
            lambda starts, hao: {"tiers": "workers", "from": [[start, hao] for start in starts]}, tiers, money
        )
        | st.just({"fact": "income"})
    )
    return st.recursive(
        leaves,
        lambda inner: st.builds(lambda share, of: {"permille": share, "of": of}, st.sampled_from([0, 333, 1000]), inner)
        | st.builds(lambda most, of: {"at_most": most, "of": of}, money, inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"sum": parts})
        | st.builds(
            lambda when, pays, rest: {"cases": [{"when": when, "pays": pays}], **rest},
            rule_nodes(), inner, st.just({}) | inner.map(lambda rest: {"otherwise": rest}),
        ),
        max_leaves=4,
    )  # fmt: skip


def ruling(rule: object, amount: object = None, *, day: date = TODAY) -> Ruling:
    """What a rule comes to on a day."""
    reader = Reader(CLAIMANT, {name: one.kind for name, one in PARAMETERS.items()})
    version = Version(
        first=date(1900, 1, 1),
        document="文",
        source="源",
        rule=reader.rule(rule),
        amount=None if amount is None else read_amount(reader, amount),
    )
    return Ruling.of(version, day=day, vocabulary=CLAIMANT, parameters=PARAMETERS)


def shallow(node: object, depth: int = 1) -> bool:
    """Whether it is no deeper than what is accepted."""
    if isinstance(node, dict):
        return depth <= 8 and all(shallow(part, depth + 1) for part in node.values())
    return all(shallow(part, depth) for part in node) if isinstance(node, list) else True


rules = rule_nodes().filter(shallow)
rulings = st.builds(
    lambda rule, amount, day: ruling(rule, amount, day=day),
    rules,
    st.none() | amount_nodes().filter(shallow),
    DAYS,
)


def opposite(one: Ruling) -> Ruling:
    """The same with its rule denied."""
    from gongfang.engines.rules.tree import Not

    return replace(one, version=replace(one.version, rule=Not(one.rule)))
