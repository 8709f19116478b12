"""What is done when something has happened to a plan."""

from dataclasses import replace

from hypothesis import given as given_any
from hypothesis import settings

from gongfang.engines.dispatch import Pinned, check, plan, repair
from tests.engines.dispatch.cases import YUAN, counties, county, given, knots, maker


@given_any(counties(), counties())
@settings(max_examples=60, deadline=None)
def test_a_repaired_plan_is_valid_whatever_has_happened(problem, another):
    check(problem, repair(problem, plan(another)))
    check(problem, repair(problem, plan(problem)))


def test_nothing_moves_when_nothing_has_happened():
    problem = county(maker("Chunhua"), maker("Meilan"), works=(knots(),))
    before = plan(problem)
    assert given(repair(problem, before)) == given(before)


def test_somebody_elses_bags_stay_when_one_is_out():
    people = maker("Chunhua"), maker("Meilan"), maker("Yumei")
    before = plan(county(*people, works=(knots(bag_pieces=20, bags=5),)))
    out = given(before)
    assert set(out) == {("Chunhua", "knots"), ("Meilan", "knots"), ("Yumei", "knots")}
    after = given(repair(county(*people[:2], works=(knots(bag_pieces=20, bags=5),)), before))
    assert sum(after.values()) == 100
    assert all(after[name, "knots"] >= out[name, "knots"] for name in ("Chunhua", "Meilan"))


def test_a_walk_in_claim_is_kept_and_the_others_keep_what_is_left():
    people = maker("Chunhua"), maker("Meilan", minutes=(0, 0))
    problem = county(*people, works=(knots(),))
    before = plan(problem)
    claim = Pinned(person="Meilan", work="knots", bags=(30,), first=0, last=0)
    after = repair(replace(problem, pinned=(claim,)), before)
    assert given(after) == {("Meilan", "knots"): 30, ("Chunhua", "knots"): 70}


def test_an_offer_declined_since_is_gone():
    problem = county(maker("Chunhua"), works=(knots(),))
    after = repair(county(maker("Chunhua", declined=frozenset({"knots"})), works=(knots(),)), plan(problem))
    assert after.offers == ()
    assert [(one.work, one.pieces) for one in after.unmade] == [("knots", 100)]


def test_a_bag_that_weighs_too_much_since_is_given_up():
    problem = county(maker("Chunhua", custody_cap=100 * YUAN), works=(knots(bag_value=20 * YUAN),))
    poorer = county(maker("Chunhua", custody_cap=45 * YUAN), works=(knots(bag_value=30 * YUAN),))
    assert sum(given(plan(problem)).values()) == 100
    after = repair(poorer, plan(problem))
    check(poorer, after)
    assert sum(given(after).values()) == 90
