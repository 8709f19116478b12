"""How bags, verdicts and slips are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.ui.formats import day, number, pieces
from gongfang.ui.parts import Kind, Tag
from gongfang.work.dispatch.wording import work_name
from gongfang.work.orders.models import InspectionPoint, OrderMaterial
from gongfang.work.orders.wording import amount
from gongfang.work.piecework.looking import Asked, names_of_severity
from gongfang.work.piecework.models import Bag, BagMaterial, Delivery, Inspection, SecondLook
from gongfang.work.piecework.readings import passes

_KINDS: Mapping[str, Kind] = {
    "packed": "plain",
    "out": "info",
    "partly_in": "info",
    "in": "wait",
    "rework": "wait",
    "closed": "done",
    "cancelled": "plain",
}


def bag_tag(bag: Bag, today: date) -> Tag:
    """Return the status of a bag; late is what should be back and is not."""
    if bag.stage == Bag.Stage.OUT and bag.due < today and (bag.at_home or bag.rework):
        return Tag(_("late"), "act")
    return Tag(str(Bag.Status(bag.status).label), _KINDS[bag.status])


def where(bag: Bag) -> str:
    """Say in one sentence where the pieces of a bag are."""
    if bag.stage == Bag.Stage.PACKED:
        return _("The bag is packed with %(pieces)s and waits to be issued.") % {"pieces": pieces(bag.pieces)}
    if bag.stage == Bag.Stage.CANCELLED:
        return _("The bag was unpacked; its label is void.")
    if bag.stage == Bag.Stage.CLOSED:
        return _("The bag is done: %(accepted)s of %(pieces)s pieces accepted.") % {
            "accepted": number(bag.accepted),
            "pieces": number(bag.pieces),
        }
    return _outside(bag)


def _outside(bag: Bag) -> str:
    parts = [
        (
            bag.at_home,
            ngettext("%(n)s piece is with the maker", "%(n)s pieces are with the maker", bag.at_home),
        ),
        (bag.waiting, ngettext("%(n)s waits for the inspector", "%(n)s wait for the inspector", bag.waiting)),
        (bag.rework, ngettext("%(n)s is being mended", "%(n)s are being mended", bag.rework)),
    ]
    said = [text % {"n": number(count)} for count, text in parts if count]
    return _("%(parts)s. Back by %(day)s.") % {"parts": _("; ").join(said), "day": day(bag.due)}


def work(bag: Bag) -> str:
    """Return what is made of a bag."""
    return work_name(bag.lot)


def material(row: BagMaterial, count: int) -> str:
    """Write an amount of a bag's material in the unit people use."""
    return amount(row.order_material.material, count)


def shortage(rows: Iterable[BagMaterial]) -> str:
    """Say what the store could not give along with a bag; empty when it was complete."""
    short = [
        _("%(amount)s of %(material)s")
        % {"amount": material(row, row.short), "material": row.order_material.material}
        for row in rows
        if row.short
    ]
    return (
        _("Issued short by %(what)s. The shortage is written down.") % {"what": _(", ").join(short)}
        if short
        else ""
    )


def moved(materials: Mapping[str, int], known: Mapping[int, OrderMaterial]) -> str:
    """Write what material went along with a slip."""
    return _(", ").join(
        f"{known[int(key)].material} {amount(known[int(key)].material, count)}"
        for key, count in materials.items()
        if int(key) in known
    )


def verdict(row: Inspection) -> str:
    """Say a verdict in words: what was accepted, and what not."""
    parts = [_("%(n)s accepted") % {"n": number(row.accepted)}]
    parts += [_("%(n)s to be mended") % {"n": number(row.rework)}] if row.rework else []
    parts += [_("%(n)s rejected") % {"n": number(row.rejected)}] if row.rejected else []
    parts += [_("%(n)s missing") % {"n": number(row.lost)}] if row.lost else []
    text = _(", ").join(parts)
    return _("%(verdict)s: %(reason)s") % {"verdict": text, "reason": row.reason} if row.reason else text


def reading(point: InspectionPoint, said: bool | int) -> Tag:
    """Return what was read at an inspection point, and whether it is as the sample asks."""
    good = passes(point, said)
    if point.kind == InspectionPoint.Kind.NUMERIC:
        text = f"{int(said)} {point.unit}".strip()
    else:
        text = _("yes") if said else _("no")
    return Tag(text, "done" if good else "wait")


def bounds(point: InspectionPoint) -> str:
    """Say what a point asks for."""
    if point.kind == InspectionPoint.Kind.BOOLEAN:
        return _("as the sealed sample")
    if point.kind == InspectionPoint.Kind.PHOTO:
        return _("as the sealed sample, with a photo")
    return _("%(low)s to %(high)s %(unit)s") % {"low": point.low, "high": point.high, "unit": point.unit}


def delivery_tag(delivery: Delivery) -> Tag:
    """Return whether the slip was signed."""
    return Tag(_("signed"), "done") if delivery.signed_on else Tag(_("to be signed"), "wait")


def asked(row: Asked) -> str:
    """Say how closely a hand-in is to be looked at."""
    if row.skipped:
        return _("The record of this product is good: count the pieces, you need not look at them.")
    if row.single is None or row.size >= row.pieces:
        return _("Look at every piece.")
    return _(
        "Draw %(size)s of the %(pieces)s pieces (%(severity)s). With up to %(accept)s bad ones the rest passes; set"
        " the bad ones aside."
    ) % {
        "size": number(row.size),
        "pieces": number(row.pieces),
        "severity": names_of_severity()[row.severity],
        "accept": number(row.single.reject - 1),
    }


def looked(row: Inspection) -> str:
    """Say how closely a hand-in was looked at."""
    if not row.severity:
        return _("every piece")
    name = names_of_severity()[row.severity]
    if row.found is None:
        return name
    return _("%(looked)s pieces, %(found)s of them bad (%(severity)s)") % {
        "looked": number(row.looked or 0),
        "found": number(row.found),
        "severity": name,
    }


def look(row: SecondLook) -> str:
    """Say what a second look changed."""
    parts = [
        (row.accepted, _("%(n)s accepted")),
        (row.rework, _("%(n)s to be mended")),
        (row.rejected, _("%(n)s rejected")),
    ]
    said = [text % {"n": f"{count:+d}"} for count, text in parts if count]
    return _("%(verdict)s: %(reason)s") % {"verdict": _(", ").join(said), "reason": row.reason}
