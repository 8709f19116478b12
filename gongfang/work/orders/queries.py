"""What can be asked about orders, products and fees."""

from __future__ import annotations

from gongfang.work.orders.models import OrderLine


def most_pieces(line: OrderLine) -> int:
    """The most the enterprise takes: the pieces ordered and its tolerance above."""
    return line.pieces + line.pieces * line.over_permille // 1000


def left_to_share(line: OrderLine) -> int:
    """How many pieces can still be shared out; what was rejected or lost is to be made again."""
    return max(0, most_pieces(line) + line.rejected + line.lost - line.shared)
