"""Pieces come back: finished in parts, unworked for free, lost without a debt."""

from uuid import uuid4

import pytest
from django.urls import reverse

from gongfang.core.errors import Gone, Moved, NotAllowed, Refused
from gongfang.ledger import postings
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import actions, queries
from gongfang.work.piecework.actions import BackRow, HandInRow, LossRow
from gongfang.work.piecework.models import Bag, BagMaterial, GiveBack, HandIn
from tests.work.piecework.conftest import BEAD, ROPE, TODAY

pytestmark = pytest.mark.usefixtures("all_adds_up")


def fresh(bag):
    return Bag.objects.get(pk=bag.pk)


def back(floor, bag, pieces=0, who=None, **facts):
    row = BackRow(bag_id=bag.pk, pieces=pieces, **facts)
    return actions.give_back((who or floor.people.chen.by()), [bag], rows=[row])[0]


def lose(floor, bag, pieces=0, reason="山路上掉进溪里", **facts):
    row = LossRow(bag_id=bag.pk, pieces=pieces, reason=reason, **facts)
    return actions.report_loss(floor.people.chen.by(), [bag], rows=[row])[0]


def test_pieces_come_back_in_parts(floor):
    bag = floor.bag(pieces=30)
    floor.hand_in(bag, 12)
    floor.hand_in(bag, 18)
    assert (fresh(bag).handed_in, fresh(bag).at_home, fresh(bag).status) == (30, 0, "in")
    assert [row.handed_in_on for row in HandIn.objects.filter(bag=bag)] == [TODAY, TODAY]
    assert OrderLine.objects.get(pk=floor.line.pk).handed_in == 30
    assert floor.pieces(postings.lot(bag.lot_id), "handed_in") == 30


def test_never_more_than_the_bag_holds(floor):
    bag = floor.bag(pieces=30)
    floor.hand_in(bag, 20)
    with pytest.raises(Refused, match="Enter 1 to 10") as refusal:
        floor.hand_in(bag, 11)
    assert refusal.value.code == "too_many"
    floor.hand_in(bag, 10)
    with pytest.raises(Refused, match="Nothing of bag"):
        floor.hand_in(bag, 1)


@pytest.mark.parametrize("pieces", [0, -1])
def test_nothing_is_no_hand_in(floor, pieces):
    bag = floor.bag()
    with pytest.raises(Refused):
        floor.hand_in(bag, pieces)


def test_a_bag_that_was_never_issued_brings_nothing_back(floor):
    bag = floor.packed(floor.people.zhou)[0]
    with pytest.raises(Moved, match="packed"):
        floor.hand_in(bag, 5)
    with pytest.raises(Moved):
        back(floor, bag, 5)


def test_a_whole_sack_comes_in_with_one_slip(floor):
    bags = [floor.bag(floor.people.zhou), floor.bag(floor.people.lin)]
    rows = [HandInRow(bag_id=bag.pk, pieces=10 + n) for n, bag in enumerate(bags)]
    taken = actions.hand_in(floor.people.chen.by(), bags, rows=rows)
    assert [(row.bag_id, row.pieces, row.provisional) for row in taken] == [
        (bags[0].pk, 10, False),
        (bags[1].pk, 11, False),
    ]


def test_a_slip_with_a_wrong_row_takes_nothing_in(floor):
    bags = [floor.bag(floor.people.zhou), floor.bag(floor.people.lin)]
    rows = [HandInRow(bag_id=bags[0].pk, pieces=10), HandInRow(bag_id=bags[1].pk, pieces=31)]
    with pytest.raises(Refused, match=bags[1].code):
        actions.hand_in(floor.people.chen.by(), bags, rows=rows)
    assert not HandIn.objects.exists()


def test_a_bag_stands_on_a_slip_once(floor):
    bag = floor.bag()
    rows = [HandInRow(bag_id=bag.pk, pieces=5), HandInRow(bag_id=bag.pk, pieces=6)]
    with pytest.raises(Refused, match="twice"):
        actions.hand_in(floor.people.chen.by(), [bag], rows=rows)


def test_rows_and_bags_fit_together(floor):
    bag, other = floor.bag(), floor.bag(floor.people.lin)
    with pytest.raises(Gone):
        actions.hand_in(floor.people.chen.by(), [bag], rows=[HandInRow(bag_id=other.pk, pieces=5)])


