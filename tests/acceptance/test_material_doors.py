"""A third of the scenarios of material once more, by a program and by people at the pages: the same quantities."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from gongfang.work.orders.actions import Arrival, Batch, Ingredient
from gongfang.work.orders.models import Receipt, Stocktake
from tests.acceptance.town import HAO, Town, row_of


def test_1_freight_is_spread_by_a_program(town: Town, machine):
    kinds = [town.material(f"m{n}") for n in range(4)]
    order = town.order([(town.step("a", *(Ingredient(kind, 1) for kind in kinds)), 5)])
    each = 10 * HAO * 1000
    rows = [{"material_id": kind.pk, "amount": 5, "value_hao_per_1000": each} for kind in kinds]
    status, slip = machine(town.people.luo)(
        "POST", f"/orders/{order.pk}/receipts", {"number": "S-1", "rows": rows, "costs_hao": 100 * HAO}
    )
    assert (status, slip["costs_hao"]) == (200, 100 * HAO)
    assert [row_of(order, kind).worth(1) for kind in kinds] == [15 * HAO] * 4


def test_1_freight_is_spread_on_the_page(town: Town, visit):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 5)])
    page = visit(town.people.luo)
    facts = {
        "key": uuid4(), "number": "S-1", "store": town.people.operator.pk, "received_on": "2022-09-08",
        f"amount_{kind.pk}": "5", f"worth_{kind.pk}": "10", "costs_hao": "25",
    }  # fmt: skip
    assert page.post(f"/orders/{order.pk}/receive/", facts).status_code == 302
    assert row_of(order, kind).worth(1) == 15 * HAO
    slip = Receipt.objects.get()
    wrong = {"key": uuid4(), "reason": "送错"}
    assert page.post(f"/orders/receipts/{slip.pk}/cancel/", wrong).status_code == 302
    assert row_of(order, kind).received == 0


def test_3_a_program_asks_what_would_go_back(town: Town, machine):
    kind = town.material("m", tracking="serial")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 3)])
    town.receive(order, Arrival(kind, 2, batches=[Batch("A1"), Batch("A2")]), store=town.people.operator)
    town.receive(order, Arrival(kind, 1, batches=[Batch("A3")]), number="S-2", store=town.people.operator)
    call = machine(town.people.luo)
    _status, lying = call("GET", f"/orders/{order.pk}/stock")
    batches = [{"code": code, "amount": 1} for code in ("A1", "A2", "A3")]
    assert lying == [{"material_id": kind.pk, "amount": 3, "offcuts": 0, "batches": batches}]
    rows = [{"material_id": kind.pk, "amount": 3, "batches": batches}]
    status, _slip = call("POST", f"/orders/{order.pk}/returns", {"number": "R-1", "rows": rows})
    assert (status, call("GET", f"/orders/{order.pk}/stock")[1]) == (200, [])


def test_3_the_page_of_a_return_proposes_exactly_what_came(town: Town, visit):
    kind = town.material("m", tracking="serial")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 3)])
    town.receive(order, Arrival(kind, 2, batches=[Batch("A1"), Batch("A2")]), store=town.people.operator)
    page = visit(town.people.luo).get(f"/orders/{order.pk}/return/")
    assert page.context["form"][f"batches_{kind.pk}"].value() == "A1 1\nA2 1"


def test_5_a_bill_is_proposed_to_a_program(town: Town, machine):
    thread = town.material("thread")
    order = town.order([(town.step("a", Ingredient(thread, 1, "ours")), 5)])
    town.receive(order, Arrival(thread, 5, value_hao_per_1000=2 * HAO * 1000))
    town.back(town.bag(order.lines.get(), 5), 5)
    call, due = machine(town.people.luo), order.due.isoformat()
    path = f"/orders/{order.pk}/material-bills"
    three = {"number": "M-1", "due": due, "rows": [{"material_id": thread.pk, "amount": 3}]}
    assert call("POST", path, three)[1]["amount_hao"] == 6 * HAO
    _status, open_ = call("GET", f"/orders/{order.pk}/material-to-bill")
    assert open_ == [{"material_id": thread.pk, "amount": 2, "hao": 4 * HAO}]
    assert call("POST", path, {"number": "M-2", "due": due})[0] == 200
    assert call("POST", path, {"number": "M-3", "due": due})[0] == 422


def test_13_the_second_half_follows_from_the_page_of_the_bag(town: Town, visit):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 5))
    bag = town.bag(order.lines.get(), 10)
    town.back(bag, 5)
    town.receive(order, Arrival(kind, 5), number="S-2")
    page = visit(town.people.chen)
    path = reverse("piecework:issue_missing", args=[bag.pk])
    assert path in page.get(reverse("piecework:bag", args=[bag.pk])).content.decode()
    assert page.post(path, {"key": uuid4()}).status_code == 302
    assert bag.materials.get().issued == 10


def test_18_a_program_counts_use(town: Town, machine):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 10, policy="warn")), 9)])
    town.receive(order, Arrival(kind, 90))
    found = town.hand_in(town.bag(order.lines.get(), 9), 3)
    call = machine(town.people.chen)
    row = {"hand_in_id": found.pk, "materials": {kind.pk: 33}}
    assert call("POST", "/piecework/hand-ins/count-use", {"rows": [row]})[0] == 422
    status, (use,) = call("POST", "/piecework/hand-ins/count-use", {"rows": [row | {"reason": "打滑"}]})
    assert (status, use["amount"], use["by_recipe"]) == (200, 33, 30)


def test_a_store_is_counted_and_booked_on_the_pages(town: Town, visit):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10))
    counting, booking = visit(town.people.he), visit(town.people.luo)
    path = f"/orders/{order.pk}/count/?store={town.people.workshop.pk}"
    row = row_of(order, kind)
    facts = {"key": uuid4(), f"counted_{row.pk}_0": "8", "reason": "受潮"}
    assert counting.post(path, facts).status_code == 302
    taken = Stocktake.objects.get()
    assert booking.get(f"/orders/stocktakes/{taken.pk}/").context["may_book"]
    assert booking.post(f"/orders/stocktakes/{taken.pk}/book/", {"key": uuid4()}).status_code == 302
    assert town.stored(order, kind) == 8


def test_what_lies_with_whom_is_told_with_its_worth_and_age(town: Town, machine, visit):
    kind = town.material("m")
    order = town.order([(town.step("a", Ingredient(kind, 1)), 10)])
    town.receive(order, Arrival(kind, 10, value_hao_per_1000=3_000_000))
    town.bag(order.lines.get(), 10)
    _status, answer = machine(town.people.chen)("GET", "/piecework/custody")
    (row,) = answer["items"]
    told = {name: row[name] for name in ("maker_id", "material_id", "amount", "hao", "days", "bags")}
    zhou = town.people.zhou
    assert told == {
        "maker_id": zhou.row.pk, "material_id": kind.pk, "amount": 10, "hao": 30_000, "days": 0, "bags": 1,
    }  # fmt: skip
    assert machine(zhou)("GET", "/piecework/custody")[1]["count"] == 1
    assert machine(town.people.lin)("GET", "/piecework/custody")[1]["count"] == 0
    assert "料m" in visit(zhou).get(reverse("piecework:mine")).content.decode()


def test_an_unusual_loss_of_dear_material_is_asked_after(town: Town, machine):
    hair, bead = town.material("hair", unit="g"), town.material("bead")
    order = town.order([(town.step("a", Ingredient(hair, 10), Ingredient(bead, 1)), 10)])
    town.receive(order, Arrival(hair, 100, value_hao_per_1000=200_000_000), Arrival(bead, 10))
    bag = town.bag(order.lines.get(), 10)
    call = machine(town.people.chen)
    assert call("GET", "/piecework/unusual-losses")[1]["count"] == 0
    row = {"bag_id": bag.pk, "materials": {hair.pk: 10, bead.pk: 5}, "reason": "不知去向"}
    _status, (loss,) = call("POST", "/piecework/losses", {"rows": [row]})
    (told,) = call("GET", "/piecework/unusual-losses")[1]["items"]
    assert (told["material_id"], told["missing"], told["hao"]) == (hair.pk, 10, 2_000_000)
    assert call("POST", "/piecework/losses/find-again", {"loss_ids": [loss["id"]]})[0] == 200
    assert call("GET", "/piecework/unusual-losses")[1]["count"] == 0
