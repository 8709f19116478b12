"""What one person costs at least, once the orders have prices and bags may be divided.

At prices alpha, beta (a good piece in time, at all) and gamma (a bag) a bag of a pair brings its order
net = good (alpha + beta) - gamma. Income, material in custody and the wish get prices of the person's own: lambda,
kappa and omega; then minutes are all that binds: in every run of buckets the work whose window lies inside takes no
more than is there. Minutes that keep to this form a polymatroid, on which taking what is worth
most a minute first is optimal (Edmonds 1970). So at any lambda, kappa, omega >= 0 a person costs at least

    min over I >= earned of [phi(I) + lambda (I - earned)]  -  greedy  -  kappa (custody x visits)  -  omega wish,

concave along each of the three, whose tops are found between a rising and a falling tangent. There the two answers,
mixed so that neither side is left, are what the person would best do with divided bags.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.cost import Floats
from gongfang.engines.dispatch.kernel import inner
from gongfang.engines.dispatch.relax import Relaxed
from gongfang.engines.dispatch.tables import Rows

MOST = 1e6  # no price need be higher
CLOSE = 1e-3  # yuan a person within which their own prices need not be found more exactly
INCOME, CUSTODY, WISH = range(3)
FIRST_REACH = (0.02, 2e-6, 1e-2)  # how far the first step goes along each of a person's own prices

ROW = np.dtype(
    [
        ("item", "i4"), ("begin", "i2"), ("end", "i2"), ("net", "f8"), ("pay", "f8"), ("value", "f8"),
        ("units", "f8"), ("time", "f8"), ("low", "f8"), ("high", "f8"),
    ]
)  # fmt: skip


class Prices(NamedTuple):
    """What a good piece of each work is worth in time, what at all, and what a bag of it costs: yuan."""

    on_time: Floats
    made: Floats
    bag: Floats


class Desk(NamedTuple):
    """Scratch paper for one person: what could be made, at least `low` and at most `high` bags of it.

    own: (3) their own prices. begin: (4) earned, custody, wish and what is spared, once `low` bags are made; start:
    what these leave of each run. bags: taken beyond `low`. answers: (3, 2, rows) at the tangents of each axis; mixed:
    (3, rows) of both.
    """

    rows: Rows
    own: Floats
    begin: Floats
    start: Floats
    room: Floats
    worth: Floats
    which: Ints
    bags: Floats
    tangents: Floats
    slopes: Floats
    top: Floats
    answers: Floats
    mixed: Floats


def desk_for(c: Relaxed) -> Desk:
    """Scratch paper large enough for everybody."""
    stretches = c.room.shape[1]
    longest = int(np.diff(c.item_ptr).max(initial=1))
    return Desk(
        rows=np.zeros(longest, ROW),
        own=np.zeros(3),
        begin=np.zeros(4),
        start=np.zeros((stretches, stretches)),
        room=np.zeros((stretches, stretches)),
        worth=np.zeros(longest),
        which=np.zeros(longest, np.int64),
        bags=np.zeros(longest),
        tangents=np.zeros((3, 2, 3)),
        slopes=np.zeros(3),
        top=np.zeros((3, 3)),
        answers=np.zeros((3, 2, longest)),
        mixed=np.zeros((3, longest)),
    )


@inner
def put(target: Floats, source: Floats) -> None:
    """Write one row over another."""
    for i in range(len(source)):
        target[i] = source[i]


@inner
def put_room(target: Floats, source: Floats) -> None:
    """Write what is left of each run over another."""
    for first in range(len(source)):
        for last in range(first, len(source)):
            target[first, last] = source[first, last]


@inner
def room_around(room: Floats, begin: int, end: int) -> float:
    """The least that is left of the runs around a window."""
    least = np.inf
    for first in range(begin + 1):
        for last in range(end, len(room)):
            least = min(least, room[first, last])
    return least


@inner
def take_minutes(room: Floats, begin: int, end: int, minutes: float) -> float:
    """Take minutes out of the runs around a window; returns the least that is left of them."""
    least = np.inf
    for first in range(begin + 1):
        for last in range(end, len(room)):
            room[first, last] -= minutes
            least = min(least, room[first, last])
    return least


@inner
def lacking(c: Relaxed, w: int, earned: float) -> float:
    """Phi of what somebody earns."""
    steps, target = c.steps, c.income[w, 1]
    total, below = 0.0, 0.0
    for i in range(len(steps)):
        edge = steps[i, 0] * target
        total += steps[i, 1] * max(0.0, edge - max(earned, below))
        below = edge
    return total


@inner
def own_cost(c: Relaxed, w: int, earned: float, worth: float) -> tuple[float, float]:
    """The least of phi(I) + worth (I - earned) over all incomes from what is earned on, and that income."""
    steps, target = c.steps, c.income[w, 1]
    left = lacking(c, w, earned)
    least, at, below = left, earned, 0.0
    for i in range(len(steps)):
        edge = steps[i, 0] * target
        if edge > earned:
            left -= steps[i, 1] * (edge - max(earned, below))
            if left + worth * (edge - earned) < least:
                least, at = left + worth * (edge - earned), edge
        below = edge
    return least, at


@inner
def lay_out(c: Relaxed, p: Prices, w: int, q: int, d: Desk) -> int:
    """Put on the desk what the rounds of a pattern reach and may be worth making; returns how many.

    What brings nothing even to somebody who has earned nothing is left out: without it nobody costs more.
    """
    items, item_ptr, reach, income, held = c.items, c.item_ptr, c.reach, c.income, c.held
    on_time, made, bag, rows, begin = p.on_time, p.made, p.bag, d.rows, d.begin
    dearest = c.steps[0, 1] if len(c.steps) > 0 else 0.0
    count = 0
    for i in range(item_ptr[w], item_ptr[w + 1]):
        item = items[i]
        o = item.order
        net = item.good * (made[o] if item.late else made[o] + on_time[o]) - bag[o]
        if net + dearest * item.pay > 0.0 and reach[q, item.last + 1] > reach[q, item.first]:
            row = rows[count]
            row.item, row.begin, row.end = i, item.begin, item.end
            row.net, row.pay, row.value, row.units = net, item.pay, item.value, item.units
            row.time, row.low, row.high = item.time, 0.0, item.most
            count += 1
    begin[0], begin[1] = income[w, 0], max(0.0, held[w, 0] * reach[q, -1] - held[w, 1])
    begin[2], begin[3] = held[w, 2], 0.0
    put_room(d.start, c.room[w])
    return count


@inner
def best_first(worth: Floats, which: Ints, at: int, count: int) -> int:
    """Bring the dearest of the items from `at` on to the front and return it."""
    best = at
    for j in range(at + 1, count):
        if worth[j] > worth[best]:
            best = j
    worth[at], worth[best] = worth[best], worth[at]
    which[at], which[best] = which[best], which[at]
    return which[at]


@inner
def worth_making(count: int, d: Desk) -> int:
    """List the rows that are worth something at the person's own prices; returns how many."""
    rows, own, worth, which, bags = d.rows, d.own, d.worth, d.which, d.bags
    some = 0
    for r in range(count):
        row = rows[r]
        bags[r] = 0.0
        net = row.net + own[0] * row.pay - own[1] * row.value - own[2] * row.units
        if net > 0.0 and row.high > row.low:
            worth[some], which[some] = net / row.time, r
            some += 1
    return some


