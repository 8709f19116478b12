"""A frame contract over a sum or a number of pieces: orders call off, and it says what is left."""

from datetime import date, timedelta
from typing import Any

import pytest

from gongfang.core.errors import Refused
from gongfang.work.orders import actions
from gongfang.work.orders.actions import Change
from gongfang.work.orders.calling import called_off
from tests.work.orders.conftest import DUE, TODAY, by
from tests.work.orders.counting import work

FIVE_MILLION = 5_000_000 * 10_000


def frame(town, **facts):
    return actions.sign_contract(
        by(town.manager), town.operator, enterprise=town.enterprise, number="镇工 2022-1", signed_on=TODAY,
        kind="frame", **facts,
    )  # fmt: skip


def ordered(town, contract, version, pieces, fee_hao=7_000):
    draft = actions.open_order(by(town.officer), contract, due=DUE)
    actions.add_line(by(town.officer), draft, version=version, pieces=pieces, fee_hao=fee_hao)
    return actions.place_order(by(town.officer), draft)


def test_orders_call_off_of_five_million_yuan_and_what_is_left_is_said(town, knot, sealed):
    contract = frame(town, value_hao=FIVE_MILLION)
    first = ordered(town, contract, knot, 1_000_000)
    assert (called_off(contract).fee_hao, called_off(contract).left_hao) == (7_000_000_000, 43_000_000_000)
    line = first.lines.get()
    work(by(town.clerk), line, shared=10, issued=10, handed_in=10, accepted=10, delivered=10)
    actions.close_order(by(town.officer), first)
    assert (called_off(contract).fee_hao, called_off(contract).pieces) == (70_000, 10)


def test_a_draft_or_a_cancelled_order_takes_nothing(town, knot, sealed):
    contract = frame(town, pieces=100)
    draft = actions.open_order(by(town.officer), contract, due=DUE)
    actions.add_line(by(town.officer), draft, version=knot, pieces=60, fee_hao=7_000)
    assert called_off(contract).left_pieces == 100
    placed = actions.place_order(by(town.officer), draft)
    assert called_off(contract).left_pieces == 40
    actions.cancel_order(by(town.officer), placed, reason="撤单")
    assert called_off(contract).left_pieces == 100


def test_a_contract_that_refuses_lets_nobody_order_or_amend_beyond_it(town, knot, sealed):
    contract = frame(town, pieces=100, overdraw="refuse")
    order = ordered(town, contract, knot, 80)
    with pytest.raises(Refused) as refusal:
        ordered(town, contract, knot, 21)
    assert (refusal.value.code, "1 pieces too many" in str(refusal.value)) == ("overdrawn", True)
    with pytest.raises(Refused):
        actions.amend_order(
            by(town.manager),
            order,
            reason="追加",
            document="函",
            changes=[Change(order.lines.get(), pieces=101)],
        )
    assert called_off(contract).left_pieces == 20


def test_a_contract_that_warns_shows_by_how_much_it_was_gone_beyond(town, knot, sealed):
    contract = frame(town, value_hao=7_000 * 100)
    ordered(town, contract, knot, 150)
    called = called_off(contract)
    assert (called.overdrawn, called.left_hao) == (True, -350_000)


def test_nothing_is_ordered_outside_the_days_of_a_contract(town, knot, sealed):
    outside: list[dict[str, Any]] = [
        {"valid_until": TODAY - timedelta(days=1)},
        {"valid_from": TODAY + timedelta(days=1)},
    ]
    for days in outside:
        contract = actions.sign_contract(
            by(town.manager), town.operator, enterprise=town.enterprise, number=f"镇工 {days}"[:40],
            signed_on=TODAY, **days,
        )  # fmt: skip
        with pytest.raises(Refused) as refusal:
            ordered(town, contract, knot, 1)
        assert refusal.value.code == "not_valid"
    with pytest.raises(Refused) as wrong:
        frame(town, valid_from=TODAY, valid_until=date(2022, 8, 1))
    assert wrong.value.field == "valid_until"


def test_what_came_back_counts_until_it_is_answered_and_is_made_again_once(town, knot, sealed):
    contract = frame(town, value_hao=FIVE_MILLION)
    line = ordered(town, contract, knot, 100).lines.get()
    work(by(town.clerk), line, shared=100, issued=100, handed_in=100, accepted=100, delivered=60)
    line.refresh_from_db()
    line.returned = 5
    line.save(update_fields=["returned"])
    assert called_off(contract).fee_hao == 700_000
    line.returned, line.replaced, line.earned_hao = 0, 5, 55 * 7_000
    line.save(update_fields=["returned", "replaced", "earned_hao"])
    assert called_off(contract).fee_hao == 700_000
