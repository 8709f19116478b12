"""A county's copy as one locked file: a tar stream with the manifest first, made and read in pieces.

The manifest carries a proof made with the installation's own keys. Anybody with the public key could write a file
that opens; only whoever holds the keys can write one that is believed, and a restore runs what it believes.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from pyrage import x25519

from gongfang.operations import foundation
from gongfang.operations.backup import manifest as manifests
from gongfang.operations.backup import sealing, streams
from gongfang.operations.backup.dump import DATABASE, FILES
from gongfang.operations.backup.errors import BackupFailed
from gongfang.operations.backup.manifest import Manifest

PROOF = "proof"


def pack(folder: Path, to: Path, recipients: Sequence[x25519.Recipient]) -> sealing.Seal:
    """Lock a copy into one file."""
    manifest = Manifest.read(folder)
    sealed = sealing.seal(streams.tar(_members(folder, manifest)), to, recipients)
    return sealing.note(
        sealed,
        county=manifest.schema,
        made_at=manifest.made_at,
        safe_receipt=manifest.safe_receipt,
    )


def _members(folder: Path, manifest: Manifest) -> Iterator[tuple[str, bytes | Path]]:
    text = (folder / manifests.NAME).read_bytes()
    yield manifests.NAME, text
    yield PROOF, proof(text).encode()
    yield DATABASE, folder / DATABASE
    for path in manifest.files:
        yield f"{FILES}/{path}", folder / FILES / path


def proof(text: bytes) -> str:
    """Return what only this installation's keys make of a manifest."""
    return hmac.digest(settings.HASH_KEY, b"gongfang backup\n" + text, "sha256").hex()


def unpack(
    path: Path, folder: Path, identities: Sequence[x25519.Identity], *, believed: bool = True
) -> Manifest:
    """Open a backup into a folder and return its manifest; one that our keys did not make is refused."""
    with sealing.unsealed(path, identities) as plain:
        streams.untar(plain, folder)
    text = _text(folder / manifests.NAME)
    manifest = Manifest.parse(text)
    if believed:
        _refuse_other_keys(manifest)
        if not hmac.compare_digest(_text(folder / PROOF).decode("ascii", "replace"), proof(text)):
            raise BackupFailed(
                _("%(file)s was not made by this installation. Nothing of it is taken in.") % {"file": path}
            )
    return manifest


def _refuse_other_keys(manifest: Manifest) -> None:
    if foundation.strange(manifest.keys, foundation.marks()):
        raise BackupFailed(
            _(
                "This backup was written with other keys than those here, so nobody could read its numbers."
                " Bring the keys first: gongfang restore --secrets FILE"
            ),
            code="other_keys",
        )


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise BackupFailed(_("This is no backup of a county. Name another file.")) from None
