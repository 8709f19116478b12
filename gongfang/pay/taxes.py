"""Tax withheld by the payer: pure arithmetic over the rules of the day, whole fen, rounded in the person's favour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gongfang.core.money import whole_fen


def labour_tax(month_hao: int, rule: Mapping[str, Any]) -> int:
    """Return what is withheld of all fees of one month from one payer: a free amount, then bands."""
    if month_hao <= rule["free_upto_hao"]:
        taxed = month_hao - int(rule["free_hao"])
    else:
        taxed = month_hao - month_hao * int(rule["free_permille"]) // 1000
    return whole_fen(banded(max(0, taxed), rule["bands"]))


def wage_tax(year_hao: int, months: int, rule: Mapping[str, Any]) -> int:
    """Return what is withheld of a year's wages so far: so much free a month, the rest in bands."""
    return whole_fen(banded(max(0, year_hao - int(rule["free_month_hao"]) * months), rule["bands"]))


def banded(taxed_hao: int, bands: Sequence[Sequence[int | None]]) -> int:
    """Add up the bands: each pair says up to which amount, and how many thousandths; the last has no end."""
    total, below = 0, 0
    for upto, permille in bands:
        part = max(0, (taxed_hao if upto is None else min(taxed_hao, upto)) - below)
        total += part * int(permille or 0) // 1000
        below = upto if upto is not None else below
    return total
