"""The pair of keys a backup lives by: the public one stays here and only locks, the private one is kept elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from pyrage import IdentityError, RecipientError, x25519

from gongfang.operations.backup.errors import BackupFailed, in_one_sentence

SETTING = "GONGFANG_BACKUP_KEY"
PUBLIC = "backup.public"  # beside the installation's other keys, so that a backup needs no word more


def make_pair(private: Path, *, keys: Path) -> str:
    """Write a new private key to a file that is to leave this machine, keep the public one here and return it."""
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    with in_one_sentence(private):
        if private.exists():
            raise BackupFailed(_("%(file)s is there already. Name another file.") % {"file": private})
        private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(private, f"# public key: {public}\n{identity}\n")
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        (keys / PUBLIC).write_text(f"{public}\n", encoding="ascii")
    return public


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)


def recipients(given: str, *, keys: Path) -> list[x25519.Recipient]:
    """Return whom to lock a backup for: the key or file named here, in the setting, or kept with the other keys."""
    kept = keys / PUBLIC
    named = given or os.environ.get(SETTING, "") or (str(kept) if kept.exists() else "")
    if not named:
        raise BackupFailed(
            _("There is no public key to lock the backup with. Make a pair first: gongfang backup keys"),
            code="no_key",
        )
    return [_recipient(word) for word in _words(named, "age1")]


def _recipient(word: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(word)
    except RecipientError:
        raise BackupFailed(
            _("“%(key)s” is no public key; one begins with age1.") % {"key": word[:12]}
        ) from None


def identities(file: Path) -> list[x25519.Identity]:
    """Read private keys from the file they are kept in."""
    try:
        return [x25519.Identity.from_str(word) for word in _words(str(file), "AGE-SECRET-KEY-1")]
    except IdentityError:
        raise BackupFailed(
            _("%(file)s holds no private key; one begins with AGE-SECRET-KEY-1.") % {"file": file}
        ) from None


def _words(named: str, mark: str) -> Sequence[str]:
    """Return the keys themselves, or those in the file that was named."""
    if named.startswith(mark):
        return named.replace(",", " ").split()
    path = Path(named).expanduser()
    with in_one_sentence(path):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise BackupFailed(_("%(file)s holds no key.") % {"file": path})
    return found
