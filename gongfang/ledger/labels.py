"""Accounts and amounts in people's words, for statements and differences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from gongfang.core.money import format_yuan
from gongfang.ledger.accounts import CNY, POINT, Account

HOLDERS = {
    "county": gettext_lazy("county %(id)s"),
    "line": gettext_lazy("order line %(id)s"),
    "lot": gettext_lazy("lot %(id)s"),
    "order": gettext_lazy("order %(id)s"),
    "organisation": gettext_lazy("organisation %(id)s"),
    "relation": gettext_lazy("work relation %(id)s"),
}
PURPOSES = {
    "accepted": pgettext_lazy("account", "accepted"),
    "back": pgettext_lazy("account", "rejected, back to the enterprise"),
    "claimed": pgettext_lazy("account", "sent back by the enterprise"),
    "cost": pgettext_lazy("account", "fees and wages"),
    "custody": pgettext_lazy("account", "out with the lot"),
    "delivered": pgettext_lazy("account", "delivered"),
    "fee_credit": pgettext_lazy("account", "fee to be paid back"),
    "difference": pgettext_lazy("account", "found by counting"),
    "fee_due": pgettext_lazy("account", "fee due"),
    "fee_received": pgettext_lazy("account", "fee received"),
    "given": pgettext_lazy("account", "rejected, given to the maker"),
    "half_lost": pgettext_lazy("account", "half-made, lost"),
    "half_made": pgettext_lazy("account", "half-made, out with the lot"),
    "handed_in": pgettext_lazy("account", "waiting for inspection"),
    "insured": pgettext_lazy("account", "insurance paid"),
    "kept": pgettext_lazy("account", "deducted"),
    "lost": pgettext_lazy("account", "lost"),
    "making": pgettext_lazy("account", "made"),
    "offcuts": pgettext_lazy("account", "offcuts"),
    "outside": pgettext_lazy("account", "from outside"),
    "overpaid": pgettext_lazy("account", "overpaid"),
    "owed": pgettext_lazy("account", "owed"),
    "paid": pgettext_lazy("account", "paid"),
    "rejected": pgettext_lazy("account", "rejected"),
    "returned": pgettext_lazy("account", "sent back"),
    "rework": pgettext_lazy("account", "out for rework"),
    "scrapped": pgettext_lazy("account", "rejected, scrapped"),
    "seconds": pgettext_lazy("account", "rejected, sold as seconds"),
    "store": pgettext_lazy("account", "in the store"),
    "tax": pgettext_lazy("account", "tax withheld"),
    "transit": pgettext_lazy("account", "at the bank"),
    "used": pgettext_lazy("account", "used"),
    "written_off": pgettext_lazy("account", "written off"),
    "worked_on": pgettext_lazy("account", "half-made, worked on"),
}


def label(account: Account) -> str:
    """Say whose account it is, what for, and of what."""
    holder = HOLDERS.get(account.holder.kind)
    whose = holder % {"id": account.holder.id} if holder else f"{account.holder.kind} {account.holder.id}"
    purpose = PURPOSES.get(account.purpose, account.purpose)
    facts = {"holder": whose, "purpose": purpose, "commodity": commodity_label(account.commodity)}
    return _("%(holder)s, %(purpose)s, %(commodity)s") % facts


def commodity_label(commodity: str) -> str:
    """Say what a commodity is."""
    kind, _colon, which = commodity.partition(":")
    match kind:
        case "material":
            order, _colon, material = which.partition(":")
            return _("material %(material)s of order %(order)s") % {"material": material, "order": order}
        case "piece":
            return _("pieces of order line %(line)s") % {"line": which}
    return {CNY: pgettext("account", "yuan"), POINT: pgettext("account", "points")}.get(commodity, commodity)


def shown(commodity: str, amount: int) -> str:
    """Write an amount as people read it: money in yuan, everything else as a number."""
    return format_yuan(int(amount)) if commodity == CNY else f"{amount:,}"
