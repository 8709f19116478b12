"""Changes of a plan by hand, once their cost was read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.work.dispatch import access, differences
from gongfang.work.dispatch.actions.plans import keep
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.dispatch.planning import ByHand, edited, findings_of, question_of


@action(access.may_decide_plan)
def edit_plan(act: Act, run: PlanRun, *, change: ByHand) -> PlanRun:
    """Move bags of a plan by hand: from somebody to somebody, to somebody from what nobody has, or to nobody.

    Refused when hours, material, skill, wishes or an answer already given stand against it.
    """
    if run.stage != PlanRun.Stage.DRAFT:
        raise Moved(_("Only a plan that is still to be read can be changed. Make a new one."))
    question = question_of(run.organisation, run.planned_on)
    found = edited(question, run, change)
    for refusal in found.refused:
        raise Refused(
            differences.obstacle_sentence(refusal.obstacle, question.days), code=str(refusal.obstacle.why)
        )
    act.note(work=change.work, bags=change.bags)
    return keep(run, findings_of(question, found.plan))
