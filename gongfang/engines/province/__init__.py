"""Plans the counties of a province, each a task of its own, on the cores or the machines there are.

A task is bytes in, bytes out (`plan_case`), and nothing else: whoever carries it out, wherever and however often, gets
the same plan. So a lost task is simply run again.
"""

from gongfang.engines.province.executor import Case, Executor, Planned, plan_case, plan_counties
from gongfang.engines.province.here import OneByOne, Processes

__all__ = ["Case", "Executor", "OneByOne", "Planned", "Processes", "plan_case", "plan_counties"]
