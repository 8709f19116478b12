"""Material: in, out, used, back. The number of each scenario stands in its name."""

from __future__ import annotations

from typing import Any

import pytest

from gongfang.core.errors import Moved, Refused, SecondPersonNeeded
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Arrival, Batch, Count, Ingredient
from gongfang.work.orders.models import Invoice, StockBatch
from gongfang.work.orders.queries import bag_sizes, material_to_bill, offcuts_in, stock_of, within_tolerance
from gongfang.work.piecework import actions, queries
from gongfang.work.piecework.actions import BackRow, HandInRow, LossRow, UseRow
from gongfang.work.piecework.models import Bag, BagMaterial, CountedUse, Loss
from tests.acceptance.town import HAO, Town, row_of

# --- material in --------------------------------------------------------------------------------------------------


def test_1_freight_is_spread_over_the_units_of_a_slip(town: Town):
    kinds = [town.material(f"m{n}") for n in range(4)]
    order = town.order([(town.step("a", *(Ingredient(kind, 1) for kind in kinds)), 5)])
    each = 10 * HAO * 1000
    receipt = town.receive(
        order, *(Arrival(kind, 5, value_hao_per_1000=each) for kind in kinds), costs_hao=100 * HAO
    )
    assert [item.cost_hao for item in receipt.items.order_by("pk")] == [25 * HAO] * 4
    assert [row_of(order, kind).worth(1) for kind in kinds] == [15 * HAO] * 4
    more = Arrival(kinds[0], 5, value_hao_per_1000=21 * HAO * 1000)
    town.receive(order, more, number="S-2")
    assert row_of(order, kinds[0]).worth(1) == 18 * HAO  # the average of what is on hand


def test_1_costs_that_do_not_divide_lose_nothing(town: Town):
    kinds = [town.material(f"m{n}") for n in range(3)]
    order = town.order([(town.step("a", *(Ingredient(kind, 1) for kind in kinds)), 5)])
    receipt = town.receive(order, *(Arrival(kind, 1) for kind in kinds), costs_hao=100)
    assert sorted(item.cost_hao for item in receipt.items.all()) == [33, 33, 34]


def test_1_metres_and_pieces_share_the_freight_by_their_value(town: Town):
    rope, bead = town.material("rope", unit="mm"), town.material("bead")
    order = town.order([(town.step("a", Ingredient(rope, 1_000), Ingredient(bead, 1)), 5)])
    with pytest.raises(Refused) as refusal:
        town.receive(order, Arrival(rope, 5_000), Arrival(bead, 5), costs_hao=100)
    assert refusal.value.field == "costs_hao"
    receipt = town.receive(
        order,
        Arrival(rope, 5_000, value_hao_per_1000=6_000),
        Arrival(bead, 5, value_hao_per_1000=2_000_000),
        costs_hao=400,
    )
    assert [item.cost_hao for item in receipt.items.order_by("pk")] == [300, 100]


def test_2_a_material_that_is_not_on_the_order_gets_a_row_of_its_own(town: Town):
    rope, glue = town.material("rope"), town.material("glue")
    order = town.order([(town.step("a", Ingredient(rope, 1)), 5)])
    town.receive(order, Arrival(glue, 5))
    row = row_of(order, glue)
    assert (row.promised, row.received, row.status) == (0, 5, "extra")


@pytest.mark.parametrize("tracking", ["batch", "serial"])
def test_3_the_return_slip_proposes_exactly_what_came(town: Town, tracking: str):
    kind = town.material("m", tracking=tracking)
    order = town.order([(town.step("a", Ingredient(kind, 1)), 3)])
    town.receive(order, Arrival(kind, 2, batches=[Batch("A1"), Batch("A2")]))
    town.receive(order, Arrival(kind, 1, batches=[Batch("A3")]), number="S-2")
    (proposed,) = stock_of(order, town.people.workshop.pk)
    assert proposed.amount == 3
    assert [(batch.code, batch.left) for batch in proposed.batches] == [("A1", 1), ("A2", 1), ("A3", 1)]
    with pytest.raises(Refused) as refusal:
        _return(town, order, Arrival(kind, 1, batches=[Batch("B9")]))
    assert refusal.value.code == "not_here"
    _return(town, order, Arrival(kind, 3, batches=[Batch(b.code, b.left) for b in proposed.batches]))
    assert stock_of(order, town.people.workshop.pk) == []


