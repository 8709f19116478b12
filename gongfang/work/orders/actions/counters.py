"""The line's counters. Only a higher verb moves them, inside its own act."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.work.orders import access
from gongfang.work.orders.models import OrderLine
from gongfang.work.orders.queries import left_to_share
from gongfang.work.orders.states import LINE


@action(access.may_count, on_behalf=True)
def count_shared(act: Act, line: OrderLine, *, pieces: int) -> OrderLine:
    """Count pieces shared out to a workshop or agent; a negative number takes them back."""
    _refuse_more(line, pieces)
    return _count(act, line, shared=pieces)


@action(access.may_count_all, on_behalf=True)
def count_shared_many(act: Act, lines: Sequence[OrderLine], *, pieces: Sequence[int]) -> list[OrderLine]:
    """Count pieces of many lines shared out at once."""
    if act.parent is None:
        raise NotAllowed
    for line, number in zip(lines, pieces, strict=True):
        _refuse_more(line, number)
        _add(act, line, verb="count", shared=number)
    save_many(lines, "shared")
    return list(lines)


def _refuse_more(line: OrderLine, pieces: int) -> None:
    left = left_to_share(line)
    if pieces > left:
        raise Refused(
            _("Only %(left)s pieces of this line are left to share out. Enter %(left)s or less.")
            % {"left": left},
            code="too_many",
            field="pieces",
        )


@action(access.may_count, on_behalf=True)
def count_issued(act: Act, line: OrderLine, *, pieces: int) -> OrderLine:
    """Count pieces whose bags went out; a negative number takes back what came in unworked."""
    return _count(act, line, issued=pieces)


@action(access.may_count, on_behalf=True)
def count_handed_in(act: Act, line: OrderLine, *, pieces: int) -> OrderLine:
    """Count pieces that came back finished and wait for inspection."""
    return _count(act, line, handed_in=pieces)


@action(access.may_count, on_behalf=True)
def count_inspected(
    act: Act, line: OrderLine, *, accepted: int = 0, rework: int = 0, rejected: int = 0, lost: int = 0
) -> OrderLine:
    """Count verdicts: accepted, for rework, rejected, lost; rework coming back is a negative number."""
    return _count(act, line, accepted=accepted, rework=rework, rejected=rejected, lost=lost)


@action(access.may_count, on_behalf=True)
def count_passed_on(act: Act, line: OrderLine, *, pieces: int) -> OrderLine:
    """Count half-made pieces that went into bags of the next step; a negative number brings them back."""
    waiting = line.accepted - line.passed_on
    if pieces > waiting:
        raise Refused(
            _("“%(step)s” has %(waiting)s accepted pieces to go on with. Issue fewer bags, or wait for more.")
            % {"step": line.step, "waiting": waiting},
            code="not_made_yet",
        )
    return _count(act, line, passed_on=pieces)


@action(access.may_count, on_behalf=True)
def count_delivered(act: Act, line: OrderLine, *, pieces: int) -> OrderLine:
    """Count accepted pieces that went to the enterprise, each at the price of the day."""
    waiting = line.accepted - line.delivered
    if pieces > waiting:
        raise Refused(
            _("Only %(waiting)s accepted pieces wait for delivery. Enter %(waiting)s or less.")
            % {"waiting": waiting},
            code="too_many",
            field="pieces",
        )
    return _count(act, line, delivered=pieces, earned_hao=pieces * line.fee_hao)


@action(access.may_count, on_behalf=True)
def count_claimed(
    act: Act, line: OrderLine, *, returned: int = 0, replaced: int = 0, credited: int = 0, fee_hao: int = 0
) -> OrderLine:
    """Count pieces the enterprise sent back, and what became of them; their fee is taken off what was earned."""
    changes = {"returned": returned, "replaced": replaced, "credited": credited, "earned_hao": -fee_hao}
    if replaced and line.stage == OrderLine.Status.CLOSED:
        raise Refused(
            _("The order is closed. Open it again first, so that the pieces can be made anew."), code="closed"
        )
    return _count(act, line, verb="claim", **changes)


def _count(act: Act, line: OrderLine, *, verb: str = "count", **changes: int) -> OrderLine:
    _add(act, line, verb=verb, **changes)
    line.save(update_fields=list(changes))
    return line


def _add(act: Act, line: OrderLine, *, verb: str, **changes: int) -> None:
    if act.parent is None:
        raise NotAllowed
    if not LINE.may(line.stage, verb):
        raise Moved(_("This order line is not open. Place the order first, or look whether it was closed."))
    for counter, change in changes.items():
        value = getattr(line, counter) + change
        if value < 0:
            raise Refused(
                _("More pieces would be taken back than were counted. Reload the page and look again.")
            )
        setattr(line, counter, value)
