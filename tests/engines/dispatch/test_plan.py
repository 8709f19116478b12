"""Each county here is small enough to plan in one's head."""

from typing import Any

import pytest

from gongfang.engines.dispatch import Because, Pair, Pinned, Plan, Problem, Visit, Why, check, plan
from tests.engines.dispatch.cases import YUAN, county, given, knots, maker


def planned(problem: Problem, **how: Any) -> Plan:
    answer = plan(problem, **how)
    check(problem, answer)
    return answer


def why_short(answer: Plan) -> dict[str, tuple[int, Why]]:
    return {one.work: (one.pieces, one.why) for one in answer.unmade}


def why_waiting(answer: Plan) -> dict[str, Why]:
    return {one.person: one.why for one in answer.waiting}


def test_an_empty_county_gets_an_empty_plan():
    answer = planned(county())
    assert (answer.offers, answer.unmade, answer.waiting, answer.complete) == ((), (), (), True)


def test_a_hundred_pieces_in_bags_of_thirty_are_thirty_thirty_thirty_ten():
    answer = planned(county(maker("Mei"), works=(knots(),)))
    (offer,) = answer.offers
    assert offer.bags == (30, 30, 30, 10)
    assert (offer.pieces, offer.seconds, offer.pay) == (100, 12_000, 50 * YUAN)
    assert answer.unmade == ()


def test_several_makers_share_the_same_bags():
    answer = planned(county(*map(maker, ["Mei", "Lan", "Hua"]), works=(knots(),)))
    assert sorted(bag for offer in answer.offers for bag in offer.bags) == [10, 30, 30, 30]


def test_the_earliest_due_date_comes_first():
    mei = maker("Mei", minutes=(100, 0))
    soon, later = knots("soon", pieces=30, last=0), knots("later", pieces=30, last=1)
    answer = planned(county(mei, works=(later, soon)))
    assert given(answer) == {("Mei", "soon"): 30}
    assert why_short(answer) == {"later": (30, Why.MINUTES)}


def test_what_is_due_first_goes_before_what_starts_first():
    due_first, starts_first = knots("due", pieces=30, first=1, last=1), knots("starts", pieces=30, last=9)
    answer = planned(county(maker("Mei", minutes=(0, 60)), works=(starts_first, due_first)))
    assert given(answer) == {("Mei", "due"): 30}


def test_the_largest_income_gap_comes_first():
    poor, rich = maker("Mei"), maker("Lan", income_so_far=900 * YUAN)
    answer = planned(county(rich, poor, works=(knots(pieces=30),)))
    assert given(answer) == {("Mei", "knots"): 30}
    assert why_waiting(answer) == {"Lan": Why.TAKEN}


def test_the_gap_is_measured_against_each_ones_own_target():
    half_way, nearly_there = (
        maker("Mei", income_so_far=500 * YUAN),
        maker("Lan", income_target=400 * YUAN, income_so_far=300 * YUAN),
    )
    answer = planned(county(half_way, nearly_there, works=(knots(pieces=30),)))
    assert given(answer) == {("Mei", "knots"): 30}


def test_each_bag_narrows_the_gap_so_that_the_next_goes_to_another():
    answer = planned(county(maker("Mei"), maker("Lan"), works=(knots(pieces=120),)))
    assert given(answer) == {("Mei", "knots"): 60, ("Lan", "knots"): 60}


def test_who_has_told_no_target_comes_after_all_whose_gap_is_open():
    answer = planned(county(maker("Mei", income_target=0), maker("Lan"), works=(knots(pieces=30),)))
    assert given(answer) == {("Lan", "knots"): 30}


def test_two_without_a_target_share_evenly():
    people = maker("Mei", income_target=0), maker("Lan", income_target=0)
    answer = planned(county(*people, works=(knots(pieces=120),)))
    assert given(answer) == {("Mei", "knots"): 60, ("Lan", "knots"): 60}


def test_lots_are_drawn_between_equals_and_the_seed_draws_them():
    problem = county(*map(maker, ["Mei", "Lan", "Hua", "Ying"]), works=(knots(pieces=30),))
    winners = {planned(problem, seed=seed).offers[0].person for seed in range(40)}
    assert winners == {"Mei", "Lan", "Hua", "Ying"}


