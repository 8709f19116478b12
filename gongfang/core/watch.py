"""What happens here, told to whoever counts and writes it down: acts and jobs, under the id of one request.

Core knows no listener: `operations` counts and logs. A listener must not fail and must not be slow.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import OperationalError

from gongfang.core.errors import Refused

F = TypeVar("F", bound=Callable[..., Any])
# Serialisation failure and deadlock: PostgreSQL chose us as the victim, the act may simply be tried again.
CROSSED = {"40001", "40P01"}

# One id for a request, its acts, its log lines and the job it starts; X-Request-Id gives it to the visitor.
trace: ContextVar[str] = ContextVar("trace", default="")


@contextmanager
def under(name: str) -> Iterator[None]:
    """Let everything told and logged meanwhile carry this id."""
    before = trace.set(name)
    try:
        yield
    finally:
        trace.reset(before)


@dataclass(frozen=True)
class Done:
    """A verb or a job that has ended: how, after how many seconds, and whose it was (an id, never a name)."""

    kind: str
    name: str
    outcome: str
    seconds: float
    who: str


Listener = Callable[[Done], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Tell this function of everything that ends from now on."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(done: Done) -> None:
    """Tell the listeners."""
    for listener in _listeners:
        listener(done)


def timed(start: F) -> F:
    """Tell of every outermost act: done, refused, crossed (it lost to another and is tried again) or failed."""

    @wraps(start)
    def watched(verb: Any, by: Any, /, *given: Any, **more: Any) -> Any:
        began, outcome = time.perf_counter(), "failed"
        try:
            result = start(verb, by, *given, **more)
            outcome = "done"
        except Refused:
            outcome = "refused"
            raise
        except OperationalError as error:
            outcome = "crossed" if getattr(error.__cause__, "sqlstate", "") in CROSSED else "failed"
            raise
        else:
            return result
        finally:
            tell(Done("act", verb.name, outcome, time.perf_counter() - began, str(by.user.pk)))

    return cast("F", watched)
