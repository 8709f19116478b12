"""So many tries and no more: counted before a password is hashed, and counted even when the try fails."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from gongfang.core.secrets import keyed_hash

# Unlogged: written on every try, worth nothing after a crash. The key is a hash: it often names a phone.
CREATE_THROTTLE = """
CREATE UNLOGGED TABLE core_throttle (
    key     bytea PRIMARY KEY,
    tries   bigint NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX core_throttle_ends_at ON core_throttle (ends_at);
"""
DROP_THROTTLE = "DROP TABLE core_throttle;"

# One statement, so that of two hundred tries at the same instant each sees its own number. A window begins
# with its first try and is not prolonged by later ones: whoever is locked out gets in again when it ends.
_COUNT = """
INSERT INTO core_throttle AS row (key, tries, ends_at)
VALUES (%(key)s, 1, statement_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
    tries   = CASE WHEN row.ends_at <= statement_timestamp() THEN 1 ELSE row.tries + 1 END,
    ends_at = CASE WHEN row.ends_at <= statement_timestamp() THEN excluded.ends_at ELSE row.ends_at END
RETURNING tries
"""


def allow(key: str, *, limit: int, window: timedelta) -> bool:
    """Count one try under this key and say whether it is among the first `limit` of its window.

    It refuses to run inside another transaction, whose failure would undo the count.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": keyed_hash("throttle", key), "seconds": window.total_seconds()})
        (tries,) = cursor.fetchone()
    return bool(tries <= limit)


def forget_ended() -> int:
    """Remove the windows that have ended and say how many; for the nightly task."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_throttle WHERE ends_at <= statement_timestamp()")
        return int(cursor.rowcount)
