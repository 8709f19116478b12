"""The verbs of sharing out, split by noun; import them from here."""

from gongfang.work.dispatch.actions.claims import ClaimRow, claim, claim_many, confirm_claim
from gongfang.work.dispatch.actions.counters import Verdict, count_handed_in, count_inspected, count_issued
from gongfang.work.dispatch.actions.days import agree_day
from gongfang.work.dispatch.actions.edits import edit_plan
from gongfang.work.dispatch.actions.offers import (
    accept_offer,
    expire_offers,
    forget_offers,
    free_offers,
    not_this_time,
    withdraw_offer,
)
from gongfang.work.dispatch.actions.passing import count_handed_over, count_reopened
from gongfang.work.dispatch.actions.plans import (
    discard_plan,
    plan_again,
    plan_county,
    record_plan,
    repair_plan,
    start_plan,
    stop_plan,
)
from gongfang.work.dispatch.actions.publishing import end_publishing, parts_of, publish_part, publish_plan
from gongfang.work.dispatch.actions.sharing import (
    ShareRow,
    close_lot,
    reopen_lot,
    share_out,
    share_out_many,
    take_back_share,
)

__all__ = [
    "ClaimRow",
    "ShareRow",
    "Verdict",
    "accept_offer",
    "agree_day",
    "claim",
    "claim_many",
    "close_lot",
    "confirm_claim",
    "count_handed_in",
    "count_handed_over",
    "count_inspected",
    "count_issued",
    "count_reopened",
    "discard_plan",
    "edit_plan",
    "end_publishing",
    "expire_offers",
    "forget_offers",
    "free_offers",
    "not_this_time",
    "parts_of",
    "plan_again",
    "plan_county",
    "publish_part",
    "publish_plan",
    "record_plan",
    "reopen_lot",
    "repair_plan",
    "share_out",
    "share_out_many",
    "start_plan",
    "stop_plan",
    "take_back_share",
    "withdraw_offer",
]
