"""The cast in the November of the tests of pay, with an order of knots at the workshop and with the agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gongfang.core import clock
from tests.cast import gather
from tests.pay.conftest import MORNING, Purse, settle


@pytest.fixture
def purse(county: object) -> Iterator[Purse]:
    with clock.at(MORNING):
        yield settle(gather())
