"""What a slip takes off: pure arithmetic, each amount with what cut it. Nothing here reads a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongfang.pay.models import SlipTake

Cut = SlipTake.Cut


@dataclass(frozen=True)
class Asked:
    """What somebody agreed to have taken: at most the rest of it, and never more than its own limit."""

    row: int
    hao: int
    limit_hao: int | None = None


@dataclass(frozen=True)
class Bounds:
    """What the law leaves for deductions on this slip, and what has to stay with the person."""

    share_hao: int
    stays_hao: int


@dataclass(frozen=True)
class Taken:
    """One amount taken, what was asked, and what cut it."""

    kind: str
    row: int | None
    asked_hao: int
    amount_hao: int
    cut: str = Cut.NONE
    limit_hao: int = 0


def reckon(
    gross_hao: int,
    *,
    tax_hao: int,
    deductions: Sequence[Asked],
    advances: Sequence[Asked],
    bounds: Bounds,
) -> list[Taken]:
    """Take tax first, then deductions within the law, then instalments of advances; never more than there is."""
    left = max(0, gross_hao)
    found = [_tax(tax_hao, left)] if tax_hao else []
    left -= sum(take.amount_hao for take in found)
    share = max(0, bounds.share_hao)
    above = max(0, left - bounds.stays_hao)
    for asked in deductions:
        take = _deduction(asked, share, above, left)
        share, above, left = share - take.amount_hao, above - take.amount_hao, left - take.amount_hao
        found.append(take)
    for asked in advances:
        amount = min(asked.hao, left)
        cut = Cut.NONE if amount == asked.hao else Cut.NOTHING_LEFT
        found.append(Taken(SlipTake.Kind.ADVANCE, asked.row, asked.hao, amount, cut, left))
        left -= amount
    return found


def _tax(tax_hao: int, left: int) -> Taken:
    amount = min(tax_hao, left)
    return Taken(
        SlipTake.Kind.TAX, None, tax_hao, amount, Cut.NONE if amount == tax_hao else Cut.NOTHING_LEFT
    )


def _deduction(asked: Asked, share: int, above: int, left: int) -> Taken:
    limits = [
        (asked.hao if asked.limit_hao is None else asked.limit_hao, Cut.BAGS_PAY),
        (left, Cut.NOTHING_LEFT),
        (above, Cut.MINIMUM),
        (share, Cut.LEGAL_SHARE),
    ]
    least, cut = min(limits, key=lambda limit: limit[0])
    amount = min(asked.hao, max(0, least))
    if amount == asked.hao:
        return Taken(SlipTake.Kind.DEDUCTION, asked.row, asked.hao, amount)
    return Taken(SlipTake.Kind.DEDUCTION, asked.row, asked.hao, amount, cut, max(0, least))
