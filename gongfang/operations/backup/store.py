"""What lies in an archive, and how it is read: needs neither settings nor a database.

archive/base/20261121T030000.tar.gz.age     the database, and beside it a note where to go on from
archive/wal/0000000100000000000000A7.gz.age  what changed since, 16 MB of log each
archive/files/panan/2026/….jpg.age           what people brought
"""

from __future__ import annotations

import re
import shutil
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from pyrage import x25519

from gongfang.operations.backup import sealing
from gongfang.operations.backup.errors import BackupFailed
from gongfang.operations.backup.streams import PIECE

BASES_KEPT = 4
SEGMENT = re.compile(r"[0-9A-F]{24}")


@dataclass(frozen=True)
class Base:
    """The whole database at one moment, and the first piece of the log it needs."""

    path: Path
    made_at: datetime
    start: str
    postgresql: int
    keys: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> Base:
        """Read what stands beside a base."""
        facts = sealing.facts(path)
        return cls(
            path,
            datetime.fromisoformat(str(facts["made_at"])),
            str(facts["start"]),
            int(facts["postgresql"]),
            dict(facts["keys"]),
        )


def bases(archive: Path) -> list[Base]:
    """Return the whole bases of an archive, the oldest first."""
    found = sorted((archive / "base").glob("*.tar.gz.age"))
    return [Base.read(path) for path in found if sealing.note_of(path).exists()]


def prune(archive: Path, *, keep: int = BASES_KEPT) -> None:
    """Drop bases beyond the newest few, and the pieces of the log that none of those needs."""
    found = bases(archive)
    for base in found[:-keep]:
        base.path.unlink()
        sealing.note_of(base.path).unlink()
    if not found:
        return
    first = found[-keep:][0].start
    for path in (archive / "wal").glob("*.gz.age"):
        name = path.name.partition(".")[0]
        # Without its first eight figures: those count restores, and an old piece may be needed across one.
        if SEGMENT.fullmatch(name) and name[8:] < first[8:]:
            path.unlink()


def packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a stream packed by gzip: a piece of the log that was closed early is nearly all zeros."""
    packing = zlib.compressobj(1, wbits=31)
    for piece in pieces:
        if out := packing.compress(piece):
            yield out
    yield packing.flush()


@dataclass(frozen=True)
class Archive:
    """An archive and the private keys that open it."""

    folder: Path
    identities: Sequence[x25519.Identity]

    def base(self, until: datetime | None) -> Base:
        """Return the newest base made before a moment."""
        found = [base for base in bases(self.folder) if until is None or base.made_at <= until]
        if not found:
            raise BackupFailed(
                _("%(folder)s holds no base from before that moment. Name another folder or a later moment.")
                % {"folder": self.folder}
            )
        return found[-1]

    def has(self, name: str) -> bool:
        """Say whether a piece of the log is there."""
        return self._log(name).exists()

    def fetch(self, name: str, to: Path) -> None:
        """Unlock a piece of the log."""
        draft = to.with_name(f".{to.name}")
        with sealing.unsealed(self._log(name), self.identities) as stream, draft.open("wb") as file:
            for piece in unpacked(stream):
                file.write(piece)
        draft.replace(to)

    def _log(self, name: str) -> Path:
        return self.folder / "wal" / f"{name}.gz.age"

    def lay_base(self, base: Base, to: Path) -> None:
        """Unlock a base into a folder."""
        with sealing.unsealed(base.path, self.identities) as stream:
            _untar(Unpacked(stream), to, base.path)

    def lay_files(self, to: Path) -> int:
        """Unlock every file people brought; returns how many."""
        folder = self.folder / "files"
        found = sorted(folder.rglob("*.age"))
        for path in found:
            goal = (to / path.relative_to(folder)).with_suffix("")
            goal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with sealing.unsealed(path, self.identities) as stream, goal.open("wb") as file:
                shutil.copyfileobj(stream, file, PIECE)
        return len(found)


def unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what was packed by gzip."""
    unpacking = zlib.decompressobj(wbits=31)
    while piece := stream.read(PIECE):
        yield unpacking.decompress(piece)
    yield unpacking.flush()


class Unpacked:
    """Reads what was packed as a file, for whoever pulls."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._pieces = unpacked(stream)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end."""
        parts, there = [self._rest], len(self._rest)
        while there < size or size < 0:
            piece = next(self._pieces, None)
            if piece is None:
                break
            parts.append(piece)
            there += len(piece)
        whole = b"".join(parts)
        taken = whole if size < 0 else whole[:size]
        self._rest = whole[len(taken) :]
        return taken


def _untar(stream: Unpacked, to: Path, path: Path) -> None:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as members:  # type: ignore[call-overload]  # it only reads
            members.extractall(to, filter="data")
    except (tarfile.TarError, zlib.error):
        raise BackupFailed(_("%(file)s was cut or changed. Take another copy.") % {"file": path}) from None
