"""The best bound and the cheapest plan ever found of each drawn instance, and by whom.

Kept beside the bench in `known.csv`. A plan counts once the judge has passed it, a bound if it is not above the
cheapest plan; only what is better than before is written.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from math import floor
from pathlib import Path

from bench.rivals.asking import Told

FILE = Path(__file__).parent / "known.csv"


@dataclass(frozen=True)
class Known:
    """Yuan, and who found it; nothing where nobody did."""

    instance: str
    bound: float | None = None
    bound_by: str = ""
    cost: float | None = None
    cost_by: str = ""

    def better(self, who: str, told: Told) -> Known:
        """What is known once somebody has answered."""
        known = self
        if told.judged is not None and (known.cost is None or told.judged.total < known.cost - 0.01):
            known = replace(known, cost=round(told.judged.total, 2), cost_by=who)
        if told.bound is not None and (known.bound is None or told.bound > known.bound + 0.01):
            known = replace(known, bound=floor(told.bound * 100) / 100, bound_by=who)
        return known


class WrongBound(AssertionError):  # noqa: N818 - it is the bound that is wrong
    """A bound lies above a plan."""


@dataclass(frozen=True)
class Records:
    """What is known of all instances; written down where there is a file."""

    file: Path | None = None
    rows: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def in_file(cls, file: Path = FILE) -> Records:
        """Read them."""
        if not file.exists():
            return cls(file)
        with file.open(encoding="utf-8", newline="") as lines:
            rows = [_known(row) for row in csv.DictReader(lines)]
        return cls(file, {row.instance: row for row in rows})

    def known(self, instance: str) -> Known | None:
        """What was known of an instance before."""
        return self.rows.get(instance)

    def learn(self, instance: str, told: Mapping[str, Told]) -> None:
        """Write down what is better than what was known; raises WrongBound if a bound lies above a plan."""
        before = self.rows.get(instance)
        known = before or Known(instance)
        for who, one in told.items():
            known = known.better(who, one)
        if known.bound is not None and known.cost is not None and known.bound > known.cost + 0.01:
            raise WrongBound(
                f"{instance}: {known.bound_by} says {known.bound}, {known.cost_by} costs {known.cost}"
            )
        if known != before:
            self.rows[instance] = known
            self._write()

    def _write(self) -> None:
        if self.file is None:
            return
        with self.file.open("w", encoding="utf-8", newline="") as lines:
            names = [one.name for one in fields(Known)]
            writer = csv.DictWriter(lines, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(row) for row in self.rows.values())


def _known(row: dict[str, str]) -> Known:
    bound, cost = (float(row[name]) if row[name] else None for name in ("bound", "cost"))
    return Known(row["instance"], bound, row["bound_by"], cost, row["cost_by"])
