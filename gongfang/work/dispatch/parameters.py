"""Numbers of sharing out that an officer may change."""

from __future__ import annotations

from gongfang.core.parameters import Setting
from gongfang.engines.dispatch.problem import FURTHER_WORK

BAGS_AT_ONCE = Setting("dispatch.bags_at_once", 10, 1, 1_000)
OFFER_HOURS = Setting("dispatch.offer_hours", 48, 1, 24 * 30)
INCOME_TARGET_HAO = Setting("dispatch.income_target_hao_a_month", 15_000_000, 0, 1_000_000_000)
DAYS_AHEAD = Setting("dispatch.days_ahead", 28, 1, 60)
# what learning one more piece counts
FURTHER_WORK_HAO = Setting("dispatch.further_work_hao", FURTHER_WORK, 0, 10_000_000)
# a van to a village and back, half a day shared
ROUND_COST_HAO = Setting("dispatch.round_cost_hao", 600_000, 0, 100_000_000)
