"""The county laid out for the bound: what one person could make, and the visit patterns of each village.

A village looks at all patterns of up to `MOST_PAID` rounds that cost money; beyond that only at how many there are,
each number of which may reach every window. Buckets are gathered into `MOST_STRETCHES`, and windows reach to the ends
of theirs. Bags may be divided where they hold more than one unit. Each of these can only make a plan cheaper.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import NO_LIMIT, Arrays, Flags, Ints, intervals, minutes_inside
from gongfang.engines.dispatch.cost import Floats, steps_to_target
from gongfang.engines.dispatch.tables import Rows

YUAN = 1e7  # in 1/1000 毫
MOST_PAID = 6  # rounds of a village whose patterns are all looked at
MOST_STRETCHES = (
    6  # into which buckets are gathered, so that there are few runs; windows reach to the ends of theirs
)
NOTHING = 1e-12

ITEM = np.dtype(
    [
        ("order", "i4"), ("late", "i4"), ("first", "i2"), ("last", "i2"), ("begin", "i2"), ("end", "i2"),
        ("time", "f8"), ("most", "f8"), ("pay", "f8"), ("good", "f8"), ("value", "f8"), ("units", "f8"),
    ]
)  # fmt: skip


class Relaxed(NamedTuple):
    """People (n), items (i) by person: one for each pair and window, works (m), places (v), patterns (q) by place,
    states (s): one for each person and pattern. Money is in yuan, time in ticks.

    item_ptr: (n + 1). room: (n, c, c) ticks in each run of stretches. income: (n, 2) earned, target. held: (n, 3)
    custody a visit, promised of it, wish left. steps: share of the target, worth of a yuan below it. reach: (q, 1 + b)
    rounds before each bucket, then how many in all. fee: (q). own: (s, 3) prices of income, custody, wish. state_ptr:
    (n + 1).
    """

    items: Rows
    item_ptr: Ints
    room: Floats
    income: Floats
    held: Floats
    steps: Floats
    by_place: Ints
    place_ptr: Ints
    pattern_ptr: Ints
    reach: Ints
    fee: Floats
    own: Floats
    state_ptr: Ints


def relaxed(arrays: Arrays) -> Relaxed:
    """Lay a county out for the bound."""
    people = len(arrays.place)
    edges = _stretches(arrays.buckets)
    items, owner = _items(arrays, edges)
    pattern_ptr, reach, fee = _patterns(arrays)
    by_place = np.argsort(arrays.place, kind="stable")
    counts = np.diff(pattern_ptr)[arrays.place]
    promised, wish = np.zeros(people), np.minimum(arrays.wish, NO_LIMIT).astype(np.float64)
    earned = arrays.earned / YUAN
    for one in arrays.promises:
        promised[one.person] += arrays.material(one.work, one.bags)
        wish[one.person] -= sum(one.bags)
        earned[one.person] += sum(one.bags) * one.worth / YUAN
    return Relaxed(
        items=items,
        item_ptr=np.searchsorted(owner, np.arange(people + 1)),
        room=_room(arrays, edges),
        income=np.stack([earned, arrays.target / YUAN], axis=1),
        held=np.stack([arrays.custody * 1.0, promised, np.maximum(wish, 0)], axis=1),
        steps=steps_to_target(arrays),
        by_place=by_place,
        place_ptr=np.searchsorted(arrays.place[by_place], np.arange(len(arrays.served) + 1)),
        pattern_ptr=pattern_ptr,
        reach=reach,
        fee=fee,
        own=np.tile([0.5, 0.0, 0.0], (int(counts.sum()), 1)),
        state_ptr=np.concatenate([[0], np.cumsum(counts)]),
    )


def _stretches(buckets: int) -> Ints:
    """The first bucket of each stretch, and one past the last."""
    count = min(buckets, MOST_STRETCHES)
    return np.arange(count + 1) * buckets // count


def _room(arrays: Arrays, edges: Ints) -> Floats:
    """Ticks in each run of stretches, less what is promised inside; what was too much already is as if not promised."""
    count = len(edges) - 1
    stretch = np.searchsorted(edges, np.arange(arrays.buckets), side="right") - 1
    capacity = np.zeros((len(arrays.capacity), count), dtype=np.int64)
    np.add.at(capacity.T, stretch, arrays.capacity.T)
    runs = intervals(count)
    whole = minutes_inside(capacity, runs)
    left = whole.copy()
    for one in arrays.promises:
        inside = (runs[:, 0] <= stretch[one.first]) & (runs[:, 1] >= stretch[one.last])
        left[one.person, inside] -= sum(one.bags) * one.pace
    broken = (left < 0).any(axis=1)
    left[broken] = whole[broken]
    room = np.zeros((len(whole), count, count))
    room[:, runs[:, 0], runs[:, 1]] = left
    return room


def _items(arrays: Arrays, edges: Ints) -> tuple[Rows, Ints]:
    """Each pair once on time and once late, as far as its window allows, by person."""
    work = np.repeat(np.arange(len(arrays.first)), np.diff(arrays.ptr))
    end = arrays.buckets - 1
    soon, late = np.flatnonzero(arrays.last[work] >= 0), np.flatnonzero(arrays.last[work] < end)
    pair = np.concatenate([soon, late])
    items = np.zeros(len(pair), ITEM)
    items["late"][len(soon) :] = 1
    order = work[pair]
    size = arrays.size[order]
    stretch = np.searchsorted(edges, np.arange(arrays.buckets), side="right") - 1
    items["order"], items["first"] = order, arrays.first[order]
    items["last"] = np.where(items["late"], end, np.minimum(arrays.last[order], end))
    items["begin"], items["end"] = stretch[items["first"]], stretch[items["last"]]
    items["time"], items["units"] = arrays.pace[pair] * size, size
    items["pay"], items["good"] = arrays.worth[pair] * size / YUAN, arrays.good[pair] * size / 1000
    items["value"] = arrays.value[order]
    items["most"] = _most(arrays, items, arrays.person[pair])
    kept = (items["most"] > 0) & (items["time"] > 0)
    owner = arrays.person[pair][kept]
    by_person = np.argsort(owner, kind="stable")
    return items[kept][by_person], owner[by_person]


def _most(arrays: Arrays, items: Rows, person: Ints) -> Floats:
    """Bags of an item one person can make in its window, alone; whole ones where a bag is never divided."""
    upto = np.zeros((len(arrays.capacity), arrays.buckets + 1), dtype=np.int64)
    np.cumsum(arrays.capacity, axis=1, out=upto[:, 1:])
    there = upto[person, items["last"] + 1] - upto[person, items["first"]]
    most = np.minimum(there / items["time"], arrays.bags[items["order"]])
    undivided = items["units"] == 1
    above = undivided & (items["value"] > arrays.custody[person])
    whole: Floats = np.where(undivided, np.floor(most + NOTHING), most)
    whole[above] = 0
    return whole


def _patterns(arrays: Arrays) -> tuple[Ints, Ints, Floats]:
    """The patterns of each place: rounds before each bucket, and the fee."""
    ptr, reach, fee = [0], [], []
    for served, cost in zip(arrays.served, arrays.cost.tolist(), strict=True):
        paid = [bucket for bucket in range(arrays.buckets) if served[bucket] and cost[bucket]]
        some = _each_pattern(served, paid) if len(paid) <= MOST_PAID else _each_number(served, paid, cost)
        for rounds, times, above in some:
            reach.append(np.concatenate([[0], np.cumsum(rounds), [times]]))
            fee.append(
                (sum(cost[bucket] for bucket in np.flatnonzero(rounds)) if above is None else above) / 10_000
            )
        ptr.append(len(fee))
    shape = (len(fee), arrays.buckets + 2)
    return np.array(ptr), np.array(reach, dtype=np.int64).reshape(shape), np.array(fee)


def _each_pattern(served: Flags, paid: list[int]) -> list[tuple[Flags, int, int | None]]:
    patterns: list[tuple[Flags, int, int | None]] = []
    for number in range(1 << len(paid)):
        rounds = served.copy()
        rounds[paid] = [bool(number >> place & 1) for place in range(len(paid))]
        patterns.append((rounds, int(rounds.sum()), None))
    return patterns


def _each_number(served: Flags, paid: list[int], cost: list[int]) -> list[tuple[Flags, int, int | None]]:
    """No round that costs money; then any number of them, the cheapest, which reach all windows."""
    free = served.copy()
    free[paid] = False
    cheapest = sorted(cost[bucket] for bucket in paid)
    more = [(served, int(free.sum()) + times, sum(cheapest[:times])) for times in range(1, len(paid) + 1)]
    return [(free, int(free.sum()), 0), *more]
