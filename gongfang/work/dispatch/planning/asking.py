"""Can we make so many by then? Answered from the plan as it stands, before anything is promised to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongfang.engines import dispatch as engine
from gongfang.engines.dispatch import Plan, Quote, Totals, Work
from gongfang.work.dispatch.caps import material_value
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.dispatch.planning.answer import plan_of
from gongfang.work.dispatch.planning.question import Question, question_of
from gongfang.work.orders.models import Step
from gongfang.work.orders.queries import rate_on

ASKED = "asked"  # the name of what is not an order yet


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the planner says, and the question it stood in."""

    question: Question
    quote: Quote

    @property
    def done_on(self) -> date | None:
        """The day by which all of it is made, or None where that is not within the days planned for."""
        return None if self.quote.done is None else self.question.days.span(self.quote.done)[1]


def ask(step: Step, *, pieces: int, due: date, day: date, earlier: PlanRun | None) -> Answer:
    """Ask whether so many pieces can be made by a day, all material given, and at what cost to the others."""
    question = question_of(None, day, also=(due,))
    rate = rate_on(step, day)
    work = Work(
        id=ASKED,
        pieces=pieces,
        bag_pieces=step.bag_pieces,
        bags=-(-pieces // step.bag_pieces),
        first=0,
        last=question.days.stretch_before(due),
        seconds=step.standard_seconds,
        rate=rate,
        bag_value=material_value(step) * step.bag_pieces // 1000,
        skill=step.skill.code,
        late_cost=rate,
    )
    before = plan_of(earlier, question.days) if earlier else _nothing_yet()
    filled = engine.repair(question.problem, before)  # open work goes first, by the careful human's rule
    return Answer(question=question, quote=engine.quote(question.problem, work, plan=filled))


def _nothing_yet() -> Plan:
    """A plan in which nobody has anything."""
    nothing = Totals(
        pieces=0, bags=0, seconds=0, pay=0, late_pieces=0, unmade_pieces=0, late_cost=0, income_gap=0, visit_cost=0
    )  # fmt: skip
    return Plan(offers=(), unmade=(), late=(), waiting=(), visits=(), totals=nothing)
