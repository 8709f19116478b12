"""Seals over the ledger: a day's digest, chained to the day before, signed with a key outside the database.

The digest is made here and not in SQL, from plain rows in the order of their numbers, so that whoever changes a row
and the database's functions with it still has this to fear.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.database import scope
from gongfang.ledger.models import Checkpoint

_CHUNK = 10_000
_MARK = "GF1"
# Holders by name, not by account number: whoever renames an account changes the digest too.
_TRANSFERS = """
SELECT t.id, json_build_array(
  t.id, t.key, t.txn, s.holder_kind, s.holder_id, s.purpose, d.holder_kind, d.holder_id, d.purpose, t.commodity,
  t.amount, t.cause, t.reverses, (extract(epoch FROM t.acted_at) * 1000000)::bigint,
  (extract(epoch FROM t.skew) * 1000000)::bigint, (extract(epoch FROM t.received_at) * 1000000)::bigint,
  (extract(epoch FROM t.posted_at) * 1000000)::bigint, t.booked_on)::text
FROM ledger_transfer t
LEFT JOIN ledger_account s ON s.id = t.src
LEFT JOIN ledger_account d ON d.id = t.dst
WHERE t.id > %s AND t.id <= %s ORDER BY t.id LIMIT %s
"""
_CLOSINGS = """
SELECT json_build_array('closing', id, until, accounts, encode(digest, 'hex'))::text
FROM ledger_closing WHERE id > %s AND id <= %s ORDER BY id
"""


@dataclass(frozen=True)
class Range:
    """What one checkpoint covers: transfers and closings after the one before, up to these."""

    first_id: int
    last_id: int
    closing_after: int
    last_closing: int


@dataclass(frozen=True)
class Digest:
    """The digest of a range and how many transfers are in it."""

    digest: bytes
    transfers: int


def digest_of(covered: Range, *, previous: bytes) -> Digest:
    """Hash the checkpoint before and every line of the range."""
    running, transfers = hashlib.sha256(previous), 0
    for line in _transfers(covered.first_id - 1, covered.last_id):
        running.update(f"{line}\n".encode())
        transfers += 1
    for line in _closings(covered):
        running.update(f"{line}\n".encode())
    return Digest(running.digest(), transfers)


def _transfers(after: int, upto: int) -> Iterator[str]:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TRANSFERS, [after, upto, _CHUNK])
            rows = cursor.fetchall()
        yield from (line for _id, line in rows)
        if len(rows) < _CHUNK:
            return
        after = rows[-1][0]


def _closings(covered: Range) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSINGS, [covered.closing_after, covered.last_closing])
        return [line for (line,) in cursor.fetchall()]


def key_file() -> Path:
    """Return where the current county's signing key lies, outside the database."""
    return Path(settings.KEYS_ROOT) / f"{scope.current()}.checkpoint.pem"


def signing_key() -> Ed25519PrivateKey:
    """Return the county's signing key; it is made at first use, readable by this user only."""
    path = key_file()
    if not path.exists():
        _make_key(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


def public_key() -> Ed25519PublicKey | None:
    """Return the public half of the county's key, if the key lies where it belongs; looking never makes one."""
    return signing_key().public_key() if key_file().exists() else None


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(pem)
    with suppress(FileExistsError):
        os.link(draft, path)  # two processes at once: one link wins, both read it
    draft.unlink()


def key_id(public: Ed25519PublicKey) -> str:
    """Name a key by the beginning of its hash."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def message(county: str, day: date, last_id: int, digest: bytes) -> bytes:
    """Return the words that are signed."""
    return f"gongfang checkpoint {county} {day} {last_id} {digest.hex()}".encode()


def signed_by(public: Ed25519PublicKey, signature: bytes, words: bytes) -> bool:
    """Say whether the signature is this key's over these words."""
    try:
        public.verify(signature, words)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True)
class Paper:
    """A checkpoint as it is printed, as text or QR: enough to prove later that the ledger was not rewritten."""

    county: str
    day: date
    last_id: int
    digest: bytes
    public: bytes
    signature: bytes

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> Self:
        """Print a checkpoint of the current county."""
        return cls(
            scope.current(),
            checkpoint.day,
            checkpoint.last_id,
            bytes(checkpoint.digest),
            signing_key().public_key().public_bytes_raw(),
            bytes(checkpoint.signature),
        )

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a scanned or typed checkpoint; refuse what is none."""
        try:
            return cls._parse(*text.split())
        except (TypeError, ValueError) as error:
            raise Refused(
                _("This is no checkpoint. Scan the code on the sealed sheet again, one checkpoint a line.")
            ) from error

    @classmethod
    def _parse(cls, mark: str, county: str, day: str, last_id: str, *rest: str) -> Self:
        if mark != _MARK:
            raise ValueError(mark)
        digest, public, signature = (_from_base32(part) for part in rest)
        return cls(county.lower(), date.fromisoformat(day), int(last_id), digest, public, signature)

    def __str__(self) -> str:
        parts = " ".join(_base32(part) for part in (self.digest, self.public, self.signature))
        return f"{_MARK} {self.county.upper()} {self.day} {self.last_id} {parts}"

    def is_signed(self) -> bool:
        """Say whether the signature on the paper is that of the key on the paper."""
        words = message(self.county, self.day, self.last_id, self.digest)
        return signed_by(Ed25519PublicKey.from_public_bytes(self.public), self.signature, words)


def _base32(data: bytes) -> str:
    # Capitals and digits only: a QR code takes them at little more than half the space.
    return base64.b32encode(data).decode().rstrip("=")


def _from_base32(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8))
