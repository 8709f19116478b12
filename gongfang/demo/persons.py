"""Invented people: names, identity numbers, phones and cards that check and belong to nobody we know of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from faker import Faker

from gongfang.registry.people.rows import ResidentRow

PLACE = "330727"
_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_CHECKS = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def id_number(born: date, order: int) -> str:
    """Return a number that checks; an odd order is a man's."""
    front = f"{PLACE}{born:%Y%m%d}{order:03}"
    return (
        front + _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, front, strict=True)) % 11]
    )


def card_number(number: int) -> str:
    """Return a bank card number of a made-up series whose last digit checks."""
    front = f"6228480330{number:08}"
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(front)))
    return front + str(-sum(sum(divmod(digit, 10)) for digit in doubled) % 10)


def credit_code(number: int, *, kind: str = "91") -> str:
    """Return a credit code that checks: 91 an enterprise, 93 a co-operative, 11 an office."""
    front = f"{kind}{PLACE}MA2X{number:05}"
    total = sum(pow(3, place, 31) * _CREDIT.index(sign) for place, sign in enumerate(front))
    return front + _CREDIT[-total % 31]


@dataclass(frozen=True)
class Kind:
    """What is alike in a crowd of people: ages by year of birth, how many of a hundred are women, their standing."""

    first: date
    last: date
    women: int
    status: str = ""
    stays: int = 30


class Crowd:
    """Draws invented people, the same ones for the same seed, nobody twice."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- a demo must be the same every time
        self._faker = Faker("zh_CN")
        self._faker.seed_instance(seed)
        self._given: set[tuple[date, int]] = set()
        self._phones = count(1)
        self._households = count(1)

    def draw(self, number: int, kind: Kind, villages: list[str]) -> list[ResidentRow]:
        """Draw so many people of a kind, spread over villages."""
        return [self._person(kind, villages[place % len(villages)]) for place in range(number)]

    def household(self, village: str) -> str:
        """Return the code of a new household in the village's book."""
        return f"{village}-{next(self._households):05}"

    def id_number(self, day: date, *, woman: bool) -> str:
        """Return an identity number nobody has yet."""
        for order in self._orders(woman=woman):
            if (day, order) not in self._given:
                self._given.add((day, order))
                return id_number(day, order)
        raise ValueError("too many people were born on one day")

    def name(self) -> str:
        """Return a name for somebody at a desk."""
        return str(self._faker.name())

    def phone(self) -> str:
        """Return a number of a series that is not in use."""
        return f"1990000{next(self._phones):04}"

    def _orders(self, *, woman: bool) -> Iterator[int]:
        first = 2 * self.chance.randrange(1, 480) + (0 if woman else 1)
        return iter([*range(first, 1000, 2), *range(0 if woman else 1, first, 2)])

    def _person(self, kind: Kind, village: str) -> ResidentRow:
        woman = self.chance.randrange(100) < kind.women
        day = date.fromordinal(self.chance.randint(kind.first.toordinal(), kind.last.toordinal()))
        old = day.year < 1958
        return ResidentRow(
            name=self._faker.name_female() if woman else self._faker.name_male(),
            id_number=self.id_number(day, woman=woman),
            division=village,
            phone="" if old else self.phone(),
            household=self.household(village) if kind.status else "",
            status=kind.status,
            cannot_work_away=self.chance.randrange(100) < kind.stays,
            capacity="partial" if old else "full",
        )
