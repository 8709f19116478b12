"""Reads the instances of the dispatch bench and writes plans its judge understands.

There a bag is never divided and times and money are decimal numbers, so a unit is a whole bag, a tick a
millisecond, and what is used is rounded up, what is there and what comes out is rounded down.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gongfang.engines.dispatch.arrays import NO_LIMIT, NOT_COUNTED, Arrays, Ints, draw_lots
from gongfang.engines.dispatch.search import Search

Columns = Mapping[str, NDArray[Any]]

TICKS = 60_000  # milliseconds in a minute
HAO = 10_000  # in a yuan


def read(file: Path | IO[bytes]) -> dict[str, NDArray[Any]]:
    """The columns of an instance file, by the names of the bench's README."""
    with np.load(file) as columns:
        return {name: columns[name] for name in columns.files}


def arrays_from(case: Columns, *, seed: int) -> tuple[Arrays, Ints]:
    """The planner's columns, and for each of its pairs the number of that pair in the instance."""
    people, works, buckets, places = (int(case[name]) for name in ("W", "O", "B", "nv"))
    order = np.argsort(case["po"], kind="stable")
    arrays = Arrays(
        place=case["vill"].astype(np.int64),
        capacity=_down(case["cap"], TICKS),
        custody=_down(case["custody"], HAO),
        wish=np.full(people, NO_LIMIT, dtype=np.int64),
        target=_down(case["T"], HAO * 1000),
        earned=np.zeros(people, dtype=np.int64),
        lot=draw_lots(tuple(str(person) for person in range(people)), seed=seed),
        first=case["a"].astype(np.int64),
        last=case["e"].astype(np.int64),
        size=np.ones(works, dtype=np.int64),
        need=_up(case["Q"], 1000),
        limit=_down(case["N"], 1),
        bags=_down(case["N"], 1),
        value=_values(case, works),
        ptr=np.searchsorted(case["po"][order], np.arange(works + 1)).astype(np.int64),
        person=case["pw"][order].astype(np.int64),
        pace=_up(case["m"][order], TICKS),
        good=_down(case["g"][order], 1000),
        worth=_down(case["pay"][order], HAO * 1000),
        served=np.ones((places, buckets), dtype=np.bool_),
        cost=np.repeat(_up(case["F"], HAO)[:, None], buckets, axis=1),
        bench=_benches(case, places=places, buckets=buckets),
        week=np.searchsorted(case.get("weeks", np.array([buckets - 1])), np.arange(buckets)),
        loss=_up(case["L"], HAO),
        urgent=0,
        surplus=True,
        steps=tuple(zip(np.cumsum(case["fk"]).tolist(), case["fw"].tolist(), strict=True)),
    )
    return arrays, order


def kept_of(plan: Columns, order: Ints) -> dict[int, int]:
    """How many bags an earlier plan gave to each of the planner's pairs."""
    bags = (plan["x"] + plan["z"])[order]
    return {pair: int(bags[pair]) for pair in np.flatnonzero(bags).tolist()}


def write(file: IO[bytes], *, search: Search, order: Ints) -> None:
    """Write bags per pair, on time `x` and late `z`, and visits `y`, as the judge reads them."""
    soon, late = np.zeros(len(order), dtype=np.int64), np.zeros(len(order), dtype=np.int64)
    pairs = search.tables.pairs
    soon[order[search.rows]], late[order[search.rows]] = pairs["soon"], pairs["late"]
    np.savez_compressed(file, x=soon, z=late, y=search.links.visits.astype(np.int64))


def _values(case: Columns, works: int) -> Ints:
    values = np.zeros(works, dtype=np.int64)
    np.maximum.at(values, case["po"], _up(case["val"], HAO))
    return values


def _benches(case: Columns, *, places: int, buckets: int) -> Ints:
    """The benches of each place, if the instance tells minutes for each bucket: not a number where not counted."""
    if "bench" not in case:
        return np.full((places, buckets), NOT_COUNTED, dtype=np.int64)
    told = np.nan_to_num(case["bench"], nan=-1.0)
    return np.where(told < 0, NOT_COUNTED, _down(np.maximum(told, 0), TICKS))


def _up(numbers: NDArray[Any], unit: int) -> Ints:
    rounded: Ints = np.ceil(numbers * unit).astype(np.int64)
    return rounded


def _down(numbers: NDArray[Any], unit: int) -> Ints:
    rounded: Ints = np.floor(numbers * unit).astype(np.int64)
    return rounded
