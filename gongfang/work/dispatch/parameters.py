"""Numbers of sharing out that an officer may change: dated parameters of the county, each with our first value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from gongfang.core.models import Parameter
from gongfang.engines.dispatch.problem import FURTHER_WORK


@dataclass(frozen=True)
class Setting:
    """A parameter's key and the value that holds until an officer sets another."""

    key: str
    value: int

    def on(self, day: date) -> int:
        """Return the value in force on a day."""
        running = Q(valid_to=None) | Q(valid_to__gte=day)
        rows = Parameter.objects.filter(running, key=self.key, place="", valid_from__lte=day)
        row = rows.order_by("-valid_from").first()
        return int(row.value) if row else self.value


BAGS_AT_ONCE = Setting("dispatch.bags_at_once", 10)
OFFER_HOURS = Setting("dispatch.offer_hours", 48)
INCOME_TARGET_HAO = Setting("dispatch.income_target_hao_a_month", 15_000_000)
DAYS_AHEAD = Setting("dispatch.days_ahead", 28)
FURTHER_WORK_HAO = Setting("dispatch.further_work_hao", FURTHER_WORK)  # what learning one more piece counts
ROUND_COST_HAO = Setting("dispatch.round_cost_hao", 600_000)  # a van to a village and back, half a day shared
