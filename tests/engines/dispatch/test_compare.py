"""How two plans differ."""

from dataclasses import replace

from hypothesis import given as given_any
from hypothesis import settings

from gongfang.engines.dispatch import compare, plan, repair
from tests.engines.dispatch.cases import counties, county, knots, maker


def test_a_plan_differs_from_itself_in_nothing():
    answer = plan(county(maker("Chunhua"), works=(knots(),)))
    same = compare(answer, answer)
    assert (same.works, same.people, same.moved_bags, same.visits_added, same.visits_dropped) == (
        (),
        0,
        0,
        (),
        (),
    )


def test_bags_in_other_hands_and_pieces_not_made_are_counted_once():
    one = plan(county(maker("Chunhua"), works=(knots(),)))
    other = plan(county(maker("Meilan"), works=(knots(bags=3),)))
    found = compare(one, other)
    assert (found.people, found.moved_bags, found.difference.unmade_pieces) == (2, 3, 10)
    assert [(work.work, work.unmade_pieces, work.moved_bags) for work in found.works] == [("knots", 10, 3)]


@given_any(counties(), counties())
@settings(max_examples=30, deadline=None)
def test_it_makes_no_difference_whether_offers_are_the_same_or_alike(one, other):
    before = plan(other)
    after = repair(one, before)
    alike = replace(after, offers=tuple(replace(offer) for offer in after.offers))
    assert compare(before, after) == compare(before, alike)
