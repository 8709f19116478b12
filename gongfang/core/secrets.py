"""What must not be read in passing: encrypted columns that show a mask, keyed hashes, tokens.

An encrypted attribute is a `Sealed`. Printing, logging, formatting or templating it gives the mask; only
`reveal()` gives the text, so a leak has to be written on purpose and can be found by searching for that word.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from gongfang.core.codes import WrongCode

Kind = Literal["id_number", "phone", "bank_card", "name", "text"]

_NONCE = 12

# How many characters stay readable at the front and at the back; the rest are stars.
_SHOWN: dict[Kind, tuple[int, int]] = {
    "id_number": (3, 4),
    "phone": (3, 4),
    "bank_card": (0, 4),
    "name": (1, 0),
    "text": (0, 0),
}


def mask(kind: Kind, plain: str) -> str:
    """The text with all but the recognisable ends starred, such as 138****5678 or 王**."""
    front, back = _SHOWN[kind]
    hidden = len(plain) - front - back
    if kind == "text" or hidden < 1:
        return "***"
    return plain[:front] + "*" * hidden + plain[len(plain) - back :]


class Sealed:
    """A text nobody reads by accident."""

    __slots__ = ("_kind", "_open", "_text")

    def __init__(self, plain: str, kind: Kind) -> None:
        # A form that was filled with the mask must not overwrite the number with stars.
        if kind != "text" and "*" in plain:
            raise WrongCode(_("This is masked with stars. Enter it in full."))
        self._text, self._kind = plain, kind
        self._open: Callable[[], str] | None = None

    @classmethod
    def kept(cls, stored: bytes, kind: Kind, *, place: bytes) -> Sealed:
        """Seal what a column keeps; it is decrypted when it is first asked for, and most of a page never is."""
        one = cls("", kind)
        one._open = partial(_decrypt, stored, place=place)
        return one

    @property
    def _plain(self) -> str:
        if self._open is not None:
            self._text, self._open = self._open(), None
        return self._text

    def reveal(self) -> str:
        """The text itself; whoever calls this answers for the purpose."""
        return self._plain

    def __str__(self) -> str:
        return mask(self._kind, self._plain)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and (self._kind, self._plain) == (other._kind, other._plain)

    def __hash__(self) -> int:
        return hash((self._kind, self._plain))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealed value goes into no cache and no message")

    def __copy__(self) -> Sealed:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Sealed:
        return self


class _SealedAttribute(DeferredAttribute):
    """Seals on assignment, so that a model never holds the plain text even before it is saved."""

    field: EncryptedField

    def __set__(self, instance: models.Model, value: Sealed | str | None) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


if TYPE_CHECKING:
    _Binary = models.BinaryField[Sealed | str | None, Any]
else:
    _Binary = models.BinaryField


class EncryptedField(_Binary):
    """A text column encrypted with AES-256-GCM, bound to its own place: app, model and field.

    A row's bytes are `key id:nonce+ciphertext`. The first of `settings.FIELD_KEYS` writes, all of them read,
    so a key is rotated by putting a new one in front and saving the rows. It is looked up through a
    `keyed_hash` beside it, never by its own content; a form never gets it as a field.
    """

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, kind: Kind = "text", **kwargs: Any) -> None:
        self.kind: Kind = kind
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "kind": self.kind}

    def to_python(self, value: Sealed | str | None) -> Sealed | None:
        return Sealed(value, self.kind) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> bytes | None:
        sealed = self.to_python(value)
        return None if sealed is None else _encrypt(sealed.reveal(), place=self._place)

    def from_db_value(self, value: Any, *_args: Any) -> Sealed | None:
        return None if value is None else Sealed.kept(bytes(value), self.kind, place=self._place)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up by the keyed hash beside it")
        return super().get_lookup(lookup_name)

    @cached_property
    def _place(self) -> bytes:
        return f"{self.model._meta.label_lower}.{self.name}".encode()


def sealed_file(content: bytes, *, place: str) -> bytes:
    """Encrypt a whole file, bound to the place it is kept in."""
    key_id = next(iter(settings.FIELD_KEYS))
    nonce = os.urandom(_NONCE)
    return key_id.encode() + b":" + nonce + _cipher(key_id).encrypt(nonce, content, place.encode())


def opened_file(stored: bytes, *, place: str) -> bytes:
    """Decrypt a file that was kept in this place."""
    key_id, _colon, rest = stored.partition(b":")
    return _cipher(key_id.decode()).decrypt(rest[:_NONCE], rest[_NONCE:], place.encode())


def _encrypt(plain: str, *, place: bytes) -> bytes:
    key_id = next(iter(settings.FIELD_KEYS))
    nonce = os.urandom(_NONCE)
    return key_id.encode() + b":" + nonce + _cipher(key_id).encrypt(nonce, plain.encode(), place)


def _decrypt(stored: bytes, *, place: bytes) -> str:
    key_id, _colon, rest = stored.partition(b":")
    return _cipher(key_id.decode()).decrypt(rest[:_NONCE], rest[_NONCE:], place).decode()


def _cipher(key_id: str) -> AESGCM:
    return _aesgcm(settings.FIELD_KEYS[key_id])


@lru_cache(maxsize=16)
def _aesgcm(key: bytes) -> AESGCM:
    return AESGCM(key)


def keyed_hash(kind: str, value: str) -> bytes:
    """A hash to look up a sealed value by; useless in another county, for another kind or without our key."""
    parts = (_county(), kind, value)
    message = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hmac.digest(settings.HASH_KEY, message, "sha256")


def _county() -> str:
    return str(connection.schema_name)  # type: ignore[attr-defined]  # the backend of counties adds it


def new_password() -> str:
    """A fresh password that is easily read over a telephone and typed on it, such as `mabu-keti-4829`."""
    first, second = (
        "".join(secrets.choice(letters) for letters in ("bdfghkmnprst", "aeiu") * 2) for _half in range(2)
    )
    # Without 0 and 1, which look like letters; tries are counted, so 34 bits are plenty.
    return f"{first}-{second}-{''.join(secrets.choice('23456789') for _digit in range(4))}"


def new_token() -> str:
    """A fresh secret of 256 bits for a machine's token or a badge; shown once, kept only as its hash."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is kept of a token; a plain hash is enough, because nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).digest()
