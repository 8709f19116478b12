"""The verbs of piecework, split by noun; import them from here."""

from gongfang.work.piecework.actions.claims import Outcome, answer_claim, enter_claim
from gongfang.work.piecework.actions.counts import UseRow, count_use
from gongfang.work.piecework.actions.deliveries import deliver, sign_delivery
from gongfang.work.piecework.actions.inspections import Verdict, inspect
from gongfang.work.piecework.actions.issues import (
    cancel_issue,
    issue_bags,
    issue_missing,
    pack_bags,
    unpack_bags,
)
from gongfang.work.piecework.actions.leftovers import BackRow, give_back, hand_over
from gongfang.work.piecework.actions.looks import ask_again, clear_shelf, keep_verdict, look_again
from gongfang.work.piecework.actions.losses import LossRow, find_again, lose_bags, report_loss
from gongfang.work.piecework.actions.mendings import give_to_mend, take_back_mending
from gongfang.work.piecework.actions.numbers import number_pieces
from gongfang.work.piecework.actions.returns import (
    HandInRow,
    cancel_hand_in,
    confirm_give_backs,
    confirm_hand_ins,
    hand_in,
    hand_in_mended,
)
from gongfang.work.piecework.actions.substitutes import use_substitute

__all__ = [
    "BackRow",
    "HandInRow",
    "LossRow",
    "Outcome",
    "UseRow",
    "Verdict",
    "answer_claim",
    "ask_again",
    "cancel_hand_in",
    "cancel_issue",
    "clear_shelf",
    "confirm_give_backs",
    "confirm_hand_ins",
    "count_use",
    "deliver",
    "enter_claim",
    "find_again",
    "give_back",
    "give_to_mend",
    "hand_in",
    "hand_in_mended",
    "hand_over",
    "inspect",
    "issue_bags",
    "issue_missing",
    "keep_verdict",
    "look_again",
    "lose_bags",
    "number_pieces",
    "pack_bags",
    "report_loss",
    "sign_delivery",
    "take_back_mending",
    "unpack_bags",
    "use_substitute",
]
