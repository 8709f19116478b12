"""Asks a planner in a process of its own, and judges its plan by the instance alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.judge import Judged, judge
from bench.rivals import Asked, Columns

MODULES = {
    "human": "ours", "fast": "ours", "good": "ours", "best": "ours", "bound": "ours",
    "CP-SAT": "cp_sat", "linear": "linear", "HiGHS": "mixed",
}  # fmt: skip
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was seen of one planner: seconds of a core, most memory ever, and what its plan is worth, if any."""

    seconds: float
    megabytes: float
    judged: Judged | None
    bound: float | None
    sweep: float | None


def ask(path: Path, case: Columns, asked: Asked) -> Told:
    """Ask, and judge; raises if the plan breaks a rule or the process fails."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "plan.npz"
        said = json.loads(_said(path, out, asked).splitlines()[-1])
        judged = judge(case, _read(out)) if said.pop("planned") else None
    return Told(judged=judged, **said)


def _said(path: Path, out: Path, asked: Asked) -> str:
    limits = {"seed": asked.seed, "seconds": asked.seconds, "cores": asked.cores, "rounds": asked.rounds}
    options = [f"--{name}={value}" for name, value in limits.items()]
    command = [sys.executable, "-m", "bench.rivals", asked.who, str(path), str(out), *options]
    environment = {**os.environ, **ONE_CORE}
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _read(path: Path) -> Columns:
    with np.load(path) as file:
        return {name: file[name] for name in file.files}
