"""Which village visits a shared-out plan really needs: the dearest that nobody would miss is left out
first.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints
from gongfang.engines.dispatch.rule import Sharing

Window = tuple[int, int]
NEVER = 1 << 30  # visits that would be enough for somebody who may hold nothing


class Errands(NamedTuple):
    """Bags that need a visit between two buckets: whose, from when to when, and the 毫 of material in them."""

    person: Ints
    first: Ints
    last: Ints
    value: Ints


def needed_visits(arrays: Arrays, sharing: Sharing) -> Flags:
    """Visits (v, b) that remain when each one that costs money and is not missed has been left out.

    Kept are: a visit in the window of every bag, and enough visits for a person's cap to cover all
    their material.
    """
    open_ = arrays.served.copy()
    errands = _errands(arrays, sharing)
    times = _times(arrays, errands).tolist()
    by_place = _by_place(arrays, errands)
    for place, windows in by_place.items():
        _leave_out(arrays, open_, place, windows, times[place])
    idle = np.ones(len(open_), dtype=np.bool_)
    idle[list(by_place)] = False
    open_[idle[:, None] & (arrays.cost > 0)] = False
    return open_


def _leave_out(arrays: Arrays, open_: Flags, place: int, windows: list[Window], times: int) -> None:
    costs, visited = arrays.cost[place].tolist(), open_[place].tolist()
    for bucket in sorted(range(arrays.buckets), key=lambda bucket: (-costs[bucket], -bucket)):
        if visited[bucket] and costs[bucket]:
            visited[bucket] = False
            visited[bucket] = not _is_enough(visited, windows, times)
    open_[place] = visited


def _is_enough(visited: list[bool], windows: list[Window], times: int) -> bool:
    return sum(visited) >= times and all(any(visited[first : last + 1]) for first, last in windows)


def _times(arrays: Arrays, errands: Errands) -> Ints:
    """How often each place must be visited, so that everybody there may hold their material."""
    held, times = np.zeros(len(arrays.place), dtype=np.int64), np.zeros(len(arrays.served), dtype=np.int64)
    np.add.at(held, errands.person, errands.value)
    needed = np.where(arrays.custody > 0, -(-held // np.maximum(arrays.custody, 1)), NEVER * (held > 0))
    np.maximum.at(times, arrays.place, needed)
    return times


def _by_place(arrays: Arrays, errands: Errands) -> dict[int, list[Window]]:
    """The windows in which somebody needs a visit, of each place where anybody does."""
    windows: dict[int, list[Window]] = {}
    keys = (arrays.place[errands.person] * arrays.buckets + errands.first) * arrays.buckets + errands.last
    for key in np.unique(keys).tolist():
        upto, last = divmod(key, arrays.buckets)
        place, first = divmod(upto, arrays.buckets)
        windows.setdefault(place, []).append((first, last))
    return windows


def _errands(arrays: Arrays, sharing: Sharing) -> Errands:
    held, end, pins = sharing.held(), arrays.buckets - 1, arrays.promises
    work = arrays.work_of(held.pair)
    last = np.where(held.late, end, np.minimum(arrays.last[work], end))
    own = arrays.person[held.pair], arrays.first[work], last, held.value
    promised = (
        [pin.person for pin in pins], [pin.first for pin in pins], [pin.last for pin in pins],
        [arrays.material(pin.work, pin.bags) for pin in pins],
    )  # fmt: skip
    return Errands(*(_joined(*both) for both in zip(own, promised, strict=True)))


def _joined(column: Ints, more: Iterable[int]) -> Ints:
    return np.concatenate([column, np.array(more, dtype=np.int64)])
