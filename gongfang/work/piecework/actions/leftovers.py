"""Verbs on what was not made: brought back free, or handed on to another maker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.codes import new_label
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.registry.people.models import Resident
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import access, batches, halfmade
from gongfang.work.piecework.actions.slip import (
    amounts_of,
    lots_of,
    materials_of,
    named,
    paired,
    refuse_strange_desk,
    save,
    too_many,
)
from gongfang.work.piecework.models import Bag, BagMaterial, GiveBack
from gongfang.work.piecework.queries import to_give_back


@dataclass(frozen=True, kw_only=True)
class BackRow:
    """So many unworked pieces of one bag, with their material, and unused material beside (by material id)."""

    bag_id: int
    pieces: int = 0
    materials: Mapping[int, int] = field(default_factory=dict)


@action(access.may_bring_back, on_behalf=True)
def give_back(act: Act, bags: Sequence[Bag], *, rows: Sequence[BackRow]) -> list[GiveBack]:
    """Take back unworked pieces with their material, and unused material: free, without a reason."""
    refuse_strange_desk(act, bags)
    lots, materials, given = lots_of(bags), materials_of(bags), []
    for bag, row in paired(bags, rows):
        if not 0 <= row.pieces <= bag.at_home or not (row.pieces or row.materials):
            raise Refused(too_many(bag, bag.at_home), code="too_many", field="pieces")
        bag.given_back += row.pieces
        halfmade.bring_back(act, bag, lots[bag.lot_id], row.pieces)
        moved = amounts_of(materials.get(bag.pk, []), row.pieces, row.materials)
        given.append(
            GiveBack(
                bag=bag, pieces=row.pieces, materials=named(moved), taken_by=act.by.user,
                given_back_on=act.booked_on, provisional=act.by.for_ is not None,
            )
        )  # fmt: skip
        for material, amount in moved.items():
            material.given_back += amount
            _to_store(act, lots[bag.lot_id], material, amount)
        batches.put_back(act, lots[bag.lot_id].organisation_id, batches.spend("given_back", moved))
    GiveBack.objects.bulk_create(given)
    own = [(lots[row.bag.lot_id], row.pieces) for row in given if row.pieces]
    if own:
        dispatch.count_issued(act, [lot for lot, _n in own], pieces=[-pieces for _lot, pieces in own])
    save(bags, materials)
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
def hand_over(act: Act, bags: Sequence[Bag], *, maker: Resident) -> list[Bag]:
    """Hand what is left in bags on to another maker of the workshop, each with a new label.

    What the first maker handed in, and what it earns, stays theirs; the material changes hands without a store.
    """
    materials, made = materials_of(bags), []
    for bag in bags:
        if bag.stage != Bag.Stage.OUT or not bag.at_home:
            raise Moved(
                _("Nothing of bag %(code)s is with its maker any more. Look at the bag's page.")
                % {"code": bag.code}
            )
        made.append(_hand_on(act, bag, materials.get(bag.pk, []), maker))
    save(bags, materials)
    return made


def _hand_on(act: Act, bag: Bag, rows: Sequence[BagMaterial], maker: Resident) -> Bag:
    pieces, left = bag.at_home, to_give_back(bag).materials
    moved = {row: left[row.order_material.material_id] for row in rows}
    first = Lot.objects.select_related("line__order").get(pk=bag.lot_id)
    dispatch.count_issued(act, [first], pieces=[-pieces])
    second = dispatch.count_handed_over(act, first, maker=maker, pieces=pieces)
    dispatch.count_issued(act, [second], pieces=[pieces])
    made = _second_bag(act, bag, second, pieces)
    GiveBack.objects.create(
        bag=bag, pieces=pieces, materials=named(moved), taken_by=act.by.user, given_back_on=act.booked_on,
        to_bag=made,
    )  # fmt: skip
    bag.given_back += pieces
    halfmade.bring_back(act, bag, first, pieces)
    halfmade.pass_on(act, [made], {second.pk: second})
    _pass_material(act, first, second, moved, made)
    return made


def _second_bag(act: Act, bag: Bag, lot: Lot, pieces: int) -> Bag:
    return Bag.objects.create(
        code=new_label(), lot=lot, pieces=pieces, origin=bag, due=bag.due, stage=Bag.Stage.OUT,
        packed_by=bag.packed_by, issued_by=act.by.user, issued_on=act.booked_on, issued_at=act.received_at,
    )  # fmt: skip


def _pass_material(act: Act, first: Lot, second: Lot, moved: Mapping[BagMaterial, int], made: Bag) -> None:
    of_second = {}
    for row, amount in moved.items():
        row.given_back += amount
        of_second[row.pk] = BagMaterial.objects.create(
            bag=made, order_material=row.order_material, item=row.item, a_piece=row.a_piece,
            need=row.a_piece * made.pieces, issued=amount,
        )  # fmt: skip
        postings.hand_over(
            act,
            order_id=first.line.order_id,
            lot_id=first.pk,
            to_lot_id=second.pk,
            material_id=row.order_material.material_id,
            amount=amount,
            cause=ref(of_second[row.pk]),
        )
    batches.hand_on(batches.spend("given_back", moved), of_second)
