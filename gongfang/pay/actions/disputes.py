"""Verbs on questions about a slip line: asked by the person or somebody for them, answered by the operator."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.races import one_wins
from gongfang.pay import access
from gongfang.pay.actions.slips import correct_pay
from gongfang.pay.models import Correction, Dispute, SlipLine


@action(access.may_question_line, on_behalf=True)
def question_line(act: Act, line: SlipLine, *, question: str) -> Dispute:
    """Question a line of a slip; everything else on it is paid on. Asked for another it waits for their own yes."""
    if not question.strip():
        raise Refused(_("Say what is wrong with this line."), field="question")
    own = act.by.for_ is None and act.member.resident_id == line.slip.relation.resident_id
    again = Refused(_("This line is questioned already; the answer comes there."), code="asked_already")
    with one_wins("one_open_question_a_line", again):
        return Dispute.objects.create(
            line=line,
            question=question.strip()[:400],
            asked_by=act.by.user,
            asked_on=act.booked_on,
            provisional=not own,
        )


@action(access.may_confirm_question)
def confirm_question(act: Act, dispute: Dispute) -> Dispute:
    """Say yes to a question another asked for you."""
    if not dispute.provisional:
        raise Moved(_("This question is yours already."))
    dispute.provisional = False
    dispute.save(update_fields=["provisional"])
    return dispute


@action(access.may_confirm_question)
def withdraw_question(act: Act, dispute: Dispute) -> Dispute:
    """Take a question back."""
    _must_wait(dispute)
    dispute.stage = Dispute.Stage.WITHDRAWN
    dispute.save(update_fields=["stage"])
    return dispute


@action(access.may_answer_question)
def answer_question(
    act: Act, dispute: Dispute, *, answer: str, amount_hao: int | None = None, document: str = ""
) -> Dispute:
    """Answer a question with a reason, or with the right amount of the line and the document it stands in."""
    _must_wait(dispute)
    if not answer.strip():
        raise Refused(_("Give the reason. The person reads it beside the line."), field="answer")
    dispute.correction = _correction(act, dispute, answer, amount_hao, document)
    dispute.stage, dispute.answer = Dispute.Stage.ANSWERED, answer.strip()[:400]
    dispute.answered_by, dispute.answered_on = act.by.user, act.booked_on
    dispute.save()
    return dispute


def _must_wait(dispute: Dispute) -> None:
    if dispute.stage != Dispute.Stage.OPEN:
        raise Moved(_("This question is answered or taken back already."))


def _correction(
    act: Act, dispute: Dispute, answer: str, amount_hao: int | None, document: str
) -> Correction | None:
    if amount_hao is None:
        return None
    line = dispute.line
    inspection = line.inspection or (line.correction.inspection if line.correction else None)
    if inspection is None:
        raise Refused(
            _("Hours, allowances and bonuses are taken back on their own page and entered anew."),
            field="amount_hao",
        )
    return correct_pay(act, inspection, amount_hao=amount_hao, reason=answer[:200], document=document)
