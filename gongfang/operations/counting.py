"""Where the processes of one installation keep their figures together: a folder in memory, one part a kind of process.

Several processes answer pages and one works off the queue; whoever is asked for the figures adds up all of them. The
figures lie in memory and not in the data folder, because a process that writes into a mapped file on a full disk is
killed by the system.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_MEMORY = Path("/dev/shm")  # noqa: S108 -- made private below


def begin(kind: str, data: Path) -> None:
    """Begin to count anew for one kind of process; called before anything that counts is imported."""
    with suppress(OSError):  # without such a folder each process counts for itself
        folder = _private(data) / kind
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        os.environ[VARIABLE] = str(folder)


def forget(data: Path) -> None:
    """Clear the memory when the whole installation has stopped."""
    with suppress(OSError):
        shutil.rmtree(_private(data))


def files() -> list[str]:
    """Return the files of every process of this installation, or none when each counts for itself."""
    mine = os.environ.get(VARIABLE)
    return sorted(str(path) for path in Path(mine).parent.glob("*/*.db")) if mine else []


def _private(data: Path) -> Path:
    name = f"gongfang-figures-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    folder = (_MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())) / name
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not ours alone")
    return folder
