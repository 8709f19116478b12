"""One planner, one instance, one process; it writes the plan, and says its figures as one line of JSON."""

from __future__ import annotations

import argparse
import json
import re
from importlib import import_module
from pathlib import Path

import numpy as np

from bench.rivals import Answer, Asked
from bench.rivals.asking import MODULES


def main() -> None:
    """Read, ask, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.rivals", description=__doc__)
    parser.add_argument("who", choices=MODULES)
    parser.add_argument("case", type=Path)
    parser.add_argument("out", type=Path)
    for name, kind in (("seed", int), ("seconds", float), ("cores", int), ("rounds", int)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    read = parser.parse_args()
    asked = Asked(who=read.who, seed=read.seed, seconds=read.seconds, cores=read.cores, rounds=read.rounds)
    with np.load(read.case) as file:
        case = {name: file[name] for name in file.files}
    answer: Answer = import_module(f"bench.rivals.{MODULES[asked.who]}").run(case, asked)
    if answer.plan is not None:
        np.savez(read.out, allow_pickle=False, **answer.plan)
    figures = {"seconds": answer.seconds, "bound": answer.bound, "sweep": answer.sweep}
    print(json.dumps({**figures, "megabytes": _megabytes(), "planned": answer.plan is not None}))


def _megabytes() -> float:
    """The most memory ever used; Linux lets getrusage begin with what the process that started this one had."""
    found = re.search(r"^VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
