"""Lots: scenarios 7, 16, 17 and 26: status follows quantities, and what was never made is given up and taken up."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from gongfang.core.errors import Moved, Refused
from gongfang.pay import actions as pay
from gongfang.registry.people import actions as people_actions
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Order
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import BackRow
from gongfang.work.piecework.models import Bag
from tests.work.piecework.conftest import Floor, settle

pytestmark = pytest.mark.usefixtures("all_adds_up")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def packed(floor: Floor, lot: Lot) -> list[Bag]:
    return actions.pack_bags(floor.people.chen.by(), [fresh(lot)])


def issued(floor: Floor, bags: list[Bag]) -> list[Bag]:
    return actions.issue_bags(floor.people.chen.by(), bags)


def back_unworked(floor: Floor, bag: Bag, pieces: int) -> None:
    actions.give_back(floor.people.chen.by(), [fresh(bag)], rows=[BackRow(bag_id=bag.pk, pieces=pieces)])


@pytest.mark.usefixtures("_morning")
def test_7_the_states_of_a_lot_follow_its_quantities(county, machine, visit):
    floor = settle(bag=4)
    people, said = floor.people, []

    def tell() -> None:
        said.append(fresh(lot).status)

    draft = orders.open_order(people.wang.by(), floor.order.contract, due=floor.order.due)
    assert draft.stage == Order.Stage.DRAFT
    lot = floor.lot(people.zhou, 10)
    tell()
    bags = packed(floor, lot)
    issued(floor, bags[:2])
    tell()
    issued(floor, bags[2:])
    tell()
    floor.inspect(floor.hand_in(bags[0], 4), 4)
    tell()
    floor.inspect(floor.hand_in(bags[1], 2), 2)
    back_unworked(floor, bags[1], 2)
    back_unworked(floor, bags[2], 2)
    assert machine(people.chen)("POST", f"/dispatch/lots/{lot.pk}/close")[1]["status"] == "closed"
    tell()
    with pytest.raises(Moved):
        floor.hand_in(bags[1], 1)
    with pytest.raises(Moved):
        packed(floor, lot)
    assert fresh(floor.share).free == 1_000 - 6
    again = reverse("dispatch:reopen_lot", args=[lot.pk])
    assert visit(people.chen).post(again, {"key": uuid4()}).status_code == 302
    tell()
    assert (fresh(lot).pieces, fresh(lot).provisional, fresh(floor.share).free) == (10, True, 990)
    dispatch.confirm_claim(people.zhou.by(), fresh(lot))
    rest = issued(floor, packed(floor, lot))[0]
    word = floor.inspect(floor.hand_in(rest, 4), 4)
    tell()
    people_actions.give_role(people.wang.by(), people.operator, user=people.su.user, role="inspector")
    pay.correct_verdict(people.su.by(), word, accepted=3, rework=1, rejected=0, reason="有一个松了")
    tell()
    assert said == [
        "open", "partly_issued", "issued", "partly_in", "closed", "partly_in", "done", "partly_in",
    ]  # fmt: skip


def test_7_what_others_have_taken_is_not_taken_up_again(floor, machine):
    people = floor.people
    lot = floor.lot(people.zhou, 10)
    with pytest.raises(Moved):
        dispatch.reopen_lot(people.chen.by(), lot)
    dispatch.close_lot(people.chen.by(), lot)
    free = fresh(floor.share).free
    dispatch.take_back_share(people.wang.by(), fresh(floor.share), pieces=free - 4)
    status, again = machine(people.chen)("POST", f"/dispatch/lots/{lot.pk}/reopen")
    assert (status, again["pieces"], fresh(floor.share).free) == (200, 4, 0)
    dispatch.close_lot(people.chen.by(), fresh(lot))
    floor.lot(people.lin, 4)
    with pytest.raises(Refused, match="others have taken it") as refusal:
        dispatch.reopen_lot(people.chen.by(), fresh(lot))
    assert refusal.value.code == "nothing_left"


def closed(floor: Floor, lot: Lot) -> tuple[int, int, int]:
    """Close a lot: what was planned, what is done, and what is given up for others."""
    before = fresh(floor.share).free
    done = dispatch.close_lot(floor.people.chen.by(), fresh(lot))
    return done.pieces, done.accepted, fresh(floor.share).free - before


@pytest.mark.usefixtures("_morning")
def test_16_of_twenty_planned_a_little_less_came_and_the_rest_is_given_up(county, machine):
    floor = settle(bag=200)
    lot = floor.lot(floor.people.zhou, 200)  # pieces are whole: tenths of twenty
    bag = issued(floor, packed(floor, lot))[0]
    floor.inspect(floor.hand_in(bag, 198), 198)
    back_unworked(floor, bag, 2)
    assert closed(floor, lot) == (200, 198, 2)
    told = machine(floor.people.chen)("GET", f"/dispatch/lots/{lot.pk}")[1]
    assert (told["status"], told["accepted"], told["pieces"] - told["accepted"]) == ("closed", 198, 2)


@pytest.mark.usefixtures("_morning")
def test_17_five_and_two_of_ten_are_kept_and_three_given_up(county, visit):
    floor = settle(bag=10)
    lot = floor.lot(floor.people.zhou, 10)
    bag = issued(floor, packed(floor, lot))[0]
    words = [floor.inspect(floor.hand_in(bag, count), count) for count in (5, 2)]
    back_unworked(floor, bag, 3)
    assert closed(floor, lot) == (10, 7, 3)
    assert [word.accepted for word in words] == [5, 2]
    assert (
        "Open it again"
        in visit(floor.people.chen).get(reverse("dispatch:lot", args=[lot.pk])).content.decode()
    )


@pytest.mark.usefixtures("_morning")
def test_26_a_tenth_lost_on_the_way_of_ten_is_received_lost_and_the_rest_accepted(county, machine):
    floor = settle(bag=10)
    bag = issued(floor, packed(floor, floor.lot(floor.people.zhou, 10)))[0]
    row = floor.hand_in(bag, 10)
    verdict = {
        "hand_in_id": row.pk,
        "accepted": 9,
        "lost": 1,
        "reason": "途中少一个",
        "readings": {"1": 70, "2": True},
    }
    status, said = machine(floor.people.zhao)("POST", "/piecework/inspections", {"rows": [verdict]})
    assert (status, said[0]["accepted"], said[0]["lost"]) == (200, 9, 1)
    bag = fresh(bag)
    assert (bag.handed_in, bag.lost, bag.accepted, bag.stage) == (10, 1, 9, Bag.Stage.CLOSED)
