"""The archive: what happened up to five minutes ago comes back, and phones forget only what is in it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from pyrage import x25519
from pytest_django.plugin import DjangoDbBlocker

from gongfang import embedded
from gongfang.core.action import By
from gongfang.core.login import fresh_token, make_token
from gongfang.core.models import Continuity, Receipt, Token
from gongfang.counties import schemas
from gongfang.counties.actions import add_county
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.embedded import Server
from gongfang.founding import system_user
from gongfang.operations.backup import restoring, sealing, streams
from gongfang.operations.backup.cluster import restore_cluster
from gongfang.operations.backup.errors import BackupFailed
from gongfang.operations.backup.store import Archive, bases, packed, prune
from gongfang.operations.backup.wal import Shipper
from tests.cluster import DATA

pytestmark = pytest.mark.crash
IDENTITY = x25519.Identity.generate()


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """Room for a machine, its archive on another disk, and the machine that takes its place."""
    DATA.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="archive-", dir=DATA))
    folder.chmod(0o755)
    monkeypatch.setenv("GONGFANG_ARCHIVE", str(folder / "archive"))
    monkeypatch.setenv("GONGFANG_ARCHIVE_ELSEWHERE", "1")
    monkeypatch.setattr(settings, "DATA", folder / "old")
    monkeypatch.setattr(settings, "FILES_ROOT", folder / "old/files")
    (folder / "archive").mkdir()
    with django_db_blocker.unblock():
        yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@contextmanager
def at(server: Server) -> Iterator[None]:
    """Point Django at another server for a while."""
    place = connections.settings["default"]
    before = dict(place)
    connections.close_all()
    place.update(HOST=str(server.socket), PORT="5432", NAME="gongfang")
    try:
        yield
    finally:
        scope.leave()
        connections.close_all()
        place.update(before)


def shipper(server: Server, ground: Path) -> Shipper:
    return Shipper(
        spool=server.cluster.parent / embedded.SPOOL,
        archive=ground / "archive",
        recipients=[IDENTITY.to_public()],
        replication=server.url(),
    )


def act(label: str) -> tuple[int, datetime]:
    """Do something that is remembered; return its receipt and the moment after it."""
    user = system_user()
    by = By(user, "cli")
    make_token(by, user, label=label, digest=fresh_token()[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    return Receipt.objects.get(key=by.key).pk, moment


def finish_piece(server: Server) -> None:
    """End the piece of the log that is being written, as the clock does every four minutes."""
    with psycopg.connect(**server.params(), autocommit=True) as link:
        link.execute("SELECT pg_switch_wal()")
        archived = (
            "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) FROM pg_stat_archiver"
        )
        while link.execute(archived).fetchone() != (True,):
            link.execute("SELECT pg_sleep(0.05)")


def work(server: Server, ground: Path) -> datetime:
    """Found a county, make a base, act twice, carry everything off; return the moment between the two acts."""
    schemas.prepare_cluster(server.params(), name="gongfang")
    add_county("330727", "panan", "磐安县")
    carrying = shipper(server, ground)
    carrying.make_base()
    kept = ground / "old/files/panan/2026/0123.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a picture")
    enter_panan()
    _first, between = act("first")
    second, _after = act("second")
    enter_panan()
    carrying.look()
    assert Continuity.current().safe_upto == 0  # the piece that holds them is not finished yet
    finish_piece(server)
    carrying.look()
    enter_panan()
    assert Continuity.current().safe_upto == second
    act("lost")
    return between


def enter_panan() -> None:
    with scope.inside():
        county = County.objects.get(schema_name="panan")
    scope.enter(county)


def restore(ground: Path, name: str, until: datetime | None = None) -> tuple[Path, datetime]:
    data = ground / name
    return data, restore_cluster(Archive(ground / "archive", [IDENTITY]), data, until=until, freeze=freeze)


def freeze(server: Server, moment: datetime) -> None:
    with at(server):
        restoring.freeze_all(moment)


def labels() -> set[str]:
    return set(Token.objects.values_list("label", flat=True))


def labels_at(ground: Path, moment: datetime) -> set[str]:
    """What had been done at a moment, asked before the restored database is opened."""
    found: list[set[str]] = []

    def look(server: Server, _moment: datetime) -> None:
        with at(server):
            enter_panan()
            found.append(labels())

    restore_cluster(Archive(ground / "archive", [IDENTITY]), ground / "earlier", until=moment, freeze=look)
    return found[0]


def test_a_burned_machine_comes_back_from_the_archive_up_to_the_last_piece_or_to_a_moment(
    ground: Path,
) -> None:
    server = embedded.start(ground / "old")
    with at(server):
        between = work(server, ground)
    os.kill(int((server.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    server.release()
    shutil.rmtree(ground / "old")

    data, moment = restore(ground, "new")
    with embedded.start(data) as server, at(server):
        enter_panan()
        assert labels() == {"first", "second"}
        continuity = Continuity.current()
        assert continuity.frozen_at is not None
        assert continuity.copy_made_at == moment > between
    assert (data / "files/panan/2026/0123.jpg").read_bytes() == b"a picture"
    with pytest.raises(BackupFailed):
        restore(ground, "new")

    assert labels_at(ground, between) == {"first"}
    with pytest.raises(BackupFailed):
        restore(ground, "nowhere", between.replace(year=2020))
    _cut((ground / "archive/wal").glob("*.gz.age"))
    with pytest.raises(BackupFailed):
        restore(ground, "cut")
    assert not (ground / "cut/postgresql/cluster").exists()


def _cut(pieces: Iterator[Path]) -> None:
    for path in pieces:
        path.write_bytes(path.read_bytes()[:-20])


def test_nothing_older_than_the_kept_bases_stays(tmp_path: Path) -> None:
    for part in ("base", "wal"):
        (tmp_path / part).mkdir()
    for week in range(1, 7):
        name = f"2026110{week}T030000.tar.gz.age"
        (tmp_path / "base" / name).write_bytes(b"")
        (tmp_path / "base" / f"{name}.json").write_text(
            f'{{"made_at": "2026-11-0{week}T03:00:00+00:00", "start": "0000000100000000000000{week}0",'
            ' "postgresql": 18, "keys": {}, "size": 0, "sha256": ""}'
        )
        (tmp_path / "wal" / f"0000000100000000000000{week}0.gz.age").write_bytes(b"")
    (tmp_path / "wal/00000002.history.gz.age").write_bytes(b"")
    prune(tmp_path)
    assert [base.start[-2:] for base in bases(tmp_path)] == ["30", "40", "50", "60"]
    left = sorted(path.name.partition(".")[0][-2:] for path in (tmp_path / "wal").glob("*.gz.age"))
    assert left == ["02", "30", "40", "50", "60"]


def gongfang(data: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a command on a machine that has neither a database nor settings."""
    known = {
        "PATH": os.environ["PATH"],
        "GONGFANG_DATA": str(data),
        "GONGFANG_ARCHIVE": str(data.parent / "archive"),
    }
    command = [sys.executable, "-m", "gongfang", *(str(word) for word in words)]
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False)


