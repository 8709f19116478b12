"""In which county a connection is: the one place that touches django-tenants' untyped calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection
from django_tenants.utils import schema_context

from gongfang.database.roles import PUBLIC


def current() -> str:
    """Return the schema the connection is in: a county's slug, or `public`."""
    return cast("str", cast("Any", connection).schema_name)


def enter(county: Any) -> None:
    """Enter a county with this thread's connection."""
    cast("Any", connection).set_tenant(county)


def leave() -> None:
    """Leave the county; only the list of counties and the queue can be seen then."""
    cast("Any", connection).set_schema_to_public()


@contextmanager
def inside(schema: str = PUBLIC) -> Iterator[None]:
    """Be in a schema for a while, and where one was before afterwards."""
    with schema_context(schema):  # type: ignore[no-untyped-call]
        yield
