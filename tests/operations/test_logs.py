"""The log: one line of JSON a request and an act, one id through all of them, and nothing anybody typed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from gongfang.core import jobs
from gongfang.core.action import By, action
from gongfang.core.models import User
from gongfang.operations.logs import Json, Line
from gongfang.registry.people import actions
from tests.cast import People, Person

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What production would have written meanwhile."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(Json().format(record))

    loggers = [logging.getLogger(name) for name in ("gongfang.requests", "gongfang.acts")]
    handler = Kept()
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written]
    for logger in loggers:
        logger.removeHandler(handler)
        logger.setLevel(logging.WARNING)


def test_a_request_is_one_line_without_names_numbers_or_what_was_asked(people: People, lines: Lines):
    people.wang.client().get("/people/residents/?q=周桂花&phone=13857901234")
    (line,) = lines()
    assert line["user"] == str(people.wang.user.pk)
    assert (line["county"], line["method"], line["view"], line["status"]) == (
        "panan", "GET", "people:residents", 200,
    )  # fmt: skip
    assert 0 < line["queries"] < 40
    assert line["ms"] > 0
    assert "周桂花" not in str(line)
    assert "13857901234" not in str(line)


def test_the_id_of_a_request_is_answered_and_goes_with_its_acts(people: People, lines: Lines):
    browser = people.wang.client()
    said = browser.get("/", headers={"x-request-id": "0123456789abcdef"})
    assert said["X-Request-Id"] == "0123456789abcdef"
    assert [line["request"] for line in lines()] == ["0123456789abcdef"]


@pytest.mark.parametrize("given", ["", "short", "a" * 65, 'x" onload="alert(1)', "0123456789\nforged"])
def test_an_id_that_could_forge_a_line_is_replaced(db, given):
    answered = Client(headers={"host": "127.0.0.1"}).get("/health", headers={"x-request-id": given})
    assert len(answered["X-Request-Id"]) == 32
    assert answered["X-Request-Id"] != given


def test_an_act_is_one_line_with_its_verb_and_outcome(people: People, lines: Lines):
    actions.add_organisation(
        people.wang.by(), people.village, kind="workshop", name="新工坊", category="supplied"
    )
    (line,) = lines()
    assert (line["act"], line["outcome"], line["county"]) == ("add_organisation", "done", "panan")
    assert line["user"] == str(people.wang.user.pk)
    assert "新工坊" not in str(line)


@action(lambda _member, _user: True)
def start_counting(act, user: User):
    return jobs.start(act, "logged", subject="x")


@jobs.runner("logged")
def _run(work: jobs.Work) -> dict[str, int]:
    return {}


def test_a_job_carries_the_id_of_the_request_that_started_it(people: People, lines: Lines):
    from gongfang.core import watch

    with watch.under("of-the-request"):
        job = start_counting(by(people.wang), people.wang.user)
    jobs.run(job.pk)
    assert [(line.get("act") or line.get("job"), line["request"]) for line in lines()] == [
        ("start_counting", "of-the-request"),
        ("logged", "of-the-request"),
    ]


def by(person: Person) -> By:
    return person.by()


def test_an_error_is_one_line_without_the_values_somebody_typed(people: People):
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO core_user SELECT * FROM core_user WHERE username = 'wang'")
    except IntegrityError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "broke on 13857901234", (), None)
        record.exc_info = (type(error), error, error.__traceback__)
    written = Json().format(record)
    assert "\n" not in written
    line = json.loads(written)
    assert line["message"] == "broke on …"
    assert any("23505 core_user_pkey" in part for part in line["error"])
    assert str(people.wang.user.pk) not in written


def test_at_a_desk_the_same_facts_are_readable():
    record = logging.LogRecord("gongfang.requests", logging.INFO, "", 0, "request", (), None)
    record.facts = {"view": "login", "status": 200}
    assert (
        Line("{name} {message}", style="{").format(record)
        == "gongfang.requests request view=login status=200"
    )
