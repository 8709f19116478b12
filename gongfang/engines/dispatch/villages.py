"""What villages and the county cost at least at given prices, and prices that move with what people then make.

A village follows whichever visit pattern costs it least. With whole bags only those patterns are looked at that cost
less with divided ones than the best found: elsewhere whole bags cost no less than divided ones either.
"""

import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.cost import Floats
from gongfang.engines.dispatch.dual import (
    Desk,
    Prices,
    climb_income,
    divided_cost,
    fill_minutes,
    lay_out,
    put,
)
from gongfang.engines.dispatch.kernel import inner, kernel
from gongfang.engines.dispatch.relax import Relaxed
from gongfang.engines.dispatch.undivided import Cases, whole_cost

FEW = 2  # tries for the price of income on the way


@inner
def lay_out_for(c: Relaxed, p: Prices, v: int, q: int, i: int, d: Desk) -> tuple[int, int, int]:
    """Put on the desk what the i-th of all people, of place v, could make under a pattern.

    Returns who it is, the number of their state, how many rows.
    """
    w = c.by_place[i]
    s = c.state_ptr[w] + q - c.pattern_ptr[v]
    put(d.own, c.own[s])
    return w, s, lay_out(c, p, w, q, d)


@inner
def divided_village(c: Relaxed, p: Prices, v: int, tries: int, costs: Floats, totals: Floats, d: Desk) -> int:
    """What each pattern of a village costs at least with divided bags, into `totals`; the one that costs least.

    costs: (s) what each person costs at least in each state.
    """
    best = c.pattern_ptr[v]
    for q in range(c.pattern_ptr[v], c.pattern_ptr[v + 1]):
        totals[q] = c.fee[q]
        for i in range(c.place_ptr[v], c.place_ptr[v + 1]):
            w, s, count = lay_out_for(c, p, v, q, i, d)
            costs[s] = divided_cost(c, w, count, tries, d)
            put(c.own[s], d.own)
            totals[q] += costs[s]
        if totals[q] < totals[best]:
            best = q
    return best


@kernel
def divided_county(
    c: Relaxed, p: Prices, tries: int, chosen: Ints, costs: Floats, totals: Floats, d: Desk
) -> tuple[float, float]:
    """What all villages cost at least with divided bags, and the magnitudes added; `chosen` becomes their patterns."""
    bound, size = 0.0, 0.0
    for v in range(len(chosen)):
        chosen[v] = divided_village(c, p, v, tries, costs, totals, d)
        bound += totals[chosen[v]]
        size += abs(totals[chosen[v]])
    return bound, size


@inner
def whole_pattern(
    c: Relaxed, p: Prices, v: int, q: int, splits: int, costs: Floats, spread: Floats, d: Desk, k: Cases
) -> float:
    """What a village costs at least under a pattern with whole bags; `spread` what that is more, person by person."""
    cost = c.fee[q]
    for i in range(c.place_ptr[v], c.place_ptr[v + 1]):
        w, s, count = lay_out_for(c, p, v, q, i, d)
        whole = max(costs[s], whole_cost(c, w, count, FEW, splits, d, k))
        spread[w] = max(spread[w], whole - costs[s])
        cost += whole
    return cost


@inner
def next_pattern(c: Relaxed, v: int, after: int, totals: Floats) -> int:
    """The pattern that comes next by what it costs with divided bags, ties by number; -1 after the last."""
    best = -1
    for q in range(c.pattern_ptr[v], c.pattern_ptr[v + 1]):
        later = after < 0 or totals[q] > totals[after] or (totals[q] == totals[after] and q > after)
        if later and (best < 0 or totals[q] < totals[best]):
            best = q
    return best


@kernel
def whole_county(
    c: Relaxed,
    p: Prices,
    splits: int,
    chosen: Ints,
    costs: Floats,
    totals: Floats,
    spread: Floats,
    d: Desk,
    k: Cases,
) -> tuple[float, float]:
    """What all villages cost at least with whole bags, once `divided_county` has looked at the same prices.

    spread: (n) becomes what whole bags cost each person more than divided ones, at most.
    """
    bound, size = 0.0, 0.0
    for v in range(len(chosen)):
        least, q = np.inf, next_pattern(c, v, -1, totals)
        while q >= 0 and totals[q] < least:
            cost = whole_pattern(c, p, v, q, splits, costs, spread, d, k)
            if cost < least:
                least, chosen[v] = cost, q
            q = next_pattern(c, v, q, totals)
        bound += least
        size += abs(least)
    return bound, size


@inner
def answer(c: Relaxed, w: int, count: int, splits: int, d: Desk, k: Cases) -> None:
    """What somebody would make at the prices of the moment, into `found`; of divided bags where nothing is split."""
    if splits:
        whole_cost(c, w, count, FEW, splits, d, k)
        return
    climb_income(c, w, count, FEW, d)
    fill_minutes(count, d)
    put(k.found, d.bags)


@inner
def step_down(c: Relaxed, p: Prices, step: Floats, count: int, d: Desk, k: Cases) -> None:
    """What somebody makes need no longer be made: its price falls, and that of bags rises."""
    for r in range(count):
        bags = k.found[r]
        if bags > 0.0:
            item = c.items[d.rows[r].item]
            o, made = item.order, bags * item.good
            if not item.late:
                p.on_time[o] -= step[0, o] * made
            p.made[o] -= step[1, o] * made
            p.bag[o] += step[2, o] * bags


@inner
def step_up(p: Prices, step: Floats, due: Floats, top: Floats, share: float, mean: Floats) -> None:
    """A person's share of all that is due raises the prices; `mean` gathers where they stand."""
    for o in range(len(p.bag)):
        p.on_time[o] = min(max(p.on_time[o] + step[0, o] * due[0, o] * share, 0.0), top[o])
        p.made[o] = min(max(p.made[o] + step[1, o] * due[1, o] * share, 0.0), top[o])
        p.bag[o] = max(p.bag[o] - step[2, o] * due[2, o] * share, 0.0)
        mean[0, o] += p.on_time[o] * share
        mean[1, o] += p.made[o] * share
        mean[2, o] += p.bag[o] * share


@kernel
def haggle(
    c: Relaxed,
    p: Prices,
    places: Ints,
    chosen: Ints,
    splits: int,
    due: Floats,
    top: Floats,
    step: Floats,
    mean: Floats,
    d: Desk,
    k: Cases,
) -> None:
    """Ask everybody once under the chosen patterns; prices take a step after each answer (Nedic and Bertsekas 2001).

    due, step: (3, m) what each row lacks when nobody works, and how far a price goes when all of that is missing.
    mean: (3, m) becomes the mean of the prices met.
    """
    share = 1.0 / max(1, len(c.by_place))
    for row in range(3):
        for o in range(len(p.bag)):
            mean[row, o] = 0.0
    for v in places:
        for i in range(c.place_ptr[v], c.place_ptr[v + 1]):
            w, s, count = lay_out_for(c, p, v, chosen[v], i, d)
            answer(c, w, count, splits, d, k)
            put(c.own[s], d.own)
            step_down(c, p, step, count, d, k)
            step_up(p, step, due, top, share, mean)
