"""What an act books arrives once, whole, or not at all."""

import uuid

import pytest

from gongfang.core.errors import KeyReused, Moved
from gongfang.ledger import queries
from gongfang.ledger.accounts import CNY, Account, Holder
from gongfang.ledger.models import Transfer as Row
from gongfang.ledger.posting import Transfer
from gongfang.ledger.shortages import Short
from tests.ledger.conftest import By, by, move, take_back

COST = Account(Holder("organisation", 1), "cost", CNY)
OWED = Account(Holder("relation", 7), "owed", CNY)
TRANSIT = Account(Holder("relation", 7), "transit", CNY)
OVERPAID = Account(Holder("relation", 7), "overpaid", CNY)


def pay(amount, source=COST, target=OWED, **facts):
    return Transfer(source, target, amount, "tests.bag:1", **facts)


def test_what_is_booked_leaves_one_account_and_reaches_the_other(clerk):
    move(by(clerk), [pay(450), pay(50), pay(120, OWED, TRANSIT)])
    assert queries.balances_of([COST, OWED, TRANSIT]) == {COST: -500, OWED: 380, TRANSIT: 120}


def test_nothing_is_booked_where_nothing_moves(clerk):
    move(by(clerk), [pay(0)])
    assert Row.objects.count() == 0


def test_a_transfer_of_less_than_nothing_or_to_itself_cannot_be_written_down(clerk):
    with pytest.raises(ValueError, match="never negative"):
        pay(-1)
    with pytest.raises(ValueError, match="two accounts"):
        pay(1, OWED, OWED)


def test_all_transfers_of_an_act_carry_its_times_and_its_number(clerk):
    who = By(clerk, "scan", acted_at=None)
    move(who, [pay(450), pay(50)])
    rows = Row.objects.all()
    assert len({row.txn for row in rows}) == 1
    assert len({row.booked_on for row in rows}) == 1


def test_the_same_act_sent_twice_books_once(clerk):
    who = by(clerk)
    transfers = [pay(450)]
    move(who, transfers)
    move(who, transfers)
    assert queries.balance(OWED) == 450


def test_the_same_transfer_in_two_acts_is_booked_once_and_with_another_amount_refused(clerk):
    key = uuid.uuid4()
    move(by(clerk), [pay(450, key=key)])
    move(by(clerk), [pay(450, key=key)])
    assert queries.balance(OWED) == 450
    with pytest.raises(KeyReused):
        move(by(clerk), [pay(451, key=key)])


def test_more_than_is_owed_is_refused_with_the_sum_that_is_missing(clerk):
    move(by(clerk), [pay(12_300)])
    with pytest.raises(Short) as refusal:
        move(by(clerk), [pay(20_000, OWED, TRANSIT)])
    assert str(refusal.value) == (
        "1.23 yuan is owed here, 0.77 yuan less than that. Pay at most what is owed."
    )
    assert (refusal.value.account, refusal.value.short) == (OWED, 7_700)
    assert queries.balances_of([OWED, TRANSIT]) == {OWED: 12_300, TRANSIT: 0}


def test_one_transfer_too_much_refuses_the_whole_act(clerk):
    with pytest.raises(Short):
        move(by(clerk), [pay(100), pay(200, OWED, TRANSIT)])
    assert Row.objects.count() == 0


def test_what_comes_in_with_the_act_may_go_out_with_it(clerk):
    move(by(clerk), [pay(100, OWED, TRANSIT), pay(100)])
    assert queries.balances_of([OWED, TRANSIT]) == {OWED: 0, TRANSIT: 100}


def test_an_accrual_taken_back_leaves_nothing_owed(clerk):
    move(by(clerk), [pay(450)])
    take_back(by(clerk), [Row.objects.get().pk])
    assert queries.balances_of([COST, OWED, OVERPAID]) == {COST: 0, OWED: 0, OVERPAID: 0}


def test_what_was_paid_already_stands_as_overpaid(clerk):
    move(by(clerk), [pay(450)])
    accrual = Row.objects.get()
    move(by(clerk), [pay(300, OWED, TRANSIT)])
    take_back(by(clerk), [accrual.pk])
    assert queries.balances_of([COST, OWED, TRANSIT, OVERPAID]) == {
        COST: 0,
        OWED: 0,
        TRANSIT: 300,
        OVERPAID: -300,
    }


def test_a_correction_counts_only_the_difference_as_overpaid(clerk):
    move(by(clerk), [pay(450)])
    accrual = Row.objects.get()
    move(by(clerk), [pay(450, OWED, TRANSIT)])
    move(by(clerk), [pay(450, OWED, COST, reverses=accrual.pk), pay(430)])
    assert queries.balances_of([COST, OWED, OVERPAID]) == {COST: -430, OWED: 0, OVERPAID: -20}


def test_nothing_is_taken_back_twice(clerk):
    move(by(clerk), [pay(450)])
    accrual = Row.objects.get()
    take_back(by(clerk), [accrual.pk])
    with pytest.raises(Moved):
        take_back(by(clerk), [accrual.pk])
    with pytest.raises(Moved):
        move(by(clerk), [pay(1, OWED, COST, reverses=accrual.pk)])


def test_the_rest_of_a_transfer_partly_taken_back_is_taken_back_once(clerk):
    move(by(clerk), [pay(450)])
    accrual = Row.objects.get()
    move(by(clerk), [pay(200, OWED, COST, reverses=accrual.pk)])
    take_back(by(clerk), [accrual.pk])
    assert queries.balance(OWED) == 0
    assert list(Row.objects.filter(reverses=accrual.pk).values_list("amount", flat=True)) == [200, 250]


def test_what_moved_on_cannot_be_taken_back(clerk):
    move(by(clerk), [pay(450), pay(450, OWED, TRANSIT)])
    approved = Row.objects.get(amount=450, reverses=None, src__gt=0, dst=Row.objects.last().dst)
    move(by(clerk), [pay(450, TRANSIT, Account(OWED.holder, "paid", CNY))])
    with pytest.raises(Short):
        take_back(by(clerk), [approved.pk])


def test_a_statement_shows_what_stood_after_each_transfer(clerk):
    for amount in (450, 50):
        move(by(clerk), [pay(amount)])
    move(by(clerk), [pay(120, OWED, TRANSIT)])
    told = queries.statement(OWED)
    assert [(line.amount, line.balance, line.other) for line in told.lines] == [
        (-120, 380, TRANSIT),
        (50, 500, COST),
        (450, 450, COST),
    ]
    assert (told.balance, told.page, told.pages) == (380, 1, 1)


def test_a_long_statement_goes_on_where_its_first_page_ended(clerk):
    move(by(clerk), [pay(n) for n in range(1, queries.PAGE + 3)])
    first, second = queries.statement(OWED), queries.statement(OWED, 2)
    assert first.lines[-1].balance - first.lines[-1].amount == second.lines[0].balance == 1 + 2
    assert (len(second.lines), second.pages) == (2, 2)
