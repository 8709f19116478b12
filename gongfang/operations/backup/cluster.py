"""Bringing the whole database back from the archive: a base, the log up to a moment, the files, all counties frozen.

It is built beside the place of the database and moved there when every county in it stands still, so that half a
restore, or a whole one that was not frozen, is never started by anybody.
"""

from __future__ import annotations

import shutil
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from django.utils.translation import gettext as _

from gongfang import embedded
from gongfang.embedded import EmbeddedError, Server
from gongfang.operations.backup import sealing
from gongfang.operations.backup.errors import BackupFailed, in_one_sentence
from gongfang.operations.backup.store import Archive

DRAFT = "cluster.restored"
PATIENCE = 24 * 3600  # a week of log takes minutes, a month on a slow disk hours
# PostgreSQL asks for one piece of the log after the other; whoever reads the archive lays it ready.
ASK = """#!/bin/sh
touch "$0.d/wanted/$1" || exit 255
tries=0
until [ -e "$0.d/ready/$1" ] || [ -e "$0.d/absent/$1" ]; do
  tries=$((tries + 1)); [ $tries -lt 12000 ] || exit 255
  sleep 0.05
done
[ -e "$0.d/ready/$1" ] && mv "$0.d/ready/$1" "$2"
"""


def restore_cluster(
    archive: Archive, data: Path, *, until: datetime | None, freeze: Callable[[Server, datetime], None]
) -> datetime:
    """Build the database anew in an empty data folder, have `freeze` let its counties stand still, then open it.

    Returns the moment of the last act that came back.
    """
    base = archive.base(until)
    with in_one_sentence(data), embedded.apart(data, cluster=DRAFT) as server:
        _refuse_there(server)
        shutil.rmtree(server.cluster, ignore_errors=True)
        server.cluster.mkdir(mode=0o700)
        archive.lay_base(base, server.cluster)
        (server.cluster / "recovery.signal").touch()
        embedded.own(server, server.cluster)
        try:
            with _asked_for(archive, server) as ask:
                moment = _recover(server, _settings(ask, until))
            freeze(server, moment)
        finally:
            embedded.stop(server)
        archive.lay_files(data / "files")
        server.cluster.rename(server.cluster.with_name("cluster"))
        sealing.sync_folder(server.cluster.parent)
    return moment


def _refuse_there(server: Server) -> None:
    if server.cluster.with_name("cluster").exists():
        raise BackupFailed(
            _("%(data)s holds a database already. Restore into an empty folder, named in GONGFANG_DATA.")
            % {"data": server.data}
        )


def _settings(ask: Path, until: datetime | None) -> dict[str, str]:
    found = {"restore_command": f"sh '{ask}' '%f' '%p'", "recovery_target_action": "promote"}
    return found | ({"recovery_target_time": until.isoformat()} if until else {})


def _recover(server: Server, settings: dict[str, str]) -> datetime:
    try:
        embedded.launch(server, settings, patience=PATIENCE)
        return _promoted(server)
    except EmbeddedError as error:
        if "recovery ended before" in str(error):
            raise BackupFailed(
                _("The archive does not reach to that moment. Leave --until out to come as far as it goes.")
            ) from error
        raise


def _promoted(server: Server) -> datetime:
    """Wait until everything in the log is done again, and return when the last of it was done first."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(server.url(), autocommit=True) as link:
                row = link.execute(
                    "SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp(), now()"
                ).fetchone()
        except psycopg.OperationalError as error:
            said = server.log.read_text(errors="replace").splitlines()
            raise EmbeddedError([line for line in said if "FATAL" in line][-1]) from error
        assert row is not None
        if not row[0]:
            return row[1] or row[2]  # type: ignore[no-any-return]  # nothing was done since the base
        time.sleep(0.2)
    raise EmbeddedError(f"PostgreSQL is still recovering; read {server.log}.")


@contextmanager
def _asked_for(archive: Archive, server: Server) -> Iterator[Path]:
    """Lay pieces of the log ready as PostgreSQL asks for them, so that a month of it needs no room."""
    ask = server.cluster.with_name("restore")
    folder = ask.with_name("restore.d")
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("wanted", "ready", "absent"):
        (folder / name).mkdir(parents=True)
    ask.write_text(ASK)
    for path in (ask, folder):
        embedded.own(server, path)
    done = threading.Event()
    broken: list[str] = []
    feeding = threading.Thread(target=_feed, args=(archive, server, folder, done, broken), daemon=True)
    feeding.start()
    try:
        yield ask
    except EmbeddedError:
        if not broken:
            raise
    finally:
        done.set()
        feeding.join()
        ask.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    if broken:
        raise BackupFailed(
            _(
                "Piece %(name)s of the archive was cut or changed. Take another copy, or name a moment before it."
            )
            % {"name": broken[0]}
        )


def _feed(archive: Archive, server: Server, folder: Path, done: threading.Event, broken: list[str]) -> None:
    while not done.wait(0.02):
        for wanted in (folder / "wanted").iterdir():
            name = wanted.name
            try:
                _lay_ready(archive, server, folder, name)
            except (BackupFailed, OSError, zlib.error):
                broken.append(name)
                (folder / "absent" / name).touch()
            wanted.unlink()


def _lay_ready(archive: Archive, server: Server, folder: Path, name: str) -> None:
    if not archive.has(name):
        (folder / "absent" / name).touch()
        return
    draft = folder / name
    archive.fetch(name, draft)
    embedded.own(server, draft)  # before PostgreSQL sees it, which runs under another account
    draft.rename(folder / "ready" / name)
