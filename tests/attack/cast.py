"""How the people of the attacks come in: with a password, a session, a token."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from gongfang.core.login import fresh_token
from gongfang.core.models import Token, User
from tests.cast import Person

WORD = "knots in the morning"
HOST = "panan.localhost"


def browser(host: str = HOST, **headers: str) -> Client:
    """A browser nobody has logged in with; it shows faults as pages, as a server does."""
    return Client(headers={"host": host, **headers}, raise_request_exception=False)


def with_word(person: Person, word: str = WORD) -> Person:
    """Give somebody a password."""
    person.user.set_password(word)
    person.user.save(update_fields=["password"])
    return person


def logged_in(person: Person, *, enforce_csrf_checks: bool = False) -> Client:
    """Log somebody in by the form, as a browser does."""
    with_word(person)
    client = browser()
    answer = client.post("/login/", {"username": person.user.username, "password": WORD})
    assert answer.status_code == 302, answer.text
    client.handler.enforce_csrf_checks = enforce_csrf_checks
    return client


def session_of(user: User) -> str:
    """A living session of somebody, in the county of the connection."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def stranger(username: str = "mallory") -> User:
    """Somebody with a login in the county of the connection, and nothing else."""
    return User.objects.create(username=username, name="外人", password="!")


def machine(person: Person, *, host: str = HOST, **headers: str) -> Client:
    """A program that calls the API with a token of somebody's."""
    text, digest = fresh_token()
    Token.objects.create(user=person.user, label="attack", digest=digest)
    return browser(host, **{"authorization": f"Bearer {text}", **headers})


def key(value: object = None) -> dict[str, str]:
    """The header of an idempotency key, a fresh one unless given."""
    return {"Idempotency-Key": str(value or uuid4())}
