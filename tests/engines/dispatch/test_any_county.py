"""What holds of the plan of any county whatever."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongfang.engines.dispatch import BrokenPlan, Plan, Problem, check, plan
from tests.engines.dispatch.cases import Sizes, counties, county, knots, maker


@given(counties(), st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_any_county_gets_a_valid_plan(problem, seed):
    check(problem, plan(problem, seed=seed))


@given(counties(), st.integers(0, 12))
@settings(max_examples=100, deadline=None)
def test_a_plan_stopped_anywhere_is_valid(problem, turns):
    asked = iter(range(turns))
    check(problem, plan(problem, stop=lambda: next(asked, None) is None))


@given(counties(), counties())
@settings(max_examples=100, deadline=None)
def test_any_earlier_plan_may_be_built_upon(problem, another):
    check(problem, plan(problem, warm=plan(another)))
    check(problem, plan(problem, warm=plan(problem)))


@given(counties())
@settings(max_examples=100, deadline=None)
def test_no_more_pieces_than_needed_and_all_bags_whole_but_the_last(problem):
    problem = replace(problem, pinned=())
    answer = plan(problem)
    for work in problem.works:
        bags = sorted((bag for one in answer.offers if one.work == work.id for bag in one.bags), reverse=True)
        assert sum(bags) <= work.pieces + work.spare
        assert all(bag == work.bag_pieces for bag in bags[:-1])


@given(counties())
@settings(max_examples=150, deadline=None)
def test_every_plan_can_be_worked_bucket_by_bucket(problem):
    """Earliest due date first, with the bags laid aside and taken up again, finishes each in its window."""
    problem = replace(problem, pinned=())
    answer = plan(problem)
    for person in problem.people:
        jobs = [[one.first, one.last, one.seconds] for one in answer.offers if one.person == person.id]
        for bucket, minutes in enumerate(person.minutes):
            work_one_bucket(jobs, bucket, minutes * 60)
        assert all(left == 0 for _, _, left in jobs)


def work_one_bucket(jobs: list[list[int]], bucket: int, seconds: int) -> None:
    for job in sorted(jobs, key=lambda job: job[1]):
        if job[0] <= bucket <= job[1]:
            done = min(seconds, job[2])
            job[2] -= done
            seconds -= done


@given(counties(Sizes(people=4, works=3)), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_the_rows_came_in_does_not_matter(problem, dice):
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        mixed = list(rows)
        dice.shuffle(mixed)
        return tuple(mixed)

    other = replace(
        problem,
        people=shuffled(problem.people),
        works=shuffled(problem.works),
        pairs=shuffled(problem.pairs),
        pinned=shuffled(problem.pinned),
        visits=None if problem.visits is None else shuffled(problem.visits),
    )
    assert repr(plan(problem)) == repr(plan(other))


PEOPLE = maker("Mei", minutes=(100, 100)), maker("Lan", declined=frozenset({"other"}))
SOUND = county(*PEOPLE, works=(knots(bags=6), knots("other", last=1)))


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda offer: replace(offer, bags=(31,)), "bags"),
        (lambda offer: replace(offer, bags=(*offer.bags, 30), seconds=offer.seconds + 3600), "pay"),
        (lambda offer: replace(offer, seconds=0), "seconds"),
        (lambda offer: replace(offer, first=1), "window"),
        (lambda offer: replace(offer, late=not offer.late), "late"),
        (lambda offer: replace(offer, pinned=True), "pinned"),
        (lambda offer: replace(offer, value=1), "value"),
    ],
)
def test_the_judge_sees_a_spoiled_offer(spoil, rule):
    answer = plan(SOUND)
    check(SOUND, answer)
    first, *others = answer.offers
    with pytest.raises(BrokenPlan) as broken:
        check(SOUND, replace(answer, offers=(spoil(first), *others)))
    assert broken.value.rule == rule


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"skills": frozenset()}, "skill"),
        ({"declined": frozenset({"knots", "other"})}, "declined"),
        ({"minutes": (1, 1)}, "minutes"),
        ({"max_pieces": 1}, "wish"),
    ],
)
def test_the_judge_sees_a_plan_made_for_other_people(facts, rule):
    others = county(*(replace(person, **facts) for person in PEOPLE), works=SOUND.works)
    with pytest.raises(BrokenPlan) as broken:
        check(others, plan(SOUND))
    assert broken.value.rule == rule


def broken_rule(problem: Problem, answer: Plan) -> str:
    with pytest.raises(BrokenPlan) as broken:
        check(problem, answer)
    return broken.value.rule


def test_the_judge_sees_missing_material_and_too_many_pieces():
    answer = plan(SOUND)
    no_bags = tuple(replace(work, bags=1) for work in SOUND.works)
    fewer = tuple(replace(work, pieces=40) for work in SOUND.works)
    assert broken_rule(replace(SOUND, works=no_bags), answer) == "material"
    assert broken_rule(replace(SOUND, works=fewer), answer) == "pieces"


def test_the_judge_sees_a_hidden_shortage_and_a_forgotten_person():
    problem = county(maker("Mei", minutes=(10, 0)), works=(knots(),))
    answer = plan(problem)
    assert broken_rule(problem, replace(answer, unmade=())) == "unmade"
    assert broken_rule(problem, replace(answer, waiting=())) == "waiting"


def test_chance_draws_counties_with_work_in_them():
    """Guards the properties above against a generator that only draws empty plans."""
    drawn = []

    @given(counties())
    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    def collect(problem):
        drawn.append(plan(problem))

    collect()
    assert len(list(islice((one for one in drawn if one.offers), 10))) == 10
