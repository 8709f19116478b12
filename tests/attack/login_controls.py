"""What keeps a login to the person it belongs to."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import CsrfViewMiddleware

from gongfang.core import cookies, login
from gongfang.core import members as visitors
from gongfang.core.models import Token, Tokens, User
from gongfang.counties import middleware
from gongfang.counties.models import County
from gongfang.pages import actions as pages
from gongfang.pages import forms
from gongfang.registry.people import members
from gongfang.registry.people.actions import roles
from tests.attack.controls import control, instead

Out = Generator[None, None, None]


@control(
    "Tries to log in are counted before a password is hashed, each in one atomic statement: of any number at once"
    " exactly the limit is tried, for one name and from one address.",
    "test_login.py::test_of_two_hundred_logins_at_once_exactly_the_limit_of_the_name_is_tried",
    "test_login.py::test_of_many_names_tried_at_once_from_one_address_exactly_its_limit_is_tried",
)
def tries_are_counted() -> Out:
    with instead((login, "allow", lambda key, **limits: True)):
        yield


@control(
    "All ways to write a name that the database takes for the same are one name to the count of tries.",
    "test_login.py::test_a_name_written_in_another_way_has_no_tries_of_its_own",
)
def a_name_is_counted_folded() -> Out:
    real = login.allow

    def by_its_signs(key: str, *, limit: int, window: timedelta) -> bool:
        return key.startswith("login:") or real(key, limit=limit, window=window)

    with instead((login, "allow", by_its_signs)):
        yield


@control(
    "The address of a visitor is what our own proxy says, and of IPv6 the whole /64 of a household.",
    "test_login.py::test_a_household_of_ipv6_is_one_address",
    "test_login.py::test_an_address_made_up_before_the_proxys_own_word_is_not_believed",
)
def addresses_are_the_proxys() -> Out:
    with instead((login, "_address", lambda request: f"login-from:{request.headers['X-Forwarded-For']}")):
        yield


@control(
    "An address that has used up its tries is refused before the name is counted, so it locks nobody else out.",
    "test_login.py::test_an_address_without_tries_uses_up_nobody_elses",
)
def the_address_is_asked_first() -> Out:
    real = login.allow

    def name_first(key: str, *, limit: int, window: timedelta) -> bool:
        if key.startswith("login-from:"):
            real("login:" + _asked[-1].casefold(), limit=limit, window=window)
        return real(key, limit=limit, window=window)

    _asked: list[str] = []
    recognise = login.recognise

    def remembering(request: Any, name: str, password: str) -> User:
        _asked.append(name)
        return recognise(request, name, password)

    from gongfang.pages import api

    with instead((login, "allow", name_first), (api, "recognise", remembering)):
        yield


@control(
    "Whoever is logged in says the old password before a new one, and those tries are counted, too.",
    "test_login.py::test_the_old_password_is_not_guessed_from_a_stolen_session",
)
def the_old_password_is_counted() -> Out:
    with instead((forms, "count_try", lambda user: None)):
        yield


@control(
    "Logging in begins a new session; one that was there before, planted or not, is not taken over.",
    "test_login.py::test_a_session_planted_before_the_login_is_not_the_one_after_it",
)
def a_login_begins_a_session() -> Out:
    with instead(
        (SessionStore, "cycle_key", lambda store: None), (SessionStore, "flush", lambda store: None)
    ):
        yield


@control(
    "Logging out removes the session itself, so a copy of its cookie opens nothing.",
    "test_login.py::test_logging_out_ends_the_session_and_not_only_the_cookie",
)
def logging_out_ends_the_session() -> Out:
    with instead((SessionStore, "flush", lambda store: None)):
        yield


@control(
    "Nothing changes by following a link: verbs are posted.",
    "test_login.py::test_nobody_is_logged_out_by_a_link",
)
def verbs_are_posted() -> Out:
    from gongfang import urls

    pattern = next(row for row in urls.urlpatterns if getattr(row, "name", "") == "logout")
    by_link = login.logout.__wrapped__
    with instead((pattern, "callback", by_link)):
        yield


@control(
    "A new password ends every other session and every token of the old one.",
    "test_login.py::test_a_new_password_ends_every_other_session_and_token",
    "test_login.py::test_a_password_given_anew_ends_every_session_and_token",
)
def a_new_password_ends_the_old_one() -> Out:
    kept = lambda act, user: None  # noqa: E731
    with instead((pages, "end_tokens", kept), (roles, "end_tokens", kept)):
        yield


@control(
    "Roles are read anew with every request, from the days on which they run; a login outlives them and opens nothing.",
    "test_login.py::test_the_token_of_somebody_who_left_sees_and_does_nothing",
)
def roles_end() -> Out:
    always = members.WHO.replace(
        "since <= %s AND (until IS NULL OR until > %s)", "%s::date IS NOT NULL AND %s::date IS NOT NULL"
    )
    composed = visitors._visiting.__wrapped__
    with instead((members, "WHO", always), (visitors, "_visiting", composed)):
        yield


@control(
    "A login that was closed has neither sessions nor tokens any more.",
    "test_login.py::test_a_login_that_was_closed_has_no_session_and_no_token",
)
def closed_logins_stay_closed() -> Out:
    def any_token(tokens: Tokens, digest: bytes) -> Token | None:
        return tokens.filter(digest=digest).first()

    with instead((Tokens, "usable", any_token)):
        yield


@control(
    "The API asks for a token in a header, which no page of another site can add; a session alone opens nothing of it.",
    "test_login.py::test_a_session_opens_no_endpoint_of_the_api",
)
def the_api_asks_for_a_token() -> Out:
    def by_session(_self: object, request: Any) -> object:
        request.member = login.member_of(request.user)
        return SimpleNamespace(user=request.user)

    with instead((login.TokenAuth, "__call__", by_session)):
        yield


@control(
    "Every form carries a token of its own session, and the browser's word where it comes from has to be our host.",
    "test_login.py::test_a_form_of_another_site_is_refused",
    "test_login.py::test_a_true_token_sent_from_a_sibling_county_is_refused",
)
def forms_carry_a_token() -> Out:
    with instead((CsrfViewMiddleware, "process_view", lambda *a, **k: None)):
        yield


@control(
    "The token of a form lives in the session and in no cookie, which a sibling county could lay.",
    "test_cookies.py::test_a_csrf_cookie_laid_by_a_sibling_is_worth_nothing",
)
def csrf_lives_in_the_session() -> Out:
    with instead((settings, "CSRF_USE_SESSIONS", False)):
        yield


@control(
    "The session is read from the cookie of exactly our name; of several, only the one that lives in this county counts.",
    "test_cookies.py::test_a_cookie_laid_beside_ours_logs_nobody_out",
    "test_cookies.py::test_of_two_sessions_that_both_live_here_neither_is_believed",
    "test_cookies.py::test_a_session_under_a_disguised_name_is_no_session",
)
def the_sessions_own_name() -> Out:
    def as_django_reads(request: Any) -> str | None:
        return request.COOKIES.get(settings.SESSION_COOKIE_NAME)

    with instead((cookies, "session_key", as_django_reads)):
        yield


@control(
    "Cookies belong to one host: no domain, out of scripts' reach, and on https a name no sibling may set.",
    "test_cookies.py::test_the_cookie_is_for_one_host_alone",
)
def cookies_for_one_host() -> Out:
    with instead((settings, "SESSION_COOKIE_DOMAIN", ".localhost")):
        yield


@control(
    "Sessions are rows of a county's own schema, which the host name alone chooses.",
    "test_cookies.py::test_the_session_of_a_sibling_county_opens_nothing_here",
)
def sessions_live_in_their_county() -> Out:
    real = middleware.county_at

    def where_the_session_lives(host: str) -> County | None:
        return real("zhaoyang.localhost")

    with instead((middleware, "county_at", where_the_session_lives)):
        yield
