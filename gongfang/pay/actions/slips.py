"""Verbs on slips: what was inspected is written on a slip once, and what was wrong is corrected in the open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.ledger import models as ledger
from gongfang.ledger import postings
from gongfang.ledger.posting import reverse
from gongfang.pay import access
from gongfang.pay.actions.takes import take_off, undo_takes, write_takes
from gongfang.pay.models import Correction, Slip, SlipLine
from gongfang.pay.queries import (
    standing_hao,
    undrawn_corrections,
    undrawn_earnings,
    undrawn_inspections,
)
from gongfang.pay.takes import EMPLOYED
from gongfang.registry.people.models import Organisation, Relation
from gongfang.work.piecework.models import Inspection

_LETTERS = {Slip.Kind.SETTLEMENT: "J", Slip.Kind.PAYSLIP: "G"}  # 结算单, 工资条
Lines = dict[int, list[SlipLine]]


@action(access.may_draw_up_slips)
def draw_up_slips(
    act: Act, operator: Organisation, *, upto: date | None = None, terms: Collection[str] | None = None
) -> list[Slip]:
    """Write everything earned up to a day, and not yet on a slip, on one slip a person; today by default.

    Tax, deductions the person agreed to and instalments of advances are taken off, each within the law and with its
    reason. `terms` narrows it down to people on these terms, whose period has ended. Whoever earned nothing waits for
    the next slip. The operator's row is locked, so no two draw at once.
    """
    last = min(upto or act.booked_on, act.booked_on)
    by_relation = _lines(operator, last)
    relations = Relation.objects.select_related("resident").in_bulk(by_relation)
    if terms is not None:
        relations = {pk: row for pk, row in relations.items() if row.kind in terms}
        by_relation = {pk: lines for pk, lines in by_relation.items() if pk in relations}
    slips = [
        _slip(act, relations[pk], lines, last, number)
        for number, (pk, lines) in enumerate(
            sorted(by_relation.items()), start=_next(operator, act.booked_on)
        )
    ]
    taken = take_off(slips, relations, by_relation, last)
    Slip.objects.bulk_create(slips)
    for slip in slips:
        for line in by_relation[slip.relation_id]:
            line.slip = slip
    SlipLine.objects.bulk_create([line for slip in slips for line in by_relation[slip.relation_id]])
    write_takes(act, slips, taken)
    act.note(slips=len(slips), gross_hao=sum(slip.gross_hao for slip in slips))
    return slips


def _lines(operator: Organisation, last: date) -> Lines:
    """Return the lines to be written, by relation; who earned nothing is left out."""
    found: Lines = defaultdict(list)
    for relation, line in _inspected(operator, last):
        found[relation].append(line)
    for relation, line in _corrected(operator, last):
        found[relation].append(line)
    for row in undrawn_earnings(operator).filter(earned_on__lte=last).order_by("pk"):
        found[row.relation_id].append(
            SlipLine(earning=row, earned_on=row.earned_on, amount_hao=row.amount_hao)
        )
    return {relation: lines for relation, lines in found.items() if any(line.amount_hao for line in lines)}


def _inspected(operator: Organisation, last: date) -> Iterable[tuple[int, SlipLine]]:
    rows = undrawn_inspections(operator).filter(inspected_on__lte=last).order_by("pk")
    for row in rows.select_related("hand_in__bag__lot__step"):
        bag = row.hand_in.bag
        yield (
            row.hand_in.relation_id,
            SlipLine(
                bag=bag,
                inspection=row,
                earned_on=row.inspected_on,
                pieces=row.accepted,
                rate_hao=row.rate_hao,
                amount_hao=row.amount_hao,
            ),
        )


def _corrected(operator: Organisation, last: date) -> Iterable[tuple[int, SlipLine]]:
    rows = undrawn_corrections(operator).filter(made_on__lte=last).order_by("pk")
    for row in rows.select_related("inspection__hand_in__bag__lot"):
        hand_in = row.inspection.hand_in
        line = SlipLine(bag=hand_in.bag, correction=row, earned_on=row.made_on, amount_hao=row.difference_hao)
        yield hand_in.relation_id, line


def _slip(act: Act, relation: Relation, lines: Sequence[SlipLine], last: date, number: int) -> Slip:
    employed = relation.kind in EMPLOYED
    kind = Slip.Kind.PAYSLIP if employed else Slip.Kind.SETTLEMENT
    return Slip(
        relation=relation,
        kind=kind,
        number=f"{_LETTERS[kind]}{_stem(relation.organisation_id, act.booked_on)}{number:04}",
        period_from=min(line.earned_on for line in lines),
        period_to=last,
        gross_hao=sum(line.amount_hao for line in lines),
        drawn_by=act.by.user,
        drawn_on=act.booked_on,
    )


def _stem(operator_id: int, day: date) -> str:
    return f"{day:%Y%m%d}-{operator_id}-"


def _next(operator: Organisation, day: date) -> int:
    return Slip.objects.filter(relation__organisation=operator, drawn_on=day).count() + 1


@action(access.may_cancel_slip, money=True)
def cancel_slip(act: Act, slip: Slip, *, why: str) -> Slip:
    """Take a slip back before anything of it is paid: what it took off is owed again, its lines wait for the next."""
    if not why.strip():
        raise Refused(_("Say what was wrong with the slip."), field="why")
    if slip.stage != Slip.Stage.OPEN or slip.payout_id:
        raise Moved(
            _("This slip is paid or in a payout. Take the payout out first, or put single lines right."),
            code="moved",
        )
    undo_takes(act, slip)
    SlipLine.objects.filter(slip=slip).update(void=True)
    slip.stage, slip.cancel_reason = Slip.Stage.CANCELLED, why.strip()[:200]
    slip.cancelled_by, slip.cancelled_on = act.by.user, act.booked_on
    slip.save(update_fields=["stage", "cancel_reason", "cancelled_by", "cancelled_on"])
    return slip


@action(access.may_correct_pay, second=access.hands_in_inspection, money=True)
def correct_pay(
    act: Act, inspection: Inspection, *, amount_hao: int, reason: str, document: str
) -> Correction:
    """Put right what an inspection earned, by somebody who neither issued, made nor inspected the bag.

    The old accrual is taken back and the right one booked; what was already paid too much stands as overpaid and
    is set against nothing without the person's consent. It becomes a line of its own on the next slip.
    """
    return put_right(act, inspection, amount_hao=amount_hao, reason=reason, document=document)


def put_right(act: Act, inspection: Inspection, *, amount_hao: int, reason: str, document: str) -> Correction:
    """Take back what an inspection earned and book what it should have; the verb around it has asked who may."""
    before = standing_hao(inspection)
    _refuse_correction(before, amount_hao, reason, document)
    made = Correction.objects.create(
        inspection=inspection,
        before_hao=before,
        after_hao=amount_hao,
        reason=reason.strip(),
        document=document.strip(),
        made_by=act.by.user,
        made_on=act.booked_on,
    )
    lot, relation = inspection.hand_in.bag.lot, inspection.hand_in.relation_id
    reverse(act, _standing(inspection, made, relation), ref(made))
    postings.accrue(
        act,
        operator_id=lot.line.order.operator_id,
        relation_id=relation,
        amount=amount_hao,
        cause=ref(made),
    )
    return made


def _refuse_correction(before: int, after: int, reason: str, document: str) -> None:
    if after < 0 or after == before:
        raise Refused(
            _("Enter the right amount: not below zero, and not what stands there already."),
            field="amount_hao",
        )
    if not reason.strip():
        raise Refused(_("Say what was wrong. The person reads it on the slip."), field="reason")
    if not document.strip():
        raise Refused(_("Name the document the right amount stands in."), field="document")


def _standing(inspection: Inspection, made: Correction, relation_id: int) -> list[int]:
    """Return the accrual that stands: that of the last correction, or else of the inspection itself."""
    earlier = Correction.objects.filter(inspection=inspection).exclude(pk=made.pk).order_by("-pk").first()
    owed = ledger.Account.objects.filter(
        holder_kind="relation", holder_id=relation_id, purpose="owed", commodity="CNY"
    )
    transfers = ledger.Transfer.objects.filter(
        cause=ref(earlier or inspection), dst__in=owed.values("pk"), reverses=None
    )
    return list(transfers.values_list("pk", flat=True))
