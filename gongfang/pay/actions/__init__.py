"""The verbs of pay, split by noun; import them from here."""

from gongfang.pay.actions.accounts import Column, end_account, set_account, set_bank_profile
from gongfang.pay.actions.advances import approve_advance, ask_advance, confirm_advance, refuse_advance
from gongfang.pay.actions.batches import (
    approve_batch,
    cancel_batch,
    export_sheet,
    mark_sent,
    prepare_batch,
)
from gongfang.pay.actions.deductions import agree_deduction, drop_deduction, propose_deduction
from gongfang.pay.actions.disputes import (
    answer_question,
    confirm_question,
    question_line,
    withdraw_question,
)
from gongfang.pay.actions.earnings import (
    add_earning,
    amend_earning,
    approve_earning,
    drop_earning,
    settle_leaver,
    take_back_earning,
)
from gongfang.pay.actions.holds import hold_pay, release_pay, set_rule
from gongfang.pay.actions.margin_advances import (
    approve_margin_advance,
    ask_margin_advance,
    refuse_margin_advance,
    set_off_margin,
)
from gongfang.pay.actions.payouts import (
    cancel_payout,
    confirm_payouts,
    fail_payout,
    pay_cash,
    retry_payout,
)
from gongfang.pay.actions.slips import cancel_slip, correct_pay, draw_up_slips
from gongfang.pay.actions.statements import Paid, book_statement, settle_by_statement
from gongfang.pay.actions.verdicts import correct_verdict
from gongfang.pay.actions.withheld import take_out_tax_list

__all__ = [
    "Column",
    "Paid",
    "add_earning",
    "agree_deduction",
    "amend_earning",
    "answer_question",
    "approve_advance",
    "approve_batch",
    "approve_earning",
    "approve_margin_advance",
    "ask_advance",
    "ask_margin_advance",
    "book_statement",
    "cancel_batch",
    "cancel_payout",
    "cancel_slip",
    "confirm_advance",
    "confirm_payouts",
    "confirm_question",
    "correct_pay",
    "correct_verdict",
    "draw_up_slips",
    "drop_deduction",
    "drop_earning",
    "end_account",
    "export_sheet",
    "fail_payout",
    "hold_pay",
    "mark_sent",
    "pay_cash",
    "prepare_batch",
    "propose_deduction",
    "question_line",
    "refuse_advance",
    "refuse_margin_advance",
    "release_pay",
    "retry_payout",
    "set_account",
    "set_bank_profile",
    "set_off_margin",
    "set_rule",
    "settle_by_statement",
    "settle_leaver",
    "take_back_earning",
    "take_out_tax_list",
    "withdraw_question",
]
