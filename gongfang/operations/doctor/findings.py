"""What the doctor says: a thing looked at, how it stands, and what to do when it does not stand well."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from django.db import DatabaseError
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state` is good, warn (act in days) or wrong (act now)."""

    about: str
    state: str
    sentence: str
    advice: str = ""

    def row(self) -> dict[str, str]:
        """Return it for a program."""
        return asdict(self)


Check = Callable[[], Iterator[Finding]]


def good(about: str, sentence: str) -> Finding:
    """Say that a thing is as it should be."""
    return Finding(about, "good", sentence)


def warn(about: str, sentence: str, advice: str) -> Finding:
    """Say what should be seen to in the next days."""
    return Finding(about, "warn", sentence, advice)


def wrong(about: str, sentence: str, advice: str) -> Finding:
    """Say what must be seen to now."""
    return Finding(about, "wrong", sentence, advice)


def examine(checks: dict[str, Check]) -> Iterator[Finding]:
    """Ask every check in turn; one that breaks is a finding and does not keep the others from being asked."""
    for about, check in checks.items():
        try:
            yield from check()
        except (DatabaseError, OSError) as error:
            reason = str(error).strip().partition("\n")[0]
            yield wrong(
                about,
                _("This could not be looked at (%(reason)s).") % {"reason": reason},
                _("Mend what is wrong above first, and ask the doctor again."),
            )
