"""Verbs on bags that go out: packed from lots, issued with the material there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Sum, prefetch_related_objects
from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.codes import new_label
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import Account, material
from gongfang.ledger.models import Transfer
from gongfang.ledger.posting import reverse
from gongfang.registry.people.covers import refuse_uninsured
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.actions.batches import Wanted
from gongfang.work.orders.models import OrderMaterial, RecipeItem
from gongfang.work.orders.queries import bag_sizes
from gongfang.work.piecework import access, batches, halfmade
from gongfang.work.piecework.closing import restate
from gongfang.work.piecework.models import Bag, BagMaterial
from gongfang.work.piecework.states import BAG


@action(access.may_pack)
def pack_bags(act: Act, lots: Sequence[Lot]) -> list[Bag]:
    """Pack what is still to be packed of makers' lots: full bags and a last smaller one, each with a label."""
    prefetch_related_objects(list(lots), "step", "line__order")
    packed = _packed(lots)
    bags = [
        Bag(code=new_label(), lot=lot, pieces=size, packed_by=act.by.user, due=lot.due)
        for lot in lots
        for size in _sizes(lot, packed[lot.pk])
    ]
    if not bags:
        raise Refused(_("Everything of this work is packed already."), code="nothing_to_pack")
    Bag.objects.bulk_create(bags)
    BagMaterial.objects.bulk_create(_materials(bags))
    return bags


def _packed(lots: Sequence[Lot]) -> dict[int, int]:
    waiting = Bag.objects.filter(lot__in=lots, stage=Bag.Stage.PACKED).values_list("lot_id")
    return defaultdict(int, waiting.annotate(sum=Sum("pieces")).order_by("lot_id"))


def _sizes(lot: Lot, packed: int) -> list[int]:
    if lot.maker_id is None:
        raise Refused(_("Bags are packed for people. Share this work out to a maker first."))
    if lot.stage != Lot.Stage.OPEN:
        raise Moved(_("One of these lots is closed. Take the work anew before you pack bags."))
    return bag_sizes(lot.step, lot.pieces - lot.issued - packed)


def _materials(bags: Sequence[Bag]) -> list[BagMaterial]:
    """What the recipe asks for each bag; what we buy ourselves counts as soon as it lies in a store for the order."""
    recipes: dict[int, list[RecipeItem]] = defaultdict(list)
    for item in RecipeItem.objects.filter(step__in={bag.lot.step_id for bag in bags}):
        recipes[item.step_id].append(item)
    known = _order_materials(bags)
    rows = []
    for bag in bags:
        for item in recipes[bag.lot.step_id]:
            row = known.get((bag.lot.line.order_id, item.material_id))
            if _kept(row, item):
                need = item.amount * bag.pieces
                rows.append(
                    BagMaterial(bag=bag, order_material=row, item=item, a_piece=item.amount, need=need)
                )
    return rows


def _kept(row: OrderMaterial | None, item: RecipeItem) -> bool:
    ours = row.is_ours if row else item.ownership == RecipeItem.Ownership.OURS
    if row is None and not ours:
        raise Refused(
            _("“%(material)s” has not come for this order. Take the material in before you pack.")
            % {"material": item.material},
            code="no_material",
        )
    return row is not None and (not ours or row.received > 0)


def _order_materials(bags: Sequence[Bag]) -> dict[tuple[int, int], OrderMaterial]:
    orders = {bag.lot.line.order_id for bag in bags}
    return {(row.order_id, row.material_id): row for row in OrderMaterial.objects.filter(order__in=orders)}


@action(access.may_keep_bags)
def unpack_bags(act: Act, bags: Sequence[Bag]) -> list[Bag]:
    """Unpack bags that were not issued; their labels are void."""
    refuse_nothing(bags)
    for bag in bags:
        _must(bag, "unpack_bags")
        bag.stage = Bag.Stage.CANCELLED
    save_many(bags, "stage")
    return restate(bags)


@action(access.may_keep_bags)
def issue_bags(act: Act, bags: Sequence[Bag]) -> list[Bag]:
    """Hand bags to their makers, a whole sack in one act: what the store lacks is written down as short.

    A bag for which the store has nothing at all is refused: shortage is recorded, never invented.
    """
    refuse_nothing(bags)
    lots = {
        lot.pk: lot
        for lot in Lot.objects.filter(pk__in={bag.lot_id for bag in bags}).select_related("line__order")
    }
    refuse_uninsured({lot.relation_id for lot in lots.values() if lot.relation_id}, act.booked_on)
    for bag in bags:
        _must(bag, "issue_bags")
        bag.stage, bag.issued_by = Bag.Stage.OUT, act.by.user
        bag.issued_on, bag.issued_at = act.booked_on, act.received_at
    save_many(bags, "stage", "issued_by", "issued_on", "issued_at")
    _refuse_empty(bags, [row for row, _amount in _fill(act, bags, lots)])
    halfmade.pass_on(act, bags, lots)
    dispatch.count_issued(act, [lots[bag.lot_id] for bag in bags], pieces=[bag.pieces for bag in bags])
    act.emit("BagsIssued", bags[0], bags=len(bags))
    return restate(bags)


