"""Numbers of acts and transfers: unguessable, and in the order of time, so that an index grows at one end."""

from __future__ import annotations

import os
import time
import uuid


def by_time() -> uuid.UUID:
    """Return a new UUID of version 7: 48 bits of milliseconds, the rest by chance."""
    moment = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    number = int.from_bytes(moment + os.urandom(10), "big")
    number = number & ~(0xF000 << 64) | 0x7000 << 64
    return uuid.UUID(int=number & ~(0xC000 << 48) | 0x8000 << 48)
