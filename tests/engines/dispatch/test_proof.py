"""How far from the best a plan can be."""

from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongfang.engines.dispatch import Person, Pinned, Problem, Visit, Work, plan, prove
from gongfang.engines.dispatch.arrays import Arrays, arrays_of, intervals, minutes_inside, names_of
from gongfang.engines.dispatch.bound import Climb, lower_bound
from gongfang.engines.dispatch.cost import lateness_of, spread_of
from tests.engines.dispatch.cases import YUAN, Sizes, counties, county, knots, maker

THOROUGH = Climb(passes=60, looks=6, whole_passes=2, splits=4, last_splits=100)


@given(counties(Sizes(people=8, works=5)))
@settings(max_examples=12, deadline=None)
def test_no_plan_costs_less_than_the_bound(problem):
    for effort in ("fast", "good"):
        proof = prove(problem, plan(problem, effort=effort))
        assert 0 <= proof.bound <= proof.cost


@st.composite
def small_counties(draw) -> Problem:
    """Two villages, three people, two works in bags of one or two pieces: few enough to try everything."""
    hours = st.sampled_from([0, 60, 120])
    people = tuple(
        Person(
            id=f"p{number}",
            village=draw(st.sampled_from(["Shuangxi", "Yushan"])),
            minutes=(draw(hours), draw(hours)),
            custody_cap=draw(st.sampled_from([10, 20, 50])) * YUAN,
            income_target=draw(st.sampled_from([0, 30, 80])) * YUAN,
            max_pieces=draw(st.sampled_from([None, None, 1, 3])),
        )
        for number in range(3)
    )
    works = tuple(
        Work(
            id=f"w{number}",
            pieces=draw(st.integers(0, 5)),
            bag_pieces=draw(st.sampled_from([1, 1, 2])),
            bags=draw(st.integers(0, 4)),
            first=draw(st.integers(0, 1)),
            last=draw(st.sampled_from([-1, 1, 1, 2])),
            seconds=draw(st.sampled_from([1200, 2700, 4000])),
            rate=draw(st.sampled_from([5, 15, 40])) * YUAN,
            bag_value=draw(st.sampled_from([0, 9, 15])) * YUAN,
            late_cost=draw(st.sampled_from([0, 30, 100])) * YUAN,
        )
        for number in range(2)
    )
    pins = st.just(Pinned(person="p0", work="w0", bags=(1,), first=0, last=1))
    rounds = [
        Visit(village=name, bucket=b, cost=draw(st.sampled_from([0, 4, 25])) * YUAN)
        for name in ("Shuangxi", "Yushan")
        for b in (0, 1)
    ]
    return Problem(
        buckets=2, people=people, works=works, visits=tuple(rounds), pinned=tuple(draw(st.lists(pins, max_size=1)))
    )  # fmt: skip


def cheapest(problem: Problem) -> float:
    """The cost of the best plan there is, by trying every one: bundles per person and pattern, then all together."""
    arrays = arrays_of(problem, names_of(problem), seed=0)
    best = {(NOTHING,) * len(arrays.first): 0.0}
    for place in range(len(arrays.served)):
        best = joined(best, bundles_of_place(arrays, place), arrays)
    promised = np.zeros((2, len(arrays.first)), dtype=np.int64)
    for one in arrays.promises:
        promised[0, one.work] += one.good * sum(one.bags) if one.last <= arrays.last[one.work] else 0
        promised[1, one.work] += one.good * sum(one.bags)
    costs = []
    for made, own in best.items():
        soon, late = (np.array([getattr(one, kind) for one in made]) * 1000 for kind in ("soon", "late"))
        lateness = lateness_of(arrays, on_time=promised[0] + soon, made=promised[1] + soon + late)
        costs.append(own + float(lateness.sum()))
    return min(costs)


