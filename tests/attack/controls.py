"""What holds each attack off, as data: one sentence, how to take it out, and the attacks that must then get through.

A control is a generator function under `@control`: it takes the control out of the real code, setting or database,
yields, and puts it back. Controls live in this file and in every other module of this folder that ends in
`controls`. An attack is named as `file::test`, `test_login.py::test_x` or `api/test_matrix.py::test_y`.

`pytest tests/attack --without NAME` runs the attacks of one control with it taken out, `--without each` those of all;
every one of them has to be red. `test_controls.py` says so in the suite.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module

import psycopg
import pytest
from django.db import connection

import tests.attack
from tests import cluster

_CONTROLS: dict[str, Control] = {}


@dataclass(frozen=True)
class Control:
    """One thing that holds an attack off."""

    name: str
    protects: str
    out: Callable[[], AbstractContextManager[None]]
    attacks: tuple[str, ...]


Taking = Callable[[], Generator[None, None, None]]


def control(protects: str, *attacks: str) -> Callable[[Taking], Taking]:
    """Make a generator function a control: the sentence it keeps, and the attacks it holds off."""

    def wrap(taking: Taking) -> Taking:
        name = taking.__name__.replace("_", "-")
        assert name not in _CONTROLS, f"two controls are called {name}"
        _CONTROLS[name] = Control(name, protects, contextmanager(taking), attacks)
        return taking

    return wrap


def controls() -> dict[str, Control]:
    """Return every control of this folder by its name."""
    for module in pkgutil.walk_packages(tests.attack.__path__, "tests.attack."):
        if module.name.endswith("controls") and "test_" not in module.name:
            import_module(module.name)
    return _CONTROLS


def against(nodeid: str) -> list[Control]:
    """Return the controls that hold a test off, by the test's node id."""
    attack = nodeid.partition("tests/attack/")[2].partition("[")[0]
    return [known for known in controls().values() if attack in known.attacks]


def guide() -> str:
    """Return the list of what holds attacks off as an auditor reads it."""
    return "".join(
        f"- {known.protects}\n" for known in sorted(controls().values(), key=lambda one: one.protects)
    )


@contextmanager
def instead(*changes: tuple[object, str, object]) -> Iterator[None]:
    """Put other things in the place of attributes of modules, classes or settings for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for target, name, value in changes:
            patch.setattr(target, name, value)
        yield


@contextmanager
def statement(there: str, back: str) -> Iterator[None]:
    """Run a statement as the superuser on the test's own database, and another one to undo it."""
    place = {**cluster.SERVER.params(), "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(**place, autocommit=True) as link:
        link.execute(there)
        try:
            yield
        finally:
            link.execute(back)
