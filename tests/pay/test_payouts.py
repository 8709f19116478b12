"""Payouts: one prepares, another approves, the bank answers, and nothing is paid twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gongfang.core import clock
from gongfang.core.errors import Frozen, Gone, KeyReused, Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.core.models import Continuity, Entry
from gongfang.pay import access, actions, queries, sheets
from gongfang.pay.models import Payout, PayoutBatch, Slip
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Look
from tests.cast import bank_card
from tests.pay.conftest import MARGIN, RATE, differences, later, money


def only(batch: PayoutBatch) -> Payout:
    return batch.payouts.get()


def test_whole_fen_are_paid_and_the_rest_stays_owed(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 3)  # 1.3575 yuan
    batch = purse.pay()
    assert (only(batch).amount_fen, batch.stage) == (135, "done")
    assert money(purse.people.zhou) == (75, 0, 13_500, 0)
    assert Slip.objects.get().stage == "closed"
    assert differences() == []


def test_the_fractions_of_two_slips_make_a_fen(purse):
    purse.card(purse.people.zhou)
    for _slip in range(2):
        purse.earn(purse.people.zhou, 3)
        purse.pay()
    assert money(purse.people.zhou) == (50, 0, 27_100, 0)


def test_what_is_on_no_slip_is_not_paid(purse):
    purse.earn(purse.people.zhou, 20)
    with pytest.raises(Refused) as refused:
        actions.prepare_batch(purse.people.luo.by(), purse.operator)
    assert refused.value.code == "nothing_to_pay"
    purse.slips()
    purse.earn(purse.people.zhou, 7)
    batch = actions.prepare_batch(purse.people.luo.by(), purse.operator)
    assert only(batch).amount_fen == 20 * RATE // 100


def test_whoever_has_no_card_is_listed_as_cash(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    purse.earn(purse.people.lin, 20)
    batch = purse.prepare()
    assert dict(batch.payouts.values_list("relation__resident", "method")) == {
        purse.people.zhou.row.pk: "bank",
        purse.people.lin.row.pk: "cash",
    }


def test_somebody_elses_card_is_refused_when_it_is_named(purse):
    purse.card(purse.people.zhou)
    with pytest.raises(Refused) as refused:
        purse.card(purse.people.lin)
    assert refused.value.code == "card_of_another"


def test_a_card_that_ended_since_stops_the_batch_until_its_payout_is_taken_out(purse):
    card = purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    people_actions.end_bank_account(purse.people.zhou.by(), card)
    with pytest.raises(Refused) as refused:
        actions.approve_batch(purse.people.li.by(), batch)
    assert refused.value.code == "not_own_account"
    actions.cancel_payout(purse.people.luo.by(), only(batch), why="卡已停用")
    actions.cancel_batch(purse.people.luo.by(), batch)
    assert only(purse.prepare()).method == "cash"


def test_a_payout_to_another_persons_card_is_never_approved(purse):
    purse.card(purse.people.zhou)
    lins = purse.card(purse.people.lin, "622848033007654321")
    purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    Payout.objects.filter(batch=batch).update(account=lins)
    with pytest.raises(Refused) as refused:
        actions.approve_batch(purse.people.li.by(), batch)
    assert refused.value.code == "not_own_account"


def test_who_prepared_a_batch_does_not_approve_it(purse):
    purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    with pytest.raises(SecondPersonNeeded):
        actions.approve_batch(purse.people.luo.by(), batch)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(approved_by=batch.prepared_by)


@pytest.mark.parametrize("who", ["chen", "zhao"])
def test_who_issued_or_inspected_a_bag_neither_prepares_nor_approves_its_pay(purse, who):
    purse.earn(purse.people.zhou, 20)
    person = getattr(purse.people, who)
    people_actions.give_role(purse.people.wang.by(), purse.operator, user=person.user, role="manager")
    purse.slips()
    with pytest.raises(SecondPersonNeeded):
        actions.prepare_batch(person.by(), purse.operator)
    batch = actions.prepare_batch(purse.people.luo.by(), purse.operator)
    with pytest.raises(SecondPersonNeeded):
        actions.approve_batch(person.by(), batch)


@pytest.mark.parametrize("who", ["chen", "he", "wu", "zhou", "sun", "qian", "ma", "feng", "su"])
def test_only_who_keeps_the_operators_books_pays(purse, who):
    purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    person = getattr(purse.people, who)
    with pytest.raises(NotAllowed):
        actions.approve_batch(person.by(), batch)
    with pytest.raises(NotAllowed):
        actions.prepare_batch(person.by(), purse.operator)


def test_the_system_itself_pays_nobody(purse):
    purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    with pytest.raises(NotAllowed):
        actions.approve_batch(purse.people.system.by(), batch)


def test_a_payout_on_its_way_is_prepared_no_second_time(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    purse.earn(purse.people.zhou, 20)
    purse.slips()
    with pytest.raises(Refused) as refused:
        actions.prepare_batch(purse.people.luo.by(), purse.operator)
    assert refused.value.code == "nothing_to_pay"
    payout = only(batch)
    payout.pk, payout.reference = None, "again"
    with pytest.raises(IntegrityError, match="one_open_payout_a_person"), transaction.atomic():
        payout.save(force_insert=True)


def test_a_batch_sent_to_the_bank_twice_pays_once(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    batch = purse.send()
    with pytest.raises(Moved) as refused:
        actions.mark_sent(purse.people.li.by(), batch)
    assert refused.value.code == "sent_twice"
    actions.confirm_payouts(purse.people.luo.by(), batch)
    with pytest.raises(Moved):
        actions.mark_sent(purse.people.li.by(), batch)
    for listed in (None, [only(batch).pk]):
        with pytest.raises(Refused):
            actions.confirm_payouts(purse.people.luo.by(), batch, payouts=listed)
    assert money(purse.people.zhou) == (0, 0, 20 * RATE, 0)


def test_the_same_answer_of_the_bank_sent_twice_counts_once(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    batch = purse.send()
    by = purse.people.luo.by()
    first = actions.confirm_payouts(by, batch)
    assert actions.confirm_payouts(by, batch) == first
    assert money(purse.people.zhou) == (0, 0, 20 * RATE, 0)
    with pytest.raises(KeyReused):
        actions.confirm_payouts(by, batch, payouts=[only(batch).pk])


def test_the_bank_answers_for_some_and_the_batch_waits_for_the_others(purse):
    purse.card(purse.people.zhou)
    purse.card(purse.people.lin, "622848033007654321")
    purse.earn(purse.people.zhou, 20)
    purse.earn(purse.people.lin, 20)
    batch = purse.send()
    zhous, lins = batch.payouts.order_by("pk")
    actions.confirm_payouts(purse.people.luo.by(), batch, payouts=[zhous.pk])
    batch.refresh_from_db()
    assert (batch.stage, money(purse.people.lin)) == ("sent", (0, 20 * RATE, 0, 0))
    actions.fail_payout(purse.people.luo.by(), lins, why="户名不符")
    batch.refresh_from_db()
    assert (batch.stage, money(purse.people.lin)) == ("done", (20 * RATE, 0, 0, 0))
    assert differences() == []


def test_a_list_with_another_batchs_payout_confirms_nothing(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    batch = purse.send()
    with pytest.raises(Gone):
        actions.confirm_payouts(purse.people.luo.by(), batch, payouts=[only(batch).pk, 10**9])
    assert money(purse.people.zhou)[2] == 0


def test_what_the_bank_could_not_pay_is_owed_again_and_tried_on_the_new_card(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    batch = purse.send()
    failed = actions.fail_payout(purse.people.luo.by(), only(batch), why="卡已注销")
    assert money(purse.people.zhou) == (20 * RATE, 0, 0, 0)
    new_card = purse.card(purse.people.zhou, "622848033007654321")
    again = actions.retry_payout(purse.people.luo.by(), failed)
    assert (again.retry_of, again.account, again.amount_fen, again.batch.stage) == (
        failed, new_card, 20 * RATE // 100, "prepared",
    )  # fmt: skip
    with pytest.raises(SecondPersonNeeded):
        actions.approve_batch(purse.people.luo.by(), again.batch)
    sent = actions.mark_sent(purse.people.luo.by(), actions.approve_batch(purse.people.li.by(), again.batch))
    actions.confirm_payouts(purse.people.luo.by(), sent)
    assert money(purse.people.zhou) == (0, 0, 20 * RATE, 0)
    assert Slip.objects.get().payout == again
    with pytest.raises(Refused):
        actions.retry_payout(purse.people.luo.by(), failed)
    assert differences() == []


def test_a_retry_joins_the_batch_being_prepared_and_its_helper_does_not_approve_that(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    failed = actions.fail_payout(purse.people.luo.by(), only(purse.send()), why="户名不符")
    purse.earn(purse.people.lin, 20)
    purse.slips()
    actions.retry_payout(purse.people.wang.by(), failed)
    batch = PayoutBatch.objects.get(stage="prepared")
    assert batch.prepared_by == purse.people.wang.user
    actions.cancel_batch(purse.people.wang.by(), batch)
    batch = purse.prepare()
    assert set(batch.payouts.values_list("relation__resident", flat=True)) == {
        purse.people.zhou.row.pk, purse.people.lin.row.pk,
    }  # fmt: skip


def test_a_payout_that_failed_twice_is_tried_again_from_its_second_try(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    luo, li = purse.people.luo, purse.people.li
    first = actions.fail_payout(luo.by(), only(purse.send()), why="户名不符")
    second = actions.retry_payout(luo.by(), first)
    sent = actions.mark_sent(luo.by(), actions.approve_batch(li.by(), second.batch))
    second = actions.fail_payout(luo.by(), only(sent), why="卡已注销")
    with pytest.raises(Moved, match=f"tried again already, as {second.reference}"):
        actions.retry_payout(luo.by(), first)
    assert actions.retry_payout(luo.by(), second).retry_of == second


def test_only_a_failed_payout_is_tried_again(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    with pytest.raises(Refused):
        actions.retry_payout(purse.people.luo.by(), only(purse.send()))


def test_cash_is_handed_over_before_a_witness_against_a_signature(purse):
    purse.earn(purse.people.zhou, 20)
    payout = only(purse.approve())
    assert money(purse.people.zhou) == (20 * RATE, 0, 0, 0)
    paid = actions.pay_cash(
        purse.people.luo.by(), payout, witness=purse.people.ma.user, document="签收单 17 号"
    )
    assert (paid.stage, paid.witness, paid.batch.stage) == ("confirmed", purse.people.ma.user, "done")
    assert money(purse.people.zhou) == (0, 0, 20 * RATE, 0)
    with pytest.raises(Moved):
        actions.pay_cash(purse.people.luo.by(), payout, witness=purse.people.ma.user, document="签收单 17 号")
    assert differences() == []


@pytest.mark.parametrize("witness", ["luo", "zhou", "su", "system"])
def test_neither_payer_nor_payee_nor_a_stranger_is_a_witness(purse, witness):
    purse.earn(purse.people.zhou, 20)
    payout = only(purse.approve())
    with pytest.raises(Refused) as refused:
        actions.pay_cash(
            purse.people.luo.by(), payout, witness=getattr(purse.people, witness).user, document="签收单"
        )
    assert refused.value.field == "witness"


def test_cash_without_a_signature_is_not_paid(purse):
    purse.earn(purse.people.zhou, 20)
    payout = only(purse.approve())
    with pytest.raises(Refused) as refused:
        actions.pay_cash(purse.people.luo.by(), payout, witness=purse.people.ma.user, document=" ")
    assert refused.value.field == "document"


def test_cash_is_not_paid_before_another_approved_it(purse):
    purse.earn(purse.people.zhou, 20)
    payout = only(purse.prepare())
    with pytest.raises(Moved):
        actions.pay_cash(purse.people.luo.by(), payout, witness=purse.people.ma.user, document="签收单")


def test_a_cancelled_payout_is_owed_still_and_comes_with_the_next_batch(purse):
    purse.earn(purse.people.zhou, 20)
    payout = only(purse.approve())
    actions.cancel_payout(purse.people.luo.by(), payout, why="人不在家")
    assert money(purse.people.zhou) == (20 * RATE, 0, 0, 0)
    purse.card(purse.people.zhou)
    assert only(purse.prepare()).method == "bank"


def test_an_approved_transfer_is_not_cancelled_but_failed(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    payout = only(purse.approve())
    with pytest.raises(Refused):
        actions.cancel_payout(purse.people.luo.by(), payout, why="人不在家")
    assert actions.fail_payout(purse.people.luo.by(), payout, why="银行停办").stage == "failed"
    assert money(purse.people.zhou) == (20 * RATE, 0, 0, 0)


def test_less_owed_than_prepared_refuses_the_whole_batch(purse):
    purse.card(purse.people.zhou)
    inspection = purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    actions.correct_pay(purse.people.wang.by(), inspection, amount_hao=RATE, reason="多记", document="更正单")
    with pytest.raises(Refused) as refused:
        actions.approve_batch(purse.people.li.by(), batch)
    assert refused.value.code == "short"
    batch.refresh_from_db()
    assert batch.stage == "prepared"


@pytest.mark.parametrize(
    "verb", ["approve", "send", "export", "confirm", "fail", "cash", "prepare", "cancel", "correct"]
)
def test_in_a_frozen_county_no_money_moves(purse, verb):
    purse.card(purse.people.zhou)
    inspection = purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    luo, li = purse.people.luo, purse.people.li
    if verb in {"send", "export"}:
        actions.approve_batch(li.by(), batch)
    if verb in {"confirm", "fail"}:
        actions.mark_sent(luo.by(), actions.approve_batch(li.by(), batch))
    Continuity.objects.update(frozen_at=clock.now())
    verbs = {
        "approve": lambda: actions.approve_batch(li.by(), batch),
        "send": lambda: actions.mark_sent(luo.by(), batch),
        "export": lambda: actions.export_sheet(luo.by(), batch),
        "confirm": lambda: actions.confirm_payouts(luo.by(), batch),
        "fail": lambda: actions.fail_payout(luo.by(), only(batch), why="户名不符"),
        "cash": lambda: actions.pay_cash(
            luo.by(), only(batch), witness=purse.people.ma.user, document="签收单"
        ),
        "prepare": lambda: actions.prepare_batch(luo.by(), purse.operator),
        "cancel": lambda: actions.cancel_batch(luo.by(), batch),
        "correct": lambda: actions.correct_pay(luo.by(), inspection, amount_hao=1, reason="r", document="d"),
    }
    with pytest.raises(Frozen):
        verbs[verb]()


# --- the bank sheet --------------------------------------------------------------------------------------------


def test_the_bank_sheet_shows_accounts_in_full_and_the_person_reads_who_looked(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    batch = purse.approve()
    sheet = actions.export_sheet(purse.people.luo.by(), batch)
    content = sheets.bank_sheet(purse.people.luo.member, sheet, simulated=False)
    rows = _rows(content)
    assert rows[0] == ["No.", "Payee", "Account", "Bank", "Amount (yuan)", "Remark", "Our reference"]
    assert rows[1] == [
        1, "周桂花", bank_card(), "农业银行", 9.05, "Processing fee", only(batch).reference,
    ]  # fmt: skip
    look = Look.objects.get(resident=purse.people.zhou.row, page="bank_sheet")
    assert (look.viewer, look.purpose) == (purse.people.luo.user, f"Bank sheet {batch.number}")
    assert bank_card() not in str(list(Entry.objects.values_list("before", "after", "facts")))


def test_the_sheet_opens_for_whoever_took_it_out_and_for_ten_minutes(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    sheet = actions.export_sheet(purse.people.luo.by(), purse.approve())
    with pytest.raises(NotAllowed):
        sheets.bank_sheet(purse.people.wang.member, sheet, simulated=False)
    with clock.at(later(0) + timedelta(minutes=11)), pytest.raises(NotAllowed):
        sheets.bank_sheet(purse.people.luo.member, sheet, simulated=False)


def test_no_sheet_of_a_batch_nobody_approved(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    with pytest.raises(Moved):
        actions.export_sheet(purse.people.luo.by(), purse.prepare())


def test_the_columns_of_a_bank_are_data(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    profile = actions.set_bank_profile(
        purse.people.wang.by(),
        None,
        name="农信社",
        columns=[
            actions.Column("账号", "card"),
            actions.Column("户名", "name"),
            actions.Column("金额（分）", "fen"),
        ],
        form="csv",
        charset="gb18030",
    )
    purse.slips()
    batch = actions.prepare_batch(purse.people.luo.by(), purse.operator, profile=profile)
    actions.approve_batch(purse.people.li.by(), batch)
    sheet = actions.export_sheet(purse.people.luo.by(), batch)
    text = sheets.bank_sheet(purse.people.luo.member, sheet, simulated=False).decode("gb18030")
    assert text.splitlines() == ["账号,户名,金额（分）", f"{bank_card()},周桂花,905"]


@pytest.mark.parametrize("columns", [[], [("身份证", "id_number")], [("户名", "name")]])
def test_a_profile_without_the_account_or_with_an_unknown_field_is_refused(purse, columns):
    with pytest.raises(Refused):
        actions.set_bank_profile(
            purse.people.wang.by(),
            None,
            name="农信社",
            columns=[actions.Column(*column) for column in columns],
        )


# --- margins ---------------------------------------------------------------------------------------------------


def test_an_agents_margin_is_paid_to_the_agency_and_its_maker_to_the_maker(purse):
    purse.earn_at_home(40)
    account = actions.set_account(
        purse.people.wu.by(), purse.people.agency, number="2029 5001 0400 1234", bank="农商行"
    )
    assert queries.margin_of(purse.people.agency).owed == 40 * MARGIN
    batch = purse.pay()
    margin = batch.payouts.get(organisation=purse.people.agency)
    assert (margin.amount_fen, margin.method, margin.organisation_account) == (
        40 * MARGIN // 100,
        "bank",
        account,
    )
    assert queries.margin_of(purse.people.agency).owed == 40 * MARGIN % 100
    assert money(purse.people.fang) == (0, 0, 40 * RATE, 0)
    assert margin in access.visible_payouts(purse.people.wu.member)
    assert margin not in access.visible_payouts(purse.people.fang.member)
    assert differences() == []


def test_a_margin_without_an_account_is_paid_in_cash_and_tried_again_like_any_other(purse):
    purse.earn_at_home(40)
    batch = purse.approve()
    margin = batch.payouts.get(organisation=purse.people.agency)
    assert margin.method == "cash"
    actions.cancel_payout(purse.people.luo.by(), margin, why="改走银行")
    actions.set_account(purse.people.wu.by(), purse.people.agency, number="20295001040012345", bank="农商行")
    again = purse.prepare().payouts.get(organisation=purse.people.agency)
    assert (again.method, again.amount_fen) == ("bank", margin.amount_fen)


def test_one_account_is_not_named_for_two_organisations(purse):
    actions.set_account(purse.people.wu.by(), purse.people.agency, number="20295001040012345", bank="农商行")
    with pytest.raises(Refused) as refused:
        actions.set_account(
            purse.people.he.by(), purse.people.workshop, number="2029 5001 0400 12345", bank="农商行"
        )
    assert refused.value.code == "account_of_another"
    with pytest.raises(NotAllowed):
        actions.set_account(purse.people.zhou.by(), purse.people.agency, number="12345678", bank="农商行")


def test_a_batch_of_many_takes_one_act_each(purse, django_assert_max_num_queries):
    for maker in (purse.people.zhou, purse.people.lin):
        purse.earn(maker, 20)
    purse.card(purse.people.zhou)
    batch = purse.prepare()
    with django_assert_max_num_queries(40):
        actions.approve_batch(purse.people.li.by(), batch)


def _rows(content: bytes) -> list[list[Any]]:
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
