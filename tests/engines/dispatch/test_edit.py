"""Changes by hand."""

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from gongfang.engines.dispatch import Change, Why, WrongProblem, check, edit, plan
from tests.engines.dispatch.cases import YUAN, counties, county, given, knots, maker


@given_any(counties(), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_changed_by_hand_the_plan_stays_valid(problem, data):
    someone = st.sampled_from([None, "Nobody", *(person.id for person in problem.people)])
    some = st.builds(
        Change,
        work=st.sampled_from(["nothing", *(work.id for work in problem.works)]),
        bags=st.integers(1, 3),
        giver=someone,
        taker=someone,
    ).filter(lambda change: change.giver or change.taker)
    changes = data.draw(st.lists(some, max_size=4))
    answer = edit(problem, plan(problem), changes)
    check(problem, answer.plan)
    assert {one.change for one in answer.refused} <= set(changes)


def test_a_bag_goes_from_one_to_another_and_its_cost_is_shown():
    problem = county(maker("Chunhua"), maker("Meilan"), works=(knots(bag_pieces=50, bags=2, late_cost=YUAN),))
    before = plan(problem)
    assert given(before) == {("Chunhua", "knots"): 50, ("Meilan", "knots"): 50}
    answer = edit(problem, before, [Change(work="knots", bags=1, giver="Chunhua", taker="Meilan")])
    assert given(answer.plan) == {("Meilan", "knots"): 100}
    assert (answer.refused, answer.difference.pay, answer.difference.late_pieces) == ((), 0, 0)


def test_a_bag_taken_back_leaves_pieces_unmade_and_costs_what_they_cost():
    problem = county(maker("Chunhua"), works=(knots(late_cost=YUAN),))
    answer = edit(problem, plan(problem), [Change(work="knots", bags=1, giver="Chunhua")])
    assert answer.difference.unmade_pieces == 10
    assert answer.difference.pay == -10 * YUAN // 2
    assert answer.difference.cost > 2 * 10 * YUAN


def test_what_breaks_a_hard_rule_is_refused_with_its_reason_and_nothing_moves():
    people = maker("Chunhua"), maker("Meilan", minutes=(0, 0)), maker("Yumei", skills=frozenset())
    problem = county(*people, works=(knots(),))
    before = plan(problem)
    to_meilan, to_yumei = (
        Change(work="knots", bags=1, giver="Chunhua", taker=name) for name in ("Meilan", "Yumei")
    )
    answer = edit(problem, before, [to_meilan, to_yumei])
    assert [(one.change, one.obstacle.why) for one in answer.refused] == [
        (to_meilan, Why.MINUTES),
        (to_yumei, Why.SKILL),
    ]
    assert answer.refused[0].obstacle.short == 20
    assert given(answer.plan) == given(before)


def test_a_change_without_anybody_or_anything_is_nonsense():
    problem = county(maker("Chunhua"), works=(knots(),))
    with pytest.raises(WrongProblem):
        edit(problem, plan(problem), [Change(work="knots", bags=1)])
    with pytest.raises(WrongProblem):
        edit(problem, plan(problem), [Change(work="knots", bags=0, giver="Chunhua")])
