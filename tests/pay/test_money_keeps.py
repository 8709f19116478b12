"""Whatever happens in whatever order, nothing of what people earned appears or disappears."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongfang.core import clock
from gongfang.core.errors import Refused
from gongfang.core.money import HAO_PER_FEN
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.pay import actions, queries
from gongfang.pay.models import Correction, Payout, PayoutBatch
from gongfang.work.piecework.models import Inspection
from tests.pay.conftest import MARGIN, MORNING, RATE, Purse, differences, later, money

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.integers(0, 2), st.integers(1, 60)),
        st.tuples(
            st.sampled_from(["slips", "prepare", "approve", "send", "confirm"]), st.just(0), st.just(0)
        ),
        st.tuples(
            st.sampled_from(["confirm_one", "fail", "retry", "cash", "cancel"]), st.integers(0, 3), st.just(0)
        ),
        st.tuples(st.just("correct"), st.integers(0, 5), st.integers(0, 70)),
    ),
    min_size=4,
    max_size=14,
)


class World:
    """Takes the steps of a play as they come; a refusal is an answer, too."""

    def __init__(self, purse: Purse) -> None:
        self.purse, self.people = purse, purse.people
        self.luo, self.li = purse.people.luo, purse.people.li

    def do(self, step: tuple[str, int, int]) -> None:
        name, which, count = step
        with suppress(Refused):
            getattr(self, name)(which, count)

    def earn(self, which: int, count: int) -> None:
        if which == 2:
            self.purse.earn_at_home(count)
        else:
            self.purse.earn((self.people.zhou, self.people.lin)[which], count)

    def slips(self, which: int, count: int) -> None:
        self.purse.slips()

    def prepare(self, which: int, count: int) -> None:
        self.purse.prepare()

    def approve(self, which: int, count: int) -> None:
        for batch in PayoutBatch.objects.filter(stage="prepared"):
            actions.approve_batch(self.li.by(), batch)

    def send(self, which: int, count: int) -> None:
        for batch in PayoutBatch.objects.filter(stage="approved"):
            actions.mark_sent(self.luo.by(), batch)

    def confirm(self, which: int, count: int) -> None:
        for batch in PayoutBatch.objects.filter(stage="sent"):
            actions.confirm_payouts(self.luo.by(), batch)

    def _at(self, which: int, **facts: object) -> Payout:
        rows = list(Payout.objects.filter(**facts).order_by("pk"))
        if not rows:
            raise Refused("none")
        return rows[which % len(rows)]

    def confirm_one(self, which: int, count: int) -> None:
        payout = self._at(which, method="bank")
        actions.confirm_payouts(self.luo.by(), payout.batch, payouts=[payout.pk])

    def fail(self, which: int, count: int) -> None:
        actions.fail_payout(self.luo.by(), self._at(which), why="户名不符")

    def retry(self, which: int, count: int) -> None:
        actions.retry_payout(self.luo.by(), self._at(which))

    def cash(self, which: int, count: int) -> None:
        actions.pay_cash(self.luo.by(), self._at(which), witness=self.people.ma.user, document="签收单")

    def cancel(self, which: int, count: int) -> None:
        actions.cancel_payout(self.luo.by(), self._at(which), why="改天")

    def correct(self, which: int, count: int) -> None:
        rows = list(Inspection.objects.order_by("pk"))
        if rows:
            row = rows[which % len(rows)]
            actions.correct_pay(
                self.people.wang.by(), row, amount_hao=count * RATE, reason="重数", document="更正单"
            )


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_owed_and_on_its_way_and_paid_and_overpaid_are_what_was_earned(purse, steps):
    sid = transaction.savepoint()
    try:
        world = World(purse)
        purse.card(purse.people.zhou)
        for step in steps:
            world.do(step)
            assert differences() == []
        earned = {
            person: sum(
                row.amount_hao for row in Inspection.objects.filter(hand_in__bag__lot__maker=person.row)
            )
            + sum(
                row.difference_hao
                for row in Correction.objects.filter(inspection__hand_in__bag__lot__maker=person.row)
            )
            for person in (purse.people.zhou, purse.people.lin, purse.people.fang)
        }
        assert {person: sum(money(person)) for person in earned} == earned
        pieces = sum(row.accepted for row in Inspection.objects.filter(margin_hao__gt=0))
        assert queries.margin_of(purse.people.agency).accrued == pieces * MARGIN
        _everything_gets_paid(purse, world)
    finally:
        transaction.savepoint_rollback(sid)


def _everything_gets_paid(purse: Purse, world: World) -> None:
    """Finish what is on its way and pay the rest: under one fen stays owed to each."""
    for batch in PayoutBatch.objects.filter(stage="prepared"):
        try:
            actions.approve_batch(world.li.by(), batch)
        except Refused:  # nothing is left in it, or a correction left less to pay
            actions.cancel_batch(world.luo.by(), batch)
    for payout in Payout.objects.filter(stage="approved", method="cash"):
        actions.cancel_payout(world.luo.by(), payout, why="重来")
    world.send(0, 0)
    world.confirm(0, 0)
    purse.slips()
    if queries.payable(purse.operator):
        purse.pay()
    for person in (purse.people.zhou, purse.people.lin, purse.people.fang):
        owed, transit, _paid, _overpaid = money(person)
        assert (0 <= owed < HAO_PER_FEN, transit) == (True, 0)
    assert differences() == []


# --- two at once -----------------------------------------------------------------------------------------------


def _race(county: County, *verbs: Callable[[], Any]) -> list[Any]:
    """Let verbs run at the same moment, each on a connection of its own; a refusal is an outcome."""
    outcomes: list[Any] = [None] * len(verbs)
    barrier = threading.Barrier(len(verbs))

    def run(index: int) -> None:
        scope.enter(county)
        try:
            barrier.wait(10)
            with clock.at(MORNING):
                outcomes[index] = verbs[index]()
        except Refused as refused:
            outcomes[index] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_two_approve_one_batch_and_one_of_them_wins(committing, committed):
    purse = committed
    with clock.at(MORNING):
        purse.card(purse.people.zhou)
        purse.earn(purse.people.zhou, 20)
        batch = purse.prepare()
    outcomes = _race(
        committing,
        *(
            lambda who=who: actions.approve_batch(who.by(), batch)
            for who in (purse.people.li, purse.people.wang)
        ),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Moved", "PayoutBatch"]
    assert money(purse.people.zhou) == (0, 20 * RATE, 0, 0)


def test_the_banks_answer_entered_at_two_desks_counts_once(committing, committed):
    purse = committed
    with clock.at(MORNING):
        purse.card(purse.people.zhou)
        purse.earn(purse.people.zhou, 20)
        batch = purse.send()
        payout = batch.payouts.get()
    outcomes = _race(
        committing,
        lambda: actions.confirm_payouts(purse.people.luo.by(), batch),
        lambda: actions.fail_payout(purse.people.li.by(), payout, why="户名不符"),
        lambda: actions.confirm_payouts(purse.people.wang.by(), batch, payouts=[payout.pk]),
    )
    assert sum(not isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert sum(money(purse.people.zhou)) == 20 * RATE
    assert money(purse.people.zhou)[1] == 0
    assert differences() == []


def test_two_prepare_at_once_and_nobody_is_in_two_batches(committing, committed):
    purse = committed
    with clock.at(MORNING):
        purse.earn(purse.people.zhou, 20)
        purse.earn(purse.people.lin, 20)
        purse.slips()
    outcomes = _race(
        committing,
        *(
            lambda who=who: actions.prepare_batch(who.by(), purse.operator)
            for who in (purse.people.li, purse.people.luo, purse.people.wang)
        ),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PayoutBatch", "Refused", "Refused"]
    assert Payout.objects.count() == 2


def test_slips_drawn_up_at_two_desks_hold_each_piece_once(committing, committed):
    purse = committed
    with clock.at(MORNING):
        purse.earn(purse.people.zhou, 20)
    outcomes = _race(
        committing,
        *(
            lambda who=who: actions.draw_up_slips(who.by(), purse.operator)
            for who in (purse.people.li, purse.people.luo)
        ),
    )
    assert sorted(len(outcome) for outcome in outcomes) == [0, 1]
    with clock.at(later(1)):
        assert purse.slips() == []
