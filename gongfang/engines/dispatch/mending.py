"""The columns of a repair, and the kernel that lays offers where they were.

It sees room as `Standing.obstacle` does, which looks at one bag as an object would; a repair may take milliseconds.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Flags, Ints
from gongfang.engines.dispatch.benches import Benches, place, room
from gongfang.engines.dispatch.kernel import inner
from gongfang.engines.dispatch.rule import Sharing


class Ground(NamedTuple):
    """What a repair does not change: runs (r, 2), people, places, works, pairs as in `Arrays`; most: bags there are."""

    runs: Ints
    place: Ints
    cap: Ints
    target: Ints
    lot: Ints
    served: Flags
    first: Ints
    last: Ints
    size: Ints
    need: Ints
    limit: Ints
    most: Ints
    value: Ints
    ptr: Ints
    person: Ints
    pace: Ints
    good: Ints
    worth: Ints
    typical: int


class Left(NamedTuple):
    """What a repair changes: the room people have left, and what is shared out of each work."""

    slack: Ints
    benches: Benches
    custody: Ints
    wish: Ints
    earned: Ints
    units: Ints
    bags: Ints
    good: Ints
    small: Ints


class Rows(NamedTuple):
    """Offers as columns: pair (-1: there is none), work, whether late, and the units of bag after bag."""

    pair: Ints
    work: Ints
    late: Flags
    ptr: Ints
    bags: Ints


class Weight(NamedTuple):
    """What some bags of an offer need: units, material, units of the largest, bags that are not full."""

    units: int
    value: int
    most: int
    small: int


def ground_of(sharing: Sharing) -> Ground:
    """The ground of what is being shared out."""
    arrays = sharing.arrays
    return Ground(
        sharing.runs, arrays.place, arrays.custody, arrays.target, arrays.lot, arrays.served, arrays.first,
        arrays.last, arrays.size, arrays.need, arrays.limit, arrays.bags, arrays.value, arrays.ptr,
        arrays.person, arrays.pace, arrays.good, arrays.worth, sharing.typical,
    )  # fmt: skip


def left_of(sharing: Sharing, small: list[int]) -> Left:
    """What is left; of a sharing's own arrays these are the same, of its lists copies."""
    earned, units, bags, good, few = (
        np.array(column, dtype=np.int64)
        for column in (sharing.earned, sharing.units, sharing.bags, sharing.good, small)
    )
    return Left(sharing.slack, sharing.benches, sharing.custody, sharing.wish, earned, units, bags, good, few)


def write_back(left: Left, sharing: Sharing, small: list[int]) -> None:
    """Tell a sharing what has been taken."""
    sharing.earned, sharing.units = left.earned.tolist(), left.units.tolist()
    sharing.bags, sharing.good = left.bags.tolist(), left.good.tolist()
    small[:] = left.small.tolist()


@inner
def lay_rows(ground: Ground, left: Left, rows: Rows, order: Ints, fits: Ints, late: Flags) -> None:
    """Lay offers in this order, each on time or late, as many of its bags as fit: `fits` of them, `late` or not."""
    for row in order:
        if rows.pair[row] >= 0:
            count = fitting_bags(ground, rows, row)
            while count and not lay_row(ground, left, rows, row, count, late):
                count -= 1
            fits[row] = count


@inner
def fitting_bags(ground: Ground, rows: Rows, row: int) -> int:
    """How many bags of an offer are not too large for the work."""
    count = 0
    for bag in range(rows.ptr[row], rows.ptr[row + 1]):
        count += rows.bags[bag] <= ground.size[rows.work[row]]
    return count


@inner
def lay_row(ground: Ground, left: Left, rows: Rows, row: int, count: int, late: Flags) -> bool:
    """Lay so many bags of an offer, if they fit in one of its work's windows."""
    weight = weigh(ground, rows, row, count)
    for turn in range(2):
        way = rows.late[row] != (turn == 1)
        if has_way(ground, rows.work[row], way) and has_room(
            ground, left, rows.pair[row], rows.work[row], weight, count, way
        ):
            take(ground, left, rows.pair[row], rows.work[row], weight.units, weight.value, count, way)
            left.small[rows.work[row]] += weight.small
            late[row] = way
            return True
    return False


