"""Rows made once through the real actions, and laid into later tests by COPY.

Only for tests that roll back: their sequences have moved on, so nothing collides with the rows laid in.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, models
from psycopg import sql

from gongfang.core import clock
from gongfang.core.models import User
from gongfang.database import scope

T = TypeVar("T")
_kept: dict[tuple[object, ...], tuple[list[tuple[sql.Composed, bytes]], Any]] = {}


def once(make: Callable[[], T]) -> T:
    """Return what `make` makes of an untouched county; for a county and a day it is really made only once."""
    if not connection.in_atomic_block or User.objects.exists():
        return make()
    key = (make, connection.settings_dict["NAME"], scope.current(), clock.today())
    if key in _kept:
        rows, made = _kept[key]
        for target, content in rows:
            _lay(target, content)
        return _fresh(made)
    empty = [table for table in _tables() if not _has_rows(table)]
    made = make()
    _kept[key] = ([_taken(table) for table in empty if _has_rows(table)], made)
    return _fresh(made)


def _tables() -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [name for (name,) in cursor.fetchall()]


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        return bool(cursor.fetchone()[0])


def _taken(table: str) -> tuple[sql.Composed, bytes]:
    """Return where a table's rows go and their text; generated columns are worked out anew."""
    query = (
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
        target = sql.SQL("COPY {} ({})").format(sql.Identifier(table), columns)
        with cursor.cursor.copy(target + sql.SQL(" TO STDOUT")) as out:
            return target, b"".join(out)


def _lay(target: sql.Composed, content: bytes) -> None:
    with connection.cursor() as cursor, cursor.cursor.copy(target + sql.SQL(" FROM STDIN")) as into:
        into.write(content)


def _fresh(thing: Any) -> Any:
    """Copy rows and the dataclasses that hold them, so that no test sees what another changed."""
    if isinstance(thing, models.Model):
        return copy.copy(thing)
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        parts = {part.name: _fresh(getattr(thing, part.name)) for part in dataclasses.fields(thing)}
        return dataclasses.replace(thing, **parts)
    return thing
