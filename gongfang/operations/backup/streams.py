"""Tar streams, written and read in pieces; only plain files, only inside their folder."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from gongfang.operations.backup.errors import BackupFailed

PIECE = 1 << 20


def tar(members: Iterator[tuple[str, bytes | Path]]) -> Iterator[bytes]:
    """Yield a tar of texts and files piece by piece."""
    for name, content in members:
        info = tarfile.TarInfo(name)
        info.mode = 0o600
        if isinstance(content, bytes):
            info.size = len(content)
            yield info.tobuf(tarfile.PAX_FORMAT)
            yield content
        else:
            info.size = content.stat().st_size
            yield info.tobuf(tarfile.PAX_FORMAT)
            yield from _read(content, info.size)
        yield bytes(-info.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _read(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while size:
            piece = file.read(min(PIECE, size))
            if not piece:
                raise BackupFailed(
                    _("%(file)s became shorter while it was read. Try again.") % {"file": path}
                )
            size -= len(piece)
            yield piece


def untar(stream: IO[bytes], folder: Path) -> None:
    """Write the files of a tar stream into a folder."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as members:
            for member in members:
                _extract(members, member, folder)
    except tarfile.TarError:
        raise BackupFailed(_("This is no backup of a county. Name another file.")) from None


def _extract(members: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = PurePosixPath(member.name)
    if not member.isfile() or name.is_absolute() or ".." in name.parts:
        raise BackupFailed(_("This is no backup of a county. Name another file."))
    goal = folder / name
    goal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = members.extractfile(member)
    assert source is not None  # a plain file
    with goal.open("xb") as file:
        while piece := source.read(PIECE):
            file.write(piece)
