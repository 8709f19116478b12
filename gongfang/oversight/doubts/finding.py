"""What a search finds, and the list of all searches; each is one question to the registers and names its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

Fact: TypeAlias = "int | str"


@dataclass(frozen=True)
class Finding:
    """Rows that do not fit together: the subject to find them by, their names, numbers, and whose hands."""

    subject: str
    rows: tuple[str, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    hands: tuple[str, ...] = ()


Search = Callable[[date], Iterator[Finding]]
searches: dict[str, Search] = {}


def search(kind: str) -> Callable[[Search], Search]:
    """Name the kind of doubtful item a function looks for."""

    def register(look: Search) -> Search:
        searches[kind] = look
        return look

    return register


def named(table: str, keys: Iterable[Any]) -> tuple[str, ...]:
    """Name rows of one table as the audit does: `piecework.bag:5`."""
    return tuple(f"{table}:{key}" for key in sorted(set(keys)))


def hands(*groups: Iterable[Any]) -> tuple[str, ...]:
    """Return the logins that had a part, each once."""
    return tuple(sorted({str(user) for group in groups for user in group if user}))
