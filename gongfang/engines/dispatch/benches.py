"""Who has a place at the benches of a workshop when, so that all its people can come to work in time.

Bags can be laid aside and taken up again, and in each bucket the benches hold so many minutes, of one person no more
than their own. So minutes flow from bags through a person's buckets to the benches, and all bags can be made exactly
when the flow takes all their time (Ford and Fulkerson 1956). What is kept of it is how long each person has a place in
each bucket: their bags fit into these places exactly when in every run of buckets the bags whose window lies inside
need no more than they have there (Horn 1974), and such sets of places are the bases of a polymatroid. So more time for
one person is found along a shortest path on which others move from one bucket to another (Edmonds 1970; Lawler
and Martel 1982); no path, no room.

What was promised beyond the benches has no place there; then nothing may be added that would need one.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Ints, intervals
from gongfang.engines.dispatch.kernel import inner, whole

NOBODY = -1
START = -1  # a bucket the person asking can use themselves
UNSEEN = -2
THROUGH, BEFORE, QUEUE = 0, 1, 2  # rows of the scratch paper


class Benches(NamedTuple):
    """People of workshops that count their benches (k), places (v), buckets (b), runs of buckets (r); in ticks.

    row: (n) the row of a person, or NOBODY. at: (k) their place. ptr: (v + 1) the rows of a place. own: (k, b) what a
    person has. free: (v, b) what the benches have left. held: (k, b) what a person has a place for. slack: (k, r)
    what of it no bag needs. path: (3, b) scratch paper: through whom and from where a bucket was reached, and which
    are looked at next.
    """

    row: Ints
    at: Ints
    ptr: Ints
    runs: Ints
    own: Ints
    free: Ints
    held: Ints
    slack: Ints
    path: Ints


def benches_of(arrays: Arrays) -> tuple[Benches, Ints]:
    """The benches with everybody who has a promise at their place, and for how long each promise found one."""
    counted = arrays.counted
    line = np.argsort(arrays.place, kind="stable")
    line = line[counted[arrays.place[line]]]
    row = np.full(len(arrays.place), NOBODY)
    row[line] = np.arange(len(line))
    runs = intervals(arrays.buckets)
    benches = Benches(
        row=row,
        at=arrays.place[line],
        ptr=np.searchsorted(arrays.place[line], np.arange(len(counted) + 1)),
        runs=runs,
        own=np.ascontiguousarray(arrays.capacity[line]),
        free=np.maximum(arrays.bench, 0),
        held=np.zeros((len(line), arrays.buckets), dtype=np.int64),
        slack=np.zeros((len(line), len(runs)), dtype=np.int64),
        path=np.zeros((3, arrays.buckets), dtype=np.int64),
    )
    seated = [
        place(benches, int(row[one.person]), one.first, one.last, sum(one.bags) * one.pace)
        for one in arrays.promises
    ]
    return benches, np.array(seated, dtype=np.int64)


@inner
def is_around(benches: Benches, run: int, first: int, last: int) -> bool:
    """Whether a run of buckets holds a whole window."""
    return benches.runs[run, 0] <= first and benches.runs[run, 1] >= last


@inner
def spare(benches: Benches, row: int, first: int, last: int, without: int) -> int:
    """What no bag needs in any run around a window that leaves out a bucket."""
    least = np.int64(1 << 62)
    for run in range(len(benches.runs)):
        if is_around(benches, run, first, last) and not is_around(benches, run, without, without):
            least = min(least, benches.slack[row, run])
    return whole(least)


@inner
def entry(benches: Benches, row: int, first: int, last: int, bucket: int) -> int:
    """How much longer bags of a window could be made if their person had a place in this bucket."""
    more = benches.own[row, bucket] - benches.held[row, bucket]
    return whole(min(more, spare(benches, row, first, last, bucket)) if more > 0 else 0)


@inner
def exchange(benches: Benches, row: int, bucket: int, other: int) -> int:
    """How long somebody could come in another bucket instead."""
    most = min(benches.held[row, bucket], benches.own[row, other] - benches.held[row, other])
    return whole(min(most, spare(benches, row, bucket, bucket, other)) if most > 0 else 0)


@inner
def come(benches: Benches, row: int, bucket: int, ticks: int) -> None:
    """Give somebody a place for so much longer in a bucket, or shorter when below nothing."""
    benches.held[row, bucket] += ticks
    for run in range(len(benches.runs)):
        if is_around(benches, run, bucket, bucket):
            benches.slack[row, run] += ticks


@inner
def need(benches: Benches, row: int, first: int, last: int, ticks: int) -> None:
    """Let bags of a window need so much more of their person's places, or less when below nothing."""
    for run in range(len(benches.runs)):
        if is_around(benches, run, first, last):
            benches.slack[row, run] -= ticks


