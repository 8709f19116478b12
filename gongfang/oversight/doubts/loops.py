"""Rings in who pays whom: money that comes back to where it started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

Edges: TypeAlias = "Mapping[int, Iterable[int]]"


def rings(pays: Edges, *, longest: int) -> list[tuple[int, ...]]:
    """Return every ring of at most so many steps once, beginning with its smallest member."""
    return sorted(ring for start in pays for ring in _from(pays, (start,), longest))


def _from(pays: Edges, way: tuple[int, ...], longest: int) -> Iterator[tuple[int, ...]]:
    for after in sorted(set(pays.get(way[-1], ()))):
        if after == way[0] and len(way) > 1:
            yield way
        elif after > way[0] and after not in way and len(way) < longest:
            yield from _from(pays, (*way, after), longest)
