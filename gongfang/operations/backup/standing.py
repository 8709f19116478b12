"""How old the newest backups are: asked by the doctor and by whoever watches."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from gongfang import embedded
from gongfang.core.tasks import counties
from gongfang.operations import notes
from gongfang.operations.backup import wal
from gongfang.operations.backup.errors import BackupFailed
from gongfang.operations.backup.keys import PUBLIC
from gongfang.operations.backup.keys import SETTING as KEY
from gongfang.operations.backup.making import lies_elsewhere
from gongfang.operations.backup.store import bases


@dataclass(frozen=True)
class Last:
    """A county's newest backup: when it was made, where it was put, and whether that is another disk."""

    county: str
    at: datetime
    file: str
    elsewhere: bool


@dataclass(frozen=True)
class Stream:
    """The archive of changes: when something was last carried there, its newest base, and what waits to be."""

    folder: Path
    reachable: bool
    elsewhere: bool
    carried_at: datetime | None
    base_at: datetime | None
    waiting: int


@dataclass(frozen=True)
class State:
    """What would be left if this machine burned now."""

    has_key: bool
    backups: tuple[Last, ...]
    never: tuple[str, ...]
    archive: Stream | None


def state() -> State:
    """Look at the notes of backups, the archive and its spool."""
    found = {slug: notes.read(f"backup.{slug}") for slug in sorted(counties())}
    backups = (
        Last(slug, note["at"], str(note["file"]), bool(note["elsewhere"]))
        for slug, note in found.items()
        if note
    )
    return State(
        has_key=bool(os.environ.get(KEY)) or (Path(settings.KEYS_ROOT) / PUBLIC).exists(),
        backups=tuple(backups),
        never=tuple(slug for slug, note in found.items() if not note),
        archive=_stream(),
    )


def _stream() -> Stream | None:
    named = os.environ.get(wal.SETTING)
    if not named:
        return None
    folder = Path(named)
    note = notes.read(wal.NOTE) or {}
    try:
        newest = bases(folder)[-1:]
        reachable, elsewhere = folder.is_dir(), lies_elsewhere(folder)
    except (BackupFailed, OSError):
        newest, reachable, elsewhere = [], False, False
    return Stream(
        folder=folder,
        reachable=reachable,
        elsewhere=elsewhere,
        carried_at=note.get("at"),
        base_at=newest[0].made_at if newest else None,
        waiting=len(list(spool().glob("[0-9A-F]*"))),
    )


def spool() -> Path:
    """Return where PostgreSQL lays finished pieces of its log: the bundled one beside itself, another where told."""
    named = os.environ.get("GONGFANG_WAL_SPOOL")
    return Path(named) if named else Path(settings.DATA) / "postgresql" / embedded.SPOOL


def replication() -> str:
    """Return where a base is taken from: as told, or from the bundled server's own superuser, by its socket alone.

    What `gongfang up` starts is handed the bundled server's address and cannot ask who made it; the folder tells.
    """
    told = os.environ.get("GONGFANG_ARCHIVE_URL", "")
    place = connection.settings_dict
    bundled = (Path(settings.DATA) / "postgresql" / "cluster").exists() and place["HOST"].startswith("/")
    if told or not bundled:
        return told
    return f"postgresql://postgres@/postgres?host={quote(place['HOST'], safe='')}&port={place['PORT']}"
