"""A spoilt sheet and what has to become of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.sheets.drafts import PEOPLE, Person


@dataclass(frozen=True)
class Taken:
    """The sheet goes in: exactly these people, as the register should hold them."""

    people: tuple[Person, ...] = PEOPLE


@dataclass(frozen=True)
class Returned:
    """The sheet comes back with a reason in exactly these rows; a reason names its column where one is given."""

    rows: dict[int, str]


@dataclass(frozen=True)
class Refused:
    """The file is refused as a whole, in one sentence."""


@dataclass(frozen=True)
class Cut:
    """What a torn file may become: a start of the people with the last of them perhaps shorter, or no sheet."""


Verdict: TypeAlias = Taken | Returned | Refused | Cut


@dataclass(frozen=True)
class Case:
    """One mutation by its family and name."""

    family: str
    name: str
    verdict: Verdict
    content: Callable[[], bytes] = field(repr=False)
    file_name: str = "花名册.xlsx"

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


Cases: TypeAlias = Iterator[Case]
