"""A plan laid on a problem again: told as it would be told anew, filled as the rule would fill it."""

from collections import Counter
from dataclasses import fields, replace

import numpy as np
from hypothesis import given as given_any
from hypothesis import settings

from gongfang.engines.dispatch import Change, Work, check, edit, plan, repair
from gongfang.engines.dispatch.arrays import arrays_of, names_of
from gongfang.engines.dispatch.explain import tell
from gongfang.engines.dispatch.repair import mend
from gongfang.engines.dispatch.rule import turns_of
from gongfang.engines.dispatch.standing import Standing
from gongfang.engines.dispatch.telling import told
from tests.engines.dispatch.cases import YUAN, counties, county, knots, maker


def bare(offers):
    return sorted((replace(offer, reasons=()) for offer in offers), key=repr)


@given_any(counties(), counties())
@settings(max_examples=60, deadline=None)
def test_a_plan_told_again_says_what_a_plan_told_anew_would_say(problem, another):
    standing = Standing.of(problem, plan(another))
    again = told(standing)
    standing.laid.lift(np.flatnonzero(standing.laid.here).tolist(), standing.sharing)
    anew = tell(problem, names=standing.names, arrays=standing.arrays, sharing=standing.sharing)
    assert bare(again.offers) == bare(anew.offers)
    assert replace(again, offers=()) == replace(anew, offers=())
    check(problem, again)


@given_any(counties(), counties())
@settings(max_examples=60, deadline=None)
def test_what_is_missing_is_shared_out_as_by_the_rule(problem, another):
    filled, ruled = (Standing.of(problem, plan(another)) for _ in range(2))
    filled.fill()
    ruled.take_small_bags()
    for turn in turns_of(ruled.arrays):
        ruled.sharing.take_turn(turn)
    assert written(filled) == written(ruled)


def written(standing):
    sharing = standing.sharing
    grants = sorted(
        (one.pair, one.late, one.bags, one.before, one.able, one.following, one.after)
        for one in sharing.grants
    )
    room = sharing.slack.tolist(), sharing.custody.tolist(), sharing.wish.tolist(), sharing.earned
    return grants, room, sharing.units, sharing.bags, sharing.good


def workshop():
    people = tuple(maker(f"maker {number:02d}", custody_cap=60 * YUAN) for number in range(30))
    works = tuple(
        knots(
            f"work {number:02d}",
            pieces=600,
            bags=30,
            bag_pieces=20,
            first=number % 2,
            last=1,
            bag_value=6 * YUAN,
        )
        for number in range(8)
    )
    return county(*people, works=works)


def test_after_an_edit_of_one_person_only_their_offers_are_told_anew():
    problem = workshop()
    before = plan(problem)
    one = before.offers[0]
    after = edit(problem, before, [Change(work=one.work, bags=1, giver=one.person)]).plan
    kept = {id(offer) for offer in before.offers}
    assert len(before.offers) > 20
    assert sum(id(offer) not in kept for offer in after.offers) <= 1


def test_a_repair_of_columns_moves_what_a_repair_of_the_problem_moves():
    problem = workshop()
    before, out = plan(problem), {"maker 03", "maker 17"}
    ill = replace(
        problem,
        people=tuple(replace(one, minutes=(0, 0)) if one.id in out else one for one in problem.people),
        works=(replace(problem.works[0], pieces=1200, bags=60), *problem.works[1:]),
    )
    names, arrays = names_of(ill), arrays_of(ill, names_of(ill), seed=0)
    moved = mend(Standing.of(problem, before), arrays)
    held = {(offer.person, offer.work): len(offer.bags) for offer in before.offers}
    works = arrays.work_of(moved.pair).tolist()
    for pair, work, more, less in zip(
        moved.pair.tolist(), works, moved.given.tolist(), moved.taken.tolist(), strict=True
    ):
        person = names.people[arrays.person[pair]]
        held[person, names.works[work]] = held.get((person, names.works[work]), 0) + more - less
    repaired = Counter[tuple[str, str]]()
    for offer in repair(ill, before).offers:
        repaired[offer.person, offer.work] += len(offer.bags)
    assert moved.taken.sum() > 0
    assert {key: bags for key, bags in held.items() if bags} == repaired


@given_any(counties())
@settings(max_examples=30, deadline=None)
def test_the_columns_of_a_problem_stay_as_they_were_made(problem):
    before = plan(problem)
    change = Change(work="w0", bags=1, taker="p0")
    edit(problem, repair(problem, before), [change])
    kept, anew = (arrays_of(one, names_of(one), seed=0) for one in (problem, replace(problem)))
    for name in (field.name for field in fields(kept)):
        assert np.array_equal(getattr(kept, name), getattr(anew, name)), name


def test_another_problem_has_columns_of_its_own():
    problem = county(maker("Chunhua"), works=(knots(),))
    arrays_of(problem, names_of(problem), seed=0)
    other = replace(problem, works=(*problem.works, knots("other")))
    assert names_of(other).works == ("knots", "other")
    assert isinstance(other.work("other"), Work)
