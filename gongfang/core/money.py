"""Money in 毫: integers of 1/10,000 yuan, because a knot may earn a fraction of a fen.

Everything here stays in 毫. Nobody pays a fraction of a fen: `whole_fen` is paid, the rest stays owed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from gongfang.core.codes import WrongCode

HAO_PER_FEN = 100
HAO_PER_YUAN = 10_000

# A trillion yuan in 毫 still fits a signed 64-bit integer, and no county will miss the rest.
# Commas stand before groups of three or nowhere: 1.234,50 is a thousand in Europe and nobody's amount here.
_YUAN = re.compile(r"[¥]?([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.([0-9]*))?(?:元|圆)?")


def parse_yuan(text: str) -> int:
    """Read an amount in yuan, such as `0.45` or `1,234.50`, as 毫."""
    match = _YUAN.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if match is None:
        raise WrongCode(_("This is not an amount in yuan. Write it in digits, such as 0.45."))
    fraction = (match[2] or "").rstrip("0")
    if len(fraction) > 4:
        raise WrongCode(_("An amount in yuan has at most four decimals. Round it first."))
    return int(match[1].replace(",", "")) * HAO_PER_YUAN + int(fraction.ljust(4, "0"))


def format_yuan(hao: int) -> str:
    """The amount in yuan with two decimals, or up to four where a rate has them."""
    yuan, rest = divmod(abs(hao), HAO_PER_YUAN)
    decimals = f"{rest:04}".removesuffix("0").removesuffix("0")
    return f"{'-' if hao < 0 else ''}{yuan:,}.{decimals}"


def whole_fen(hao: int) -> int:
    """The part of the amount that can be paid in whole fen, in 毫."""
    return hao - hao % HAO_PER_FEN


def round_up_fen(hao: int) -> int:
    """The amount rounded up to a whole fen, in 毫: in the person's favour when they leave."""
    return hao + -hao % HAO_PER_FEN


def times(rate_hao: int, pieces: int) -> int:
    """What so many pieces earn at this rate."""
    if rate_hao < 0 or pieces < 0:
        raise ValueError("a rate and a count of pieces are never negative")
    return rate_hao * pieces


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Share a total by weights so that the parts add up exactly; the largest remainders get one more.

    Equal remainders are served from the front, so the same question always has the same answer.
    """
    if total < 0 or any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("sharing needs a total and weights that are not negative, and one weight above zero")
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
