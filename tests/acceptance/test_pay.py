"""Scenarios 29 to 35: what pay does, with exact amounts, through the actions, the API and the pages."""

from __future__ import annotations

import itertools
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongfang.core import clock
from gongfang.core.errors import Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.core.login import fresh_token, make_token
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.ledger.models import Account
from gongfang.pay import actions, papers, queries
from gongfang.pay.models import Advance, Deduction, Earning, PayoutBatch, Slip, SlipLine, SlipTake
from gongfang.pay.periods import period_of
from gongfang.pay.reckoning import Asked, Bounds, reckon
from gongfang.pay.statements import statement
from gongfang.pay.taxes import banded, labour_tax, wage_tax
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Relation
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Rate
from gongfang.work.orders.worth import worth_of, worth_sentence
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.actions import HandInRow, Verdict
from tests.cast import Person
from tests.pay.conftest import MORNING, RATE, Purse, committed, differences, later, money, purse

YUAN = 10_000
__all__ = ["committed", "purse"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def _november() -> Iterator[None]:
    with clock.at(MORNING):
        yield


def terms(purse: Purse, person: Person) -> Relation:
    """The terms between somebody and the operator."""
    return people_actions.agree_terms(person.by(), person.row, organisation=purse.operator)


def on_terms(purse: Purse, person: Person, kind: str) -> Relation:
    """The same, on terms of another kind."""
    found = terms(purse, person)
    Relation.objects.filter(pk=found.pk).update(kind=kind)
    found.refresh_from_db()
    return found


def bonus(purse: Purse, relation: Relation, yuan: int, *, kind: str = "bonus") -> Earning:
    """Let one write a bonus down and another approve it."""
    made = actions.add_earning(
        purse.people.luo.by(), relation, kind=kind, amount_hao=yuan * YUAN, reason="全勤", document="奖金表"
    )
    return actions.approve_earning(purse.people.wang.by(), made)


def ask(person: Person, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    """Send a request with somebody's own token."""
    token, digest = fresh_token()
    make_token(person.by(), person.user, label=uuid.uuid4().hex, digest=digest)
    headers = {
        "authorization": f"Bearer {token}", "x-language": "en", "idempotency-key": str(uuid.uuid4())
    }  # fmt: skip
    client, url = Client(headers={"host": "panan.localhost"}), f"/api{path}"
    if body is None:
        answer = client.get(url, headers=headers)
    else:
        answer = client.post(url, json.dumps(body), content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def page(person: Person, name: str, /, *args: object) -> str:
    """Read a page in English."""
    client = person.client()
    client.cookies["language"] = "en"
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, response.content.decode()[:500]
    return " ".join(response.content.decode().split())


# --- 29: the price by count ----------------------------------------------------------------------------------------


def tiered(purse: Purse, *, grade: str = "") -> Rate:
    tiers = [orders.Tier(5, 16 * YUAN)]
    day = clock.today()
    return orders.set_rate(
        purse.people.wang.by(), purse.line.step, hao=20 * YUAN, tiers=tiers, grade=grade, valid_from=day,
        document="价目表",
    )  # fmt: skip


@pytest.mark.parametrize(("pieces", "yuan"), [(1, 20), (3, 60), (5, 80)])
def test_one_three_and_five_pieces_earn_twenty_sixty_and_eighty(purse, pieces, yuan):
    tiered(purse)
    assert purse.earn(purse.people.lin, pieces).amount_hao == yuan * YUAN
    assert money(purse.people.lin)[0] == yuan * YUAN
    assert differences() == []


def test_the_price_by_count_through_the_api_and_on_the_page(purse):
    step = purse.line.step
    body = {
        "hao": 20 * YUAN, "tiers": [{"pieces": 5, "hao": 16 * YUAN}], "valid_from": "2026-11-02", "document": "价目表",
    }  # fmt: skip
    status, made = ask(purse.people.wang, f"/orders/steps/{step.pk}/rates", body)
    assert (status, made["tiers"]) == (200, [{"pieces": 5, "hao": 16 * YUAN}])
    assert [purse.earn(purse.people.lin, count).amount_hao for count in (1, 3, 5)] == [
        20 * YUAN, 60 * YUAN, 80 * YUAN,
    ]  # fmt: skip
    assert "from 5 pieces 16 yuan each" in page(purse.people.wang, "orders:product", step.version.product_id)


def test_a_tier_in_which_one_piece_more_would_earn_less_is_refused(purse):
    with pytest.raises(Refused, match="At 5 pieces somebody would earn less than with one piece fewer"):
        orders.set_rate(
            purse.people.wang.by(), purse.line.step, hao=20 * YUAN, tiers=[orders.Tier(5, 15 * YUAN)],
            valid_from=clock.today(), document="价目表",
        )  # fmt: skip


@given(
    start=st.integers(1, 10**6),
    steps=st.lists(st.tuples(st.integers(1, 50), st.integers(1, 10**6)), max_size=5),
)
def test_whoever_takes_more_never_earns_less(start, steps):
    tiers, count = [], 1
    for more, hao in steps:
        count += more
        tiers.append(orders.Tier(count, hao))
    rate = Rate(hao=start, tiers=[[tier.pieces, tier.hao] for tier in tiers])
    earned = [n * rate.price(n) for n in range(1, count + 3)]
    from gongfang.work.orders.actions.products import _refuse_tiers

    try:
        _refuse_tiers(start, tiers)
    except Refused:
        assert any(later < before for before, later in itertools.pairwise(earned))
    else:
        assert earned == sorted(earned)


def test_a_lot_keeps_the_rate_it_was_taken_at(purse):
    cast = purse.people
    lot = dispatch.claim(cast.chen.by(), Lot.objects.get(pk=purse.share.pk), maker=cast.lin.row, pieces=10)
    with clock.at(later(1)):
        orders.set_rate(cast.wang.by(), purse.line.step, hao=1, valid_from=clock.today(), document="降价")
        bags = piecework.issue_bags(cast.chen.by(), piecework.pack_bags(cast.chen.by(), [lot]))
        taken = piecework.hand_in(cast.chen.by(), bags, rows=[HandInRow(bag_id=bags[0].pk, pieces=10)])
        said = piecework.inspect(cast.zhao.by(), taken, rows=[Verdict(hand_in_id=taken[0].pk, accepted=10)])
    assert said[0].amount_hao == 10 * RATE


def test_graded_pieces_earn_the_rate_of_their_grade(purse):
    cast, step = purse.people, purse.line.step
    orders.set_rate(
        cast.wang.by(), step, hao=3_001, grade="二等", valid_from=clock.today(), document="价目表"
    )
    lot = dispatch.claim(cast.chen.by(), Lot.objects.get(pk=purse.share.pk), maker=cast.lin.row, pieces=10)
    bags = piecework.issue_bags(cast.chen.by(), piecework.pack_bags(cast.chen.by(), [lot]))
    first, second = (
        piecework.hand_in(cast.chen.by(), bags, rows=[HandInRow(bag_id=bags[0].pk, pieces=count)])[0]
        for count in (7, 3)
    )
    with pytest.raises(Refused, match="No rate for the grade “三等”"):
        piecework.inspect(
            cast.zhao.by(), [first], rows=[Verdict(hand_in_id=first.pk, accepted=7, grade="三等")]
        )
    rows = [
        Verdict(hand_in_id=first.pk, accepted=7),
        Verdict(hand_in_id=second.pk, accepted=3, grade="二等"),
    ]
    said = piecework.inspect(cast.zhao.by(), [first, second], rows=rows)
    assert [row.amount_hao for row in said] == [7 * RATE, 3 * 3_001]
    assert money(cast.lin)[0] == 7 * RATE + 3 * 3_001


def test_an_hour_is_worth_what_measured_hand_ins_say_beside_the_minimum(purse):
    cast, step = purse.people, purse.line.step
    before = worth_of(step, RATE, clock.today())
    assert (before.practised_hao, before.minimum_hao, before.is_short) == (RATE * 30, 20 * YUAN, True)
    lot = dispatch.claim(cast.chen.by(), Lot.objects.get(pk=purse.share.pk), maker=cast.lin.row, pieces=10)
    bags = piecework.issue_bags(cast.chen.by(), piecework.pack_bags(cast.chen.by(), [lot]))
    taken = piecework.hand_in(
        cast.chen.by(), bags, rows=[HandInRow(bag_id=bags[0].pk, pieces=10, minutes=40)]
    )
    piecework.inspect(cast.zhao.by(), taken, rows=[Verdict(hand_in_id=taken[0].pk, accepted=10)])
    measured = worth_of(step, RATE, clock.today())
    assert measured.speed.beginners == 240  # forty minutes for ten, where the standard says twenty
    assert measured.beginners_hao == RATE * 15
    assert "The local minimum is ¥20.00 an hour" in worth_sentence(measured)
    assert "ask the enterprise for a better price" in page(
        cast.wang, "orders:product", step.version.product_id
    )


def test_the_minimum_is_a_floor_only_under_labour_law(purse):
    cast = purse.people
    on_terms(purse, cast.lin, "part_time")
    share = Lot.objects.get(pk=purse.share.pk)
    with pytest.raises(Refused, match=r"below the minimum of ¥20.00"):
        dispatch.claim(cast.chen.by(), share, maker=cast.lin.row, pieces=10)
    assert dispatch.claim(cast.chen.by(), share, maker=cast.zhou.row, pieces=10).pieces == 10


# --- 30: hours, locked once on a slip --------------------------------------------------------------------------------


def hours(purse: Purse, relation: Relation) -> Earning:
    made = actions.add_earning(
        purse.people.luo.by(), relation, kind="hours", minutes=120, hour_hao=50 * YUAN, reason="教新手",
        document="用工协议",
    )  # fmt: skip
    return actions.approve_earning(purse.people.wang.by(), made)


def test_two_hours_at_fifty_are_a_hundred_locked_on_one_slip_and_freed_with_it(purse):
    cast = purse.people
    earning = hours(purse, terms(purse, cast.lin))
    assert (earning.amount_hao, money(cast.lin)[0]) == (100 * YUAN, 100 * YUAN)
    slip = purse.slips()[0]
    assert (slip.gross_hao, purse.slips()) == (100 * YUAN, [])
    with pytest.raises(Refused, match="stands on a slip that is not paid yet"):
        actions.take_back_earning(cast.li.by(), earning, reason="没教", document="说明")
    actions.cancel_slip(cast.luo.by(), slip, why="日期不对")
    assert SlipLine.everything.get(slip=slip).void
    assert [line.earning_id for row in purse.slips() for line in row.lines.all()] == [earning.pk]
    assert differences() == []


def test_freed_from_its_slip_it_can_be_taken_back_by_an_opposite_entry(purse):
    cast = purse.people
    earning = hours(purse, terms(purse, cast.lin))
    actions.cancel_slip(cast.luo.by(), purse.slips()[0], why="没教")
    opposite = actions.take_back_earning(cast.li.by(), earning, reason="没教", document="说明")
    assert (opposite.amount_hao, money(cast.lin)[0]) == (-100 * YUAN, 0)
    with pytest.raises(Moved, match="taken back before"):
        actions.take_back_earning(cast.li.by(), earning, reason="没教", document="说明")
    assert differences() == []


def test_hours_through_the_api_and_on_the_slips_page(purse):
    cast = purse.people
    relation = terms(purse, cast.lin)
    body = {"kind": "hours", "minutes": 120, "hour_hao": 50 * YUAN, "reason": "教新手", "document": "协议"}
    status, made = ask(cast.luo, f"/pay/terms/{relation.pk}/earnings", body)
    assert (status, made["amount_hao"], made["stage"]) == (200, 100 * YUAN, "draft")
    assert ask(cast.luo, f"/pay/earnings/{made['id']}/approve", {})[0] == 403
    assert ask(cast.wang, f"/pay/earnings/{made['id']}/approve", {})[1]["stage"] == "approved"
    slip = purse.slips()[0]
    shown = page(cast.lin, "pay:slip", slip.pk)
    assert "教新手" in shown
    assert "¥100.00" in shown
    assert ask(cast.luo, f"/pay/slips/{slip.pk}/cancel", {"why": "重开"})[1]["stage"] == "cancelled"


# --- 31: net = earned − advances − deductions ------------------------------------------------------------------------


def advanced(purse: Purse, person: Person, yuan: int, *, instalment: int) -> Advance:
    relation = terms(purse, person)
    asked = actions.ask_advance(
        person.by(), relation, amount_hao=yuan * YUAN, instalment_hao=instalment * YUAN, reason="买药"
    )
    actions.approve_advance(purse.people.luo.by(), asked)
    batch = actions.prepare_batch(purse.people.luo.by(), purse.operator)
    actions.approve_batch(purse.people.li.by(), batch)
    actions.pay_cash(
        purse.people.luo.by(), batch.payouts.get(), witness=purse.people.feng.user, document="签收单"
    )
    asked.refresh_from_db()
    return asked


def agreed(purse: Purse, person: Person, yuan: int, *, kind: str = "meals", bag: Any = None) -> Deduction:
    made = actions.propose_deduction(
        purse.people.luo.by(), terms(purse, person), kind=kind, amount_hao=yuan * YUAN, reason="午饭", bag=bag
    )
    return actions.agree_deduction(person.by(), made)


def test_an_advance_is_asked_approved_paid_and_set_off_by_instalments(purse):
    cast = purse.people
    paid = advanced(purse, cast.lin, 300, instalment=100)
    assert (paid.stage, money(cast.lin)) == ("paid", (0, 0, 300 * YUAN, 0))
    nets = []
    for month in (30, 60, 90):
        with clock.at(later(month)):
            bonus(purse, terms(purse, cast.lin), 250)
            nets.append(purse.slips()[0].net_hao)
            assert differences() == []
    assert nets == [150 * YUAN] * 3
    paid.refresh_from_db()
    assert (paid.stage, paid.left_hao) == ("closed", 0)


def test_an_advance_the_desk_asks_for_waits_for_the_persons_own_yes(purse):
    cast = purse.people
    relation = terms(purse, cast.lin)
    desk = cast.chen.by(for_=cast.lin)
    asked = actions.ask_advance(
        desk, relation, amount_hao=300 * YUAN, instalment_hao=100 * YUAN, reason="买药"
    )
    assert asked.provisional
    with pytest.raises(Refused, match="Wait for the person's own yes") as refusal:
        actions.approve_advance(cast.luo.by(), asked)
    assert (refusal.value.code, money(cast.lin)) == ("unconfirmed", (0, 0, 0, 0))
    for reader, said in ((cast.lin, "an advance of ¥300.00"), (cast.luo, "waits for the person&#x27;s yes")):
        where = "pay:my_money" if reader is cast.lin else "pay:advances"
        assert said in page(reader, where)
    assert "1 entry made for you waits for your yes" in page(cast.lin, "home")
    with pytest.raises(NotAllowed):
        actions.confirm_advance(cast.luo.by(), asked)  # a press on the page is the person's alone
    with pytest.raises(Refused, match="where it is kept"):
        actions.confirm_advance(cast.luo.by(), asked, how="slip")
    status, answer = ask(cast.lin, f"/pay/advances/{asked.pk}/confirm", {})
    assert (status, answer["provisional"], answer["consent_how"]) == (200, False, "page")
    assert actions.approve_advance(cast.luo.by(), asked).stage == "approved"


def test_a_signed_slip_for_an_advance_is_entered_by_another_than_who_asked(purse):
    cast = purse.people
    lent = terms(purse, cast.lin)
    asked = actions.ask_advance(cast.luo.by(), lent, amount_hao=300 * YUAN, instalment_hao=100 * YUAN)
    with pytest.raises(SecondPersonNeeded):
        actions.confirm_advance(cast.luo.by(), asked, how="slip", document="签字条8号")
    form = {"key": uuid.uuid4(), "how": "slip", "document": "签字条8号"}
    url = reverse("pay:confirm_on_paper", args=[asked.pk])
    assert cast.wang.client().post(url, form).status_code == 302
    asked.refresh_from_db()
    assert (asked.provisional, asked.consent_document) == (False, "签字条8号")
    with pytest.raises(SecondPersonNeeded):
        actions.approve_advance(cast.luo.by(), asked)
    assert actions.approve_advance(cast.wang.by(), asked).stage == "approved"


def test_net_is_earned_less_advance_less_deduction_and_the_law_cuts_with_a_sentence(purse):
    cast = purse.people
    advanced(purse, cast.lin, 300, instalment=100)
    agreed(purse, cast.lin, 150)
    bonus(purse, terms(purse, cast.lin), 500)
    slip = purse.slips()[0]
    takes = {row.kind: row for row in slip.takes.all()}
    assert takes["deduction"].amount_hao == 100 * YUAN  # a fifth of five hundred
    assert (takes["deduction"].asked_hao, takes["deduction"].cut) == (150 * YUAN, "legal_share")
    assert takes["advance"].amount_hao == 100 * YUAN
    assert slip.net_hao == slip.gross_hao - 200 * YUAN == 300 * YUAN
    assert money(cast.lin)[0] == 300 * YUAN
    said = page(cast.lin, "pay:slip", slip.pk)
    assert "¥150.00 was agreed. The law lets at most ¥100.00 be taken here, so ¥100.00 is taken" in said
    actions.cancel_slip(cast.luo.by(), slip, why="重开")
    assert money(cast.lin)[0] == 500 * YUAN
    assert purse.slips()[0].net_hao == 300 * YUAN
    assert differences() == []


def test_under_employment_the_minimum_wage_stays(purse):
    cast = purse.people
    relation = on_terms(purse, cast.lin, "employment")
    agreed(purse, cast.lin, 500)
    bonus(purse, relation, 2_100)  # the lowest minimum of Zhejiang is 2,010 a month
    slip = purse.slips()[0]
    take = slip.takes.get(kind="deduction")
    assert (take.amount_hao, take.cut) == (90 * YUAN, "minimum")
    assert slip.net_hao == 2_010 * YUAN
    assert "the minimum wage has to stay" in page(cast.lin, "pay:slip", slip.pk)


def test_a_spoiled_bag_never_costs_more_than_it_earned(purse):
    cast = purse.people
    said = purse.earn(cast.lin, 40, accepted=20)
    bonus(purse, terms(purse, cast.lin), 1_000)
    row = agreed(purse, cast.lin, 150, kind="spoiled", bag=said.hand_in.bag)
    slip = purse.slips()[0]
    take = slip.takes.get(kind="deduction")
    assert (take.amount_hao, take.cut) == (20 * RATE, "bags_pay")
    row.refresh_from_db()
    assert row.stage == "closed"  # the rest is dropped: nobody goes into debt for a bag


def test_nothing_is_taken_without_a_yes_and_nobody_pays_a_deposit(purse):
    cast = purse.people
    relation = terms(purse, cast.lin)
    with pytest.raises(Refused, match="Nobody pays a deposit here"):
        actions.propose_deduction(cast.luo.by(), relation, kind="deposit", amount_hao=YUAN, reason="押金")
    made = actions.propose_deduction(cast.luo.by(), relation, kind="meals", amount_hao=YUAN, reason="午饭")
    bonus(purse, relation, 100)
    assert purse.slips()[0].net_hao == 100 * YUAN
    with pytest.raises(SecondPersonNeeded):
        actions.agree_deduction(cast.luo.by(), made, how="slip", document="签字条")
    with pytest.raises(NotAllowed):
        actions.agree_deduction(cast.wang.by(), made, how="page")
    assert actions.agree_deduction(cast.wang.by(), made, how="slip", document="签字条").stage == "agreed"
    assert actions.drop_deduction(cast.lin.by(), made).stage == "dropped"


@settings(max_examples=300)
@given(
    gross=st.integers(-(10**9), 10**9),
    tax=st.integers(0, 10**8),
    share=st.integers(-(10**6), 10**9),
    stays=st.integers(0, 10**9),
    deductions=st.lists(st.tuples(st.integers(0, 10**8), st.none() | st.integers(0, 10**7)), max_size=4),
    advances=st.lists(st.integers(1, 10**8), max_size=3),
)
def test_nothing_is_taken_beyond_what_there_is_what_was_agreed_and_what_the_law_allows(
    gross, tax, share, stays, deductions, advances
):
    found = reckon(
        gross,
        tax_hao=tax,
        deductions=[Asked(n, hao, limit) for n, (hao, limit) in enumerate(deductions)],
        advances=[Asked(n, hao) for n, hao in enumerate(advances)],
        bounds=Bounds(share, stays),
    )
    total = sum(take.amount_hao for take in found)
    assert 0 <= total <= max(0, gross)
    kept = [take for take in found if take.kind == SlipTake.Kind.DEDUCTION]
    taxed = sum(take.amount_hao for take in found if take.kind == SlipTake.Kind.TAX)
    assert sum(take.amount_hao for take in kept) <= max(0, share)
    assert sum(take.amount_hao for take in kept) <= max(0, max(0, gross) - taxed - stays)
    for take in found:
        assert 0 <= take.amount_hao <= take.asked_hao
        assert (take.cut == "") == (take.amount_hao == take.asked_hao)


# --- 32 and 33: posted is posted, and what can be claimed until when ---------------------------------------------------


def test_fifteen_and_nine_are_twenty_four_and_a_posted_row_is_never_edited(purse):
    cast = purse.people
    relation = terms(purse, cast.lin)
    first, _second = bonus(purse, relation, 15), bonus(purse, relation, 9)
    assert money(cast.lin)[0] == 24 * YUAN
    with pytest.raises(Moved, match="What is approved stands"):
        actions.amend_earning(cast.luo.by(), first, amount_hao=1, reason="改", document="改")
    with pytest.raises(Moved, match="What is approved stands"):
        actions.drop_earning(cast.luo.by(), first)
    assert purse.slips()[0].gross_hao == 24 * YUAN
    status, refused = ask(cast.luo, f"/pay/earnings/{first.pk}/amend", {"reason": "改", "document": "改"})
    assert (status, refused["code"]) == (409, "posted")


@pytest.mark.parametrize(("days", "valid"), [(-1, False), (0, True), (1, True)])
def test_what_could_be_claimed_until_yesterday_is_expired(purse, days, valid):
    cast = purse.people
    made = actions.add_earning(
        cast.luo.by(), terms(purse, cast.lin), kind="allowance", amount_hao=YUAN, reason="路费", document="表",
        claim_until=clock.today() + timedelta(days=days),
    )  # fmt: skip
    if valid:
        assert actions.approve_earning(cast.wang.by(), made).stage == "approved"
    else:
        with pytest.raises(Refused, match="could be claimed until 1 November 2026"):
            actions.approve_earning(cast.wang.by(), made)
        assert actions.drop_earning(cast.luo.by(), made).stage == "dropped"


# --- 34 and 35: two at once, and the bank ------------------------------------------------------------------------------


def _race(county: County, *people: Person, earning: Earning) -> list[object]:
    outcomes: list[object] = [None] * len(people)
    barrier = threading.Barrier(len(people))

    def run(index: int) -> None:
        scope.enter(county)
        try:
            barrier.wait(10)
            with clock.at(MORNING):
                outcomes[index] = actions.approve_earning(people[index].by(), earning)
        except Refused as refused:
            outcomes[index] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_two_clerks_press_at_once_one_wins_and_the_other_reads_why(committing, committed):
    with clock.at(MORNING):
        cast = committed.people
        made = actions.add_earning(
            cast.luo.by(),
            terms(committed, cast.lin),
            kind="bonus",
            amount_hao=YUAN,
            reason="奖",
            document="表",
        )
    outcomes = _race(committing, cast.wang, cast.li, earning=made)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Earning", "Moved"]
    said = next(str(row.sentence) for row in outcomes if isinstance(row, Moved))
    assert "stands" in said or "已" in said
    assert money(cast.lin)[0] == YUAN
    assert differences() == []


def test_a_batch_sent_to_the_bank_twice_pays_once(purse):
    cast = purse.people
    purse.card(cast.lin)
    bonus(purse, terms(purse, cast.lin), 24)
    batch = purse.send()
    with pytest.raises(Moved, match="went to the bank on 2 November 2026 already"):
        actions.mark_sent(cast.luo.by(), batch)
    actions.confirm_payouts(cast.luo.by(), batch)
    with pytest.raises(Refused):
        actions.confirm_payouts(cast.luo.by(), PayoutBatch.objects.get(pk=batch.pk))
    assert money(cast.lin) == (0, 0, 24 * YUAN, 0)
    assert ask(cast.luo, f"/pay/batches/{batch.pk}/sent", {})[0] == 409


# --- tax, insurance, holds, leaving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "tax"),
    [(800, 0), (3_000, 440), (4_000, 640), (5_000, 800), (25_000, 4_000), (30_000, 5_200), (100_000, 25_000)],
)
def test_labour_service_tax_is_withheld_by_the_bands_of_the_law(month, tax):
    rule = rule_without_places("tax_labour")
    assert labour_tax(month * YUAN, rule) == tax * YUAN


@pytest.mark.parametrize(("year", "months", "tax"), [(5_000, 1, 0), (15_000, 1, 300), (120_000, 2, 8_480)])
def test_wage_tax_is_withheld_over_the_year(year, months, tax):
    assert wage_tax(year * YUAN, months, rule_without_places("tax_wage")) == tax * YUAN


def rule_without_places(key: str) -> Any:
    from gongfang.registry.places.law import shipped

    return next(rule.value for rule in shipped() if rule.key == key)


@given(parts=st.lists(st.integers(0, 10**10), min_size=1, max_size=6))
def test_tax_of_a_sum_is_never_less_for_more_income_and_never_all_of_it(parts):
    bands = rule_without_places("tax_labour")["bands"]
    total, before = 0, 0
    for part in parts:
        total += part
        now = banded(total, bands)
        assert before <= now <= total
        before = now


def test_two_slips_of_one_month_withhold_together_what_one_would(purse):
    cast = purse.people
    relation = terms(purse, cast.lin)
    bonus(purse, relation, 1_500)
    first = purse.slips()[0]
    assert first.taken_hao == 140 * YUAN
    with clock.at(later(10)):
        bonus(purse, relation, 1_500)
        second = purse.slips()[0]
    assert (second.taken_hao, first.taken_hao + second.taken_hao) == (300 * YUAN, 440 * YUAN)
    assert (
        Account.objects.get(holder_kind="relation", holder_id=relation.pk, purpose="tax").balance
        == 440 * YUAN
    )
    assert queries.year_to_date(second) == queries.Year(3_000 * YUAN, 440 * YUAN, 0, 2_560 * YUAN)
    assert differences() == []


def insured_past_retirement(purse: Purse) -> None:
    actions.set_rule(
        purse.people.wang.by(), None, key="accident_insurance", value={"month_hao": 15 * YUAN, "who": "retired"},
        valid_from=date(2026, 1, 1), document="磐人社〔2026〕3号",
    )  # fmt: skip


def test_past_retirement_the_insurance_is_paid_before_the_first_bag_and_by_the_operator(purse):
    cast = purse.people
    insured_past_retirement(purse)
    assert purse.earn(cast.lin, 5).accepted == 5
    with pytest.raises(Refused, match=r"has no accident insurance yet. By 磐人社〔2026〕3号"):
        purse.earn(cast.zhou, 5)
    relation = terms(purse, cast.zhou)
    with pytest.raises(Refused, match=r"at least ¥15.00 a month"):
        people_actions.insure(
            cast.luo.by(), [relation], policy="PA-1", since=clock.today(), months=12, month_hao=14 * YUAN
        )
    people_actions.insure(
        cast.luo.by(), [relation], policy="PA-1", since=clock.today(), months=12, month_hao=15 * YUAN
    )
    assert purse.earn(cast.zhou, 5).accepted == 5
    assert money(cast.zhou)[0] == 5 * RATE  # nothing of it is the person's
    paid = Account.objects.get(holder_kind="organisation", holder_id=purse.operator.pk, purpose="insured")
    assert paid.balance == 180 * YUAN
    assert differences() == []


def test_pay_waits_with_a_reason_until_a_day_and_then_goes_on_by_itself(purse):
    cast = purse.people
    relation = terms(purse, cast.lin)
    bonus(purse, relation, 24)
    purse.slips()
    with pytest.raises(Refused, match=r"waits until 17 November 2026 at the latest"):
        actions.hold_pay(cast.luo.by(), relation, reason="卡号待核", until=clock.today() + timedelta(days=16))
    actions.hold_pay(cast.luo.by(), relation, reason="卡号待核", until=clock.today() + timedelta(days=5))
    assert queries.payable(purse.operator) == []
    assert "卡号待核" in page(cast.lin, "pay:my_money")
    with clock.at(later(6)):
        assert [row.amount_fen for row in queries.payable(purse.operator)] == [2_400]


def test_whoever_leaves_gets_the_fraction_of_a_fen_rounded_up(purse):
    cast = purse.people
    purse.earn(cast.lin, 1)
    relation = terms(purse, cast.lin)
    with pytest.raises(Refused, match="These terms still run"):
        actions.settle_leaver(cast.luo.by(), relation)
    people_actions.end_relation(cast.luo.by(), relation)
    relation.refresh_from_db()
    actions.settle_leaver(cast.luo.by(), relation)
    assert money(cast.lin)[0] == 4_600
    purse.pay()
    assert money(cast.lin) == (0, 0, 4_600, 0)
    assert differences() == []


# --- questions about a line ----------------------------------------------------------------------------------------------


def test_a_line_is_questioned_answered_with_the_right_amount_and_the_rest_is_paid(purse):
    cast = purse.people
    purse.earn(cast.lin, 20)
    purse.earn(cast.lin, 40)
    slip = purse.slips()[0]
    line = slip.lines.order_by("pk").first()
    asked = actions.question_line(cast.luo.by(for_=None), line, question="少数了两个")
    assert asked.provisional
    assert not actions.confirm_question(cast.lin.by(), asked).provisional
    assert "少数了两个" in page(cast.luo, "pay:questions")
    purse.pay()
    assert money(cast.lin)[2] == 60 * RATE // 100 * 100  # a question never holds the money back
    done = actions.answer_question(
        cast.wang.by(), asked, answer="重数是22个", amount_hao=22 * RATE, document="复核单"
    )
    assert done.correction.difference_hao == 2 * RATE
    with pytest.raises(Moved):
        actions.answer_question(cast.wang.by(), asked, answer="再说一次")
    assert differences() == []


@contextmanager
def _at(days: int) -> Iterator[None]:
    with clock.at(later(days)):
        yield


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["bonus", "ask", "approve", "deduct", "agree", "draw", "cancel", "pay", "question", "take_back"]
        ),
        st.integers(0, 3),
        st.integers(1, 400),
    ),
    max_size=14,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_is_done_every_fen_is_where_the_slips_say(purse, steps):
    from django.db import transaction

    sid = transaction.savepoint()
    try:
        relation = terms(purse, purse.people.lin)
        for day, (verb, which, yuan) in enumerate(steps):
            with _at(day):
                _try(purse, relation, verb, which, yuan)
            assert differences() == []
        for slip in Slip.objects.exclude(stage="cancelled"):
            assert slip.gross_hao < 0 or slip.net_hao >= 0
    finally:
        transaction.savepoint_rollback(sid)


