"""What a page of a sibling county can do to a visitor's browser: lay cookies beside ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from gongfang.counties.models import County
from gongfang.database import scope
from tests.attack.cast import logged_in, session_of, stranger
from tests.cast import People

NAMES = ("gongfang", "__Host-gongfang")
# Blanks of other alphabets: a browser lets any sibling set such a name, and Django strips it to ours.
DISGUISES = ("\u2000", "\u00a0", "\u3000", "\u0085", "\u2028")


@pytest.fixture(params=NAMES, ids=["http", "https"])
def name(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    """The cookie's name as it is on http, and as it is on https."""
    settings.SESSION_COOKIE_NAME = request.param
    settings.SESSION_COOKIE_SECURE = request.param.startswith("__Host-")
    return str(request.param)


def home(*cookies: str, **headers: str) -> Any:
    raw = "; ".join(cookies).encode().decode("latin-1")
    return Client(headers={"host": "panan.localhost", **headers}).get("/", HTTP_COOKIE=raw)


def is_in(answer: Any) -> bool:
    return answer.status_code == 200


def test_a_cookie_laid_beside_ours_logs_nobody_out(people: People, other_county: County, name: str) -> None:
    ours = session_of(people.lin.user)
    with scope.inside("zhaoyang"):
        theirs = session_of(stranger())
    for pair in ((ours, theirs), (theirs, ours), (ours, "x" * 32)):
        assert is_in(home(*(f"{name}={value}" for value in pair)))


def test_of_two_sessions_that_both_live_here_neither_is_believed(people: People, name: str) -> None:
    lin, zhou = session_of(people.lin.user), session_of(people.zhou.user)
    assert not is_in(home(f"{name}={lin}", f"{name}={zhou}"))
    assert not is_in(home(f"{name}={zhou}", f"{name}={lin}"))


def test_a_session_under_a_disguised_name_is_no_session(people: People, name: str) -> None:
    zhou = session_of(people.zhou.user)
    for blank in DISGUISES:
        assert not is_in(home(f"{blank}{name}={zhou}"))
        assert not is_in(home(f"{name}{blank}={zhou}"))


def test_the_session_of_a_sibling_county_opens_nothing_here(
    people: People, other_county: County, name: str
) -> None:
    with scope.inside("zhaoyang"):
        theirs = session_of(stranger())
    assert not is_in(home(f"{name}={theirs}"))


def test_the_cookie_is_for_one_host_alone(people: People, name: str) -> None:
    cookie = logged_in(people.lin).cookies[name]
    held = (cookie["domain"], cookie["path"], bool(cookie["httponly"]), cookie["samesite"])
    assert held == ("", "/", True, "Lax")
    assert bool(cookie["secure"]) == name.startswith("__Host-")


def test_a_csrf_cookie_laid_by_a_sibling_is_worth_nothing(people: People, name: str) -> None:
    laid = "a" * 32
    client = logged_in(people.lin, enforce_csrf_checks=True)
    session = client.cookies[name].value
    for cookie in ("csrftoken", "__Host-csrftoken", "__Secure-csrftoken"):
        answer = client.post(
            "/logout/", {"csrfmiddlewaretoken": laid}, HTTP_COOKIE=f"{name}={session}; {cookie}={laid}"
        )
        assert answer.status_code == 403
