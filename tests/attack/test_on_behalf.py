"""Acting for another person is a clerk's help to a maker; nobody gets further with it than either of the two."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gongfang.core.action import Act, action
from gongfang.core.errors import NotAllowed, SecondPersonNeeded
from gongfang.core.login import make_token
from gongfang.core.models import Entry, Parameter, User
from gongfang.pages import actions as pages
from gongfang.pay.actions import pay_cash
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import BankAccount, Consent, Role, Wish
from tests.attack.cast import key, machine
from tests.cast import People, Person, bank_card

WISH = {"minutes_a_day": 120}


def wishes(caller: Client, of: Person, name: str) -> Any:
    """Write a wish down through the API, in the name of whoever is named in the header."""
    address = f"/api/people/residents/{of.row.pk}/wish"
    headers = {"X-On-Behalf-Of": name, **key()}
    return caller.put(address, WISH, content_type="application/json", headers=headers)


def test_a_clerk_acts_for_nobody_elses_maker(people: People) -> None:
    for actor, maker in ((people.wu, people.lin), (people.chen, people.fang), (people.sun, people.lin)):
        with pytest.raises(NotAllowed):
            registry.record_wish(actor.by(for_=maker), maker.row, minutes_a_day=120)


def test_nobody_acts_for_a_colleague_or_for_who_stands_above(people: People) -> None:
    for actor, subject in ((people.he, people.chen), (people.chen, people.he), (people.chen, people.wang)):
        answer = wishes(machine(actor), people.lin, subject.user.username)
        assert (answer.status_code, Wish.objects.count()) == (403, 0)


def test_a_maker_acts_for_no_other_maker(people: People) -> None:
    with pytest.raises(NotAllowed):
        registry.record_wish(people.zhou.by(for_=people.lin), people.lin.row, minutes_a_day=120)


def test_acting_for_somebody_lends_no_right_the_other_has_not(people: People) -> None:
    answer = wishes(machine(people.chen), people.zhou, people.lin.user.username)
    assert (answer.status_code, Wish.objects.count()) == (403, 0)


@pytest.mark.parametrize("verb", ["card", "consent", "password", "token", "login"])
def test_what_is_a_persons_own_is_done_by_no_one_for_them(people: People, verb: str) -> None:
    by, lin = people.chen.by(for_=people.lin), people.lin
    verbs = {
        "card": lambda: registry.set_bank_account(
            by, lin.row, number=bank_card(), bank="浙江农商银行", holder_name="林秀英"
        ),
        "consent": lambda: registry.give_consent(by, lin.row, purpose=Consent.Purpose.BANK),
        "password": lambda: pages.change_password(by, lin.user, encoded="!"),
        "token": lambda: make_token(by, lin.user, label="thief", digest=b"x" * 32),
        "login": lambda: registry.end_role(by, Role.objects.get(user=lin.user)),
    }
    with pytest.raises(NotAllowed):
        verbs[verb]()
    assert not BankAccount.objects.exists()


def test_cash_is_signed_for_by_nobody_else(people: People) -> None:
    assert not pay_cash.on_behalf


def test_who_had_a_hand_in_it_does_the_second_step_for_nobody(people: People) -> None:
    rule = Parameter.objects.create(key="x", value=1, valid_from="2022-01-01", document="test")

    @action(lambda member, row: True, second=lambda row: [people.chen.user.pk], on_behalf=True)
    def approve(act: Act, row: Parameter) -> Parameter:
        return row

    with pytest.raises(SecondPersonNeeded):
        approve(people.chen.by(for_=people.lin), rule)


def test_what_was_done_for_another_names_both(people: People) -> None:
    assert wishes(machine(people.chen), people.lin, people.lin.user.username).status_code == 200
    entry = Entry.objects.get(verb="record_wish")
    assert (entry.actor, entry.on_behalf) == (people.chen.user, people.lin.user)


def test_a_closed_login_is_acted_for_no_more(people: People) -> None:
    User.objects.filter(pk=people.lin.user.pk).update(is_active=False)
    answer = wishes(machine(people.chen), people.lin, people.lin.user.username)
    assert (answer.status_code, Wish.objects.count()) == (422, 0)
