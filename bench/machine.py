"""What the machine can do by itself, so that figures of two machines can be held against each other."""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from gongfang import embedded

MEMORY = Path("/dev/shm")
_PAGE = bytes(8192)


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Cores, memory and versions, and how often a second each kind of folder makes a page safe.

    `busy` is the load when the bench began: what others did meanwhile. Above a few tenths, no figure counts.
    """

    cores: int
    processor: str
    memory_gb: float
    system: str
    python: str
    postgresql: str
    syncs: dict[str, int] = field(default_factory=dict)
    busy: float = 0.0


def measured(**folders: Path) -> Machine:
    """Return this machine's figures, with the sync rate of each folder under the name given."""
    return Machine(
        cores=_cores(),
        processor=_processor(),
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        postgresql=_postgresql(),
        busy=round(os.getloadavg()[0], 1),
        syncs={name: sync_rate(folder) for name, folder in folders.items()},
    )


def memory() -> Path | None:
    """Return the folder that lies in memory, where the machine has one."""
    return MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None


def sync_rate(folder: Path, *, seconds: float = 1.0) -> int:
    """Write one page over and over and return how often a second the folder says that it is safe."""
    sync = getattr(os, "fdatasync", os.fsync)
    with tempfile.TemporaryFile(dir=folder) as file:
        began, times = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            os.pwrite(file.fileno(), _PAGE, 0)
            sync(file.fileno())
            times += 1
        return round(times / (time.perf_counter() - began))


def _cores() -> int:
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    for line in listed.read_text().splitlines() if listed.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _postgresql() -> str:
    """Return the version of the PostgreSQL that the benches start."""
    spec = importlib.util.find_spec(embedded.WHEEL.replace("-", "_"))
    beside = Path(spec.origin).parent / "pginstall18/bin" if spec and spec.origin else Path()
    folder = Path(os.environ.get("GONGFANG_POSTGRES_BIN") or beside)
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2]
