"""Queries that are composed once in a process, and then only asked again with other values.

Before every page stands who is there and where. To compose those few statements anew took Django longer than
everything PostgreSQL did for them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Model, QuerySet

M = TypeVar("M", bound=Model)


class Given(Expression):
    """A value that is named when the query is composed, and given when it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, *_: object, **__: object) -> tuple[str, Any]:
        return "%s", (self,)


class Composed(Generic[M]):
    """A query for one row of one table, all of its columns and none of another."""

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        self._rows = rows

    @cached_property
    def _statement(self) -> tuple[type[M], list[str], str, tuple[Any, ...]]:
        rows = self._rows()
        text, values = rows.query.get_compiler(rows.db).as_sql()
        return rows.model, [field.attname for field in rows.model._meta.concrete_fields], text, tuple(values)

    def first(self, **given: Any) -> M | None:
        """Return the row these values lead to."""
        model, names, text, values = self._statement
        with connection.cursor() as cursor:
            cursor.execute(text, [given[one.name] if isinstance(one, Given) else one for one in values])
            row = cursor.fetchone()
        return None if row is None else model.from_db(connection.alias, names, row)
