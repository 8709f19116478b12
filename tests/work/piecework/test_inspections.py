"""The inspector's word: four numbers that add up, and what is accepted is earned in the same act."""

from datetime import UTC, date, datetime

import pytest

from gongfang.core import clock
from gongfang.core.errors import Gone, Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.core.models import Entry
from gongfang.ledger import postings
from gongfang.ledger.queries import transfers_of
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Skill
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import actions, queries
from gongfang.work.piecework.actions import HandInRow, Verdict
from gongfang.work.piecework.models import Bag, BagMaterial, HandIn, Inspection
from tests.work.piecework.conftest import BEAD, GOOD, MARGIN, RATE, ROPE, TODAY, settle

pytestmark = pytest.mark.usefixtures("all_adds_up")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def lot_of(bag):
    return Lot.objects.get(pk=bag.lot_id)


def test_accepted_pieces_are_earned_at_once(floor):
    bag = floor.bag(pieces=30)
    said = floor.inspect(floor.hand_in(bag, 30), 30)
    assert (said.rate_hao, said.amount_hao, said.margin_hao) == (RATE, 30 * RATE, 30 * MARGIN)
    assert floor.owed(lot_of(bag)) == 30 * RATE
    assert floor.margin() == 30 * MARGIN
    assert OrderLine.objects.get(pk=floor.line.pk).accepted == 30


def test_every_fen_names_the_verdict_that_earned_it(floor):
    bag = floor.bag(pieces=30)
    said = floor.inspect(floor.hand_in(bag, 30), 30)
    earned = [
        row.amount for row in transfers_of(cause=f"piecework.inspection:{said.pk}") if row.commodity == "CNY"
    ]
    assert sorted(earned) == [30 * MARGIN, 30 * RATE]


def test_the_four_numbers_add_up_to_what_came_in(floor):
    bag = floor.bag(pieces=30)
    said = floor.inspect(floor.hand_in(bag, 30), 20, rework=5, rejected=3, lost=2)
    assert (said.accepted, said.rework, said.rejected, said.lost) == (20, 5, 3, 2)
    bag = fresh(bag)
    assert (bag.accepted, bag.rework, bag.rejected, bag.lost, bag.status) == (20, 5, 3, 2, "rework")
    line = OrderLine.objects.get(pk=floor.line.pk)
    assert (line.handed_in, line.accepted, line.rework, line.rejected, line.lost) == (30, 20, 5, 3, 2)
    assert floor.owed(lot_of(bag)) == 20 * RATE


@pytest.mark.parametrize("numbers", [{"accepted": 29}, {"accepted": 31}, {"accepted": 25, "rejected": 6}])
def test_numbers_that_do_not_add_up_are_refused(floor, numbers):
    row = floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused, match="add up") as refusal:
        floor.inspect(row, **numbers)
    assert refusal.value.code == "does_not_add_up"
    assert not Inspection.objects.exists()


def test_a_negative_number_is_refused(floor):
    row = floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused):
        floor.inspect(row, 31, rejected=-1)


def test_what_is_not_accepted_has_a_reason(floor):
    row = floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused, match="what was wrong") as refusal:
        floor.inspect(row, 29, rejected=1, reason="")
    assert refusal.value.field == "reason"


@pytest.mark.parametrize(("measure", "passes"), [(10, True), (15, True), (20, True), (5, False), (25, False)])
@pytest.mark.usefixtures("_morning")
def test_a_measure_lies_within_its_bounds_or_the_piece_does_not_pass(county, measure, passes):
    floor = settle(tail=(10, 20))
    row = floor.hand_in(floor.bag(pieces=10), 10)
    readings = {"1": measure, "2": True}
    if passes:
        assert floor.inspect(row, 10, readings=readings).accepted == 10
        return
    with pytest.raises(Refused, match="not as the sample") as refusal:
        floor.inspect(row, 10, readings=readings, reason="")
    assert refusal.value.code == "out_of_bounds"
    assert floor.inspect(row, 0, rejected=10, readings=readings).rejected == 10


