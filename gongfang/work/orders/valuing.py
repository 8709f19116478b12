"""What material is worth: costs shared out to the last 毫, and the average of what is on hand."""

from __future__ import annotations

from collections.abc import Sequence


def shared_out(costs_hao: int, weights: Sequence[int]) -> list[int]:
    """Share costs out by weight so that the shares add up to the costs again."""
    total, before, shares = sum(weights), 0, []
    for end in _running(weights):
        until = costs_hao * end // total if total else 0
        shares.append(until - before)
        before = until
    return shares


def _running(weights: Sequence[int]) -> list[int]:
    ends, end = [], 0
    for weight in weights:
        end += weight
        ends.append(end)
    return ends


def average(*, on_hand: int, value_hao_per_1000: int, amount: int, worth_hao: int) -> int:
    """Return what a thousand units are worth once an amount of some worth lies beside what is on hand.

    With a negative amount and worth it is taken away again; of nothing the last value stands.
    """
    together = on_hand + amount
    if together <= 0:
        return value_hao_per_1000
    worth = on_hand * value_hao_per_1000 + worth_hao * 1000
    return max(0, (2 * worth + together) // (2 * together))