def test_in_the_name_of_a_maker_it_waits_for_her_own_yes(floor):
    people, bag = floor.people, floor.bag(floor.people.zhou)
    row = HandInRow(bag_id=bag.pk, pieces=5)
    taken = actions.hand_in(people.chen.by(for_=people.zhou), [bag], rows=[row])
    assert taken[0].provisional
    assert not actions.confirm_hand_ins(people.zhou.by(), taken)[0].provisional
    with pytest.raises(Moved):
        actions.confirm_hand_ins(people.zhou.by(), taken)


def test_what_is_given_back_in_her_name_waits_for_her_own_yes_too(floor):
    people, bag = floor.people, floor.bag(floor.people.zhou)
    row = BackRow(bag_id=bag.pk, pieces=2)
    given = actions.give_back(people.chen.by(for_=people.zhou), [bag], rows=[row])
    assert given[0].provisional
    with pytest.raises(Refused, match="signed slip"):
        actions.confirm_give_backs(people.chen.by(), given)
    with pytest.raises(NotAllowed):
        actions.confirm_give_backs(people.lin.by(), given)
    page = people.zhou.client().get(reverse("piecework:mine")).text
    yes = reverse("piecework:say_yes_to_give_back", args=[given[0].pk])
    assert yes in page
    assert people.zhou.client().post(yes, {"key": str(uuid4())}).status_code == 302
    assert not GiveBack.objects.get().provisional
    with pytest.raises(Moved):
        actions.confirm_give_backs(people.zhou.by(), given)


def test_the_desk_confirms_only_with_a_slip_that_is_kept(floor):
    people, bag = floor.people, floor.bag(floor.people.zhou)
    row = HandInRow(bag_id=bag.pk, pieces=5)
    taken = actions.hand_in(people.chen.by(for_=people.zhou), [bag], rows=[row])
    with pytest.raises(Refused, match="signed slip"):
        actions.confirm_hand_ins(people.chen.by(), taken)
    with pytest.raises(NotAllowed):
        actions.confirm_hand_ins(people.lin.by(), taken)
    kept = actions.confirm_hand_ins(people.chen.by(), taken, document="2022-09 夹 4")
    assert not kept[0].provisional


def test_nobody_hands_in_the_bags_of_another_in_her_name(floor):
    people, bag = floor.people, floor.bag(floor.people.zhou)
    row = HandInRow(bag_id=bag.pk, pieces=5)
    with pytest.raises(NotAllowed):
        actions.hand_in(people.chen.by(for_=people.lin), [bag], rows=[row])
    with pytest.raises(NotAllowed):
        actions.hand_in(people.wu.by(for_=people.zhou), [bag], rows=[row])


@pytest.mark.parametrize("who", ["zhou", "lin", "zhao", "wu", "wang", "qian"])
def test_only_the_desk_takes_in(floor, who):
    bag = floor.bag(floor.people.zhou)
    person = getattr(floor.people, who)
    with pytest.raises(NotAllowed):
        actions.hand_in(person.by(), [bag], rows=[HandInRow(bag_id=bag.pk, pieces=5)])
    with pytest.raises(NotAllowed):
        back(floor, bag, 5, who=person.by())


def test_a_wrong_count_is_taken_back_while_nobody_inspected_it(floor):
    bag = floor.bag()
    row = floor.hand_in(bag, 21)
    gone = actions.cancel_hand_in(floor.people.chen.by(), [row])[0]
    assert gone.stage == "cancelled"
    assert (fresh(bag).at_home, fresh(bag).status) == (30, "out")
    assert Lot.objects.get(pk=bag.lot_id).handed_in == 0
    assert floor.pieces(postings.lot(bag.lot_id), "handed_in") == 0
    with pytest.raises(Moved):
        actions.cancel_hand_in(floor.people.chen.by(), [row])
    assert queries.to_inspect(floor.people.zhao.member).count() == 0


def test_an_inspected_count_stays(floor):
    bag = floor.bag()
    row = floor.hand_in(bag, 20)
    floor.inspect(row, 20)
    with pytest.raises(Moved):
        actions.cancel_hand_in(floor.people.chen.by(), [row])


def test_unworked_pieces_come_back_free_with_their_material(floor):
    bag = floor.bag(pieces=30)
    given = back(floor, bag, 10)
    assert given.materials == {str(floor.rope.pk): 10 * ROPE, str(floor.bead.pk): 10 * BEAD}
    assert floor.stored() == 10 * ROPE
    assert (fresh(bag).at_home, Lot.objects.get(pk=bag.lot_id).issued) == (20, 20)