def test_a_missing_point_is_an_error(floor):
    row = floor.hand_in(floor.bag(pieces=10), 10)
    with pytest.raises(Refused, match="绳尾长度") as refusal:
        floor.inspect(row, 10, readings={"2": True})
    assert refusal.value.code == "missing_point"


def test_a_pass_by_hand_is_possible_and_on_record(floor):
    row = floor.hand_in(floor.bag(pieces=10), 10)
    crooked = {"1": 74, "2": True}
    with pytest.raises(Refused):
        floor.inspect(row, 10, readings=crooked, by_hand=True, reason="")
    said = floor.inspect(row, 10, readings=crooked, by_hand=True, reason="企业电话同意长 2 毫米")
    assert (said.by_hand, said.readings, said.reason) == (True, crooked, "企业电话同意长 2 毫米")
    entry = Entry.objects.get(verb="inspect")
    assert entry.actor == floor.people.zhao.user


def test_every_piece_that_came_back_used_its_material_rejected_ones_too(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 20), 10, rejected=8, rework=2)
    rope = BagMaterial.objects.get(bag=bag, order_material__material=floor.rope)
    assert (rope.used, rope.in_custody) == (20 * ROPE, 10 * ROPE)
    assert floor.held(postings.lot(bag.lot_id), "used", floor.bead) == 20 * BEAD


def test_material_of_missing_pieces_is_lost_not_used(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 30), 28, lost=2)
    rope = BagMaterial.objects.get(bag=bag, order_material__material=floor.rope)
    assert (rope.used, rope.lost, rope.in_custody) == (28 * ROPE, 2 * ROPE, 0)


def test_two_fifths_of_the_pieces_consume_two_fifths_of_the_material(floor):
    bag = floor.bag(pieces=5)
    floor.inspect(floor.hand_in(bag, 2), 2)
    assert floor.held(postings.lot(bag.lot_id), "used") == 2 * ROPE
    assert floor.held(postings.lot(bag.lot_id), "custody") == 3 * ROPE


def test_parts_of_four_four_and_two_consume_as_much(floor):
    bag, used = floor.bag(pieces=10), []
    for pieces in (4, 4, 2):
        before = floor.held(postings.lot(bag.lot_id), "used", floor.bead)
        floor.inspect(floor.hand_in(bag, pieces), pieces)
        used.append(floor.held(postings.lot(bag.lot_id), "used", floor.bead) - before)
    assert used == [4, 4, 2]
    assert fresh(bag).stage == "closed"


@pytest.mark.usefixtures("_morning")
def test_a_bag_issued_short_uses_what_it_had(county):
    floor = settle(rope=9 * ROPE, bead=10)
    bag = floor.bag(pieces=10)
    floor.inspect(floor.hand_in(bag, 10), 10)
    rope = BagMaterial.objects.get(bag=bag, order_material__material=floor.rope)
    assert (rope.short, rope.used, rope.in_custody) == (ROPE, 9 * ROPE, 0)


def test_nine_of_ten_accepted_and_one_lost_in_the_work(floor):
    bag = floor.bag(pieces=10)
    floor.inspect(floor.hand_in(bag, 10), 9, rejected=1, reason="过程损耗")
    assert (fresh(bag).accepted, fresh(bag).rejected, fresh(bag).stage) == (9, 1, "closed")


def test_who_issued_the_bag_does_not_inspect_it(floor):
    people = floor.people
    bags = actions.issue_bags(people.he.by(), floor.packed(people.zhou))
    row = floor.hand_in(bags[0], 30)
    verdict = Verdict(hand_in_id=row.pk, accepted=30, readings=GOOD)
    with pytest.raises(SecondPersonNeeded):
        actions.inspect(people.he.by(), [row], rows=[verdict])
    assert queries.to_inspect(people.he.member).count() == 0
    assert queries.to_inspect(people.zhao.member).get() == row


def test_who_made_the_pieces_does_not_inspect_them(floor):
    people = floor.people
    people_actions.give_role(people.he.by(), people.workshop, user=people.zhou.user, role="inspector")
    row = floor.hand_in(floor.bag(people.zhou), 30)
    verdict = Verdict(hand_in_id=row.pk, accepted=30, readings=GOOD)
    with pytest.raises(SecondPersonNeeded):
        actions.inspect(people.zhou.by(), [row], rows=[verdict])


