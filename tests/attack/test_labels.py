"""Labels: whoever holds a code holds nothing. Forged, copied, foreign and spent ones."""

from __future__ import annotations

import string
from typing import Any

import pytest

from gongfang.core import codes
from gongfang.core.codes import WrongCode
from gongfang.ledger.reconcile import reconcile
from gongfang.work.piecework import actions
from gongfang.work.piecework.models import Bag, HandIn
from tests.attack.cast import browser, key, machine
from tests.cast import Person
from tests.work.piecework.conftest import Floor


def found(person: Person, code: str) -> Any:
    return machine(person).get(f"/api/piecework/labels/{code}")


def brought(person: Person, bag: Bag, pieces: int = 5) -> Any:
    body = {"rows": [{"bag_id": bag.pk, "pieces": pieces}]}
    return machine(person).post(
        "/api/piecework/hand-ins", body, content_type="application/json", headers=key()
    )


def test_a_label_with_one_sign_edited_is_no_label(floor: Floor) -> None:
    code = floor.bag().code
    for place, sign in enumerate(code):
        for other in set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") - {sign}:
            with pytest.raises(WrongCode):
                codes.label(code[:place] + other + code[place + 1 :])


def test_two_neighbours_exchanged_are_no_label(floor: Floor) -> None:
    code = floor.bag().code
    for place in range(len(code) - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code:
            with pytest.raises(WrongCode):
                codes.label(swapped)


def test_a_label_somebody_printed_alone_finds_no_bag(floor: Floor) -> None:
    for forged in (codes.new_label(), codes.seal("0" * 16), codes.seal("Z" * 16)):
        answer = found(floor.people.chen, forged)
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_label")


def test_a_label_of_another_county_finds_no_bag(floor: Floor, other_county: Any) -> None:
    code = floor.bag().code
    there = machine(floor.people.chen, host="zhaoyang.localhost")
    assert there.get(f"/api/piecework/labels/{code}").status_code == 401
    assert browser("zhaoyang.localhost").get(f"/B/{code}").status_code == 302


def test_a_label_in_anybodys_hand_shows_and_does_nothing(floor: Floor) -> None:
    bag = floor.bag(floor.people.lin)
    assert browser().get(f"/B/{bag.code}")["Location"].startswith("/login/")
    for stranger in (floor.people.zhou, floor.people.wu, floor.people.su, floor.people.sun):
        assert found(stranger, bag.code).status_code in {403, 422}
        assert brought(stranger, bag).status_code in {403, 404}
    assert not HandIn.objects.exists()


def test_a_maker_takes_nothing_in_with_the_own_label(floor: Floor) -> None:
    assert brought(floor.people.zhou, floor.bag(floor.people.zhou)).status_code == 403


def test_a_copied_label_handed_in_twice_counts_what_the_bag_holds(floor: Floor) -> None:
    bag, _other = floor.out(floor.people.zhou, 60)  # the other bag's pieces would make room in the lot
    assert brought(floor.people.chen, bag, bag.pieces).status_code == 200
    for again in (1, bag.pieces):
        assert brought(floor.people.he, bag, again).status_code == 422
    assert sum(HandIn.objects.values_list("pieces", flat=True)) == bag.pieces
    assert reconcile().differences == ()


def test_a_label_twice_in_one_slip_is_refused(floor: Floor) -> None:
    body = {"rows": [{"bag_id": floor.bag().pk, "pieces": 1}] * 2}
    answer = machine(floor.people.chen).post(
        "/api/piecework/hand-ins", body, content_type="application/json", headers=key()
    )
    assert (answer.status_code, HandIn.objects.count()) == (422, 0)


def test_the_label_of_an_unpacked_bag_is_spent(floor: Floor) -> None:
    bag = floor.packed(floor.people.zhou)[0]
    actions.unpack_bags(floor.people.chen.by(), [bag])
    body = {"bag_ids": [bag.pk]}
    answer = machine(floor.people.chen).post(
        "/api/piecework/bags/issue", body, content_type="application/json", headers=key()
    )
    assert answer.status_code in {404, 409, 422}
    assert brought(floor.people.chen, bag).status_code in {404, 409, 422}


def test_the_label_of_an_issued_bag_issues_nothing_twice(floor: Floor) -> None:
    bag, rope = floor.bag(), floor.stored()
    answer = machine(floor.people.chen).post(
        "/api/piecework/bags/issue", {"bag_ids": [bag.pk]}, content_type="application/json", headers=key()
    )
    assert (answer.status_code, floor.stored()) == (409, rope)


def test_labels_are_not_counted_up_and_not_guessed() -> None:
    drawn = {codes.new_label() for _n in range(2000)}
    assert len(drawn) == 2000
    for place in range(16):
        assert len({label[place] for label in drawn}) == 32
    assert {len(label) for label in drawn} == {codes.LABEL_LENGTH}
    assert all(sign in string.digits + string.ascii_uppercase for label in drawn for sign in label)
