"""What is said when an account holds too little: material, pieces or money, and what to do next."""

from __future__ import annotations

from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from gongfang.core.errors import Refused
from gongfang.ledger.accounts import Account, Holder
from gongfang.ledger.labels import shown

_SENTENCES = {
    ("material", "store"): _(
        "The store holds %(have)s of this material, %(short)s too little. Issue less, or receive more first."
    ),
    ("material", "custody"): _(
        "%(have)s of this material is out with this lot, %(short)s less than that. Count it again."
    ),
    ("material", ""): _("There is %(have)s of this material, %(short)s too little. Count it again."),
    ("piece", "handed_in"): _(
        "%(have)s pieces wait for inspection, %(short)s fewer than that. Count them again."
    ),
    ("piece", "rework"): _(
        "%(have)s pieces are out for rework, %(short)s fewer than that. Count them again."
    ),
    ("piece", "accepted"): _(
        "%(have)s accepted pieces are here, %(short)s too few. Deliver fewer, or inspect more first."
    ),
    ("piece", ""): _("There are %(have)s pieces, %(short)s too few. Count them again."),
    ("CNY", "owed"): _(
        "%(have)s yuan is owed here, %(short)s yuan less than that. Pay at most what is owed."
    ),
    ("CNY", "transit"): _(
        "%(have)s yuan is on its way to the bank, %(short)s yuan less than that."
        " Compare the batch with the bank's list."
    ),
    ("CNY", "fee_due"): _(
        "%(have)s yuan of this fee is still due, %(short)s yuan less than that."
        " Compare the invoice with what came in."
    ),
    ("CNY", ""): _("There are %(have)s yuan, %(short)s yuan too little. Use a smaller amount."),
    ("POINT", ""): _("There are %(have)s points, %(short)s too few. Choose something for fewer points."),
}


class Short(Refused):
    """An account holds less than a transfer asks of it."""

    code = "short"

    def __init__(self, account: Account, *, have: int, short: int) -> None:
        self.account, self.have, self.short = account, have, short
        kind = account.commodity.partition(":")[0]
        sentence = _SENTENCES.get((kind, account.purpose)) or _SENTENCES[kind, ""]
        super().__init__(
            sentence
            % {
                "have": shown(account.commodity, have),
                "short": shown(account.commodity, short),
            }
        )

    @classmethod
    def read(cls, detail: dict[str, Any]) -> Self:
        """Read the shortage as the database names it."""
        account = Account(
            Holder(detail["holder_kind"], detail["holder_id"]), detail["purpose"], detail["commodity"]
        )
        return cls(account, have=detail["balance"], short=-(detail["balance"] + detail["amount"]))
