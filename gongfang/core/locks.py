"""Rows locked and read by a statement that is composed once for each table, then only asked again.

A lock reads along what permission and verbs will ask of, often six tables. To compose that statement anew took Django
longer than PostgreSQL needs to answer it; and a text that stays the same is one whose plan the server keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cache
from typing import Any, TypeVar, cast

from django.db import connections, models
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)


def locked(table: type[M], keys: Sequence[Any]) -> list[M]:
    """Lock the rows of these keys in the order of their keys, and return them with what their `read_with` names."""
    return list(models.QuerySet(model=table, query=_Asked(table, keys)))


@cache
def _composed(table: type[models.Model], using: str) -> tuple[SQLCompiler, str]:
    key = table._meta.pk
    beside: tuple[str, ...] = getattr(table, "read_with", ())
    rows = table._base_manager.order_by("pk")
    rows = rows.select_related(*beside) if beside else rows
    rows = rows.select_for_update(of=("self",), no_key=True)
    # One array, so that the text is the same for one key and for fifty.
    named = f'"{table._meta.db_table}"."{key.column}" = ANY(%s::{key.rel_db_type(connections[using])}[])'
    compiler = rows.extra(where=[named], params=[[]]).query.get_compiler(using)  # noqa: S610 -- names of our models
    return compiler, compiler.as_sql()[0]


class _Asked(Query):
    """The composed query of a table, asked for these keys."""

    def __init__(self, table: type[models.Model], keys: Sequence[Any]) -> None:
        super().__init__(table)
        self.keys = list(keys)

    def get_compiler(self, using: Any = None, *_: object, **__: object) -> SQLCompiler:
        known, text = _composed(self.model, using)
        compiler: Any = copy(known)
        compiler.connection = connections[using]
        compiler.as_sql = lambda *_, **__: (text, (self.keys,))
        return cast("SQLCompiler", compiler)
