"""What an enterprise is told of its order: accepted pieces, what the makers got for them, and the fee."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet, Sum

from gongfang.pay.models import Correction
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.piecework.models import Inspection, SecondLook

_LINE = "hand_in__bag__lot__line"


@dataclass(frozen=True)
class Row:
    """One product of an order in a stretch of days, by the line of its last step."""

    line: OrderLine
    accepted: int
    wages_hao: int

    @property
    def total_hao(self) -> int:
        """What the enterprise owes for the accepted pieces."""
        return self.line.fee_hao * self.accepted

    @property
    def service_hao(self) -> int:
        """What is left of it for the agent, the workshop and the operator."""
        return self.total_hao - self.wages_hao


def statement(order: Order, *, since: date | None = None, until: date | None = None) -> Sequence[Row]:
    """Return, product by product, what was accepted in a stretch of days and what it cost.

    What another look or a correction changed counts on its own day. Of a piece made in several steps the last one says
    how many there are; the makers of all its steps are paid from its one fee.
    """
    said = _between(Inspection.objects.filter(**{f"{_LINE}__order": order}), "inspected_on", since, until)
    looks = SecondLook.objects.filter(**{f"inspection__{_LINE}__order": order})
    put_right = Correction.objects.filter(**{f"inspection__{_LINE}__order": order})
    accepted, wages = _by_line(said, _LINE, "accepted"), _by_line(said, _LINE, "amount_hao")
    for line, pieces in _by_line(
        _between(looks, "looked_on", since, until), f"inspection__{_LINE}", "accepted"
    ).items():
        accepted[line] += pieces
    for line, hao in _by_line(
        _between(put_right, "made_on", since, until), f"inspection__{_LINE}", "difference_hao"
    ).items():
        wages[line] += hao
    lines = list(order.lines.select_related("version__product").order_by("pk"))
    last = _last(lines)
    return [
        Row(line, accepted[line.pk], sum(wages[pk] for pk, final in last.items() if final == line.pk))
        for line in lines
        if line.final
    ]


def _by_line(rows: QuerySet[Any], line: str, of: str) -> dict[int, int]:
    summed = rows.order_by().values_list(line).annotate(sum=Sum(of, output_field=BigIntegerField()))
    return defaultdict(int, {pk: int(total) for pk, total in summed})


def _last(lines: Sequence[OrderLine]) -> dict[int, int]:
    """Return the last step's line of each line; a line of one step is its own."""
    feeds = {line.fed_by_id: line.pk for line in lines}
    found: dict[int, int] = {}
    for line in reversed(lines):
        following = feeds.get(line.pk)
        found[line.pk] = found[following] if following else line.pk
    return found


def _between(rows: QuerySet, field: str, since: date | None, until: date | None) -> QuerySet:  # type: ignore[type-arg]
    kept = Q()
    if since:
        kept &= Q(**{f"{field}__gte": since})
    if until:
        kept &= Q(**{f"{field}__lte": until})
    return rows.filter(kept)
