"""The log: one line a request, an act, a job; JSON in production, readable at a desk. Ids only, never names.

A line carries the request's id (X-Request-Id), and the job a request started carries it, too. What an error says is
shortened: messages of a database repeat what people typed.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg

from gongfang.core import watch
from gongfang.database import scope

log = logging.getLogger("gongfang.acts")
_LONG_NUMBER = re.compile(r"\d{6,}")
_QUOTED = re.compile(r"([\"'“]).*?([\"'”])")


class Line(logging.Formatter):
    """A line for people at a desk: what was said, then the facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the usual line and the facts behind it."""
        facts = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        return f"{super().format(record)} {facts}".rstrip()

    def formatException(self, ei: Any) -> str:  # noqa: N802 -- the name is logging's
        """Write where it broke; PostgreSQL's own words repeat whole rows."""
        return "\n".join(told(ei[1])) if ei[1] else ""


class Json(logging.Formatter):
    """A line for machines: one JSON object, in one line whatever happened."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as JSON."""
        facts: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _short(record.getMessage()),
            **_facts(record),
        }
        if record.exc_info and record.exc_info[1]:
            facts["error"] = list(told(record.exc_info[1]))
        return json.dumps(facts, ensure_ascii=False, default=str)


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts = dict(getattr(record, "facts", {}))
    if name := watch.trace.get():
        facts.setdefault("request", name)
    return facts


def told(error: BaseException) -> Iterator[str]:
    """Tell an error and its causes, last first: where it was, what kind it is, and no value anybody typed."""
    seen: BaseException | None = error
    while seen is not None:
        yield f"{type(seen).__name__}: {_reason(seen)}"
        yield from (f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in _frames(seen))
        seen = seen.__cause__ or seen.__context__


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return traceback.extract_tb(error.__traceback__)[-12:]


def _reason(error: BaseException) -> str:
    if isinstance(error, psycopg.Error) and error.sqlstate:
        return f"{error.sqlstate} {error.diag.constraint_name or ''}".strip()
    return _short(_QUOTED.sub(r"\1…\2", str(error).partition("\n")[0]))


def _short(text: str) -> str:
    return _LONG_NUMBER.sub("…", text)


@watch.listen
def ended(done: watch.Done) -> None:
    """Write one line for an act or a job."""
    level = logging.ERROR if done.outcome == "failed" else logging.INFO
    if log.isEnabledFor(level):
        facts = {
            "county": scope.current(),
            done.kind: done.name,
            "outcome": done.outcome,
            "ms": round(done.seconds * 1000, 1),
            "user": done.who,
        }
        log.log(level, done.kind, extra={"facts": facts})
