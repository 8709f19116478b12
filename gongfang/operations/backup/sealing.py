"""Streams locked with age: written in pieces, checked without the private key, opened with it.

`seal` never holds more than a piece in memory and leaves nothing readable on the disk it writes to. `note` puts a
small file with length and hash beside it, so that a copy carried elsewhere can be checked there by anybody.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage
from django.utils.translation import gettext as _
from pyrage import x25519

from gongfang.operations.backup.errors import BackupFailed, in_one_sentence
from gongfang.operations.backup.streams import PIECE

HEADER = b"age-encryption.org/v1\n"
# What age makes of a stream: a header, 16 bytes of nonce, and for each 64 KiB a tag of 16 bytes.
_CHUNK, _TAG, _NONCE = 1 << 16, 16, 16


@dataclass(frozen=True)
class Seal:
    """A locked file: how long it is and what it hashes to."""

    path: Path
    size: int
    sha256: str


class _Pieces:
    """Reads an iterable of pieces as a file, for whoever pulls."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""
        self.size = 0
        self.failed: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = self._next()
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        self.size += len(taken)
        return taken

    def _next(self) -> bytes:
        try:
            return next(self._pieces, b"")
        except Exception as error:  # age would keep no more of it than its words
            self.failed = error
            raise


class _Hashed:
    """Writes through to a file and hashes what passes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> int:
        self._hash.update(piece)
        self.size += len(piece)
        return self._file.write(piece)

    def flush(self) -> None:
        self._file.flush()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def seal(pieces: Iterable[bytes], to: Path, recipients: Sequence[x25519.Recipient]) -> Seal:
    """Lock a stream into a file that is whole or not there, and read it back."""
    draft = to.with_name(f".{to.name}.part")
    with in_one_sentence(to):
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            source = _Pieces(pieces)
            with draft.open("wb") as file:
                target = _Hashed(file)
                _encrypt(source, target, recipients)
                file.flush()
                os.fsync(file.fileno())
            sealed = Seal(to, target.size, target.hexdigest())
            _compare(draft, sealed.size, sealed.sha256)
            _refuse_other_length(draft, plain=source.size)
            draft.replace(to)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(to.parent)
    return sealed


def _encrypt(source: _Pieces, target: _Hashed, recipients: Sequence[x25519.Recipient]) -> None:
    try:
        pyrage.encrypt_io(source, target, list(recipients))
    except pyrage.EncryptError:
        if source.failed:
            raise source.failed from None
        raise


def note(sealed: Seal, **more: Any) -> Seal:
    """Write beside a locked file what anybody may know of it, and what to check it by."""
    lines = {**more, "file": sealed.path.name, "size": sealed.size, "sha256": sealed.sha256}
    draft = sealed.path.with_name(f".{sealed.path.name}.note")
    draft.write_text(json.dumps(lines, ensure_ascii=False, sort_keys=True, indent=1), encoding="utf-8")
    draft.replace(note_of(sealed.path))
    return sealed


def note_of(path: Path) -> Path:
    """Return the file beside a locked one that says its length and hash."""
    return path.with_name(f"{path.name}.json")


def check(path: Path) -> dict[str, Any]:
    """Compare a locked file with the note beside it, without any key, and return the note."""
    found = facts(path)
    with in_one_sentence(path):
        _compare(path, int(found["size"]), str(found["sha256"]))
    return found


def facts(path: Path) -> dict[str, Any]:
    """Return what the note beside a locked file says."""
    try:
        found = json.loads(note_of(path).read_text(encoding="utf-8"))
        return {**found, "size": int(found["size"]), "sha256": str(found["sha256"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupFailed(
            _("Beside %(file)s stands no note of its length and hash. Carry both files together.")
            % {"file": path}
        ) from None


def _compare(path: Path, size: int, sha256: str) -> None:
    found = path.stat().st_size
    if found < size:
        raise BackupFailed(
            _("%(file)s was cut: %(found)s of %(size)s bytes are there. Take another copy.")
            % {"file": path, "found": found, "size": size}
        )
    with path.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise BackupFailed(_("%(file)s is no locked backup. Name another file.") % {"file": path})
        file.seek(0)
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BackupFailed(_("%(file)s was changed on its way. Take another copy.") % {"file": path})


def _refuse_other_length(path: Path, *, plain: int) -> None:
    """Work out from the length of what went in how long the file must be; only whoever can open it knows more."""
    chunks = max(1, -(-plain // _CHUNK))
    with path.open("rb") as file:
        while not file.readline().startswith(b"---"):
            pass
        header = file.tell()
    if path.stat().st_size != header + _NONCE + plain + _TAG * chunks:
        raise BackupFailed(_("%(file)s was cut while it was written. Try again.") % {"file": path})


@contextmanager
def unsealed(path: Path, identities: Sequence[x25519.Identity]) -> Iterator[IO[bytes]]:
    """Open a locked file as a stream. A wrong key is told at once, a cut file when its end is reached."""
    out, into = os.pipe()
    failed: list[str] = []
    with in_one_sentence(path), path.open("rb") as source, os.fdopen(out, "rb") as plain:
        feeding = threading.Thread(target=_feed, args=(source, into, list(identities), failed), daemon=True)
        feeding.start()
        try:
            yield plain
            while plain.read(PIECE):  # only at its very end does a file show that it was cut
                pass
        except Exception:
            plain.close()
            feeding.join()
            if failed:
                raise _why(path, failed[0]) from None
            raise
        feeding.join()
        if failed:
            raise _why(path, failed[0])


def _feed(source: IO[bytes], into: int, identities: list[x25519.Identity], failed: list[str]) -> None:
    with suppress(BrokenPipeError), os.fdopen(into, "wb") as target:  # whoever reads has had enough
        try:
            pyrage.decrypt_io(source, target, identities)
        except BrokenPipeError:
            raise
        except (pyrage.DecryptError, OSError) as error:
            failed.append(str(error))


def _why(path: Path, said: str) -> BackupFailed:
    if "No matching keys" in said:
        return BackupFailed(
            _("This private key does not open %(file)s. Bring the one that belongs to it.") % {"file": path},
            code="wrong_key",
        )
    return BackupFailed(_("%(file)s was cut or changed. Take another copy.") % {"file": path}, code="cut")


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in a folder outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
