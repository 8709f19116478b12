"""Bags go out: packed from what people took, issued with the material there is."""

import pytest

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.ledger import postings
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Ingredient, Work
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import actions, queries
from gongfang.work.piecework.models import Bag, BagMaterial
from tests.work.piecework.conftest import BEAD, DUE, ROPE, TODAY, settle

pytestmark = pytest.mark.usefixtures("all_adds_up")


def lot_of(bag):
    return Lot.objects.get(pk=bag.lot_id)


def test_a_hundred_pieces_in_bags_of_thirty(floor):
    bags = floor.packed(floor.people.zhou, 100)
    assert [bag.pieces for bag in bags] == [30, 30, 30, 10]
    assert {bag.status for bag in bags} == {"packed"}
    assert len({bag.code for bag in bags}) == 4


def test_what_is_packed_is_not_packed_again(floor):
    lot = floor.lot(floor.people.zhou, 40)
    actions.pack_bags(floor.people.chen.by(), [lot])
    with pytest.raises(Refused, match="packed already"):
        actions.pack_bags(floor.people.chen.by(), [lot])


def test_a_whole_sack_is_packed_and_issued_in_one_act_each(floor):
    people = floor.people
    lots = [floor.lot(people.zhou, 60), floor.lot(people.lin, 45)]
    bags = actions.pack_bags(people.chen.by(), lots)
    issued = actions.issue_bags(people.chen.by(), bags)
    assert [(bag.lot_id, bag.pieces, bag.status) for bag in issued] == [
        (lots[0].pk, 30, "out"), (lots[0].pk, 30, "out"), (lots[1].pk, 30, "out"), (lots[1].pk, 15, "out"),
    ]  # fmt: skip
    assert {(bag.issued_by, bag.issued_on) for bag in issued} == {(people.chen.user, TODAY)}
    assert OrderLine.objects.get(pk=floor.line.pk).issued == 105
    assert Lot.objects.get(pk=floor.share.pk).issued == 105


def test_issuing_moves_the_material_of_the_recipe_to_the_maker(floor):
    bag = floor.bag(pieces=30)
    lot = postings.lot(bag.lot_id)
    assert floor.held(lot, "custody") == 30 * ROPE
    assert floor.held(lot, "custody", floor.bead) == 30 * BEAD
    assert floor.held(postings.organisation(floor.people.operator.pk), "store") == 5_000_000 - 30 * ROPE


def test_the_workshops_own_store_is_used_first(floor):
    chen, people = floor.people.chen, floor.people
    rows = [orders.Arrival(floor.rope, 20 * ROPE)]
    orders.receive_material(chen.by(), floor.order, number="S-2", rows=rows, store=people.workshop)
    floor.bag(pieces=30)
    assert floor.stored() == 0
    assert floor.held(postings.organisation(people.operator.pk), "store") == 5_000_000 - 10 * ROPE


@pytest.mark.usefixtures("_morning")
def test_one_unit_short_is_written_down_and_never_invented(county):
    floor = settle(rope=30 * ROPE - 1)
    bag = floor.bag(pieces=30)
    rope = BagMaterial.objects.get(bag=bag, order_material__material=floor.rope)
    assert (rope.need, rope.issued, rope.short) == (30 * ROPE, 30 * ROPE - 1, 1)
    assert floor.held(postings.lot(bag.lot_id), "custody") == 30 * ROPE - 1


@pytest.mark.usefixtures("_morning")
def test_a_bag_goes_out_with_nothing_in_it_never(county):
    floor = settle(rope=30 * ROPE, bead=30)
    bags = floor.packed(floor.people.zhou, 60)
    with pytest.raises(Refused, match=f"no material left for bag {bags[1].code}"):
        actions.issue_bags(floor.people.chen.by(), bags)
    assert set(Bag.objects.values_list("stage", flat=True)) == {"packed"}
    assert lot_of(bags[0]).issued == 0


def test_a_bag_is_issued_once(floor):
    bag = floor.bag()
    with pytest.raises(Moved, match="with the maker"):
        actions.issue_bags(floor.people.chen.by(), [bag])