def _return(town: Town, order, *rows: Arrival):
    return orders.return_material(
        town.people.luo.by(), order, number="R-1", rows=rows, store=town.people.workshop
    )


def test_3_the_numbers_on_a_slip_add_up_to_it(town: Town):
    kind = town.material("m", tracking="serial")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 3)])
    for batches in ([], [Batch("A1")], [Batch("A1"), Batch("A1")], [Batch("A1", 2)]):
        with pytest.raises(Refused):
            town.receive(order, Arrival(kind, 2, batches=batches))


def test_4_offcuts_travel_back_only_when_the_order_says_so(town: Town):
    cloth = town.material("cloth", unit="mm")
    step = town.step("a", Ingredient(cloth, 1_000, offcut=50))
    asks, keeps = town.order([(step, 10)], offcuts=True), town.order([(step, 10)])
    for order in (asks, keeps):
        town.receive(order, Arrival(cloth, 10_000))
        town.back(town.bag(order.lines.get(), 10), 10)
    shop = town.people.workshop
    assert (offcuts_in(asks, shop.pk), offcuts_in(keeps, shop.pk)) == ({cloth.pk: 500}, {})
    slip: dict[str, Any] = {"number": "O-1", "rows": [Arrival(cloth, 500)], "store": shop}
    with pytest.raises(Refused) as refusal:
        orders.return_offcuts(town.people.luo.by(), keeps, **slip)
    assert refusal.value.code == "offcuts_stay"
    orders.return_offcuts(town.people.luo.by(), asks, **slip)
    assert (offcuts_in(asks, shop.pk), row_of(asks, cloth).offcuts_returned) == ({}, 500)


def test_5_a_bill_proposes_what_was_used_of_ours_and_not_billed(town: Town):
    thread = town.material("thread")
    step = town.step("a", Ingredient(thread, 1, "ours"))
    order = town.order([(step, 5)])
    town.receive(order, Arrival(thread, 5, value_hao_per_1000=2 * HAO * 1000))
    town.back(town.bag(order.lines.get(), 5), 5)
    luo, due = town.people.luo, order.due
    three = orders.bill_material(
        luo.by(), order, number="M-1", due=due, rows=[orders.Billed(material=thread, amount=3)]
    )
    assert three.amount_hao == 6 * HAO
    assert {kind: row.amount for kind, row in material_to_bill(order).items()} == {thread.pk: 2}
    two = orders.bill_material(luo.by(), order, number="M-2", due=due)
    assert (two.amount_hao, material_to_bill(order)) == (4 * HAO, {})
    with pytest.raises(Refused) as refusal:
        orders.bill_material(luo.by(), order, number="M-3", due=due)
    assert refusal.value.code == "nothing_to_bill"
    orders.cancel_invoice(luo.by(), Invoice.objects.get(pk=three.pk), reason="抬头写错")
    assert {kind: row.amount for kind, row in material_to_bill(order).items()} == {thread.pk: 3}


def test_5_returned_pieces_take_nothing_back_from_a_bill_for_material(town: Town):
    thread = town.material("thread")
    order = town.order([(town.step("a", Ingredient(thread, 1, "ours")), 5)])
    town.receive(order, Arrival(thread, 5, value_hao_per_1000=2 * HAO * 1000))
    town.back(town.bag(order.lines.get(), 5), 5)
    luo = town.people.luo
    sent = actions.deliver(luo.by(), order.lines.get(), pieces=5)
    for_pieces = orders.invoice(luo.by(), order, number="F-1", due=order.due)
    orders.bill_material(luo.by(), order, number="M-1", due=order.due)
    claim = actions.enter_claim(town.people.sun.by(), sent, pieces=2, reason="掉色")
    claim = actions.answer_claim(luo.by(), claim, outcome="credited", answer="认了")
    assert list(claim.notes.values_list("invoice", "amount_hao")) == [(for_pieces.pk, 2 * 9_000)]


