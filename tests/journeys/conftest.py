"""A county on a socket, a Chromium, and the cast with passwords."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from gongfang.core import jobs
from gongfang.core.models import Job
from tests.cast import People, gather
from tests.journeys.server import serving
from tests.journeys.visitor import PASSWORD, PHONE, Visitor, logged_in

# Playwright keeps an event loop in this thread; the tests themselves ask the database from it all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


LOGINS = ("wang", "li", "feng", "he", "chen", "zhao", "zhou", "lin", "wu", "fang", "sun", "luo", "qian", "ma")


def with_passwords(cast: People) -> People:
    """Let everybody of the cast log in by hand; makers who were taken on get their own name for a user name."""
    for name in LOGINS:
        user = getattr(cast, name).user
        user.username = name
        user.set_password(PASSWORD)
        user.save(update_fields=["username", "password"])
    return cast


@pytest.fixture
def town(committing: object) -> People:
    """The cast in Pan'an, with passwords, where acts really commit."""
    return with_passwords(gather())


@pytest.fixture
def address(town: People) -> Iterator[str]:
    """Where Pan'an is served."""
    with serving() as port:
        yield f"http://panan.localhost:{port}"


class Door:
    """Lets people in, each once, each with a browser of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.inside: dict[tuple[str, int], Visitor] = {}

    def __call__(self, username: str, *, width: int = PHONE) -> Visitor:
        if (username, width) not in self.inside:
            self.inside[username, width] = logged_in(self.browser, self.address, username, width=width)
        return self.inside[username, width]

    def complaints(self) -> list[str]:
        """What any browser complained about: its console, its scripts, a request that left the server."""
        return [text for came in self.inside.values() for text in came.complaints]


@pytest.fixture
def let_in(browser: Browser, address: str) -> Iterator[Door]:
    """The door of the county."""
    door = Door(browser, address)
    yield door
    for (name, width), came in door.inside.items():
        print(f"{name} at {width}: {came.path}\n{came.text}\n")  # shown when the test failed
        came.page.context.close()


def carry_out_long_work() -> None:
    """Do what the queue would do now."""
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("pk"):
        jobs.run(job.pk)
