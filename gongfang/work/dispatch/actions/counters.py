"""The lot's counters. Only a higher verb moves them, inside its own act; the workshop's lot and the order line follow.

Every verb takes the lots of a whole sack with a number for each; a lot may stand in the list more than once. All lots
are locked first, then the workshops' lots, then the lines, so that two clerks never wait for each other in a circle.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from gongfang.core import states
from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.work.dispatch import access
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.states import LOT
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import OrderLine

Changes = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What inspection said of a lot's pieces; rework that comes back is a negative number."""

    accepted: int = 0
    rework: int = 0
    rejected: int = 0
    lost: int = 0


@action(access.may_count, on_behalf=True)
def count_issued(act: Act, lots: Sequence[Lot], *, pieces: Sequence[int]) -> list[Lot]:
    """Count pieces whose bags went out; a negative number takes back what came in unworked."""
    if any(lot.stage != Lot.Stage.OPEN for lot in lots):
        raise Moved(_("One of these lots is closed. Take the work anew before you issue bags."))
    lines = _count(act, lots, [{"issued": number} for number in pieces])
    for line, change in lines:
        orders.count_issued(act, line, pieces=change["issued"])
    return list(lots)


@action(access.may_count, on_behalf=True)
def count_handed_in(act: Act, lots: Sequence[Lot], *, pieces: Sequence[int]) -> list[Lot]:
    """Count pieces that came back finished and wait for inspection."""
    for line, change in _count(act, lots, [{"handed_in": number} for number in pieces]):
        orders.count_handed_in(act, line, pieces=change["handed_in"])
    return list(lots)


@action(access.may_count, on_behalf=True)
def count_inspected(act: Act, lots: Sequence[Lot], *, verdicts: Sequence[Verdict]) -> list[Lot]:
    """Count verdicts; a lot on whose last piece a word was said closes, one with pieces to mend opens again."""
    held = {lot.pk: lot.accepted + lot.rejected + lot.lost for lot in lots}
    for line, change in _count(act, lots, [asdict(verdict) for verdict in verdicts]):
        orders.count_inspected(act, line, **change)
    for lot in lots:
        if lot.stage == Lot.Stage.OPEN and lot.to_make == 0:
            states.move(lot, LOT, "close_lot")
        elif lot.stage == Lot.Stage.CLOSED and lot.rework and lot.outside:
            states.move(lot, LOT, "reopen_lot", pieces=held[lot.pk])  # what was never made went to others
    return list(lots)


def _count(act: Act, lots: Sequence[Lot], changes: Sequence[Changes]) -> list[tuple[OrderLine, Changes]]:
    """Add to the lots and to their workshops' lots; return what is to be added to which line."""
    if act.parent is None:
        raise NotAllowed
    for lot, change in zip(lots, changes, strict=True):
        _add(lot, change)
    save_many(set(lots), *sorted({name for change in changes for name in change}))
    for parent, change in _sums([lot.parent_id for lot in lots], changes):
        Lot.objects.filter(pk=parent).update(**{name: F(name) + number for name, number in change.items()})
    return [(OrderLine(pk=line), change) for line, change in _sums([lot.line_id for lot in lots], changes)]


def _add(lot: Lot, change: Changes) -> None:
    for name, number in change.items():
        value = getattr(lot, name) + number
        if value < 0:
            raise Refused(
                _("More pieces would be taken back than were counted. Reload the page and look again.")
            )
        setattr(lot, name, value)
    if lot.issued > lot.pieces:
        raise Refused(_("More pieces would go out than the lot holds. Pack fewer bags."), code="too_many")
    judged = lot.accepted + lot.rework + lot.rejected
    if lot.handed_in > lot.issued or judged > lot.handed_in or judged - lot.rework + lot.lost > lot.issued:
        raise Refused(_("More pieces would come back than went out. Reload the page and count again."))


def _sums(keys: Sequence[int | None], changes: Sequence[Changes]) -> list[tuple[int, Changes]]:
    """Add the changes up by key, in the order of the keys; a lot without a parent has none to follow."""
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for key, change in zip(keys, changes, strict=True):
        if key is not None:
            sums[key].update(change)
    return [(key, dict(sums[key])) for key in sorted(sums)]
