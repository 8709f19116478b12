"""Plans one county: which person is offered how many bags of which work, in which days, and why.

`plan(problem)` gives a `Plan`; `check(problem, plan)` proves it right without trusting the planner, and
`prove(problem, plan)` how far from the best it can be. `why_not` and `explain_work` give reasons, `edit`
what a change by hand costs, `quote` whether more work can be taken on, `repair` the smallest answer to
what has happened, `compare` how two plans differ.
"""

from gongfang.engines.dispatch.answer import (
    Because,
    Change,
    Comparison,
    Difference,
    Edited,
    Freeing,
    Lateness,
    Obstacle,
    Offer,
    Plan,
    Proof,
    Quote,
    Reason,
    Refusal,
    Shortage,
    Totals,
    Waiting,
    Why,
    WhyNot,
    WorkChange,
    WorkReport,
)
from gongfang.engines.dispatch.bound import prove
from gongfang.engines.dispatch.compare import compare
from gongfang.engines.dispatch.edit import edit
from gongfang.engines.dispatch.problem import (
    Pair,
    Person,
    Pinned,
    Problem,
    Visit,
    Work,
    Workshop,
    WrongProblem,
)
from gongfang.engines.dispatch.quote import quote
from gongfang.engines.dispatch.repair import repair
from gongfang.engines.dispatch.solve import EFFORTS, Effort, plan
from gongfang.engines.dispatch.verify import BrokenPlan, check
from gongfang.engines.dispatch.why import explain_work, explain_works, why_not

__all__ = [
    "EFFORTS",
    "Because",
    "BrokenPlan",
    "Change",
    "Comparison",
    "Difference",
    "Edited",
    "Effort",
    "Freeing",
    "Lateness",
    "Obstacle",
    "Offer",
    "Pair",
    "Person",
    "Pinned",
    "Plan",
    "Problem",
    "Proof",
    "Quote",
    "Reason",
    "Refusal",
    "Shortage",
    "Totals",
    "Visit",
    "Waiting",
    "Why",
    "WhyNot",
    "Work",
    "WorkChange",
    "WorkReport",
    "Workshop",
    "WrongProblem",
    "check",
    "compare",
    "edit",
    "explain_work",
    "explain_works",
    "plan",
    "prove",
    "quote",
    "repair",
    "why_not",
]
