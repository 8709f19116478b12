"""The chart: one order's material, pieces and money, from the supplier's cart to the people's cards."""

import pytest

from gongfang.core.errors import Refused
from gongfang.ledger import queries
from gongfang.ledger.accounts import CNY, Account, Holder, material, piece
from gongfang.ledger.models import Transfer
from gongfang.ledger.postings import line, lot, order, organisation, relation
from gongfang.ledger.reconcile import reconcile
from gongfang.ledger.shortages import Short
from tests.ledger.conftest import by, run, take_back

ENTERPRISE, OPERATOR, WORKSHOP, AGENT = 1, 2, 3, 4
ORDER, LINE, LOT, MAKER, ROPE = 11, 21, 31, 41, 51
CAUSE = {"cause": "tests.bag:1"}
STORE = {"order_id": ORDER, "store_id": WORKSHOP, "material_id": ROPE, **CAUSE}
BAG = {"order_id": ORDER, "lot_id": LOT, "material_id": ROPE, **CAUSE}
PIECES = {"line_id": LINE, "lot_id": LOT, **CAUSE}
PAYEE = {"payee": relation(MAKER), **CAUSE}


def received(amount):
    return ("receive", {"supplier_id": ENTERPRISE, "amount": amount, **STORE})


def issued(amount):
    return ("issue", {"lot_id": LOT, "amount": amount, **STORE})


def earned(amount):
    return ("accrue", {"operator_id": OPERATOR, "relation_id": MAKER, "amount": amount, **CAUSE})


def test_supplied_material_ends_used_lost_given_back_or_returned_to_the_millimetre(clerk):
    run(
        by(clerk),
        [
            received(1_000),
            issued(600),
            ("consume", {"amount": 480, **BAG}),
            ("lose", {"amount": 20, **BAG}),
            ("give_back", {"lot_id": LOT, "amount": 100, **STORE}),
            ("send_back", {"supplier_id": ENTERPRISE, "amount": 450, **STORE}),
        ],
    )
    assert queries.totals(material(ORDER, ROPE)) == {
        "outside": -1_000,
        "store": 50,
        "custody": 0,
        "used": 480,
        "lost": 20,
        "returned": 450,
    }
    assert reconcile().differences == ()


def test_material_moves_between_stores_and_no_further_than_it_is_there(clerk):
    run(by(clerk), [received(100), ("move_store", {"to_store_id": AGENT, "amount": 60, **STORE})])
    with pytest.raises(Short) as refusal:
        run(by(clerk), [issued(50)])
    assert str(refusal.value) == (
        "The store holds 40 of this material, 10 too little. Issue less, or receive more first."
    )


def test_the_material_of_one_order_never_serves_another(clerk):
    run(by(clerk), [received(100)])
    with pytest.raises(Short):
        run(by(clerk), [("issue", {**STORE, "order_id": ORDER + 1, "lot_id": LOT, "amount": 1})])


def test_pieces_handed_in_are_accepted_mended_rejected_or_lost_and_no_more_than_that(clerk):
    run(
        by(clerk),
        [
            ("make", {"pieces": 20, **PIECES}),
            ("accept", {"pieces": 15, **PIECES}),
            ("rework", {"pieces": 3, **PIECES}),
            ("reject", {"pieces": 1, **PIECES}),
            ("lose_pieces", {"pieces": 1, **PIECES}),
            ("make_again", {"pieces": 3, **PIECES}),
            ("accept", {"pieces": 2, **PIECES}),
            ("deliver", {"line_id": LINE, "pieces": 17, **CAUSE}),
        ],
    )
    assert queries.totals(piece(LINE)) == {
        "making": -20,
        "handed_in": 1,
        "accepted": 0,
        "rework": 0,
        "rejected": 1,
        "lost": 1,
        "delivered": 17,
    }
    with pytest.raises(Short, match=r"1 pieces wait for inspection, 1 fewer than that"):
        run(by(clerk), [("accept", {"pieces": 2, **PIECES})])
    with pytest.raises(Short, match="0 accepted pieces are here, 5 too few"):
        run(by(clerk), [("deliver", {"line_id": LINE, "pieces": 5, **CAUSE})])


