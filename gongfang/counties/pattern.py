"""A new county's tables are laid by the statements that made the last one's: a second instead of half a minute.

Django works out each statement from every table made before it, and for an empty schema always comes to the same ones.
They are kept in the data folder, under the mark of the migrations they came from; without them a county is migrated.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from gongfang.database import scope
from gongfang.database.roles import PUBLIC

# Asking makes nothing, and where the connection stands is decided anew for each county.
_ASKS = re.compile(r"\s*(SELECT|SHOW|SET search_path|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
# A statement may end in a comment, so what ends it stands on a line of its own.
_END = "\n;\n"


@dataclass
class _Heard:
    """The statements that made something."""

    statements: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], query: Any, given: Any, many: bool, context: Any) -> Any:
        answer = execute(query, given, many, context)
        for values in given if many else [given]:
            text = str(connection.ops.compose_sql(query, values))  # type: ignore[attr-defined]
            if not _ASKS.match(text):
                self.statements.append(text)
        return answer


def fill(schema: str, mark: str) -> None:
    """Bring the tables of a schema up to date, or make them all."""
    if not _is_empty(schema):
        _migrate(schema)
        return
    kept = _place(schema, mark)
    if kept.exists():
        _lay(schema, kept.read_text(encoding="utf-8"))
        return
    heard = _Heard()
    with connection.execute_wrapper(heard):
        _migrate(schema)
    _keep(kept, _END.join(heard.statements), schema)


def _migrate(schema: str) -> None:
    call_command("migrate_schemas", schema_name=schema, interactive=False, verbosity=0)


def _is_empty(schema: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace(%s))",
            [f'"{schema}"'],
        )
        return bool(cursor.fetchone()[0])


def _place(schema: str, mark: str) -> Path:
    return Path(settings.DATA) / f"pattern-{_kind(schema)}-{django.__version__}-{mark[:16]}.sql"


def _kind(schema: str) -> str:
    return PUBLIC if schema == PUBLIC else "county"


def _lay(schema: str, text: str) -> None:
    with scope.inside(schema), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text)


def _keep(place: Path, text: str, schema: str) -> None:
    if schema != PUBLIC and re.search(rf"\b{schema}\b", text):
        return  # a statement that names its county makes no other one
    with suppress(OSError):  # it only saves time
        for old in place.parent.glob(f"pattern-{_kind(schema)}-*.sql"):
            old.unlink()
        handle, draft = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).rename(place)
