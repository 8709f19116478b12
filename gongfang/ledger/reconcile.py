"""Reconciliation: every balance and counter worked out once more from the rows beneath it.

Each room registers its own checks in its `reconcile.py`, loaded when its app is ready. A check yields a
`Difference` for each thing that is not as it should be, and nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be: what, where, and both values."""

    what: str
    where: str
    expected: object
    found: object

    def __str__(self) -> str:
        return _("%(what)s, %(where)s: should be %(expected)s, is %(found)s.") % vars(self)


@dataclass(frozen=True)
class Report:
    """What was checked and every difference found."""

    checks: tuple[str, ...]
    differences: tuple[Difference, ...]


Check = Callable[[], Iterable[Difference]]
_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under a name of its own."""

    def register(run: Check) -> Check:
        if name in _checks:
            raise ValueError(f"two checks are called {name}")
        _checks[name] = run
        return run

    return register


def reconcile(**more: Check) -> Report:
    """Run every check of every room, and those given besides, over one moment of the county."""
    checks = _checks | more
    with one_moment():
        found = [difference for run in checks.values() for difference in run()]
    return Report(tuple(checks), tuple(found))


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all checks see the same rows while the county goes on working."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:  # the county's role and schema are set before the transaction begins
        cursor.execute("SELECT 1")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
