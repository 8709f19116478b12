"""Verbs on what is gone, damaged or scrap, and on what turns up again. Nobody owes anything for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import access, batches, halfmade
from gongfang.work.piecework.actions.issues import refuse_nothing
from gongfang.work.piecework.actions.slip import (
    amounts_of,
    lots_of,
    materials_of,
    named,
    paired,
    save,
    too_many,
)
from gongfang.work.piecework.models import Bag, BagMaterial, Loss


@dataclass(frozen=True, kw_only=True)
class LossRow:
    """So many pieces of one bag, with their material, and material beside, that are gone or spoiled, and why."""

    bag_id: int
    pieces: int = 0
    reason: str
    materials: Mapping[int, int] = field(default_factory=dict)
    kind: str = Loss.Kind.GONE
    picture: str = ""


@action(access.may_keep_bags)
def report_loss(act: Act, bags: Sequence[Bag], *, rows: Sequence[LossRow]) -> list[Loss]:
    """Write down what is gone, damaged or scrap, with the reason and perhaps a photo; it makes nobody a debtor."""
    return _lose(act, bags, rows)


@action(access.may_keep_bags)
def lose_bags(act: Act, bags: Sequence[Bag], *, reason: str) -> list[Loss]:
    """Write down that bags are gone with all that was left in them, and why; it makes nobody a debtor."""
    rows = [LossRow(bag_id=bag.pk, pieces=bag.at_home, reason=reason) for bag in bags]
    return _lose(act, bags, rows)


def _lose(act: Act, bags: Sequence[Bag], rows: Sequence[LossRow]) -> list[Loss]:
    lots, materials, losses = lots_of(bags), materials_of(bags), []
    for bag, row in paired(bags, rows):
        _check(bag, row)
        bag.gone += row.pieces
        halfmade.use(act, bag, lots[bag.lot_id], used=0, lost=row.pieces)
        moved = amounts_of(materials.get(bag.pk, []), row.pieces, row.materials)
        losses.append(_loss(act, bag, row, moved))
        for material, amount in moved.items():
            material.lost += amount
            postings.lose(act, amount=amount, cause=ref(losses[-1]), **_named(lots[bag.lot_id], material))
        batches.spend("lost", moved)
    own = [(lots[row.bag.lot_id], row.pieces) for row in losses if row.pieces]
    if own:
        verdicts = [dispatch.Verdict(lost=pieces) for _lot, pieces in own]
        dispatch.count_inspected(act, [lot for lot, _n in own], verdicts=verdicts)
    save(bags, materials)
    return losses


def _check(bag: Bag, row: LossRow) -> None:
    if not row.reason.strip():
        raise Refused(_("Write down how it was lost; one sentence is enough."), field="reason")
    if row.kind not in Loss.Kind.values:
        raise Refused(_("Say whether it is gone, damaged or scrap."), field="kind")
    if not 0 <= row.pieces <= bag.at_home or not (row.pieces or row.materials):
        raise Refused(too_many(bag, bag.at_home), code="too_many", field="pieces")


def _loss(act: Act, bag: Bag, row: LossRow, moved: Mapping[BagMaterial, int]) -> Loss:
    worth = sum(material.order_material.worth(amount) for material, amount in moved.items())
    return Loss.objects.create(
        bag=bag, pieces=row.pieces, materials=named(moved), reason=row.reason, kind=row.kind,
        picture=row.picture, value_hao=worth, written_by=act.by.user, lost_on=act.booked_on,
    )  # fmt: skip


def _named(lot: Lot, row: BagMaterial) -> dict[str, int]:
    return {
        "order_id": lot.line.order_id,
        "lot_id": lot.pk,
        "material_id": row.order_material.material_id,
    }


@action(access.may_find)
def find_again(act: Act, losses: Sequence[Loss]) -> list[Loss]:
    """Undo losses whose bag turned up: the pieces are with the maker again, and the material in their hands.

    If less turned up than was gone, what is still missing is written down anew.
    """
    refuse_nothing(losses)
    if any(loss.found_on for loss in losses):
        raise Moved(_("This was found again already. Look at the bag's page."))
    bags = {bag.pk: bag for bag in act.lock(*(Bag(pk=key) for key in sorted({row.bag_id for row in losses})))}
    lots, materials = lots_of(list(bags.values())), materials_of(list(bags.values()))
    dispatch.count_reopened(act, list(lots.values()))
    for loss in losses:
        bag = bags[loss.bag_id]
        bag.gone -= loss.pieces
        bag.stage = Bag.Stage.OUT
        loss.found_on, loss.found_by = act.booked_on, act.by.user
        halfmade.find(act, bag, lots[bag.lot_id], loss.pieces)
        _regain(act, loss, lots[bag.lot_id], materials.get(bag.pk, []))
    own = [(lots[bags[loss.bag_id].lot_id], loss.pieces) for loss in losses if loss.pieces]
    if own:
        verdicts = [dispatch.Verdict(lost=-pieces) for _lot, pieces in own]
        dispatch.count_inspected(act, [lot for lot, _n in own], verdicts=verdicts)
    save_many(bags.values(), "stage")
    save_many(losses, "found_on", "found_by")
    save(list(bags.values()), materials)
    return list(losses)


def _regain(act: Act, loss: Loss, lot: Lot, rows: Sequence[BagMaterial]) -> None:
    moved = {row: loss.materials.get(str(row.order_material.material_id), 0) for row in rows}
    for row, amount in moved.items():
        row.lost -= amount
        postings.find(act, amount=amount, cause=ref(loss), **_named(lot, row))
    batches.regain(moved)