@action(access.may_keep_bags)
def cancel_issue(act: Act, bags: Sequence[Bag]) -> list[Bag]:
    """Take an issue back of which nothing came in yet: the bags are packed again, all material is in its store."""
    refuse_nothing(bags)
    for bag in bags:
        _must(bag, "cancel_issue")
        bag.stage, bag.issued_by, bag.issued_on, bag.issued_at = Bag.Stage.PACKED, None, None, None
    rows = list(BagMaterial.objects.filter(bag__in=bags))
    if any(bag.origin_id for bag in bags):
        raise Moved(
            _(
                "This bag came from another maker, not out of a store. Take what is left back unworked instead."
            )
        )
    if any(bag.at_home < bag.pieces for bag in bags) or any(row.in_custody < row.issued for row in rows):
        raise Moved(
            _("Something of these bags came back or was lost already. Take the rest back unworked instead.")
        )
    reverse(act, _issuing([ref(row) for row in rows]), cause=ref(bags[0]))
    batches.take_issue_back(act, rows)
    for row in rows:
        row.issued = 0
    save_many(rows, "issued")
    save_many(bags, "stage", "issued_by", "issued_on", "issued_at")
    lots = Lot.objects.select_related("line").in_bulk({bag.lot_id for bag in bags})
    for bag in bags:
        halfmade.bring_back(act, bag, lots[bag.lot_id], bag.pieces)
    dispatch.count_issued(act, [lots[bag.lot_id] for bag in bags], pieces=[-bag.pieces for bag in bags])
    return restate(bags)


def _issuing(causes: Sequence[str]) -> list[int]:
    """Return the transfers that brought material into these bags and were not taken back before."""
    transfers = Transfer.objects.filter(cause__in=causes, reverses=None)
    undone = Transfer.objects.filter(reverses__in=transfers.values("pk"))
    return list(transfers.exclude(pk__in=undone.values("reverses")).values_list("pk", flat=True))


def refuse_nothing(rows: Sequence[object]) -> None:
    """Refuse an empty slip."""
    if not rows:
        raise Refused(_("Nothing was chosen. Scan a label, or choose a row of the list."), code="nothing")


def _must(bag: Bag, verb: str) -> None:
    if not BAG.may(bag.stage, verb):
        raise Moved(
            _("Bag %(code)s is “%(status)s” by now. Somebody was faster, or the wrong bag was scanned.")
            % {"code": bag.code, "status": Bag.Status(bag.status).label},
        )


@action(access.may_keep_bags)
def issue_missing(act: Act, bags: Sequence[Bag]) -> list[Bag]:
    """Bring makers what their bags lacked when they went out, as far as the store has it by now."""
    refuse_nothing(bags)
    for bag in bags:
        if bag.stage != Bag.Stage.OUT:
            raise Moved(
                _("Bag %(code)s is not outside, so nothing is brought after it.") % {"code": bag.code}
            )
    lots = {
        lot.pk: lot
        for lot in Lot.objects.filter(pk__in={bag.lot_id for bag in bags}).select_related("line__order")
    }
    if not any(amount for _row, amount in _fill(act, bags, lots)):
        raise Refused(
            _("Nothing is missing that the store has. Take material in first."), code="nothing_missing"
        )
    return restate(bags)


def _fill(act: Act, bags: Sequence[Bag], lots: dict[int, Lot]) -> list[tuple[BagMaterial, int]]:
    """Take each bag's material from the workshop's own store first, then from the operator's."""
    own = {bag.pk: bag for bag in bags}
    rows = list(
        BagMaterial.objects.filter(bag__in=bags)
        .select_related("order_material__material")
        .order_by("bag_id", "pk")
    )
    stores = ledger.balances_of(
        {account for row in rows for account in _stores(lots[own[row.bag_id].lot_id], row)}
    )
    filled, wanted = [], []
    for row in rows:
        lot, before = lots[own[row.bag_id].lot_id], row.issued
        lacking = row.lacks(own[row.bag_id])
        for account in _stores(lot, row):
            amount = min(lacking, stores[account])
            stores[account] -= amount
            lacking -= amount
            row.issued += amount
            _issue(act, row, lot, account, amount)
            if amount and batches.is_tracked(row):
                wanted.append(_wanted(row, account, amount))
        filled.append((row, row.issued - before))
    save_many(rows, "issued")
    batches.issue(act, wanted)
    return filled


def _issue(act: Act, row: BagMaterial, lot: Lot, account: Account, amount: int) -> None:
    postings.issue(
        act,
        order_id=lot.line.order_id,
        store_id=account.holder.id,
        lot_id=lot.pk,
        material_id=row.order_material.material_id,
        amount=amount,
        cause=ref(row),
    )


def _wanted(row: BagMaterial, account: Account, amount: int) -> Wanted:
    return Wanted(
        order_material_id=row.order_material_id, store_id=account.holder.id, amount=amount, key=row.pk
    )


def _refuse_empty(bags: Sequence[Bag], rows: Sequence[BagMaterial]) -> None:
    """Refuse a bag that needs material and would go out with none."""
    filled = {row.bag_id for row in rows if row.issued}
    empty = {row.bag_id for row in rows} - filled
    for bag in bags:
        if bag.pk in empty:
            raise Refused(
                _("The store has no material left for bag %(code)s. Take material in, or issue fewer bags.")
                % {"code": bag.code},
                code="no_material",
            )


def _stores(lot: Lot, row: BagMaterial) -> list[Account]:
    commodity = material(lot.line.order_id, row.order_material.material_id)
    places = dict.fromkeys((lot.organisation_id, lot.line.order.operator_id))
    return [Account(postings.organisation(place), "store", commodity) for place in places]