def test_5_the_enterprises_own_material_is_never_billed(town: Town):
    thread = town.material("thread")
    order = town.order([(town.step("a", Ingredient(thread, 1)), 5)])
    town.receive(order, Arrival(thread, 5))
    town.back(town.bag(order.lines.get(), 5), 5)
    assert material_to_bill(order) == {}


def test_5_whose_material_it_is_can_be_said_for_one_order(town: Town):
    thread = town.material("thread")
    order = town.order([(town.step("a", Ingredient(thread, 1)), 5)])
    orders.set_ownership(town.people.luo.by(), row_of(order, thread), ownership="ours")
    town.receive(order, Arrival(thread, 5, value_hao_per_1000=1_000_000))
    town.back(town.bag(order.lines.get(), 5), 5)
    assert [row.hao for row in material_to_bill(order).values()] == [5_000]
    with pytest.raises(Refused) as refusal:
        orders.set_ownership(town.people.luo.by(), row_of(order, thread), ownership="enterprise")
    assert refusal.value.code == "received"


def test_6_a_number_not_made_under_this_order_is_not_delivered(town: Town):
    kind = town.material("m")
    step = town.step("a", Ingredient(kind, 1))
    made = {}
    for name in ("A", "B"):
        order = town.order([(step, 2)])
        town.receive(order, Arrival(kind, 2))
        word = town.back(town.bag(order.lines.get(), 2), 2)
        actions.number_pieces(town.people.chen.by(), word, codes=[f"{name}1", f"{name}2"])
        made[name] = order
    line = made["A"].lines.get()
    with pytest.raises(Refused) as refusal:
        actions.deliver(town.people.luo.by(), line, pieces=2, numbers=["A1", "B1"])
    assert refusal.value.code == "not_made_here"
    sent = actions.deliver(town.people.luo.by(), line, pieces=1, numbers=["A1"])
    assert list(sent.numbers.values_list("code", flat=True)) == ["A1"]
    with pytest.raises(Refused):
        actions.deliver(town.people.luo.by(), line, pieces=1, numbers=["A1"])


# --- bags out, pieces back ----------------------------------------------------------------------------------------


def test_8_sent_for_ten_and_received_five_the_rest_is_proposed_back(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10))
    bag = town.bag(order.lines.get(), 10)
    town.back(bag, 5)
    proposed = queries.to_give_back(Bag.objects.get(pk=bag.pk))
    assert (proposed.pieces, proposed.materials) == (5, {kind.pk: 5})


def test_9_cancelling_an_issue_puts_every_quantity_back(town: Town):
    plain, batched = town.material("m"), town.material("b", tracking="batch")
    order = town.order([(town.step("a", Ingredient(plain, 2), Ingredient(batched, 1)), 10)])
    town.receive(order, Arrival(plain, 20), Arrival(batched, 10, batches=[Batch("X", 4), Batch("Y", 6)]))
    bags = town.issue(town.bags(order.lines.get(), 10))
    assert (town.stored(order, plain), town.stored(order, batched)) == (0, 0)
    actions.cancel_issue(town.people.chen.by(), bags)
    assert (town.stored(order, plain), town.stored(order, batched)) == (20, 10)
    assert dict(StockBatch.objects.values_list("code", "left")) == {"X": 4, "Y": 6}
    assert set(BagMaterial.objects.values_list("issued", "used", "given_back")) == {(0, 0, 0)}
    town.issue(list(Bag.objects.filter(pk__in=[bag.pk for bag in bags])))
    assert dict(StockBatch.objects.values_list("code", "left")) == {"X": 0, "Y": 0}


