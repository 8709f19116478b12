"""Names of accounts: a holder, what it holds it for, and of which commodity.

Commodities: `CNY` in 毫 (1/10,000 yuan), `POINT`, `material:<order>:<material>` in its smallest unit (one an
order, so that the material of two orders never mixes), `piece:<line>` finished pieces of an order line.
"""

from __future__ import annotations

from dataclasses import dataclass

CNY = "CNY"
POINT = "POINT"


@dataclass(frozen=True, order=True)
class Holder:
    """Who or what holds: `organisation` 5, `relation` 17, `order`, `line`, `lot`, `county`."""

    kind: str
    id: int


@dataclass(frozen=True, order=True)
class Account:
    """What a holder has of one commodity for one purpose."""

    holder: Holder
    purpose: str
    commodity: str


def material(order_id: int, material_id: int) -> str:
    """Name one order's supplied material as a commodity."""
    return f"material:{order_id}:{material_id}"


def piece(line_id: int) -> str:
    """Name the finished pieces of an order line as a commodity."""
    return f"piece:{line_id}"
