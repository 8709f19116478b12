"""The bundled PostgreSQL on clusters of its own, fsync on: shared, killed, restarted, refused."""

import logging
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from gongfang import embedded
from gongfang.embedded import EmbeddedError

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root can drop to another account")
HOUSE = Path(embedded.__file__).parents[1]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")

# An office uses the database until its standard input closes, then leaves in good order.
OFFICE = """
import sys
from pathlib import Path
from gongfang import embedded
server = embedded.start(Path(sys.argv[1]))
print(server.url(), flush=True)
sys.stdin.read()
"""
# Orphans of this process become its children, and it never asks after them: its dead stay zombies.
SUBREAPER = "import ctypes; assert ctypes.CDLL(None).prctl(36, 1) == 0\n"


# Each starts, kills or stops servers of its own.
pytestmark = pytest.mark.crash


@contextmanager
def ground() -> Iterator[Path]:
    """A folder whose servers are gone with it; not tmp_path, which pytest closes to PostgreSQL's account."""
    with tempfile.TemporaryDirectory(
        prefix="gongfang-test-", dir="/tmp", ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        for note in Path(folder).rglob("postmaster.pid"):
            pid = embedded._postmaster(note.parent)
            if pid:
                os.kill(pid, signal.SIGQUIT)


@pytest.fixture
def data() -> Iterator[Path]:
    with ground() as folder:
        yield folder / "data"


@pytest.fixture(scope="module")
def model() -> Iterator[Path]:
    with ground() as folder:
        embedded.start(folder / "data").release()
        yield folder / "data"


@pytest.fixture
def settled(data: Path, model: Path) -> Path:
    """A data folder with a database that rests; copied, because making one costs a second."""
    subprocess.run(["cp", "-a", model, data], check=True)
    return data


@pytest.fixture
def reachable(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = data.parent / "reachable"
    monkeypatch.setattr(embedded, "REACHABLE", folder)
    return folder


@contextmanager
def office(data: Path, *, script: str = OFFICE) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", script, str(data)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=HOUSE, **pipes) as person:
        assert person.stdin
        assert person.stdout
        try:
            yield person, person.stdout.readline().strip()
        finally:
            with suppress(BrokenPipeError):
                person.stdin.close()
            person.wait(30)


def ordinary(script: str = OFFICE) -> str:
    """The script under an account without rights, if root runs the tests; else as it is."""
    # Dropped by the script itself, after its imports: root's own Python may be closed to that account.
    dropped = "os.setgroups([]); os.setgid({0.pw_gid}); os.setuid({0.pw_uid})\n".format(
        pwd.getpwnam("nobody")
    )
    return script.replace("server =", f"import os\n{dropped if ROOT else ''}server =")


def open_to_all(folder: Path) -> Path:
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    return folder


def ask(url: str, question: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row
    return str(row[0])


def write(url: str, name: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS slip (name text)")
        connection.execute("INSERT INTO slip VALUES (%s)", [name])


def names(url: str) -> str:
    return ask(url, "SELECT string_agg(name, ',' ORDER BY name) FROM slip")


def birth(url: str) -> str:
    return ask(url, "SELECT pg_postmaster_start_time()")


def runs(data: Path) -> bool:
    return embedded._postmaster(data / "postgresql/cluster") is not None


def kill_postmaster(data: Path) -> int:
    pid = embedded._postmaster(data / "postgresql/cluster")
    assert pid
    os.kill(pid, signal.SIGKILL)
    return pid


# Start, share, leave


def test_a_new_folder_gets_a_safe_database_behind_a_private_socket(data):
    asked = ("server_encoding", "data_checksums", "fsync", "synchronous_commit", "listen_addresses")
    with embedded.start(data) as server:
        said = [ask(server.url(), f"SELECT current_setting('{name}')") for name in asked]
        write(server.url(), "王秀英")
        assert names(make_conninfo(**server.params())) == "王秀英"
        assert said == ["UTF8", "on", "on", "on", ""]
        assert server.socket.stat().st_mode & 0o777 == 0o700
    assert not runs(data)


def test_a_second_start_attaches_and_the_first_to_leave_stops_nothing(settled):
    first, second = embedded.start(settled), embedded.start(settled)
    assert birth(first.url()) == birth(second.url())
    first.release()
    first.release()
    assert ask(second.url(), "SELECT 1") == "1"
    second.release()
    assert not runs(settled)


def test_speed_without_fsync_is_had_only_by_asking(settled):
    with embedded.start(settled, fsync=False) as server:
        assert ask(server.url(), "SHOW fsync") == "off"
    with embedded.start(settled) as server:
        assert ask(server.url(), "SHOW fsync") == "on"


def test_two_offices_share_one_server_and_the_last_to_leave_stops_it(settled):
    with office(settled) as (_, li_fang):
        with office(settled) as (_, zhou_min):
            assert birth(li_fang) == birth(zhou_min)
        assert ask(li_fang, "SELECT 1") == "1"
    assert not runs(settled)


def test_four_offices_that_open_at_once_start_one_server(data):
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    offices = [
        subprocess.Popen([sys.executable, "-c", OFFICE, str(data)], cwd=HOUSE, **pipes) for _ in range(4)
    ]
    assert len({birth(person.stdout.readline().strip()) for person in offices if person.stdout}) == 1
    for person in offices:
        person.communicate()
    assert [person.returncode for person in offices] == [0, 0, 0, 0]
    assert not runs(data)


def test_a_forked_worker_keeps_the_server_its_parent_leaves(settled):
    script = OFFICE.replace(
        "sys.stdin.read()",
        "import os, psycopg\n"
        "if os.fork():\n"
        "    server.release(); print('left', flush=True); os.wait()\n"
        "else:\n"
        "    sys.stdin.readline(); print(psycopg.connect(server.url()).info.status.name, flush=True)",
    )
    with office(settled, script=script) as (person, _):
        assert person.stdin
        assert person.stdout
        assert person.stdout.readline() == "left\n"
        person.stdin.write("now\n")
        person.stdin.flush()
        assert person.stdout.readline() == "OK\n"
    assert not runs(settled)


# Kill -9


def test_a_killed_office_loses_nothing_committed_and_the_next_stops_the_server(settled):
    with office(settled) as (person, url):
        write(url, "committed")
        with psycopg.connect(url) as unfinished:
            unfinished.execute("INSERT INTO slip VALUES ('never')")
            person.kill()
            person.wait()
            unfinished.rollback()
    assert runs(settled)
    with embedded.start(settled) as server:
        assert birth(server.url()) == birth(url)
        assert names(server.url()) == "committed"
    assert not runs(settled)


def test_a_killed_postmaster_is_replaced_at_once(settled):
    with embedded.start(settled) as server:
        write(server.url(), "before")
        before = birth(server.url())
        with psycopg.connect(server.url()) as idle:
            kill_postmaster(settled)
            killed = time.monotonic()
            with embedded.start(settled) as again:
                assert names(again.url()) == "before"
                assert birth(again.url()) != before
                assert time.monotonic() - killed < 20
            idle.close()
        write(server.url(), "still ours")
        assert names(server.url()) == "before,still ours"


def test_a_server_whose_own_process_crashed_ends_and_is_started_afresh(settled):
    with embedded.start(settled) as server, closing(psycopg.connect(server.url())) as crashed:
        write(server.url(), "before")
        os.kill(crashed.info.backend_pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while runs(settled):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with embedded.start(settled) as again:
            assert names(again.url()) == "before"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt orphans")
def test_a_postmaster_that_stays_a_zombie_does_not_stand_in_the_way(settled):
    with office(settled, script=SUBREAPER + OFFICE) as (_, url):
        write(url, "before")
        pid = kill_postmaster(settled)
        with embedded.start(settled) as server:
            assert names(server.url()) == "before"
            assert embedded._state_and_command(pid)[0] == "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt orphans")
def test_a_process_reaps_the_postmaster_that_died_as_its_own_child(settled):
    script = SUBREAPER + OFFICE.replace(
        "sys.stdin.read()",
        "sys.stdin.readline(); print(embedded.start(Path(sys.argv[1])).url(), flush=True); sys.stdin.read()",
    )
    with office(settled, script=script) as (person, url):
        assert person.stdin
        assert person.stdout
        write(url, "before")
        pid = kill_postmaster(settled)
        person.stdin.write("again\n")
        person.stdin.flush()
        assert names(person.stdout.readline().strip()) == "before"
        assert not Path(f"/proc/{pid}").exists()
    assert not runs(settled)


def test_office_and_postmaster_killed_together_are_replaced_at_once(settled):
    with office(settled) as (person, url):
        write(url, "before")
        person.kill()
        kill_postmaster(settled)
        with embedded.start(settled) as server:
            assert names(server.url()) == "before"
    assert not runs(settled)


def test_a_new_server_waits_until_the_backends_of_the_killed_one_are_gone(settled):
    with embedded.start(settled) as server, psycopg.connect(server.url()) as busy:
        write(server.url(), "before")
        orphan = busy.info.backend_pid
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 6000000)")
        busy.pgconn.flush()
        time.sleep(0.2)
        kill_postmaster(settled)
        with embedded.start(settled) as again:
            assert embedded._state_and_command(orphan)[0] in {"", "Z"}
            assert names(again.url()) == "before"
        busy.close()


@pytest.mark.parametrize("note", ["", "{stranger}\n"])
def test_the_note_of_a_dead_postmaster_does_not_stand_in_the_way(settled, note):
    with embedded.start(settled) as server:
        write(server.url(), "before")
    postgres = server.account.uid if server.account else None
    with subprocess.Popen(["sleep", "60"], user=postgres) as stranger:
        for path in (server.cluster / "postmaster.pid", server.socket / ".s.PGSQL.5432.lock"):
            path.write_text(note.format(stranger=stranger.pid))
        try:
            with embedded.start(settled) as again:
                assert names(again.url()) == "before"
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_creation_killed_half_way_is_begun_anew(settled):
    cluster = settled / "postgresql/cluster"
    (cluster / "global/pg_control").unlink()
    cluster.rename(cluster.with_name("cluster.new"))
    with embedded.start(settled) as server:
        assert ask(server.url(), "SELECT 1") == "1"


# Accounts and places


def test_an_ordinary_user_runs_the_server_as_himself(data):
    folder = open_to_all(data) / "his"
    with office(folder, script=ordinary()) as (_, url):
        write(url, "ordinary")
        assert (folder / "postgresql/cluster").stat().st_uid == (
            pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid()
        )
    assert not runs(folder)


@as_root
def test_root_serves_the_folder_of_an_ordinary_user_under_that_users_account(data):
    folder = open_to_all(data) / "his"
    with office(folder, script=ordinary()) as (_, url):
        write(url, "ordinary")
    with embedded.start(folder) as server:
        assert server.account
        assert server.account.uid == pwd.getpwnam("nobody").pw_uid
        assert names(server.url()) == "ordinary"
    with office(folder, script=ordinary()) as (_, url):
        assert names(url) == "ordinary"


@as_root
def test_root_drops_to_the_account_made_for_it(settled):
    with embedded.start(settled) as server:
        pid = embedded._postmaster(server.cluster)
        owner = pwd.getpwnam("gongfang").pw_uid
        assert (Path(f"/proc/{pid}").stat().st_uid, server.cluster.stat().st_uid) == (owner, owner)


@as_root
def test_the_database_of_a_folder_closed_to_the_account_lives_behind_a_link(data, reachable, caplog):
    closed = data / "root"
    closed.mkdir(parents=True)
    data.chmod(0o700)
    with caplog.at_level(logging.WARNING), embedded.start(closed) as server:
        write(server.url(), "elsewhere")
    assert server.cluster.parent.parent == reachable
    assert f"so the database is in {server.cluster.parent}" in caplog.text
    moved = closed.rename(data / "moved")
    with embedded.start(moved) as server:
        assert names(server.url()) == "elsewhere"
    shutil.rmtree(reachable)
    with pytest.raises(EmbeddedError, match="now gone; bring it back"):
        embedded.start(moved)


@as_root
def test_root_copies_programs_the_account_cannot_reach_and_only_once(data, reachable, monkeypatch):
    wheel = embedded._from_wheel(None).parents[1]
    hidden = data.parent / "venv"
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(
            part, hidden / part.name, ignore=shutil.ignore_patterns("pginstall", "include", "*.a")
        )
    hidden.chmod(0o700)
    monkeypatch.syspath_prepend(hidden)
    with embedded.start(data) as server:
        assert ask(server.url(), "SELECT 1") == "1"
    made = server.bin.stat().st_ctime_ns
    with embedded.start(data) as again:
        assert again.bin.is_relative_to(reachable)
    assert again.bin.stat().st_ctime_ns == made
    assert [path.parents[3] for path in reachable.rglob("initdb")] == [server.bin.parents[2]]


def test_a_long_path_gets_a_short_private_socket_folder(data):
    far = data / ("很长的文件夹名" * 6) / ("的" * 30)
    with embedded.start(far) as server, office(far) as (_, url):
        write(url, "far")
        assert names(server.url()) == "far"
        assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) <= 103
        assert server.socket.stat().st_mode & 0o777 == 0o700
    server.socket.rmdir()
    server.socket.mkdir()
    server.socket.chmod(0o777)
    with pytest.raises(EmbeddedError, match="is not a private folder"):
        embedded.start(far)
    server.socket.rmdir()


def test_spaces_and_commas_in_the_path_do_no_harm(data):
    odd = data / "Gong fang, 2027 'x' %41"
    with embedded.start(odd) as server:
        write(server.url(), "odd")
        assert names(server.url()) == "odd"
    if server.socket != server.cluster.parent:
        server.socket.rmdir()


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="no PostgreSQL 15 of Debian here")
def test_another_installation_serves_and_its_database_is_refused_by_this_one(data, monkeypatch):
    monkeypatch.setenv("GONGFANG_POSTGRES_BIN", str(DEBIAN_15))
    with embedded.start(data) as server:
        assert ask(server.url(), "SHOW server_version").startswith("15.")
    monkeypatch.delenv("GONGFANG_POSTGRES_BIN")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 15, but this is 18; name the bin folder"):
        embedded.start(data)


# Refusals


def test_a_database_of_another_version_is_refused_and_left_alone(settled):
    version = settled / "postgresql/cluster/PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 16, but this is 18; name the bin folder"):
        embedded.start(settled)
    version.write_text("18\n")
    with embedded.start(settled) as server:
        assert ask(server.url(), "SELECT 1") == "1"


