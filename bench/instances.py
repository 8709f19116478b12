"""Draws counties to plan, of any size, load and seed.

`python -m bench.instances 6000 200 CASE.npz --load .75 --seed 1` writes one. A quarter of the people work in workshops,
the others at home in villages of some twenty; a fifth are old or disabled and work half as long. Everybody knows one to
four of sixteen crafts. Orders are cut to fill `load` of all minutes there are. Nobody in particular is drawn: these are
shares and spreads, not records.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
Numbers = NDArray[np.float64]
Chance = np.random.Generator

BUCKETS, DAYS, CRAFTS = 4, 5, 16
IN_WORKSHOPS, SLOWER = 0.25, 0.22  # shares of all people
BEHIND_DOORS = 1e7  # yuan of material: a workshop's store has no cap


@dataclass(frozen=True)
class People:
    """Where people are, what they have of time, how quick and careful they are at each craft."""

    place: NDArray[np.int64]
    minutes: Numbers  # (people, buckets)
    custody: Numbers
    knows: NDArray[np.bool_]  # (people, crafts)
    speed: Numbers  # (people, crafts)
    passes: Numbers  # (people, crafts)


def columns(people: int, orders: int, *, load: float = 0.75, seed: int = 0) -> dict[str, NDArray[Any]]:
    """A county's columns, by the names that `gongfang.engines.dispatch.bench` reads."""
    chance = np.random.default_rng(seed)
    fees, somebody = _places_and_people(chance, people)
    work = _orders(chance, orders, minutes=float(somebody.minutes.sum()) * load)
    minutes = somebody.minutes
    runs = np.array(list(combinations_with_replacement(range(BUCKETS), 2)), dtype=np.int32)
    return {
        **{name: np.asarray(size) for name, size in (("W", people), ("O", orders), ("B", BUCKETS))},
        "nv": np.asarray(len(fees)), "F": fees, "town": np.arange(len(fees)) // 12,
        "vill": somebody.place, "cap": minutes, "custody": somebody.custody,
        "T": minutes.sum(axis=1) * 0.26 * load * chance.uniform(0.8, 1.2, people),
        "iv": runs, "ivcap": np.stack([minutes[:, s : t + 1].sum(axis=1) for s, t in runs], axis=1),
        "fw": np.array([1.5, 1.0, 0.5]), "fk": np.array([0.5, 0.3, 0.2]),
        **{name: work[name] for name in ("a", "e", "K", "Q", "N", "L", "rate")},
        **_pairs(somebody, work, people),
    }  # fmt: skip


def packed(case: Columns) -> bytes:
    """The columns as the bytes of an instance file."""
    file = BytesIO()
    np.savez(file, allow_pickle=False, **case)
    return file.getvalue()


