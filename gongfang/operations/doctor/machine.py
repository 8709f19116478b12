"""The machine: Python, the data folder and its keys, disk, memory, port, time zone, fonts, the settings of the web."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _

from gongfang.operations import disk
from gongfang.operations.doctor.findings import Check, Finding, good, warn, wrong

OLDEST, NEWEST = (3, 11), (3, 14)
ENOUGH_MEMORY, LITTLE_MEMORY = 1.5 * disk.GIGABYTE, 0.3 * disk.GIGABYTE
KEYS = ("secret", "hash", "field-1", "metrics")


def python() -> Iterator[Finding]:
    """See whether this is a Python the program was tried with."""
    version = ".".join(map(str, sys.version_info[:3]))
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        yield good("python", _("Python %(version)s.") % {"version": version})
    else:
        yield wrong(
            "python",
            _("Python %(version)s was never tried.") % {"version": version},
            _("Use Python 3.11 to 3.14: make run PYTHON=python3.12"),
        )


def folder() -> Iterator[Finding]:
    """See whether the data folder is ours, writable, and closed to others."""
    data = Path(settings.DATA)
    found = data.stat()
    facts = {"folder": data, "owner": _name(data), "user": _me()}
    if found.st_uid != os.geteuid():
        yield wrong(
            "folder",
            _("The data folder %(folder)s belongs to %(owner)s, and this is %(user)s.") % facts,
            _("Start everything as %(owner)s: sudo -u %(owner)s …") % facts,
        )
    elif not os.access(data, os.W_OK) or os.statvfs(data).f_flag & os.ST_RDONLY:
        yield wrong(
            "folder",
            _("The data folder %(folder)s cannot be written.") % facts,
            _("See whether its disk is mounted read-only: findmnt -T %(folder)s") % facts,
        )
    elif found.st_mode & 0o002:
        yield wrong(
            "folder",
            _("Everybody on this machine may write into %(folder)s.") % facts,
            _("Close it: chmod o-w %(folder)s") % facts,
        )
    else:
        yield good("folder", _("The data folder %(folder)s belongs to %(owner)s.") % facts)


def keys() -> Iterator[Finding]:
    """See whether the keys are there and only we can read them."""
    place = Path(settings.KEYS_ROOT)
    missing = [name for name in KEYS if not (place / name).exists()]
    private = [path for path in sorted(place.iterdir()) if path.suffix != ".public"]
    loose = [path for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077]
    strangers = [path for path in private if path.stat().st_uid != os.geteuid()]
    if missing:
        yield wrong(
            "keys",
            _("Keys are missing in %(place)s: %(names)s.") % {"place": place, "names": ", ".join(missing)},
            _("Bring them back from your backup of the keys; new ones open nothing."),
        )
    for path in loose:
        yield wrong(
            "keys",
            _("Others can read the key %(path)s.") % {"path": path},
            _("Close it: chmod 600 %(path)s") % {"path": path},
        )
    for path in strangers:
        facts = {"path": path, "owner": _name(path), "user": _me()}
        yield wrong(
            "keys",
            _("The key %(path)s belongs to %(owner)s.") % facts,
            _("Give it back: chown %(user)s %(path)s") % facts,
        )
    if not (missing or loose or strangers):
        yield good("keys", _("All keys are there, and nobody else can read them."))


def room() -> Iterator[Finding]:
    """See how much room is on the disk."""
    space = disk.space()
    facts = {
        "free": f"{space.free / disk.GIGABYTE:.1f}",
        "share": round(100 * space.free / (space.total or 1)),
    }
    sentence = _("%(free)s GB are free on the disk of the data folder, %(share)s %%.") % facts
    advice = _("Make room, or give it a larger disk. Largest folders: du -xh %(folder)s | sort -h | tail") % {
        "folder": settings.DATA
    }
    if space.is_out:
        yield wrong("disk", sentence, advice)
    elif space.is_low:
        yield warn("disk", sentence, advice)
    else:
        yield good("disk", sentence)


def memory() -> Iterator[Finding]:
    """See how much memory there is."""
    facts = _meminfo()
    if facts is None:
        return
    total, available = facts
    shown = {"total": f"{total / disk.GIGABYTE:.1f}", "free": f"{available / disk.GIGABYTE:.1f}"}
    sentence = _("%(total)s GB of memory, %(free)s GB of them free.") % shown
    if available < LITTLE_MEMORY:
        yield warn("memory", sentence, _("End what else runs here, or give the machine more memory."))
    elif total < ENOUGH_MEMORY:
        yield warn("memory", sentence, _("An office needs 2 GB; give the machine more memory."))
    else:
        yield good("memory", sentence)


def _meminfo() -> tuple[int, int] | None:
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    except OSError:  # not Linux
        return None
    return int(lines["MemTotal"].split()[0]) * 1024, int(lines["MemAvailable"].split()[0]) * 1024


def port() -> Iterator[Finding]:
    """See whether our pages answer on the port, or somebody else's."""
    where = {"port": settings.PORT}
    with socket.socket() as probe:
        probe.settimeout(3)
        taken = probe.connect_ex(("127.0.0.1", settings.PORT)) == 0
    if not taken:
        yield wrong(
            "port",
            _("Nothing answers on port %(port)s.") % where,
            _("Start it: systemctl start gongfang (or: make run)."),
        )
    elif _is_ours():
        yield good("port", _("The pages answer on port %(port)s.") % where)
    else:
        yield wrong(
            "port",
            _("Another program answers on port %(port)s.") % where,
            _("End it, or set another PORT here and in the proxy: ss -ltnp 'sport = :%(port)s'") % where,
        )


