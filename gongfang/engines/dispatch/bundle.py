"""One person's bundle of bags: the best per minute first, each seen at its price after the bags before it.

The county's plan falls apart into one small question a person once every order has prices: what a good piece is worth
in time, what it is worth late, what a bag of its material costs. The prices come from an augmented Lagrangian
(Hestenes 1969; Powell 1969): a multiplier that remembers, and a slope around what is still missing, so that people
asked one after the other do not all rush to the same order. Prices and incomes only fall while bags are added, so the
greedy choice never has to be taken back.
"""

from gongfang.engines.dispatch.arrays import Flags, Ints
from gongfang.engines.dispatch.benches import leave, place, room
from gongfang.engines.dispatch.kernel import inner, whole
from gongfang.engines.dispatch.tables import Floats, Tables

NOTHING = 1e-9


@inner
def within(value: float, top: float) -> float:
    """The value, kept between nothing and the top."""
    return min(max(value, 0.0), top)


@inner
def relief(steps: Floats, target: float, income: float) -> float:
    """What an income spares: concave, each step of the target worth less than the one below it."""
    before, total = 0.0, 0.0
    for i in range(len(steps)):
        edge = steps[i, 0] * target
        if income <= edge:
            return total + steps[i, 1] * (income - before)
        total += steps[i, 1] * (edge - before)
        before = edge
    return total


@inner
def step_of(steps: Floats, target: float, income: float) -> float:
    """What the next yuan is worth."""
    for i in range(len(steps)):
        if income < steps[i, 0] * target:
            return steps[i, 1]
    return 0.0


@inner
def gain(t: Tables, k: int, late: int) -> float:
    """What one more bag of a pair spares its order, exactly."""
    pairs, orders = t.pairs, t.orders
    pair = pairs[k]
    order = orders[pair.order]
    spared = within(order.need - order.made, pair.good)
    if not late:
        spared += within(order.need - order.on_time, pair.good)
    return favour(t, k) + order.loss * spared


@inner
def price(t: Tables, k: int, late: int) -> float:
    """What one more bag of a pair is worth to its order at the smoothed prices around what is missing."""
    pairs, orders = t.pairs, t.orders
    pair = pairs[k]
    order = orders[pair.order]
    loss, good = order.loss, pair.good
    piece = within(order.price_made + order.slope * (order.need - order.made - good / 2), loss)
    if not late:
        piece += within(order.price_on_time + order.slope * (order.need - order.on_time - good / 2), loss)
    material = within(order.price_bag + order.slope_bag * (order.out + 0.5 - order.bags), order.dear)
    return favour(t, k) + good * piece - material


@inner
def favour(t: Tables, k: int) -> float:
    """What it is worth that a bag stays with whom an earlier plan offered it to."""
    pair = t.pairs[k]
    return pair.favour if pair.soon + pair.late < pair.kept else 0.0


@inner
def fits(t: Tables, k: int, late: int) -> bool:
    """Whether a bag fits the person's time, their benches' time and what they wish to make.

    Bags can be laid aside and taken up again, so they can be made in time exactly when in every run of buckets the
    bags whose window lies inside it need no more time than there is (Horn 1974).
    """
    pairs, people, orders, bench, around, slack = t.pairs, t.people, t.orders, t.bench, t.around, t.slack
    pair = pairs[k]
    person = people[pair.person]
    order = orders[pair.order]
    if person.asked + order.size > person.wish + NOTHING:
        return False
    window = order.late_window if late else order.window
    benched = len(bench) > 0
    for i in range(1, 1 + around[window, 0]):
        run = around[window, i]
        if slack[pair.person, run] < pair.time - NOTHING:
            return False
        if benched and bench[person.place, run] < pair.time - NOTHING:
            return False
    return not benched or has_place(t, k, late, whole(1))


@inner
def has_place(t: Tables, k: int, late: int, bags: int) -> bool:
    """Whether the person of a pair finds a place at their bench for so many bags more."""
    pair, places = t.pairs[k], t.places
    row = places.row[pair.person]
    if row < 0:
        return True
    order, ticks = t.orders[pair.order], whole(bags * pair.time)
    return room(places, row, whole(order.first), last_bucket(t, k, late), ticks) == ticks


