"""The demo county, really built and really played, once for all tests of a run."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from gongfang.core import clock
from gongfang.counties import schemas
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.demo.build import build
from gongfang.demo.play import play
from tests import cluster

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)[:12]
SLUG = "panan"


@contextmanager
def inside(slug: str = SLUG) -> Iterator[County]:
    """Be in the demo county at its own time, as the command line is."""
    scope.leave()
    county = County.objects.get(schema_name=slug)
    scope.enter(county)
    try:
        with clock.shifted(county.clock_shift):
            yield county
    finally:
        connection.set_schema_to_public()


_LOCKS = {"built": 7327, "played": 7328}


def _shared(name: str, make: Callable[[str], None]) -> str:
    """Have a database made once, whichever of the run's processes comes first; the others wait for it."""
    lock, name = _LOCKS[name], f"demo_{name}_{RUN}"
    with cluster.admin() as link:
        link.execute("SELECT pg_advisory_lock(%s)", [lock])
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            draft = f"draft_{uuid.uuid4().hex[:16]}"
            make(draft)
            link.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def build_in(name: str) -> None:
    """Build the demo county in a database of this name."""
    schemas.prepare_cluster(cluster.SERVER.params(), name=name)
    with cluster.connected_to(name):
        scope.leave()  # the county one was in is not in this database
        schemas.migrate_public()
        build()
        connection.set_schema_to_public()


def _make_built(draft: str) -> None:
    with cluster.admin() as link:
        old = link.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^demo_(built|played)_'"
        ).fetchall()
    for (name,) in old:
        cluster.drop(name)
    build_in(draft)


def _make_played(draft: str) -> None:
    copy = cluster.copy(_shared("built", _make_built))
    with cluster.connected_to(copy), inside() as county:
        play(county.schema_name)
    with cluster.admin() as link:
        link.execute(f'ALTER DATABASE "{copy}" RENAME TO "{draft}"')


@contextmanager
def _own(name: str) -> Iterator[None]:
    copy = cluster.copy(name)
    try:
        with cluster.connected_to(copy):
            yield
    finally:
        cluster.drop(copy)


@pytest.fixture(scope="module")
def built(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[County]:
    """Pan'an on the morning the knots are asked for; what a test does stays for the tests after it."""
    with django_db_blocker.unblock(), _own(_shared("built", _make_built)), inside() as county:
        yield county


@pytest.fixture(scope="module")
def played(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[County]:
    """Pan'an after the ten days."""
    with django_db_blocker.unblock(), _own(_shared("played", _make_played)), inside() as county:
        yield county
