"""What there is to be shared out: open shares of workshops and agents, and lines of which pieces are left."""

from __future__ import annotations

from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.planning.hands import is_taker
from gongfang.work.dispatch.queries import WITH_WORK, lines_to_share
from gongfang.work.orders.models import Order, OrderLine


def open_shares(organisation: Organisation | None) -> list[Lot]:
    """Return the open shares of a workshop or agent, of an operator's orders, or all, the one due first in front."""
    shares = Lot.objects.filter(parent=None, stage=Lot.Stage.OPEN, line__stage=Order.Stage.OPEN)
    if organisation is not None:
        whose = "organisation" if is_taker(organisation) else "line__order__operator"
        shares = shares.filter(**{whose: organisation})
    return list(shares.select_related(*WITH_WORK).order_by("due", "pk"))


def free_lines(organisation: Organisation | None = None) -> list[OrderLine]:
    """Return the lines of which ordered pieces are not shared out yet, the one due first in front.

    All of the county's, an operator's own, and none for a workshop, which shares out nothing.
    """
    if organisation is not None and is_taker(organisation):
        return []
    found = (
        OrderLine.objects.filter(order__operator=organisation) if organisation else OrderLine.objects.all()
    )
    lines = lines_to_share(found).select_related("step__skill", "order__quote")
    return [line for line in lines if missing_pieces(line)]


def missing_pieces(line: OrderLine) -> int:
    """How many pieces of a line nobody was given yet; what was rejected or lost is to be made again."""
    return max(0, line.pieces + line.rejected + line.lost - line.shared)


def margin_of(line: OrderLine, rate: int) -> int:
    """The margin a piece that a plan gives a workshop: as quoted to the enterprise, as far as the fee carries it."""
    quoted = line.order.quote.margin_hao if line.order.quote else 0
    return max(0, min(quoted, line.fee_hao - rate))
