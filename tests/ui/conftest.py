"""A page drawn without a county: the design system knows no room."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from gongfang import catalogue


@pytest.fixture(scope="session", autouse=True)
def chinese() -> None:
    """The binary catalogue, as `gongfang messages` builds it."""
    catalogue.build()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences in tests are English unless a test speaks Chinese."""
    with translation.override("en"):
        yield


@pytest.fixture
def draw() -> Callable[..., str]:
    """Draw a scrap of a template as a page would."""

    def drawn(source: str, **context: object) -> str:
        page = Template(source).render(Context({"csrf_token": "token", **context}))
        return re.sub(r"\n\s*", "", page)

    return drawn


@pytest.fixture
def visit() -> Callable[[str], HttpRequest]:
    """A visitor's request for a page."""
    return RequestFactory().get
