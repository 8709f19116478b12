"""The small frozen things a view hands to a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["plain", "info", "wait", "done", "act"]
SIGNS: Mapping[str, str] = {"plain": "", "info": "arrow", "wait": "clock", "done": "check", "act": "alert"}


@dataclass(frozen=True)
class Link:
    """A way to another page."""

    text: str
    url: str


@dataclass(frozen=True)
class Tag:
    """A status pill."""

    text: str
    kind: Kind = "plain"


@dataclass(frozen=True)
class Verb:
    """A button that posts one verb; `fields` go along hidden."""

    label: str
    url: str
    icon: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One stop on a timeline; the first one not done is where the thing stands."""

    title: str
    text: str = ""
    when: str = ""
    url: str = ""
    kind: Kind = "done"


@dataclass(frozen=True)
class MenuItem:
    """A row of a menu."""

    label: str
    url: str
    icon: str = ""
    current: bool = False
    method: Literal["get", "post"] = "get"
