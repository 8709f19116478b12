"""Plans an instance of the dispatch bench: `python -m gongfang.engines.dispatch CASE.npz -o PLAN.npz`.

Ctrl-C ends the search and writes what was found by then. `--compile` only makes the planner's machine code, so that
the first plan is not slow.
"""

import argparse
import signal
import sys
from pathlib import Path

import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.bench import arrays_from, kept_of, read, write
from gongfang.engines.dispatch.search import EFFORTS, Search
from gongfang.engines.dispatch.solve import compile_kernels

BAR = 40


class Asked:
    """Whether somebody has asked to stop."""

    def __init__(self) -> None:
        self.stop = False
        signal.signal(signal.SIGINT, self._hear)

    def _hear(self, *_: object) -> None:
        self.stop = True


def main() -> None:
    """Read the instance, search, write the plan."""
    parser = argparse.ArgumentParser(prog="python -m gongfang.engines.dispatch", description=__doc__)
    parser.add_argument("instance", type=Path, nargs="?")
    parser.add_argument("-o", "--out", type=Path)
    parser.add_argument("--effort", choices=EFFORTS, default="fast")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--warm", type=Path, help="an earlier plan of the instance, to be changed as little as pays"
    )
    parser.add_argument("--compile", action="store_true", help="make the machine code and end")
    asked = parser.parse_args()
    if asked.compile:
        compile_kernels()
    elif asked.instance and asked.out:
        search(asked)
    else:
        parser.error("name an instance and, with -o, where to write its plan")


def search(asked: argparse.Namespace) -> None:
    """Search for a plan of the instance asked for, until the effort or somebody ends it."""
    somebody = Asked()
    found, order = begin(asked)
    found.run(asked.effort, observe=show if sys.stderr.isatty() else None, stop=lambda: somebody.stop)
    with asked.out.open("wb") as file:
        write(file, search=found, order=order)


def begin(asked: argparse.Namespace) -> tuple[Search, Ints]:
    """The search, and for each of its pairs the number in the instance; the columns read are let go."""
    arrays, order = arrays_from(read(asked.instance), seed=asked.seed)
    kept = kept_of(read(asked.warm), order) if asked.warm else {}
    return Search(arrays, seed=asked.seed, kept=kept), order


def show(done: int, whole: int) -> None:
    """Draw how much is done."""
    full = BAR * done // whole
    end = "\n" if done == whole else ""
    sys.stderr.write(f"\r{'█' * full}{'·' * (BAR - full)} {100 * done // whole:3d} %{end}")
    sys.stderr.flush()


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
