"""Saving many changed rows in one statement of arrays; Django's own writes a CASE a row, a hundred times slower."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models
from psycopg import sql


def save_many(rows: Iterable[models.Model], *names: str) -> int:
    """Write the named fields of rows of one table, each with its own plain values; returns how many were found."""
    found = {row.pk: row for row in rows}
    if not found:
        return 0
    model = type(next(iter(found.values())))
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    columns = [field for field in fields if isinstance(field, models.Field)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, columns), [_values(field, found.values()) for field in columns])
        return int(cursor.rowcount)


def _statement(model: type[models.Model], fields: list[models.Field[object, object]]) -> sql.Composed:
    key, *changed = [sql.Identifier(str(field.column)) for field in fields]
    types = [sql.SQL("%s::" + _type(field) + "[]") for field in fields]
    return sql.SQL(
        "UPDATE {table} SET {sets} FROM unnest({arrays}) AS new ({names}) WHERE {table}.{key} = new.{key}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(column) for column in changed),
        arrays=sql.SQL(", ").join(types),
        names=sql.SQL(", ").join([key, *changed]),
        key=key,
    )


def _type(field: models.Field[object, object]) -> str:
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _values(field: models.Field[object, object], rows: Iterable[models.Model]) -> list[object]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
