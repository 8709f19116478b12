"""Where an act can be cut off: at a statement, before its COMMIT, between COMMIT and answer, with its backend or disk.

A fall is told with the act, so that the same seed falls at the same place.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

KINDS = ("statement", "before_commit", "after_commit", "backend", "disk_full")
DEEPEST = 40  # statements; an act that has fewer does not fall
FULL = "DO $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"


def some(chance: random.Random) -> str:
    """Choose where to fall."""
    kind = chance.choice(KINDS)
    return kind if "commit" in kind else f"{kind} {chance.randint(1, DEEPEST)}"


@contextmanager
def falling(fall: str, superuser: str) -> Iterator[None]:
    """Fall there while something is done."""
    kind, _space, deep = fall.partition(" ")
    if kind in ("before_commit", "after_commit"):
        with _at_commit(_die, after=kind == "after_commit"):
            yield
    elif kind:
        with connection.execute_wrapper(_at(int(deep), _ENDS[kind], superuser)):
            yield
    else:
        yield


def _die(*_facts: object) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def _end_backend(statement: str, superuser: str) -> str:
    """End the server's side of this connection, as an administrator would, or a lack of memory."""
    settings, process = connection.settings_dict, connection.connection.info.backend_pid
    facts = {"dbname": settings["NAME"], "host": settings["HOST"], "port": settings["PORT"]}
    with psycopg.connect(**facts, user=superuser, autocommit=True) as link:
        link.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    return statement


def _fill_disk(_statement: str, _superuser: str) -> str:
    """Let the server say that there is no room, as it does when a table cannot grow."""
    return FULL


# What is asked of the server in the place of a statement, if there is still somebody to ask.
_ENDS: dict[str, Callable[[str, str], str]] = {
    "statement": _die,
    "backend": _end_backend,
    "disk_full": _fill_disk,
}


def _at(deep: int, end: Callable[[str, str], str], superuser: str) -> Callable[..., Any]:
    asked = 0

    def ask(execute: Any, statement: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal asked
        asked += 1
        if asked == deep and connection.in_atomic_block:
            instead = end(statement, superuser)
            params = params if instead == statement else None
            statement = instead
        return execute(statement, params, many, context)

    return ask


@contextmanager
def _at_commit(end: Callable[..., object], *, after: bool) -> Iterator[None]:
    commit = connection.commit

    def ended() -> None:
        if after:
            commit()
        end()

    connection.commit = ended  # type: ignore[method-assign]
    try:
        yield
    finally:
        connection.commit = commit  # type: ignore[method-assign]
