"""What a drawing takes off its slips is booked with them, and given back when a slip is cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from gongfang.core.action import Act
from gongfang.core.bulk import save_many
from gongfang.core.models import ref
from gongfang.ledger import models as ledger
from gongfang.ledger import postings
from gongfang.ledger.posting import reverse
from gongfang.pay.models import Advance, Deduction, Slip, SlipLine, SlipTake
from gongfang.pay.queries import overpaid_of
from gongfang.pay.reckoning import Taken
from gongfang.pay.takes import Law, asked_of, before, reckon_slip
from gongfang.registry.people.models import Relation


def take_off(
    slips: Sequence[Slip],
    relations: Mapping[int, Relation],
    by_relation: Mapping[int, Sequence[SlipLine]],
    day: date,
) -> dict[int, list[Taken]]:
    """Reckon what each new slip takes off, and write the sum on it."""
    keys = list(relations)
    law, known = Law.on(day), before(keys, day)
    deductions, advances = asked_of(keys)
    overpaid = overpaid_of(keys)
    found = {}
    for slip in slips:
        key = slip.relation_id
        takes = reckon_slip(
            relations[key], by_relation[key], known=known[key], law=law, day=day,
            deductions=deductions.get(key, ()), advances=advances.get(key, ()), overpaid_hao=overpaid.get(key, 0),
        )  # fmt: skip
        found[key] = [take for take in takes if take.asked_hao]
        slip.taken_hao = sum(take.amount_hao for take in found[key])
    return found


def write_takes(act: Act, slips: Sequence[Slip], found: Mapping[int, Sequence[Taken]]) -> None:
    """Write the rows, move the money, and count it on the advances and deductions it was taken for."""
    rows = [_row(slip, take) for slip in slips for take in found[slip.relation_id]]
    if not rows:
        return
    SlipTake.objects.bulk_create(rows)
    for row in rows:
        _post(act, row)
    _count(rows, 1)


def _row(slip: Slip, take: Taken) -> SlipTake:
    return SlipTake(
        slip=slip,
        kind=take.kind,
        advance_id=take.row if take.kind == SlipTake.Kind.ADVANCE else None,
        deduction_id=take.row if take.kind == SlipTake.Kind.DEDUCTION else None,
        asked_hao=take.asked_hao,
        amount_hao=take.amount_hao,
        cut=take.cut,
        limit_hao=take.limit_hao,
    )


def _post(act: Act, row: SlipTake) -> None:
    relation = row.slip.relation
    facts = {"relation_id": relation.pk, "amount": row.amount_hao, "cause": ref(row)}
    if row.kind == SlipTake.Kind.TAX:
        postings.withhold_tax(act, **facts)  # type: ignore[arg-type]
    elif row.kind == SlipTake.Kind.ADVANCE:
        postings.repay_advance(act, operator_id=relation.organisation_id, **facts)  # type: ignore[arg-type]
    elif row.deduction and row.deduction.kind == Deduction.Kind.OVERPAID:
        payee = postings.relation(relation.pk)
        postings.set_off(act, payee=payee, amount=row.amount_hao, cause=ref(row))
    else:
        postings.deduct(act, **facts)  # type: ignore[arg-type]


def _count(rows: Sequence[SlipTake], sign: int) -> None:
    advances = {row.pk: row for row in Advance.objects.filter(pk__in=[take.advance_id for take in rows])}
    deductions = {
        row.pk: row for row in Deduction.objects.filter(pk__in=[take.deduction_id for take in rows])
    }
    for take in rows:
        if take.advance_id:
            advances[take.advance_id].set_off_hao += sign * take.amount_hao
        if take.deduction_id:
            deductions[take.deduction_id].taken_hao += sign * take.amount_hao
    for advance in advances.values():
        advance.stage = Advance.Stage.PAID if advance.left_hao else Advance.Stage.CLOSED
    save_many(advances.values(), "set_off_hao", "stage")
    ended = {take.deduction_id for take in rows if take.cut == SlipTake.Cut.BAGS_PAY}
    for row in deductions.values():
        _move(row, done=sign > 0 and (row.taken_hao == row.amount_hao or row.pk in ended))
    save_many(deductions.values(), "taken_hao", "stage")


def _move(row: Deduction, *, done: bool) -> None:
    """A spoiled bag never costs more than it earned: what is over is dropped for good, not carried on."""
    if row.stage != Deduction.Stage.DROPPED:
        row.stage = Deduction.Stage.CLOSED if done else Deduction.Stage.AGREED


def undo_takes(act: Act, slip: Slip) -> None:
    """Give back what a slip took off: every transfer of it is taken back, every count moves back."""
    rows = list(slip.takes.select_related("deduction", "advance"))
    if not rows:
        return
    causes = [ref(row) for row in rows]
    moved = ledger.Transfer.objects.filter(cause__in=causes, reverses=None)
    reverse(act, list(moved.values_list("pk", flat=True)), cause=ref(slip))
    _count(rows, -1)
