"""When and in which words an enterprise is reminded of an overdue invoice: levels as dated data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from gongfang.core.models import Parameter
from gongfang.ui.formats import full_day, yuan
from gongfang.work.orders.models import Invoice

REMINDERS = "orders.reminders"
SIGNS = ("enterprise", "invoice", "order", "owed", "due", "days", "operator")


@dataclass(frozen=True)
class Level:
    """From so many days after the day of payment on, these words; `{owed}` and the other signs are filled in."""

    no: int
    days: int
    text: str


def levels_on(day: date) -> Sequence[Level]:
    """Return the levels in force on a day: the county's own, or ours."""
    running = Q(valid_to=None) | Q(valid_to__gte=day)
    rows = Parameter.objects.filter(running, key=REMINDERS, place="", valid_from__lte=day)
    row = rows.order_by("-valid_from").first()
    found = [(level["days"], level["text"]) for level in row.value] if row else _ours()
    return [Level(no, days, text) for no, (days, text) in enumerate(found, start=1)]


def _ours() -> list[tuple[int, str]]:
    return [
        (
            1,
            _(
                "Invoice {invoice} of {owed} for order {order} was due on {due}. Please pay it these days. {operator}"
            ),
        ),
        (
            30,
            _(
                "Second reminder: invoice {invoice}, {owed}, has been due for {days} days. Makers are paid from it. "
                "Please pay it within a week. {operator}"
            ),
        ),
        (
            60,
            _(
                "Last reminder: invoice {invoice}, {owed}, has been due for {days} days. Without payment within seven "
                "days we go by the contract and take no new order from {enterprise} before. {operator}"
            ),
        ),
    ]


def next_reminder(bill: Invoice, day: date) -> Level | None:
    """Return the highest level an unpaid invoice has reached and that was not sent yet."""
    if bill.stage != Invoice.Stage.OPEN or bill.due >= day:
        return None
    reached = [level for level in levels_on(day) if (day - bill.due).days >= level.days]
    sent = bill.reminders.order_by("-level").values_list("level", flat=True).first() or 0
    return reached[-1] if reached and reached[-1].no > sent else None


def letter(level: Level, bill: Invoice, day: date) -> str:
    """Write a level's words for an invoice."""
    order = bill.order
    facts = {
        "enterprise": order.enterprise.name, "invoice": bill.number, "order": order.number,
        "owed": yuan(bill.owing_hao), "due": full_day(bill.due), "days": str((day - bill.due).days),
        "operator": order.operator.name,
    }  # fmt: skip
    text = level.text
    for sign in SIGNS:
        text = text.replace("{" + sign + "}", facts[sign])
    return text
