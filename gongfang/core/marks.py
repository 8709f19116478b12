"""Papers anybody can check and nobody can make: a number and a mark over what is said, under the county's key."""

from __future__ import annotations

import base64
import hmac

from gongfang.core.secrets import keyed_hash

_MARK_BYTES = 10  # eighty bits: too many to try


def code(kind: str, number: str, said: str) -> str:
    """Return what stands in the address of the check: the paper's number and its mark."""
    return f"{number}-{_mark(kind, number, said)}"


def holds(kind: str, number: str, said: str, given: str) -> bool:
    """Say whether a code is that of the paper with this number, saying this."""
    return hmac.compare_digest(code(kind, number, said).encode(), f"{number}-{_shown(given)}".encode())


def number_of(given: str) -> str:
    """Return the number a code names, whatever its mark."""
    return given.rpartition("-")[0]


def _shown(given: str) -> str:
    return given.rpartition("-")[2].upper()


def _mark(kind: str, number: str, said: str) -> str:
    return base64.b32encode(keyed_hash(kind, f"{number}|{said}")[:_MARK_BYTES]).decode()
