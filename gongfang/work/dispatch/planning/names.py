"""How the planner's question names what is to be made: a workshop's share, or a line not shared out yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

_LINE = "line-"


def lot_name(pk: int) -> str:
    """Name a share."""
    return str(pk)


def line_name(pk: int) -> str:
    """Name what is left of an order line."""
    return f"{_LINE}{pk}"


def row_of(name: str) -> tuple[Literal["lot", "line"], int]:
    """Return which row a name stands for."""
    if name.startswith(_LINE):
        return "line", int(name.removeprefix(_LINE))
    return "lot", int(name)


def told(name: str, **facts: Any) -> dict[str, Any]:
    """Say something about a row, as a plan keeps it: `{"lot": …}` or `{"line": …}`, and the facts."""
    kind, pk = row_of(name)
    return {kind: pk, **facts}


def name_in(row: Mapping[str, Any]) -> str:
    """Return the name of the row that a plan says something about."""
    return line_name(row["line"]) if "line" in row else lot_name(row["lot"])
