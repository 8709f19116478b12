"""The API's threshold: a token for whoever knows the password, and a sentence for every refusal."""

import json
import uuid

import pytest
from django.test import Client

from gongfang.core.login import TRIES


@pytest.fixture
def machine(people):
    """王芳's program, with her token."""
    user = people.wang.user
    user.set_password("three quiet words")
    user.save()
    client = Client(headers={"host": "panan.localhost", "X-Language": "en"})
    answer = asked(client, "/api/tokens", {"username": "wang", "password": "three quiet words"})
    assert answer.status_code == 200
    token = answer.json()["token"]
    return Client(headers={"host": "panan.localhost", "X-Language": "en", "Authorization": f"Bearer {token}"})


def asked(client, path, body):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_password_opens_the_api_with_a_token(machine):
    assert machine.get("/api/me").json()["grants"] == [
        {"role": "officer", "place": "330727000000", "organisation_id": None}
    ]


def test_a_token_is_good_in_its_own_county_only(machine):
    answer = machine.get("/api/me", headers={"host": "zhaoyang.localhost"})
    assert (answer.status_code, answer.json()["code"]) == (401, "no_token")


def test_guessing_passwords_is_stopped(people):
    client = Client(headers={"host": "panan.localhost", "X-Language": "en"})
    guesses = [
        asked(client, "/api/tokens", {"username": "wang", "password": f"guess {n}"}) for n in range(TRIES + 1)
    ]
    assert [guess.status_code for guess in guesses] == [401] * TRIES + [429]


def test_a_body_that_is_no_json_is_answered_with_a_sentence(machine):
    answer = machine.post("/api/tokens", "{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


def test_a_missing_field_is_named_in_a_sentence(machine):
    answer = asked(machine, "/api/tokens", {"username": "wang"})
    assert answer.status_code == 422
    assert answer.json()["sentence"] == (
        "The field “password” is missing or does not fit. Correct it and send again."
    )
    assert answer.json()["details"][0]["field"] == ["body", "body", "password"]


@pytest.mark.parametrize("name", ["wa\x00ng", 2**63])
def test_what_no_column_holds_is_refused(machine, name):
    answer = asked(machine, "/api/tokens", {"username": name, "password": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")


def test_what_is_not_there_is_answered_with_a_sentence(machine):
    for path in ("/api/jobs/1", f"/api/jobs/{2**70}"):
        assert (machine.get(path).status_code, machine.get(path).json()["code"]) == (404, "not_found")


def test_the_description_names_every_call_and_asks_for_a_token(machine):
    described = machine.get("/api/openapi.json").json()
    open_calls = [
        f"{method} {path}"
        for path, calls in described["paths"].items()
        for method, call in calls.items()
        if not call.get("security")
    ]
    assert open_calls == ["post /api/tokens"]


def test_a_program_reads_and_sets_the_numbers_of_the_county(machine):
    sent = {"key": "dispatch.offer_hours", "value": 36, "document": "会议纪要"}
    made = asked(machine, "/api/parameters", sent)
    assert (made.status_code, made.json()["value"]) == (200, 36)
    rows = {row["key"]: row for row in machine.get("/api/parameters").json()}
    assert {"value": 36, "ours": 48}.items() <= rows["dispatch.offer_hours"].items()
    assert asked(machine, "/api/parameters", {**sent, "value": 0}).status_code == 422
