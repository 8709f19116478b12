"""Backup and restore: one county in a file, all of them from the archive, nothing readable without the private key.

`dump.py` takes one county out of a database and lays it into another, `archive.py` makes one encrypted file of it,
`restoring.py` brings it back standing still. `wal.py` carries every change to another disk, `cluster.py` brings the
whole database back from there. `models.py`, `actions.py` and the page are the way from there to paying again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongfang.operations.backup.standing import State


def state() -> State:
    """Say how old the newest backups are, and whether they lie on another disk than the data."""
    from gongfang.operations.backup import standing  # its models are there only when Django is

    return standing.state()
