"""Sending again what was sent: the same act once, to the same person, and nothing else under the same key."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from gongfang.core.models import Entry
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Role
from gongfang.work.piecework.models import HandIn
from tests.attack.cast import browser, key, machine, session_of, stranger
from tests.cast import People, Person
from tests.work.piecework.conftest import Floor

KEY = uuid4()


def put(caller: Client, address: str, body: dict[str, Any], **headers: str) -> Any:
    return caller.put(address, body, content_type="application/json", headers={**key(KEY), **headers})


def wish(of: Person) -> str:
    return f"/api/people/residents/{of.row.pk}/wish"


def wished(people: People) -> Client:
    """Lin wrote her wish down, and somebody kept the request."""
    caller = machine(people.lin)
    assert put(caller, wish(people.lin), {"minutes_a_day": 60}).status_code == 200
    return caller


def test_the_same_sent_twenty_times_is_done_once(floor: Floor) -> None:
    bag = floor.bag()
    desk = machine(floor.people.chen)
    body = {"rows": [{"bag_id": bag.pk, "pieces": 1}]}
    answers = [
        desk.post("/api/piecework/hand-ins", body, content_type="application/json", headers=key(KEY))
        for _n in range(20)
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == HandIn.objects.count() == 1


def test_an_edited_copy_is_refused_and_remembered(people: People) -> None:
    caller = wished(people)
    answer = put(caller, wish(people.lin), {"minutes_a_day": 600})
    assert (answer.status_code, answer.json().get("code")) == (409, "key_reused")
    assert people.lin.row.wish.minutes_a_day == 60
    assert Entry.objects.filter(verb="reuse_key").count() == 1


def test_a_copy_from_another_person_gets_no_answer(people: People) -> None:
    wished(people)
    for thief in (people.he, people.wang):
        assert put(machine(thief), wish(people.lin), {"minutes_a_day": 60}).status_code == 409


def test_a_copy_from_another_device_gets_no_answer(people: People) -> None:
    caller = wished(people)
    answer = put(caller, wish(people.lin), {"minutes_a_day": 60}, **{"X-Device": "another phone"})
    assert answer.status_code == 409


def test_a_copy_in_somebodys_name_gets_no_answer(people: People) -> None:
    wished(people)
    headers = {"X-On-Behalf-Of": people.lin.user.username}
    assert put(machine(people.chen), wish(people.lin), {"minutes_a_day": 60}, **headers).status_code == 409


def test_a_key_of_one_verb_opens_no_other(people: People) -> None:
    caller = wished(people)
    limits = f"/api/people/residents/{people.lin.row.pk}/limits"
    assert put(caller, limits, {"limits": {}}).status_code == 409


def test_a_key_of_one_subject_does_nothing_to_another(people: People) -> None:
    caller = machine(people.he)
    assert put(caller, wish(people.lin), {"minutes_a_day": 60}).status_code == 200
    assert put(caller, wish(people.zhou), {"minutes_a_day": 60}).status_code == 409


def test_a_key_of_one_county_tells_nothing_in_another(people: People, other_county: object) -> None:
    wished(people)
    answer = put(machine(people.lin, host="zhaoyang.localhost"), wish(people.lin), {"minutes_a_day": 60})
    assert answer.status_code == 401


def test_an_old_answer_is_not_given_to_whoever_may_no_longer_see_it(people: People) -> None:
    desk, lin = machine(people.chen), people.lin
    headers = {"X-On-Behalf-Of": lin.user.username}
    assert put(desk, wish(lin), {"minutes_a_day": 60}, **headers).status_code == 200
    by, name = people.chen.by(for_=lin, key=KEY, via="api"), "chen"
    registry.end_role(people.he.by(), Role.objects.get(user__username=name))
    Role.objects.filter(user__username=name).update(until="2020-01-01", since="2019-01-01")
    facts: Any = {"pieces_a_week": None, "minutes_a_day": 60, "home_work": False, "products": "", "note": ""}
    answer = _answered(lambda: registry.record_wish(by, lin.row, **facts))
    assert answer == "not_allowed"


def _answered(verb: Any) -> str:
    from gongfang.core.errors import Refused

    try:
        verb()
    except Refused as refusal:
        return refusal.code
    return "answered"


def test_a_strangers_key_is_numbered_to_nobody(people: People) -> None:
    wished(people)
    other = browser()
    other.cookies["gongfang"] = session_of(stranger())
    for client, path in ((other, "/language/"), (browser(), "/language/"), (browser("localhost"), "/")):
        answer = client.post(path, {"language": "en"}, headers=key(KEY))
        assert answer.status_code < 500
        assert answer.headers.get("X-Receipt", "") == ""


def test_a_key_that_is_none_breaks_nothing(people: People) -> None:
    caller = machine(people.lin)
    for odd in ("x", "' OR 1=1", "0" * 5000, "{}", str(KEY)[:-1], "None"):
        for client, path in (
            (caller, wish(people.lin)),
            (browser(), "/language/"),
            (browser("localhost"), "/"),
        ):
            method = client.put if path.startswith("/api") else client.post
            answer = method(path, headers={"Idempotency-Key": odd}, content_type="application/json")
            assert answer.status_code < 500
