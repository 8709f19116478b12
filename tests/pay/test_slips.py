"""Slips: what was inspected stands on a slip once, a line a bag, each leading back to its order."""

from __future__ import annotations

from datetime import date

import pytest

from gongfang.core import clock
from gongfang.core.errors import NotAllowed, Refused, SecondPersonNeeded
from gongfang.pay import access, actions, queries
from gongfang.pay.models import Slip, SlipLine
from gongfang.registry.people import actions as people_actions
from gongfang.work.orders import actions as orders
from tests.pay.conftest import RATE, differences, later, money


def test_everything_inspected_stands_on_one_slip_a_person(purse):
    purse.earn(purse.people.zhou, 20)
    purse.earn(purse.people.zhou, 7)
    purse.earn(purse.people.lin, 3)
    slips = purse.slips()
    assert [(slip.relation.resident, slip.gross_hao) for slip in slips] == [
        (purse.people.zhou.row, 27 * RATE),
        (purse.people.lin.row, 3 * RATE),
    ]
    assert [slip.number for slip in slips] == [f"J20261102-{purse.operator.pk}-000{n}" for n in (1, 2)]
    assert differences() == []


def test_nothing_stands_on_two_slips(purse):
    purse.earn(purse.people.zhou, 20)
    purse.slips()
    assert purse.slips() == []
    purse.earn(purse.people.zhou, 5)
    assert [slip.gross_hao for slip in purse.slips()] == [5 * RATE]
    assert SlipLine.objects.count() == 2


def test_a_slip_reaches_up_to_its_day_and_no_further(purse):
    purse.earn(purse.people.zhou, 20)
    with clock.at(later(3)):
        purse.earn(purse.people.zhou, 10)
        first = actions.draw_up_slips(purse.people.luo.by(), purse.operator, upto=date(2026, 11, 3))
    assert [(slip.gross_hao, slip.period_to) for slip in first] == [(20 * RATE, date(2026, 11, 3))]


def test_whoever_earned_nothing_waits_for_the_next_slip_which_shows_both(purse):
    purse.earn(purse.people.zhou, 4, accepted=0)
    assert purse.slips() == []
    purse.earn(purse.people.zhou, 4)
    (slip,) = purse.slips()
    assert list(slip.lines.order_by("pk").values_list("pieces", "amount_hao")) == [(0, 0), (4, 4 * RATE)]


def test_employment_brings_a_payslip_and_a_contract_for_work_a_settlement_slip(purse):
    people_actions.agree_terms(
        purse.people.wang.by(), purse.people.lin.row, organisation=purse.operator, kind="employment"
    )
    orders.set_rate(
        purse.people.wang.by(), purse.line.step, hao=7_000, valid_from=clock.today(), document="按最低工资"
    )
    purse.earn(purse.people.zhou, 1)
    purse.earn(purse.people.lin, 1)
    assert {slip.relation.resident: slip.kind for slip in purse.slips()} == {
        purse.people.zhou.row: Slip.Kind.SETTLEMENT,
        purse.people.lin.row: Slip.Kind.PAYSLIP,
    }


def test_a_clerk_of_the_workshop_draws_up_no_slips(purse):
    purse.earn(purse.people.zhou, 20)
    with pytest.raises(NotAllowed):
        actions.draw_up_slips(purse.people.chen.by(), purse.operator)


def test_a_line_leads_to_pieces_rate_document_bag_and_order(purse):
    inspection = purse.earn(purse.people.zhou, 20, accepted=18)
    (slip,) = purse.slips()
    trace = queries.trace_line(slip.lines.get())
    assert (trace.inspection, trace.hand_in.pieces, trace.line.pieces) == (inspection, 20, 18)
    assert (trace.inspection.rate.document, trace.line.rate_hao) == ("2026 年工价表", RATE)
    assert (trace.bag.lot.maker, trace.order.number) == (purse.people.zhou.row, "K-30000")
    assert trace.order.enterprise == purse.people.enterprise


def test_a_maker_sees_the_own_slips_only(purse):
    purse.earn(purse.people.zhou, 20)
    purse.earn(purse.people.lin, 3)
    zhous, lins = purse.slips()
    seen = {
        name: set(access.visible_slips(getattr(purse.people, name).member))
        for name in ("zhou", "lin", "luo", "wang", "qian", "chen", "zhao", "sun", "ma", "su", "wu")
    }
    everything = {zhous, lins}
    assert seen == {
        "zhou": {zhous}, "lin": {lins}, "luo": everything, "wang": everything, "qian": everything,
        "chen": set(), "zhao": set(), "sun": set(), "ma": set(), "su": set(), "wu": set(),
    }  # fmt: skip


