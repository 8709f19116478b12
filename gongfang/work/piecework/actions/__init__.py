"""The verbs of piecework, split by noun; import them from here."""

from gongfang.work.piecework.actions.claims import Outcome, answer_claim, enter_claim
from gongfang.work.piecework.actions.deliveries import deliver, sign_delivery
from gongfang.work.piecework.actions.inspections import Verdict, inspect
from gongfang.work.piecework.actions.issues import cancel_issue, issue_bags, pack_bags, unpack_bags
from gongfang.work.piecework.actions.looks import ask_again, clear_shelf, keep_verdict, look_again
from gongfang.work.piecework.actions.returns import (
    BackRow,
    HandInRow,
    LossRow,
    cancel_hand_in,
    confirm_give_backs,
    confirm_hand_ins,
    give_back,
    hand_in,
    hand_in_mended,
    lose_bags,
    report_loss,
)

__all__ = [
    "BackRow",
    "HandInRow",
    "LossRow",
    "Outcome",
    "Verdict",
    "answer_claim",
    "ask_again",
    "cancel_hand_in",
    "cancel_issue",
    "clear_shelf",
    "confirm_give_backs",
    "confirm_hand_ins",
    "deliver",
    "enter_claim",
    "give_back",
    "hand_in",
    "hand_in_mended",
    "inspect",
    "issue_bags",
    "keep_verdict",
    "look_again",
    "lose_bags",
    "pack_bags",
    "report_loss",
    "sign_delivery",
    "unpack_bags",
]