def _places_and_people(chance: Chance, people: int) -> tuple[Numbers, People]:
    inside = chance.random(people) < IN_WORKSHOPS
    villages, shops = max(2, int((~inside).sum() / 20)), max(1, people // 200)
    weight = chance.gamma(3.0, size=villages)
    home = chance.choice(villages, people, p=weight / weight.sum())
    place = np.where(inside, villages + chance.integers(shops, size=people), home)
    fees = np.r_[chance.uniform(40, 120, villages), np.zeros(shops)]
    slower = chance.random(people) < SLOWER
    knows, speed, passes = _crafts(chance, people)
    speed *= np.where(slower, 0.8, 1.0)[:, None] * np.where(inside, 1.1, 1.0)[:, None]
    caps = chance.choice([400.0, 800.0, 1200.0, 2000.0, 3000.0], people, p=[0.15, 0.3, 0.3, 0.15, 0.1])
    return fees, People(
        place=place,
        minutes=_minutes(chance, inside=inside, slower=slower),
        custody=np.where(inside, BEHIND_DOORS, caps),
        knows=knows,
        speed=speed.clip(0.35, 2.0),
        passes=passes,
    )


def _minutes(chance: Chance, *, inside: NDArray[np.bool_], slower: NDArray[np.bool_]) -> Numbers:
    people = len(inside)
    a_day = np.where(inside, chance.normal(420, 30, people), chance.lognormal(np.log(210), 0.45, people))
    a_day = np.where(slower, np.minimum(a_day, chance.uniform(90, 240, people)), a_day).clip(45, 540)
    days = chance.binomial(DAYS, np.where(inside, 0.96, 0.88)[:, None], (people, BUCKETS))
    minutes: Numbers = np.round(days * a_day[:, None])
    return minutes


def _crafts(chance: Chance, people: int) -> tuple[NDArray[np.bool_], Numbers, Numbers]:
    """Everybody knows one to four crafts, the usual ones more often."""
    many = 1 + chance.binomial(3, 0.43, people)
    drawn = chance.gumbel(size=(people, CRAFTS)) + np.log(_usual())
    rank = np.argsort(np.argsort(-drawn, axis=1), axis=1)
    own = chance.lognormal(0, 0.22, people)[:, None]
    speed = own * chance.lognormal(0, 0.12, (people, CRAFTS))
    passes = 1 - chance.beta(1.5, 38, (people, CRAFTS)).clip(0, 0.25)
    return rank < many[:, None], speed, passes


def _usual() -> Numbers:
    weight = np.power(np.arange(CRAFTS) + 2.0, -0.7)
    share: Numbers = weight / weight.sum()
    return share


def _orders(chance: Chance, orders: int, *, minutes: float) -> dict[str, NDArray[Any]]:
    a_piece = chance.lognormal(np.log(6), 0.8, orders).clip(0.8, 45)
    a_bag = chance.choice([60, 90, 120, 180, 240, 360], orders, p=[0.12, 0.2, 0.3, 0.2, 0.13, 0.05])
    bag = np.maximum(1.0, np.round(a_bag / a_piece))
    first = np.where(chance.random(orders) < 0.6, 0, chance.integers(BUCKETS, size=orders))
    last = np.minimum(BUCKETS - 1, first + chance.integers(BUCKETS, size=orders))
    last = np.maximum(last, np.where(chance.random(orders) < 0.7, np.maximum(first, 1), first))
    size = chance.lognormal(0, 1.0, orders) * (0.4 + 0.6 * (last - first + 1) / BUCKETS)
    pieces = np.maximum(bag, np.round(size / size.sum() * minutes * 0.95 / a_piece))
    rate = a_piece * chance.uniform(0.18, 0.34, orders)
    return {
        "craft": chance.choice(CRAFTS, orders, p=_usual()), "a_piece": a_piece,
        "a": first, "e": last, "K": bag, "Q": pieces, "N": np.ceil(pieces * 1.06 / bag), "rate": rate,
        "L": rate * chance.uniform(2, 6, orders), "bag_value": bag * rate * chance.uniform(0.3, 3.0, orders),
    }  # fmt: skip


def _pairs(somebody: People, work: dict[str, NDArray[Any]], people: int) -> dict[str, NDArray[Any]]:
    """Who could make what: knows the craft, may hold one bag of it and can make one in the time there is."""
    holds = somebody.custody[:, None] >= work["bag_value"]
    person, order = np.nonzero(somebody.knows[:, work["craft"]] & holds)
    craft = work["craft"][order]
    minutes = (work["K"] * work["a_piece"])[order] / somebody.speed[person, craft]
    able = minutes <= somebody.minutes.sum(axis=1)[person]
    person, order, craft, minutes = person[able], order[able], craft[able], minutes[able]
    good = work["K"][order] * somebody.passes[person, craft]
    return {
        "pw": person.astype(np.int32), "po": order.astype(np.int32), "m": minutes, "g": good,
        "pay": good * work["rate"][order], "val": work["bag_value"][order],
        "ptr": np.searchsorted(person, np.arange(people + 1)),
    }  # fmt: skip


def main() -> None:
    """Draw a county and write it."""
    parser = argparse.ArgumentParser(prog="python -m bench.instances", description=__doc__)
    parser.add_argument("people", type=int)
    parser.add_argument("orders", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--load", type=float, default=0.75)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    asked.out.write_bytes(packed(columns(asked.people, asked.orders, load=asked.load, seed=asked.seed)))


if __name__ == "__main__":
    main()
