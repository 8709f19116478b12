"""Plans one county: which person is offered how many bags of which work, in which days, and why.

`plan(problem)` gives a `Plan`; `check(problem, plan)` proves it right without trusting the planner.
"""

from gongfang.engines.dispatch.answer import (
    Because,
    Lateness,
    Offer,
    Plan,
    Reason,
    Shortage,
    Totals,
    Waiting,
    Why,
)
from gongfang.engines.dispatch.problem import Pair, Person, Pinned, Problem, Visit, Work, WrongProblem
from gongfang.engines.dispatch.solve import EFFORTS, Effort, plan
from gongfang.engines.dispatch.verify import BrokenPlan, check

__all__ = [
    "EFFORTS",
    "Because",
    "BrokenPlan",
    "Effort",
    "Lateness",
    "Offer",
    "Pair",
    "Person",
    "Pinned",
    "Plan",
    "Problem",
    "Reason",
    "Shortage",
    "Totals",
    "Visit",
    "Waiting",
    "Why",
    "Work",
    "WrongProblem",
    "check",
    "plan",
]
