"""Simulated annealing over whole bags (Kirkpatrick, Gelatt and Vecchi 1983), at exact costs.

A move hands one bag from a person to another, or gives one that nobody has; the taker sends back what is in its way,
and the giver takes of that what they can make: the two swap. Of a few givers and takers drawn blindly the one who
needs the bag least and the one who gains most are tried. Moves that cost something are kept now and then, less and less
often. A try takes well under a microsecond, so that a second on one core looks at more than a million changes a sweep
over prices cannot see.
"""

import numpy as np
from numpy.typing import NDArray

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.bundle import (
    NOTHING,
    fits,
    gain,
    holds,
    relief,
    step_of,
    take,
    variety,
    wanted,
    way,
)
from gongfang.engines.dispatch.kernel import inner, whole
from gongfang.engines.dispatch.tables import Links, Tables

Seed = NDArray[np.uint64]

MOST_SENT_BACK = 4
STEPS_AT_MOST = 2 * MOST_SENT_BACK + 4  # of one move: give, send back, bring in, take what was sent back
GIVERS, TAKERS = 6, 3  # drawn for one move
BURST = 8  # tries with one person in a row, while their rows lie in the processor's cache


@inner
def draw(seed: Seed) -> np.uint64:
    """The next number of the generator whose state is `seed` (xorshift64, Marsaglia 2003)."""
    x = seed[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    seed[0] = x
    return x


@inner
def below(seed: Seed, n: int) -> int:
    """A number from 0 to n - 1."""
    return whole((draw(seed) >> np.uint64(33)) % np.uint64(n))


@inner
def chance(seed: Seed) -> float:
    """A number between 0 and 1."""
    return np.float64(draw(seed) >> np.uint64(11)) / 9007199254740992.0


@inner
def cost_around(t: Tables, k: int, week: int) -> float:
    """What a pair's order misses and its person lacks, as far as one bag of it can change it."""
    pairs, orders, income, steps = t.pairs, t.orders, t.income, t.steps
    pair = pairs[k]
    order = orders[pair.order]
    missing = max(0.0, order.need - order.on_time) + max(0.0, order.need - order.made)
    kept = min(pair.soon + pair.late, pair.kept) * pair.favour
    weeks = income.shape[1] // 3
    spared = relief(steps, income[pair.person, weeks + week], income[pair.person, week])
    return order.loss * missing - kept - spared + variety(t, pair.person)


@inner
def change(t: Tables, k: int, late: int, bags: int) -> float:
    """Give or take back bags of a pair and return what it costs (below nothing: what it spares)."""
    pairs = t.pairs
    week = pairs[k].late_week if late else pairs[k].week
    before = cost_around(t, k, week)
    take(t, k, late, bags)
    return cost_around(t, k, week) - before


@inner
def a_held_pair(t: Tables, w: int, seed: Seed) -> int:
    """A pair of which the person has bags, or -1."""
    people, pairs = t.people, t.pairs
    first, count = people[w].first, people[w].end - people[w].first
    at = below(seed, count)
    for i in range(count):
        k = first + (at + i) % count
        if pairs[k].soon + pairs[k].late:
            return k
    return -1


@inner
def pair_with(t: Tables, w: int, o: int) -> int:
    """The pair of a person and an order, or -1; a person's pairs stand by order."""
    people, pairs = t.people, t.pairs
    low, high = people[w].first, people[w].end
    while low < high:
        middle = (low + high) // 2
        if pairs[middle].order < o:
            low = middle + 1
        else:
            high = middle
    return low if low < people[w].end and pairs[low].order == o else -1


@inner
def a_pair_of(t: Tables, links: Links, o: int, first: int, end: int, seed: Seed) -> int:
    """Any pair of an order with somebody from first to before end, or -1."""
    by_order, order_ptr, people = links.by_order, links.order_ptr, t.people
    if end - first < len(people):
        return pair_with(t, first + below(seed, end - first), o)
    return by_order[order_ptr[o] + below(seed, order_ptr[o + 1] - order_ptr[o])]


@inner
def next_step(t: Tables, k: int) -> float:
    """What the next yuan is worth to the person of a pair."""
    pairs, income, steps = t.pairs, t.income, t.steps
    pair = pairs[k]
    weeks = income.shape[1] // 3
    return step_of(steps, income[pair.person, weeks + pair.week], income[pair.person, pair.week])


@inner
def one_more(t: Tables, k: int) -> float:
    """What it costs at most that a pair's person begins its work."""
    pair = t.pairs[k]
    return 0.0 if pair.known or pair.soon or pair.late else t.people[pair.person].further


@inner
def a_giver(t: Tables, links: Links, k: int, first: int, end: int, seed: Seed) -> int:
    """A pair of the same order that has bags: of the first two found, whose person needs them less; -1 if none is."""
    pairs = t.pairs
    o = whole(pairs[k].order)
    least, at, found = np.inf, whole(-1), 0
    for _ in range(GIVERS):
        other = a_pair_of(t, links, o, first, end, seed)
        if other < 0 or other == k or pairs[other].soon + pairs[other].late == 0:
            continue
        step = next_step(t, other)
        if step < least:
            least, at = step, other
        found += 1
        if found == 2:
            break
    return at


@inner
def a_taker(t: Tables, links: Links, k: int, first: int, end: int, seed: Seed) -> int:
    """Of a few other pairs of the same order, whose person would gain most by a bag; -1 if none is found."""
    pairs = t.pairs
    o = whole(pairs[k].order)
    most, at = -np.inf, whole(-1)
    for _ in range(TAKERS):
        other = a_pair_of(t, links, o, first, end, seed)
        if other < 0 or other == k:
            continue
        gained = next_step(t, other) * pairs[other].pay - one_more(t, other)
        if gained > most:
            most, at = gained, other
    return at


@inner
def a_promising_pair(t: Tables, w: int, seed: Seed) -> int:
    """Of two pairs of a person drawn blindly, the one a bag of which is worth more a tick."""
    people, pairs = t.people, t.pairs
    first, count = people[w].first, people[w].end - people[w].first
    one, other = first + below(seed, count), first + below(seed, count)
    worth_one = (gain(t, one, whole(0)) + pairs[one].pay - one_more(t, one)) / pairs[one].time
    worth_other = (gain(t, other, whole(0)) + pairs[other].pay - one_more(t, other)) / pairs[other].time
    return other if worth_other > worth_one else one


@inner
def send_one(t: Tables, k: int, log: Ints, done: int) -> float:
    """Take one bag of a pair back, a late one first, and note it."""
    pairs = t.pairs
    late = whole(1 if pairs[k].late else 0)
    log[done, 0], log[done, 1], log[done, 2] = k, late, -1
    return change(t, k, late, whole(-1))


@inner
def how_it_fits(t: Tables, k: int) -> int:
    """0: on time. 1: late. 2: not now, something is in the way. 3: never, no visit comes."""
    pairs, people, orders = t.pairs, t.people, t.orders
    late = way(t, k)
    if late == 2:
        return 3
    if not holds(t, k):
        return 3 if pairs[k].value > people[pairs[k].person].custody else 2
    if late == 0 and fits(t, k, whole(0)):
        return 0
    if orders[pairs[k].order].late_window >= 0 and fits(t, k, whole(1)):
        return 1
    return 2


@inner
def give_as_before(t: Tables) -> None:
    """Give everybody what an earlier plan offered them, as far as it is still wanted and still fits."""
    pairs = t.pairs
    for k in range(len(pairs)):
        for _ in range(pairs[k].kept):
            how = how_it_fits(t, k) if wanted(t, k) else 3
            if how < 2:
                take(t, k, whole(how), whole(1))


@inner
def bring_in(t: Tables, k: int, log: Ints, done: int, seed: Seed) -> tuple[int, float]:
    """Bring one bag of a pair to its person, who sends back what is in its way; (-1, _) when it cannot be."""
    pairs = t.pairs
    delta = 0.0
    if not wanted(t, k):
        return -1 - done, 0.0
    while True:
        how = how_it_fits(t, k)
        if how < 2:
            log[done, 0], log[done, 1], log[done, 2] = k, how, 1
            return done + 1, delta + change(t, k, whole(how), whole(1))
        sent = a_held_pair(t, whole(pairs[k].person), seed)
        if how == 3 or sent < 0 or sent == k or done > MOST_SENT_BACK:
            return -1 - done, 0.0
        delta += send_one(t, sent, log, done)
        done += 1


@inner
def swap_in(t: Tables, w: int, log: Ints, done: int) -> tuple[int, float]:
    """Let the giver take what the taker sent back for their bag, as far as they can make it."""
    pairs = t.pairs
    end, delta = done, 0.0
    for step in range(1, done - 1):
        k = pair_with(t, w, whole(pairs[log[step, 0]].order))
        if k < 0 or not wanted(t, k):
            continue
        how = how_it_fits(t, k)
        if how < 2:
            log[end, 0], log[end, 1], log[end, 2] = k, how, 1
            end += 1
            delta += change(t, k, whole(how), whole(1))
    return end, delta


@inner
def hand_on(t: Tables, giver: int, taker: int, log: Ints, seed: Seed) -> tuple[int, float]:
    """Hand one bag from a pair to another of the same order; (-1 - steps, _) when it cannot be."""
    delta = send_one(t, giver, log, whole(0))
    done, brought = bring_in(t, taker, log, whole(1), seed)
    delta += brought
    if done > 2:
        done, swapped = swap_in(t, whole(t.pairs[giver].person), log, done)
        delta += swapped
    return done, delta


@inner
def move(t: Tables, links: Links, w: int, first: int, end: int, log: Ints, seed: Seed) -> tuple[int, float]:
    """Try one change around a person: how many steps are noted in the log (-1 - steps if it failed), and its cost."""
    how = below(seed, 3 if t.people[w].further > 0.0 else 2)
    if how:
        taker = a_promising_pair(t, w, seed) if how == 1 else a_held_pair(t, w, seed)
        if taker < 0:
            return -1, 0.0
        if wanted(t, taker):
            return bring_in(t, taker, log, whole(0), seed)
        giver = a_giver(t, links, taker, first, end, seed)
    else:
        giver = a_held_pair(t, w, seed)
        taker = a_taker(t, links, giver, first, end, seed) if giver >= 0 else whole(-1)
    if giver < 0 or taker < 0:
        return -1, 0.0
    return hand_on(t, giver, taker, log, seed)


@inner
def anneal(
    t: Tables,
    links: Links,
    line: Ints,
    first: int,
    end: int,
    log: Ints,
    seed: Seed,
    hot: float,
    cold: float,
    tries: int,
) -> float:
    """Try changes with the people in line while it cools from `hot` to `cold`; returns what it cost in all.

    first, end: only people from first to before end are drawn in.
    """
    total = 0.0
    heat, cooling = hot, (cold / hot) ** (1.0 / max(1, tries))
    w = 0
    for i in range(tries):
        if i % BURST == 0:
            w = line[below(seed, len(line))]
        heat *= cooling
        done, delta = move(t, links, w, first, end, log, seed)
        if done > 0 and (delta <= 0.0 or chance(seed) < np.exp(-delta / heat)):
            total += delta
            continue
        for step in range((done if done > 0 else -1 - done) - 1, -1, -1):
            take(t, log[step, 0], log[step, 1], -log[step, 2])
    return total


@inner
def send_back(t: Tables, first: int, end: int) -> float:
    """Take back what no visit brings any more and what people may no longer hold, the cheapest first; what it costs."""
    people, pairs, served = t.people, t.pairs, t.served
    cost = 0.0
    for w in range(first, end):
        for k in range(people[w].first, people[w].end):
            how = way(t, k)
            for late in range(2):
                bags = whole(pairs[k].late if late else pairs[k].soon)
                if bags and how > late:
                    cost += change(t, k, late, -bags)
        cap = max(people[w].custody * served[people[w].place, 0, 0], people[w].promised)
        while people[w].held > cap + NOTHING:
            cost += send_cheapest(t, w)
    return cost


@inner
def send_cheapest(t: Tables, w: int) -> float:
    """Take back the bag that costs least for the material it frees."""
    people, pairs = t.people, t.pairs
    least, at, how = np.inf, whole(0), whole(0)
    for k in range(people[w].first, people[w].end):
        if pairs[k].soon + pairs[k].late and pairs[k].value > 0.0:
            late = whole(1 if pairs[k].late else 0)
            cost = change(t, k, late, whole(-1)) / pairs[k].value
            take(t, k, late, whole(1))
            if cost < least:
                least, at, how = cost, k, late
    return change(t, at, how, whole(-1))
