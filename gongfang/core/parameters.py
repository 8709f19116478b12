"""Numbers a county may choose: dated parameters, each with our value until an officer sets another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from gongfang.core.models import Parameter


@dataclass(frozen=True)
class Setting:
    """A parameter's key, the value that holds until the county sets another, and between what it may lie."""

    key: str
    value: int
    least: int
    most: int

    def on(self, day: date) -> int:
        """Return the value in force on a day."""
        row = self.of(self.rows(), day)
        return int(row.value) if row else self.value

    def of(self, rows: Iterable[Parameter], day: date) -> Parameter | None:
        """Return which of the rows is in force on a day, what begins last in front; None: our own value."""
        begun = (row for row in rows if row.valid_from <= day)
        return next((row for row in begun if row.valid_to is None or row.valid_to >= day), None)

    def rows(self) -> QuerySet[Parameter]:
        """Return all the county ever set, what begins last in front."""
        return Parameter.objects.filter(key=self.key, place="").order_by("-valid_from")
