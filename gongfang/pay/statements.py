"""What an enterprise is told of its order: accepted pieces, what the makers got for them, and the fee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Q, QuerySet, Sum

from gongfang.pay.models import Correction
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.piecework.models import Inspection

_LINE = "hand_in__bag__lot__line"


@dataclass(frozen=True)
class Row:
    """One line of an order in a stretch of days."""

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
    """Return, line by line, what was accepted in a stretch of days and what it cost."""
    said = _between(Inspection.objects.filter(**{f"{_LINE}__order": order}), "inspected_on", since, until)
    made = Correction.objects.filter(**{f"inspection__{_LINE}__order": order})
    put_right = _between(made, "made_on", since, until)
    big = BigIntegerField()
    accepted: dict[int, int] = {}
    wages: dict[int, int] = {}
    for line, pieces, hao in (
        said.order_by()
        .values_list(_LINE)
        .annotate(n=Sum("accepted"), hao=Sum("amount_hao", output_field=big))
    ):
        accepted[line], wages[line] = int(pieces), int(hao)
    for line, hao in (
        put_right.order_by()
        .values_list(f"inspection__{_LINE}")
        .annotate(hao=Sum("difference_hao", output_field=big))
    ):
        wages[line] = wages.get(line, 0) + int(hao)
    lines = order.lines.select_related("version__product").order_by("pk")
    return [Row(line, accepted.get(line.pk, 0), wages.get(line.pk, 0)) for line in lines]


def _between(rows: QuerySet, field: str, since: date | None, until: date | None) -> QuerySet:  # type: ignore[type-arg]
    kept = Q()
    if since:
        kept &= Q(**{f"{field}__gte": since})
    if until:
        kept &= Q(**{f"{field}__lte": until})
    return rows.filter(kept)
