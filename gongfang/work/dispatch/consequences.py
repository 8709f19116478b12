"""What an amendment of an order means for work that is shared out: who keeps which day, and what the margin becomes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.ui.formats import day, number, rate
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.beyond import News, consequence
from gongfang.work.orders.queries import NoRate, rate_on


@consequence
def told(new: News) -> Iterator[str]:
    """Say how many people and workshops hold pieces of the line, and that their rate and day stand."""
    if new.due != new.line.due:
        yield from _days(new)
    if new.fee_hao != new.line.fee_hao:
        yield from _margins(new)


def _days(new: News) -> Iterator[str]:
    held = Lot.objects.filter(line=new.line, stage=Lot.Stage.OPEN, parent__isnull=False)
    sums = held.exclude(due=new.due).aggregate(lots=Count("pk"), pieces=Sum("pieces"), last=Max("due"))
    if sums["lots"]:
        yield ngettext(
            "%(lots)s person holds %(pieces)s pieces until %(last)s; that day and the rate stay unless they agree "
            "to the new day.",
            "%(lots)s people hold %(pieces)s pieces, the last until %(last)s; their days and rates stay unless they "
            "agree to the new day.",
            sums["lots"],
        ) % {"lots": number(sums["lots"]), "pieces": number(sums["pieces"]), "last": day(sums["last"])}  # fmt: skip


def _margins(new: News) -> Iterator[str]:
    shares = Lot.objects.filter(line=new.line, stage=Lot.Stage.OPEN, parent=None)
    margin: int | None = shares.aggregate(most=Max("margin_hao"))["most"]
    if margin is None:
        return
    try:
        wage = rate_on(new.line.step, clock.today())
    except NoRate:
        return
    if new.fee_hao < wage + margin:
        yield _(
            "The new fee does not carry the rate of %(rate)s and the margin of %(margin)s agreed for shares that are "
            "out."
        ) % {"rate": rate(wage), "margin": rate(margin)}
