"""What one person, one village, the county costs at least, once the orders have prices.

At prices alpha, beta (a good piece in time, at all) and gamma (a bag) a bag of a pair brings its order
net = good (alpha + beta) - gamma. Its person may divide bags here. Income, material in custody and the wish get prices
of the person's own, lambda, kappa and omega; then minutes are all that binds: in every run of buckets the work whose
window lies inside takes no more than is there. Minutes that keep to this form a polymatroid, on which taking what is
worth most a minute first is optimal (Edmonds 1970). So at any lambda, kappa, omega >= 0 a person costs at least

    min over I >= earned of [phi(I) + lambda (I - earned)]  -  greedy  -  kappa (custody x visits)  -  omega wish,

concave along each of the three, whose tops are found between a rising and a falling tangent.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.cost import Floats
from gongfang.engines.dispatch.kernel import inner, kernel
from gongfang.engines.dispatch.relax import Relaxed

MOST = 1e6  # no price need be higher
CLOSE = 1e-3  # yuan a person within which their own prices need not be found more exactly


class Prices(NamedTuple):
    """What a good piece of each work is worth in time, what at all, and what a bag of it costs: yuan."""

    on_time: Floats
    made: Floats
    bag: Floats


class Desk(NamedTuple):
    """Scratch paper for one person: what is left of each run, the items worth making, tangents and slopes."""

    room: Floats
    worth: Floats
    which: Ints
    bags: Floats
    tangents: Floats
    slopes: Floats
    top: Floats


def desk_for(c: Relaxed) -> Desk:
    """Scratch paper large enough for everybody."""
    stretches = c.room.shape[1]
    longest = int(np.diff(c.item_ptr).max(initial=1))
    return Desk(
        room=np.zeros((stretches, stretches)),
        worth=np.zeros(longest),
        which=np.zeros(longest, np.int64),
        bags=np.zeros(longest),
        tangents=np.zeros((3, 2, 3)),
        slopes=np.zeros(3),
        top=np.zeros((3, 3)),
    )


@inner
def own_cost(c: Relaxed, w: int, worth: float) -> tuple[float, float]:
    """The least of phi(I) + worth (I - earned) over all incomes from what is earned on, and that income."""
    income, steps = c.income, c.steps
    earned, target = income[w, 0], income[w, 1]
    lacking, below = 0.0, 0.0
    for i in range(len(steps)):
        edge = steps[i, 0] * target
        lacking += steps[i, 1] * max(0.0, edge - max(earned, below))
        below = edge
    least, at, below = lacking, earned, 0.0
    for i in range(len(steps)):
        edge = steps[i, 0] * target
        if edge > earned:
            lacking -= steps[i, 1] * (edge - max(earned, below))
            if lacking + worth * (edge - earned) < least:
                least, at = lacking + worth * (edge - earned), edge
        below = edge
    return least, at


@inner
def lay_out(c: Relaxed, p: Prices, w: int, q: int, s: int, d: Desk) -> int:
    """Put on the desk each item worth making that the rounds of a pattern reach; returns how many."""
    items, item_ptr, reach, own = c.items, c.item_ptr, c.reach, c.own
    on_time, made, bag = p.on_time, p.made, p.bag
    worth, which = d.worth, d.which
    count = 0
    for i in range(item_ptr[w], item_ptr[w + 1]):
        item = items[i]
        o = item.order
        price = made[o] if item.late else made[o] + on_time[o]
        net = (
            item.good * price
            - bag[o]
            + own[s, 0] * item.pay
            - own[s, 1] * item.value
            - own[s, 2] * item.units
        )
        if net > 0.0 and reach[q, item.last + 1] > reach[q, item.first]:
            worth[count], which[count] = net / item.time, i
            count += 1
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
def fill_minutes(c: Relaxed, p: Prices, w: int, q: int, s: int, d: Desk) -> int:
    """Fill a person's minutes, the dearest first: bags of the items on the desk; returns how many items."""
    items, all_room = c.items, c.room
    room, bags, worth, which = d.room, d.bags, d.worth, d.which
    stretches = all_room.shape[1]
    for first in range(stretches):
        for last in range(first, stretches):
            room[first, last] = all_room[w, first, last]
    count = lay_out(c, p, w, q, s, d)
    for at in range(count):
        if room[0, stretches - 1] <= 0.0:
            return at
        item = items[best_first(worth, which, at, count)]
        minutes = item.most * item.time
        for first in range(item.begin + 1):
            for last in range(item.end, stretches):
                minutes = min(minutes, room[first, last])
        minutes = max(minutes, 0.0)
        for first in range(item.begin + 1):
            for last in range(item.end, stretches):
                room[first, last] -= minutes
        bags[at] = minutes / item.time
    return count


