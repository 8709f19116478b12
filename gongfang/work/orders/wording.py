"""How stages, statuses, amounts of material and progress are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gongfang.ui.formats import day, number, rate
from gongfang.ui.parts import Kind, Tag
from gongfang.work.orders.models import (
    Enquiry,
    Invoice,
    Material,
    Order,
    OrderLine,
    OrderMaterial,
    Quote,
    Rate,
    Sample,
    Stocktake,
)
from gongfang.work.orders.queries import Pace

_KINDS: Mapping[str, Kind] = {
    "draft": "plain",
    "open": "info",
    "quoted": "wait",
    "counted": "wait",
    "booked": "done",
    "discarded": "plain",
    "sent": "wait",
    "made": "info",
    "waits_for_centre": "wait",
    "waits_for_enterprise": "wait",
    "sealed": "done",
    "refused": "plain",
    "accepted": "done",
    "declined": "plain",
    "shared": "info",
    "partly_issued": "info",
    "issued": "info",
    "partly_in": "info",
    "delivered": "done",
    "closed": "done",
    "cancelled": "plain",
    "awaited": "wait",
    "short": "wait",
    "over": "info",
    "extra": "info",
    "complete": "done",
    "partly_paid": "wait",
    "paid": "done",
}
_MATERIAL = {
    "extra": gettext_lazy("not promised, but here"),
    "awaited": gettext_lazy("not here yet"),
    "short": gettext_lazy("too little came"),
    "over": gettext_lazy("more came"),
    "complete": gettext_lazy("complete"),
}
_SAMPLE = {
    "waits_for_centre": gettext_lazy("waits for the centre"),
    "waits_for_enterprise": gettext_lazy("waits for the enterprise"),
}

LAST_DAYS = 3


def order_tag(order: Order) -> Tag:
    return Tag(order.get_stage_display(), _KINDS[order.stage])


def line_tag(line: OrderLine) -> Tag:
    return Tag(str(OrderLine.Status(line.status).label), _KINDS[line.status])


def enquiry_tag(enquiry: Enquiry) -> Tag:
    return Tag(enquiry.get_stage_display(), "wait" if enquiry.stage == "open" else _KINDS[enquiry.stage])


def quote_tag(quote: Quote) -> Tag:
    return Tag(quote.get_stage_display(), _KINDS[quote.stage])


def sample_tag(sample: Sample) -> Tag:
    return Tag(str(_SAMPLE.get(sample.status, sample.get_stage_display())), _KINDS[sample.status])


def material_tag(material: OrderMaterial) -> Tag:
    return Tag(str(_MATERIAL[material.status]), _KINDS[material.status])


def invoice_tag(invoice: Invoice, today: date) -> Tag:
    if invoice.stage == Invoice.Stage.OPEN and invoice.due < today:
        return Tag(_("overdue"), "act")
    if invoice.status == "partly_paid":
        return Tag(_("partly paid"), "wait")
    return Tag(invoice.get_stage_display(), "wait" if invoice.stage == "open" else _KINDS[invoice.stage])


def amount(material: Material, count: int) -> str:
    """Write an amount of material in the unit people use: metres, kilograms, pieces."""
    if material.unit_kind == Material.Unit.LENGTH:
        return _("%(count)s m") % {"count": _thousandth(count)}
    if material.unit_kind == Material.Unit.WEIGHT:
        return _("%(count)s kg") % {"count": _thousandth(count)}
    return _("%(count)s pcs") % {"count": number(count)}


def plain_amount(material: Material, count: int) -> str:
    """Write an amount as it is typed: metres, kilograms or pieces, without the unit."""
    return str(count) if material.unit_kind == Material.Unit.COUNT else _thousandth(count).replace(",", "")


def difference(material: Material, count: int) -> str:
    """Write what a stocktake found beyond the books, or missed; nothing where all was there."""
    if not count:
        return ""
    return f"{'+' if count > 0 else '−'}{amount(material, abs(count))}"


def stocktake_tag(taken: Stocktake) -> Tag:
    return Tag(taken.get_stage_display(), _KINDS[taken.stage])


def _thousandth(count: int) -> str:
    whole, rest = divmod(count, 1000)
    return f"{whole:,}.{rest:03}".rstrip("0").removesuffix(".")


def progress(order: Order, pace: Pace) -> str:
    """Answer first: how many pieces are missing, how many days are left, when it will be done at this pace."""
    if order.stage != Order.Stage.OPEN:
        return _STAGES[order.stage] % {"day": day(order.closed_on)}
    if not pace.missing:
        return _("All pieces are accepted.")
    if pace.done_on is None:
        return _missing(pace)
    return _("%(missing)s %(forecast)s") % {"missing": _missing(pace), "forecast": _forecast(pace.done_on)}


_STAGES = {
    "draft": gettext_lazy("This order is a draft. Nothing is shared out before it is placed."),
    "closed": gettext_lazy("This order was closed on %(day)s."),
    "cancelled": gettext_lazy("This order was cancelled on %(day)s."),
}


def _missing(pace: Pace) -> str:
    pieces = number(pace.missing)
    if pace.days_left < 0:
        return _("%(pieces)s pieces still to go, %(days)s days overdue.") % {
            "pieces": pieces,
            "days": -pace.days_left,
        }
    if pace.days_left == 0:
        return _("%(pieces)s pieces still to go, due today.") % {"pieces": pieces}
    return ngettext(
        "%(pieces)s pieces still to go, %(days)s day left.",
        "%(pieces)s pieces still to go, %(days)s days left.",
        pace.days_left,
    ) % {"pieces": pieces, "days": pace.days_left}


def _forecast(done_on: date) -> str:
    return _("At the present pace they are done on %(day)s.") % {"day": day(done_on)}


def is_urgent(order: Order, pace: Pace) -> bool:
    """Say whether a person must act: the present pace, or no pace at all, ends after the day it is due."""
    if order.stage != Order.Stage.OPEN or not pace.missing:
        return False
    if pace.done_on is None:  # nothing was accepted yet: the last days are too few to begin in
        return pace.days_left <= LAST_DAYS
    return pace.days_left < 0 or pace.done_on > order.due


def called(line: OrderLine) -> str:
    """Return what a line makes; of a piece made in several steps, which step."""
    product = line.version.product.name
    alone = line.final and line.fed_by_id is None
    return product if alone else f"{product} · {line.step.name}"


def tiers(found: Rate) -> str:
    """Say from which count on which price holds."""
    said = [
        _("from %(count)s pieces %(rate)s yuan each") % {"count": number(count), "rate": rate(hao)}
        for count, hao in found.tiers
    ]
    return _("; ").join(said)


def prices(steps: Iterable[Mapping[str, int]]) -> str:
    """Say from which quantity ordered on which price holds."""
    said = [
        _("from %(count)s pieces %(rate)s yuan each")
        % {"count": number(step["pieces"]), "rate": rate(step["hao"])}
        for step in steps
    ]
    return _("; ").join(said)