class Made(NamedTuple):
    """Of one work: pieces on time and late, bags, and smaller bags among them."""

    soon: int
    late: int
    bags: int
    smaller: int

    @classmethod
    def of(cls, soon: int, late: int, size: int) -> "Made":
        return cls(
            soon, late, sum(-(-some // size) for some in (soon, late)), (soon % size > 0) + (late % size > 0)
        )

    def plus(self, other: "Made") -> "Made":
        return Made(*(one + more for one, more in zip(self, other, strict=True)))


NOTHING = Made(0, 0, 0, 0)
Bundle = tuple[Made, ...]  # of each work


def joined(one: dict[Bundle, float], other: dict[Bundle, float], arrays: Arrays) -> dict[Bundle, float]:
    """All sums of two, the cheapest way to each, within the material and the pieces asked for."""
    sums: dict[Bundle, float] = {}
    pieces, bags = arrays.limit.copy(), arrays.bags.copy()
    for promise in arrays.promises:
        pieces[promise.work] -= sum(promise.bags)
        bags[promise.work] -= len(promise.bags)
    for (made, cost), (more, extra) in product(one.items(), other.items()):
        total = tuple(a.plus(b) for a, b in zip(made, more, strict=True))
        if all(
            some.soon + some.late <= max(0, pieces[w]) and some.bags <= max(0, bags[w]) and some.smaller <= 1
            for w, some in enumerate(total)
        ):
            sums[total] = min(sums.get(total, np.inf), cost + extra)
    return sums


def bundles_of_place(arrays: Arrays, place: int) -> dict[Bundle, float]:
    cheapest_of: dict[Bundle, float] = {}
    for pattern in product(*[[True] if not arrays.cost[place, b] else [False, True] for b in (0, 1)]):
        fee = float(arrays.cost[place][list(pattern)].sum()) * 1000
        here: dict[Bundle, float] = {(NOTHING,) * len(arrays.first): fee}
        for person in np.flatnonzero(arrays.place == place).tolist():
            here = joined(here, bundles_of(arrays, person, pattern), arrays)
        for made, cost in here.items():
            cheapest_of[made] = min(cheapest_of.get(made, np.inf), cost)
    return cheapest_of


def bundles_of(arrays: Arrays, person: int, pattern: tuple[bool, ...]) -> dict[Bundle, float]:
    found: dict[Bundle, float] = {}
    for pieces in product(range(5), repeat=2 * len(arrays.first)):
        if fits(arrays, person, pattern, pieces):
            earned = int(arrays.earned[person]) + sum(
                one.worth * sum(one.bags) for one in arrays.promises if one.person == person
            )
            for work in range(len(arrays.first)):
                pair = arrays.pairs(work).start + person
                earned += int(arrays.worth[pair]) * (pieces[2 * work] + pieces[2 * work + 1])
            incomes = np.where(np.arange(len(arrays.place)) == person, earned, arrays.target)
            made = tuple(
                Made.of(pieces[2 * work], pieces[2 * work + 1], size)
                for work, size in enumerate(arrays.size.tolist())
            )
            found[made] = float(spread_of(arrays, incomes)[person])
    return found


def fits(arrays: Arrays, person: int, pattern: tuple[bool, ...], pieces: tuple[int, ...]) -> bool:
    runs = intervals(2)
    room = minutes_inside(arrays.capacity, runs)[person]
    used, promised, held, asked = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64), 0, 0
    given_held = given_pieces = 0
    for one in arrays.promises:
        if one.person == person:
            promised += np.where(
                (runs[:, 0] <= one.first) & (runs[:, 1] >= one.last), one.pace * sum(one.bags), 0
            )
            given_held += arrays.material(one.work, one.bags)
            given_pieces += sum(one.bags)
    for number, count in enumerate(pieces):
        work, late = divmod(number, 2)
        if not count:
            continue
        first, last = arrays.window(work, late=bool(late))
        if last < first or (late and arrays.last[work] >= 1) or not any(pattern[first : last + 1]):
            return False
        full, over = divmod(count, int(arrays.size[work]))
        bags = [int(arrays.size[work])] * full + [over] * bool(over)
        if arrays.material(work, [max(bags)]) > arrays.custody[person]:
            return False
        pair = arrays.pairs(work).start + person
        used += np.where((runs[:, 0] <= first) & (runs[:, 1] >= last), count * arrays.pace[pair], 0)
        held += arrays.material(work, bags)
        asked += count
    allowed = int(arrays.custody[person]) * sum(pattern)
    return bool(
        (used + promised <= np.maximum(room, promised)).all()
        and held + given_held <= max(allowed, given_held)
        and asked + given_pieces <= max(int(arrays.wish[person]), given_pieces)
    )


@given(small_counties())
@settings(max_examples=6, deadline=None)
def test_the_bound_is_never_above_the_best_plan_there_is(problem):
    least = cheapest(problem)
    arrays = arrays_of(problem, names_of(problem), seed=0)
    assert lower_bound(arrays, climb=THOROUGH) <= least * (1 + 1e-12)
    assert prove(problem, plan(problem, effort="good")).cost >= least / 1000 - 1


def test_more_passes_do_not_lose_what_fewer_found():
    rounds = tuple(
        Visit(village=name, bucket=b, cost=40 * YUAN) for name in ("Shuangxi", "Yushan") for b in (0, 1)
    )
    people = [maker(f"p{n}", village=("Shuangxi", "Yushan")[n % 2], minutes=(300, 60 * n)) for n in range(12)]
    works = tuple(knots(f"w{n}", pieces=150 + 40 * n, bags=12, late_cost=YUAN, last=n % 2) for n in range(6))
    arrays = arrays_of(problem := county(*people, works=works, visits=rounds), names_of(problem), seed=0)
    few, many = (lower_bound(arrays, climb=replace(THOROUGH, passes=passes)) for passes in (60, 600))
    assert many > 0.99 * few > 0


def test_a_plan_that_cannot_be_better_is_proved_to_the_last_yuan():
    problem = county(maker("Chunhua", minutes=(0, 0)), works=(knots(late_cost=YUAN),))
    proof = prove(problem, plan(problem))
    assert proof.cost - proof.bound <= YUAN // 100
    assert proof.cost == 2 * 100 * YUAN + (1.5 * 500 + 300 + 0.5 * 200) * YUAN


def test_the_proof_says_in_pieces_travel_and_income_what_might_still_be_won():
    rounds = (Visit(village="Shuangxi", bucket=0, cost=60 * YUAN),)
    problem = county(maker("Chunhua"), works=(knots(late_cost=YUAN),), visits=rounds)
    answer = plan(problem)
    proof = prove(problem, answer)
    assert proof.travel_less <= answer.totals.visit_cost == 60 * YUAN
    assert proof.late_pieces_fewer <= 100
    assert 0 <= proof.income_less <= answer.totals.income_gap


@pytest.mark.parametrize("people", [0, 1])
def test_an_empty_county_is_proved(people):
    problem = county(*[maker("Chunhua")][:people])
    proof = prove(problem, plan(problem))
    assert proof.bound <= proof.cost


def test_further_works_are_no_part_of_what_might_still_be_won():
    problem = county(maker("Chunhua"), works=(knots("one"), knots("other", last=1)), further_work=0)
    dearer = replace(problem, further_work=100 * YUAN)
    answer = plan(problem)
    assert len(answer.offers) == 2
    one, other = prove(problem, answer), prove(dearer, answer)
    assert other.cost == one.cost + 100 * YUAN
    assert replace(other, cost=one.cost) == one
