"""What an installation keeps in memory and spends on the cores, process by process, as Linux counts it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from gongfang import embedded

_PROC = Path("/proc")


def postmaster(data: Path) -> int:
    """Return the process of a data folder's PostgreSQL, which somebody else has started."""
    with embedded.start(data) as server:
        return int((server.cluster / "postmaster.pid").read_text().split()[0])


def of_installation(pid: int, postgres: int) -> dict[str, float]:
    """Return the megabytes of the supervisor, the pages, the queue and PostgreSQL (PSS, shared pages divided)."""
    return {name: sum(_pss(one) for one in pids) / 1024 for name, pids in _named(pid, postgres).items()}


def spent(pid: int, postgres: int) -> dict[str, float]:
    """Return the seconds each part has spent on a core so far, whoever else wanted it."""
    return {name: sum(_seconds(one) for one in pids) for name, pids in _named(pid, postgres).items()}


def most_of_tree(pid: int) -> dict[int, float]:
    """Return the most megabytes each process of a tree has ever used; pages that are shared count for each.

    getrusage would begin with what the process had that started it.
    """
    return {one: _most(one) / 1024 for one in _tree(pid)}


def _named(pid: int, postgres: int) -> dict[str, list[int]]:
    named = {"supervisor": [pid], "PostgreSQL": list(_tree(postgres))}
    for child in _children(pid):
        part = {"web": "pages", "work": "queue"}.get(_command(child).rpartition(" ")[2])
        if part and child != postgres:
            named.setdefault(part, []).extend(_tree(child))
    return named


def _seconds(pid: int) -> float:
    try:
        after = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in after[11:15]) / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _tree(child)


def _children(pid: int) -> list[int]:
    try:
        found = [
            task.joinpath("children").read_text().split() for task in (_PROC / str(pid) / "task").iterdir()
        ]
    except OSError:
        return []
    return [int(child) for children in found for child in children]


def _command(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def _pss(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+)", (_PROC / str(pid) / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _most(pid: int) -> int:
    try:
        found = re.search(r"^VmHWM:\s+(\d+)", (_PROC / str(pid) / "status").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0
