"""Charts an officer explores: drawn by the browser from these numbers, which always stand in a table, too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongfang.ui.formats import day as written


@dataclass(frozen=True)
class Span:
    """A bar from one day to another, with the day it should be over; `act` marks one that is not."""

    name: str
    first: date
    last: date
    due: date
    act: bool = False


@dataclass(frozen=True)
class Gantt:
    """Bars over days, the first on top: `{% chart gantt %}`."""

    label: str
    description: str
    first: date
    spans: Sequence[Span]
    due_word: str

    @property
    def told(self) -> str:
        """What the browser draws it from; days are counted from the first."""
        days = max((max(span.last, span.due) - self.first).days for span in self.spans) + 1
        rows = [
            {
                "name": span.name, "from": (span.first - self.first).days, "to": (span.last - self.first).days + 1,
                "act": span.act, "tip": f"{span.name}: {written(span.first)} – {written(span.last)}, "
                f"{self.due_word} {written(span.due)}",
            }
            for span in self.spans
        ]  # fmt: skip
        names = [written(date.fromordinal(self.first.toordinal() + number)) for number in range(days + 1)]
        return json.dumps({"kind": "gantt", "days": names, "rows": rows}, ensure_ascii=False)


@dataclass(frozen=True)
class Bars:
    """How many of each class: `{% chart bars %}`."""

    label: str
    description: str
    names: Sequence[str]
    counts: Sequence[int]
    unit: str

    @property
    def told(self) -> str:
        """What the browser draws it from."""
        facts = {"kind": "bars", "names": list(self.names), "counts": list(self.counts), "unit": self.unit}
        return json.dumps(facts, ensure_ascii=False)
