"""The verbs of piecework, split by noun; import them from here."""

from gongfang.work.piecework.actions.deliveries import deliver, sign_delivery
from gongfang.work.piecework.actions.inspections import Verdict, inspect
from gongfang.work.piecework.actions.issues import issue_bags, pack_bags, unpack_bags
from gongfang.work.piecework.actions.returns import (
    BackRow,
    HandInRow,
    LossRow,
    give_back,
    hand_in,
    hand_in_mended,
    report_loss,
)

__all__ = [
    "BackRow",
    "HandInRow",
    "LossRow",
    "Verdict",
    "deliver",
    "give_back",
    "hand_in",
    "hand_in_mended",
    "inspect",
    "issue_bags",
    "pack_bags",
    "report_loss",
    "sign_delivery",
    "unpack_bags",
]
