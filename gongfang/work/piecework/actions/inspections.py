"""The inspector's verb: what is accepted earns its piece pay in the same act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Gone, Moved, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.registry.people import actions as people
from gongfang.registry.people.actions.skills import Pace
from gongfang.registry.people.models import Relation, Resident
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import InspectionPoint, Rate
from gongfang.work.orders.queries import NoRate
from gongfang.work.piecework import access
from gongfang.work.piecework.actions.issues import refuse_nothing
from gongfang.work.piecework.actions.using import use_material
from gongfang.work.piecework.closing import close_finished
from gongfang.work.piecework.defects import keep_defects, kinds_of, reason_of, refuse_defects
from gongfang.work.piecework.looking import Looked, Records, Told, looked
from gongfang.work.piecework.mended import tell_mended
from gongfang.work.piecework.models import Bag, HandIn, Inspection
from gongfang.work.piecework.queries import graded_rates, promised_rates
from gongfang.work.piecework.readings import refuse_readings

LOT_PARTS = ("line__order", "maker", "step__skill", "step__version")
Points = dict[int, list[InspectionPoint]]
Rates = dict[tuple[int, date], Rate]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The word on one hand-in: four numbers that add up to it, and the readings of its inspection points.

    `readings` maps the number of a point to true, false or the measure, `photos` to where its photo is kept. `by_hand`
    passes pieces although a measure is out of bounds; the reason says why. `looked` counts the pieces looked at (left
    out: each one), `found` the bad ones among a sample, `defects` the pieces with each kind of defect by its id.
    `grade` names the graded rate the pieces are good for; mixed pieces are handed in grade by grade.
    """

    hand_in_id: int
    accepted: int
    rework: int = 0
    rejected: int = 0
    lost: int = 0
    reason: str = ""
    readings: Mapping[str, bool | int] = field(default_factory=dict)
    photos: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False
    grade: str = ""
    looked: int | None = None
    found: int | None = None
    defects: Mapping[int, int] = field(default_factory=dict)

    @property
    def bad(self) -> int:
        """The pieces set aside: to be mended, or rejected."""
        return self.rework + self.rejected

    @property
    def pieces(self) -> int:
        """The pieces this verdict speaks of."""
        return self.accepted + self.rework + self.rejected + self.lost


@action(access.may_inspect, second=access.hands_in)
def inspect(act: Act, hand_ins: Sequence[HandIn], *, rows: Sequence[Verdict]) -> list[Inspection]:
    """Say of every hand-in what is accepted, to be mended, rejected or missing; the accepted pieces are earned.

    Whoever issued the bag or made the pieces is refused. The rate is the one that stood when the work was taken. How
    many pieces are looked at is what the product's plan asks; whatever a sample says, the numbers are of all pieces.
    """
    refuse_nothing(hand_ins)
    bags = {bag.pk: bag for bag in act.lock(*_bags(hand_ins))}
    lots = _lots(bags)
    rates, points = _rates(list(lots.values())), _points(lots)
    records, known = Records(lots.values(), act.booked_on), kinds_of(rows)
    graded = graded_rates(lots.values())
    said = []
    for hand_in, verdict in _paired(hand_ins, rows):
        bag = bags[hand_in.bag_id]
        lot = lots[bag.lot_id]
        asked = records.asked(hand_in, lot)
        if not asked.skipped or verdict.bad:
            refuse_readings(points[lot.step_id], verdict)
        refuse_defects(lot, verdict, known)
        _count(bag, hand_in, verdict)
        saw = looked(asked, _told(verdict))
        records.keep(saw, hand_in.pieces)
        rate = _rate(rates, graded, lot, verdict.grade)
        said.append(_inspection(act, hand_in, verdict, lot, rate, saw, reason_of(verdict, known)))
    save_many(hand_ins, "stage")
    save_many(bags.values(), "accepted", "rework", "rejected", "lost")
    Inspection.objects.bulk_create(said)
    keep_defects(said, rows)
    own = [lots[bags[row.bag_id].lot_id] for row in hand_ins]
    _post(act, said, own)
    tell_mended(act, said)
    use_material(act, hand_ins, said, lots, bags)
    dispatch.count_inspected(act, own, verdicts=[_counted(row) for row in said])
    _record_paces(act, hand_ins, said, own)
    close_finished(list(bags.values()))
    return said


def _bags(hand_ins: Sequence[HandIn]) -> list[Bag]:
    return [Bag(pk=key) for key in sorted({row.bag_id for row in hand_ins})]


def _lots(bags: Mapping[int, Bag]) -> dict[int, Lot]:
    lots = Lot.objects.filter(pk__in={bag.lot_id for bag in bags.values()}).select_related(*LOT_PARTS)
    return {lot.pk: lot for lot in lots}


def _points(lots: Mapping[int, Lot]) -> Points:
    points: Points = defaultdict(list)
    for point in InspectionPoint.objects.filter(step__in={lot.step_id for lot in lots.values()}).order_by(
        "no"
    ):
        points[point.step_id].append(point)
    return points


def _rates(lots: Sequence[Lot]) -> Rates:
    rates = promised_rates(lots)
    for lot in lots:
        if (lot.step_id, lot.shared_on) not in rates:
            raise NoRate(
                _("“%(step)s” has no rate on that day. Enter the rate on the product's page.")
                % {"step": lot.step}
            )
    return rates


