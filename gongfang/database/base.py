"""PostgreSQL through django-tenants, with one addition: the county's role is set together with its schema.

The application logs in as a role that owns nothing and inherits nothing. For each county it takes on that county's
NOLOGIN role in the same statement that sets the search path, so a query that names another county's schema is
refused by the database itself, whatever the code above believes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql import operations
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import TextChoices
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend import base as tenants
from psycopg import ClientCursor
from psycopg.errors import InFailedSqlTransaction

from gongfang.database.roles import APPLICATION, PUBLIC, county_role

_PLACE = re.compile("%%|%s")
MOST_VALUES = 65_535  # a statement counts the values beside it in two bytes


class Cursor(ServerBindingCursor):
    """Values travel beside the text; our own constants, and more than fit there, are written into it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if params is not None and len(params) > MOST_VALUES:
            query, params = ClientCursor(self.connection).mogrify(query, params), None  # type: ignore[attr-defined]
        elif params and isinstance(query, str):
            query, params = _with_constants(query, params)
        return super().execute(query, params, **options)  # type: ignore[misc]


def _with_constants(query: str, params: Any) -> tuple[str, Any]:
    """Write the stages and kinds that our code names into the text, where PostgreSQL can count on them.

    A plan that is kept for any value at all uses no index of what is `out` or `waiting`, and cannot know that
    those are few. What a visitor chose is text, never one of our constants, and stays beside the statement.
    """
    named = tuple((place, str(one.value)) for place, one in enumerate(params) if isinstance(one, TextChoices))
    if not named:
        return query, params
    return _written(query, named), [one for one in params if not isinstance(one, TextChoices)]


@lru_cache(maxsize=2_000)
def _written(query: str, named: tuple[tuple[int, str], ...]) -> str:
    values, place = dict(named), iter(range(query.count("%")))

    def said(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = values.get(next(place))
        return "%s" if value is None else "'" + value.replace("'", "''").replace("%", "%%") + "'"

    return _PLACE.sub(said, query)


class Operations(operations.DatabaseOperations):
    """Whole numbers travel in as many bytes as they need, so that PostgreSQL refuses what its column cannot hold.

    Cut to the column's bytes on the way they would arrive as other numbers, without a word.
    """

    integerfield_type_map = dict.fromkeys(operations.DatabaseOperations.integerfield_type_map, int)


class DatabaseWrapper(tenants.DatabaseWrapper):
    """A connection that is in exactly one county at a time, for the database as well as for us."""

    ops_class = Operations

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def _get_cursor_search_paths(self) -> list[str]:
        return [str(self.schema_name)]

    def _role(self) -> str:
        if self.schema_name == PUBLIC or self.settings_dict["USER"] != APPLICATION:
            return "none"
        return county_role(str(self.schema_name))

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path or self.search_path_set_schemas:
            return
        tenants._check_schema_name(self.schema_name)  # type: ignore[no-untyped-call]  # noqa: SLF001 -- kept there
        self._setting_search_path = True
        own = self.connection.cursor() if cursor is None else cursor
        try:
            own.execute(
                "SELECT set_config('role', %s, false), set_config('search_path', %s, false)",
                [self._role(), f'"{self.schema_name}"'],
            )
        except (DatabaseError, InFailedSqlTransaction) as error:
            # In a failed transaction every statement fails until the rollback; anything else must be heard, or the
            # next query would run in the county of the one before.
            if not isinstance(error.__cause__ or error, InFailedSqlTransaction):
                raise
        else:
            self.search_path_set_schemas = [self.schema_name]
        finally:
            self._setting_search_path = False
            if cursor is None:
                own.close()
