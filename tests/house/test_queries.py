"""Every page asks the database at most twelve times, however many rows and pages its lists have.

Lists are cut after one row here, so that whatever has two rows has a second page, which costs more than the first. That
the number does not grow with the rows is tested where the rows are made: in each room's own test_pages.py.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from gongfang.ui import tables
from tests.journeys.full import Full, fill
from tests.journeys.test_every_page import NO_PAGE, names

MOST = 12
# Entering the county and holding a place in a transaction are the connection's own affairs.
OWN = ("SELECT set_config", "SAVEPOINT", "RELEASE SAVEPOINT")
# Pages that ask more often, and why they may.
MORE = {
    "people:me": 13,  # all that is written down of a person: work, limits, skills, days, terms, card, consents, looks
    "pay:order_books": 15,  # an order's money stands in eight tables
    "oversight:week": 25,  # a report: the ledger and each register once
    "oversight:figures": 25,  # a report: each published figure is worked out anew
}


@pytest.fixture
def full(people) -> Full:
    return fill(people)


def asked(client: Client, path: str) -> tuple[int, list[str]]:
    """Open a page, and return its status and what it asked."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    page = answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]
    said = [row["sql"] for row in queries if not row["sql"].startswith(OWN)]
    return (answer.status_code if page else 0), said


def test_no_page_asks_the_database_more_than_twelve_times(full: Full, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "ROWS_A_PAGE", 1)
    clients: dict[str, Client] = {}
    found: dict[str, list[str]] = {}
    for name in sorted(set(names(get_resolver("gongfang.urls")))):
        if name.rpartition(":")[2].endswith(NO_PAGE):
            continue
        who, path = full.opens(name)
        client = clients.setdefault(who.user.username, who.client())
        asked(client, path)  # the first page of a session writes down its key, and who looked at whom
        status, said = asked(client, path)
        if status:
            found[name] = said
    assert len(found) > 90
    many = {name: len(said) for name, said in found.items() if len(said) > MORE.get(name, MOST)}
    assert many == {}, "\n".join(sql[:150] for name in many for sql in [f"--- {name}", *found[name]])
