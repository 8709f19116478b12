"""Delivered pieces are invoiced, the enterprise pays, and what is late shows."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongfang.core.errors import Moved, Refused, SecondPersonNeeded
from gongfang.ledger.accounts import CNY, Account, Holder
from gongfang.ledger.queries import balance
from gongfang.work.orders import actions
from gongfang.work.orders.queries import fee_arrears, hourly, to_invoice
from tests.work.orders.conftest import TODAY, by
from tests.work.orders.counting import work

PAY_BY = date(2022, 10, 15)


def owed(order):
    return balance(Account(Holder("order", order.pk), "fee_due", CNY))


@pytest.fixture
def delivered(town, line):
    work(by(town.clerk), line, shared=1_000, issued=1_000, handed_in=1_000, accepted=1_000, delivered=1_000)
    return line.order


@pytest.fixture
def bill(town, delivered):
    return actions.invoice(by(town.manager), delivered, number="F-1", due=PAY_BY)


def test_an_invoice_proposes_what_was_delivered_and_then_nothing_more(town, delivered, bill):
    assert (bill.amount_hao, owed(delivered), to_invoice(delivered)) == (7_000_000, 7_000_000, 0)
    with pytest.raises(Refused) as refusal:
        actions.invoice(by(town.manager), delivered, number="F-2", due=PAY_BY)
    assert refusal.value.code == "not_delivered"


def test_the_next_invoice_proposes_only_what_is_new(town, delivered, bill, line):
    """Acceptance 5, told for fees."""
    line.refresh_from_db()
    work(by(town.clerk), line, handed_in=20, accepted=20, delivered=20)
    assert to_invoice(delivered) == 140_000


def test_no_more_is_invoiced_than_was_delivered(town, delivered):
    with pytest.raises(Refused) as refusal:
        actions.invoice(by(town.manager), delivered, number="F-1", due=PAY_BY, amount_hao=7_000_001)
    assert refusal.value.field == "amount_hao"


def test_a_fee_arrives_in_parts_and_settles_the_invoice(town, bill):
    actions.receive_fee(by(town.officer), bill, amount_hao=3_000_000, received_on=TODAY, document="回单 1")
    bill.refresh_from_db()
    assert (bill.stage, bill.status, owed(bill.order)) == ("open", "partly_paid", 4_000_000)
    actions.receive_fee(by(town.officer), bill, amount_hao=4_000_000, received_on=TODAY, document="回单 2")
    bill.refresh_from_db()
    assert (bill.stage, bill.status, owed(bill.order)) == ("paid", "paid", 0)
    with pytest.raises(Refused):
        actions.receive_fee(by(town.officer), bill, amount_hao=1, received_on=TODAY, document="回单 3")


def test_whoever_wrote_the_invoice_does_not_record_its_payment(town, bill):
    with pytest.raises(SecondPersonNeeded):
        actions.receive_fee(by(town.manager), bill, amount_hao=1, received_on=TODAY, document="回单")


def test_a_payment_names_its_bank_document_and_is_not_more_than_owed(town, bill):
    with pytest.raises(Refused) as silent:
        actions.receive_fee(by(town.officer), bill, amount_hao=1, received_on=TODAY, document="")
    with pytest.raises(Refused) as much:
        actions.receive_fee(by(town.officer), bill, amount_hao=7_000_001, received_on=TODAY, document="回单")
    assert (silent.value.field, much.value.field) == ("document", "amount_hao")


def test_a_cancelled_invoice_can_be_written_again(town, delivered, bill):
    actions.cancel_invoice(by(town.manager), bill, reason="抬头写错")
    assert (owed(delivered), to_invoice(delivered)) == (0, 7_000_000)
    with pytest.raises(Moved):
        actions.cancel_invoice(by(town.manager), bill, reason="再来")


def test_an_invoice_with_money_on_it_stays(town, bill):
    actions.receive_fee(by(town.officer), bill, amount_hao=1, received_on=TODAY, document="回单")
    with pytest.raises(Refused) as refusal:
        actions.cancel_invoice(by(town.officer), bill, reason="算错")
    assert refusal.value.code == "paid"


def test_an_invoice_is_in_arrears_from_the_day_after_it_was_due(town, bill):
    assert not fee_arrears(PAY_BY).exists()
    late = fee_arrears(date(2022, 10, 16)).get()
    assert (late, late.owed_hao) == (bill, 7_000_000)
    actions.receive_fee(by(town.officer), bill, amount_hao=7_000_000, received_on=TODAY, document="回单")
    assert not fee_arrears(date(2022, 10, 16)).exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.integers(min_value=1, max_value=2_000_000), min_size=1, max_size=4))
def test_whatever_arrives_in_whatever_parts_nothing_of_a_fee_is_lost(town, delivered, parts):
    bill = actions.invoice(
        by(town.manager),
        delivered,
        number=f"F-{len(parts)}-{sum(parts)}-{delivered.invoices.count()}",
        due=PAY_BY,
    )
    for no, part in enumerate(parts):
        owing = bill.amount_hao - bill.received_hao
        if part <= owing:
            actions.receive_fee(
                by(town.officer), bill, amount_hao=part, received_on=TODAY, document=f"回单 {no}"
            )
            bill.refresh_from_db()
    assert owed(delivered) == sum(
        b.amount_hao - b.received_hao for b in delivered.invoices.exclude(stage="cancelled")
    )
    rest = bill.amount_hao - bill.received_hao
    actions.receive_fee(by(town.officer), bill, amount_hao=rest, received_on=TODAY, document="尾款")
    assert owed(delivered) == 0
    extra = delivered.lines.get()
    work(by(town.clerk), extra, handed_in=1_000, accepted=1_000, delivered=1_000)


@given(
    hao=st.integers(min_value=1, max_value=10_000_000),
    seconds=st.integers(min_value=1, max_value=36_000),
)
def test_an_hour_never_promises_more_than_the_rate_gives(hao, seconds):
    assert hourly(hao, seconds) * seconds <= hao * 3600 < (hourly(hao, seconds) + 1) * seconds
