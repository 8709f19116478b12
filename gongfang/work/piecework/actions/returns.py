"""Verbs on bags that come back: finished pieces, mended ones, unworked ones, and what was lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Gone, Moved, NotAllowed, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.ledger.models import Transfer
from gongfang.ledger.posting import reverse
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import access, halfmade
from gongfang.work.piecework.actions.issues import refuse_nothing
from gongfang.work.piecework.closing import close_finished
from gongfang.work.piecework.models import Bag, BagMaterial, GiveBack, HandIn, Loss
from gongfang.work.piecework.states import HAND_IN


class Row(Protocol):
    @property
    def bag_id(self) -> int: ...


T = TypeVar("T", bound=Row)
Said = TypeVar("Said", HandIn, GiveBack)


@dataclass(frozen=True, kw_only=True)
class HandInRow:
    """So many finished pieces of one bag, and in how many minutes, where the maker wants to say it."""

    bag_id: int
    pieces: int
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class BackRow:
    """So many unworked pieces of one bag, with their material, and unused material beside (by material id)."""

    bag_id: int
    pieces: int = 0
    materials: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LossRow:
    """So many pieces of one bag, with their material, and material beside, that are gone, and why."""

    bag_id: int
    pieces: int = 0
    reason: str
    materials: Mapping[int, int] = field(default_factory=dict)


@action(access.may_bring_back, on_behalf=True)
def hand_in(act: Act, bags: Sequence[Bag], *, rows: Sequence[HandInRow]) -> list[HandIn]:
    """Take in finished pieces, in parts if the maker likes; never more than a bag still holds."""
    return _take_in(act, bags, rows, mended=False)


@action(access.may_bring_back, on_behalf=True)
def hand_in_mended(act: Act, bags: Sequence[Bag], *, rows: Sequence[HandInRow]) -> list[HandIn]:
    """Take in pieces that were mended after an inspection."""
    return _take_in(act, bags, rows, mended=True)


def _take_in(act: Act, bags: Sequence[Bag], rows: Sequence[HandInRow], *, mended: bool) -> list[HandIn]:
    _refuse_strange_desk(act, bags)
    lots, taken = _lots(bags), []
    for bag, row in _paired(bags, rows):
        left = bag.rework if mended else bag.at_home
        if not 0 < row.pieces <= left:
            raise Refused(_too_many(bag, left), code="too_many", field="pieces")
        if mended:
            bag.rework -= row.pieces
        else:
            bag.handed_in += row.pieces
        taken.append(
            HandIn(
                bag=bag, pieces=row.pieces, mended=mended, taken_by=act.by.user,
                handed_in_on=act.booked_on, provisional=act.by.for_ is not None, minutes=row.minutes or None,
            )
        )  # fmt: skip
    save_many(bags, "handed_in", "rework")
    HandIn.objects.bulk_create(taken)
    _count_in(act, taken, lots, mended=mended)
    return taken


def _refuse_strange_desk(act: Act, bags: Sequence[Bag]) -> None:
    """A maker alone takes nothing in, and no desk takes in what another one issued, even for its maker."""
    if not access.may_keep_bags(act.actor, bags):
        raise NotAllowed(_("The desk of the workshop that issued the bag takes it in. Bring it there."))


@action(access.may_cancel_hand_in)
def cancel_hand_in(act: Act, hand_ins: Sequence[HandIn]) -> list[HandIn]:
    """Take back a count nobody has inspected, because it was wrong; the pieces are outside again."""
    refuse_nothing(hand_ins)
    bags = {
        bag.pk: bag for bag in act.lock(*(Bag(pk=key) for key in sorted({row.bag_id for row in hand_ins})))
    }
    lots = _lots(list(bags.values()))
    for row in hand_ins:
        bag = row.bag = bags[row.bag_id]
        _must_wait(row)
        row.stage = HandIn.Stage.CANCELLED
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


def _too_many(bag: Bag, left: int) -> str:
    if not left:
        return _("Nothing of bag %(code)s is outside any more. Look at the bag's page.") % {"code": bag.code}
    return _("Only %(left)s pieces of bag %(code)s are outside. Enter 1 to %(left)s.") % {
        "code": bag.code,
        "left": left,
    }


@action(access.may_bring_back, on_behalf=True)
def give_back(act: Act, bags: Sequence[Bag], *, rows: Sequence[BackRow]) -> list[GiveBack]:
    """Take back unworked pieces with their material, and unused material: free, without a reason."""
    _refuse_strange_desk(act, bags)
    lots, materials, given = _lots(bags), _materials(bags), []
    for bag, row in _paired(bags, rows):
        if not 0 <= row.pieces <= bag.at_home or not (row.pieces or row.materials):
            raise Refused(_too_many(bag, bag.at_home), code="too_many", field="pieces")
        bag.given_back += row.pieces
        halfmade.bring_back(act, bag, lots[bag.lot_id], row.pieces)
        moved = _amounts(materials.get(bag.pk, []), row.pieces, row.materials)
        given.append(
            GiveBack(
                bag=bag, pieces=row.pieces, materials=_named(moved), taken_by=act.by.user,
                given_back_on=act.booked_on, provisional=act.by.for_ is not None,
            )
        )  # fmt: skip
        for material, amount in moved.items():
            material.given_back += amount
            _to_store(act, lots[bag.lot_id], material, amount)
    GiveBack.objects.bulk_create(given)
    own = [(lots[row.bag.lot_id], row.pieces) for row in given if row.pieces]
    if own:
        dispatch.count_issued(act, [lot for lot, _n in own], pieces=[-pieces for _lot, pieces in own])
    _save(bags, materials)
    return given


def _to_store(act: Act, lot: Lot, row: BagMaterial, amount: int) -> None:
    postings.give_back(
        act,
        order_id=lot.line.order_id,
        store_id=lot.organisation_id,
        lot_id=lot.pk,
        material_id=row.order_material.material_id,
        amount=amount,
        cause=ref(row),
    )


@action(access.may_keep_bags)
def report_loss(act: Act, bags: Sequence[Bag], *, rows: Sequence[LossRow]) -> list[Loss]:
    """Write down what is gone, with the reason; it makes nobody a debtor."""
    return _lose(act, bags, rows)


@action(access.may_keep_bags)
def lose_bags(act: Act, bags: Sequence[Bag], *, reason: str) -> list[Loss]:
    """Write down that bags are gone with all that was left in them, and why; it makes nobody a debtor."""
    rows = [LossRow(bag_id=bag.pk, pieces=bag.at_home, reason=reason) for bag in bags]
    return _lose(act, bags, rows)


def _lose(act: Act, bags: Sequence[Bag], rows: Sequence[LossRow]) -> list[Loss]:
    lots, materials, losses = _lots(bags), _materials(bags), []
    for bag, row in _paired(bags, rows):
        if not row.reason.strip():
            raise Refused(_("Write down how it was lost; one sentence is enough."), field="reason")
        if not 0 <= row.pieces <= bag.at_home or not (row.pieces or row.materials):
            raise Refused(_too_many(bag, bag.at_home), code="too_many", field="pieces")
        bag.gone += row.pieces
        halfmade.use(act, bag, lots[bag.lot_id], used=0, lost=row.pieces)
        moved = _amounts(materials.get(bag.pk, []), row.pieces, row.materials)
        losses.append(
            Loss(
                bag=bag, pieces=row.pieces, materials=_named(moved), reason=row.reason,
                written_by=act.by.user, lost_on=act.booked_on,
            )
        )  # fmt: skip
        for material, amount in moved.items():
            material.lost += amount
            lot = lots[bag.lot_id]
            postings.lose(
                act,
                order_id=lot.line.order_id,
                lot_id=lot.pk,
                material_id=material.order_material.material_id,
                amount=amount,
                cause=ref(material),
            )
    Loss.objects.bulk_create(losses)
    own = [(lots[row.bag.lot_id], row.pieces) for row in losses if row.pieces]
    if own:
        verdicts = [dispatch.Verdict(lost=pieces) for _lot, pieces in own]
        dispatch.count_inspected(act, [lot for lot, _n in own], verdicts=verdicts)
    _save(bags, materials)
    return losses


def _paired(bags: Sequence[Bag], rows: Sequence[T]) -> list[tuple[Bag, T]]:
    """Put every row beside its bag; each bag is out and stands once."""
    refuse_nothing(bags)
    by_id = {bag.pk: bag for bag in bags}
    if len({row.bag_id for row in rows}) < len(rows):
        raise Refused(_("A bag stands twice on this slip. Add both numbers up in one row."), field="rows")
    if {row.bag_id for row in rows} != set(by_id):
        raise Gone(_("The slip and its bags do not fit together. Scan the bags again."))
    for bag in bags:
        if bag.stage != Bag.Stage.OUT:
            raise Moved(
                _("Bag %(code)s is “%(status)s”, not outside. Look at the bag's page.")
                % {"code": bag.code, "status": Bag.Status(bag.status).label}
            )
    return [(by_id[row.bag_id], row) for row in rows]


def _lots(bags: Sequence[Bag]) -> dict[int, Lot]:
    return {bag.lot_id: bag.lot for bag in bags}


def _materials(bags: Sequence[Bag]) -> dict[int, list[BagMaterial]]:
    found: dict[int, list[BagMaterial]] = {}
    for row in BagMaterial.objects.filter(bag__in=bags).select_related("order_material").order_by("pk"):
        found.setdefault(row.bag_id, []).append(row)
    return found


def _amounts(rows: Sequence[BagMaterial], pieces: int, beside: Mapping[int, int]) -> dict[BagMaterial, int]:
    """Return how much of each material goes with these pieces and beside them; never more than is there."""
    unknown = set(beside) - {row.order_material.material_id for row in rows}
    if unknown or any(amount < 0 for amount in beside.values()):
        raise Refused(
            _("This material does not belong to the bag. Choose one of the bag's own."), field="materials"
        )
    amounts = {}
    for row in rows:
        more = beside.get(row.order_material.material_id, 0)
        own = min(row.a_piece * pieces, row.in_custody)  # a bag issued short has less than its recipe
        if own + more > row.in_custody:
            raise Refused(
                _("The bag holds only %(left)s of this material. Enter less.")
                % {"left": row.in_custody - own},
                code="too_much",
                field="materials",
            )
        amounts[row] = own + more
    return amounts


def _named(moved: Mapping[BagMaterial, int]) -> dict[str, int]:
    return {str(row.order_material.material_id): amount for row, amount in moved.items() if amount}


def _save(bags: Sequence[Bag], materials: Mapping[int, Sequence[BagMaterial]]) -> None:
    save_many(bags, "given_back", "gone")
    save_many([row for rows in materials.values() for row in rows], "given_back", "lost")
    close_finished(bags)
