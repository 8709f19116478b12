"""What the law and the county say in numbers: by place and day, each with the document it stands in and its source.

The rows shipped with the program hold until the county sets a row of its own, which is a `Parameter` without a place.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import connection
from django.db.models import Q

from gongfang.core.models import Parameter


@dataclass(frozen=True)
class Rule:
    """One number, or a small table of numbers, in force at a place from a day on."""

    key: str
    place: str
    valid_from: date
    valid_to: date | None
    value: Any
    document: str
    source: str

    def runs_on(self, day: date) -> bool:
        """Say whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def shipped() -> Sequence[Rule]:
    """Return the rows that come with the program."""
    text = files("gongfang.registry.places").joinpath("law.csv").read_text("utf-8")
    return tuple(_rule(row) for row in csv.DictReader(text.splitlines()))


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        key=row["key"],
        place=row["place"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        value=json.loads(row["value"]),
        document=row["document"],
        source=row["source"],
    )


def keys() -> list[str]:
    """Return what can be said in numbers."""
    return list(dict.fromkeys(rule.key for rule in shipped()))


def rule_on(key: str, day: date) -> Rule | None:
    """Return the rule in force on a day: the county's own, or else the shipped one of the narrowest place."""
    return rules_on([key], day).get(key)


def rules_on(wanted: Collection[str], day: date) -> dict[str, Rule]:
    """Return many rules at once; one that nobody has set is left out."""
    found = _own(wanted, day)
    there = [row for row in shipped() if row.key in wanted and row.key not in found and row.runs_on(day)]
    here = county_code() if any(row.place for row in there) else ""
    for row in sorted(there, key=lambda row: (len(row.place), row.valid_from)):
        if here.startswith(row.place):
            found[row.key] = row
    return found


def _own(wanted: Collection[str], day: date) -> dict[str, Rule]:
    running = Q(valid_to=None) | Q(valid_to__gte=day)
    rows = Parameter.objects.filter(running, key__in=wanted, place="", valid_from__lte=day)
    return {row.key: _read(row) for row in rows.order_by("valid_from")}


def _read(row: Parameter) -> Rule:
    document, _bar, source = row.document.partition(" | ")
    return Rule(row.key, "", row.valid_from, row.valid_to, row.value, document, source)


def county_code() -> str:
    """Return the division code of the county we are in; empty outside any."""
    return str(getattr(connection.tenant, "code", "") or "")  # type: ignore[attr-defined]  # the backend of counties


def known_on(day: date) -> list[Rule]:
    """Return everything in force here on a day."""
    wanted = keys()
    found = rules_on(wanted, day)
    return [found[key] for key in wanted if key in found]
