"""The ways from an order to sharing its lines out, and from an enquiry to whether it can be made."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from gongfang.core.members import Member
from gongfang.ui.parts import Link
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import access
from gongfang.work.orders.beyond import enquiry_way, way
from gongfang.work.orders.models import Enquiry, Order


@way
def to_sharing(member: Member, order: Order) -> Iterator[Link]:
    """Lead whoever may share out to each open line of the order, and readers to who holds any of it."""
    placed = (Order.Stage.OPEN, Order.Stage.CLOSED)
    for line in (line for line in order.lines.all() if line.stage in placed):
        product = {"product": line.version.product.name}
        url = reverse("dispatch:line", args=[line.pk])
        if line.stage == Order.Stage.OPEN and access.may_share_out(member, line):
            yield Link(_("Share out: %(product)s") % product, url)
        elif member.holds(*access.LOOKERS):
            yield Link(_("Who makes it: %(product)s") % product, url)


@enquiry_way
def to_asking(member: Member, enquiry: Enquiry) -> Iterator[Link]:
    """Lead the centre to whether so many can be made by then, before a price is named."""
    if enquiry.stage == Enquiry.Stage.OPEN and member.holds(*access.LOOKERS):
        asked = urlencode({"pieces": enquiry.pieces, "due": enquiry.due.isoformat()})
        yield Link(_("Can we make it in time?"), f"{reverse('dispatch:can_we')}?{asked}")
