"""From the registers to the planner's question, and from its answer to rows for people to read."""

from gongfang.work.dispatch.planning.answer import plan_of
from gongfang.work.dispatch.planning.asking import Answer, ask
from gongfang.work.dispatch.planning.changes import ByHand, edited
from gongfang.work.dispatch.planning.days import Days
from gongfang.work.dispatch.planning.findings import Findings, findings_of
from gongfang.work.dispatch.planning.hands import askable, asking, left_for_others
from gongfang.work.dispatch.planning.question import Question, question_of
from gongfang.work.dispatch.planning.supply import free_lines, margin_of, missing_pieces, open_shares

__all__ = [
    "Answer",
    "ByHand",
    "Days",
    "Findings",
    "Question",
    "ask",
    "askable",
    "asking",
    "edited",
    "findings_of",
    "free_lines",
    "left_for_others",
    "margin_of",
    "missing_pieces",
    "open_shares",
    "plan_of",
    "question_of",
]