@inner
def last_bucket(t: Tables, k: int, late: int) -> int:
    """The last bucket a bag of a pair may be made in."""
    return whole(t.places.own.shape[1] - 1 if late else t.orders[t.pairs[k].order].last)


@inner
def sit(t: Tables, k: int, late: int, bags: int) -> None:
    """Take a place at the bench for bags of a pair, or give it back when below nothing."""
    pair, places = t.pairs[k], t.places
    row, first, last = places.row[pair.person], whole(t.orders[pair.order].first), last_bucket(t, k, late)
    ticks = whole(bags * pair.time)
    if ticks > 0:
        place(places, row, first, last, ticks)
    else:
        leave(places, row, first, last, -ticks)


@inner
def holds(t: Tables, k: int) -> bool:
    """Whether the material of one more bag stays within what the person may hold over all visits."""
    people, pairs, served = t.people, t.pairs, t.served
    person = people[pairs[k].person]
    value = pairs[k].value
    if value <= 0.0:
        return True
    visits = served[person.place, 0, 0]
    return value <= person.custody + NOTHING and person.held + value <= person.custody * visits + NOTHING


@inner
def wanted(t: Tables, k: int) -> bool:
    """Whether the order of a pair still lacks something and has material for one more bag."""
    order = t.orders[t.pairs[k].order]
    return order.out < order.bags and order.made < order.most - NOTHING


@inner
def way(t: Tables, k: int) -> int:
    """0: a visit comes in time. 1: one comes, but only for a late bag. 2: none does."""
    pairs, orders, people, served = t.pairs, t.orders, t.people, t.served
    pair = pairs[k]
    order = orders[pair.order]
    place = people[pair.person].place
    if order.window >= 0 and served[place, 1 + order.first, order.last]:
        return 0
    if order.late_window >= 0 and served[place, 1 + order.first, -1]:
        return 1
    return 2


@inner
def learnt(t: Tables, bags: int) -> float:
    """Which share of one work more so many bags are."""
    return t.learning[min(bags, len(t.learning) - 1)]


@inner
def variety(t: Tables, w: int) -> float:
    """What it costs that somebody makes more works than one."""
    person = t.people[w]
    return person.further * max(0.0, person.works - 1.0)


@inner
def take(t: Tables, k: int, late: int, bags: int) -> None:
    """Give bags of a pair, or take them back when negative."""
    pairs, orders, people, income = t.pairs, t.orders, t.people, t.income
    bench, around, slack = t.bench, t.around, t.slack
    pair = pairs[k]
    order = orders[pair.order]
    person = people[pair.person]
    if not pair.known:
        before = pair.soon + pair.late
        person.works += learnt(t, before + bags) - learnt(t, before)
    if late:
        window, week = order.late_window, pair.late_week
        pair.late += bags
    else:
        window, week = order.window, pair.week
        pair.soon += bags
        order.on_time += bags * pair.good
    order.made += bags * pair.good
    order.out += bags
    person.held += bags * pair.value
    person.asked += bags * order.size
    income[pair.person, week] += bags * pair.pay
    benched = len(bench) > 0
    for i in range(1, 1 + around[window, 0]):
        slack[pair.person, around[window, i]] -= bags * pair.time
        if benched:
            bench[person.place, around[window, i]] -= bags * pair.time
    if benched:
        sit(t, k, late, bags)


@inner
def clear(t: Tables, w: int) -> None:
    """Take back everything a person holds that is not promised."""
    people, pairs, income = t.people, t.pairs, t.income
    for k in range(people[w].first, people[w].end):
        for late in range(2):
            bags = whole(pairs[k].late if late else pairs[k].soon)
            if bags:
                take(t, k, late, -bags)
    weeks = income.shape[1] // 3
    for week in range(weeks):
        income[w, week] = income[w, 2 * weeks + week]  # without the dust of adding and subtracting
    people[w].held = people[w].promised
    people[w].asked = 0.0


@inner
def lay_out(t: Tables, w: int, desk: Floats, choice: Ints) -> int:
    """Put on the desk what could be worth making: gain, pay and, for one work more, its cost a tick, and which pair;
    returns how many there are.
    """
    steps, people, pairs = t.steps, t.people, t.pairs
    size = 0
    dearest = steps[0, 1] if len(steps) else 0.0
    for k in range(people[w].first, people[w].end):
        late = way(t, k)
        if late == 2:
            continue
        worth = price(t, k, late)
        pair = pairs[k]
        if worth + dearest * pair.pay > NOTHING:
            desk[0, size] = worth / pair.time
            desk[1, size] = pair.pay / pair.time
            desk[2, size] = opening(t, k, late)
            choice[size] = 2 * k + late
            size += 1
    return size