def test_an_agent_who_works_alone_needs_the_eyes_of_the_operators_inspector(floor):
    people = floor.people
    dispatch.take_back_share(people.wang.by(), floor.share, pieces=100)
    line = OrderLine.objects.get(pk=floor.line.pk)
    share = dispatch.share_out(people.wang.by(), line, organisation=people.agency, pieces=100)
    lot = dispatch.claim(people.fang.by(), share, maker=people.fang.row, pieces=30)
    bag = actions.issue_bags(people.wu.by(), actions.pack_bags(people.wu.by(), [lot]))[0]
    row = actions.hand_in(people.wu.by(), [bag], rows=[HandInRow(bag_id=bag.pk, pieces=30)])[0]
    verdict = Verdict(hand_in_id=row.pk, accepted=30, readings=GOOD)
    with pytest.raises(SecondPersonNeeded):
        actions.inspect(people.wu.by(), [row], rows=[verdict])
    people_actions.give_role(people.wang.by(), people.operator, user=people.su.user, role="inspector")
    assert queries.to_inspect(people.su.member).get() == row
    actions.inspect(people.su.by(), [row], rows=[verdict])
    assert floor.owed(lot) == 30 * RATE


@pytest.mark.parametrize("who", ["chen", "lin", "wu", "wang", "qian", "sun", "ma"])
def test_only_inspectors_of_the_workshop_inspect(floor, who):
    row = floor.hand_in(floor.bag(), 30)
    verdict = Verdict(hand_in_id=row.pk, accepted=30, readings=GOOD)
    with pytest.raises(NotAllowed):
        actions.inspect(getattr(floor.people, who).by(), [row], rows=[verdict])


def test_a_hand_in_is_inspected_once(floor):
    row = floor.hand_in(floor.bag(), 30)
    floor.inspect(row, 30)
    with pytest.raises(Moved, match="inspected already"):
        floor.inspect(row, 30)


def test_verdicts_and_hand_ins_fit_together(floor):
    row = floor.hand_in(floor.bag(), 30)
    with pytest.raises(Gone):
        actions.inspect(
            floor.people.zhao.by(), [row], rows=[Verdict(hand_in_id=0, accepted=30, readings=GOOD)]
        )


def test_the_same_key_earns_once(floor):
    row = floor.hand_in(floor.bag(), 30)
    by, verdict = floor.people.zhao.by(), Verdict(hand_in_id=row.pk, accepted=30, readings=GOOD)
    first = actions.inspect(by, [row], rows=[verdict])
    assert actions.inspect(by, [row], rows=[verdict]) == first
    assert floor.owed(lot_of(row.bag)) == 30 * RATE


def test_a_sack_of_hand_ins_of_many_people_is_one_act(floor):
    people = floor.people
    rows = [floor.hand_in(floor.bag(people.zhou), 10), floor.hand_in(floor.bag(people.lin), 20)]
    rows.append(floor.hand_in(rows[0].bag, 5))
    verdicts = [Verdict(hand_in_id=row.pk, accepted=row.pieces, readings=GOOD) for row in rows]
    actions.inspect(people.zhao.by(), rows, rows=verdicts)
    assert floor.owed(lot_of(rows[0].bag)) == 15 * RATE
    assert floor.owed(lot_of(rows[1].bag)) == 20 * RATE
    assert Entry.objects.filter(verb="inspect").count() == 1


def test_mended_pieces_come_in_again_and_are_earned_then(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 30), 25, rework=5)
    again = floor.mend(bag, 5)
    assert (again.mended, fresh(bag).rework, fresh(bag).status) == (True, 0, "in")
    floor.inspect(again, 5)
    bag = fresh(bag)
    assert (bag.handed_in, bag.accepted, bag.stage) == (30, 30, "closed")
    assert floor.owed(lot_of(bag)) == 30 * RATE
    assert floor.held(postings.lot(bag.lot_id), "used") == 30 * ROPE
    assert lot_of(bag).stage == "closed"