@inner
def fill_minutes(count: int, d: Desk) -> float:
    """Fill a person's minutes, the dearest first; returns what that is worth."""
    rows, room, bags, worth, which = d.rows, d.room, d.bags, d.worth, d.which
    stretches = room.shape[0]
    put_room(room, d.start)
    some, total = worth_making(count, d), 0.0
    for at in range(some):
        if room[0, stretches - 1] <= 0.0:
            break
        r = best_first(worth, which, at, some)
        row = rows[r]
        most = min((row.high - row.low) * row.time, room_around(room, row.begin, row.end))
        minutes = max(most, 0.0)
        take_minutes(room, row.begin, row.end, minutes)
        bags[r] = minutes / row.time
        total += minutes * worth[at]
    return total


@inner
def look(c: Relaxed, w: int, count: int, d: Desk) -> float:
    """What a person costs at least at their present own prices; leaves the slope along each."""
    rows, bags, slopes, own, begin = d.rows, d.bags, d.slopes, d.own, d.begin
    worth = fill_minutes(count, d)
    paid, kept, asked = 0.0, 0.0, 0.0
    for r in range(count):
        row = rows[r]
        paid += bags[r] * row.pay
        kept += bags[r] * row.value
        asked += bags[r] * row.units
    least, at_income = own_cost(c, w, begin[0], own[0])
    slopes[0], slopes[1], slopes[2] = at_income - begin[0] - paid, kept - begin[1], asked - begin[2]
    return least - worth - own[1] * begin[1] - own[2] * begin[2] - begin[3]


