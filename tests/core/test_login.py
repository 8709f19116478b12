"""Logging in: the right word lets in, the wrong one is counted, and tokens open one county's API only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.errors import NotAllowed
from gongfang.core.login import TRIES, _address, fresh_token, make_token, revoke_token
from gongfang.core.models import Entry, Token, User
from gongfang.counties.models import County

WORD = "knots in the morning"


@pytest.fixture
def alice(county: County) -> User:
    user = User(username="alice", name="Alice")
    user.set_password(WORD)
    user.save()
    return user


def browser() -> Client:
    return Client(headers={"host": "panan.localhost"})


def knock(word: str, *, name: str = "alice", onward: str = "") -> int | str:
    answer = browser().post("/login/", {"username": name, "password": word, "next": onward})
    return answer["Location"] if answer.status_code == 302 else answer.status_code


def test_the_right_word_lets_in_whatever_the_case_of_the_name(alice: User) -> None:
    assert knock(WORD, name="ALICE") == "/"


def test_a_wrong_word_is_answered_with_a_sentence_and_keeps_the_name(alice: User) -> None:
    answer = browser().post("/login/", {"username": "alice", "password": "wrong"})
    assert answer.status_code in {200, 422}
    assert 'value="alice"' in answer.content.decode()
    assert "wrong" not in answer.content.decode()


def test_nobody_is_led_to_another_site_after_logging_in(alice: User) -> None:
    assert knock(WORD, onward="/orders/") == "/orders/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert knock(WORD, onward=elsewhere) == "/"


def test_a_login_that_was_closed_stays_closed(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert knock(WORD) != "/"


def test_the_system_itself_cannot_log_in(county: County) -> None:
    User.objects.create(username="system", name="gongfang", is_system=True, password="!")
    assert knock("!", name="system") != "/"


def test_after_so_many_tries_even_the_right_word_waits(alice: User) -> None:
    for _n in range(TRIES):
        assert knock("wrong") != "/"
    assert knock(WORD) != "/"


def test_of_two_hundred_tries_at_once_only_the_limit_is_hashed(
    committing: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("gongfang.core.login.auth.authenticate", lambda *a, **k: asked.append(1))

    def press(_n: int) -> None:
        try:
            browser().post("/login/", {"username": "alice", "password": "wrong"})
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(press, range(200)))
    assert len(asked) == TRIES


@pytest.mark.parametrize(("https", "counted"), [(True, "203.0.113.7"), (False, "127.0.0.1")])
def test_behind_the_proxy_tries_are_counted_by_the_visitors_own_address(
    monkeypatch: pytest.MonkeyPatch, https: bool, counted: str
) -> None:
    monkeypatch.setattr(settings, "HTTPS", https)
    request = RequestFactory().post("/login/", headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.7"})
    assert _address(request) == f"login-from:{counted}"


def test_the_cookie_belongs_to_this_host_alone_and_is_out_of_scripts_reach(alice: User) -> None:
    answer = browser().post("/login/", {"username": "alice", "password": WORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def test_a_token_is_kept_as_a_hash_and_ends_when_it_is_revoked_or_old(alice: User) -> None:
    secret, digest = fresh_token()
    token = make_token(By(alice, "page"), alice, label="scale", digest=digest)
    assert secret not in str(Entry.objects.get(verb="make_token").after)
    assert Token.objects.usable(digest) == token
    with clock.shifted(timedelta(days=91)):
        assert Token.objects.usable(digest) is None
    revoke_token(By(alice, "page"), token)
    assert Token.objects.usable(digest) is None


def test_nobody_makes_a_token_for_somebody_else(alice: User) -> None:
    bob = User.objects.create(username="bob", name="Bob")
    with pytest.raises(NotAllowed):
        make_token(By(bob, "page"), alice, label="scale", digest=b"x")
