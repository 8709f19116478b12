"""Verbs on pieces that come back: finished ones, mended ones, counts taken back, and the maker's own yes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import F
from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.ledger.models import Transfer
from gongfang.ledger.posting import reverse
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import access
from gongfang.work.piecework.actions.issues import refuse_nothing
from gongfang.work.piecework.actions.parts import Parts
from gongfang.work.piecework.actions.slip import lots_of, paired, refuse_strange_desk, too_many
from gongfang.work.piecework.models import Bag, GiveBack, HandIn, Mending
from gongfang.work.piecework.states import HAND_IN

Said = TypeVar("Said", HandIn, GiveBack)


@dataclass(frozen=True, kw_only=True)
class HandInRow:
    """So many finished pieces of one bag, and in how many minutes, where the maker wants to say it.

    `maker_id` names who made them if it was not who took the bag; `mending_id` the mending they come from.
    """

    bag_id: int
    pieces: int
    minutes: int | None = None
    maker_id: int | None = None
    mending_id: int | None = None


@action(access.may_bring_back, on_behalf=True)
def hand_in(act: Act, bags: Sequence[Bag], *, rows: Sequence[HandInRow]) -> list[HandIn]:
    """Take in finished pieces, in parts if the maker likes; never more than a bag still holds.

    A bag that several made comes back in parts, each with whoever made it and earns it; the desk names them, and it
    waits for the yes of whoever took the bag.
    """
    return _take_in(act, bags, rows, mended=False)


@action(access.may_bring_back, on_behalf=True)
def hand_in_mended(act: Act, bags: Sequence[Bag], *, rows: Sequence[HandInRow]) -> list[HandIn]:
    """Take in pieces that were mended after an inspection, by whoever made them or by another."""
    return _take_in(act, bags, rows, mended=True)


def _take_in(act: Act, bags: Sequence[Bag], rows: Sequence[HandInRow], *, mended: bool) -> list[HandIn]:
    refuse_strange_desk(act, bags)
    lots, taken, parts = lots_of(bags), [], Parts(act, bags, mended=mended)
    for bag, row in paired(bags, rows):
        part = parts.of(bag, row.maker_id, row.mending_id)
        left = part.left if mended else bag.at_home
        if not 0 < row.pieces <= left:
            raise Refused(too_many(bag, left), code="too_many", field="pieces")
        if mended:
            bag.rework -= row.pieces
        else:
            bag.handed_in += row.pieces
        taken.append(
            HandIn(
                bag=bag, relation_id=part.relation_id, mending=part.take(row.pieces), pieces=row.pieces,
                mended=mended, taken_by=act.by.user, handed_in_on=act.booked_on,
                provisional=part.shared or act.by.for_ is not None, minutes=row.minutes or None,
            )
        )  # fmt: skip
    save_many(bags, "handed_in", "rework")
    parts.save()
    HandIn.objects.bulk_create(taken)
    _count_in(act, taken, lots, mended=mended)
    return taken


@action(access.may_cancel_hand_in)
def cancel_hand_in(act: Act, hand_ins: Sequence[HandIn]) -> list[HandIn]:
    """Take back a count nobody has inspected, because it was wrong; the pieces are outside again."""
    refuse_nothing(hand_ins)
    bags = {
        bag.pk: bag for bag in act.lock(*(Bag(pk=key) for key in sorted({row.bag_id for row in hand_ins})))
    }
    lots = lots_of(list(bags.values()))
    for row in hand_ins:
        bag = row.bag = bags[row.bag_id]
        _must_wait(row)
        row.stage = HandIn.Stage.CANCELLED
        if row.mending_id is not None:
            Mending.objects.filter(pk=row.mending_id).update(back=F("back") - row.pieces)
        if row.mended:
            bag.rework += row.pieces
        else:
            bag.handed_in -= row.pieces
    save_many(hand_ins, "stage")
    save_many(bags.values(), "handed_in", "rework")
    for mended in (False, True):
        _count_out(act, [row for row in hand_ins if row.mended is mended], lots, mended=mended)
    moved = Transfer.objects.filter(cause__in=[ref(row) for row in hand_ins], reverses=None)
    reverse(act, moved.values_list("pk", flat=True), cause=ref(hand_ins[0]))
    return list(hand_ins)


def _must_wait(row: HandIn) -> None:
    if not HAND_IN.may(row.stage, "cancel_hand_in"):
        raise Moved(
            _("This hand-in was inspected or taken back already. Look at the bag's page for the result.")
        )


def _count_out(act: Act, rows: Sequence[HandIn], lots: dict[int, Lot], *, mended: bool) -> None:
    own = [lots[row.bag.lot_id] for row in rows]
    if rows and mended:
        dispatch.count_inspected(act, own, verdicts=[dispatch.Verdict(rework=row.pieces) for row in rows])
    elif rows:
        dispatch.count_handed_in(act, own, pieces=[-row.pieces for row in rows])


@action(access.may_confirm, on_behalf=True)
def confirm_hand_ins(act: Act, hand_ins: Sequence[HandIn], *, document: str = "") -> list[HandIn]:
    """Say yes to hand-ins another wrote down: the maker on the own page, or the desk with a slip that is kept."""
    return _confirm(act, hand_ins, document)


@action(access.may_confirm_back, on_behalf=True)
def confirm_give_backs(act: Act, give_backs: Sequence[GiveBack], *, document: str = "") -> list[GiveBack]:
    """Say yes to what another wrote down as brought back unworked, like to a hand-in."""
    return _confirm(act, give_backs, document)


def _confirm(act: Act, rows: Sequence[Said], document: str) -> list[Said]:
    refuse_nothing(rows)
    bags = list(Bag.objects.filter(pk__in={row.bag_id for row in rows}))
    own = act.by.for_ is None and access.owns(act.member, bags)
    if not own and not document.strip():
        raise Refused(
            _("Keep the signed slip, badge tap or recording, and enter where it is kept."), field="document"
        )
    if not all(row.provisional for row in rows):
        raise Moved(_("This is confirmed already."))
    for row in rows:
        row.provisional = False
    save_many(rows, "provisional")
    act.note(document=document)
    return list(rows)


def _count_in(act: Act, taken: Sequence[HandIn], lots: dict[int, Lot], *, mended: bool) -> None:
    own = [lots[row.bag.lot_id] for row in taken]
    make: Callable[..., None] = postings.make_again if mended else postings.make
    for row, lot in zip(taken, own, strict=True):
        make(act, line_id=lot.line_id, lot_id=lot.pk, pieces=row.pieces, cause=ref(row))
    if mended:
        dispatch.count_inspected(act, own, verdicts=[dispatch.Verdict(rework=-row.pieces) for row in taken])
    else:
        dispatch.count_handed_in(act, own, pieces=[row.pieces for row in taken])
