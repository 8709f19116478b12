"""Whatever is sent to any operation, by anybody: no fault, and an answer as the description promises.

`make attack EXAMPLES=200` sends more; without a number each operation gets a handful, the same ones every time.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Iterator
from typing import Any, cast

import hypothesis
import pytest
import schemathesis
from django.core.signals import got_request_exception
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gongfang.api import ROOMS, api
from gongfang.wsgi import application
from tests.attack.api.calling import ROLES, Standing, full, standing, undone

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("EXAMPLES") or "6")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The description as an outsider reads it: from its JSON.
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
OPERATIONS: list[Any] = [cast("Any", found).ok() for found in SCHEMA.get_all_operations()]
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standing]:
    with standing(django_db_blocker, full) as found:
        yield found


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong inside, so that a 500 says why."""
    seen: list[str] = []

    def remember(**_kwargs: Any) -> None:
        seen.append(traceback.format_exc())

    got_request_exception.connect(remember)
    yield seen
    got_request_exception.disconnect(remember)


def room_of(path: str) -> str:
    """Return the room whose router answers an address."""
    prefixes = [prefix for prefix, _router in ROOMS if prefix and path.startswith(f"/api{prefix}")]
    return prefixes[0] if prefixes else "the threshold"


def attack(operation: Any, county: Standing) -> None:
    """Send what fits the description of an operation, and what does not, as each role and as nobody."""
    cases = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]).flatmap(
        lambda mode: operation.as_strategy(generation_mode=mode)
    )

    @SETTINGS
    @given(case=cases, caller=st.sampled_from([*ROLES, "nobody"]))
    def send(case: Any, caller: str) -> None:
        with undone():
            response = case.call(
                app=application, headers=county.headers(caller), base_url="http://panan.localhost"
            )
            case.validate_response(response, checks=CHECKS)

    send()


@pytest.mark.parametrize("room", sorted({room_of(operation.path) for operation in OPERATIONS}))
def test_any_request_gets_a_described_answer(room, county, faults):
    for operation in OPERATIONS:
        if room_of(operation.path) == room:
            try:
                attack(operation, county)
            except FailureGroup as failed:
                pytest.fail(
                    "\n".join([operation.label, *(str(one) for one in failed.exceptions), *faults[-1:]])
                )
