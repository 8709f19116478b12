"""How long a key is remembered: longer than any phone keeps what it has not sent, then no more.

While it is, an act stands in two places, its receipt and its audit lines, and each tells of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone
from psycopg.types.json import Jsonb

from gongfang.core.bulk import Columns, insertion, values
from gongfang.core.models import Entry, Event, Receipt

KEPT = timedelta(days=400)
_A_TIME = 5000
_ANSWER = "UPDATE core_receipt SET result = %s, act = %s, entries = %s WHERE id = %s"
_LINES_GONE = """
SELECT r.act, r.verb, r.entries, coalesce(e.found, 0)
  FROM core_receipt r LEFT JOIN (SELECT txn, count(*) AS found FROM core_entry GROUP BY txn) e ON e.txn = r.act
  WHERE r.act IS NOT NULL AND r.entries <> coalesce(e.found, 0) ORDER BY r.id
"""
# Acts from before receipts named them, and keys whose time is over, have nothing to tell.
_RECEIPT_GONE = """
SELECT e.act, e.verb FROM core_entry e
  WHERE e.parent IS NULL AND e.verb <> 'reuse_key' AND e.posted_at >= %s
    AND e.posted_at >= (SELECT applied FROM django_migrations
                        WHERE app = 'core' AND name = '0004_receipt_names_its_act')
    AND NOT EXISTS (SELECT FROM core_receipt r WHERE r.act = e.act) ORDER BY e.id
"""


@dataclass(frozen=True)
class Torn:
    """An act of which something was taken away: so many audit lines should be there, or its receipt."""

    act: UUID
    verb: str
    lines: int | None
    found: int


def answer(
    receipt: int, *, act: UUID, result: object, entries: Sequence[Entry], events: Sequence[Event]
) -> None:
    """End an act in one statement: its audit lines, what is to be told of it, and its answer."""
    told = [rows for rows in (entries, events) if rows]
    given: list[Any] = [array for rows in told for array in values(_columns(type(rows[0])), rows)]
    given += [Jsonb(result), act, len(entries), receipt]
    with connection.cursor() as cursor:
        cursor.execute(_ending(tuple(type(rows[0]) for rows in told)), given)


@cache
def _ending(told: tuple[type[models.Model], ...]) -> str:
    parts = [f"part_{n} AS ({insertion(model, _columns(model))})" for n, model in enumerate(told)]
    return (f"WITH {', '.join(parts)} " if parts else "") + _ANSWER


@cache
def _columns(model: type[models.Model]) -> Columns:
    return tuple(
        field for field in model._meta.concrete_fields if not (field.primary_key or field.has_db_default())
    )


def torn() -> Iterator[Torn]:
    """Return the acts whose receipt and audit lines do not tell the same."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES_GONE)
        yield from (Torn(*row) for row in cursor.fetchall())
        # An act is a little younger than its receipt.
        cursor.execute(_RECEIPT_GONE, [timezone.now() - KEPT + timedelta(hours=1)])
        yield from (Torn(act, verb, None, 0) for act, verb in cursor.fetchall())


def forget_ended() -> int:
    """Remove the keys whose time is over, the oldest first and some at a time; returns how many there were."""
    before, gone = timezone.now() - KEPT, 0
    # Numbers rise with time, so the oldest are found without reading the rest.
    oldest = Receipt.objects.order_by("pk").values("pk")
    while removed := Receipt.objects.filter(pk__in=oldest[:_A_TIME], received_at__lt=before).delete()[0]:
        gone += removed
    return gone
