"""Which rounds go where: a visit stays while it is worth its fee to the people it reaches.

At fixed prices a village stands alone: what its people could make with a visit less, and what the fee would spare. The
prices answer for everybody outside, who would take the work over.
"""

import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.bundle import NOTHING, clear, fill, relief, see_visits, variety, way
from gongfang.engines.dispatch.kernel import inner, kernel
from gongfang.engines.dispatch.tables import Floats, Links, Tables


@kernel
def worth_of(t: Tables, w: int, desk: Floats, choice: Ints) -> float:
    """What a person who holds nothing would be worth at fixed prices; they hold nothing afterwards, too."""
    people, income, steps, pairs, orders = t.people, t.income, t.steps, t.pairs, t.orders
    if people[w].first == people[w].end:
        return 0.0
    fill(t, w, desk, choice)
    total = -variety(t, w)
    weeks = income.shape[1] // 3
    for week in range(weeks):
        total += relief(steps, income[w, weeks + week], income[w, week])
    for k in range(people[w].first, people[w].end):
        pair = pairs[k]
        bags = pair.soon + pair.late
        if bags:
            order = orders[pair.order]
            total += (
                bags * (pair.good * order.price_made - order.price_bag) + min(bags, pair.kept) * pair.favour
            )
            total += pair.soon * pair.good * order.price_on_time
    clear(t, w)
    return total


@kernel
def village_worth(fixed: Tables, links: Links, v: int, desk: Floats, choice: Ints) -> float:
    """What a village is worth with the visits it has, their fees taken off."""
    visits, fee, place_ptr = links.visits, links.fee, links.place_ptr
    see_visits(fixed, visits, v)
    total = 0.0
    for w in range(place_ptr[v], place_ptr[v + 1]):
        total += worth_of(fixed, w, desk, choice)
    for b in range(visits.shape[1]):
        if visits[v, b]:
            total -= fee[v, b]
    return total


@kernel
def best_turn(
    fixed: Tables, links: Links, v: int, worth: float, desk: Floats, choice: Ints
) -> tuple[int, float]:
    """The one visit whose opening or closing is worth most, and the worth then; -1 when none is worth it."""
    visits, fee = links.visits, links.fee
    at, top = -1, worth + NOTHING
    for b in range(visits.shape[1]):
        if 0.0 < fee[v, b] < np.inf:
            visits[v, b] = not visits[v, b]
            changed = village_worth(fixed, links, v, desk, choice)
            visits[v, b] = not visits[v, b]
            if changed > top:
                at, top = b, changed
    see_visits(fixed, visits, v)
    return at, top


@kernel
def choose_visits(t: Tables, fixed: Tables, links: Links, places: Ints, desk: Floats, choice: Ints) -> int:
    """Open and close visits place by place; returns how many were turned. `fixed` is `t` with prices that stand still
    (its other tables are the same).
    """
    place_ptr, visits = links.place_ptr, links.visits
    turned = 0
    for v in places:
        for w in range(place_ptr[v], place_ptr[v + 1]):
            clear(t, w)
        worth = village_worth(fixed, links, v, desk, choice)
        while True:
            at, worth = best_turn(fixed, links, v, worth, desk, choice)
            if at < 0:
                break
            visits[v, at] = not visits[v, at]
            turned += 1
        see_visits(t, visits, v)
        for w in range(place_ptr[v], place_ptr[v + 1]):
            fill(t, w, desk, choice)
    return turned


@kernel
def close_idle(t: Tables, links: Links, v: int) -> None:
    """Close the visits of a place that nobody would miss, the dearest first."""
    visits, fee = links.visits, links.fee
    for _ in range(visits.shape[1]):
        dearest, at = 0.0, -1
        for b in range(visits.shape[1]):
            if visits[v, b] and dearest < fee[v, b] < np.inf and is_idle(t, links, v, b):
                dearest, at = fee[v, b], b
        if at < 0:
            return
        visits[v, at] = False
        see_visits(t, visits, v)


@kernel
def is_idle(t: Tables, links: Links, v: int, b: int) -> bool:
    """Whether all that people of a place hold could come and go without this visit."""
    visits, place_ptr = links.visits, links.place_ptr
    visits[v, b] = False
    see_visits(t, visits, v)
    missed = False
    for w in range(place_ptr[v], place_ptr[v + 1]):
        missed = missed or misses(t, w)
    visits[v, b] = True
    see_visits(t, visits, v)
    return not missed


@inner
def misses(t: Tables, w: int) -> bool:
    """Whether a person holds something that no visit brings, or more than they may hold."""
    people, pairs, served = t.people, t.pairs, t.served
    person = people[w]
    if person.held > max(person.custody * served[person.place, 0, 0], person.promised) + NOTHING:
        return True
    for k in range(person.first, person.end):
        how = way(t, k)
        if (pairs[k].soon and how > 0) or (pairs[k].late and how > 1):
            return True
    return False
