"""Pull the cable: what was acknowledged is there afterwards, whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gongfang import embedded
from tests.cluster import DATA, lend

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def data(django_db_setup: None) -> Iterator[Path]:
    # Not pytest's own folder: PostgreSQL runs as another account when root starts it, and could not enter.
    DATA.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="kills-", dir=DATA))
    folder.chmod(0o755)
    yield lend(folder)
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def acknowledged_until_killed(data: Path, *, kill: str) -> list[str]:
    """Let another process act, kill the database, the process or both in the middle, and return the keys it said."""
    command = [sys.executable, "-m", "tests.core.acting", str(data)]
    here = Path(__file__).parents[2]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True, cwd=here) as acting:
        assert acting.stdout is not None
        said = [acting.stdout.readline().strip() for _n in range(60)]
        assert said[0] == "ready"
        if kill in {"database", "both"}:
            note = data / "postgresql/cluster/postmaster.pid"
            os.kill(int(note.read_text().splitlines()[0]), signal.SIGKILL)
        if kill in {"process", "both"}:
            acting.kill()
        said += acting.stdout.read().split()
    return said[1:]


@pytest.mark.parametrize("kill", ["process", "database", "both"])
def test_no_acknowledged_act_is_lost(data: Path, kill: str) -> None:
    said = acknowledged_until_killed(data, kill=kill)
    began = time.monotonic()
    with embedded.start(data) as server, psycopg.connect(**server.params(dbname="gongfang")) as link:
        assert time.monotonic() - began < 60
        kept = {str(key) for (key,) in link.execute("SELECT key FROM panan.core_receipt")}
        rules = {key for (key,) in link.execute("SELECT key FROM panan.core_parameter")}
        written = link.execute("SELECT count(*) FROM panan.core_entry WHERE verb = 'write_rule'").fetchone()
    assert len(said) >= 59
    assert set(said) <= kept
    assert kept == rules  # an act is whole or not at all
    assert written == (len(kept),)
