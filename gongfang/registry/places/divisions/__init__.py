"""Division codes as published: codes and names of 2023, one file a county, nothing corrected."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

EDITION = 2023


@dataclass(frozen=True)
class DivisionRow:
    """One division with the one above it; the topmost has none."""

    code: str
    level: str
    name: str
    parent: str
    edition: int = EDITION


def published(county: str) -> list[DivisionRow]:
    """Return a county with everything above and below it from the files that come along, or nothing."""
    for path in sorted(Path(__file__).parent.glob("*.csv")):
        rows = _read(path)
        if any(row.level == "county" and row.code[:6] == county[:6] for row in rows):
            return rows
    return []


def _read(path: Path) -> list[DivisionRow]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            DivisionRow(code=line["code"], level=line["level"], name=line["name"], parent=line["parent_code"])
            for line in csv.DictReader(lines)
        ]
