"""The verbs of pay, split by noun; import them from here."""

from gongfang.pay.actions.accounts import Column, end_account, set_account, set_bank_profile
from gongfang.pay.actions.batches import (
    approve_batch,
    cancel_batch,
    export_sheet,
    mark_sent,
    prepare_batch,
)
from gongfang.pay.actions.payouts import (
    cancel_payout,
    confirm_payouts,
    fail_payout,
    pay_cash,
    retry_payout,
)
from gongfang.pay.actions.slips import correct_pay, draw_up_slips
from gongfang.pay.actions.statements import Paid, book_statement, settle_by_statement
from gongfang.pay.actions.verdicts import correct_verdict

__all__ = [
    "Column",
    "Paid",
    "approve_batch",
    "book_statement",
    "cancel_batch",
    "cancel_payout",
    "confirm_payouts",
    "correct_pay",
    "correct_verdict",
    "draw_up_slips",
    "end_account",
    "export_sheet",
    "fail_payout",
    "mark_sent",
    "pay_cash",
    "prepare_batch",
    "retry_payout",
    "set_account",
    "set_bank_profile",
    "settle_by_statement",
]
