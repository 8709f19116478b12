"""Guessing, fixing, stealing and outliving a login."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.test import RequestFactory

from gongfang.core import clock
from gongfang.core.login import TRIES, TRIES_FROM, WINDOW, _address
from gongfang.core.models import User
from gongfang.core.throttle import allow
from gongfang.counties.models import County
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Role
from tests.attack.cast import WORD, browser, logged_in, machine, session_of, with_word
from tests.cast import People

Guess = Callable[[int], Any]


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed."""
    words: list[str] = []

    def hashed(_user: User, word: str) -> bool:
        words.append(word)
        return False

    monkeypatch.setattr(User, "check_password", hashed)
    return words


def at_once(count: int, guess: Guess) -> None:
    def alone(n: int) -> None:
        try:
            guess(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(alone, range(count)))


def knock(name: str, word: str = "wrong", **headers: str) -> Any:
    """Ask the API for a token: the same door as the form's, without a page to draw."""
    body = {"username": name, "password": word}
    headers = {"Idempotency-Key": str(uuid.uuid4()), **headers}
    return browser().post("/api/tokens", body, content_type="application/json", headers=headers)


@pytest.mark.slow
def test_of_two_hundred_logins_at_once_exactly_the_limit_of_the_name_is_tried(
    committing: County, tried: list[str]
) -> None:
    User.objects.create(username="lin", name="林秀英", password="!")
    page = browser()
    page.get("/login/")
    at_once(100, lambda n: browser().post("/login/", {"username": "lin", "password": f"{n}"}))
    at_once(100, lambda n: knock("LIN", f"{n}"))
    assert len(tried) == TRIES


@pytest.mark.slow
def test_of_many_names_tried_at_once_from_one_address_exactly_its_limit_is_tried(
    committing: County, tried: list[str]
) -> None:
    User.objects.bulk_create(User(username=f"u{n}", name="某", password="!") for n in range(50))
    at_once(TRIES_FROM + 40, lambda n: knock(f"u{n % 50}"))
    assert len(tried) == TRIES_FROM


def test_a_name_written_in_another_way_has_no_tries_of_its_own(people: People, tried: list[str]) -> None:
    for n in range(3 * TRIES):
        knock(["li", "LI", "lı", "Lı"][n % 4])
    assert len(tried) <= TRIES


def behind_the_proxy(visitor: str) -> dict[str, str]:
    return {"X-Forwarded-For": visitor}


@pytest.fixture
def proxied(settings: LazySettings) -> None:
    """As it is behind the proxy that speaks https for us."""
    settings.HTTPS = True


def use_up(*visitors: str) -> None:
    """Let these addresses have used up the tries of one."""
    made = RequestFactory()
    for n in range(TRIES_FROM):
        request = made.post("/login/", headers=behind_the_proxy(visitors[n % len(visitors)]))
        assert allow(_address(request), limit=TRIES_FROM + 1, window=WINDOW)


def test_a_household_of_ipv6_is_one_address(people: People, tried: list[str], proxied: None) -> None:
    use_up(*(f"2001:db8:1:2::{n:x}" for n in range(TRIES_FROM)))
    knock("li", **behind_the_proxy("2001:db8:1:2:ffff::1"))
    assert tried == []


def test_an_address_made_up_before_the_proxys_own_word_is_not_believed(
    people: People, tried: list[str], proxied: None
) -> None:
    use_up(*(f"10.0.0.{n}, 203.0.113.7" for n in range(TRIES_FROM)))
    knock("li", **behind_the_proxy("10.9.9.9, 203.0.113.7"))
    assert tried == []


def test_an_address_without_tries_uses_up_nobody_elses(people: People, proxied: None) -> None:
    with_word(people.lin)
    name = people.lin.user.username
    use_up("203.0.113.7")
    for _n in range(TRIES):
        assert knock(name, **behind_the_proxy("203.0.113.7")).status_code == 429
    assert knock(name, WORD, **behind_the_proxy("203.0.113.8")).status_code == 200


