"""The verb that changes a placed order: a new version, kept with who, when, why and the paper it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.states import move
from gongfang.work.orders import access
from gongfang.work.orders.actions.orders import (
    check_rates,
    check_samples,
    new_line,
    promise,
    refuse_half_way,
)
from gongfang.work.orders.amending import Change, Extra, news_of
from gongfang.work.orders.beyond import News
from gongfang.work.orders.calling import refuse_overdraw
from gongfang.work.orders.models import AmendedLine, Amendment, Order, OrderLine
from gongfang.work.orders.queries import before, fewest_pieces
from gongfang.work.orders.states import LINE, ORDER


@action(access.may_run_order)
def amend_order(
    act: Act,
    order: Order,
    *,
    reason: str,
    document: str,
    due: date | None = None,
    changes: Sequence[Change] = (),
    extras: Sequence[Extra] = (),
) -> Amendment:
    """Make a new version of a placed order: other quantities, days or prices, lines more or fewer.

    Never fewer pieces than are shared out or made. Work that is out keeps its rate and its day until whoever makes it
    agrees to another, and pieces that went to the enterprise keep their price.
    """
    _check_paper(reason, document)
    _check_days(act, [due, *(change.due for change in changes), *(extra.due for extra in extras)])
    lines = {line.pk: line for line in act.lock(*order.lines.filter(stage=Order.Stage.OPEN))}
    news = news_of(order, lines.values(), due=due, changes=changes)
    if not (news or extras or (due and due != order.due)):
        raise Refused(_("Nothing would change. Enter what is different now."), code="no_change")
    whole = [line for line in lines.values() if line.final]
    if not extras and whole and all(one.pieces == 0 for one in news) and len(news) == len(whole):
        raise Refused(
            _("Nothing would be left of the order. Cancel or close it instead."), code="nothing_left"
        )
    due_before = order.due
    move(order, ORDER, "amend_order", due=due or order.due)
    amendment = Amendment.objects.create(
        order=order, no=order.amendments.count() + 2, due_before=due_before, due=order.due,
        reason=reason, document=document, amended_by=act.by.user, amended_on=act.booked_on,
    )  # fmt: skip
    for one in news:
        _change(order, lines[one.line.pk], one, amendment)
    for extra in extras:
        _add(act, order, extra, amendment)
    refuse_overdraw(act.lock(order.contract)[0], act.booked_on)
    act.note(version=amendment.no, reason=reason, document=document)
    act.emit("OrderAmended", order, version=amendment.no)
    return amendment


def _change(order: Order, line: OrderLine, new: News, amendment: Amendment) -> None:
    refuse_half_way(line)
    for each in (*before(line), line):
        _change_step(order, each, new, amendment)


def _change_step(order: Order, line: OrderLine, new: News, amendment: Amendment) -> None:
    fewest = fewest_pieces(line)
    if new.pieces < min(fewest, line.pieces):  # what was lost and found again may already be too much
        raise Refused(
            _(
                "Of “%(product)s” %(fewest)s pieces are shared out or made already. Take shares back first, "
                "or enter %(fewest)s or more."
            )
            % {"product": line.version.product, "fewest": fewest},
            code="too_few",
            field="pieces",
        )
    if new.fee_hao < 0:
        raise Refused(_("A fee is not below zero. Enter what the enterprise pays a piece."), field="fee_hao")
    AmendedLine.objects.create(
        amendment=amendment, line=line, pieces_before=line.pieces, pieces=new.pieces, due_before=line.due,
        due=new.due, fee_before_hao=line.fee_hao, fee_hao=new.fee_hao,
    )  # fmt: skip
    promise(order, line.step_id, new.pieces - line.pieces)
    if new.pieces == 0:
        move(line, LINE, "amend_away", cancelled=line.pieces)
        return
    line.pieces, line.due, line.fee_hao = new.pieces, new.due, new.fee_hao
    line.save(update_fields=["pieces", "due", "fee_hao"])


def _add(act: Act, order: Order, extra: Extra, amendment: Amendment) -> None:
    """Add a line to an order that runs: it is placed at once, under the same conditions as the others."""
    line = new_line(
        order, version=extra.version, pieces=extra.pieces, fee_hao=extra.fee_hao, due=extra.due,
        over_permille=extra.over_permille, under_permille=extra.under_permille, prices={},
    )  # fmt: skip
    steps = [*before(line), line]
    check_samples(order, steps)
    check_rates(act, steps)
    for each in steps:
        move(each, LINE, "place_order")
    AmendedLine.objects.create(
        amendment=amendment, line=line, pieces=line.pieces, due=line.due, fee_hao=line.fee_hao
    )


def _check_paper(reason: str, document: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why, so that the other side knows what to do."), field="reason")
    if not document.strip():
        raise Refused(
            _("Name the letter or message in which the enterprise agreed to the change."),
            code="no_document",
            field="document",
        )


def _check_days(act: Act, days: Sequence[date | None]) -> None:
    if any(day and day < act.booked_on for day in days):
        raise Refused(_("This day has passed. Enter the day by which the pieces are needed."), field="due")
