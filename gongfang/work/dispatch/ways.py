"""The way from an order to sharing its lines out."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core.members import Member
from gongfang.ui.parts import Link
from gongfang.work.dispatch import access
from gongfang.work.orders.beyond import way
from gongfang.work.orders.models import Order


@way
def to_sharing(member: Member, order: Order) -> Iterator[Link]:
    """Lead whoever may share out to each open line of the order."""
    if order.stage != Order.Stage.OPEN:
        return
    for line in (
        order.lines.filter(stage=Order.Stage.OPEN).select_related("order", "version__product").order_by("pk")
    ):
        if access.may_share_out(member, line):
            title = _("Share out: %(product)s") % {"product": line.version.product.name}
            yield Link(title, reverse("dispatch:line", args=[line.pk]))
