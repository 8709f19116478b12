"""Plans an instance of the dispatch bench: `python -m gongfang.engines.dispatch CASE.npz -o PLAN.npz`."""

import argparse
from pathlib import Path

from gongfang.engines.dispatch.bench import arrays_from, read, write
from gongfang.engines.dispatch.rule import share_out
from gongfang.engines.dispatch.solve import EFFORTS


def main() -> None:
    """Read the instance, share it out, write the plan."""
    parser = argparse.ArgumentParser(prog="python -m gongfang.engines.dispatch", description=__doc__)
    parser.add_argument("instance", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--effort", choices=EFFORTS, default="fast")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    arrays, order = arrays_from(read(asked.instance), seed=asked.seed)
    write(asked.out, arrays=arrays, order=order, sharing=share_out(arrays))


if __name__ == "__main__":
    main()
