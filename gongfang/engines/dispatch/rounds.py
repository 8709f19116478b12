"""Which village visits a shared-out plan really needs: the dearest that nobody would miss is left out
first.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Flags
from gongfang.engines.dispatch.rule import Sharing


class Errand(NamedTuple):
    """Bags of one person that need a visit between two buckets, and the 毫 of material in them."""

    person: int
    first: int
    last: int
    value: int


def needed_visits(arrays: Arrays, sharing: Sharing) -> Flags:
    """Visits (v, b) that remain when each one that costs money and is not missed has been left out.

    Kept are: a visit in the window of every bag, and enough visits for a person's cap to cover all
    their material.
    """
    open_ = arrays.served.copy()
    by_place = _by_place(arrays, sharing)
    for place, errands in by_place.items():
        _leave_out(arrays, open_, place, errands)
    idle = np.ones(len(open_), dtype=np.bool_)
    idle[list(by_place)] = False
    open_[idle[:, None] & (arrays.cost > 0)] = False
    return open_


def _leave_out(arrays: Arrays, open_: Flags, place: int, errands: list[Errand]) -> None:
    held: dict[int, int] = {}
    for errand in errands:
        held[errand.person] = held.get(errand.person, 0) + errand.value
    costs = arrays.cost[place].tolist()
    for bucket in sorted(range(arrays.buckets), key=lambda bucket: (-costs[bucket], -bucket)):
        if not open_[place, bucket] or not costs[bucket]:
            continue
        open_[place, bucket] = False
        if not _is_enough(arrays, open_[place].tolist(), errands, held):
            open_[place, bucket] = True


def _is_enough(arrays: Arrays, visited: list[bool], errands: list[Errand], held: dict[int, int]) -> bool:
    times = sum(visited)
    return all(arrays.custody[person] * times >= value for person, value in held.items()) and all(
        any(visited[errand.first : errand.last + 1]) for errand in errands
    )


def _by_place(arrays: Arrays, sharing: Sharing) -> dict[int, list[Errand]]:
    sorted_out: dict[int, list[Errand]] = {}
    for errand in _errands(arrays, sharing):
        sorted_out.setdefault(int(arrays.place[errand.person]), []).append(errand)
    return sorted_out


def _errands(arrays: Arrays, sharing: Sharing) -> Iterable[Errand]:
    pairs = np.array([grant.pair for grant in sharing.grants], dtype=np.int64)
    works, people = np.searchsorted(arrays.ptr, pairs, side="right") - 1, arrays.person[pairs].tolist()
    both = {
        late: [arrays.window(work, late=late) for work in range(len(arrays.first))] for late in (False, True)
    }
    for grant, work, person in zip(sharing.grants, works.tolist(), people, strict=True):
        first, last = both[grant.late][work]
        yield Errand(person, first, last, arrays.material(work, grant.bags))
    for pin in arrays.promises:
        yield Errand(pin.person, pin.first, pin.last, arrays.material(pin.work, pin.bags))
