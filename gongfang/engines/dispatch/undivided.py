"""What one person costs at least when bags stay whole: branch and bound over divided answers (Land and Doig 1960).

Where the best divided answer divides a bag there are two cases: no more than the whole ones, or one more. Each is
bounded by `dual` anew, with what the bags taken for granted leave; of what no longer fits as a whole bag nothing is
made. The case that costs least is split first. Whenever it ends, because whole bags were found that cost hardly more or
after so many splits, nothing costs less than the cheapest case left open.

Ticks, material and units are whole numbers far below 2**53, so what fits and what does not is exact.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.cost import Floats
from gongfang.engines.dispatch.dual import (
    Desk,
    divided_cost,
    lacking,
    put,
    put_room,
    room_around,
    take_minutes,
)
from gongfang.engines.dispatch.kernel import inner
from gongfang.engines.dispatch.relax import NOTHING, Relaxed

CLOSE_ENOUGH = 0.02  # yuan within which what a person costs need not be known
SPLIT_TRIES = 6  # for each of the person's own prices, once a case has its parent's
DIVIDED = 1e-6  # of a bag, from which on it counts as divided


class Cases(NamedTuple):
    """The cases left open (k): what each costs at least, which row it splits after how many bags, own prices.

    found: the cheapest whole bags met, bags: those met last; cheapest: what they cost.
    """

    cost: Floats
    row: Ints
    after: Floats
    low: Floats
    high: Floats
    own: Floats
    found: Floats
    bags: Floats
    cheapest: Floats


def cases_for(d: Desk, splits: int) -> Cases:
    """Room for all cases that so many splits can leave open."""
    most, rows = splits + 1, len(d.rows)
    return Cases(
        cost=np.zeros(most),
        row=np.zeros(most, np.int64),
        after=np.zeros(most),
        low=np.zeros((most, rows)),
        high=np.zeros((most, rows)),
        own=np.zeros((most, 3)),
        found=np.zeros(rows),
        bags=np.zeros(rows),
        cheapest=np.zeros(1),
    )


@inner
def keep_whole(c: Relaxed, w: int, count: int, d: Desk) -> None:
    """Let no row hold a part of a bag, nor a bag above what the person may hold."""
    for r in range(count):
        row = d.rows[r]
        row.high = 0.0 if row.value > c.held[w, 0] else np.floor(row.high + NOTHING)


@inner
def take_for_granted(c: Relaxed, w: int, cap: float, count: int, d: Desk) -> bool:
    """Take `low` bags of each row for granted and lower `high` to what then fits; False where they do not fit."""
    begin, start = d.begin, d.start
    begin[0], begin[1], begin[2], begin[3] = c.income[w, 0], cap, c.held[w, 2], 0.0
    put_room(start, c.room[w])
    left = np.inf
    for r in range(count):
        row = d.rows[r]
        if row.low > 0.0:
            begin[0] += row.low * row.pay
            begin[1] -= row.low * row.value
            begin[2] -= row.low * row.units
            begin[3] += row.low * row.net
            left = min(left, take_minutes(start, row.begin, row.end, row.low * row.time))
    return min(left, begin[1], begin[2]) >= 0.0 and lower_to_what_fits(count, d)


@inner
def lower_to_what_fits(count: int, d: Desk) -> bool:
    """Lower `high` of each row to the whole bags that fit beyond `low`; False where that is below it."""
    for r in range(count):
        row = d.rows[r]
        most = room_around(d.start, row.begin, row.end) / row.time
        if row.value > 0.0:
            most = min(most, d.begin[1] / row.value)
        if row.units > 0.0:
            most = min(most, d.begin[2] / row.units)
        row.high = min(row.high, row.low + np.floor(most + NOTHING))
        if row.high < row.low:
            return False
    return True


@inner
def round_down(count: int, d: Desk, k: Cases) -> bool:
    """Take the whole bags of the mixed answer off the desk, besides those taken for granted; False if too many."""
    rows, begin, room = d.rows, d.begin, d.room
    put_room(room, d.start)
    left = np.inf
    for r in range(count):
        row, bags = rows[r], np.floor(d.mixed[0, r] + DIVIDED)
        k.bags[r] = row.low + bags
        if bags > 0.0:
            begin[0] += bags * row.pay
            begin[1] -= bags * row.value
            begin[2] -= bags * row.units
            begin[3] += bags * row.net
            left = min(left, take_minutes(room, row.begin, row.end, bags * row.time))
    return min(left, begin[1], begin[2]) >= 0.0


@inner
def best_bag(c: Relaxed, w: int, cost: float, count: int, d: Desk, k: Cases) -> tuple[int, float]:
    """The bag that still fits and saves most, and what the person then costs; -1 if none saves anything."""
    rows, begin = d.rows, d.begin
    chosen, least = -1, cost
    for r in range(count):
        row = rows[r]
        if k.bags[r] + 1.0 > row.high or row.value > begin[1] or row.units > begin[2]:
            continue
        new = lacking(c, w, begin[0] + row.pay) - begin[3] - row.net
        if new < least and room_around(d.room, row.begin, row.end) >= row.time:
            chosen, least = r, new
    return chosen, least


@inner
def find_whole(c: Relaxed, w: int, count: int, d: Desk, k: Cases) -> None:
    """Look for whole bags near the mixed answer: rounded down, then what saves most, bag by bag; keep the cheapest."""
    rows, begin = d.rows, d.begin
    if not round_down(count, d, k):
        return
    cost = lacking(c, w, begin[0]) - begin[3]
    while True:
        r, least = best_bag(c, w, cost, count, d, k)
        if r < 0:
            break
        row, cost = rows[r], least
        k.bags[r] += 1.0
        begin[0] += row.pay
        begin[1] -= row.value
        begin[2] -= row.units
        begin[3] += row.net
        take_minutes(d.room, row.begin, row.end, row.time)
    if cost < k.cheapest[0]:
        k.cheapest[0] = cost
        put(k.found, k.bags)


@inner
def most_divided(count: int, d: Desk) -> int:
    """The row of which the mixed answer divides a bag most evenly; -1 if all are whole."""
    chosen, most = -1, DIVIDED
    for r in range(count):
        over = d.mixed[0, r] - np.floor(d.mixed[0, r])
        if min(over, 1.0 - over) > most:
            chosen, most = r, min(over, 1.0 - over)
    return chosen


@inner
def write_down(c: Relaxed, w: int, least: float, at: int, tries: int, count: int, d: Desk, k: Cases) -> None:
    """Bound the case on the desk, which costs `least` at least, and write it down."""
    k.cost[at] = max(least, divided_cost(c, w, count, tries, d))
    r = most_divided(count, d)
    k.row[at] = r
    if r >= 0:
        k.after[at] = d.rows[r].low + np.floor(d.mixed[0, r])
    put(k.own[at], d.own)
    for i in range(count):
        k.low[at, i], k.high[at, i] = d.rows[i].low, d.rows[i].high
    find_whole(c, w, count, d, k)


@inner
def take_up(source: int, after: float, more: bool, count: int, d: Desk, k: Cases) -> None:
    """Put a case back on the desk, with more bags of the row it splits, or no more."""
    for i in range(count):
        d.rows[i].low, d.rows[i].high = k.low[source, i], k.high[source, i]
    put(d.own, k.own[source])
    split = d.rows[k.row[source]]
    if more:
        split.low = after + 1.0
    else:
        split.high = after


@inner
def cheapest_case(open_: int, k: Cases) -> int:
    """The open case that costs least."""
    at = 0
    for i in range(1, open_):
        if k.cost[i] < k.cost[at]:
            at = i
    return at


@inner
def split_case(c: Relaxed, w: int, cap: float, at: int, new: int, count: int, d: Desk, k: Cases) -> None:
    """Split a case: the one with more bags becomes a new one, the other takes its place."""
    least, after = k.cost[at], k.after[at]
    take_up(at, after, True, count, d, k)
    k.cost[new] = np.inf
    if take_for_granted(c, w, cap, count, d):
        write_down(c, w, least, new, SPLIT_TRIES, count, d, k)
    take_up(at, after, False, count, d, k)
    k.cost[at] = np.inf
    if take_for_granted(c, w, cap, count, d):
        write_down(c, w, least, at, SPLIT_TRIES, count, d, k)


@inner
def whole_cost(c: Relaxed, w: int, count: int, tries: int, splits: int, d: Desk, k: Cases) -> float:
    """What a person costs at least with whole bags of what has just been laid out; `found` is what they might make."""
    cap = d.begin[1]
    k.cheapest[0] = np.inf
    keep_whole(c, w, count, d)
    take_for_granted(c, w, cap, count, d)
    write_down(c, w, -np.inf, 0, tries, count, d, k)
    first, second, third = k.own[0, 0], k.own[0, 1], k.own[0, 2]
    open_, at = 1, 0
    while open_ <= splits and k.row[at] >= 0 and k.cost[at] < k.cheapest[0] - CLOSE_ENOUGH:
        split_case(c, w, cap, at, open_, count, d, k)
        open_ += 1
        at = cheapest_case(open_, k)
    d.own[0], d.own[1], d.own[2] = first, second, third
    return min(k.cost[at], k.cheapest[0])
