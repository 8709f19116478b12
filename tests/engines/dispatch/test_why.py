"""Why somebody was not offered a work, and why a work is short."""

import pytest

from gongfang.engines.dispatch import Freeing, Obstacle, Visit, Why, Workshop, explain_work, plan, why_not
from tests.engines.dispatch.cases import YUAN, county, knots, maker

NO_ROUND = (Visit(village="Yushan", bucket=0, cost=60 * YUAN),)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"skills": frozenset()}, Obstacle(why=Why.SKILL)),
        ({"declined": frozenset({"knots"})}, Obstacle(why=Why.DECLINED)),
        ({"minutes": (40, 0)}, Obstacle(why=Why.MINUTES, short=20)),
        ({"custody_cap": 50 * YUAN}, Obstacle(why=Why.CUSTODY, short=10 * YUAN)),
        ({"max_pieces": 20}, Obstacle(why=Why.WISH, short=10)),
    ],
)
def test_the_first_thing_in_the_way_is_named_with_how_much_is_missing(facts, expected):
    problem = county(maker("Chunhua", **facts), works=(knots(bag_value=60 * YUAN),))
    assert why_not(problem, plan(problem), person="Chunhua", work="knots").obstacle == expected


BENCH = Workshop(village="Shuangxi", minutes=(40, 0))


def test_a_place_missing_in_the_workshop_is_named_with_the_minutes():
    problem = county(maker("Chunhua"), works=(knots(),), workshops=(BENCH,))
    answer = plan(problem)
    assert why_not(problem, answer, person="Chunhua", work="knots").obstacle == Obstacle(
        why=Why.BENCH, short=20
    )
    assert answer.unmade[0].why is answer.waiting[0].why is Why.BENCH
    (free,) = explain_work(problem, answer, "knots").frees
    assert free == Freeing(why=Why.BENCH, pieces=100, amount=200)


def test_a_round_that_would_reach_them_is_named():
    there = Visit(village="Shuangxi", bucket=0, cost=900_000 * YUAN)
    problem = county(maker("Chunhua"), works=(knots(),), visits=(there,))
    empty = plan(county(maker("Chunhua"), visits=()))
    assert why_not(problem, empty, person="Chunhua", work="knots").obstacle == Obstacle(
        why=Why.VISIT, visit=there
    )


def test_all_material_out_is_said():
    problem = county(maker("Chunhua"), works=(knots(bags=2),))
    assert why_not(problem, plan(problem), person="Chunhua", work="knots").obstacle.why is Why.MATERIAL


def test_work_others_have_says_what_would_change_and_nothing_about_them():
    people = maker("Chunhua"), maker("Meilan", income_so_far=1_000 * YUAN)
    problem = county(*people, works=(knots(bag_pieces=100, bags=1),))
    answer = why_not(problem, plan(problem), person="Meilan", work="knots")
    assert answer.obstacle == Obstacle(why=Why.TAKEN)
    assert answer.difference is not None
    assert answer.difference.late_pieces == answer.difference.unmade_pieces == 0
    assert answer.difference.cost > 0


def test_somebody_unknown_is_refused():
    with pytest.raises(KeyError):
        why_not(county(works=(knots(),)), plan(county()), person="Nobody", work="knots")


def test_a_short_work_says_what_would_free_its_pieces():
    people = maker("Chunhua", minutes=(60, 0)), maker("Yumei", skills=frozenset())
    problem = county(*people, works=(knots(),))
    answer = explain_work(problem, plan(problem), "knots")
    assert (answer.on_time_pieces, answer.unmade_pieces, answer.people) == (30, 70, 1)
    assert [(one.why, one.pieces) for one in answer.frees] == [(Why.MINUTES, 70), (Why.SKILL, 70)]


def test_missing_material_is_counted_in_bags():
    problem = county(maker("Chunhua"), works=(knots(bags=2),))
    (only,) = explain_work(problem, plan(problem), "knots").frees
    assert (only.why, only.pieces, only.amount) == (Why.MATERIAL, 40, 2)


def test_a_work_that_is_all_made_needs_nothing():
    problem = county(maker("Chunhua"), works=(knots(),))
    assert explain_work(problem, plan(problem), "knots").frees == ()