def test_pay_goes_through_the_bank_and_comes_back_when_the_bank_fails(clerk):
    run(by(clerk), [earned(45_050), ("approve_payout", {"amount": 45_000, **PAYEE})])
    run(by(clerk), [("fail_payout", {"amount": 45_000, **PAYEE})])
    run(
        by(clerk),
        [("approve_payout", {"amount": 45_000, **PAYEE}), ("confirm_payout", {"amount": 45_000, **PAYEE})],
    )
    assert queries.balances(relation(MAKER)) == {
        Account(relation(MAKER), "owed", CNY): 50,
        Account(relation(MAKER), "paid", CNY): 45_000,
    }
    with pytest.raises(Short, match=r"0\.00 yuan is on its way to the bank"):
        run(by(clerk), [("confirm_payout", {"amount": 45_000, **PAYEE})])


def test_cash_is_paid_from_what_is_owed(clerk):
    run(by(clerk), [earned(10_000), ("pay_cash", {"amount": 10_000, **PAYEE})])
    assert queries.balances(relation(MAKER)) == {Account(relation(MAKER), "paid", CNY): 10_000}


def test_a_margin_is_owed_to_the_agent(clerk):
    run(
        by(clerk),
        [("accrue_margin", {"operator_id": OPERATOR, "organisation_id": AGENT, "amount": 900, **CAUSE})],
    )
    assert queries.balance(Account(organisation(AGENT), "owed", CNY)) == 900
    assert queries.balance(Account(organisation(OPERATOR), "cost", CNY)) == -900


def test_what_was_overpaid_is_set_off_and_never_more_than_that(clerk):
    run(by(clerk), [earned(500), ("pay_cash", {"amount": 500, **PAYEE})])
    take_back(by(clerk), [Transfer.objects.first().pk])
    run(by(clerk), [earned(800), ("set_off", {"amount": 400, **PAYEE})])
    assert queries.balances(relation(MAKER)) == {
        Account(relation(MAKER), "overpaid", CNY): -100,
        Account(relation(MAKER), "owed", CNY): 400,
        Account(relation(MAKER), "paid", CNY): 500,
    }
    with pytest.raises(Refused, match="more than was overpaid"):
        run(by(clerk), [("set_off", {"amount": 101, **PAYEE})])


def test_a_fee_is_due_until_the_enterprise_has_paid_it(clerk):
    invoice = ("invoice", {"order_id": ORDER, "enterprise_id": ENTERPRISE, "amount": 70_000, **CAUSE})
    run(
        by(clerk),
        [invoice, ("receive_fee", {"order_id": ORDER, "operator_id": OPERATOR, "amount": 30_000, **CAUSE})],
    )
    assert queries.balance(Account(order(ORDER), "fee_due", CNY)) == 40_000
    with pytest.raises(Short, match=r"4\.00 yuan of this fee is still due, 1\.00 yuan less"):
        run(
            by(clerk),
            [("receive_fee", {"order_id": ORDER, "operator_id": OPERATOR, "amount": 50_000, **CAUSE})],
        )


def test_every_transfer_of_an_act_and_of_a_cause_is_found(clerk):
    run(by(clerk), [received(5), received(6)])
    first = Transfer.objects.first()
    assert [row.amount for row in queries.transfers_of(txn=first.txn)] == [5, 6]
    assert [row.amount for row in queries.transfers_of(cause="tests.bag:1")] == [5, 6]
    assert queries.transfers_of(cause="tests.bag:11") == queries.transfers_of() == []


def test_holders_are_named_by_what_they_are():
    assert {line(1), lot(1), order(1), organisation(1), relation(1)} == {
        Holder(kind, 1) for kind in ("line", "lot", "order", "organisation", "relation")
    }
