"""The verbs of orders, split by noun; import them from here."""

from gongfang.work.orders.actions.counters import (
    count_delivered,
    count_handed_in,
    count_inspected,
    count_issued,
    count_shared,
)

__all__ = [
    "count_delivered",
    "count_handed_in",
    "count_inspected",
    "count_issued",
    "count_shared",
]
