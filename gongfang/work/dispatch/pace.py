"""How fast and how well people work, where enough was handed in to know; else as the middle of those who are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median_low

from gongfang.registry.people.models import Resident, Skill

KNOWN_FROM = 20  # hand-ins; before that a person's own figures do not count
STANDARD = (100, 1000)  # per cent of the standard pace, per mille of pieces that pass


@dataclass
class Paces:
    """Skills of people, their own figures, and the middle of each skill."""

    _skills: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _own: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    _middle: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, makers: Iterable[Resident]) -> Paces:
        """Read the skills of these people."""
        paces = cls()
        known: dict[str, list[Skill]] = defaultdict(list)
        for skill in Skill.objects.filter(resident__in=makers).select_related("kind"):
            paces._skills[skill.resident_id].add(skill.kind.code)
            if skill.hand_ins >= KNOWN_FROM and skill.contested_at is None:
                known[skill.kind.code].append(skill)
                paces._own[skill.resident_id, skill.kind.code] = _figures(skill.pace_percent, skill.pass_permille)
        for code, skills in known.items():
            percent = median_low([skill.pace_percent for skill in skills])
            paces._middle[code] = _figures(percent, median_low([skill.pass_permille for skill in skills]))
        return paces

    def skills(self, maker: int) -> frozenset[str]:
        """Return what a person can do."""
        return frozenset(self._skills[maker])

    def of_person(self, maker: int, code: str) -> tuple[int, int]:
        """Return a person's pace in per cent of the standard and the pieces that pass in per mille."""
        return self._own.get((maker, code)) or self._middle.get(code, STANDARD)


def _figures(percent: int, passing: int) -> tuple[int, int]:
    return max(1, percent), min(1000, max(1, passing))
