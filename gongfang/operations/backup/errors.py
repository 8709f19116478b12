"""What a backup or a restore says when it cannot go on: one sentence, with what to do next."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from gongfang.core.errors import Refused


class BackupFailed(Refused):
    """A backup, a restore or a move that stopped; what was there before is as it was."""

    code = "backup"


@contextmanager
def in_one_sentence(place: Path) -> Iterator[None]:
    """Say of a disk that is full or closed which one it is."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise no_space(place) from error
        raise BackupFailed(
            _("%(place)s cannot be used (%(reason)s). Mend it or name another place.")
            % {"place": error.filename or place, "reason": error.strerror or error}
        ) from error


def no_space(place: Path) -> BackupFailed:
    """Name the disk that is full."""
    return BackupFailed(
        _("The disk of %(place)s is full. Make room on it or name another place.") % {"place": place}
    )
