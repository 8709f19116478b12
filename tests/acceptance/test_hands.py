"""Several hands on one bag: scenario 28, where another mends, and a bag of which several made a part."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from gongfang.core.errors import NotAllowed, Refused, SecondPersonNeeded
from gongfang.ledger import postings
from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import CNY, Account
from gongfang.pay import actions as pay
from gongfang.pay.models import Earning, Slip
from gongfang.registry.people.models import Relation
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import HandInRow
from gongfang.work.piecework.mended import cost_hao
from gongfang.work.piecework.models import Bag, HandIn, Mending
from tests.cast import Person
from tests.work.piecework.conftest import MARGIN, RATE, Floor

pytestmark = pytest.mark.usefixtures("all_adds_up")
PIECE, MENDED = RATE + MARGIN, RATE // 2


def fresh(bag: Bag) -> Bag:
    return Bag.objects.get(pk=bag.pk)


def owed(person: Person) -> int:
    """What somebody has earned and was not paid."""
    terms = Relation.objects.get(resident=person.row)
    return ledger.balance(Account(postings.relation(terms.pk), "owed", CNY))


def given(floor: Floor, bag: Bag, pieces: int) -> Mending:
    people = floor.people
    return actions.give_to_mend(people.chen.by(), fresh(bag), maker=people.lin.row, pieces=pieces)


def mended(floor: Floor, mending: Mending, pieces: int) -> HandIn:
    bag = fresh(mending.bag)
    row = HandInRow(bag_id=bag.pk, pieces=pieces, mending_id=mending.pk)
    return actions.hand_in_mended(floor.people.chen.by(), [bag], rows=[row])[0]


# --- 28: rework by another -----------------------------------------------------------------------------------------


def test_28_mending_by_another_raises_the_cost_and_taking_it_back_restores_it_exactly(floor, machine):
    people, order = floor.people, floor.order
    bag = floor.bag(people.zhou)
    floor.inspect(floor.hand_in(bag, 30), 25, rework=5)
    before = cost_hao(order)
    assert before == 25 * PIECE
    status, row = machine(people.chen)(
        "POST", f"/piecework/bags/{bag.pk}/mendings", {"maker_id": people.lin.row.pk, "pieces": 3}
    )
    assert (status, row["mend_hao"]) == (200, MENDED)
    assert machine(people.luo)("GET", f"/piecework/orders/{order.pk}/cost")[1]["cost_hao"] == (
        before + 3 * MENDED
    )
    with pytest.raises(Refused, match="2 pieces are to be mended and with nobody else"):
        given(floor, bag, 3)
    with pytest.raises(Refused):
        floor.mend(bag, 3)  # only two are with who made them
    status, row = machine(people.chen)("POST", f"/piecework/mendings/{row['id']}/take-back")
    assert (status, row["returned"], cost_hao(order)) == (200, 3, before)
    assert floor.inspect(floor.mend(bag, 5), 5).accepted == 5


def test_28_the_reworker_is_paid_by_rule_and_the_first_maker_stays_on_record(floor, visit):
    people = floor.people
    bag = floor.bag(people.zhou)
    floor.inspect(floor.hand_in(bag, 30), 25, rework=5)
    page = visit(people.he)
    form = {"key": uuid4(), "maker": people.lin.row.pk, "pieces": 3}
    assert page.post(reverse("piecework:give_to_mend", args=[bag.pk]), form).status_code == 302
    mending = Mending.objects.get()
    told = visit(people.lin).get(reverse("piecework:mine")).content.decode()
    assert "for somebody else. Each accepted piece earns 0.225 yuan" in told
    row = mended(floor, mending, 3)
    assert (row.relation, row.mending) == (bag.lot.relation, mending)
    with pytest.raises(SecondPersonNeeded):  # who gave them to mend does not inspect them
        actions.inspect(people.he.by(), [row], rows=[actions.Verdict(hand_in_id=row.pk, accepted=3)])
    word = floor.inspect(row, 2, rejected=1)
    assert (owed(people.zhou), owed(people.lin)) == (27 * RATE, 2 * MENDED)
    earning = Earning.objects.get()
    assert (earning.mended, earning.made_by, earning.approved_by) == (
        word, people.he.user, people.zhao.user,
    )  # fmt: skip
    assert cost_hao(floor.order) == 27 * PIECE + 2 * MENDED
    pay.draw_up_slips(people.luo.by(), people.operator)
    slips = {slip.relation.resident_id: slip.gross_hao for slip in Slip.objects.select_related("relation")}
    assert slips == {people.zhou.row.pk: 27 * RATE, people.lin.row.pk: 2 * MENDED}
    assert "mended by another" in page.get(reverse("piecework:bag", args=[bag.pk])).content.decode()
    assert page.get(reverse("piecework:mendings")).status_code == 200


def test_28_a_count_taken_back_is_with_the_mender_again(floor):
    bag = floor.bag()
    floor.inspect(floor.hand_in(bag, 30), 25, rework=5)
    mending = given(floor, bag, 4)
    row = mended(floor, mending, 4)
    actions.cancel_hand_in(floor.people.chen.by(), [row])
    assert Mending.objects.get().left == 4
    with pytest.raises(Refused):
        mended(floor, mending, 5)
    assert floor.inspect(mended(floor, mending, 4), 3, rework=1).accepted == 3
    assert owed(floor.people.lin) == 3 * MENDED
    assert (
        floor.inspect(floor.mend(bag, 2), 2).accepted == 2
    )  # what was not good enough is the first maker's again
    assert fresh(bag).stage == Bag.Stage.CLOSED


# --- several makers of one bag -------------------------------------------------------------------------------------


def part(floor: Floor, bag: Bag, maker: Person, pieces: int) -> HandIn:
    row = HandInRow(bag_id=bag.pk, pieces=pieces, maker_id=maker.row.pk)
    return actions.hand_in(floor.people.chen.by(), [fresh(bag)], rows=[row])[0]


def test_each_who_made_a_part_of_a_bag_is_paid_for_the_own_accepted_pieces(floor, visit):
    people = floor.people
    bag = floor.bag(people.zhou)
    own = floor.hand_in(bag, 18)
    form = {"key": uuid4(), "maker": people.lin.row.pk, "pieces": 12}
    assert visit(people.chen).post(reverse("piecework:part", args=[bag.pk]), form).status_code == 302
    other = HandIn.objects.get(relation__resident=people.lin.row)
    assert other.provisional
    assert "made and earns them" in visit(people.zhou).get(reverse("piecework:mine")).content.decode()
    assert not actions.confirm_hand_ins(people.zhou.by(), [other])[0].provisional
    with pytest.raises(Refused):
        part(floor, bag, people.lin, 1)  # the parts never pass the bag
    floor.inspect(own, 17, rework=1)
    floor.inspect(other, 10, rejected=2)
    assert (owed(people.zhou), owed(people.lin), fresh(bag).accepted) == (17 * RATE, 10 * RATE, 27)
    row = HandInRow(bag_id=bag.pk, pieces=1, maker_id=people.lin.row.pk)
    with pytest.raises(Refused):  # what is to be mended is not hers
        actions.hand_in_mended(people.chen.by(), [fresh(bag)], rows=[row])
    floor.inspect(floor.mend(bag, 1), 1)
    slips = pay.draw_up_slips(people.luo.by(), people.operator)
    assert sorted(slip.gross_hao for slip in slips) == [10 * RATE, 18 * RATE]
    assert sum(slip.gross_hao for slip in slips) == fresh(bag).accepted * RATE


def test_only_the_desk_names_who_else_made_it_and_only_one_of_the_workshops_makers(floor, machine):
    people = floor.people
    bag = floor.bag(people.zhou)
    with pytest.raises(Refused, match="not with this workshop"):
        part(floor, bag, people.fang, 5)
    row = HandInRow(bag_id=bag.pk, pieces=5, maker_id=people.lin.row.pk)
    with pytest.raises(NotAllowed):
        actions.hand_in(people.chen.by(for_=people.zhou), [fresh(bag)], rows=[row])
    body = {"rows": [{"bag_id": bag.pk, "pieces": 5, "maker_id": people.lin.row.pk}]}
    status, rows = machine(people.chen)("POST", "/piecework/hand-ins", body)
    assert (status, rows[0]["provisional"]) == (200, True)