def test_minutes_are_exact():
    enough = county(maker("Mei", minutes=(60, 0)), works=(knots(pieces=30, seconds=120),))
    short = county(maker("Mei", minutes=(59, 600)), works=(knots(pieces=30, seconds=120),))
    assert [offer.late for offer in planned(enough).offers] == [False]
    assert [offer.late for offer in planned(short).offers] == [True]


def test_early_work_leaves_no_room_for_the_wide_window_it_lies_in():
    early, wide = knots("early", pieces=30), knots("wide", pieces=60, last=1)
    answer = planned(county(maker("Mei", minutes=(60, 60)), works=(early, wide), further_work=0))
    assert given(answer) == {("Mei", "early"): 30, ("Mei", "wide"): 30}


def test_late_is_better_than_never_and_is_said():
    answer = planned(county(maker("Mei", minutes=(60, 600)), works=(knots(pieces=90, late_cost=7),)))
    assert [(offer.pieces, offer.late, offer.last) for offer in answer.offers] == [
        (30, False, 0),
        (60, True, 1),
    ]
    assert [(one.work, one.pieces) for one in answer.late] == [("knots", 60)]
    assert answer.totals.late_cost == 7 * 60


def test_an_order_due_yesterday_comes_first_and_is_late():
    overdue, today = knots("overdue", pieces=30, last=-1), knots("today", pieces=30, last=0)
    answer = planned(county(maker("Mei", minutes=(0, 60)), works=(today, overdue)))
    assert given(answer) == {("Mei", "overdue"): 30}
    assert answer.totals.late_pieces == 30


def test_an_order_due_after_the_plan_is_on_time():
    answer = planned(county(maker("Mei"), works=(knots(last=9),)))
    assert [(offer.last, offer.late) for offer in answer.offers] == [(1, False)]


def test_a_bag_too_dear_to_hold_is_not_offered():
    answer = planned(
        county(maker("Mei", custody_cap=10 * YUAN), works=(knots(bag_value=11 * YUAN, pieces=90),))
    )
    assert why_short(answer) == {"knots": (90, Why.CUSTODY)}
    assert why_waiting(answer) == {"Mei": Why.CUSTODY}


def test_custody_counts_once_a_visit():
    mei = maker("Mei", custody_cap=10 * YUAN)
    work = knots(pieces=120, last=1, bag_value=10 * YUAN)
    once = (Visit(village="Shuangxi", bucket=0),)
    assert given(planned(county(mei, works=(work,), visits=once))) == {("Mei", "knots"): 30}
    assert given(planned(county(mei, works=(work,)))) == {("Mei", "knots"): 60}


def test_custody_counts_all_work_together():
    works = (
        knots("first", pieces=60, bag_value=10 * YUAN),
        knots("second", pieces=60, bag_value=10 * YUAN, last=1),
    )
    answer = planned(county(maker("Mei", custody_cap=15 * YUAN), works=works))
    assert given(answer) == {("Mei", "first"): 60, ("Mei", "second"): 30}


def test_a_wish_for_fewer_pieces_is_a_limit():
    answer = planned(county(maker("Mei", max_pieces=40), works=(knots(),)))
    assert given(answer) == {("Mei", "knots"): 30}
    assert why_short(answer) == {"knots": (70, Why.WISH)}


def test_declined_stays_declined():
    answer = planned(county(maker("Mei", declined=frozenset({"knots"})), works=(knots(),)))
    assert why_short(answer) == {"knots": (100, Why.PEOPLE)}
    assert why_waiting(answer) == {"Mei": Why.DECLINED}


def test_a_lot_for_one_workshop_is_offered_to_its_people_only():
    answer = planned(county(maker("Mei"), maker("Lan"), works=(knots(only=frozenset({"Lan"})),)))
    assert given(answer) == {("Lan", "knots"): 100}
    assert why_waiting(answer) == {"Mei": Why.PEOPLE}


