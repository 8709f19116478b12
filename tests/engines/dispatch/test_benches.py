"""Places at the benches of a workshop: everybody who comes to work finds one, and nobody is sent away without need."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from gongfang.engines.dispatch import (
    BrokenPlan,
    Offer,
    Pinned,
    Problem,
    Workshop,
    check,
    plan,
    quote,
    repair,
)
from gongfang.engines.dispatch.arrays import arrays_of, names_of
from gongfang.engines.dispatch.benches import benches_of, is_right, leave, place
from gongfang.engines.dispatch.verify import _seated
from tests.engines.dispatch.cases import county, given, knots, maker


def workshop(*minutes: int) -> Workshop:
    return Workshop(village="Shuangxi", minutes=minutes)


def test_a_bench_is_shared_by_those_who_come_on_the_same_day():
    """Either could make a bag in the first days, and the benches hold two in all; but both can come then only."""
    people = [maker(name, minutes=(60, 0)) for name in ("Mei", "Lan")]
    problem = county(*people, works=(knots(last=1),), workshops=(workshop(60, 60),))
    for effort in ("fast", "good", "best"):
        answer = plan(problem, effort=effort)
        check(problem, answer)
        assert answer.totals.bags == 1


def test_somebody_who_can_come_later_makes_room_for_somebody_who_cannot():
    people = maker("Mei", minutes=(60, 60)), maker("Lan", minutes=(60, 0))
    works = knots("first", pieces=30, last=1), knots("second", pieces=30, last=1)
    answer = plan(problem := county(*people, works=works, workshops=(workshop(60, 60),)))
    check(problem, answer)
    assert answer.totals.bags == 2
    assert {person for person, _ in given(answer)} == {"Mei", "Lan"}


def test_who_works_at_home_needs_no_bench():
    home, comes = maker("Mei", village="Yushan"), maker("Lan")
    answer = plan(county(home, comes, works=(knots(),), workshops=(workshop(0, 0),)))
    assert given(answer) == {("Mei", "knots"): 100}


def test_a_promise_beyond_the_benches_is_kept_and_nothing_added():
    pin = Pinned(person="Mei", work="knots", bags=(30, 30), first=0, last=0)
    problem = county(
        maker("Mei"), maker("Lan"), works=(knots(),), pinned=(pin,), workshops=(workshop(90, 0),)
    )
    answer = plan(problem)
    check(problem, answer)
    assert given(answer) == {("Mei", "knots"): 60}


def test_the_judge_sees_a_plan_made_for_more_benches():
    problem = county(maker("Mei"), maker("Lan"), works=(knots(),), workshops=(workshop(200, 0),))
    answer = plan(problem)
    check(problem, answer)
    with pytest.raises(BrokenPlan) as broken:
        check(replace(problem, workshops=(workshop(199, 0),)), answer)
    assert broken.value.rule == "benches"


def test_fewer_benches_are_answered_by_a_repair_and_a_quote_knows_them():
    problem = county(maker("Mei"), maker("Lan"), works=(knots(last=1),), workshops=(workshop(200, 0),))
    answer = plan(problem)
    fewer = replace(problem, workshops=(workshop(60, 60),))
    repaired = repair(fewer, answer)
    check(fewer, repaired)
    assert repaired.totals.bags == 2
    asked = quote(fewer, knots("more", last=1), plan=repaired)
    check(replace(fewer, works=(*fewer.works, knots("more", last=1))), asked.plan)
    assert (asked.on_time_pieces, asked.done) == (0, None)


BUCKETS = 4
SECONDS = st.integers(0, 90).map(lambda minutes: 60 * minutes)


@st.composite
def demands(draw: Any) -> tuple[Problem, list[tuple[int, int, int, int]]]:
    """People of a workshop, and who wants to make how many seconds of work from when to when."""
    minutes = st.tuples(*[st.sampled_from([0, 20, 60])] * BUCKETS)
    people = tuple(maker(f"p{n}", minutes=draw(minutes)) for n in range(draw(st.integers(1, 4))))
    problem = Problem(buckets=BUCKETS, people=people, workshops=(workshop(*draw(minutes)),))
    window = st.tuples(st.integers(0, BUCKETS - 1), st.integers(0, BUCKETS - 1)).map(sorted)
    asked = [
        (draw(st.integers(0, len(people) - 1)), *draw(window), draw(SECONDS))
        for _ in range(draw(st.integers(0, 9)))
    ]
    return problem, asked


@given_any(demands(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_as_many_find_a_place_as_ever_could(question, dice):
    problem, asked = question
    benches, _ = benches_of(arrays_of(problem, names_of(problem), seed=0))
    held = [(row, first, last, place(benches, row, first, last, ticks)) for row, first, last, ticks in asked]
    for one in dice.sample(held, len(held) // 2):  # some leave again, and come back
        leave(benches, *one)
        held[held.index(one)] = (*one[:3], place(benches, *one))
    assert all(is_right(benches, row) for row in range(len(problem.people)))
    assert (benches.free >= 0).all()
    assert (benches.free.sum() + benches.held.sum()) == 60 * sum(problem.workshops[0].minutes)
    offers = [(problem.people[row], offer(row, first, last, ticks)) for row, first, last, ticks in asked]
    assert sum(ticks for *_, ticks in held) == _seated(problem.workshops[0], offers)
    for row in range(len(problem.people)):
        leave_all(benches, [one for one in held if one[0] == row])
    assert not np.any(benches.held)


def leave_all(benches: Any, held: list[tuple[int, int, int, int]]) -> None:
    for one in held:
        leave(benches, *one)


def offer(row: int, first: int, last: int, seconds: int) -> Offer:
    return Offer(
        person=f"p{row}", work="w", bags=(1,), first=first, last=last, seconds=seconds, pay=0, value=0
    )
