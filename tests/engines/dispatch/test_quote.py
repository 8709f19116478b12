"""Whether more work can be taken on."""

from dataclasses import replace

from hypothesis import given as given_any
from hypothesis import settings

from gongfang.engines.dispatch import check, plan, quote
from tests.engines.dispatch.cases import YUAN, counties, county, given, knots, maker


@given_any(counties())
@settings(max_examples=25, deadline=None)
def test_the_plan_of_a_quote_is_valid_and_its_pieces_add_up(problem):
    asked = knots("new", late_cost=9 * YUAN)
    answer = quote(problem, asked, plan=plan(problem))
    check(replace(problem, works=(*problem.works, asked)), answer.plan)
    assert answer.on_time_pieces + answer.late_pieces + answer.unmade_pieces >= asked.pieces


def test_room_that_is_left_costs_the_others_nothing():
    problem = county(maker("Chunhua"), works=(knots(),))
    answer = quote(problem, knots("new"), plan=plan(problem))
    assert (answer.on_time_pieces, answer.late_pieces, answer.unmade_pieces, answer.done) == (100, 0, 0, 0)
    assert answer.others == ()


def test_without_room_in_time_it_says_from_when_all_is_made():
    problem = county(maker("Chunhua", minutes=(200, 600)), works=(knots(late_cost=9 * YUAN),))
    answer = quote(problem, knots("new", late_cost=YUAN), plan=plan(problem))
    assert (answer.on_time_pieces, answer.late_pieces, answer.done) == (0, 100, 1)
    assert answer.others == ()


def test_what_is_dearer_when_late_makes_the_others_later_and_says_so():
    problem = county(maker("Chunhua", minutes=(200, 600)), works=(knots(late_cost=YUAN // 100),))
    answer = quote(problem, knots("new", late_cost=20 * YUAN), plan=plan(problem))
    assert answer.on_time_pieces == 100
    assert [(one.work, one.late_pieces) for one in answer.others] == [("knots", 100)]
    assert given(answer.plan)["Chunhua", "new"] == 100


def test_nobody_who_can_do_it_means_none_of_it():
    problem = county(maker("Chunhua"))
    answer = quote(problem, knots("new", skill="herbs"), plan=plan(problem))
    assert (answer.on_time_pieces, answer.unmade_pieces, answer.done) == (0, 100, None)