@pytest.mark.parametrize(
    ("people", "work", "short"),
    [
        ((), knots(), Why.PEOPLE),
        ((maker("Mei", skills=frozenset({"herbs"})),), knots(), Why.SKILL),
        ((maker("Mei", minutes=(0, 0)),), knots(), Why.MINUTES),
        ((maker("Mei"),), knots(bags=0), Why.MATERIAL),
    ],
)
def test_what_cannot_be_made_says_why(people, work, short):
    assert why_short(planned(county(*people, works=(work,)))) == {"knots": (100, short)}


def test_what_cannot_be_made_counts_who_was_held_back_by_what():
    people = maker("Mei", minutes=(10, 0)), maker("Lan", minutes=(0, 0)), maker("Hua", max_pieces=5)
    (short,) = planned(county(*people, works=(knots(),))).unmade
    assert short.held_back == ((Why.MINUTES, 2), (Why.WISH, 1))


def test_a_dear_embroidery_in_bags_of_one_is_planned_like_any_piece():
    robe = knots(
        "robe", pieces=2, bag_pieces=1, rate=2_000 * YUAN, seconds=36_000, last=1, late_cost=9_000 * YUAN
    )
    answer = planned(county(maker("Mei"), maker("Lan"), works=(robe,)))
    assert given(answer) == {("Mei", "robe"): 1, ("Lan", "robe"): 1}
    assert answer.totals.pay == 4_000 * YUAN


def test_material_for_three_bags_makes_three_bags():
    answer = planned(county(maker("Mei"), works=(knots(bags=3),)))
    assert given(answer) == {("Mei", "knots"): 90}
    assert why_short(answer) == {"knots": (10, Why.MATERIAL)}


def test_everybody_without_work_is_told_why():
    people = maker("Mei", minutes=(0, 0)), maker("Lan", skills=frozenset()), maker("Hua")
    answer = planned(county(*people, works=(knots(bags=0),)))
    assert why_waiting(answer) == {"Mei": Why.MINUTES, "Lan": Why.SKILL, "Hua": Why.MATERIAL}
    assert why_waiting(planned(county(maker("Hua")))) == {"Hua": Why.NO_WORK}


def test_measured_pace_and_pass_rate_replace_the_standard():
    measured = Pair(person="Mei", work="knots", pace=60, pass_rate=900)
    (offer,) = planned(county(maker("Mei"), works=(knots(),), pairs=(measured,))).offers
    assert (offer.pieces, offer.seconds, offer.pay) == (100, 6_000, 45 * YUAN)


def test_spare_material_makes_up_for_pieces_expected_to_fail():
    measured = Pair(person="Mei", work="knots", pace=60, pass_rate=900)
    enough = county(maker("Mei"), works=(knots(spare=20),), pairs=(measured,))
    some = county(maker("Mei"), works=(knots(spare=5),), pairs=(measured,))
    assert given(planned(enough)) == {("Mei", "knots"): 112}
    assert given(planned(some)) == {("Mei", "knots"): 105}


def test_a_promise_is_kept_and_counts():
    promise = Pinned(person="Lan", work="knots", bags=(30, 30), first=0, last=1)
    answer = planned(county(maker("Mei"), maker("Lan"), works=(knots(),), pinned=(promise,)))
    assert given(answer) == {("Lan", "knots"): 60, ("Mei", "knots"): 40}
    assert [offer.pinned for offer in answer.offers] == [True, False]


def test_what_is_promised_is_not_shared_out_again_from_the_spare_material():
    promise = Pinned(person="Lan", work="knots", bags=(30, 30), first=0, last=0)
    answer = planned(county(maker("Lan"), works=(knots(spare=60, bags=9),), pinned=(promise,)))
    assert given(answer) == {("Lan", "knots"): 100}


def test_a_promise_is_kept_even_when_the_hours_are_gone():
    promise = Pinned(person="Mei", work="knots", bags=(30,), first=0, last=0)
    answer = planned(county(maker("Mei", minutes=(0, 600)), works=(knots(pieces=60),), pinned=(promise,)))
    assert [(offer.pieces, offer.late) for offer in answer.offers] == [(30, False), (30, True)]


