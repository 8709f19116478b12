"""The archive: every change of the database on another disk within five minutes, locked to the public key.

PostgreSQL puts each finished piece of its log (WAL) into a spool; `Shipper` packs and locks it into the archive, file
by file with the pictures and sheets people brought, and takes it out of the spool only when it lies there whole.
A base, the whole database at one moment, is made once a week; what is older than the last four is dropped.
"""

from __future__ import annotations

import logging
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _
from pyrage import x25519

from gongfang.core.tasks import counties
from gongfang.operations import foundation, notes
from gongfang.operations.backup import sealing
from gongfang.operations.backup.dump import owner, safe_receipt
from gongfang.operations.backup.errors import BackupFailed, in_one_sentence
from gongfang.operations.backup.making import lies_elsewhere, raise_safe
from gongfang.operations.backup.programs import programs, server_version
from gongfang.operations.backup.restoring import ASIDE
from gongfang.operations.backup.store import SEGMENT, Base, bases, packed, prune
from gongfang.operations.backup.streams import PIECE

SETTING = "GONGFANG_ARCHIVE"
PAUSE = 5.0  # seconds between two looks into the spool
BASE_EVERY = timedelta(days=7)
NOTE = "archive"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """How far each county's receipts reach that are in the log up to one of its pieces."""

    segment: str
    taken_at: datetime
    upto: dict[str, int]


@dataclass
class Shipper:
    """Carries pieces of the log, files and bases into the archive, one look after the other."""

    spool: Path
    archive: Path
    recipients: Sequence[x25519.Recipient]
    replication: str  # where pg_basebackup connects, as a role that may replicate
    marks: list[Mark] = field(default_factory=list)
    carried: set[str] = field(default_factory=set)
    _folders: dict[Path, int] = field(default_factory=dict)
    _base: threading.Thread | None = None

    def run(self) -> None:
        """Carry for ever; what fails is told in the log and tried again."""
        _insist_on_archiving()
        while True:
            try:
                self.look()
                self._begin_base()
            except (BackupFailed, OSError, psycopg.Error, DatabaseError) as error:
                log.error("The archive in %s is behind: %s", self.archive, error)  # noqa: TRY400 -- one sentence
                connections.close_all()  # the database may have been started anew
            time.sleep(PAUSE)

    def look(self) -> list[str]:
        """Carry off what is finished, files first, and let phones forget what is in the archive now."""
        if not self.archive.is_dir():  # another disk that is away, in whose place nothing may grow
            raise BackupFailed(
                _("The archive %(folder)s cannot be reached; changes wait here.") % {"folder": self.archive}
            )
        self.carry_files()
        carried = self.carry_log()
        if carried:
            notes.write(NOTE, segment=carried[-1], elsewhere=lies_elsewhere(self.archive))
            self._confirm(max((name for name in carried if SEGMENT.fullmatch(name)), default=""))
        self._mark()
        return carried

    def carry_log(self) -> list[str]:
        """Carry the finished pieces of the log, in their order."""
        with in_one_sentence(self.spool):
            names = sorted(path.name for path in self.spool.iterdir() if not path.name.startswith("."))
        for name in names:
            source = self.spool / name
            sealing.seal(packed(_read(source)), self.archive / "wal" / f"{name}.gz.age", self.recipients)
            source.unlink()
        return names

    def carry_files(self) -> int:
        """Carry the files people brought since the last look; a kept file is never written again."""
        count = 0
        for path in self._new_files():
            name = str(path.relative_to(settings.FILES_ROOT))
            goal = self.archive / "files" / f"{name}.age"
            if name not in self.carried and not goal.exists():
                sealing.seal(_read(path), goal, self.recipients)
                count += 1
            self.carried.add(name)
        return count

    def _new_files(self) -> Iterator[Path]:
        """Yield the files of folders that changed; looking at each of a hundred thousand would take a minute."""
        for folder in Path(settings.FILES_ROOT).glob("*/*"):
            if ASIDE in folder.parent.name or not folder.is_dir():
                continue
            changed = folder.stat().st_mtime_ns
            if self._folders.get(folder) != changed:
                yield from sorted(path for path in folder.iterdir() if path.is_file())
                self._folders[folder] = changed

    # --- what is safe -----------------------------------------------------------------------------------------

    def _mark(self) -> None:
        upto = {}
        with owner() as link:
            for schema in counties():
                try:
                    upto[schema] = safe_receipt(link, schema, patience=timedelta(seconds=1))
                except BackupFailed:  # a large sheet is being read; the next look knows more
                    continue
            row = link.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn()), now()").fetchone()
        assert row is not None
        # One mark a piece is enough: the last covers what the others did.
        self.marks = [mark for mark in self.marks if mark.segment != row[0]] + [Mark(row[0], row[1], upto)]

    def _confirm(self, segment: str) -> None:
        covered = [mark for mark in self.marks if mark.segment <= segment]
        self.marks = [mark for mark in self.marks if mark.segment > segment]
        if covered and lies_elsewhere(self.archive):
            for schema, upto in covered[-1].upto.items():
                raise_safe(schema, upto, since=covered[-1].taken_at)

    # --- bases ------------------------------------------------------------------------------------------------

    def _begin_base(self) -> None:
        """Make a base beside the carrying: it may take an hour, and the log must not wait for it."""
        if self._base and self._base.is_alive():
            return
        newest = bases(self.archive)[-1:]
        if newest and datetime.now(UTC) - newest[0].made_at < BASE_EVERY:
            return
        self._base = threading.Thread(target=self._make_base, daemon=True)
        self._base.start()

    def _make_base(self) -> None:
        try:
            self.make_base()
        except (BackupFailed, OSError, psycopg.Error) as error:
            log.error("No base could be made in %s: %s", self.archive, error)  # noqa: TRY400
        finally:
            connections.close_all()

    def make_base(self) -> Base:
        """Make a base of the whole database and drop what no kept base needs."""
        moment = datetime.now(UTC)
        with owner() as link:
            row = link.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()
            major = server_version(link.info.server_version)
        path = self.archive / "base" / f"{moment:%Y%m%dT%H%M%S}.tar.gz.age"
        sealed = sealing.seal(packed(_base_of(self.replication, major)), path, self.recipients)
        sealing.note(
            sealed,
            made_at=moment.isoformat(),
            start=row and row[0],
            postgresql=major,
            keys=foundation.marks(),
        )
        prune(self.archive)
        return Base.read(path)


def _insist_on_archiving() -> None:
    with owner() as link:
        row = link.execute("SHOW archive_mode").fetchone()
    if not row or row[0] == "off":
        raise BackupFailed(
            _("The database was started before %(setting)s was set. Stop gongfang and start it again.")
            % {"setting": SETTING}
        )


def _base_of(replication: str, major: int) -> Iterator[bytes]:
    """Yield the database as one tar; what changes meanwhile is in the log."""
    words = ("-D", "-", "-Ft", "-X", "none", "--no-manifest", "--checkpoint=fast", "-d", replication)
    program = str(programs(major) / "pg_basebackup")
    pipe = subprocess.PIPE
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    with subprocess.Popen([program, *words], stdout=pipe, stderr=pipe, env=environment) as running:  # noqa: S603
        assert running.stdout is not None
        assert running.stderr is not None
        while piece := running.stdout.read(PIECE):
            yield piece
        said = running.stderr.read().decode(errors="replace").strip().splitlines() or ["?"]
    if running.returncode:
        raise BackupFailed(
            _("pg_basebackup stopped (%(reason)s). Nothing was changed; mend that and try again.")
            % {"reason": said[-1].partition("error:")[2].strip() or said[-1]}
        )


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