def test_what_was_given_back_can_be_taken_and_packed_anew(floor):
    bag = floor.bag(pieces=30)
    back(floor, bag, 30)
    assert fresh(bag).stage == "closed"
    again = actions.pack_bags(floor.people.chen.by(), [Lot.objects.get(pk=bag.lot_id)])
    assert [row.pieces for row in again] == [30]


def test_giving_back_all_of_a_bag_asks_no_reason_and_leaves_none(floor):
    bag = floor.bag()
    given = back(floor, bag, 30)
    assert {field.name for field in GiveBack._meta.fields} & {"reason", "note"} == set()
    assert fresh(bag).status == "closed"
    assert given.given_back_on == TODAY


def test_sent_for_ten_and_five_received_proposes_five(floor):
    bag = floor.bag(pieces=10)
    floor.hand_in(bag, 5)
    proposed = queries.to_give_back(fresh(bag))
    assert proposed.pieces == 5
    assert proposed.materials == {floor.rope.pk: 5 * ROPE, floor.bead.pk: 5 * BEAD}
    assert set(proposed.beside.values()) == {0}
    back(floor, bag, proposed.pieces, materials=proposed.beside)
    assert queries.to_give_back(fresh(bag)).pieces == 0


def test_unused_material_comes_back_beside(floor):
    bag = floor.bag(pieces=10)
    back(floor, bag, 0, materials={floor.rope.pk: 600})
    assert floor.stored() == 600
    rope = BagMaterial.objects.get(bag=bag, order_material__material=floor.rope)
    assert (rope.given_back, rope.in_custody) == (600, 10 * ROPE - 600)


def test_three_then_seven_is_all_and_more_is_refused(floor):
    bag = floor.bag(pieces=10)
    with pytest.raises(Refused):
        back(floor, bag, 15)
    back(floor, bag, 3)
    with pytest.raises(Refused, match="Enter 1 to 7"):
        back(floor, bag, 8)
    back(floor, bag, 7)
    assert (fresh(bag).given_back, fresh(bag).stage) == (10, "closed")
    assert floor.held(postings.lot(bag.lot_id), "custody") == 0


def test_material_of_another_bag_is_not_given_back(floor):
    bag = floor.bag(pieces=10)
    with pytest.raises(Refused, match="does not belong"):
        back(floor, bag, 1, materials={999_999: 5})
    with pytest.raises(Refused, match="holds only"):
        back(floor, bag, 1, materials={floor.rope.pk: 10 * ROPE})


def test_giving_back_in_the_name_of_a_maker_is_provisional(floor):
    people, bag = floor.people, floor.bag(floor.people.zhou)
    assert back(floor, bag, 5, who=people.chen.by(for_=people.zhou)).provisional


def test_lost_pieces_have_a_reason_and_make_nobody_a_debtor(floor):
    bag = floor.bag(pieces=30)
    loss = lose(floor, bag, 4)
    assert (loss.pieces, loss.reason) == (4, "山路上掉进溪里")
    assert (fresh(bag).gone, fresh(bag).at_home) == (4, 26)
    assert floor.held(postings.lot(bag.lot_id), "lost") == 4 * ROPE
    assert floor.owed(Lot.objects.get(pk=bag.lot_id)) == 0


def test_a_loss_without_a_reason_is_refused(floor):
    bag = floor.bag()
    with pytest.raises(Refused, match="how it was lost") as refusal:
        lose(floor, bag, 4, reason=" ")
    assert refusal.value.field == "reason"


def test_no_more_is_lost_than_was_outside(floor):
    bag = floor.bag(pieces=10)
    floor.hand_in(bag, 8)
    with pytest.raises(Refused, match="Enter 1 to 2"):
        lose(floor, bag, 3)


def test_whole_bags_are_gone_and_their_pieces_are_made_anew_by_others(floor):
    bags = floor.out(floor.people.zhou, 60)
    actions.lose_bags(floor.people.chen.by(), bags, reason="发大水")
    assert {fresh(bag).stage for bag in bags} == {"closed"}
    lot = Lot.objects.get(pk=bags[0].lot_id)
    assert (lot.lost, lot.stage) == (60, "closed")
    assert OrderLine.objects.get(pk=floor.line.pk).lost == 60