def test_10_two_of_five_pieces_use_two_fifths_of_the_worth(town: Town):
    kinds = [town.material(f"m{n}") for n in range(4)]
    amounts = (2, 4, 2, 2)  # a piece: 10, 20, 10 and 10 units for five
    step = town.step("a", *(Ingredient(kind, n) for kind, n in zip(kinds, amounts, strict=True)))
    order = town.order([(step, 5)])
    rows = [Arrival(kind, 5 * n, value_hao_per_1000=100_000) for kind, n in zip(kinds, amounts, strict=True)]
    town.receive(order, *rows)
    bag = town.bag(order.lines.get(), 5)
    town.back(bag, 2)
    used = list(bag.materials.order_by("pk").values_list("used", "used_hao"))
    assert used == [(4, 400), (8, 800), (4, 400), (4, 400)]
    assert sum(hao for _amount, hao in used) == 2_000


def test_11_a_shortage_is_recorded_and_never_invented(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 9))
    bag = town.bag(order.lines.get(), 10)
    row = bag.materials.get()
    assert (row.need, row.issued, row.short) == (10, 9, 1)
    town.back(bag, 10)
    row.refresh_from_db()
    assert (row.used, row.in_custody) == (9, 0)


def test_12_batches_are_used_first_in_first_out(town: Town):
    kind = town.material("m", tracking="batch")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    for n, amount in enumerate((3, 3, 3, 1), start=1):
        town.receive(order, Arrival(kind, amount, batches=[Batch(f"B{n}", amount)]), number=f"S-{n}")
    bag = town.bag(order.lines.get(), 10)
    (row,) = bag.materials.all()
    used = []
    for pieces in (4, 4, 2):
        town.back(bag, pieces)
        used.append(dict(row.batches.values_list("batch__code", "used")))
    assert used == [
        {"B1": 3, "B2": 1, "B3": 0, "B4": 0},
        {"B1": 3, "B2": 3, "B3": 2, "B4": 0},
        {"B1": 3, "B2": 3, "B3": 3, "B4": 1},
    ]


def test_13_half_is_sent_and_the_second_half_follows(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 5))
    bag = town.bag(order.lines.get(), 10)
    town.back(bag, 5)
    (row,) = bag.materials.all()
    assert (row.issued, row.used) == (5, 5)
    town.receive(order, Arrival(kind, 5), number="S-2")
    actions.issue_missing(town.people.chen.by(), [bag])
    assert queries.to_give_back(Bag.objects.get(pk=bag.pk)).materials == {kind.pk: 5}
    town.back(bag, 5)
    row.refresh_from_db()
    assert (row.issued, row.used, row.short) == (10, 10, 0)
    with pytest.raises(Moved):
        actions.issue_missing(town.people.chen.by(), [bag])


def test_14_the_same_product_on_two_lines_with_different_recipes(town: Town):
    kinds = [town.material("old"), town.material("new")]
    steps = [town.step(f"v{n}", Ingredient(kind, 1)) for n, kind in enumerate(kinds)]
    order = town.order([(step, 10) for step in steps])
    assert [row_of(order, kind).promised for kind in kinds] == [10, 10]
    town.receive(order, *(Arrival(kind, 10) for kind in kinds))
    for line, kind in zip(order.lines.order_by("pk"), kinds, strict=True):
        bag = town.bag(line, 10)
        town.back(bag, 10)
        assert list(bag.materials.values_list("order_material__material", "used")) == [(kind.pk, 10)]


def test_15_nothing_is_used_of_a_bag_that_was_never_issued(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10))
    bag = town.bags(order.lines.get(), 10)[0]
    with pytest.raises(Moved):
        actions.hand_in(town.people.chen.by(), [bag], rows=[HandInRow(bag_id=bag.pk, pieces=5)])
    assert (bag.materials.get().used, town.stored(order, kind)) == (0, 10)