@inner
def next_price(t: Floats, axis: int, price: float, value: float, slope: float, reach: float) -> float:
    """Where to look next along a price: between the tangents, or further on; -1 when there is nothing to gain."""
    side = 0 if slope > 0.0 else 1
    t[axis, side, 0], t[axis, side, 1], t[axis, side, 2] = price, value, slope
    low, low_value, rise = t[axis, 0, 0], t[axis, 0, 1], t[axis, 0, 2]
    high, high_value, fall = t[axis, 1, 0], t[axis, 1, 1], t[axis, 1, 2]
    if rise > 0.0 and fall < 0.0:
        meet = (high_value - low_value + rise * low - fall * high) / (rise - fall)
        if low_value + rise * (meet - low) - max(low_value, high_value) < CLOSE:
            return -1.0
        margin = 0.02 * (high - low)
        return min(max(meet, low + margin), high - margin)
    if slope == 0.0 or (slope < 0.0 and price <= 0.0) or (slope > 0.0 and price >= MOST):
        return -1.0
    return min(MOST, price + reach) if slope > 0.0 else max(0.0, price - reach)


@inner
def keep_answer(axis: int, slope: float, answer: Floats, count: int, d: Desk) -> None:
    """Remember the answer on its side of an axis."""
    side = 0 if slope > 0.0 else 1
    for r in range(count):
        d.answers[axis, side, r] = answer[r]


@inner
def mix_answers(axis: int, slope: float, count: int, d: Desk) -> None:
    """Mix the answers of both sides so that the slope is none, or take that of the side there is."""
    rise, fall = d.tangents[axis, 0, 2], d.tangents[axis, 1, 2]
    share = -fall / (rise - fall) if rise > 0.0 and fall < 0.0 else (1.0 if slope > 0.0 else 0.0)
    for r in range(count):
        d.mixed[axis, r] = share * d.answers[axis, 0, r] + (1.0 - share) * d.answers[axis, 1, r]


@inner
def climb_income(c: Relaxed, w: int, count: int, tries: int, d: Desk) -> float:
    """The highest look along the price of income; the price stays there, with the slopes along the other two."""
    own, slopes, tangents, top = d.own, d.slopes, d.tangents, d.top
    tangents[0, 0, 2] = tangents[0, 1, 2] = 0.0
    best, reach, slope = -np.inf, FIRST_REACH[0], 0.0
    for _ in range(tries):
        value = look(c, w, count, d)
        slope = slopes[0]
        keep_answer(INCOME, slope, d.bags, count, d)
        if value > best:
            best = value
            top[0, 0], top[0, 1], top[0, 2] = own[0], slopes[1], slopes[2]
        price = next_price(tangents, 0, own[0], value, slope, reach)
        if price < 0.0:
            break
        own[0] = price
        reach *= 8.0
    own[0], slopes[1], slopes[2] = top[0, 0], top[0, 1], top[0, 2]
    mix_answers(INCOME, slope, count, d)
    return best


@inner
def climb(c: Relaxed, w: int, axis: int, count: int, tries: int, d: Desk) -> float:
    """The same along the price of custody or of the wish, the price of income following it."""
    own, slopes, tangents, top = d.own, d.slopes, d.tangents, d.top
    tangents[axis, 0, 2] = tangents[axis, 1, 2] = 0.0
    best, reach, slope = -np.inf, FIRST_REACH[axis], 0.0
    for _ in range(tries):
        value = climb_income(c, w, count, tries, d)
        slope = slopes[axis]
        keep_answer(axis, slope, d.mixed[0], count, d)
        if value > best:
            best = value
            top[axis, 0], top[axis, 1], top[axis, 2] = own[axis], own[0], slopes[2]
        price = next_price(tangents, axis, own[axis], value, slope, reach)
        if price < 0.0:
            break
        own[axis] = price
        reach *= 8.0
    own[axis], own[0], slopes[2] = top[axis, 0], top[axis, 1], top[axis, 2]
    mix_answers(axis, slope, count, d)
    put(d.mixed[0], d.mixed[axis])
    return best


@inner
def divided_cost(c: Relaxed, w: int, count: int, tries: int, d: Desk) -> float:
    """What a person costs at least when bags may be divided, each of their own prices set in so many tries.

    `mixed[0]` becomes the bags beyond `low` they would then make.
    """
    own, slopes = d.own, d.slopes
    if count == 0:
        return lacking(c, w, d.begin[0]) - d.begin[3]
    best = climb_income(c, w, count, tries, d)
    if slopes[1] > 0.0 or own[1] > 0.0:
        best = max(best, climb(c, w, CUSTODY, count, tries, d))
    if slopes[2] > 0.0 or own[2] > 0.0:
        best = max(best, climb(c, w, WISH, count, tries, d))
    return best
