"""Reads how much somebody gets, in the language of the rules; every amount is a whole number of 毫.

{"fixed": MONEY}
{"each": FIELD, "pays": MONEY, "up_to": NUMBER}        for each half day, month, person
{"tiers": FIELD, "from": [[BOUND, MONEY], ...]}        the highest one reached
{"fact": FIELD}                                        a rent, a premium, a cost
{"permille": NUMBER, "of": AMOUNT}   {"at_most": MONEY, "of": AMOUNT}   {"sum": [AMOUNT, ...]}
{"cases": [{"when": RULE, "pays": AMOUNT}, ...], "otherwise": AMOUNT}  the first that holds
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongfang.engines.rules import wrong
from gongfang.engines.rules.fields import Field, Kind
from gongfang.engines.rules.reading import MOST_PARTS, Reader, a_list, an_object, unknown
from gongfang.engines.rules.tree import (
    Amount,
    Capped,
    Case,
    Cases,
    Each,
    Fact,
    Fixed,
    Ref,
    Share,
    Tier,
    Tiers,
    Total,
)
from gongfang.engines.rules.wrong import WrongRule

MOST_UNITS = 10**6  # times the dearest unit, this stays inside 64 bits
ALL_OF_IT = 1000
_SHAPES = (
    "fixed", "each + pays + up_to", "tiers + from", "fact", "permille + of", "at_most + of", "sum",
    "cases + otherwise",
)  # fmt: skip


def read_amount(reader: Reader, node: object, place: str = "amount", depth: int = 1) -> Amount:  # noqa: PLR0911 - a case for each shape
    """Read an amount."""
    shape = reader.enter(node, place, depth)
    match sorted(shape):
        case ["fixed"]:
            return Fixed(reader.money(shape["fixed"], f"{place}.fixed"))
        case ["each", "pays", "up_to"]:
            return _each(reader, shape, place)
        case ["from", "tiers"]:
            return _tiers(reader, shape, place)
        case ["fact"]:
            return Fact(reader.field(shape["fact"], f"{place}.fact", Kind.MONEY).name)
        case ["of", "permille"]:
            share = reader.number(shape["permille"], f"{place}.permille", most=ALL_OF_IT)
            return Share(share, read_amount(reader, shape["of"], f"{place}.of", depth + 1))
        case ["at_most", "of"]:
            most = reader.money(shape["at_most"], f"{place}.at_most")
            return Capped(most, read_amount(reader, shape["of"], f"{place}.of", depth + 1))
        case ["sum"]:
            listed = enumerate(a_list(shape["sum"], f"{place}.sum", most=MOST_PARTS))
            return Total(
                tuple(read_amount(reader, one, f"{place}.sum[{at}]", depth + 1) for at, one in listed)
            )
        case ["cases"] | ["cases", "otherwise"]:
            return _cases(reader, shape, place, depth)
        case _:
            raise WrongRule(place, unknown(shape, _SHAPES))


def _each(reader: Reader, shape: Mapping[str, Any], place: str) -> Each:
    counted = reader.field(shape["each"], f"{place}.each", Kind.WHOLE)
    if counted.unit is None:
        raise WrongRule(f"{place}.each", wrong.NO_UNIT.fill(counted.title))
    pays = reader.money(shape["pays"], f"{place}.pays")
    return Each(counted.name, pays, reader.number(shape["up_to"], f"{place}.up_to", most=MOST_UNITS))


def _tiers(reader: Reader, shape: Mapping[str, Any], place: str) -> Tiers:
    measured = reader.field(shape["tiers"], f"{place}.tiers", Kind.WHOLE, Kind.MONEY)
    listed = enumerate(a_list(shape["from"], f"{place}.from"))
    tiers = tuple(_tier(reader, one, f"{place}.from[{at}]", measured) for at, one in listed)
    return Tiers(measured.name, tiers)


def _tier(reader: Reader, node: object, place: str, measured: Field) -> Tier:
    pair = a_list(node, place, most=2)
    if len(pair) != 2:
        raise WrongRule(place, wrong.NOT_A_PAIR)
    start = reader.bound(pair[0], f"{place}[0]", measured)
    assert isinstance(start, int | Ref)
    return Tier(start, reader.money(pair[1], f"{place}[1]"))


def _cases(reader: Reader, shape: Mapping[str, Any], place: str, depth: int) -> Cases:
    listed = enumerate(a_list(shape["cases"], f"{place}.cases"))
    cases = tuple(_case(reader, one, f"{place}.cases[{at}]", depth) for at, one in listed)
    rest = shape.get("otherwise")
    if "otherwise" not in shape:
        return Cases(cases, None)
    return Cases(cases, read_amount(reader, rest, f"{place}.otherwise", depth + 1))


def _case(reader: Reader, node: object, place: str, depth: int) -> Case:
    shape = an_object(node, place)
    if sorted(shape) != ["pays", "when"]:
        raise WrongRule(place, unknown(shape, ("when + pays",)))
    when = reader.rule(shape["when"], f"{place}.when", depth + 1)
    return Case(when, read_amount(reader, shape["pays"], f"{place}.pays", depth + 1))
