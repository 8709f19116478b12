"""Addresses of the pages of pay."""

from django.urls import path

from gongfang.pay.web import batches, margins, payouts, slips, verdicts

app_name = "pay"
urlpatterns = [
    path("", batches.batch_list, name="batches"),
    path("batches.xlsx", batches.batches_sheet, name="batches_sheet"),
    path("mine/", slips.my_money, name="my_money"),
    path("mine.xlsx", slips.my_sheet, name="my_sheet"),
    path("slips/", slips.slip_list, name="slips"),
    path("slips.xlsx", slips.slips_sheet, name="slips_sheet"),
    path("slips/<int:pk>/", slips.slip, name="slip"),
    path("slips/<int:pk>.xlsx", slips.slip_sheet, name="slip_sheet"),
    path("slips/<int:pk>/paper/", slips.paper, name="paper"),
    path("lines/<int:pk>/", slips.line, name="line"),
    path("inspections/<int:pk>/correct/", slips.correct_pay, name="correct_pay"),
    path("inspections/<int:pk>/look-again/", verdicts.look_again, name="look_again"),
    path("appeals/", verdicts.appeals, name="appeals"),
    path("appeals.xlsx", verdicts.appeals_sheet, name="appeals_sheet"),
    path("appeals/<int:pk>/keep/", verdicts.keep_verdict, name="keep_verdict"),
    path("operators/<int:pk>/", batches.operator, name="operator"),
    path("operators/<int:pk>.xlsx", batches.operator_sheet, name="operator_sheet"),
    path("operators/<int:pk>/slips/", batches.draw_up_slips, name="draw_up_slips"),
    path("operators/<int:pk>/prepare/", batches.prepare_batch, name="prepare_batch"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>.xlsx", batches.payouts_sheet, name="payouts_sheet"),
    path("batches/<int:pk>/approve/", batches.approve_batch, name="approve_batch"),
    path("batches/<int:pk>/cancel/", batches.cancel_batch, name="cancel_batch"),
    path("batches/<int:pk>/bank-sheet/", batches.export_sheet, name="export_sheet"),
    path("batches/<int:pk>/sent/", batches.mark_sent, name="mark_sent"),
    path("batches/<int:pk>/confirm/", batches.confirm_payouts, name="confirm_payouts"),
    path("payouts/<int:pk>/", payouts.payout, name="payout"),
    path("payouts/<int:pk>/fail/", payouts.fail_payout, name="fail_payout"),
    path("payouts/<int:pk>/retry/", payouts.retry_payout, name="retry_payout"),
    path("payouts/<int:pk>/cash/", payouts.pay_cash, name="pay_cash"),
    path("payouts/<int:pk>/cancel/", payouts.cancel_payout, name="cancel_payout"),
    path("margins/<int:pk>/", margins.margin, name="margin"),
    path("margins/<int:pk>.xlsx", margins.margin_sheet, name="margin_sheet"),
    path("margins/<int:pk>/account/", margins.set_account, name="set_account"),
    path("accounts/<int:pk>/end/", margins.end_account, name="end_account"),
    path("profiles/", margins.profiles, name="profiles"),
    path("profiles.xlsx", margins.profiles_sheet, name="profiles_sheet"),
    path("profiles/new/", margins.set_bank_profile, name="set_bank_profile"),
]