def test_18_a_strict_recipe_uses_what_it_says(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1, policy="strict")), 9)])
    town.receive(order, Arrival(kind, 9))
    bag = town.bag(order.lines.get(), 9)
    stands = []
    for _time in range(2):
        found = town.hand_in(bag, 3)
        with pytest.raises(Refused) as refusal:
            _count(town, found, {kind.pk: 4})
        assert refusal.value.code == "strict"
        town.inspect(found)
        row = bag.materials.get()
        stands.append((row.used, row.in_custody))
    assert stands == [(3, 6), (6, 3)]


def _count(town: Town, found, materials: dict[int, int], reason: str = "") -> list[CountedUse]:
    row = UseRow(hand_in_id=found.pk, materials=materials, reason=reason)
    return actions.count_use(town.people.chen.by(), [found], rows=[row])


def test_18_a_recipe_that_warns_asks_for_a_reason(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 10, policy="warn")), 9)])
    town.receive(order, Arrival(kind, 90))
    bag = town.bag(order.lines.get(), 9)
    found = town.hand_in(bag, 3)
    with pytest.raises(Refused) as refusal:
        _count(town, found, {kind.pk: 33})
    assert refusal.value.field == "reason"
    _count(town, found, {kind.pk: 30})
    (use,) = _count(town, found, {kind.pk: 33}, "绳头打滑")
    assert (use.by_recipe, use.amount) == (30, 33)
    town.inspect(found)
    assert (bag.materials.get().used, town.of_lot(bag, kind, "used")) == (33, 33)


def test_18_a_flexible_recipe_goes_by_the_count_and_never_beyond_the_bag(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 10, policy="flexible")), 9)])
    town.receive(order, Arrival(kind, 90))
    bag = town.bag(order.lines.get(), 9)
    found = town.hand_in(bag, 3)
    with pytest.raises(Refused) as refusal:
        _count(town, found, {kind.pk: 91})
    assert refusal.value.code == "too_much"
    _count(town, found, {kind.pk: 25})
    town.inspect(found)
    assert bag.materials.get().used == 25
    with pytest.raises(Moved):
        _count(town, found, {kind.pk: 25})


def test_19_the_rest_of_a_thing_is_what_the_recipe_does_not_say(town: Town):
    """5 kg planned as 1.25 kg, 1 kg and the rest, to the gram."""
    kind = town.material("clay", unit="g")
    order = town.order([(town.step("a", Ingredient(kind, 1, policy="flexible")), 5_000)])
    town.receive(order, Arrival(kind, 5_000))
    assert row_of(order, kind).promised == 5_000
    for number, amount in (("R-1", 1_250), ("R-2", 1_000)):
        slip: dict[str, Any] = {
            "number": number,
            "rows": [Arrival(kind, amount)],
            "store": town.people.workshop,
        }
        orders.return_material(town.people.luo.by(), order, **slip)
    assert [row.amount for row in stock_of(order, town.people.workshop.pk)] == [2_750]


def test_20_a_hundred_pieces_in_bags_of_thirty(town: Town):
    kind = town.material("m")
    step = town.step("a", Ingredient(kind, 1), bag=30)
    order = town.order([(step, 100)])
    town.receive(order, Arrival(kind, 100))
    assert [bag.pieces for bag in town.bags(order.lines.get(), 100)] == [30, 30, 30, 10]
    assert bag_sizes(step, 100) == [30, 30, 30, 10]


def test_21_a_tolerance_of_a_tenth(town: Town):
    kind = town.material("m")
    line = town.order([(town.step("a", Ingredient(kind, 1)), 10)]).lines.get()
    line.over_permille = line.under_permille = 100
    assert [within_tolerance(line, pieces) for pieces in (8, 9, 12)] == ["short", "within", "over"]


# --- others of their kind -----------------------------------------------------------------------------------------