@inner
def weigh(ground: Ground, rows: Rows, row: int, count: int) -> Weight:
    """What the first so many bags of an offer need."""
    work = rows.work[row]
    size, value, units, held, most, small, seen = ground.size[work], ground.value[work], 0, 0, 0, 0, 0
    for bag in range(rows.ptr[row], rows.ptr[row + 1]):
        pieces = rows.bags[bag]
        if pieces <= size and seen < count:
            seen += 1
            units += pieces
            held += -(-pieces * value // size)
            most = max(most, pieces)
            small += pieces < size
    return Weight(units, held, most, small)


@inner
def has_way(ground: Ground, work: int, late: bool) -> bool:
    """Whether a work can be made on time, or late."""
    last, end = ground.last[work], ground.served.shape[1] - 1
    return last < end if late else last >= 0


@inner
def end_of(ground: Ground, work: int, late: bool) -> int:
    """The last bucket of a work's window."""
    end = ground.served.shape[1] - 1
    return end if late else min(ground.last[work], end)


@inner
def has_room(
    ground: Ground,
    left: Left,
    pair: int,
    work: int,
    weight: Weight,
    count: int,
    late: bool,
) -> bool:
    """Whether nothing is in the way of bags, as `Standing.obstacle` sees it."""
    person, first, last = ground.person[pair], ground.first[work], end_of(ground, work, late)
    small = left.small[work] + weight.small
    ticks = weight.units * ground.pace[pair]
    return (
        is_reached(ground, ground.place[person], first, last)
        and -(-weight.most * ground.value[work] // ground.size[work]) <= ground.cap[person]
        and ticks <= tightest(ground, left, person, first, last)
        and weight.value <= left.custody[person]
        and weight.units <= left.wish[person]
        and left.bags[work] + count <= ground.most[work]
        and left.units[work] + weight.units <= ground.limit[work]
        and (small <= 1 or weight.small == 0)
        and (left.benches.row[person] < 0 or ticks <= bench_room(left, person, first, last, ticks))
    )


@inner
def is_reached(ground: Ground, place: int, first: int, last: int) -> bool:
    """Whether a round goes to a place within a window."""
    for bucket in range(first, last + 1):  # noqa: SIM110 - a kernel makes no generators
        if ground.served[place, bucket]:
            return True
    return False


@inner
def tightest(ground: Ground, left: Left, person: int, first: int, last: int) -> int:
    """Ticks a person has left for work of a window: the least of every run of buckets around it."""
    least = np.int64(1 << 62)
    for run in range(len(ground.runs)):
        if ground.runs[run, 0] <= first and ground.runs[run, 1] >= last:
            least = min(least, left.slack[person, run])
    return int(least)


@inner
def bench_room(left: Left, person: int, first: int, last: int, ticks: int) -> int:
    """For how much of so much time in a window there is a place at somebody's bench."""
    return room(left.benches, left.benches.row[person], first, last, ticks)


@inner
def take(
    ground: Ground,
    left: Left,
    pair: int,
    work: int,
    units: int,
    value: int,
    count: int,
    late: bool,
) -> None:
    """Take bags out of what is left."""
    person, first, last = ground.person[pair], ground.first[work], end_of(ground, work, late)
    for run in range(len(ground.runs)):
        if ground.runs[run, 0] <= first and ground.runs[run, 1] >= last:
            left.slack[person, run] -= units * ground.pace[pair]
    if left.benches.row[person] >= 0:
        place(left.benches, left.benches.row[person], first, last, units * ground.pace[pair])
    left.custody[person] -= value
    left.wish[person] -= units
    left.earned[person] += units * ground.worth[pair]
    left.units[work] += units
    left.bags[work] += count
    left.good[work] += units * ground.good[pair]
