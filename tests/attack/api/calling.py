"""A county with work in every state, standing for all tests of a file, and the tokens of its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from gongfang.core.login import fresh_token, make_token
from gongfang.counties.models import County
from gongfang.database import scope
from tests.cast import People, Person, gather
from tests.journeys.full import Full, fill

T = TypeVar("T")
ROLES = {
    "officer": "wang",
    "township": "feng",
    "manager": "he",
    "clerk": "chen",
    "inspector": "zhao",
    "maker": "lin",
    "agent": "wu",
    "buyer": "sun",
    "operator": "luo",
    "auditor": "qian",
    "steward": "ma",
    "no role": "su",
}


@dataclass(frozen=True)
class Standing:
    """The county, who is in it, and how each role calls."""

    people: People
    full: Full
    tokens: dict[str, str]

    def headers(self, caller: str) -> dict[str, str]:
        """Return what a caller sends with every request; without a token for nobody."""
        host = {"Host": "panan.localhost"}
        return host | ({"Authorization": f"Bearer {self.tokens[caller]}"} if caller in self.tokens else {})


def token_of(person: Person) -> str:
    """Return a token that opens the API for a person."""
    text, digest = fresh_token()
    make_token(person.by(), person.user, label="attack", digest=digest)
    return text


def full() -> Standing:
    """The cast with work in every state, and a token for each."""
    people = gather()
    found = fill(people)
    return Standing(people, found, {role: token_of(getattr(people, name)) for role, name in ROLES.items()})


@contextmanager
def undone() -> Iterator[None]:
    """Let whatever happens inside not have happened; the throttle's own transaction may be inside, too."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def one_connection() -> Iterator[None]:
    """Let requests keep the connection they find, as Django's test client does: the county stands in it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def standing(blocker: DjangoDbBlocker, make: Callable[[], T]) -> Iterator[T]:
    """Let a county stand for a whole file; what its tests do to it never happened."""
    with blocker.unblock():
        scope.leave()
        scope.enter(County.objects.get(schema_name="panan"))
        with undone(), one_connection():
            yield make()
        scope.leave()
