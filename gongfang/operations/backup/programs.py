"""The programs of PostgreSQL itself, of the same version as the server: pg_dump, pg_restore, pg_basebackup."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from gongfang import embedded
from gongfang.operations.backup.errors import BackupFailed, no_space


def server_version(number: int) -> int:
    """Return the major version of a server that calls itself 180003."""
    return number // 10_000


@cache
def programs(major: int) -> Path:
    """Return a folder with the programs of this major version: beside the server, bundled, Debian's or on PATH."""
    for folder in _folders(major):
        if _version(folder) == major:
            return folder
    raise BackupFailed(
        _(
            "The server is PostgreSQL %(major)s, but no pg_dump of that version is here."
            " Install postgresql-client-%(major)s or name its bin folder in GONGFANG_POSTGRES_BIN."
        )
        % {"major": major}
    )


def _folders(major: int) -> Iterator[Path]:
    if chosen := os.environ.get("GONGFANG_POSTGRES_BIN"):
        yield Path(chosen)
    if bundled := embedded.bundled():
        yield bundled
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    if found := shutil.which("pg_dump"):
        yield Path(found).resolve().parent


def _version(folder: Path) -> int:
    try:
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(said.stdout.split()[2].split(".")[0])


def run(program: Path, *words: object, place: Path) -> None:
    """Run one of the programs as the owner of the tables; its last words become the refusal."""
    done = subprocess.run(  # noqa: S603
        [str(word) for word in (program, *words)],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise _failed(program.name, done.stderr, place)


def _failed(name: str, said: str, place: Path) -> BackupFailed:
    if "No space left" in said:
        return no_space(place)
    # The first error is the cause; what follows are its consequences.
    causes = [line for line in said.splitlines() if "error:" in line] or said.splitlines() or ["?"]
    reason = causes[0].partition("error:")[2].strip() or causes[0]
    return BackupFailed(
        _("%(name)s stopped (%(reason)s). Nothing was changed; mend that and try again.")
        % {"name": name, "reason": reason}
    )


def _environment() -> dict[str, str]:
    place = connection.settings_dict
    known = {
        "PGHOST": place["HOST"],
        "PGPORT": place["PORT"],
        "PGDATABASE": place["NAME"],
        "PGUSER": settings.DATABASE_OWNER,
        "PGPASSWORD": place["PASSWORD"],  # in the environment, where no list of processes shows it
    }
    return {"PATH": os.defpath, "LC_ALL": "C"} | {name: value for name, value in known.items() if value}
