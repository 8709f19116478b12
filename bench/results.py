"""Figures on paper: one JSON file a bench, and one page of ratios over all of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.machine import Machine

RESULTS = Path(__file__).parent / "results"
_QUIET = 0.5
_HEAD = """# What was measured

Written by `make bench`; figures of one run were taken side by side on one machine, so trust the ratios more than
the figures. A goal that is not reached names the page that says why.
"""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of ours, what it stands beside, and how far it should come.

    Goals are for the ratio ours / beside where there is a rival, and for our own figure where there is none.
    """

    what: str
    value: float
    unit: str
    rival: str = ""
    rival_value: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours by theirs."""
        return self.value / self.rival_value if self.rival_value else None

    @property
    def goal(self) -> str:
        """The goal as it is said: `≥ 0.8 ×`, `≤ 150 µs`."""
        unit = "×" if self.rival else self.unit
        bounds = (("≥", self.at_least), ("≤", self.at_most))
        return " and ".join(f"{sign} {bound:g} {unit}" for sign, bound in bounds if bound is not None)

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; nothing where there is none."""
        if self.at_least is None and self.at_most is None:
            return None
        figure = self.ratio if self.rival else self.value
        if figure is None:
            return False
        enough = self.at_least is None or figure >= self.at_least
        return enough and (self.at_most is None or figure <= self.at_most)


def save(
    name: str, measures: Sequence[Measure], *, machine: Machine, decision: str = "", folder: Path = RESULTS
) -> None:
    """Write a bench's figures and the page of ratios; `decision` names the page in docs/decisions that explains."""
    folder.mkdir(exist_ok=True)
    content = {
        "bench": name,
        "date": datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(timespec="minutes"),
        "commit": commit(),
        "machine": asdict(machine),
        "decision": decision,
        "measures": [_row(measure) for measure in measures],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    write_page(folder)


def write_page(folder: Path = RESULTS) -> None:
    """Write the page of ratios anew from every bench's figures."""
    files = sorted(folder.glob("*.json"))
    tables = (_table(json.loads(file.read_text(encoding="utf-8"))) for file in files)
    (folder / "README.md").write_text("\n".join([_HEAD, *tables]), encoding="utf-8")


def _row(measure: Measure) -> dict[str, Any]:
    derived = {"ratio": measure.ratio, "goal": measure.goal, "reached": measure.reached}
    return {"measure": measure.what, **asdict(measure), **derived}


def _table(content: dict[str, Any]) -> str:
    lines = [f"## {content['bench']}", "", _circumstances(content), ""]
    lines += ["| what | ours | beside | ratio | goal | reached |", "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(cells) + " |" for cells in _cells(content["measures"], content["decision"])]
    return "\n".join([*lines, ""])


def _circumstances(content: dict[str, Any]) -> str:
    machine = content["machine"]
    syncs = ", ".join(f"{rate:,} syncs/s {name}" for name, rate in machine["syncs"].items())
    return (
        f"{content['date'][:16].replace('T', ' ')}, commit {content['commit']}; {machine['cores']} cores"
        f" {machine['processor']}, {machine['memory_gb']} GB, {machine['system']}; Python {machine['python']},"
        f" PostgreSQL {machine['postgresql']}"
        + (f"; {syncs}" if syncs else "")
        + "."
        + _disturbed(machine.get("busy"))
    )


def _disturbed(busy: float | None) -> str:
    """Say so when the machine had other work while it was measured."""
    if busy is None or busy < _QUIET:
        return ""
    return f" **Others worked here meanwhile: load {busy} when it began. Measure again on a quiet machine.**"


def _cells(rows: Iterable[dict[str, Any]], decision: str) -> Iterator[list[str]]:
    for row in rows:
        theirs = "" if row["rival_value"] is None else f" {_figure(row['rival_value'])}"
        yield [
            row["measure"] + (f" ({row['note']})" if row["note"] else ""),
            f"{_figure(row['value'])} {row['unit']}",
            row["rival"] + theirs,
            f"{row['ratio']:.2f}" if row["ratio"] is not None else "",
            row["goal"],
            _reached(row["reached"], decision),
        ]


def _reached(reached: bool | None, decision: str) -> str:
    if reached is None:
        return ""
    if reached:
        return "yes"
    return f"no: [why](../../docs/decisions/{decision})" if decision else "no"


def _figure(value: float) -> str:
    """Three digits are what a measurement is worth."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def commit() -> str:
    """Return the commit that is measured."""
    asked = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short=10", "HEAD"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"