def _rate(rates: Rates, graded: Mapping[tuple[int, str], Rate], lot: Lot, grade: str) -> Rate:
    if not grade:
        return rates[lot.step_id, lot.shared_on]
    found = graded.get((lot.pk, grade))
    if found is None:
        raise NoRate(
            _("No rate for the grade “%(grade)s” was agreed when this work was taken. Choose another grade.")
            % {"grade": grade},
            field="grade",
        )
    return found


def _paired(hand_ins: Sequence[HandIn], rows: Sequence[Verdict]) -> list[tuple[HandIn, Verdict]]:
    by_id = {row.pk: row for row in hand_ins}
    if len(rows) != len(by_id) or {row.hand_in_id for row in rows} != set(by_id):
        raise Gone(_("The verdicts and the hand-ins do not fit together. Open the list again."))
    for hand_in in hand_ins:
        if hand_in.stage != HandIn.Stage.WAITING:
            raise Moved(_("This hand-in was inspected already. Look at the bag's page for the result."))
    return [(by_id[row.hand_in_id], row) for row in rows]


def _count(bag: Bag, hand_in: HandIn, verdict: Verdict) -> None:
    numbers = (verdict.accepted, verdict.rework, verdict.rejected, verdict.lost)
    if min(numbers) < 0 or verdict.pieces != hand_in.pieces:
        raise Refused(
            _("%(pieces)s pieces were handed in; accepted, rework, rejected and missing must add up to it.")
            % {"pieces": hand_in.pieces},
            code="does_not_add_up",
            field="accepted",
        )
    if verdict.accepted != verdict.pieces and not (verdict.reason.strip() or verdict.defects):
        raise Refused(_("Say what was wrong with the pieces that are not accepted."), field="reason")
    bag.accepted += verdict.accepted
    bag.rework += verdict.rework
    bag.rejected += verdict.rejected
    bag.lost += verdict.lost
    hand_in.stage = HandIn.Stage.INSPECTED


def _told(verdict: Verdict) -> Told:
    return Told(verdict.pieces, verdict.accepted, verdict.bad, verdict.looked, verdict.found)


def _inspection(
    act: Act, hand_in: HandIn, verdict: Verdict, lot: Lot, rate: Rate, saw: Looked, reason: str
) -> Inspection:
    own_work = lot.organisation_id == lot.line.order.operator_id
    price = rate.price(lot.pieces)
    return Inspection(
        hand_in=hand_in, accepted=verdict.accepted, rework=verdict.rework, rejected=verdict.rejected,
        lost=verdict.lost, reason=reason, readings=dict(verdict.readings), photos=dict(verdict.photos),
        by_hand=verdict.by_hand, plan=saw.plan, severity=saw.severity, looked=saw.looked, found=saw.found,
        passed=saw.passed,
        inspector=act.by.user, inspected_on=act.booked_on, rate=rate, rate_hao=price,
        grade=verdict.grade, amount_hao=price * verdict.accepted,
        margin_hao=0 if own_work else lot.margin_hao * verdict.accepted,
    )  # fmt: skip


def _counted(row: Inspection) -> dispatch.Verdict:
    return dispatch.Verdict(accepted=row.accepted, rework=row.rework, rejected=row.rejected, lost=row.lost)


def _post(act: Act, said: Sequence[Inspection], lots: Sequence[Lot]) -> None:
    for row, lot in zip(said, lots, strict=True):
        pieces = {"line_id": lot.line_id, "lot_id": lot.pk, "cause": ref(row)}
        postings.accept(act, pieces=row.accepted, **pieces)  # type: ignore[arg-type]
        postings.rework(act, pieces=row.rework, **pieces)  # type: ignore[arg-type]
        postings.reject(act, pieces=row.rejected, **pieces)  # type: ignore[arg-type]
        postings.lose_pieces(act, pieces=row.lost, **pieces)  # type: ignore[arg-type]
        operator, relation = lot.line.order.operator_id, row.hand_in.relation_id
        postings.accrue(
            act, operator_id=operator, relation_id=relation, amount=row.amount_hao, cause=ref(row)
        )
        postings.accrue_margin(
            act,
            operator_id=operator,
            organisation_id=lot.organisation_id,
            amount=row.margin_hao,
            cause=ref(row),
        )


def _record_paces(
    act: Act, hand_ins: Sequence[HandIn], said: Sequence[Inspection], lots: Sequence[Lot]
) -> None:
    """Add first hand-ins to what planning knows of each person's pass rate; mended pieces were counted before."""
    made_by = _makers(hand_ins)
    by_skill: dict[str, list[tuple[Resident, Pace]]] = defaultdict(list)
    for hand_in, row, lot in zip(hand_ins, said, lots, strict=True):
        if not hand_in.mended:
            maker = made_by[hand_in.relation_id]
            seconds = (hand_in.minutes or 0) * 60
            expected = lot.step.standard_seconds * hand_in.pieces
            pace = Pace(maker.pk, hand_in.pieces, row.accepted, seconds, expected)
            by_skill[lot.step.skill.code].append((maker, pace))
    for skill, pairs in sorted(by_skill.items()):
        makers = list({maker.pk: maker for maker, _pace in pairs}.values())
        people.record_paces(act, makers, skill=skill, paces=[pace for _maker, pace in pairs])


def _makers(hand_ins: Sequence[HandIn]) -> dict[int, Resident]:
    """Return who made the pieces of each hand-in, by their terms."""
    terms = Relation.objects.filter(pk__in={row.relation_id for row in hand_ins}).select_related("resident")
    return {row.pk: row.resident for row in terms}
