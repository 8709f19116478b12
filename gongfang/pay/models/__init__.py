"""Tables of pay, split by noun; import them from here."""

from gongfang.pay.models.disputes import Dispute
from gongfang.pay.models.earnings import Advance, Deduction, Earning, Hold
from gongfang.pay.models.margins import MarginAdvance
from gongfang.pay.models.payouts import OPEN, BankProfile, BankSheet, OrganisationAccount, Payout, PayoutBatch
from gongfang.pay.models.slips import Correction, Slip, SlipLine, SlipTake

__all__ = [
    "OPEN",
    "Advance",
    "BankProfile",
    "BankSheet",
    "Correction",
    "Deduction",
    "Dispute",
    "Earning",
    "Hold",
    "MarginAdvance",
    "OrganisationAccount",
    "Payout",
    "PayoutBatch",
    "Slip",
    "SlipLine",
    "SlipTake",
]
