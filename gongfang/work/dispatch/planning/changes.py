"""Changes of a plan by hand, tried before they are made."""

from __future__ import annotations

from dataclasses import dataclass

from gongfang.engines import dispatch as engine
from gongfang.engines.dispatch import Change, Edited
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.dispatch.planning.answer import plan_of
from gongfang.work.dispatch.planning.question import Question


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """So many bags of a work, named as the plan names it, from one person to another; None is nobody."""

    work: str
    bags: int
    giver: int | None = None
    taker: int | None = None


def edited(question: Question, run: PlanRun, change: ByHand) -> Edited:
    """Return the plan as it would be after a change, what that costs, and what stands against it."""
    giver, taker = (None if one is None else str(one) for one in (change.giver, change.taker))
    moved = Change(work=change.work, bags=change.bags, giver=giver, taker=taker)
    return engine.edit(question.problem, plan_of(run, question.days), [moved])
