"""What one person costs at least when bags stay whole, against trying out every bundle there is."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gongfang.engines.dispatch import Person, Problem, Visit, Work
from gongfang.engines.dispatch.arrays import arrays_of, names_of
from gongfang.engines.dispatch.dual import Prices, desk_for, divided_cost, lacking, lay_out
from gongfang.engines.dispatch.relax import Relaxed, relaxed
from gongfang.engines.dispatch.undivided import cases_for, whole_cost
from tests.engines.dispatch.cases import YUAN

SPLITS = 400


@st.composite
def somebody(draw) -> tuple[Relaxed, Prices]:
    """One person, up to four works in bags of one piece, and prices."""
    count = draw(st.integers(1, 4))
    hours = st.sampled_from([0, 60, 130, 250])
    works = tuple(
        Work(
            id=f"w{number}",
            pieces=9,
            bag_pieces=1,
            bags=draw(st.integers(1, 4)),
            first=draw(st.integers(0, 1)),
            last=draw(st.sampled_from([1, 1, 2])),
            seconds=draw(st.integers(900, 5000)),
            rate=draw(st.integers(1, 60)) * YUAN,
            bag_value=draw(st.integers(0, 20)) * YUAN,
        )
        for number in range(count)
    )
    person = Person(
        id="Chunhua",
        village="Shuangxi",
        minutes=(draw(hours), draw(hours)),
        custody_cap=draw(st.sampled_from([10, 25, 60])) * YUAN,
        income_target=draw(st.integers(0, 120)) * YUAN,
        max_pieces=draw(st.sampled_from([None, None, 2, 5])),
    )
    rounds = tuple(
        Visit(village="Shuangxi", bucket=bucket, cost=0) for bucket in draw(st.sets(st.integers(0, 1)))
    )
    problem = Problem(buckets=2, people=(person,), works=works, visits=rounds)
    worth = st.lists(st.floats(0, 30), min_size=count, max_size=count).map(np.array)
    prices = Prices(draw(worth), draw(worth), draw(worth))
    return relaxed(arrays_of(problem, names_of(problem), seed=0)), prices


def least_of_all(c: Relaxed, prices: Prices) -> float:
    """What the person costs with the best of all bundles of whole bags."""
    items = c.items
    cap = max(0.0, c.held[0, 0] * c.reach[0, -1] - c.held[0, 1])
    least = np.inf
    for bags in product(*(range(int(item["most"]) + 1) for item in items)):
        held, units = bags @ items["value"], bags @ items["units"]
        reached = c.reach[0][items["last"] + 1] > c.reach[0][items["first"]]
        inside = all(
            bags @ (items["time"] * (items["begin"] >= first) * (items["end"] <= last))
            <= c.room[0, first, last]
            for first, last in ((0, 0), (0, 1), (1, 1))
        )
        if inside and held <= cap and units <= c.held[0, 2] and not (np.array(bags) * ~reached).any():
            price = prices.made[items["order"]] + np.where(items["late"], 0.0, prices.on_time[items["order"]])
            spared = bags @ (items["good"] * price - prices.bag[items["order"]])
            least = min(least, lacking(c, 0, c.income[0, 0] + float(bags @ items["pay"])) - float(spared))
    return least


@given(somebody())
@settings(max_examples=60, deadline=None)
def test_no_bundle_of_whole_bags_costs_less_than_the_bounds_say(case):
    c, prices = case
    desk = desk_for(c)
    cases = cases_for(desk, SPLITS)
    divided = divided_cost(c, 0, lay_out(c, prices, 0, 0, desk), 12, desk)
    whole, one_split = (
        whole_cost(c, 0, lay_out(c, prices, 0, 0, desk), 12, splits, desk, cases) for splits in (SPLITS, 1)
    )
    least = least_of_all(c, prices)
    assert max(divided, one_split, whole) <= least + 1e-9
    assert cases.cheapest[0] >= least - 1e-9
