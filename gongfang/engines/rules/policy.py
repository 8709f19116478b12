"""A policy through the years: dated versions with their documents, and dated parameters beside them.

What counted on a past day is what was in force then, so a run for that day gives the answer it gave at the time,
whatever has come since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from gongfang.engines.rules import wrong
from gongfang.engines.rules.fields import MOST_MONEY, Kind, Vocabulary
from gongfang.engines.rules.missing import Search
from gongfang.engines.rules.paying import MOST_UNITS, read_amount
from gongfang.engines.rules.reading import (
    MOST_SPAN,
    Reader,
    a_day,
    a_list,
    a_number,
    an_object,
    both,
    unknown,
    words,
)
from gongfang.engines.rules.reckoning import ALL_OF_IT
from gongfang.engines.rules.ruling import Dated, Parameter, Ruling, Setting, Version, parameters_of
from gongfang.engines.rules.text import Text, date_words, money_words, plain, whole_words
from gongfang.engines.rules.tree import (
    Amount,
    Capped,
    Cases,
    Each,
    Fact,
    Fixed,
    Measured,
    Share,
    Since,
    Tiers,
    Total,
    amounts,
    leaves,
    leaves_of,
)
from gongfang.engines.rules.wrong import NoValue, WrongRule

MOST_PAID = 10**11  # 毫: ten million yuan to one applicant; a rule that could pay more lacks a cap
_KINDS = (Kind.WHOLE, Kind.MONEY, Kind.DATE)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a programme pays by, or a list recognises by: whom it is about, its parameters, its versions."""

    name: str
    title: Text
    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    versions: tuple[Version, ...]

    def __post_init__(self) -> None:
        _in_turn(self.versions, "versions")
        for at, version in enumerate(self.versions):
            _sound(self, version, f"versions[{at}]")

    def on(self, day: date) -> Ruling:
        """What counts on a day."""
        for version in self.versions:
            if version.holds_on(day):
                return self.ruling(version, day)
        raise NoValue(wrong.NOT_THERE_YET.fill(date_words(day)))

    def ruling(self, version: Version, day: date) -> Ruling:
        """What one version comes to on a day."""
        return Ruling.of(version, day=day, vocabulary=self.vocabulary, parameters=self.parameters)

    def followed_by(self, version: Version) -> Policy:
        """The policy with a new version, which ends the last one the day before; the past stays as it was."""
        *earlier, last = self.versions
        if last.last is None:
            last = replace(last, last=version.first - timedelta(1))
        return replace(self, versions=(*earlier, last, version))


def read_policy(
    node: object, vocabularies: Mapping[str, Vocabulary], *, shared: Mapping[str, Parameter] | None = None
) -> Policy:
    """Read a policy; `shared` parameters are those of the county, which many policies use."""
    shape = an_object(node, "$")
    _only(shape, "$", needed=("name", "title", "about", "versions"), possible=("parameters",))
    if shape["about"] not in vocabularies:
        raise WrongRule("about", unknown({str(shape["about"]): 0}, tuple(vocabularies)))
    vocabulary = vocabularies[shape["about"]]
    own = _parameters(shape.get("parameters", {}))
    parameters = {**(shared or {}), **own}
    listed = enumerate(a_list(shape["versions"], "versions"))
    versions = tuple(_version(one, f"versions[{at}]", vocabulary, parameters) for at, one in listed)
    used = {name for version in versions for name in parameters_of(version)}
    for name in own.keys() - used:
        raise WrongRule(f"parameters.{name}", wrong.NEVER_USED.fill(plain(name)))
    return Policy(
        name=words(shape["name"], "name"),
        title=both(shape["title"], "title"),
        vocabulary=vocabulary,
        parameters={name: parameters[name] for name in parameters if name in used},
        versions=versions,
    )


def _only(
    shape: Mapping[str, Any], place: str, *, needed: tuple[str, ...], possible: tuple[str, ...] = ()
) -> None:
    if not set(needed) <= shape.keys() <= {*needed, *possible}:
        raise WrongRule(place, unknown(shape, (*needed, *possible)))


def _parameters(node: object) -> dict[str, Parameter]:
    if node == {}:
        return {}
    shapes = an_object(node, "parameters")
    return {name: _parameter(name, one, f"parameters.{name}") for name, one in shapes.items()}


def _parameter(name: str, node: object, place: str) -> Parameter:
    shape = an_object(node, place)
    _only(shape, place, needed=("kind", "title", "values"))
    if shape["kind"] not in _KINDS:
        raise WrongRule(f"{place}.kind", unknown({str(shape["kind"]): 0}, tuple(_KINDS)))
    kind = Kind(shape["kind"])
    listed = enumerate(a_list(shape["values"], f"{place}.values"))
    settings = tuple(_setting(one, f"{place}.values[{at}]", kind) for at, one in listed)
    _in_turn(settings, f"{place}.values")
    return Parameter(name=name, kind=kind, title=both(shape["title"], f"{place}.title"), settings=settings)


def _setting(node: object, place: str, kind: Kind) -> Setting:
    shape = an_object(node, place)
    _only(shape, place, needed=("from", "to", "document", "source", "value"))
    value = (
        a_day(shape["value"], f"{place}.value")
        if kind is Kind.DATE
        else a_number(shape["value"], f"{place}.value", most=MOST_MONEY, kind=kind)
        if kind is Kind.MONEY
        else a_number(shape["value"], f"{place}.value")
    )
    return Setting(value=value, **_dated(shape, place))


