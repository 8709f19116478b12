"""A whole installation on a small disk of its own: killed, filled, closed, robbed of a key. It says so, and comes back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

import psycopg
import pytest

from tests.cluster import lend

pytestmark = pytest.mark.crash

PATIENCE = 90
LOGIN, AWAY, FULL = "登录磐安县", "数据库暂时连不上。", "服务器的磁盘满了。"


@dataclass(frozen=True)
class Installation:
    """A data folder on a disk of its own, and what is started and asked there."""

    data: Path
    port: int

    @property
    def cluster(self) -> Path:
        return self.data / "postgresql/cluster"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gongfang", *words],
            env=self.environment(), capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LD_LIBRARY_PATH"}
        }
        return {**kept, "GONGFANG_DATA": str(self.data), "PORT": str(self.port), "GONGFANG_PRODUCTION": "1"}

    def asked(self, path: str = "/login/", **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Host": "panan.localhost", **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as said:
                return said.status, said.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def until(self, status: int, words: str, path: str = "/login/") -> None:
        """Ask again until it answers so; everything else said meanwhile must be a sentence of ours."""
        deadline = time.monotonic() + PATIENCE
        while (said := self.asked(path))[0] != status or words not in said[1]:
            assert said[0] in {200, 503, 507}, said
            assert time.monotonic() < deadline, said
            time.sleep(0.3)

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.data / "postgresql"), user="postgres", dbname="gongfang", autocommit=True
        )


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of 600 MB, where this machine lets us have one."""
    with tempfile.TemporaryDirectory(prefix="gongfang-disk-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=600m,mode=755", "none", folder],
            capture_output=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip("only root can mount a small disk here")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def place(django_db_setup: None) -> Iterator[Installation]:
    with small_disk() as disk:
        installation = Installation(lend(disk / "data"), free_port())
        made = installation.command("county", "add", "330727", "panan")
        assert made.returncode == 0, made.stderr
        yield installation


@pytest.fixture
def running(place: Installation) -> Iterator[Installation]:
    log = place.data.parent / "up.log"
    with log.open("w") as written, subprocess.Popen(
        [sys.executable, "-m", "gongfang", "up", "--no-demo"],
        env=place.environment(), stdout=written, stderr=written,
    ) as up:  # fmt: skip
        try:
            deadline = time.monotonic() + PATIENCE
            while "gongfang is at" not in log.read_text():
                assert up.poll() is None, log.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.2)
            yield place
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(PATIENCE)


@pytest.fixture
def filled(running: Installation) -> Iterator[Path]:
    """Every byte of the disk taken by somebody else's file."""
    filler = running.data.parent / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 20))
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield filler
    filler.unlink(missing_ok=True)


def test_a_killed_database_is_said_and_comes_back_by_itself(running: Installation):
    os.kill(int((running.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    status, page = running.asked()
    assert (status, AWAY in page) == (503, True)
    assert json.loads(running.asked("/api/orders", **{"X-Language": "en"})[1])["code"] in {"away", "no_token"}
    running.until(200, LOGIN)
    running.until(200, "worker: ok", "/ready")


def test_a_full_disk_is_said_nothing_is_half_done_and_room_mends_it(running: Installation, filled: Path):
    assert "disk: NO" in running.asked("/ready")[1]
    with suppress(psycopg.OperationalError), running.superuser() as link:
        for _segment in range(20):  # until the database can write its log no more, and stops itself
            link.execute("SELECT pg_logical_emit_message(false, 'x', 'y'), pg_switch_wal()")
    running.until(507, FULL)
    filled.unlink()
    running.until(200, LOGIN)
    reconciled = running.command("reconcile", "--county", "panan")
    assert (reconciled.returncode, reconciled.stdout) == (0, "0 differences\n")


def refused(place: Installation, sentence: str) -> None:
    """Starting is refused with this one sentence and no trace."""
    said = place.command("up", "--no-demo")
    assert said.returncode == 1
    assert sentence in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stderr.count("\n") == 1


def test_a_disk_mounted_read_only_is_refused(place: Installation):
    disk = place.data.parent
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        refused(place, f"The data folder {place.data} cannot be used (Read-only file system")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


def test_root_in_somebody_elses_folder_is_refused(place: Installation):
    os.chown(place.data, 65534, 65534)
    try:
        refused(place, f"The data folder {place.data} belongs to nobody, and this is root: sudo -u nobody")
    finally:
        os.chown(place.data, 0, 0)


def test_a_lost_key_is_refused_and_not_made_anew_for_old_data(place: Installation):
    key = place.data / "keys/field-1"
    kept = key.read_bytes()
    key.unlink()
    refused(place, "are not those of this database (field-1). Bring back the folder of keys")
    key.write_bytes(kept)
    assert place.command("setup").returncode == 0


def test_a_broken_key_is_refused(place: Installation):
    key = place.data / "keys/hash"
    kept = key.read_bytes()
    key.write_bytes(b"")
    refused(place, f"{key} is no key of ours; bring it back from your backup of the keys.")
    key.write_bytes(kept)


def test_a_port_somebody_has_is_refused(place: Installation):
    with socket.create_server(("127.0.0.1", place.port)):
        refused(place, f"Port {place.port} is in use. Choose another: PORT={place.port + 1}")


def test_a_database_of_ones_own_that_is_away_is_refused_without_its_password(place: Installation):
    said = subprocess.run(
        [sys.executable, "-m", "gongfang", "setup"],
        env={**place.environment(), "DATABASE_URL": f"postgresql://gongfang:s3cret@127.0.0.1:{free_port()}/gongfang"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 1
    assert "The database does not answer (" in said.stderr
    assert "s3cret" not in said.stderr
    assert "Traceback" not in said.stderr


def test_the_doctor_finds_that_nothing_answers_and_says_1_to_the_shell(place: Installation):
    said = place.command("doctor", "--json")
    found = {row["about"]: row["state"] for row in json.loads(said.stdout)}
    assert said.returncode == 1
    assert found["port"] == "wrong"
    assert (found["rights"], found["migrations"], found["keys of the data"]) == ("good", "good", "good")


def test_nobody_answers_when_all_is_stopped(place: Installation):
    with pytest.raises(URLError):
        place.asked()
    assert not (place.cluster / "postmaster.pid").exists()
