"""What there is to be shared out: open shares of workshops and agents, and lines of which pieces are left."""

from __future__ import annotations

from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.queries import WITH_WORK, lines_to_share
from gongfang.work.orders.models import Order, OrderLine


def open_shares(organisation: Organisation | None) -> list[Lot]:
    """Return the open shares of a workshop or agent, or of all of them, the one due first in front."""
    shares = Lot.objects.filter(parent=None, stage=Lot.Stage.OPEN, line__stage=Order.Stage.OPEN)
    if organisation is not None:
        shares = shares.filter(organisation=organisation)
    return list(shares.select_related(*WITH_WORK).order_by("due", "pk"))


def free_lines() -> list[OrderLine]:
    """Return the lines of which ordered pieces are not shared out yet, the one due first in front."""
    lines = lines_to_share(OrderLine.objects.all()).select_related("step__skill", "order__quote")
    return [line for line in lines if missing_pieces(line)]


def missing_pieces(line: OrderLine) -> int:
    """How many pieces of a line nobody was given yet; what was rejected or lost is to be made again."""
    return max(0, line.pieces + line.rejected + line.lost - line.shared)


def margin_of(line: OrderLine, rate: int) -> int:
    """The margin a piece that a plan gives a workshop: as quoted to the enterprise, as far as the fee carries it."""
    quoted = line.order.quote.margin_hao if line.order.quote else 0
    return max(0, min(quoted, line.fee_hao - rate))
