"""The floor these scenarios happen on, and the two doors to it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from gongfang.core import clock
from gongfang.core.login import fresh_token, make_token
from gongfang.ledger.reconcile import reconcile
from tests.acceptance.town import Town, gathered
from tests.cast import gather
from tests.work.piecework.conftest import _english, _morning, all_adds_up, floor  # noqa: F401 - its fixtures


@pytest.fixture
def machine(county):
    """A program that works through the API for somebody."""

    def of(person):
        token, digest = fresh_token()
        make_token(person.by(), person.user, label="test", digest=digest)
        client = Client(
            headers={"host": "panan.localhost", "Authorization": f"Bearer {token}", "X-Language": "en"}
        )

        def call(method, path, body=None):
            answer = client.generic(
                method, f"/api{path}", json.dumps(body or {}), content_type="application/json",
                headers={"Idempotency-Key": str(uuid4())},
            )  # fmt: skip
            return answer.status_code, answer.json()

        return call

    return of


@pytest.fixture
def visit(county):
    """A browser of somebody's that speaks English."""

    def of(person):
        client = person.client()
        client.cookies["language"] = "en"
        return client

    return of


@pytest.fixture
def town(county) -> Iterator[Town]:
    """A town with a contract; after each scenario everything is worked out once more."""
    with clock.at(datetime(2022, 9, 8, 1, tzinfo=UTC)):
        yield gathered(gather())
        assert reconcile().differences == ()
