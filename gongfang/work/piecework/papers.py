"""Hand-over slips on paper: numbered, in Chinese, with a mark that anybody can check."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gongfang.core import marks
from gongfang.ui.formats import full_day, number
from gongfang.ui.papers import set_page
from gongfang.work.piecework.models import Delivery

KIND = "delivery"


def code(delivery: Delivery) -> str:
    """Return what stands in the address of the check."""
    return marks.code(KIND, delivery.number, _told(delivery))


def genuine(given: str) -> Delivery | None:
    """Return the slip whose number and mark are right."""
    rows = Delivery.objects.select_related("line__version__product", "line__order__enterprise")
    found = rows.filter(number=marks.number_of(given)).first()
    return found if found and marks.holds(KIND, found.number, _told(found), given) else None


def _told(delivery: Delivery) -> str:
    return f"{delivery.delivered_on:%Y%m%d}|{delivery.line_id}|{delivery.pieces}"


def slip(delivery: Delivery, *, address: str) -> bytes:
    """Set a slip as a page to print; what people typed travels as data and never as markup."""
    return set_page("gongfang.work.piecework", "delivery.typ", _said(delivery), address=address)


def _said(delivery: Delivery) -> dict[str, Any]:
    order = delivery.line.order
    return {
        "title": _("Hand-over slip"),
        "number": delivery.number,
        "facts": [
            [_("Enterprise"), order.enterprise.name],
            [_("Sent by"), order.operator.name],
            [_("Contract"), order.contract.number],
            [_("Order"), order.number],
            [_("Product"), str(delivery.line.version)],
            [_("Pieces"), number(delivery.pieces)],
            [_("Carrier"), delivery.carrier],
            [_("Sent on"), full_day(delivery.delivered_on)],
            [_("Written by"), delivery.sent_by.name],
        ],
        "check": _("Scan to check that this slip is genuine."),
        "signs": [_("Received by, signature"), _("Day of the signature")],
    }
