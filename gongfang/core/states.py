"""Stages move by chart: a verb names the stages it starts from and the one it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from gongfang.core.errors import Moved

if TYPE_CHECKING:
    from django.db import models


@dataclass(frozen=True)
class Chart:
    """The moves of one kind of thing: verb → (stages it starts from, stage it leads to)."""

    name: str
    moves: Mapping[str, tuple[tuple[str, ...], str]]

    def may(self, stage: str, verb: str) -> bool:
        """Say whether the verb starts from this stage (used to show or hide its button)."""
        return stage in self.moves[verb][0]


def move(row: models.Model, chart: Chart, verb: str, **facts: Any) -> None:
    """Move a row's stage by one verb of its chart and save it with the facts given; the row is locked by the act.

    Raises `Moved` when the row stands at a stage the verb does not start from.
    """
    starts, ends = chart.moves[verb]
    stage: str = row.stage  # type: ignore[attr-defined]
    if stage not in starts:
        raise Moved(_("This is already further on or closed. Reload the page to see how it stands now."))
    row.stage = ends  # type: ignore[attr-defined]
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=["stage", *facts])