@inner
def opening(t: Tables, k: int, late: int) -> float:
    """What one work more costs its person a tick, spread over all they have time for in its window."""
    pairs, people, orders, around, slack = t.pairs, t.people, t.orders, t.around, t.slack
    pair = pairs[k]
    further = people[pair.person].further
    if further == 0.0 or pair.known:
        return 0.0
    order = orders[pair.order]
    window = order.late_window if late else order.window
    ticks = order.bags * pair.time
    for i in range(1, 1 + around[window, 0]):
        ticks = min(ticks, slack[pair.person, around[window, i]])
    return further / max(ticks, pair.time)


@inner
def best_on(t: Tables, w: int, desk: Floats, choice: Ints, size: int) -> int:
    """The place on the desk with the most worth a tick at the person's present income."""
    income, steps, pairs = t.income, t.steps, t.pairs
    weeks = income.shape[1] // 3
    more = min(1.0, t.people[w].works)
    if weeks == 1:
        step = step_of(steps, income[w, 1], income[w, 0])
        best, at = 0.0, -1
        for i in range(size):
            worth = desk[0, i] + step * desk[1, i] - more * desk[2, i]
            if worth > best:
                best, at = worth, i
        return at
    best, at = 0.0, -1
    for i in range(size):
        pair = pairs[choice[i] >> 1]
        week = pair.late_week if choice[i] & 1 else pair.week
        worth = desk[0, i] - more * desk[2, i]
        worth += step_of(steps, income[w, weeks + week], income[w, week]) * desk[1, i]
        if worth > best:
            best, at = worth, i
    return at


@inner
def pays(t: Tables, k: int, late: int, worth: float) -> bool:
    """Whether a bag is still worth it when its pay runs over a step of the target."""
    pairs, income, steps = t.pairs, t.income, t.steps
    pair = pairs[k]
    w, week = pair.person, pair.late_week if late else pair.week
    target, income = income[w, income.shape[1] // 3 + week], income[w, week]
    return worth + relief(steps, target, income + pair.pay) - relief(steps, target, income) > NOTHING


@inner
def fill(t: Tables, w: int, desk: Floats, choice: Ints) -> None:
    """Give a person who holds nothing one bag after the other while any is worth it."""
    orders, pairs = t.orders, t.pairs
    size = lay_out(t, w, desk, choice)
    while size:
        i = best_on(t, w, desk, choice, size)
        if i < 0:
            return
        k, late = choice[i] >> 1, choice[i] & 1
        order = orders[pairs[k].order]
        possible = holds(t, k)
        if possible and not fits(t, k, late):
            possible = False
            if not late and order.late_window >= 0:
                choice[i] = 2 * k + 1
                desk[0, i] = price(t, k, whole(1)) / pairs[k].time
                continue
        cost = desk[2, i] if t.people[w].works > 0.0 else 0.0
        if possible and pays(t, k, late, (desk[0, i] - cost) * pairs[k].time):
            take(t, k, late, 1)
            desk[2, i] = 0.0
            desk[0, i] = price(t, k, late) / pairs[k].time
        else:
            size -= 1
            desk[0, i], desk[1, i], desk[2, i] = desk[0, size], desk[1, size], desk[2, size]
            choice[i] = choice[size]


@inner
def see_visits(t: Tables, visits: Flags, v: int) -> None:
    """Write down which windows the visits of a place reach."""
    served = t.served
    buckets = visits.shape[1]
    count = 0
    for first in range(buckets):
        count += visits[v, first]
        reached = False
        for last in range(first, buckets):
            reached = reached or visits[v, last]
            served[v, 1 + first, last] = reached
    served[v, 0, 0] = count


@inner
def sweep(t: Tables, line: Ints, desk: Floats, choice: Ints) -> None:
    """Ask everybody in line anew, one after the other, at the prices the others leave them."""
    for w in line:
        clear(t, w)
        fill(t, w, desk, choice)
