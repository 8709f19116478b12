"""How whoever tells acts chooses among what there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.soak.model_whole import Model

DESK = {"W": ("chen", "he"), "A": ("wu",)}
EYES = {"W": ("zhao", "he"), "A": ("jiang", "wu")}
HEADS = {"W": "he", "A": "wu"}
BOOKS = ("luo", "wang", "li")


class Chooser:
    """Chance, and what the model knows by now."""

    def __init__(self, model: Model, chance: random.Random) -> None:
        self.model, self.chance = model, chance
        self.day = 0

    def one(self, things: list[Any]) -> Any:
        return self.chance.choice(things) if things else None

    def some(self, things: list[Any], most: int = 3) -> list[Any]:
        return self.chance.sample(things, min(len(things), self.chance.randint(1, most)))

    def upto(self, most: int) -> int:
        """Often all of it, otherwise some."""
        return most if self.chance.random() < 0.6 else self.chance.randint(1, max(1, most))

    def seldom(self) -> bool:
        """Say that something is left alone this time, because there is enough of it."""
        return self.chance.random() < 0.9

    def given(self, kind: str, make: Callable[[Any], Any], **facts: Any) -> Any:
        thing = self.one(self.model.of(kind, **facts))
        return make(thing) if thing else None

    def hers(self, maker: str, org: str, args: dict[str, Any], *, alone: bool) -> Any:
        """The maker herself, her desk, or the desk in her name."""
        ways = [(self.one(list(DESK[org])), args), (self.one(list(DESK[org])), args, maker)]
        return self.one([*ways, (maker, args)] if alone else ways)