def test_the_same_key_issues_once(floor):
    bags = floor.packed(floor.people.zhou)
    by = floor.people.chen.by()
    assert actions.issue_bags(by, bags) == actions.issue_bags(by, bags)
    assert lot_of(bags[0]).issued == 30


@pytest.mark.parametrize("who", ["zhao", "zhou", "wu", "luo", "sun", "qian", "wang", "ma"])
def test_only_the_desk_of_the_workshop_packs_and_issues(floor, who):
    person = getattr(floor.people, who)
    lot = floor.lot(floor.people.zhou, 30)
    with pytest.raises(NotAllowed):
        actions.pack_bags(person.by(), [lot])
    bags = actions.pack_bags(floor.people.chen.by(), [lot])
    with pytest.raises(NotAllowed):
        actions.issue_bags(person.by(), bags)


def test_nobody_issues_in_the_name_of_a_maker(floor):
    bags = floor.packed(floor.people.zhou)
    with pytest.raises(NotAllowed):
        actions.issue_bags(floor.people.chen.by(for_=floor.people.zhou), bags)


def test_an_empty_slip_is_refused(floor):
    with pytest.raises(Refused, match="Nothing was chosen"):
        actions.issue_bags(floor.people.chen.by(), [])


def test_bags_are_packed_for_people_only(floor):
    with pytest.raises(Refused, match="packed for people"):
        actions.pack_bags(floor.people.chen.by(), [floor.share])


def test_an_unpacked_bag_is_void_and_its_pieces_can_be_packed_anew(floor):
    bag = floor.packed(floor.people.zhou)[0]
    assert actions.unpack_bags(floor.people.chen.by(), [bag])[0].status == "cancelled"
    with pytest.raises(Moved):
        actions.issue_bags(floor.people.chen.by(), [bag])
    again = actions.pack_bags(floor.people.chen.by(), [lot_of(bag)])
    assert [row.pieces for row in again] == [30]


def test_cancelling_an_issue_puts_every_supplied_quantity_back(floor):
    bag = floor.bag()
    back = actions.cancel_issue(floor.people.chen.by(), [bag])[0]
    assert (back.status, back.issued_by, back.issued_on) == ("packed", None, None)
    assert list(BagMaterial.objects.filter(bag=bag).values_list("issued", flat=True)) == [0, 0]
    assert floor.held(postings.lot(bag.lot_id), "custody") == 0
    assert floor.held(postings.organisation(floor.people.operator.pk), "store") == 5_000_000
    assert (lot_of(bag).issued, OrderLine.objects.get(pk=floor.line.pk).issued) == (0, 0)


def test_a_cancelled_issue_can_be_issued_and_cancelled_again(floor):
    bag, desk = floor.bag(), floor.people.chen
    for _again in range(2):
        bag = actions.cancel_issue(desk.by(), [bag])[0]
        bag = actions.issue_bags(desk.by(), [bag])[0]
    assert floor.held(postings.lot(bag.lot_id), "custody") == 30 * ROPE


def test_an_issue_of_which_something_came_back_stays(floor):
    bag = floor.bag()
    floor.hand_in(bag, 1)
    with pytest.raises(Moved, match="came back"):
        actions.cancel_issue(floor.people.chen.by(), [bag])


def test_half_a_lot_issued_is_partly_issued(floor):
    lot = floor.lot(floor.people.zhou, 60)
    first, second = actions.pack_bags(floor.people.chen.by(), [lot])
    actions.issue_bags(floor.people.chen.by(), [first])
    assert lot_of(first).status == "partly_issued"
    actions.issue_bags(floor.people.chen.by(), [second])
    assert lot_of(first).status == "issued"


def test_a_label_leads_to_its_bag_however_it_is_typed(floor):
    bag = floor.packed(floor.people.zhou)[0]
    typed = "-".join((bag.code[:5].lower(), bag.code[5:10], bag.code[10:]))
    assert queries.find_bag(floor.people.chen.member, typed) == bag
    assert queries.find_bag(floor.people.chen.member, f"HTTPS://PANAN.EXAMPLE/B/{bag.code}") == bag