@inner
def look(c: Relaxed, p: Prices, w: int, q: int, s: int, d: Desk) -> float:
    """What a person costs at least under a pattern at their present own prices; leaves the slope along each."""
    held, income, reach, items, own = c.held, c.income, c.reach, c.items, c.own
    worth, which, bags, slopes = d.worth, d.which, d.bags, d.slopes
    count = fill_minutes(c, p, w, q, s, d)
    spared, paid, kept, asked = 0.0, 0.0, 0.0, 0.0
    for at in range(count):
        item = items[which[at]]
        spared += bags[at] * item.time * worth[at]
        paid += bags[at] * item.pay
        kept += bags[at] * item.value
        asked += bags[at] * item.units
    least, at_income = own_cost(c, w, own[s, 0])
    cap = max(0.0, held[w, 0] * reach[q, -1] - held[w, 1])
    slopes[0], slopes[1], slopes[2] = at_income - income[w, 0] - paid, kept - cap, asked - held[w, 2]
    return least - spared - own[s, 1] * cap - own[s, 2] * held[w, 2]


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
def climb_income(c: Relaxed, p: Prices, w: int, q: int, s: int, tries: int, d: Desk) -> float:
    """The highest look along the price of income; the price stays there, with the slopes along the other two."""
    own, slopes, tangents, top = c.own, d.slopes, d.tangents, d.top
    tangents[0, 0, 2] = tangents[0, 1, 2] = 0.0
    best, reach = -np.inf, 0.02
    for _ in range(tries):
        value = look(c, p, w, q, s, d)
        if value > best:
            best = value
            top[0, 0], top[0, 1], top[0, 2] = own[s, 0], slopes[1], slopes[2]
        price = next_price(tangents, 0, own[s, 0], value, slopes[0], reach)
        if price < 0.0:
            break
        own[s, 0] = price
        reach *= 8.0
    own[s, 0], slopes[1], slopes[2] = top[0, 0], top[0, 1], top[0, 2]
    return best


@inner
def climb(
    c: Relaxed, p: Prices, w: int, q: int, s: int, axis: int, reach: float, tries: int, d: Desk
) -> float:
    """The same along the price of custody or of the wish, the price of income following it."""
    own, slopes, tangents, top = c.own, d.slopes, d.tangents, d.top
    tangents[axis, 0, 2] = tangents[axis, 1, 2] = 0.0
    best = -np.inf
    for _ in range(tries):
        value = climb_income(c, p, w, q, s, tries, d)
        if value > best:
            best = value
            top[axis, 0], top[axis, 1], top[axis, 2] = own[s, axis], own[s, 0], slopes[2]
        price = next_price(tangents, axis, own[s, axis], value, slopes[axis], reach)
        if price < 0.0:
            break
        own[s, axis] = price
        reach *= 8.0
    own[s, axis], own[s, 0], slopes[2] = top[axis, 0], top[axis, 1], top[axis, 2]
    return best


@inner
def bound_of(c: Relaxed, p: Prices, w: int, q: int, s: int, tries: int, d: Desk) -> float:
    """What a person costs at least under a pattern, each of their own prices set as well as in so many tries."""
    own, item_ptr, slopes = c.own, c.item_ptr, d.slopes
    if item_ptr[w] == item_ptr[w + 1]:
        return own_cost(c, w, MOST)[0]
    best = climb_income(c, p, w, q, s, tries, d)
    if slopes[1] > 0.0 or own[s, 1] > 0.0:
        best = max(best, climb(c, p, w, q, s, 1, 2e-6, tries, d))
    if slopes[2] > 0.0 or own[s, 2] > 0.0:
        best = max(best, climb(c, p, w, q, s, 2, 1e-2, tries, d))
    return best


@kernel
def county_bound(c: Relaxed, p: Prices, tries: int, chosen: Ints, d: Desk) -> tuple[float, float]:
    """What all villages cost at least together, and the magnitudes added; `chosen` becomes their patterns."""
    bound, size = 0.0, 0.0
    for v in range(len(c.place_ptr) - 1):
        least = np.inf
        for q in range(c.pattern_ptr[v], c.pattern_ptr[v + 1]):
            cost = c.fee[q]
            for i in range(c.place_ptr[v], c.place_ptr[v + 1]):
                w = c.by_place[i]
                cost += bound_of(c, p, w, q, c.state_ptr[w] + q - c.pattern_ptr[v], tries, d)
            if cost < least:
                least, chosen[v] = cost, q
        bound += least
        size += abs(least)
    return bound, size


@kernel
def haggle(
    c: Relaxed,
    p: Prices,
    places: Ints,
    chosen: Ints,
    due: Floats,
    top: Floats,
    step: Floats,
    mean: Floats,
    d: Desk,
) -> None:
    """Ask everybody once under the chosen patterns; prices take a step after each answer (Nedic and Bertsekas 2001).

    due, step: (3, m) what each row lacks when nobody works, and how far a price goes when all of that is missing.
    mean: (3, m) becomes the mean of the prices met.
    """
    share = 1.0 / max(1, len(c.by_place))
    mean[:] = 0.0
    for v in places:
        q = chosen[v]
        for i in range(c.place_ptr[v], c.place_ptr[v + 1]):
            w = c.by_place[i]
            s = c.state_ptr[w] + q - c.pattern_ptr[v]
            climb_income(c, p, w, q, s, 2, d)
            count = fill_minutes(c, p, w, q, s, d)
            for at in range(count):
                item = c.items[d.which[at]]
                o, made = item.order, d.bags[at] * item.good
                if not item.late:
                    p.on_time[o] -= step[0, o] * made
                p.made[o] -= step[1, o] * made
                p.bag[o] += step[2, o] * d.bags[at]
            for o in range(len(p.bag)):
                p.on_time[o] = min(max(p.on_time[o] + step[0, o] * due[0, o] * share, 0.0), top[o])
                p.made[o] = min(max(p.made[o] + step[1, o] * due[1, o] * share, 0.0), top[o])
                p.bag[o] = max(p.bag[o] - step[2, o] * due[2, o] * share, 0.0)
                mean[0, o] += p.on_time[o] * share
                mean[1, o] += p.made[o] * share
                mean[2, o] += p.bag[o] * share
