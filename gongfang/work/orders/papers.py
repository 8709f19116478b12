"""Reminders on paper: numbered, in the words that were sent, with a mark that anybody can check."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gongfang.core import marks
from gongfang.ui.formats import full_day, yuan
from gongfang.ui.papers import set_page
from gongfang.work.orders.models import Reminder

KIND = "reminder"


def code(reminder: Reminder) -> str:
    """Return what stands in the address of the check."""
    return marks.code(KIND, reminder.number, _told(reminder))


def genuine(given: str) -> Reminder | None:
    """Return the reminder whose number and mark are right."""
    key = marks.number_of(given).removeprefix("CK")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    found = Reminder.objects.select_related("invoice").filter(pk=int(key)).first()
    return found if found and marks.holds(KIND, found.number, _told(found), given) else None


def _told(reminder: Reminder) -> str:
    return f"{reminder.sent_on:%Y%m%d}|{reminder.invoice_id}|{reminder.level}"


def reminder(found: Reminder, *, address: str) -> bytes:
    """Set a reminder as a page to print."""
    return set_page("gongfang.work.orders", "reminder.typ", _said(found), address=address)


def _said(found: Reminder) -> dict[str, Any]:
    bill, order = found.invoice, found.invoice.order
    return {
        "title": _("Reminder of a processing fee"),
        "number": found.number,
        "to": order.enterprise.name,
        "text": found.text,
        "facts": [
            [_("Invoice"), bill.number],
            [_("Order"), order.number],
            [_("Contract"), order.contract.number],
            [_("Invoiced"), yuan(bill.amount_hao)],
            [_("To be paid by"), full_day(bill.due)],
            [_("Level"), str(found.level)],
        ],
        "check": _("Scan to check that this reminder is genuine."),
        "from": order.operator.name,
        "day": full_day(found.sent_on),
        "signs": [_("Seal of the operator"), _("Received by, signature")],
    }