def test_a_postgresql_of_ones_own_fetches_what_it_needs(tmp_path: Path) -> None:
    archive, private = tmp_path / "archive", tmp_path / "private"
    private.write_text(f"{IDENTITY}\n")
    lock = [IDENTITY.to_public()]
    base = sealing.seal(
        packed(streams.tar(iter([("PG_VERSION", b"15")]))), archive / "base/1.tar.gz.age", lock
    )
    sealing.note(base, made_at="2026-11-01T03:00:00+00:00", start="0" * 24, postgresql=15, keys={})
    sealing.seal(packed([b"log" * 1000]), archive / "wal" / f"{'0' * 24}.gz.age", lock)
    sealing.seal([b"a picture"], archive / "files/panan/2026/1.jpg.age", lock)

    assert (
        gongfang(tmp_path / "new", "archive", "unpack", "--to", tmp_path / "db", "--identity", private).stderr
        == ""
    )
    assert (tmp_path / "db/PG_VERSION").read_text() == "15"
    assert (tmp_path / "new/files/panan/2026/1.jpg").read_bytes() == b"a picture"
    for name, says in (("0" * 24, 0), ("F" * 24, 1)):
        told = gongfang(tmp_path / "new", "archive", "fetch", name, tmp_path / name, "--identity", private)
        assert (told.returncode, told.stderr) == (says, "")
    assert (tmp_path / ("0" * 24)).read_bytes() == b"log" * 1000
    assert not (tmp_path / "new/keys").exists()  # a restore of the keys still finds the folder empty


def test_keys_are_brought_back_only_where_no_others_are(tmp_path: Path) -> None:
    (tmp_path / "old/keys").mkdir(parents=True)
    (tmp_path / "old/keys/hash").write_text("a" * 64)
    private, exported = str(tmp_path / "private"), str(tmp_path / "exported.age")
    assert gongfang(tmp_path / "old", "backup", "secrets", "--to", exported).returncode == 1  # no key yet
    assert gongfang(tmp_path / "old", "backup", "keys", "--to", private).returncode == 0
    assert gongfang(tmp_path / "old", "backup", "secrets", "--to", exported).returncode == 0
    back = ("restore", "--secrets", exported, "--identity", private)
    assert gongfang(tmp_path / "new", *back).returncode == 0
    assert (tmp_path / "new/keys/hash").read_text() == "a" * 64
    (tmp_path / "other/keys").mkdir(parents=True)
    (tmp_path / "other/keys/hash").write_text("b" * 64)
    assert gongfang(tmp_path / "other", *back).returncode == 1
    assert (tmp_path / "other/keys/hash").read_text() == "b" * 64
    gongfang(tmp_path / "else", "backup", "keys", "--to", str(tmp_path / "wrong"))
    refused = gongfang(
        tmp_path / "else", "restore", "--secrets", exported, "--identity", str(tmp_path / "wrong")
    )
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
