"""Every text a person could have written, written again by somebody who means ill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.urls import get_resolver

from gongfang.core.models import Job, Token, User
from gongfang.core.secrets import EncryptedField
from tests.cast import Person
from tests.journeys.full import Full
from tests.journeys.test_every_page import names

# Not written by people: addresses of files and codes that are looked up.
_OURS = {
    "picture",
    "code",
    "number",
    "file",
    "path",
    "key",
    "reference",
    "id_number",
    "unit",
    "language",
    "charset",
    "returned",
}


def poison(text: str) -> int:
    """Put the text wherever people's own words stand, and say in how many columns."""
    return sum(_spoilt(table, field, text) for table in _tables() for field in table._meta.concrete_fields)


def _tables() -> Iterator[type[models.Model]]:
    rooms = {app.rpartition(".")[2] for app in settings.TENANT_APPS if app.startswith("gongfang.")}
    for table in apps.get_models():
        if table._meta.app_label in rooms - {"core", "ledger"} or table in (User, Token, Job):
            yield table


def _spoilt(table: type[models.Model], field: Any, text: str) -> bool:
    if table in (User, Token, Job) and field.name not in {"name", "label", "sentence"}:
        return False
    if field.name in _OURS or field.unique or field.choices or field.is_relation:
        return False
    rows = table._base_manager
    if isinstance(field, EncryptedField):
        return field.kind in {"name", "text"} and _worked(lambda: _seal_all(rows.all(), field, text))
    if not isinstance(field, models.CharField | models.TextField) or field.generated:
        return False
    return _worked(lambda: rows.update(**{field.name: text[: field.max_length or None]}))


def _seal_all(rows: models.QuerySet[models.Model], field: Any, text: str) -> int:
    for row in rows:
        setattr(row, field.attname, text)
        row.save(update_fields=[field.attname])
    return len(rows)


def _worked(change: Callable[[], int]) -> bool:
    try:
        with transaction.atomic():
            return bool(change())
    except DatabaseError:
        return False  # a rule of the database holds this column; nobody writes it there either


def addresses(full: Full) -> Iterator[tuple[str, Person, str]]:
    """Every address of the county by its name, with somebody who may open it."""
    for name in sorted(set(names(get_resolver("gongfang.urls")))):
        if name.startswith("api"):
            continue
        with suppress(AssertionError):  # a page without a row is the fault of test_every_page
            yield (name, *full.opens(name))