def test_the_old_password_is_not_guessed_from_a_stolen_session(people: People) -> None:
    thief = logged_in(people.lin)
    for n in range(TRIES):
        thief.post("/password/", {"old": f"{n}", "new": "thief thief thief", "key": str(uuid.uuid4())})
    thief.post("/password/", {"old": WORD, "new": "thief thief thief", "key": str(uuid.uuid4())})
    people.lin.user.refresh_from_db()
    assert people.lin.user.check_password(WORD)


def test_a_session_planted_before_the_login_is_not_the_one_after_it(people: People) -> None:
    with_word(people.lin)
    thief = browser()
    thief.get("/login/")
    planted = thief.cookies[settings.SESSION_COOKIE_NAME].value
    victim = browser()
    victim.cookies[settings.SESSION_COOKIE_NAME] = planted
    victim.post("/login/", {"username": people.lin.user.username, "password": WORD})
    assert victim.get("/").status_code == 200
    assert thief.get("/").status_code == 302


def test_logging_out_ends_the_session_and_not_only_the_cookie(people: People) -> None:
    client = logged_in(people.lin)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/logout/")
    thief = browser()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert thief.get("/").status_code == 302


def test_nobody_is_logged_out_by_a_link(people: People) -> None:
    client = logged_in(people.lin)
    client.get("/logout/")
    assert client.get("/").status_code == 200


def test_a_new_password_ends_every_other_session_and_token(people: People) -> None:
    program, thief = machine(people.lin), logged_in(people.lin)
    own = logged_in(people.lin)
    new = {"old": WORD, "new": "four other quiet words", "key": str(uuid.uuid4())}
    assert own.post("/password/", new)["Location"] == "/"
    assert own.get("/").status_code == 200
    assert (thief.get("/").status_code, program.get("/api/me").status_code) == (302, 401)


def test_a_password_given_anew_ends_every_session_and_token(people: People) -> None:
    program, thief = machine(people.lin), logged_in(people.lin)
    registry.reset_password(people.he.by(), people.lin.user, password="four other quiet words")
    assert (thief.get("/").status_code, program.get("/api/me").status_code) == (302, 401)


def test_the_token_of_somebody_who_left_sees_and_does_nothing(people: People) -> None:
    program = machine(people.chen)
    address = f"/api/people/residents/{people.lin.row.pk}"
    assert program.get(address).status_code == 200
    registry.end_role(people.he.by(), Role.objects.get(user=people.chen.user))
    with clock.shifted(timedelta(days=1)):
        assert program.get(address).status_code == 404
        assert program.get("/api/me").json()["grants"] == []


def test_a_login_that_was_closed_has_no_session_and_no_token(people: People) -> None:
    program, client = machine(people.lin), browser()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(people.lin.user)
    User.objects.filter(pk=people.lin.user.pk).update(is_active=False)
    assert (client.get("/").status_code, program.get("/api/me").status_code) == (302, 401)


def test_a_session_opens_no_endpoint_of_the_api(people: People) -> None:
    assert logged_in(people.wang).get("/api/me").status_code == 401


@pytest.mark.parametrize("path", ["/logout/", "/password/", "/tokens/", "/language/", "/login/"])
def test_a_form_of_another_site_is_refused(people: People, path: str) -> None:
    client = logged_in(people.lin, enforce_csrf_checks=True)
    for token in ("", "a" * 64):
        for origin in ("https://evil.example", "http://zhaoyang.localhost", "null"):
            fields = {"csrfmiddlewaretoken": token, "key": str(uuid.uuid4())}
            assert client.post(path, fields, headers={"origin": origin}).status_code == 403


def test_a_true_token_sent_from_a_sibling_county_is_refused(people: People) -> None:
    client = logged_in(people.lin, enforce_csrf_checks=True)
    token = client.get("/tokens/").text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {"csrfmiddlewaretoken": token}
    for origin in ("http://zhaoyang.localhost", "http://localhost", "http://panan.localhost:81", "null"):
        assert client.post("/logout/", fields, headers={"origin": origin}).status_code == 403
    assert client.post("/logout/", fields, headers={"origin": "http://panan.localhost"}).status_code == 302
