"""The homes of workshop, agent and operator: manager, agent, clerk, inspector."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.members import Member
from gongfang.pages import queries
from gongfang.pages.homes.home import Door, Home, Main, at, today, urgent
from gongfang.ui.formats import number
from gongfang.work.orders.access import visible_invoices, visible_orders
from gongfang.work.orders.models import Invoice, Order
from gongfang.work.piecework.queries import (
    due_bags,
    making_bags,
    packed_bags,
    to_deliver,
    to_inspect,
    to_pack,
)


def bags_due(count: int) -> str:
    """Say how many bags should come in today."""
    return ngettext("%(n)s bag should come in", "%(n)s bags should come in", count) % {"n": number(count)}


def to_be_inspected(count: int) -> str:
    """Say how many hand-ins wait for the inspector."""
    return ngettext("%(n)s hand-in waits to be inspected", "%(n)s hand-ins wait to be inspected", count) % {
        "n": number(count)
    }


def manager(member: Member) -> Home:
    """The workshop manager: work nobody took, bags due, pieces to inspect, yeses still missing."""
    return _head(member, "manager", _("Workshop"), _("Nothing presses in the workshop today."))


def agent(member: Member) -> Home:
    """The agent: the work carried to people's doors, and what comes back."""
    return _head(member, "agent", _("Agent"), _("Nothing presses on your round today."))


def _head(member: Member, role: str, title: str, calm: str) -> Home:
    here = member.organisations(role)
    free, unsure = queries.free_pieces(here), queries.unconfirmed(here).count()
    due, look = due_bags(member, clock.today()).count(), to_inspect(member).count()
    running = visible_orders(member).filter(stage=Order.Stage.OPEN, operator__in=here).count()
    said = (
        free and _("%(n)s pieces are free to hand out") % {"n": number(free)},
        due and bags_due(due),
        look and to_be_inspected(look),
    )
    workshop = at("dispatch:workshop", min(here)) if len(here) == 1 else at("dispatch:lots")
    doors = [
        Door(_("Who works on what"), workshop, "people", free, _("pieces nobody has taken")),
        Door(_("Bags out"), at("piecework:bags"), "bag", due, _("should come in"), urgent(due)),
        Door(_("To inspect"), at("piecework:to_inspect"), "search", look),
        Door(_("Not yet confirmed"), at("dispatch:lots"), "clock", unsure, _("written down for somebody")),
        Door(_("Pay"), at("pay:slips"), "money"),
    ]
    if running:
        doors.insert(4, Door(_("Our orders"), at("orders:list"), "box", running, _send(member)))
    return Home(role=title, sentence=today(said, calm=calm), kind=urgent(due), doors=doors)


def _send(member: Member) -> str:
    pieces = sum(line.accepted - line.delivered for line in to_deliver(member))
    return _("%(n)s pieces are ready to be delivered") % {"n": number(pieces)} if pieces else ""


def clerk(member: Member) -> Home:
    """The stores clerk: bags out, bags in, bags to pack."""
    due, packed = due_bags(member, clock.today()).count(), packed_bags(member).count()
    out, pack = making_bags(member).count(), len(to_pack(member))
    said = (
        due and bags_due(due),
        packed and ngettext("%(n)s bag lies ready", "%(n)s bags lie ready", packed) % {"n": number(packed)},
        pack
        and ngettext("%(n)s person waits for bags", "%(n)s people wait for bags", pack) % {"n": number(pack)},
    )
    return Home(
        role=_("Stores"),
        sentence=today(said, calm=_("Today nobody waits for bags and none is due.")),
        kind=urgent(due),
        main=Main(_("Take pieces in"), at("piecework:hand_in"), "download"),
        doors=(
            Door(_("Hand out"), at("piecework:issue"), "upload", packed, _("bags lie ready")),
            Door(_("To pack"), at("piecework:pack"), "bag", pack, _("lots without bags")),
            Door(
                _("Take in"),
                at("piecework:hand_in"),
                "download",
                out,
                bags_due(due) if due else "",
                urgent(due),
            ),
            Door(_("Work to hand out"), at("dispatch:lots"), "people"),
        ),
    )


def inspector(member: Member) -> Home:
    """The inspector: what waits, the oldest in front."""
    look = to_inspect(member).count()
    return Home(
        role=_("Inspection"),
        sentence=today((look and to_be_inspected(look),), calm=_("Today nothing waits to be inspected.")),
        main=Main(_("Inspect"), at("piecework:to_inspect"), "search") if look else None,
        doors=(
            Door(_("To inspect"), at("piecework:to_inspect"), "search", look),
            Door(_("Bags"), at("piecework:bags"), "bag"),
        ),
    )


def unpaid(member: Member) -> int:
    """Count the invoices of the member's orders that wait for money."""
    return visible_invoices(member).filter(stage=Invoice.Stage.OPEN).count()
