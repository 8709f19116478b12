"""A failing history made short: leave acts out as long as something still fails."""

from __future__ import annotations

from collections.abc import Callable

from tests.soak.history import Outcome
from tests.soak.told import Told


def shrunk(outcome: Outcome, replay: Callable[[list[Told]], Outcome], *, most: int = 150) -> Outcome:
    """Drop runs of acts, then single ones; what happens only now and then stays as long as it was."""
    best = replay([act.gently() for act in outcome.told])
    if not best.finding:
        return outcome
    size, tries = len(best.told) // 2, 0
    while size and tries < most:
        start = 0
        while start < len(best.told) and tries < most:
            shorter = best.told[:start] + best.told[start + size :]
            tries += 1
            found = replay(shorter) if shorter else outcome
            if shorter and found.finding:
                best = found
            else:
                start += size
        size //= 2
    return best
