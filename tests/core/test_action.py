"""The one door for change: what every verb may rely on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from gongfang.core.action import Act, By, action
from gongfang.core.errors import Frozen, Gone, KeyReused, NotAllowed, Refused, SecondPersonNeeded
from gongfang.core.members import Member
from gongfang.core.models import Continuity, Entry, Event, Parameter, Receipt, User
from gongfang.counties.models import County
from gongfang.database import scope


def anybody(member: Member, thing: Any) -> bool:
    return True


def not_bob(member: Member, thing: Any) -> bool:
    return member.user.username != "bob"


@action(anybody, creates=True)
def write_rule(act: Act, place: None, *, rule: str, value: int = 0) -> Parameter:
    return Parameter.objects.create(key=rule, value=value, valid_from=date(2022, 1, 1), document="test")


@action(not_bob)
def change_rule(act: Act, rule: Parameter, *, value: int) -> Parameter:
    rule.value = value
    rule.save(update_fields=["value"])
    act.emit("RuleChanged", rule, value=value)
    return rule


@action(anybody)
def raise_rule(act: Act, rule: Parameter, *, by_how_much: int) -> Parameter:
    rule.value += by_how_much
    rule.save(update_fields=["value"])
    return rule


@action(anybody)
def change_and_refuse(act: Act, rule: Parameter) -> Parameter:
    change_rule(act, rule, value=99)
    raise Refused("Not today. Come back tomorrow.")


@action(anybody)
def change_twice(act: Act, rule: Parameter) -> Parameter:
    change_rule(act, rule, value=1)
    return change_rule(act, rule, value=2)


@action(anybody, second=lambda rule: [uuid.UUID(rule.document)], money=True)
def approve_rule(act: Act, rule: Parameter) -> Parameter:
    return rule


@pytest.fixture
def alice(county: County) -> User:
    return User.objects.create(username="alice", name="Alice")


@pytest.fixture
def bob(county: County) -> User:
    return User.objects.create(username="bob", name="Bob")


@pytest.fixture
def rule(alice: User) -> Parameter:
    return write_rule(By(alice, "page"), None, rule="bag_cap", value=5)


def test_an_act_leaves_a_receipt_an_audit_line_and_an_event(alice: User, rule: Parameter) -> None:
    by = By(alice, "page", device="phone-1", acted_at=datetime.fromisoformat("2022-03-01T08:00:00+08:00"))
    change_rule(by, rule, value=7)
    entry = Entry.objects.get(verb="change_rule")
    assert (entry.actor, entry.via, entry.device, entry.subject) == (
        alice,
        "page",
        "phone-1",
        f"core.parameter:{rule.pk}",
    )
    assert (entry.before, entry.after) == (
        {f"core.parameter:{rule.pk}": {"value": 5}},
        {f"core.parameter:{rule.pk}": {"value": 7}},
    )
    assert entry.acted_at == by.acted_at
    assert Event.objects.get().facts == {"value": 7}
    assert Receipt.objects.get(key=by.key).verb == "change_rule"


def test_the_same_key_does_it_once_and_answers_alike(alice: User, rule: Parameter) -> None:
    by = By(alice, "scan")
    first = raise_rule(by, rule, by_how_much=3)
    again = raise_rule(by, rule, by_how_much=3)
    rule.refresh_from_db()
    assert (rule.value, first.pk, again.pk) == (8, rule.pk, rule.pk)
    assert Entry.objects.filter(verb="raise_rule").count() == 1


@pytest.mark.parametrize("difference", ["content", "verb", "person", "device"])
def test_a_key_that_comes_back_different_is_refused_and_remembered_as_doubtful(
    alice: User, bob: User, rule: Parameter, difference: str
) -> None:
    by = By(alice, "scan")
    raise_rule(by, rule, by_how_much=3)
    again: dict[str, Callable[[], Parameter]] = {
        "content": lambda: raise_rule(by, rule, by_how_much=4),
        "verb": lambda: change_rule(by, rule, value=3),
        "person": lambda: raise_rule(By(bob, "scan", key=by.key), rule, by_how_much=3),
        "device": lambda: raise_rule(By(alice, "scan", key=by.key, device="other"), rule, by_how_much=3),
    }
    with pytest.raises(KeyReused):
        again[difference]()
    rule.refresh_from_db()
    assert rule.value == 8
    assert Entry.objects.filter(verb="reuse_key", subject=f"core.receipt:{by.key}").count() == 1


def test_a_refusal_undoes_everything_and_keeps_no_receipt(alice: User, rule: Parameter) -> None:
    by = By(alice, "page")
    with pytest.raises(Refused, match="Come back tomorrow"):
        change_and_refuse(by, rule)
    rule.refresh_from_db()
    assert rule.value == 5
    assert not Entry.objects.filter(verb__in=["change_rule", "change_and_refuse"]).exists()
    assert not Event.objects.exists()
    assert not Receipt.objects.filter(key=by.key).exists()


def test_a_nested_act_joins_the_transaction_and_names_its_parent(alice: User, rule: Parameter) -> None:
    change_twice(By(alice, "page"), rule)
    outer = Entry.objects.get(verb="change_twice")
    inner = Entry.objects.filter(verb="change_rule")
    assert {(entry.parent, entry.txn) for entry in inner} == {(outer.act, outer.txn)}
    assert outer.parent is None
    assert Receipt.objects.filter(verb="change_rule").count() == 0


def test_bob_has_no_right_and_nothing_is_done(bob: User, rule: Parameter) -> None:
    with pytest.raises(NotAllowed):
        change_rule(By(bob, "api"), rule, value=1)
    rule.refresh_from_db()
    assert rule.value == 5


def test_nobody_acts_for_another_unless_the_verb_says_so(alice: User, bob: User, rule: Parameter) -> None:
    with pytest.raises(NotAllowed):
        change_rule(By(alice, "page", for_=bob), rule, value=1)


def test_who_had_a_hand_in_it_cannot_approve_not_even_for_another(
    alice: User, bob: User, rule: Parameter
) -> None:
    rule.document = str(alice.pk)
    rule.save()
    with pytest.raises(SecondPersonNeeded):
        approve_rule(By(alice, "page"), rule)
    assert approve_rule(By(bob, "page"), rule) == rule


def test_money_rests_while_a_restored_county_waits(alice: User, bob: User, rule: Parameter) -> None:
    rule.document = str(alice.pk)
    rule.save()
    Continuity.objects.update(frozen_at=datetime.fromisoformat("2022-03-01T08:00:00+08:00"))
    with pytest.raises(Frozen):
        approve_rule(By(bob, "page"), rule)


def test_a_thing_that_is_gone_is_said_to_be_gone(alice: User, rule: Parameter) -> None:
    Parameter.objects.all().delete()
    with pytest.raises(Gone):
        change_rule(By(alice, "page"), rule, value=1)


def test_twenty_threads_with_one_key_do_it_once(committing: County) -> None:
    alice = User.objects.create(username="alice", name="Alice")
    rule = write_rule(By(alice, "page"), None, rule="bag_cap", value=5)
    by = By(alice, "scan")

    def press(_n: int) -> int:
        try:
            with scope.inside("panan"):
                return raise_rule(by, rule, by_how_much=1).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(press, range(20))) == {rule.pk}
    rule.refresh_from_db()
    assert rule.value == 6


def test_two_acts_that_lock_in_opposite_order_both_end(committing: County) -> None:
    alice = User.objects.create(username="alice", name="Alice")
    one, two = (write_rule(By(alice, "page"), None, rule=name) for name in ("a", "b"))

    @action(anybody)
    def cross(act: Act, first: Parameter, *, second: Parameter) -> Parameter:
        return raise_rule(act, second, by_how_much=1)

    def press(n: int) -> None:
        pair = (one, two) if n % 2 else (two, one)
        try:
            with scope.inside("panan"):
                cross(By(alice, "page"), pair[0], second=pair[1])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for _pair in range(4):  # two at a time: whoever is the victim finds the other one done
            list(pool.map(press, range(2)))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.value, two.value) == (4, 4)


def test_a_broken_connection_is_not_tried_again(alice: User, rule: Parameter) -> None:
    tries = []

    @action(anybody)
    def break_down(act: Act, thing: Parameter) -> None:
        tries.append(1)
        raise OperationalError("the server went away")

    with pytest.raises(OperationalError):
        break_down(By(alice, "page"), rule)
    assert tries == [1]


def test_the_five_times_are_told_apart(alice: User, rule: Parameter) -> None:
    acted = datetime.fromisoformat("2022-03-01T23:59:00+08:00")
    change_rule(By(alice, "scan", acted_at=acted, skew=timedelta(minutes=3)), rule, value=1)
    entry = Entry.objects.get(verb="change_rule")
    assert entry.acted_at == acted
    assert entry.skew == timedelta(minutes=3)
    assert entry.booked_on == entry.received_at.astimezone(acted.tzinfo).date()
