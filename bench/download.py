"""What `make run` downloads on a bare machine: the wheels of requirements.lock, weighed.

`python -m bench.download` asks the package index for exactly what is locked, for this machine's Python, and keeps
nothing of it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench import results
from bench.machine import measured
from bench.results import Measure

GOAL_MB = 120
HEAVIEST = 6
_LOCK = Path(__file__).parents[1] / "requirements.lock"


def weighed() -> dict[str, float]:
    """Return the megabytes of every locked wheel, the heaviest first."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["download", "--quiet", "--no-deps", "--require-hashes", "--dest", folder, "-r", str(_LOCK)]
        subprocess.run(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-cache-dir", *command],
            check=True,
        )
        sizes = {file.name.partition("-")[0]: file.stat().st_size / 1e6 for file in Path(folder).iterdir()}
    return dict(sorted(sizes.items(), key=lambda pair: -pair[1]))


def main() -> None:
    """Weigh the download, name what weighs most, and write it beside the goal."""
    sizes = weighed()
    whole = sum(sizes.values())
    heaviest = ", ".join(f"{name} {size:.0f}" for name, size in list(sizes.items())[:HEAVIEST])
    print(f"{len(sizes)} packages, {whole:.1f} MB, goal {GOAL_MB} MB: {heaviest}")
    what = "what make run downloads"
    row = Measure(
        what=what, value=round(whole, 1), unit="MB", at_most=GOAL_MB, note=f"of {len(sizes)}: {heaviest}"
    )
    results.save("download", [row], machine=measured(), decision="0010-pages-of-a-real-county.md")


if __name__ == "__main__":
    main()