def test_who_no_round_reaches_is_told_so():
    answer = planned(
        county(maker("Mei"), works=(knots(),), visits=(Visit(village="Yushan", bucket=0, cost=9),))
    )
    assert why_short(answer) == {"knots": (100, Why.VISIT)}
    assert why_waiting(answer) == {"Mei": Why.VISIT}
    assert answer.visits == ()


def test_one_visit_is_enough_where_two_are_possible():
    cheap, dear = Visit(village="Shuangxi", bucket=1, cost=5), Visit(village="Shuangxi", bucket=0, cost=9)
    either = planned(county(maker("Mei"), works=(knots(last=1),), visits=(dear, cheap)))
    first = planned(county(maker("Mei"), works=(knots(last=0),), visits=(dear, cheap)))
    assert (either.visits, first.visits) == ((cheap,), (dear,))


def test_a_second_visit_stays_where_the_cap_needs_it():
    both = tuple(Visit(village="Shuangxi", bucket=bucket, cost=9) for bucket in (0, 1))
    mei = maker("Mei", custody_cap=10 * YUAN)
    one_bag = planned(county(mei, works=(knots(pieces=30, last=1, bag_value=10 * YUAN),), visits=both))
    two_bags = planned(county(mei, works=(knots(pieces=60, last=1, bag_value=10 * YUAN),), visits=both))
    assert (len(one_bag.visits), two_bags.visits) == (1, both)


def test_an_earlier_plan_is_followed_as_far_as_it_still_fits():
    before = planned(county(maker("Mei"), works=(knots(pieces=60),)))
    now = county(maker("Mei", income_so_far=500 * YUAN), maker("Lan"), works=(knots(pieces=90),))
    assert given(planned(now)) == {("Lan", "knots"): 90}
    again = planned(now, warm=before)
    assert given(again) == {("Mei", "knots"): 60, ("Lan", "knots"): 30}
    assert [reason.numbers for reason in again.offers[1].reasons if reason.kind is Because.KEPT] == [
        (("bags", 2),)
    ]


def test_an_earlier_plan_yields_to_a_new_order_that_is_dearer_when_late():
    mei = maker("Mei", minutes=(60, 0))
    later, urgent = knots("later", pieces=30, last=1), knots("urgent", pieces=30, last=0, late_cost=YUAN)
    before = planned(county(mei, works=(later,)))
    assert given(planned(county(mei, works=(later, urgent)), warm=before)) == {("Mei", "urgent"): 30}


def test_what_was_accepted_since_the_earlier_plan_is_not_kept_a_second_time():
    before = planned(county(maker("Mei"), works=(knots(pieces=60),)))
    promise = Pinned(person="Mei", work="knots", bags=(30, 30), first=0, last=0)
    now = county(maker("Mei"), maker("Lan"), works=(knots(pieces=90),), pinned=(promise,))
    assert given(planned(now, warm=before)) == {("Mei", "knots"): 60, ("Lan", "knots"): 30}


def test_an_offer_says_why_in_numbers():
    people = maker("Mei"), maker("Lan", income_so_far=300 * YUAN)
    (offer,) = planned(county(*people, works=(knots(pieces=30, rate=YUAN),))).offers
    due, gap = offer.reasons
    assert (due.kind, due.number("last"), due.number("late")) == (Because.DUE, 0, 0)
    assert gap.kind is Because.GAP
    assert dict(gap.numbers) == {"before": 1000, "after": 970, "able": 2, "next": 700}


def test_progress_is_told_to_the_end():
    told = []
    planned(
        county(maker("Mei"), works=(knots(), knots("more", last=1))), observe=lambda *one: told.append(one)
    )
    whole = told[-1][1]
    assert told == [(done, whole) for done in range(1, whole + 1)]


def test_stopping_leaves_a_valid_plan_that_says_it_is_not_complete():
    answers = iter([False, True])
    works = knots("first", pieces=30), knots("second", pieces=30, last=1)
    answer = planned(county(maker("Mei"), works=works), stop=lambda: next(answers))
    assert given(answer) == {("Mei", "first"): 30}
    assert why_short(answer) == {"second": (30, Why.STOPPED)}
    assert not answer.complete