def _try(purse: Purse, relation: Relation, verb: str, which: int, yuan: int) -> None:
    cast = purse.people
    verbs = {
        "bonus": lambda: bonus(purse, relation, yuan),
        "ask": lambda: actions.ask_advance(
            cast.lin.by(), relation, amount_hao=yuan * YUAN, instalment_hao=-(-yuan * YUAN // (which + 1))
        ),
        "approve": lambda: actions.approve_advance(cast.luo.by(), _pick(Advance, which)),
        "deduct": lambda: actions.propose_deduction(
            cast.luo.by(), relation, kind="tools", amount_hao=yuan * YUAN, reason="剪刀"
        ),
        "agree": lambda: actions.agree_deduction(cast.lin.by(), _pick(Deduction, which)),
        "draw": purse.slips,
        "cancel": lambda: actions.cancel_slip(cast.luo.by(), _pick(Slip, which), why="重开"),
        "pay": purse.pay,
        "question": lambda: actions.question_line(
            cast.lin.by(), _pick(SlipLine.everything, which), question="为什么"
        ),
        "take_back": lambda: actions.take_back_earning(
            cast.li.by(), _pick(Earning, which), reason="撤", document="撤"
        ),
    }
    try:
        verbs[verb]()
    except (Refused, NotAllowed):
        return


def _pick(table: Any, which: int) -> Any:
    rows = list((table if hasattr(table, "order_by") else table.objects).order_by("pk"))
    if not rows:
        raise Refused("nothing there")
    return rows[which % len(rows)]


# --- paper -------------------------------------------------------------------------------------------------------------


def test_a_slip_is_a_numbered_paper_whose_mark_anybody_can_check(purse):
    cast = purse.people
    purse.earn(cast.lin, 20)
    agreed(purse, cast.lin, 1)
    slip = purse.slips()[0]
    client = cast.lin.client()
    paper = client.get(reverse("pay:slip_pdf", args=[slip.pk]))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    stranger = Client(headers={"host": "panan.localhost"})
    shown = stranger.get(reverse("pay:verify", args=[papers.code(slip)])).content.decode()
    assert slip.number in shown
    assert "林" not in shown
    forged = f"{slip.number}-{'A' * 16}"
    assert stranger.get(reverse("pay:verify", args=[forged])).status_code == 404
    assert cast.zhou.client().get(reverse("pay:slip_pdf", args=[slip.pk])).status_code == 404


def test_the_enterprise_reads_accepted_pieces_times_rate_and_the_fee(purse):
    cast, order = purse.people, purse.line.order
    purse.earn(cast.lin, 20)
    said = purse.earn(cast.zhou, 10, accepted=8)
    actions.correct_pay(cast.wang.by(), said, amount_hao=9 * RATE, reason="重数", document="复核单")
    (row,) = statement(order)
    assert (row.accepted, row.wages_hao, row.total_hao) == (28, 29 * RATE, 28 * 9_000)
    assert row.service_hao == 28 * 9_000 - 29 * RATE
    assert statement(order, since=clock.today() + timedelta(days=1))[0].accepted == 0
    assert "28 pieces accepted" in page(cast.sun, "pay:statement", order.pk)
    buyer = cast.sun.client()
    assert buyer.get(reverse("pay:statement_pdf", args=[order.pk])).content[:5] == b"%PDF-"
    assert buyer.get(reverse("pay:statement_sheet", args=[order.pk])).status_code == 200
    assert cast.lin.client().get(reverse("pay:statement", args=[order.pk])).status_code in (403, 404)


def test_the_pay_calendar_is_fifteen_days_for_part_time_and_the_month_otherwise(purse):
    first, last = period_of("part_time", date(2026, 11, 2))
    assert (last - first).days == 14
    assert period_of("part_time", last)[0] == first
    assert period_of("contract", date(2026, 2, 10)) == (date(2026, 2, 1), date(2026, 2, 28))
    cast = purse.people
    part, month = on_terms(purse, cast.lin, "part_time"), terms(purse, cast.zhou)
    bonus(purse, part, 5)
    bonus(purse, month, 5)
    drawn = actions.draw_up_slips(cast.luo.by(), purse.operator, terms=["part_time"])
    assert [(slip.relation, slip.kind) for slip in drawn] == [(part, "payslip")]


def test_what_was_overpaid_is_set_off_only_with_the_persons_yes(purse):
    cast = purse.people
    said = purse.earn(cast.lin, 100)
    purse.pay()
    actions.correct_pay(cast.wang.by(), said, amount_hao=90 * RATE, reason="重数", document="复核单")
    assert money(cast.lin)[3] < 0
    over = -money(cast.lin)[3]
    proposed = [
        actions.propose_deduction(
            cast.luo.by(), terms(purse, cast.lin), kind="overpaid", amount_hao=over, reason="上次多付"
        )
        for _time in range(2)
    ]
    with clock.at(later(20)):
        bonus(purse, terms(purse, cast.lin), 100)
        for row in proposed:
            actions.agree_deduction(cast.lin.by(), row)
        slip = purse.slips()[0]
    assert slip.takes.get().amount_hao == over  # once, though two deductions were agreed for it
    assert money(cast.lin)[3] == 0
    assert differences() == []