def test_a_wrong_label_says_so_at_once(floor):
    bag = floor.packed(floor.people.zhou)[0]
    wrong = bag.code[:-2] + ("2" if bag.code[-2] != "2" else "3") + bag.code[-1]
    with pytest.raises(queries.WrongLabel, match="Scan it again"):
        queries.find_bag(floor.people.chen.member, wrong)


def test_a_foreign_label_says_where_the_bag_belongs(floor):
    bag = floor.packed(floor.people.zhou)[0]
    with pytest.raises(queries.WrongLabel, match="双溪共富工坊"):
        queries.find_bag(floor.people.wu.member, bag.code)
    with pytest.raises(queries.WrongLabel, match="issued to somebody else"):
        queries.find_bag(floor.people.lin.member, bag.code)


def test_a_label_of_no_bag_is_told_apart_from_a_wrong_one(floor):
    from gongfang.core.codes import new_label

    with pytest.raises(queries.WrongLabel, match="No bag of this county"):
        queries.find_bag(floor.people.chen.member, new_label())


def test_the_first_wrong_label_of_a_sack_is_named(floor):
    bag = floor.packed(floor.people.zhou)[0]
    with pytest.raises(queries.WrongLabel, match="NOLABEL: "):
        queries.find_bags(floor.people.chen.member, f"{bag.code}\nNOLABEL")


def test_makers_see_their_own_bags_and_no_others(floor):
    own, other = floor.bag(floor.people.zhou), floor.bag(floor.people.lin)
    from gongfang.work.piecework.access import visible_bags

    def seen(person):
        return set(visible_bags(person.member))

    assert seen(floor.people.zhou) == {own}
    for person in (
        floor.people.chen,
        floor.people.zhao,
        floor.people.he,
        floor.people.wang,
        floor.people.qian,
    ):
        assert seen(person) == {own, other}
    for person in (floor.people.wu, floor.people.fang, floor.people.sun, floor.people.su, floor.people.ma):
        assert seen(person) == set()


def test_two_lines_of_one_product_take_what_each_recipe_asks(floor):
    people, by = floor.people, floor.people.wang.by
    thin = Work(
        name="编结", skill=floor.step.skill, standard_seconds=120, bag_pieces=30,
        recipe=(Ingredient(floor.rope, 1_000),),
    )  # fmt: skip
    version = orders.publish_version(by(), floor.step.version.product, steps=(thin,))
    step = version.steps.get()
    orders.set_rate(by(), step, hao=3_000, valid_from=TODAY, document="2022 年工价表")
    sample = orders.make_sample(by(), people.enterprise, version=version)
    orders.approve_sample_for_enterprise(people.sun.by(), sample)
    orders.approve_sample_for_centre(people.li.by(), sample)
    draft = orders.open_order(by(), floor.order.contract, due=DUE, number="K-2")
    lines = [
        orders.add_line(by(), draft, version=one, pieces=10, fee_hao=7_000)
        for one in (floor.step.version, version)
    ]
    orders.place_order(by(), draft)
    rows = [orders.Arrival(floor.rope, 100_000), orders.Arrival(floor.bead, 100)]
    orders.receive_material(people.luo.by(), draft, number="S-9", rows=rows)
    lots = []
    for line in OrderLine.objects.filter(pk__in=[line.pk for line in lines]).order_by("pk"):
        share = dispatch.share_out(by(), line, organisation=people.workshop, pieces=10)
        lots.append(dispatch.claim(people.zhou.by(), share, maker=people.zhou.row, pieces=10))
    actions.issue_bags(people.chen.by(), actions.pack_bags(people.chen.by(), lots))
    issued = BagMaterial.objects.filter(bag__lot__in=lots).order_by("pk")
    assert [(row.order_material.material, row.issued) for row in issued] == [
        (floor.rope, 10 * ROPE), (floor.bead, 10 * BEAD), (floor.rope, 10 * 1_000),
    ]  # fmt: skip
