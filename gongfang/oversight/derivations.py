"""Which function works out which published figure; each county's module registers its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongfang.oversight.published import Report


@dataclass(frozen=True)
class Found:
    """What the registers give: the figure and the rows beneath it; no value where nothing was there to count."""

    value: Decimal | int | None
    rows: Any = ()


Derive = Callable[[Report], Found]
derivations: dict[str, Derive] = {}


def derives(name: str) -> Callable[[Derive], Derive]:
    """Name the published figure a function works out."""

    def register(derive: Derive) -> Derive:
        derivations[name] = derive
        return derive

    return register
