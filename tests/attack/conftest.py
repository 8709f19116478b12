"""`--without CONTROL`: the same attacks with one control taken out, each of which must then get through."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from gongfang.core import clock
from gongfang.counties.models import County
from tests.attack import controls
from tests.work.piecework.conftest import MORNING, Floor, settle

GOT_THROUGH: set[tuple[str, object]] = set()  # one case is enough to show that a control holds an attack off


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", default="", help="take out this control, or `each` in turn")


def _out(config: pytest.Config) -> str:
    # A run of all tests reads this file too late for an option of its own.
    return str(config.getoption("--without", default=""))


def pytest_configure(config: pytest.Config) -> None:
    name = _out(config)
    if name not in {"", "each", *controls.controls()}:
        raise pytest.UsageError(f"There is no control {name}. Known: {', '.join(controls.controls())}")


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if chosen := _out(metafunc.config):
        names = [known.name for known in controls.against(metafunc.definition.nodeid)]
        metafunc.fixturenames.append("without")
        out = [name for name in names if chosen in {"each", name}]
        metafunc.parametrize("without", out, ids=[f"without={name}" for name in out])


def _pair(item: pytest.Item) -> tuple[str, object] | None:
    """The control that is out for an attack, and the attack."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    name = item.callspec.params.get("without")
    return (str(name), item.obj) if name else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave a case out before a county is made ready for it."""
    if _pair(item) in GOT_THROUGH:
        pytest.skip("It got through by another case.")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Take the control out for the attack itself: what was made ready for it was made with everything in place."""
    pair = _pair(pyfuncitem)
    if not pair:
        return (yield)
    with controls.controls()[pair[0]].out():
        try:
            return (yield)
        except AssertionError:
            GOT_THROUGH.add(pair)
            raise


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    """Hash passwords as fast as may be: none of these attacks is one on Argon2."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def floor(county: County) -> Iterator[Floor]:
    """A workshop with an order of knots, on a morning in September."""
    with clock.at(MORNING):
        yield settle()
