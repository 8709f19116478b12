"""What an inspection uses up: material by the recipe, or by a count where the recipe allows one; and what falls off."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gongfang.core.action import Act
from gongfang.core.bulk import save_many
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import batches, halfmade
from gongfang.work.piecework.models import Bag, BagMaterial, CountedUse, HandIn, Inspection

PARTS = ("order_material__material", "item")


@dataclass(frozen=True)
class Part:
    """What one hand-in takes of one material of its bag."""

    row: BagMaterial
    used: int
    offcut: int
    lost: int


def use_material(
    act: Act,
    hand_ins: Sequence[HandIn],
    said: Sequence[Inspection],
    lots: Mapping[int, Lot],
    bags: Mapping[int, Bag],
) -> None:
    """Every piece that came back used its material, rejected ones too; what is missing took its own along.

    A mended piece used its material the first time.
    """
    first = {row.pk: row for row in hand_ins if not row.mended}
    _use_half_made(act, first, said, lots, bags)
    rows = _rows({row.bag_id for row in first.values()})
    counted = _counted(first)
    sums: dict[BagMaterial, Counter[str]] = defaultdict(Counter)
    for word in said:
        if hand_in := first.get(word.hand_in_id):
            lot = lots[bags[hand_in.bag_id].lot_id]
            for part in _parts(hand_in, word, rows[hand_in.bag_id], counted, lot):
                sums[part.row].update(used=part.used, offcut=part.offcut, lost=part.lost)
    for row, sum_ in sums.items():
        _post(act, row, sum_, lots[bags[row.bag_id].lot_id])
    save_many(sums, "used", "used_hao", "offcut", "lost")
    batches.spend("used", {row: sum_["used"] for row, sum_ in sums.items()})
    batches.spend("lost", {row: sum_["lost"] for row, sum_ in sums.items()})


def _use_half_made(
    act: Act,
    first: Mapping[int, HandIn],
    said: Sequence[Inspection],
    lots: Mapping[int, Lot],
    bags: Mapping[int, Bag],
) -> None:
    back: dict[int, Counter[str]] = defaultdict(Counter)
    for word in said:
        if hand_in := first.get(word.hand_in_id):
            back[hand_in.bag_id].update(used=hand_in.pieces - word.lost, lost=word.lost)
    for key, sums in back.items():
        halfmade.use(act, bags[key], lots[bags[key].lot_id], used=sums["used"], lost=sums["lost"])


def _rows(bag_ids: set[int]) -> dict[int, list[BagMaterial]]:
    found: dict[int, list[BagMaterial]] = defaultdict(list)
    for row in BagMaterial.objects.filter(bag__in=bag_ids).select_related(*PARTS).order_by("pk"):
        found[row.bag_id].append(row)
    return found


def _counted(hand_ins: Mapping[int, HandIn]) -> dict[tuple[int, int], int]:
    uses = CountedUse.objects.filter(hand_in__in=hand_ins)
    return {(use.hand_in_id, use.bag_material_id): use.amount for use in uses}


def _parts(
    hand_in: HandIn,
    word: Inspection,
    rows: Sequence[BagMaterial],
    counted: Mapping[tuple[int, int], int],
    lot: Lot,
) -> Iterator[Part]:
    """A bag issued short has less than its recipe: what is not there is not used."""
    back = hand_in.pieces - word.lost
    for row in rows:
        wanted = counted.get((hand_in.pk, row.pk), row.a_piece * back)
        used = min(wanted, row.in_custody)
        offcut = min(offcut_a_piece(row, lot) * back, used)
        row.used += used
        row.used_hao += row.order_material.worth(used)
        row.offcut += offcut
        lost = min(row.a_piece * word.lost, row.in_custody)
        row.lost += lost
        yield Part(row, used, offcut, lost)


def offcut_a_piece(row: BagMaterial, lot: Lot) -> int:
    """What falls off a piece and goes back: nothing of a substitute, and nothing where the order does not ask."""
    own = row.item is not None and row.item.material_id == row.order_material.material_id
    return row.item.offcut if own and row.item and lot.line.order.offcuts_return else 0


def _post(act: Act, row: BagMaterial, sum_: Counter[str], lot: Lot) -> None:
    order_id, material_id, cause = lot.line.order_id, row.order_material.material_id, ref(row)
    used = sum_["used"] - sum_["offcut"]
    postings.consume(act, order_id=order_id, lot_id=lot.pk, material_id=material_id, amount=used, cause=cause)
    postings.trim(
        act,
        order_id=order_id,
        store_id=lot.organisation_id,
        lot_id=lot.pk,
        material_id=material_id,
        amount=sum_["offcut"],
        cause=cause,
    )
    postings.lose(
        act, order_id=order_id, lot_id=lot.pk, material_id=material_id, amount=sum_["lost"], cause=cause
    )
