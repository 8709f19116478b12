"""Targets week by week: work is spread over a person's weeks, and the proof stays true."""

import numpy as np
import pytest

from gongfang.engines.dispatch import check, plan, prove
from gongfang.engines.dispatch.arrays import arrays_of, names_of
from gongfang.engines.dispatch.weeks import by_week
from tests.engines.dispatch.cases import YUAN, county, given, knots, maker

WORKS = tuple(
    knots(f"{name} {week}", pieces=30, bags=1, first=week, last=week, rate=YUAN)
    for week in (0, 1)
    for name in ("morning", "evening")
)


@pytest.mark.parametrize("seed", range(5))
def test_work_is_spread_over_the_weeks_of_each(seed):
    people = [maker(name, income_target=60 * YUAN) for name in ("Mei", "Lan")]
    problem = county(*people, works=WORKS, weeks=(0, 1), further_work=0)
    answer = plan(problem, effort="good", seed=seed)
    check(problem, answer)
    weeks = {(person, work[-1]) for person, work in given(answer)}
    assert weeks == {("Mei", "0"), ("Mei", "1"), ("Lan", "0"), ("Lan", "1")}
    proof = prove(problem, answer)
    assert (proof.cost, proof.income_less) == (0, 0)


def test_uneven_weeks_cost_more_than_the_whole_and_are_no_part_of_the_proof():
    works = WORKS[:2]
    whole, weekly = (
        county(maker("Mei", income_target=60 * YUAN), works=works, weeks=weeks, further_work=0)
        for weeks in ((), (0, 1))
    )
    answer = plan(whole)
    assert prove(whole, answer).cost == 0
    proof = prove(weekly, answer)
    assert proof.cost == (1.5 * 15 + 9 + 0.5 * 6) * YUAN
    assert (proof.bound, proof.income_less, proof.late_pieces_fewer) == (0, 0, 0)


def test_a_target_falls_to_the_weeks_somebody_has_time_in():
    people = maker("all", minutes=(200, 100)), maker("late", minutes=(0, 9)), maker("none", minutes=(0, 0))
    problem = county(*people, weeks=(0, 1))
    arrays = arrays_of(problem, names_of(problem), seed=0)
    falls = by_week(arrays, np.array([1000, 1000, 1001]))
    assert falls.tolist() == [[666, 334], [0, 1000], [500, 501]]
