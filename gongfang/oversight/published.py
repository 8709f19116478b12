"""The published figures, as the reports gave them, and the month each report speaks of."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from gongfang.core import clock

_HERE = Path(__file__).parent
_NEARLY = Decimal("0.05")


@dataclass(frozen=True)
class Published:
    """One figure of a report: what it is called, how much it says, and by which rule it holds."""

    id: str
    county: str
    name_en: str
    name_zh: str
    published: int
    unit: str
    rule: str
    derived_from: str

    def holds(self, derived: Decimal | int | None) -> bool:
        """Say whether what the registers give agrees with what was published; nothing found agrees with nothing."""
        if derived is None:
            return False
        derived = Decimal(derived)
        if self.rule == "at_least":
            return derived >= self.published
        if self.rule == "at_most":
            return derived <= self.published
        if self.rule == "about":
            return abs(derived - self.published) <= self.published * _NEARLY
        return derived == self.published


@dataclass(frozen=True)
class Report:
    """Which county, and the month and year its figures speak of."""

    county: str
    month: date

    @property
    def next_month(self) -> date:
        """The first day after the month."""
        return date(self.month.year + self.month.month // 12, self.month.month % 12 + 1, 1)

    @property
    def year(self) -> tuple[date, date]:
        """The first and the last day of the year."""
        return date(self.month.year, 1, 1), date(self.month.year, 12, 31)


def published(county: str) -> list[Published]:
    """Return the published figures of a county, in the order of their numbers."""
    names = Published.__dataclass_fields__
    return [
        Published(**{name: row[name] for name in names} | {"published": int(row["published"])})  # type: ignore[arg-type]
        for row in _rows("figures.csv")
        if row["county"] == county
    ]


def report_of(county: str) -> Report:
    """Return what a county's report speaks of; without one, the last full month."""
    for row in _rows("reports.csv"):
        if row["county"] == county:
            return Report(county, date.fromisoformat(f"{row['month']}-01"))
    today = clock.today()
    return Report(county, date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)
