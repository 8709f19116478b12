"""How much room is left where the data lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

GIGABYTE = 1024**3
# A warning leaves days to act; below the floor a backup or a long sheet may already fail.
WARN_BYTES, WARN_SHARE = 2 * GIGABYTE, 0.10
FLOOR = 256 * 1024**2


@dataclass(frozen=True)
class Space:
    """Free and total bytes and the share of free inodes of one disk."""

    free: int
    total: int
    inodes: float

    @property
    def is_low(self) -> bool:
        """Say whether somebody should make room soon."""
        return self.free < WARN_BYTES or self.free < WARN_SHARE * self.total or self.inodes < WARN_SHARE

    @property
    def is_out(self) -> bool:
        """Say whether work may fail for want of room right now."""
        return self.free < FLOOR or self.inodes == 0


def space(folder: Path | None = None) -> Space:
    """Look at the disk of the data folder, or of another."""
    found = os.statvfs(folder or settings.DATA)
    inodes = found.f_favail / found.f_files if found.f_files else 1.0
    return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize, inodes)
