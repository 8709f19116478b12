"""Earlier orders of the county: what was made before the knots were asked for, by whom, when it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongfang.demo.scenario.organisations import AGENTS, ASSEMBLERS, KNOTTERS

OF_KNOTS = tuple(body.key for body in (*KNOTTERS, *AGENTS))
OF_PARTS = tuple(body.key for body in ASSEMBLERS)


@dataclass(frozen=True)
class Past:
    """One order that is over. `takes` are the pieces people may choose from, `waves` the days they hand in."""

    number: str
    product: str
    buyer: str
    operator: str
    ordered: date
    issued: date
    waves: tuple[date, date]
    delivered: date
    fee_due: date
    paid: date | None
    sharers: tuple[str, ...]
    takes: tuple[int, ...]


PAST = (
    Past(
        "YX-2022-05", "sachet", "yaoxiang", "company", date(2022, 5, 6), date(2022, 5, 9),
        (date(2022, 5, 20), date(2022, 5, 30)), date(2022, 6, 1), date(2022, 6, 20), date(2022, 6, 18),
        ("xinwo",), (200,),
    ),
    Past(
        "MS-2022-06", "hairpin", "mingshi", "company", date(2022, 6, 14), date(2022, 6, 16),
        (date(2022, 6, 24), date(2022, 7, 1)), date(2022, 7, 4), date(2022, 7, 25), date(2022, 7, 22),
        ("jianshan",), (400,),
    ),
    Past(
        "ZJ-2022-01", "fu-knot", "town", "cooperative", date(2022, 8, 1), date(2022, 8, 3),
        (date(2022, 8, 15), date(2022, 8, 26)), date(2022, 8, 29), date(2022, 9, 20), date(2022, 9, 15),
        ("shuangxi", "yaochuan", "jiuhe"), (150,),
    ),
    Past(
        "JQ-2022-09", "felt-star", "jieqing", "company", date(2022, 9, 5), date(2022, 9, 7),
        (date(2022, 9, 19), date(2022, 9, 28)), date(2022, 9, 30), date(2022, 10, 26), None,
        ("shanghu",), (300,),
    ),
    Past(
        "ZJ-2022-02", "pan-chang", "town", "cooperative", date(2022, 9, 26), date(2022, 9, 29),
        (date(2022, 10, 13), date(2022, 10, 27)), date(2022, 10, 29), date(2022, 11, 30), date(2022, 11, 4),
        OF_KNOTS, (75, 150, 150, 225),
    ),
    Past(
        "ZJ-2022-03", "fu-knot", "town", "cooperative", date(2022, 9, 27), date(2022, 9, 30),
        (date(2022, 10, 17), date(2022, 10, 29)), date(2022, 10, 31), date(2022, 11, 30), date(2022, 11, 4),
        OF_KNOTS, (0, 150, 150, 300, 300, 300),
    ),
)  # fmt: skip
REASONS = ("绳结松散", "长短不一", "表面有污渍", "配件歪斜")
