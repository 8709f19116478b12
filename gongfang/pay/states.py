"""How batches, payouts and slips move from stage to stage."""

from gongfang.core.states import Chart

BATCH = Chart(
    "batch",
    {
        "add_payout": (("prepared",), "prepared"),
        "approve_batch": (("prepared",), "approved"),
        "cancel_batch": (("prepared",), "cancelled"),
        "export_sheet": (("approved", "sent"), "sent"),
        "mark_sent": (("approved",), "sent"),
        "confirm_payouts": (("sent",), "sent"),
        "finish": (("approved", "sent"), "done"),
    },
)

PAYOUT = Chart(
    "payout",
    {
        "approve_batch": (("prepared",), "approved"),
        "mark_sent": (("approved",), "sent"),
        "confirm_payouts": (("sent",), "confirmed"),
        "settle_by_statement": (("prepared", "approved", "sent"), "confirmed"),
        "fail_payout": (("approved", "sent"), "failed"),
        "pay_cash": (("approved",), "confirmed"),
        "cancel_payout": (("prepared", "approved"), "cancelled"),
        "cancel_batch": (("prepared",), "cancelled"),
        "retry_payout": (("failed",), "failed"),
    },
)
