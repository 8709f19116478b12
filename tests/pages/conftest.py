"""A county with work in every state, for homes that have something to say."""

import pytest

from tests.journeys.full import Full, fill


@pytest.fixture
def full(people) -> Full:
    return fill(people)
