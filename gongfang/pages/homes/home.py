"""What a home is made of: a sentence that answers, and the parts it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongfang.ui.parts import Kind


@dataclass(frozen=True)
class Door:
    """One part of a home, one click away."""

    title: str
    url: str
    icon: str
    count: int | None = None
    text: str = ""
    kind: Kind = "plain"

    @property
    def said(self) -> str:
        """What the count is of; nothing where there is none of it."""
        return "" if self.count == 0 else self.text


@dataclass(frozen=True)
class Main:
    """The one thing to do now."""

    text: str
    url: str
    icon: str


@dataclass(frozen=True)
class Home:
    """What one role has to do today."""

    role: str
    sentence: str
    doors: Sequence[Door]
    kind: Kind = "plain"
    main: Main | None = None
    aloud: bool = False


def today(parts: Iterable[str | int], *, calm: str) -> str:
    """Join what presses into one sentence; the calm sentence when nothing does."""
    said = [str(part) for part in parts if part]
    return _("Today %(parts)s.") % {"parts": _(", ").join(said)} if said else calm


def urgent(count: int) -> Kind:
    """Red only where a person must act."""
    return "act" if count else "plain"