def test_no_more_is_mended_than_was_sent_back(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 30), 25, rework=5)
    with pytest.raises(Refused, match="Enter 1 to 5"):
        floor.mend(bag, 6)


def test_a_wrong_count_of_mended_pieces_is_taken_back(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 30), 25, rework=5)
    actions.cancel_hand_in(floor.people.chen.by(), [floor.mend(bag, 5)])
    assert (fresh(bag).rework, lot_of(bag).rework) == (5, 5)
    assert floor.pieces(postings.lot(bag.lot_id), "rework") == 5


def test_the_rate_promised_when_the_work_was_taken_holds(floor):
    bag = floor.bag(pieces=30)
    officer = floor.people.wang
    orders.set_rate(officer.by(), floor.step, hao=3_000, valid_from=date(2022, 9, 9), document="降价通知")
    with clock.at(datetime(2022, 9, 12, 1, tzinfo=UTC)):
        said = floor.inspect(floor.hand_in(bag, 30), 30)
        assert (said.inspected_on, said.rate_hao, said.rate.document) == (
            date(2022, 9, 12),
            RATE,
            "2022 年工价表",
        )
        later = floor.bag(floor.people.lin)
        assert floor.inspect(floor.hand_in(later, 30), 30).rate_hao == 3_000


def test_planning_learns_pieces_and_pass_rate_from_first_hand_ins_only(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 30), 25, rework=5)
    floor.inspect(floor.mend(bag, 5), 5)
    skill = Skill.objects.get(resident=floor.people.zhou.row, kind__code="knot")
    assert (skill.hand_ins, skill.pieces, skill.accepted, skill.last_on) == (1, 30, 25, TODAY)


def test_a_bag_closes_when_the_last_word_is_said(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 20), 20)
    assert fresh(bag).status == "partly_in"
    last = floor.hand_in(bag, 10)
    assert fresh(bag).status == "in"
    floor.inspect(last, 9, rejected=1)
    assert (fresh(bag).status, lot_of(bag).stage) == ("closed", "closed")


def test_nothing_comes_back_to_a_closed_bag(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 30), 30)
    with pytest.raises(Moved, match="done"):
        floor.hand_in(bag, 1)


def test_the_way_of_a_bag_leads_from_the_enterprise_to_every_verdict(floor):
    bag = floor.bag(pieces=30)
    floor.inspect(floor.hand_in(bag, 20), 18, rework=2)
    floor.inspect(floor.mend(bag, 2), 2)
    trace = queries.trace_bag(bag)
    assert trace.order.enterprise == floor.people.enterprise
    assert (trace.line, trace.lot.maker) == (floor.line, floor.people.zhou.row)
    assert [(row.pieces, row.mended) for row in trace.hand_ins] == [(20, False), (2, True)]
    assert [row.accepted for row in trace.inspections] == [18, 2]
    assert trace.amount_hao == 20 * RATE


def test_people_of_an_order_are_those_who_hold_or_made_its_pieces(floor):
    floor.bag(floor.people.zhou)
    assert set(queries.people_of_order(floor.order)) == {floor.people.zhou.row}


def test_what_waits_is_there_for_the_inspector_and_no_longer_afterwards(floor):
    row = floor.hand_in(floor.bag(), 30)
    assert set(queries.to_inspect(floor.people.zhao.member)) == {row}
    assert set(queries.to_inspect(floor.people.wu.member)) == set()
    floor.inspect(row, 30)
    assert HandIn.objects.get(pk=row.pk).stage == "inspected"
    assert set(queries.to_inspect(floor.people.zhao.member)) == set()


def test_what_is_due_and_late_is_found(floor):
    bag = floor.bag()
    assert set(queries.due_bags(floor.people.chen.member, bag.due)) == {bag}
    assert set(queries.late_bags(floor.people.chen.member, bag.due)) == set()
    floor.hand_in(bag, 30)
    assert Bag.objects.get(pk=bag.pk).waiting == 30
    assert set(queries.due_bags(floor.people.chen.member, bag.due)) == set()