def _version(
    node: object, place: str, vocabulary: Vocabulary, parameters: Mapping[str, Parameter]
) -> Version:
    shape = an_object(node, place)
    _only(shape, place, needed=("from", "to", "document", "source", "rule"), possible=("amount",))
    reader = Reader(vocabulary, {name: one.kind for name, one in parameters.items()})
    rule = reader.rule(shape["rule"], f"{place}.rule")
    amount = read_amount(reader, shape["amount"], f"{place}.amount") if "amount" in shape else None
    return Version(rule=rule, amount=amount, **_dated(shape, place))


def _dated(shape: Mapping[str, Any], place: str) -> dict[str, Any]:
    return {
        "first": a_day(shape["from"], f"{place}.from"),
        "last": None if shape["to"] is None else a_day(shape["to"], f"{place}.to"),
        "document": words(shape["document"], f"{place}.document"),
        "source": words(shape["source"], f"{place}.source"),
    }


def _in_turn(rows: Sequence[Dated], place: str) -> None:
    """Refuse stretches of time that end before they begin, or reach into the one before."""
    until: date | None = None
    for at, row in enumerate(rows):
        if row.last is not None and row.last < row.first:
            raise WrongRule(f"{place}[{at}]", wrong.ENDS_BEFORE)
        if at and (until is None or row.first <= until):
            raise WrongRule(f"{place}[{at}]", wrong.OVERLAPS)
        until = row.last


def _sound(policy: Policy, version: Version, place: str) -> None:
    """Try a version on every day on which something changes: a gap is found now, not on the day it matters."""
    names = parameters_of(version)
    for name in names:
        if name not in policy.parameters:
            raise WrongRule(place, wrong.UNKNOWN_PARAMETER.fill(plain(name)))
    used = [policy.parameters[name] for name in names]
    for parameter in used:
        if gap := _gap(version, parameter):
            raise WrongRule(place, wrong.PARAMETER_GAP.fill(plain(parameter.name), date_words(gap)))
    for day in sorted({version.first, *_changes(version, used)}):
        ruling = policy.ruling(version, day)
        _check_numbers(ruling, place)
        if version.amount:
            _paid_at_most(version.amount, ruling, f"{place}.amount")
        if not _moves(version) and Search(ruling, {}).fewest(wanted=True) is None:
            raise WrongRule(f"{place}.rule", wrong.NOBODY)


def _moves(version: Version) -> bool:
    """Whether a day is asked for as well as the time since it: who cannot meet both today may next year."""
    asked = list(leaves(version.rule))
    since = {leaf.field for leaf in asked if isinstance(leaf, Since)}
    return any(isinstance(leaf, Measured) and leaf.field in since for leaf in asked)


def _gap(version: Version, parameter: Parameter) -> date | None:
    """The first day of a version on which a parameter has no value."""
    day: date | None = version.first
    for setting in parameter.settings:
        if day is not None and setting.holds_on(day):
            day = setting.last and setting.last + timedelta(1)
    over = day is None or (version.last is not None and day > version.last)
    return None if over else day


def _changes(version: Version, used: Iterable[Parameter]) -> Iterator[date]:
    for parameter in used:
        yield from (one.first for one in parameter.settings if version.holds_on(one.first))


def _check_numbers(ruling: Ruling, place: str) -> None:
    """What a parameter comes to must make sense where it stands."""
    for leaf in leaves_of(ruling.rule, ruling.amount):
        if isinstance(leaf, Since) and ruling.number(leaf.bound) > MOST_SPAN[leaf.span]:
            raise WrongRule(place, _out_of(ruling.number(leaf.bound), MOST_SPAN[leaf.span]))
    for amount in amounts(ruling.amount) if ruling.amount else ():
        match amount:
            case Each(_, _, up_to) if ruling.number(up_to) > MOST_UNITS:
                raise WrongRule(place, _out_of(ruling.number(up_to), MOST_UNITS))
            case Share(permille, _) if ruling.number(permille) > ALL_OF_IT:
                raise WrongRule(place, _out_of(ruling.number(permille), ALL_OF_IT))
            case Tiers(_, tiers):
                starts = [ruling.number(tier.start) for tier in tiers]
                if starts != sorted(set(starts)):
                    raise WrongRule(place, wrong.NOT_RISING)
            case _:
                pass


def _out_of(number: int, most: int) -> Text:
    return wrong.OUT_OF_RANGE.fill(*(whole_words(one) for one in (number, 0, most)))


def _paid_at_most(amount: Amount, ruling: Ruling, place: str) -> None:
    most = max(most_of(one, ruling) for one in _payers(amount))
    if most > MOST_PAID:
        raise WrongRule(place, wrong.TOO_MUCH.fill(money_words(most), money_words(MOST_PAID)))


def _payers(amount: Amount) -> Iterator[Amount]:
    """Everything in an amount that must stay small by itself; a bare fact may be cut by what stands around it."""
    yield amount
    yield from (one for one in amounts(amount) if isinstance(one, Each | Total))


def most_of(amount: Amount, ruling: Ruling) -> int:  # noqa: PLR0911 - a case for each shape
    """The most that an amount can ever come to, 毫."""
    match amount:
        case Fixed(hao):
            return ruling.number(hao)
        case Each(_, hao, up_to):
            return ruling.number(hao) * ruling.number(up_to)
        case Tiers(_, tiers):
            return max(ruling.number(tier.hao) for tier in tiers)
        case Fact():
            return MOST_MONEY
        case Share(permille, of):
            return most_of(of, ruling) * ruling.number(permille) // ALL_OF_IT
        case Capped(most, of):
            return min(ruling.number(most), most_of(of, ruling))
        case Total(parts):
            return sum(most_of(part, ruling) for part in parts)
        case Cases(cases, otherwise):
            paid = [*(case.pays for case in cases), *([otherwise] if otherwise else [])]
            return max(most_of(one, ruling) for one in paid)
