"""Pieces come back from the enterprise: mended free, made anew, credited or refused; whoever made them keeps the pay."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongfang.core import clock
from gongfang.core.errors import Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.ledger import postings
from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import CNY, Account
from gongfang.ledger.reconcile import reconcile
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import OrderLine
from gongfang.work.orders.queries import left_to_share, to_invoice
from gongfang.work.piecework import actions
from gongfang.work.piecework.access import visible_claims
from tests.work.piecework.conftest import FEE, TODAY

pytestmark = pytest.mark.usefixtures("all_adds_up")
PAY_BY = TODAY + timedelta(days=30)


@pytest.fixture
def slip(floor):
    """Thirty accepted pieces, all with the enterprise."""
    floor.inspect(floor.hand_in(floor.bag(pieces=30), 30), 30)
    return actions.deliver(floor.people.luo.by(), OrderLine.objects.get(pk=floor.line.pk), pieces=30)


@pytest.fixture
def claim(floor, slip):
    return actions.enter_claim(floor.people.sun.by(), slip, pieces=10, reason="绳尾散开")


def line_of(floor):
    return OrderLine.objects.get(pk=floor.line.pk)


def owed(order):
    return ledger.balance(Account(postings.order(order.pk), "fee_due", CNY))


def answer(floor, claim, outcome):
    return actions.answer_claim(floor.people.luo.by(), claim, outcome=outcome, answer="已处理")


def test_the_enterprise_sends_pieces_back_with_a_reason(floor, claim):
    line = line_of(floor)
    assert (claim.stage, line.returned, line.delivered) == ("open", 10, 30)
    assert floor.pieces(postings.line(line.pk), "claimed") == 10
    assert floor.pieces(postings.line(line.pk), "delivered") == 20


def test_no_more_comes_back_than_went_out_and_every_claim_says_why(floor, slip, claim):
    with pytest.raises(Refused, match="20"):
        actions.enter_claim(floor.people.sun.by(), slip, pieces=21, reason="绳尾散开")
    with pytest.raises(Refused) as silent:
        actions.enter_claim(floor.people.sun.by(), slip, pieces=1, reason=" ")
    assert silent.value.field == "reason"


@pytest.mark.parametrize("outcome", ["mended", "refused"])
def test_mended_or_refused_pieces_go_to_the_enterprise_again_at_the_same_fee(floor, claim, outcome):
    done = answer(floor, claim, outcome)
    line = line_of(floor)
    assert (done.stage, line.returned, line.earned_hao) == (outcome, 0, 30 * FEE)
    assert floor.pieces(postings.line(line.pk), "delivered") == 30


def test_what_is_replaced_is_made_anew_and_paid_by_the_enterprise_once(floor, slip, claim):
    before = left_to_share(line_of(floor))
    answer(floor, claim, "replaced")
    line = line_of(floor)
    assert (line.replaced, left_to_share(line) - before) == (10, 10)
    assert to_invoice(line.order) == 20 * FEE
    floor.inspect(floor.hand_in(floor.bag(floor.people.lin, pieces=10), 10), 10)
    actions.deliver(floor.people.luo.by(), line_of(floor), pieces=10)
    assert to_invoice(line.order) == 30 * FEE


def test_a_credited_claim_takes_an_unpaid_invoice_back_in_part(floor, slip, claim):
    bill = orders.invoice(floor.people.wang.by(), floor.order, number="F-1", due=PAY_BY)
    answer(floor, claim, "credited")
    bill.refresh_from_db()
    note = bill.credits.get()
    assert (note.number, note.amount_hao, note.refund_hao, note.reason) == ("F-1-1", 10 * FEE, 0, "绳尾散开")
    assert (bill.owing_hao, owed(floor.order), to_invoice(floor.order)) == (20 * FEE, 20 * FEE, 0)
    orders.receive_fee(floor.people.luo.by(), bill, amount_hao=20 * FEE, received_on=TODAY, document="回单")
    bill.refresh_from_db()
    assert bill.stage == "paid"


def test_what_was_paid_already_is_paid_back_by_a_second_person(floor, slip, claim):
    bill = orders.invoice(floor.people.wang.by(), floor.order, number="F-1", due=PAY_BY)
    orders.receive_fee(floor.people.li.by(), bill, amount_hao=25 * FEE, received_on=TODAY, document="回单")
    answer(floor, claim, "credited")
    bill.refresh_from_db()
    note = bill.credits.get()
    assert (bill.stage, note.amount_hao, note.refund_hao) == ("paid", 10 * FEE, 5 * FEE)
    with pytest.raises(SecondPersonNeeded):
        orders.refund_fee(floor.people.luo.by(), note, document="回单 2")
    orders.refund_fee(floor.people.wang.by(), note, document="回单 2")
    with pytest.raises(Moved):
        orders.refund_fee(floor.people.wang.by(), note, document="回单 3")
    assert to_invoice(floor.order) == 0


def test_who_made_the_pieces_keeps_the_pay_whatever_becomes_of_them(floor, slip):
    pays = floor.owed(floor.share.shares.get())
    for outcome in ("mended", "refused", "credited", "replaced"):
        answer(floor, actions.enter_claim(floor.people.sun.by(), slip, pieces=3, reason="色差"), outcome)
    assert floor.owed(floor.share.shares.get()) == pays == 30 * 4_500


def test_who_entered_a_claim_does_not_answer_it_and_nobody_answers_twice(floor, slip):
    claim = actions.enter_claim(floor.people.luo.by(), slip, pieces=3, reason="色差")
    with pytest.raises(SecondPersonNeeded):
        answer(floor, claim, "refused")
    actions.answer_claim(floor.people.wang.by(), claim, outcome="refused", answer="与封样一致")
    with pytest.raises(Moved):
        actions.answer_claim(floor.people.wang.by(), claim, outcome="credited", answer="再看")


@pytest.mark.parametrize("who", ["chen", "zhao", "zhou", "wu", "qian"])
def test_only_the_enterprise_and_who_sent_it_claim_and_only_who_sent_answers(floor, slip, claim, who):
    with pytest.raises(NotAllowed):
        actions.enter_claim(getattr(floor.people, who).by(), slip, pieces=1, reason="色差")
    with pytest.raises(NotAllowed):
        actions.answer_claim(floor.people.sun.by(), claim, outcome="credited", answer="请退款")


def test_a_buyer_sees_the_own_claims_and_a_maker_none(floor, claim):
    assert list(visible_claims(floor.people.sun.member)) == [claim]
    assert not visible_claims(floor.people.zhou.member).exists()


def test_an_order_with_an_open_claim_is_not_closed_and_a_closed_one_still_takes_claims(floor, slip, claim):
    with pytest.raises(Refused) as refusal:
        orders.close_order(floor.people.luo.by(), floor.order)
    assert refusal.value.code == "claims"
    answer(floor, claim, "refused")
    orders.close_order(floor.people.luo.by(), floor.order)
    later = actions.enter_claim(floor.people.sun.by(), slip, pieces=2, reason="色差")
    with pytest.raises(Refused) as closed:
        answer(floor, later, "replaced")
    assert closed.value.code == "closed"
    answer(floor, later, "credited")


def test_the_pages_lead_from_the_slip_to_the_answer(floor, slip):
    sun, luo = floor.people.sun.client(), floor.people.luo.client()
    assert f"/deliveries/{slip.pk}/claim/" in sun.get(f"/piecework/deliveries/{slip.pk}/").content.decode()
    key = "0b9c9a3e-6f5a-4f6e-9a51-0d7d4c7c9d01"
    entered = sun.post(
        f"/piecework/deliveries/{slip.pk}/claim/", {"key": key, "pieces": "4", "reason": "绳尾散开"}
    )
    claim = slip.claims.get()
    assert (entered.status_code, entered.headers["Location"]) == (302, f"/piecework/claims/{claim.pk}/")
    key = "0b9c9a3e-6f5a-4f6e-9a51-0d7d4c7c9d02"
    luo.post(
        f"/piecework/claims/{claim.pk}/answer/", {"key": key, "outcome": "mended", "answer": "已重新收尾"}
    )
    assert "已重新收尾" in sun.get(f"/piecework/claims/{claim.pk}/").content.decode()
    assert sun.get("/piecework/claims.xlsx").status_code == 200


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    paid=st.integers(min_value=0, max_value=12),
    claims=st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["mended", "refused", "credited", "replaced"])),
        max_size=4,
    ),
)
def test_whatever_comes_back_and_was_paid_the_books_add_up(floor, paid, claims):
    floor.inspect(floor.hand_in(floor.bag(pieces=12), 12), 12)
    slip = actions.deliver(floor.people.luo.by(), line_of(floor), pieces=12)
    if paid and to_invoice(floor.order):
        bill = orders.invoice(floor.people.wang.by(), floor.order, number=f"F-{slip.pk}", due=PAY_BY)
        arrived = min(paid * FEE, bill.amount_hao)
        orders.receive_fee(floor.people.li.by(), bill, amount_hao=arrived, received_on=TODAY, document="回单")
    for pieces, outcome in claims:
        answer(floor, actions.enter_claim(floor.people.sun.by(), slip, pieces=pieces, reason="色差"), outcome)
    assert not reconcile().differences


def test_a_reminder_goes_up_level_by_level_and_stops_when_paid(floor, slip):
    bill = orders.invoice(floor.people.wang.by(), floor.order, number="F-1", due=TODAY)
    luo = floor.people.luo
    with pytest.raises(Refused):
        orders.remind(luo.by(), bill)
    with at(TODAY + timedelta(days=2)):
        first = orders.remind(luo.by(), bill)
        assert (first.level, "F-1" in first.text, "210" not in first.text) == (1, True, True)
        with pytest.raises(Refused):
            orders.remind(luo.by(), bill)
    with at(TODAY + timedelta(days=70)):
        assert orders.remind(luo.by(), bill).level == 3
        page = luo.client().get(f"/orders/invoices/{bill.pk}/").content.decode()
        assert first.text in page
        orders.receive_fee(luo.by(), bill, amount_hao=30 * FEE, received_on=TODAY, document="回单")
        bill.refresh_from_db()
        with pytest.raises(Refused):
            orders.remind(luo.by(), bill)


def test_an_officer_sets_the_words_of_reminders_and_others_do_not(floor, slip):
    levels = [orders.Level(1, 5, "请尽快付 {owed}。"), orders.Level(2, 20, "第二次")]
    with pytest.raises(NotAllowed):
        orders.set_reminders(floor.people.luo.by(), None, levels=levels, document="办法")
    with pytest.raises(Refused):
        orders.set_reminders(floor.people.wang.by(), None, levels=levels[::-1], document="办法")
    orders.set_reminders(floor.people.wang.by(), None, levels=levels, document="办法")
    bill = orders.invoice(floor.people.wang.by(), floor.order, number="F-1", due=TODAY)
    with at(TODAY + timedelta(days=4)), pytest.raises(Refused):
        orders.remind(floor.people.luo.by(), bill)
    with at(TODAY + timedelta(days=5)):
        assert orders.remind(floor.people.luo.by(), bill).text == "请尽快付 ¥21.00。"


def test_what_is_owed_is_sorted_by_how_late_it_is(floor, slip):
    for days, number in ((0, "F-0"), (30, "F-1"), (31, "F-2"), (90, "F-3"), (91, "F-4")):
        due = TODAY + timedelta(days=100 - days)
        orders.invoice(floor.people.wang.by(), floor.order, number=number, due=due, amount_hao=FEE)
    with at(TODAY + timedelta(days=100)):
        page = floor.people.sun.client().get("/orders/arrears/")
        assert [list(row.values())[2:] for row in page.context["table"].rows] == [[FEE, FEE, FEE, FEE, FEE]]
        assert floor.people.zhou.client().get("/orders/arrears/").context["table"].rows == []
        assert floor.people.sun.client().get("/orders/arrears/sheet/").status_code == 200


def at(day: date):
    return clock.at(clock.now().replace(year=day.year, month=day.month, day=day.day))