@inner
def place(benches: Benches, row: int, first: int, last: int, ticks: int) -> int:
    """Find a place for bags of a window and say for how much of their time there is one; all of it at home."""
    if row < 0:
        return ticks
    left = ticks
    while left > 0:
        bucket = nearest_free(benches, row, first, last)
        if bucket < 0:
            break
        moved = move_up(benches, row, first, last, bucket, left)
        if moved == 0:
            break
        left -= moved
    return ticks - left


@inner
def leave(benches: Benches, row: int, first: int, last: int, ticks: int) -> None:
    """Give back the places that bags of a window needed."""
    if row < 0:
        return
    need(benches, row, first, last, -ticks)
    at = benches.at[row]
    for bucket in range(benches.held.shape[1] - 1, -1, -1):
        unused = min(benches.held[row, bucket], spare(benches, row, bucket, bucket, whole(-1)))
        if unused > 0:
            come(benches, row, bucket, -unused)
            benches.free[at, bucket] += unused


@inner
def room(benches: Benches, row: int, first: int, last: int, ticks: int) -> int:
    """How much of so much time in a window there would be a place for."""
    found = place(benches, row, first, last, ticks)
    leave(benches, row, first, last, found)
    return found


@inner
def nearest_free(benches: Benches, row: int, first: int, last: int) -> int:
    """The free bucket at the end of the shortest path from a person's bags, written on the scratch paper; -1: none."""
    path, at, buckets = benches.path, benches.at[row], benches.held.shape[1]
    end = 0
    for bucket in range(buckets):
        path[THROUGH, bucket] = UNSEEN
        if entry(benches, row, first, last, bucket) > 0:
            path[THROUGH, bucket], path[QUEUE, end] = START, bucket
            end += 1
    done = 0
    while done < end:
        bucket = path[QUEUE, done]
        done += 1
        if benches.free[at, bucket] > 0:
            return whole(bucket)
        for other in range(buckets):
            if path[THROUGH, other] != UNSEEN:
                continue
            for someone in range(benches.ptr[at], benches.ptr[at + 1]):
                if someone != row and exchange(benches, someone, bucket, other) > 0:
                    path[THROUGH, other], path[BEFORE, other], path[QUEUE, end] = someone, bucket, other
                    end += 1
                    break
    return whole(-1)


@inner
def move_up(benches: Benches, row: int, first: int, last: int, bucket: int, most: int) -> int:
    """Let everybody on the path move on, the bags take the place that becomes free, as much as can be; how much."""
    ticks = min(most, benches.free[benches.at[row], bucket])
    while ticks > 0:
        step(benches, row, first, last, bucket, ticks)
        if is_sound(benches, row, bucket):
            return whole(ticks)
        step(benches, row, first, last, bucket, -ticks)
        ticks //= 2
    return whole(0)


@inner
def step(benches: Benches, row: int, first: int, last: int, bucket: int, ticks: int) -> None:
    """Move so much along the path that ends in a bucket, or back when below nothing."""
    path = benches.path
    benches.free[benches.at[row], bucket] -= ticks
    while path[THROUGH, bucket] >= 0:
        come(benches, whole(path[THROUGH, bucket]), bucket, ticks)
        come(benches, whole(path[THROUGH, bucket]), whole(path[BEFORE, bucket]), -ticks)
        bucket = whole(path[BEFORE, bucket])
    come(benches, row, bucket, ticks)
    need(benches, row, first, last, ticks)


@inner
def is_sound(benches: Benches, row: int, bucket: int) -> bool:
    """Whether everybody on the path has time for their places, and their bags have room in them."""
    path = benches.path
    while path[THROUGH, bucket] >= 0:
        if not is_right(benches, whole(path[THROUGH, bucket])):
            return False
        bucket = whole(path[BEFORE, bucket])
    return is_right(benches, row)


@inner
def is_right(benches: Benches, row: int) -> bool:
    """Whether a person has time for their places, and their bags have room in them."""
    for bucket in range(benches.held.shape[1]):
        if not 0 <= benches.held[row, bucket] <= benches.own[row, bucket]:
            return False
    for run in range(len(benches.runs)):  # noqa: SIM110 - a kernel makes no generators
        if benches.slack[row, run] < 0:
            return False
    return True


@inner
def rooms(benches: Benches, people: Ints, first: Ints, last: int, ticks: Ints) -> None:
    """Cut the time of each of these people in a window down to what each alone would find a place for."""
    for at in range(len(people)):
        row = benches.row[people[at]]
        if row >= 0:
            ticks[at] = room(benches, row, first[at], last, ticks[at])


@inner
def places(benches: Benches, people: Ints, first: int, last: int, ticks: Ints) -> None:
    """Find a place for the time of all these people in a window together, and cut it down to what they find."""
    for at in range(len(people)):
        ticks[at] = place(benches, benches.row[people[at]], first, last, ticks[at])