def test_what_differs_from_the_slip_is_explained(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    with pytest.raises(Refused) as refusal:
        town.receive(order, Arrival(kind, 8, on_slip=10))
    assert refusal.value.code == "differs"
    receipt = town.receive(order, Arrival(kind, 8, on_slip=10, note="两个破损，未收"))
    assert (receipt.items.get().missing, row_of(order, kind).status) == (2, "short")


def test_a_slip_entered_wrongly_is_taken_back_whole(town: Town):
    kind = town.material("m", tracking="batch")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 5, value_hao_per_1000=2_000_000, batches=[Batch("A", 5)]))
    wrong = town.receive(
        order, Arrival(kind, 5, value_hao_per_1000=4_000_000, batches=[Batch("A", 5)]), number="S-2"
    )
    assert row_of(order, kind).value_hao_per_1000 == 3_000_000
    orders.cancel_receipt(town.people.luo.by(), wrong, reason="送错工坊")
    row = row_of(order, kind)
    assert (row.received, row.value_hao_per_1000, town.stored(order, kind)) == (5, 2_000_000, 5)
    assert StockBatch.objects.get().left == 5
    again = town.receive(order, Arrival(kind, 5, batches=[Batch("B", 5)]), number="S-2")
    town.bag(order.lines.get(), 10)
    with pytest.raises(Refused):
        orders.cancel_receipt(town.people.luo.by(), again, reason="送错工坊")


def test_a_stocktake_is_booked_by_another_person_and_explained(town: Town):
    kind, batched = town.material("m"), town.material("b", tracking="batch")
    order = town.order([(town.step("a", Ingredient(kind, 1), Ingredient(batched, 1)), 10)])
    town.receive(order, Arrival(kind, 10), Arrival(batched, 10, batches=[Batch("A", 10)]))
    people, shop = town.people, town.people.workshop
    with pytest.raises(Refused) as refusal:
        orders.take_stock(people.he.by(), order, rows=[Count(material=kind, counted=8)], store=shop)
    assert refusal.value.field == "reason"
    rows = [
        Count(material=kind, counted=8, reason="受潮两个"),
        Count(material=batched, counted=11, batch="A", reason="上次少记一个"),
    ]
    taken = orders.take_stock(people.he.by(), order, rows=rows, store=shop)
    assert town.stored(order, kind) == 10
    with pytest.raises(SecondPersonNeeded):
        orders.book_stocktake(people.he.by(), taken)
    orders.book_stocktake(people.luo.by(), taken)
    assert (town.stored(order, kind), town.stored(order, batched)) == (8, 11)
    assert (row_of(order, kind).difference, row_of(order, batched).difference) == (-2, 1)
    assert (town.stored(order, kind, "difference"), town.stored(order, batched, "difference")) == (2, -1)
    with pytest.raises(Moved):
        orders.discard_stocktake(people.luo.by(), taken)


def test_a_bag_is_handed_on_and_the_first_makers_pieces_stay_theirs(town: Town):
    kind = town.material("m", tracking="batch")
    order = town.order([(town.step("a", Ingredient(kind, 2)), 10)])
    town.receive(order, Arrival(kind, 20, batches=[Batch("A", 12), Batch("B", 8)]))
    bag = town.bag(order.lines.get(), 10)
    first = town.back(bag, 4)
    (second,) = actions.hand_over(town.people.chen.by(), [bag], maker=town.people.lin.row)
    assert (second.pieces, second.lot.maker, second.origin) == (6, town.people.lin.row, bag)
    assert (town.of_lot(bag, kind, "custody"), town.of_lot(second, kind, "custody")) == (0, 12)
    later = town.back(second, 6)
    assert [word.hand_in.bag.lot.maker_id for word in (first, later)] == [
        town.people.zhou.row.pk,
        town.people.lin.row.pk,
    ]
    assert (first.amount_hao, later.amount_hao) == (4 * 5_000, 6 * 5_000)
    assert Bag.objects.get(pk=bag.pk).status == "closed"