def test_a_correction_is_a_line_of_its_own_with_its_reason(purse):
    inspection = purse.earn(purse.people.zhou, 20)
    actions.correct_pay(
        purse.people.luo.by(), inspection, amount_hao=25 * RATE, reason="漏记 5 件", document="更正单 1 号"
    )
    (slip,) = purse.slips()
    assert list(slip.lines.order_by("pk").values_list("amount_hao", flat=True)) == [20 * RATE, 5 * RATE]
    assert money(purse.people.zhou) == (25 * RATE, 0, 0, 0)
    assert differences() == []


def test_what_was_paid_too_much_stands_as_overpaid_and_is_taken_from_no_later_pay(purse):
    inspection = purse.earn(purse.people.zhou, 100)
    purse.card(purse.people.zhou)
    purse.pay()
    actions.correct_pay(
        purse.people.luo.by(), inspection, amount_hao=60 * RATE, reason="多记 40 件", document="更正单 2 号"
    )
    assert money(purse.people.zhou) == (0, 0, 100 * RATE, -40 * RATE)
    purse.earn(purse.people.zhou, 100)
    purse.pay()
    assert money(purse.people.zhou) == (0, 0, 200 * RATE, -40 * RATE)
    assert differences() == []


def test_a_second_correction_starts_from_the_first(purse):
    inspection = purse.earn(purse.people.zhou, 20)
    for pieces in (15, 18):
        actions.correct_pay(
            purse.people.luo.by(), inspection, amount_hao=pieces * RATE, reason="重数", document="更正单"
        )
    assert queries.standing_hao(inspection) == 18 * RATE
    assert money(purse.people.zhou) == (18 * RATE, 0, 0, 0)
    assert differences() == []


@pytest.mark.parametrize("who", ["zhao", "chen", "zhou"])
def test_neither_inspector_nor_clerk_nor_maker_corrects_the_pay_of_a_bag(purse, who):
    inspection = purse.earn(purse.people.zhou, 20)
    person = getattr(purse.people, who)
    people_actions.give_role(purse.people.wang.by(), purse.operator, user=person.user, role="manager")
    with pytest.raises(SecondPersonNeeded):
        actions.correct_pay(person.by(), inspection, amount_hao=RATE, reason="重数", document="更正单")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"amount_hao": 20 * RATE}, "amount_hao"),
        ({"amount_hao": -1}, "amount_hao"),
        ({"reason": " "}, "reason"),
        ({"document": ""}, "document"),
    ],
)
def test_a_correction_without_its_grounds_is_refused(purse, facts, field):
    inspection = purse.earn(purse.people.zhou, 20)
    whole = {"amount_hao": RATE, "reason": "重数", "document": "更正单", **facts}
    with pytest.raises(Refused) as refused:
        actions.correct_pay(purse.people.luo.by(), inspection, **whole)
    assert refused.value.field == field


def test_pay_that_waits_longer_than_fifteen_days_is_late(purse):
    purse.earn(purse.people.zhou, 20)
    assert not queries.late_inspections(date(2026, 11, 17))
    assert queries.late_inspections(date(2026, 11, 18)).count() == 1
    purse.slips()
    assert not queries.late_inspections(date(2026, 11, 18))
    assert queries.late_slips(date(2026, 11, 18)).count() == 1


def test_a_month_says_what_each_person_earned(purse):
    inspection = purse.earn(purse.people.zhou, 20)
    purse.earn(purse.people.lin, 3)
    with clock.at(later(30)):
        purse.earn(purse.people.zhou, 10)
        actions.correct_pay(
            purse.people.luo.by(), inspection, amount_hao=21 * RATE, reason="漏记", document="更正单"
        )
    found = queries.monthly_earnings(date(2026, 1, 1), date(2027, 1, 1))
    zhou, lin = purse.people.zhou.row.pk, purse.people.lin.row.pk
    assert sorted((row.resident_id, row.month, row.hao) for row in found) == sorted([
        (zhou, date(2026, 11, 1), 20 * RATE),
        (zhou, date(2026, 12, 1), 11 * RATE),
        (lin, date(2026, 11, 1), 3 * RATE),
    ])  # fmt: skip
