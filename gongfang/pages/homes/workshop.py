"""The homes of workshop, agent and operator: manager, agent, clerk, inspector."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.members import Member
from gongfang.pages import queries
from gongfang.pages.homes.home import Door, Home, Main, today, urgent
from gongfang.pages.homes.wording import overdue
from gongfang.pay.access import visible_advances, visible_batches
from gongfang.pay.queries import margin_of, open_questions, waiting_advances
from gongfang.registry.people.models import Organisation
from gongfang.ui.formats import number, yuan
from gongfang.ui.ways import reverse
from gongfang.work.orders.access import visible_orders
from gongfang.work.orders.models import Order
from gongfang.work.orders.queries import fee_arrears
from gongfang.work.piecework.queries import (
    due_bags,
    making_bags,
    open_appeals,
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


def manager(member: Member) -> Home | None:
    """The workshop manager: work nobody took, bags due, pieces to inspect, yeses still missing."""
    here = _kept(member, "manager", kind__in=(Organisation.Kind.WORKSHOP, Organisation.Kind.COMMUNITY))
    if not here:
        return None
    pay = Door(_("Slips"), reverse("pay:slips"), "money")
    return _head(member, here, _("Workshop"), _("Nothing presses in the workshop today."), pay)


def agent(member: Member) -> Home:
    """The agent: the work carried to people's doors, what comes back, and the own margin in the open."""
    here = sorted(member.organisations("agent"))
    owed = sum(margin_of(Organisation(pk=pk)).owed for pk in here)
    margin = Door(
        _("My margin"),
        reverse("pay:margin", args=[here[0]]),
        "money",
        None,
        _("%(amount)s still to come") % {"amount": yuan(owed)} if owed else "",
    )
    return _head(member, here, _("Agent"), _("Nothing presses on your round today."), margin)


def _kept(member: Member, role: str, **which: object) -> list[int]:
    rows = Organisation.objects.filter(pk__in=member.organisations(role), **which)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _head(member: Member, here: Sequence[int], title: str, calm: str, money: Door) -> Home:
    free, unsure = queries.free_pieces(here), queries.unconfirmed(here).count()
    due, look = due_bags(member, clock.today()).count(), to_inspect(member).count()
    said = (
        free and _("%(n)s pieces are free to hand out") % {"n": number(free)},
        due and bags_due(due),
        look and to_be_inspected(look),
    )
    workshop = reverse("dispatch:workshop", args=[here[0]]) if len(here) == 1 else reverse("dispatch:lots")
    written = _("written down for somebody")
    return Home(
        role=title,
        sentence=today(said, calm=calm),
        kind=urgent(due),
        doors=(
            Door(_("Who works on what"), workshop, "people", free, _("pieces nobody has taken")),
            Door(_("Bags out"), reverse("piecework:bags"), "bag", due, _("should come in"), urgent(due)),
            Door(_("To inspect"), reverse("piecework:to_inspect"), "search", look),
            Door(_("Not yet confirmed"), reverse("dispatch:lots"), "clock", unsure, written),
            money,
        ),
    )


def operator(member: Member) -> Home | None:
    """Whoever signs for orders and keeps the books: what is to be delivered, whose fee is late, whom to pay."""
    here = _kept(member, "manager", is_operator=True)
    if not here:
        return None
    ready = sum(line.accepted - line.delivered for line in to_deliver(member))
    late = fee_arrears(clock.today()).filter(order__operator__in=here).count()
    running = visible_orders(member).filter(stage=Order.Stage.OPEN, operator__in=here).count()
    batches = visible_batches(member).filter(stage__in=("prepared", "approved", "sent")).count()
    asked, oldest = open_questions(member, clock.today())
    waits = _("the oldest waits %(days)s days") % {"days": number(oldest)}
    unsure, pressing = waiting_advances(visible_advances(member).filter(relation__organisation__in=here))
    said = (
        ready and _("%(n)s pieces are ready to be delivered") % {"n": number(ready)},
        late and overdue(late),
    )
    return Home(
        role=_("Operator"),
        sentence=today(said, calm=_("Nothing waits to be delivered today, and no fee is late.")),
        kind=urgent(late),
        doors=(
            Door(_("Our orders"), reverse("orders:list"), "box", running),
            Door(_("Deliveries"), reverse("piecework:deliveries"), "truck", ready, _("pieces are ready")),
            Door(_("Fees"), reverse("orders:invoices"), "clock", late, _("overdue"), urgent(late)),
            Door(_("Payouts"), reverse("pay:batches"), "money", batches, _("under way")),
            Door(_("Questions about slips"), reverse("pay:questions"), "alert", asked, waits, urgent(asked)),
            Door(
                _("Advances"),
                reverse("pay:advances"),
                "clock",
                unsure + pressing,
                _("wait for a yes") if unsure else _("to be approved"),
            ),
            Door(_("Contracts"), reverse("orders:contracts"), "file"),
        ),
    )


def clerk(member: Member) -> Home:
    """The stores clerk: bags out, bags in, bags to pack."""
    due, packed = due_bags(member, clock.today()).count(), packed_bags(member).count()
    out, pack = making_bags(member).count(), to_pack(member).count()
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
        main=Main(_("Take pieces in"), reverse("piecework:hand_in"), "download"),
        doors=(
            Door(_("Hand out"), reverse("piecework:issue"), "upload", packed, _("bags lie ready")),
            Door(_("To pack"), reverse("piecework:pack"), "bag", pack, _("lots without bags")),
            Door(
                _("Take in"),
                reverse("piecework:hand_in"),
                "download",
                out,
                bags_due(due) if due else "",
                urgent(due),
            ),
            Door(_("Work to hand out"), reverse("dispatch:lots"), "people"),
        ),
    )


def inspector(member: Member) -> Home:
    """The inspector: what waits, the oldest in front."""
    look = to_inspect(member).count()
    return Home(
        role=_("Inspection"),
        sentence=today((look and to_be_inspected(look),), calm=_("Today nothing waits to be inspected.")),
        main=Main(_("Inspect"), reverse("piecework:to_inspect"), "search") if look else None,
        doors=(
            Door(_("To inspect"), reverse("piecework:to_inspect"), "search", look),
            Door(
                _("Questions about verdicts"), reverse("pay:appeals"), "search", open_appeals(member).count()
            ),
            Door(_("Bags"), reverse("piecework:bags"), "bag"),
        ),
    )