def _is_ours() -> bool:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{settings.PORT}/health", headers={"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=3) as said:  # noqa: S310 -- our own port
            return bool(json.load(said) == {"alive": True})
    except (URLError, OSError, ValueError):
        return False


def zone() -> Iterator[Finding]:
    """See whether the time zone of the business day is known here."""
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        yield wrong(
            "time zone",
            _("This machine does not know the time zone %(zone)s.") % {"zone": settings.TIME_ZONE},
            _("Install it: apt install tzdata"),
        )
    else:
        yield good("time zone", _("Business days are those of %(zone)s.") % {"zone": settings.TIME_ZONE})


def fonts() -> Iterator[Finding]:
    """See whether there is a Chinese font, so that what is printed here is readable."""
    asked = shutil.which("fc-list")
    said = (
        subprocess.run([asked, ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if asked
        else ""
    )
    if said.strip():
        yield good("fonts", _("A Chinese font is there for printing."))
    else:
        yield warn(
            "fonts",
            _("No Chinese font is installed; what this machine prints itself would show empty boxes."),
            _("Install one: apt install fontconfig fonts-noto-cjk"),
        )


def web() -> Iterator[Finding]:
    """See whether the settings of the web are those of a place where people really work."""
    if settings.DEBUG:
        yield wrong(
            "web",
            _("GONGFANG_DEBUG is on: errors would show data to visitors."),
            _("Remove GONGFANG_DEBUG from the settings and restart."),
        )
    if not settings.PRODUCTION:
        yield good("web", _("This is a trial installation (GONGFANG_PRODUCTION is not 1)."))
    elif not settings.HTTPS:
        yield wrong(
            "web",
            _("Pages are served without https: passwords travel readable."),
            _("Set up the proxy as in deploy/README.md and set GONGFANG_HTTPS=1."),
        )
    elif settings.HOST == "localhost":
        yield wrong(
            "web",
            _("GONGFANG_HOST is localhost: nobody else can reach a county."),
            _("Set GONGFANG_HOST to the name people type; counties added before keep their old names."),
        )
    else:
        yield good("web", _("Counties live under https://%(host)s.") % {"host": settings.HOST})


def _name(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def _me() -> str:
    return Path(f"/proc/{os.getpid()}").owner() if Path("/proc").is_dir() else str(os.geteuid())


CHECKS: dict[str, Check] = {
    "python": python,
    "folder": folder,
    "keys": keys,
    "disk": room,
    "memory": memory,
    "port": port,
    "time zone": zone,
    "fonts": fonts,
    "web": web,
}