def test_a_folder_that_cannot_be_written_is_refused(data):
    data.mkdir()
    data.chmod(0o555)
    command = [sys.executable, "-c", ordinary(), str(data)]
    done = subprocess.run(command, cwd=HOUSE, check=False, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        f"gongfang.embedded.EmbeddedError: The data folder {data} cannot be used "
        f"(Permission denied: {data}/postgresql.starting); make it writable, or name another in GONGFANG_DATA."
    )


def test_a_file_where_the_folder_should_be_is_refused(data):
    data.write_text("")
    with pytest.raises(EmbeddedError, match="cannot be used"):
        embedded.start(data)


@pytest.mark.skipif(not ROOT or sys.platform != "linux", reason="only root can make a small disk")
def test_a_full_disk_is_named(data):
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(data)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        with pytest.raises(
            EmbeddedError, match=r"^The disk of .* is full; make room on it and start again\.$"
        ):
            embedded.start(data)
    finally:
        subprocess.run(["umount", str(data)], check=True)


def test_missing_programs_are_refused(data, monkeypatch):
    monkeypatch.setenv("GONGFANG_POSTGRES_BIN", "/nowhere/bin")
    with pytest.raises(EmbeddedError, match="No PostgreSQL runs from /nowhere/bin; name a bin folder"):
        embedded.start(data)


def test_a_path_that_a_shell_would_expand_is_refused(data):
    with pytest.raises(EmbeddedError, match="Choose a data folder without quotes"):
        embedded.start(data / "$(reboot)")


def test_a_start_that_fails_says_why_and_keeps_no_share(settled, monkeypatch):
    monkeypatch.setitem(embedded.SETTINGS, "shared_buffers", "nonsense")
    with pytest.raises(
        EmbeddedError, match=r'could not start \(invalid value for parameter "shared_buffers"'
    ):
        embedded.start(settled)
    monkeypatch.undo()
    with embedded.start(settled) as server:
        assert ask(server.url(), "SELECT 1") == "1"
    assert not runs(settled)


def test_a_server_that_does_not_get_ready_is_given_up_with_the_name_of_its_log(settled, monkeypatch):
    with embedded.start(settled) as server:
        os.kill(embedded._postmaster(server.cluster) or 0, signal.SIGSTOP)
        try:
            monkeypatch.setattr(embedded, "PATIENCE", 1)
            with pytest.raises(EmbeddedError, match=f"not ready after 1 s; read {server.log}"):
                embedded.start(settled)
        finally:
            os.kill(embedded._postmaster(server.cluster) or 0, signal.SIGCONT)
            monkeypatch.undo()