def test_one_of_two_bags_is_handed_on_and_the_other_is_still_to_be_made(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1), bag=10), 20)])
    town.receive(order, Arrival(kind, 20))
    first, other = town.bags(order.lines.get(), 20)
    town.issue([first])
    (second,) = actions.hand_over(town.people.chen.by(), [first], maker=town.people.lin.row)
    with pytest.raises(Moved, match="another maker"):
        actions.cancel_issue(town.people.chen.by(), [second])
    town.back(town.issue([other])[0], 10)
    town.back(second, 10)
    assert [bag.lot.maker for bag in (other, second)] == [town.people.zhou.row, town.people.lin.row]


def test_what_was_never_started_can_be_handed_on_whole(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10))
    bag = town.bag(order.lines.get(), 10)
    (second,) = actions.hand_over(town.people.chen.by(), [bag], maker=town.people.lin.row)
    town.back(second, 10)
    with pytest.raises(Refused):
        actions.hand_over(town.people.chen.by(), [second], maker=town.people.zhou.row)


def test_a_lost_bag_that_turns_up_is_with_its_maker_again(town: Town):
    kind = town.material("m", tracking="batch")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10, value_hao_per_1000=3_000_000, batches=[Batch("A", 10)]))
    bag = town.bag(order.lines.get(), 10)
    town.back(bag, 4)
    (loss,) = actions.lose_bags(town.people.chen.by(), [bag], reason="班车上丢了")
    assert (loss.value_hao, town.of_lot(bag, kind, "lost")) == (6 * 3_000, 6)
    assert Bag.objects.get(pk=bag.pk).stage == "closed"
    (found,) = actions.find_again(town.people.chen.by(), [loss])
    assert found.found_by == town.people.chen.user
    assert (town.of_lot(bag, kind, "lost"), town.of_lot(bag, kind, "custody")) == (0, 6)
    town.back(bag, 6)
    assert Bag.objects.get(pk=bag.pk).accepted == 10
    with pytest.raises(Moved):
        actions.find_again(town.people.chen.by(), [Loss.objects.get()])


def test_scrap_has_a_kind_and_a_reason(town: Town):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10))
    bag = town.bag(order.lines.get(), 10)
    row = LossRow(bag_id=bag.pk, materials={kind.pk: 2}, reason="染色不匀", kind="scrap")
    (loss,) = actions.report_loss(town.people.chen.by(), [bag], rows=[row])
    assert (loss.kind, loss.materials, bag.materials.get().in_custody) == ("scrap", {str(kind.pk): 2}, 8)


def test_a_substitute_takes_its_own_amount(town: Town):
    silk, cotton = town.material("silk", unit="mm"), town.material("cotton", unit="mm")
    step = town.step("a", Ingredient(silk, 1_000))
    order = town.order([(step, 10)])
    town.receive(order, Arrival(cotton, 12_000))
    wang = town.people.wang
    facts: dict[str, Any] = {"material": cotton, "amount": 1_200, "document": "企业回函 3 号"}
    allowed = orders.allow_substitute(wang.by(), step.recipe.get(), **facts)
    bags = town.bags(order.lines.get(), 10)
    with pytest.raises(Refused) as refusal:
        town.issue(bags)
    assert refusal.value.code == "no_material"
    actions.use_substitute(town.people.chen.by(), bags, substitute=allowed)
    (bag,) = town.issue(bags)
    town.back(bag, 10)
    assert list(bag.materials.values_list("order_material__material", "used")) == [(cotton.pk, 12_000)]


def test_unused_material_of_a_batch_comes_back_to_the_store_it_is_brought_to(town: Town):
    kind = town.material("m", tracking="batch")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10, batches=[Batch("A", 6), Batch("B", 4)]), store=town.people.operator)
    bag = town.bag(order.lines.get(), 10)
    actions.give_back(town.people.chen.by(), [bag], rows=[BackRow(bag_id=bag.pk, pieces=5)])
    (here,) = stock_of(order, town.people.workshop.pk)
    assert sorted((batch.code, batch.left) for batch in here.batches) == [("A", 1), ("B", 4)]
