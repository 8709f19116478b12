"""The installation's own keys, exported for another place than the backups: together they would open everything.

Works on the data folder alone, before settings are read: settings make keys that are missing.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from pyrage import x25519

from gongfang.operations.backup import sealing
from gongfang.operations.backup.errors import BackupFailed, in_one_sentence
from gongfang.operations.backup.keys import PUBLIC
from gongfang.operations.backup.streams import tar

NAME = "gongfang-keys"


def export(keys: Path, to: Path, recipients: Sequence[x25519.Recipient]) -> sealing.Seal:
    """Lock the folder of keys into a file of its own."""
    if not keys.is_dir():
        raise BackupFailed(_("There are no keys in %(folder)s yet.") % {"folder": keys})
    moment = datetime.now(UTC)
    path = to / f"{NAME}-{moment:%Y%m%dT%H%M%S}.age" if to.is_dir() or not to.suffix else to
    sealed = sealing.seal(tar(_files(keys)), path, recipients)
    return sealing.note(sealed, made_at=moment.isoformat(timespec="seconds"))


def _files(keys: Path) -> Iterator[tuple[str, bytes | Path]]:
    for path in sorted(keys.iterdir()):
        if path.is_file():
            yield path.name, path.read_bytes()


def bring_back(path: Path, keys: Path, identities: Sequence[x25519.Identity]) -> list[str]:
    """Write exported keys into the folder of keys; a key that is there and another one is never overwritten."""
    found = _read(path, identities)
    with in_one_sentence(keys):
        other = [
            name
            for name, content in found.items()
            if name != PUBLIC and (keys / name).exists() and (keys / name).read_bytes() != content
        ]
        if other:
            raise BackupFailed(
                _(
                    "%(folder)s holds other keys of the same name (%(names)s), and what they closed only they open."
                    " Bring the keys into an empty data folder."
                )
                % {"folder": keys, "names": ", ".join(other)},
                code="other_keys",
            )
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in found.items():
            _write(keys / name, content)
    return sorted(found)


def _read(path: Path, identities: Sequence[x25519.Identity]) -> dict[str, bytes]:
    with sealing.unsealed(path, identities) as plain:
        content = plain.read()
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as members:
            return {
                member.name: file.read()
                for member in members
                if "/" not in member.name and (file := members.extractfile(member))
            }
    except tarfile.TarError:
        raise BackupFailed(_("%(file)s holds no keys. Name another file.") % {"file": path}) from None


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
