"""Fixtures every test may ask for; the people are in cast.py."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from gongfang.counties.models import County
from gongfang.database import scope
from tests import cluster
from tests.cast import people  # noqa: F401 -- a fixture for everybody
from tests.journeys.browser import chromium

# At a desk every run looks somewhere else; a gate gives the same answer for the same code.
hypothesis.settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("gate")


def pytest_configure() -> None:
    # Otherwise every test client of every test lists all static files anew.
    settings.WHITENOISE_AUTOREFRESH = True


# What these prove is kept by the database itself, so it is proved on Debian's PostgreSQL as well.
ON_DEBIAN = (
    "tests/ledger/",
    "tests/house/test_isolation.py",
    "tests/house/test_distributable.py",
    "tests/core/test_action.py",
    "tests/core/test_receipts.py",
    "tests/core/test_bulk.py",
    "tests/pay/test_money_keeps.py",
    "tests/pay/test_reconcile.py",
    "tests/operations/test_backup_dump.py",
    "tests/upgrade/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(ON_DEBIAN):
            item.add_marker("postgres")
    items.sort(key=_turn)


# The longest first: two processes then end together, and what is short fills the gaps.
LONGEST = (
    "tests/attack/test_controls.py",
    "tests/soak/",
    "tests/demo/",
    "tests/operations/",
    "tests/attack/api/",
    "tests/core/test_kills.py",
    "tests/embedded/",
    "tests/engines/",
    "tests/sheets/",
)


def _turn(item: pytest.Item) -> int:
    """Say when a test comes: with its neighbours, which share what was made ready for them."""
    is_long = item.get_closest_marker("slow") or item.get_closest_marker("crash")
    found = [place for place, long in enumerate(LONGEST) if item.nodeid.startswith(long)]
    return found[0] if found and is_long else len(LONGEST)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the template for all tests of this run that roll back."""
    with django_db_blocker.unblock():
        name = cluster.copy(cluster.template())
        try:
            with cluster.connected_to(name):
                yield
        finally:
            cluster.drop(name)


def _enter(schema: str) -> County:
    scope.leave()
    county = County.objects.get(schema_name=schema)
    scope.enter(county)
    return county


@pytest.fixture
def county(db: None) -> Iterator[County]:
    """Pan'an, entered as the application; what the test does is rolled back."""
    yield _enter("panan")
    scope.leave()


@pytest.fixture
def other_county(county: County) -> County:
    """Zhaoyang, in the same database; the connection stays in Pan'an."""
    with scope.inside():
        found = County.objects.get(schema_name="zhaoyang")
    scope.enter(county)
    return found


@pytest.fixture
def committing(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[County]:
    """Pan'an in a database of the test's own, where acts really commit and threads really race."""
    with django_db_blocker.unblock():
        name = cluster.copy(cluster.template())
        try:
            with cluster.connected_to(name):
                yield _enter("panan")
                scope.leave()
        finally:
            cluster.drop(name)


@pytest.fixture
def browser_of_county(county: County) -> Client:
    """Django's test client at Pan'an's own host name."""
    return Client(headers={"host": "panan.localhost"})


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for every test that looks at pages; Playwright runs only once in a process."""
    with chromium() as started:
        yield started
