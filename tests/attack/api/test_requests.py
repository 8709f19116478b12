"""Requests no honest program sends: bodies, headers, methods and values at the edges of what can be written."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from gongfang.api import api
from tests.attack.api.asking import ASKED, ROOMS, Request, rows
from tests.attack.api.calling import standing, undone
from tests.attack.api.rights import table
from tests.attack.api.trying import HOST, Trying, made
from tests.attack.api.worlds import build

TABLE = table()
ALL_VALUES = int(os.environ.get("EXAMPLES", "0")) >= 100
DEEP: Any = None
for _level in range(60):
    DEEP = [DEEP]
VALUES = [
    "", " ", "\x00", "a\ud800", "9" * 400, "名" * 5000, "\u202e倒", "=1+1", "<script>", "'; --", "%00", "../..",
    None, True, -1, 0, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 1e308, 0.5, [], {}, DEEP, [0] * 3000,
    "0001-01-01", "9999-12-31", "2026-02-30", "2026-11-02T25:00:00Z",
]  # fmt: skip
DESCRIBED = api.get_openapi_schema()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trying(django_db_setup: None, django_db_blocker: Any) -> Iterator[Trying]:
    with standing(django_db_blocker, build) as county:
        yield Trying(county)


def allowed(row: str) -> str:
    """Somebody the table lets do it, so that the value gets as far as it can."""
    right = TABLE[row]
    return next(
        (role for role in ("officer", "clerk", "inspector", "buyer") if right.allows(role, own=True)), "maker"
    )


def leaves(body: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """Every place in a body where a value stands, the lists and objects themselves included."""
    if path:
        yield path
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield from leaves(value, *path, key)


def replaced(body: Any, path: tuple[Any, ...], value: object) -> Any:
    """Return the body with one value in another's place."""
    whole = json.loads(json.dumps(body))
    found = whole
    for key in path[:-1]:
        found = found[key]
    found[path[-1]] = value
    return whole


def in_path(path: str) -> Iterator[str]:
    """Return the address with other things where its number stands."""
    parts = path.split("/")
    for place, part in enumerate(parts):
        if part.isdigit():
            for other in ("0", "-1", str(2**31), str(2**63), "9" * 40, "%00", "١", "1.0", "a/b"):
                yield "/".join([*parts[:place], other, *parts[place + 1 :]])


def spoilt(right: Request) -> Iterator[Request]:
    """Return the request again and again, each time with one value in another's place."""
    for number, field in enumerate([] if right.form else leaves(right.body or {})):
        for value in VALUES if ALL_VALUES else VALUES[number % 3 :: 3]:
            yield Request(right.method, right.path, replaced(right.body, field, value))
    for path in in_path(right.path):
        yield Request(right.method, path, right.body, form=right.form)


@pytest.mark.parametrize("room", ROOMS)
def test_no_value_in_any_field_is_a_fault(room, trying):
    for row in rows(room):
        token, faults = trying.tokens[allowed(row)], []
        with undone():
            ask = ASKED[row](trying.place("a", "workshop"))
            for request in spoilt(made(ask, trying.callers[allowed(row)])):
                with undone():
                    answer = trying.send(request, token)
                if answer.status_code >= 500 or "json" not in answer["Content-Type"]:
                    faults.append(f"{request.path} {json.dumps(request.body)[:200]}: {answer.status_code}")
        assert not faults, "\n".join([row, *faults])


BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": ("application/json", b""),
    "half": ("application/json", b'{"username": "wa'),
    "not utf-8": ("application/json", b'{"username": "\xff\xfe", "password": "x"}'),
    "utf-16": ("application/json; charset=utf-16", '{"username": "王"}'.encode("utf-16")),
    "an unknown charset": ("application/json; charset=klingon", b"{}"),
    "no number": ("application/json", b'{"username": NaN, "password": -Infinity}'),
    "a number of 5,000 digits": ("application/json", b'{"username": ' + b"9" * 5000 + b"}"),
    "the same twice": ("application/json", b'{"username": "a", "username": {}, "password": "b"}'),
    "a list": ("application/json", b"[]"),
    "a bottomless list": ("application/json", b"[" * 100_000),
    "a bottomless object": ("application/json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    "a form": ("application/x-www-form-urlencoded", b"username=wang&password=x"),
    "parts without a border": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "parts that never end": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n',
    ),
    "xml": ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "three megabytes": ("application/json", b'{"username": "' + b"a" * 3_000_000 + b'"}'),
    "six thousand fields": (
        "application/x-www-form-urlencoded",
        b"&".join(b"a%d=1" % n for n in range(6000)),
    ),
}
DOORS = ("/api/tokens", "/api/people/rosters", "/api/people/residents/search", "/api/orders/enquiries")


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_no_body_is_a_fault(kind, trying):
    content_type, body = BODIES[kind]
    for path in DOORS:
        with undone():
            headers = {
                "Authorization": f"Bearer {trying.tokens['officer']}",
                "Idempotency-Key": str(uuid.uuid4()),
            }
            answer = trying.client.generic(
                "POST", path, body, content_type=content_type, headers={**headers, "host": HOST}
            )
        assert (path, 400 <= answer.status_code < 500, answer["Content-Type"].partition(";")[0]) == (
            path, True, "application/json",
        )  # fmt: skip


HEADERS = {
    "Idempotency-Key": ["", "1", "not a key", "{" + str(uuid.uuid4()) + "}", "é", "x" * 5000, "\x00"],
    "X-On-Behalf-Of": ["nobody at all", "é", "x" * 5000, "system"],
    "X-Acted-At": ["never", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
    "X-Sent-At": ["never", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"],
    "X-Language": ["klingon", "é", "x" * 5000],
    "Authorization": ["", "Bearer", "Bearer ", "Basic d2FuZzp4", "bearer é", "Bearer " + "x" * 5000],
    "Accept": ["nothing/at-all", "é"],
    "Cookie": ["gongfang=é", "language=../..", "a" * 5000, "=;=;"],
}


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_no_header_is_a_fault_and_none_gets_through_unread(name, trying):
    harmless = {"X-Language", "Accept", "Cookie"}
    for value in HEADERS[name]:
        with undone():
            sent = {
                "Authorization": f"Bearer {trying.tokens['officer']}",
                "Idempotency-Key": str(uuid.uuid4()),
                "host": HOST,
                name: value,
            }
            answer = trying.client.generic(
                "POST", "/api/people/skill-kinds", json.dumps({"code": "weaving", "name": "编织"}),
                content_type="application/json", headers=sent,
            )  # fmt: skip
        wanted = (200,) if name in harmless else (200, 400, 401, 403, 409, 422)
        assert (value[:60], answer.status_code in wanted) == (value[:60], True), answer.text[:300]
        if name in {"X-Acted-At", "X-Sent-At"}:
            assert (value, answer.status_code) == (value, 422)


@pytest.mark.parametrize("path", ["/api/tokens", "/api/people/skill-kinds"])
def test_the_same_key_twice_is_one_act_and_with_other_content_a_refusal(path, trying):
    key = str(uuid.uuid4())
    sent = {"Authorization": f"Bearer {trying.tokens['officer']}", "Idempotency-Key": key, "host": HOST}

    def send(code: str) -> int:
        body = json.dumps({"code": code, "name": "编织"})
        answer = trying.client.generic(
            "POST", "/api/people/skill-kinds", body, content_type="application/json", headers=sent
        )
        return int(answer.status_code)

    with undone():
        assert [send("weaving"), send("weaving"), send("sewing")] == [200, 200, 409]


def test_a_method_nobody_described_is_refused_with_the_ones_there_are(trying):
    for path, calls in DESCRIBED["paths"].items():
        wrong = []
        filled = "/".join("1" if part.startswith("{") else part for part in path.split("/"))
        for method in set(METHODS) - {name.upper() for name in calls}:
            with undone():
                answer = trying.client.generic(
                    method,
                    filled,
                    headers={"Authorization": f"Bearer {trying.tokens['officer']}", "host": HOST},
                )
            there = set(answer.headers.get("Allow", "").replace(" ", "").split(",")) - {""}
            if answer.status_code != 405 or not there >= {name.upper() for name in calls}:
                wrong.append(f"{method} {path}: {answer.status_code} {sorted(there)}")
        assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/orders/1/nothing", "/api/%00", "/api//orders/", "/api/../me"]
)
def test_an_address_that_leads_nowhere_is_answered_to_a_program(path, trying):
    answer = trying.client.get(path, headers={"host": HOST})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert answer.json()["code"] == "not_found"
