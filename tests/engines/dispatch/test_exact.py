"""The search against all there is: tiny counties whose every plan is looked at."""

from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest

from gongfang.engines.dispatch import Effort, Pair, Person, Plan, Problem, Visit, Workshop, check, plan
from gongfang.engines.dispatch.arrays import STEPS
from tests.engines.dispatch.cases import YUAN, knots, maker

BAGS = 2  # of each work


def tiny_county(seed: int, **facts: Any) -> Problem:
    """Two people of one village, two works of whole bags, a round in each of two buckets that costs something."""
    dice = np.random.default_rng(seed)
    people = tuple(
        maker(
            name,
            minutes=tuple((60 * dice.integers(0, 4, 2)).tolist()),
            custody_cap=int(dice.integers(20, 60)) * YUAN,
            income_target=int(dice.integers(10, 60)) * YUAN,
        )
        for name in ("Mei", "Lan")
    )
    works = tuple(
        knots(
            name, pieces=30 * BAGS, bags=BAGS, last=last, rate=int(dice.integers(2_000, 9_000)),
            bag_value=int(dice.integers(5, 30)) * YUAN, late_cost=int(dice.integers(5_000, 20_000)),
        )
        for last, name in enumerate(("early", "later"))
    )  # fmt: skip
    pairs = tuple(
        Pair(person=one.id, work=work.id, pace=int(dice.integers(60, 200)))
        for one in people
        for work in works
    )
    rounds = tuple(
        Visit(village="Shuangxi", bucket=bucket, cost=int(dice.integers(2, 9)) * YUAN) for bucket in (0, 1)
    )
    further = int(dice.integers(0, 6)) * YUAN
    return Problem(
        buckets=2, people=people, works=works, pairs=pairs, visits=rounds, further_work=further, **facts
    )


def tiny_workshop(seed: int) -> Problem:
    """The same, where both come to work at the benches of one workshop."""
    dice = np.random.default_rng(seed + 1000)
    minutes = tuple((60 * dice.integers(0, 5, 2)).tolist())
    return tiny_county(seed, workshops=(Workshop(village="Shuangxi", minutes=minutes),))


class Kind(NamedTuple):
    """Bags of a work for a person, made by the end of a bucket."""

    person: int
    work: int
    last: int


KINDS = [Kind(person, 0, last) for person in (0, 1) for last in (0, 1)] + [
    Kind(person, 1, 1) for person in (0, 1)
]


def spread(target: float, income: float) -> float:
    """What is missing of a target, the first half of it dearest."""
    cost, below = 0.0, 0.0
    for share, worth in (step for step in STEPS if step[0] <= 1):
        cost += worth * min(max(share * target - income, 0.0), (share - below) * target)
        below = share
    return cost


def cost_of(problem: Problem, bags: tuple[int, ...], rounds: tuple[bool, ...]) -> float:
    """What a plan costs, infinite if it breaks a rule."""
    travel = sum(visit.cost for visit, goes in zip(problem.visits, rounds, strict=True) if goes)
    pace = {(pair.person, pair.work): pair.pace for pair in problem.pairs}
    income, cost, asked = [[0, 0], [0, 0]], float(travel), []
    for number, someone in enumerate(problem.people):
        seconds, held = [0, 0], 0
        for kind, count in zip(KINDS, bags, strict=True):
            if kind.person == number and count:
                work = problem.works[kind.work]
                if work.bag_value > someone.custody_cap or not any(rounds[: kind.last + 1]):
                    return float("inf")
                seconds[kind.last] += count * 30 * pace[someone.id, work.id]
                held += count * work.bag_value
                income[number][week_of(problem, someone, kind.last)] += count * 30 * work.rate
        if seconds[0] > 60 * someone.minutes[0] or sum(seconds) > 60 * sum(someone.minutes):
            return float("inf")
        if held > someone.custody_cap * sum(rounds):
            return float("inf")
        asked.append((seconds[0], seconds[1]))
        cost += spread_by_week(problem, someone, income[number])
        made = {kind.work for kind, count in zip(KINDS, bags, strict=True) if kind.person == number and count}
        cost += problem.further_work * max(0, len(made) - 1)
    if not have_places(problem, asked):
        return float("inf")
    for number, work in enumerate(problem.works):
        counts = [
            (kind.last <= work.last, count)
            for kind, count in zip(KINDS, bags, strict=True)
            if kind.work == number
        ]
        out, in_time = sum(count for _, count in counts), sum(count for soon, count in counts if soon)
        if out > BAGS:
            return float("inf")
        cost += max(work.late_cost, work.rate) * 30 * ((BAGS - out) + (BAGS - in_time))
    return cost


def week_of(problem: Problem, person: Person, last: int) -> int:
    """The week in which a bag counts: the last one of its window in which the person has time."""
    return last if problem.weeks and person.minutes[last] else 0


def spread_by_week(problem: Problem, person: Person, income: list[int]) -> float:
    """The target falls to the weeks as a person's time does; without weeks there is one."""
    if not problem.weeks:
        return spread(person.income_target, sum(income))
    time = person.minutes if any(person.minutes) else (1, 1)
    first = person.income_target * time[0] / sum(time)
    return spread(first, income[0]) + spread(person.income_target - first, income[1])


def have_places(problem: Problem, asked: list[tuple[int, int]]) -> bool:
    """Whether seconds due in the first bucket, and seconds due in either, find places at the benches."""
    least, most, early, both = 0, 0, 0, 0
    for someone, (soon, either) in zip(problem.people, asked, strict=True):
        least += max(0, either - 60 * someone.minutes[1])
        most += min(either, 60 * someone.minutes[0] - soon)
        early, both = early + soon, both + either
    return all(
        max(least, both - 60 * workshop.minutes[1]) <= min(most, 60 * workshop.minutes[0] - early)
        for workshop in problem.workshops
    )


def best_of_all(problem: Problem) -> float:
    choices = product(product(range(BAGS + 1), repeat=len(KINDS)), product((False, True), repeat=2))
    return min(cost_of(problem, bags, rounds) for bags, rounds in choices)


def priced(problem: Problem, answer: Plan) -> float:
    """What the planner's answer costs, counted as all the others are."""
    bags = []
    for kind in KINDS:
        person, work = problem.people[kind.person].id, problem.works[kind.work].id
        offers = [
            one for one in answer.offers if (one.person, one.work, one.last) == (person, work, kind.last)
        ]
        bags.append(sum(len(one.bags) for one in offers))
    return cost_of(problem, tuple(bags), tuple(visit in answer.visits for visit in problem.visits))


@pytest.mark.parametrize("effort", ["fast", "good"])
@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_a_tiny_county_is_better(seed, effort):
    is_best(tiny_county(seed), effort)


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_a_tiny_workshop_is_better(seed):
    is_best(tiny_workshop(seed), "good")


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_a_tiny_county_with_weekly_targets_is_better(seed):
    is_best(tiny_county(seed, weeks=(0, 1)), "good")


def is_best(problem: Problem, effort: Effort) -> None:
    answer = plan(problem, effort=effort)
    check(problem, answer)
    assert priced(problem, answer) == pytest.approx(best_of_all(problem), rel=1e-9)
