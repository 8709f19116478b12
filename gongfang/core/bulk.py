"""Many rows in one statement of arrays: saving the changed, adding the new, finding keys, and rows by their keys.

Django's own saves with a CASE a row, a hundred times slower, and gives each value a placeholder of its own, which
psycopg then counts through. Each statement is composed once: what is said again and again has one text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, connections, models
from psycopg import sql

Columns: TypeAlias = "tuple[models.Field[Any, Any], ...]"


def save_many(rows: Iterable[models.Model], *names: str) -> int:
    """Write the named fields of rows of one table, each with its own plain values; returns how many were found."""
    found = {row.pk: row for row in rows}
    if not found:
        return 0
    columns, statement = _changing(type(next(iter(found.values()))), names)
    with connection.cursor() as cursor:
        cursor.execute(statement, values(columns, found.values()))
        return int(cursor.rowcount)


def add_new(rows: Sequence[models.Model]) -> list[Any]:
    """Insert rows of one table except those that are there already by some unique key; returns the new keys.

    Defaults of the database are not asked for: every field has to have its value.
    """
    if not rows:
        return []
    model = type(rows[0])
    columns = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    known = sql.SQL(" ON CONFLICT DO NOTHING RETURNING {}").format(sql.Identifier(str(model._meta.pk.column)))
    with connection.cursor() as cursor:
        cursor.execute(insertion(model, columns) + known.as_string(), values(columns, rows))
        return [key for (key,) in cursor.fetchall()]


@cache
def insertion(model: type[models.Model], columns: Columns) -> str:
    """Return the statement that inserts rows from an array a column; what is left out has a default."""
    statement = sql.SQL("INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})").format(
        table=sql.Identifier(model._meta.db_table),
        names=sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in columns),
        arrays=sql.SQL(", ").join(sql.SQL("%s::" + _type(field) + "[]") for field in columns),
    )
    return statement.as_string()


def values(columns: Iterable[models.Field[Any, Any]], rows: Iterable[models.Model]) -> list[list[object]]:
    """Return the arrays of such a statement."""
    found = list(rows)
    return [_values(field, found) for field in columns]


def keys_of(model: type[models.Model], name: str, values: Iterable[object]) -> dict[Any, Any]:
    """Return the primary key of each row whose unique field has one of the values; one array, however many."""
    field, key = model._meta.get_field(name), model._meta.pk
    assert isinstance(field, models.Field)
    statement = sql.SQL("SELECT {field}, {key} FROM {table} WHERE {field} = ANY(%s::{type}[])").format(
        field=sql.Identifier(str(field.column)),
        key=sql.Identifier(str(key.column)),
        table=sql.Identifier(model._meta.db_table),
        type=sql.SQL(_type(field)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(values)])
        return {
            bytes(value) if isinstance(value, memoryview) else value: key for value, key in cursor.fetchall()
        }


def among(few: models.QuerySet[Any, Any], by: str = "pk") -> models.Func:
    """Match these few rows: as an array they are found before anything is joined, and not in the end."""
    return models.Func(
        models.F(by), ArraySubquery(few.values("pk")),
        template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=models.BooleanField(),
    )  # fmt: skip


@cache
def _changing(model: type[models.Model], names: tuple[str, ...]) -> tuple[Columns, str]:
    """Return the columns, the key first, and the statement that writes them from an array each."""
    fields = (model._meta.pk, *(model._meta.get_field(name) for name in names))
    columns = tuple(field for field in fields if isinstance(field, models.Field))
    key, *changed = [sql.Identifier(str(field.column)) for field in columns]
    statement = sql.SQL(
        "UPDATE {table} SET {sets} FROM unnest({arrays}) AS new ({names}) WHERE {table}.{key} = new.{key}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(column) for column in changed),
        arrays=sql.SQL(", ").join(sql.SQL("%s::" + _type(field) + "[]") for field in columns),
        names=sql.SQL(", ").join([key, *changed]),
        key=key,
    )
    return columns, statement.as_string()


def _type(field: models.Field[object, object]) -> str:
    kind = str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))
    return kind.partition("(")[0]  # a cast to varchar(60) would cut a longer text off; the column refuses it


def _values(field: models.Field[object, object], rows: Iterable[models.Model]) -> list[object]:
    here = connections[connection.alias]  # the proxy would look itself up for every single value
    return [field.get_db_prep_save(getattr(row, field.attname), here) for row in rows]
