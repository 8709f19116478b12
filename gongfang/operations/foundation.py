"""What an installation must not start without: a PostgreSQL it knows, and the keys it was founded with."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from psycopg import sql

from gongfang.counties.models import County
from gongfang.counties.schemas import as_owner
from gongfang.database import scope

OLDEST, NEWEST = 15, 18


def insist_on_version() -> None:
    """Refuse a PostgreSQL that nobody has tried this on."""
    with as_owner():
        found = server_version()
    if not OLDEST <= found <= NEWEST:
        raise ImproperlyConfigured(
            f"This is PostgreSQL {found}; gongfang needs {OLDEST} to {NEWEST}. Name another in DATABASE_URL."
        )


def server_version() -> int:
    """Return the major version of the database's server."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10_000


def insist_on_keys() -> None:
    """Refuse keys other than those the database was founded with: what they close, no other key opens.

    A lost folder of keys would be made anew without a word, and every number written before would be gone.
    """
    with as_owner():
        known, mine = founded_with(), marks()
        wrong = strange(known, mine)
        if wrong and _holds_counties():
            raise ImproperlyConfigured(
                f"The keys in {settings.KEYS_ROOT} are not those of this database ({', '.join(wrong)}). "
                "Bring back the folder of keys from your backup of the keys; new ones open nothing."
            )
        if known != {**known, **mine}:
            _write({**known, **mine})


def _holds_counties() -> bool:
    """Say whether anything was written with the keys; before that, others may still take their place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.counties_county') IS NOT NULL")
        (made,) = cursor.fetchone()
    with scope.inside():
        return bool(made) and County.objects.exists()


def strange(known: dict[str, str], mine: dict[str, str]) -> list[str]:
    """Name the keys the database was founded with that are other ones here, or missing."""
    return [name for name, mark in known.items() if mine.get(name) != mark]


def marks() -> dict[str, str]:
    """Return a mark of each key the data was written with, from which nobody learns the key."""
    keys = {"hash": settings.HASH_KEY, **{f"field-{name}": key for name, key in settings.FIELD_KEYS.items()}}
    return {name: hmac.digest(key, b"gongfang mark", hashlib.sha256).hex()[:16] for name, key in keys.items()}


def founded_with() -> dict[str, str]:
    """Return the marks of the keys this database was founded with; they are the comment on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        (said,) = cursor.fetchone()
    try:
        found: dict[str, Any] = json.loads(said or "{}")
        return {str(name): str(mark) for name, mark in found["keys"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # PostgreSQL's own comment, or another program's


def _write(found: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(connection.settings_dict["NAME"]), sql.Literal(json.dumps({"keys": found}))
            )
        )
