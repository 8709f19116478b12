"""One plan for all workshops: what the centre has not shared out yet, and what workshops have free."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongfang.core import clock, jobs
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import Job
from gongfang.registry.people.models import Wish
from gongfang.registry.places.models import Division
from gongfang.work.dispatch import actions, reading
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.dispatch.planning import ByHand, plan_of, question_of
from gongfang.work.dispatch.planning.days import cut
from gongfang.work.orders.models import OrderLine
from tests.work.dispatch.conftest import MORNING, TODAY, by, sent_out


def carried_out(job):
    jobs.run(job.pk)
    return PlanRun.objects.get(job=job)


def of_county(village, **facts):
    return carried_out(actions.plan_county(by(village.officer), village.place, **facts))


def of_workshop(village, **facts):
    return carried_out(actions.start_plan(by(village.manager), village.workshop, **facts))


def pieces_of(run, maker):
    return sum(line.pieces for line in run.lines.filter(maker=maker))


@pytest.fixture
def chunhua(village):
    """Somebody who makes knots at the other workshop."""
    return village.maker("王春花", organisation=village.elsewhere)


def test_everything_is_planned_at_once_and_a_share_only_with_its_own_people(village, share, guihua, chunhua):
    run = of_county(village)
    of_share = {line.maker_id for line in run.lines.filter(lot=share)}
    homes = {line.maker_id: line.organisation for line in run.lines.filter(line=village.line)}
    assert of_share <= {guihua.pk}
    assert homes[chunhua.pk] == village.elsewhere
    assert homes.get(guihua.pk, village.workshop) == village.workshop
    assert pieces_of(run, guihua)
    assert pieces_of(run, chunhua)
    assert not Offer.objects.exists()
    assert Lot.objects.count() == 1


def test_sending_out_shares_out_first_and_asks_then(village, guihua, chunhua):
    run = of_county(village)
    offers = sent_out(village.officer, run)
    lots = {lot.organisation: lot for lot in Lot.objects.filter(parent=None)}
    assert set(lots) == {village.workshop, village.elsewhere}
    assert lots[village.elsewhere].pieces == pieces_of(run, chunhua)
    assert {offer.maker_id: offer.pieces for offer in offers} == {
        guihua.pk: pieces_of(run, guihua),
        chunhua.pk: pieces_of(run, chunhua),
    }
    assert OrderLine.objects.get().shared == sum(lot.pieces for lot in lots.values())
    assert all(lot.free == 0 for lot in lots.values())
    with pytest.raises(Moved):
        sent_out(village.officer, run)


def test_what_was_shared_out_since_is_left_out(village, guihua, chunhua):
    run = of_county(village)
    village.share(970, organisation=village.elsewhere)
    offers = sent_out(village.officer, run)
    assert sum(offer.pieces for offer in offers) == 30
    assert OrderLine.objects.get().shared == 1_000


def test_only_the_centre_plans_for_everybody(village, guihua):
    for user in (village.manager, village.clerk, village.agent_user, village.auditor, guihua.user):
        with pytest.raises(NotAllowed):
            actions.plan_county(by(user), village.place)


def test_a_workshop_neither_sends_out_nor_changes_the_plan_of_the_county(village, guihua):
    run = of_county(village)
    for verb in (actions.publish_plan, actions.discard_plan, actions.repair_plan, actions.plan_again):
        with pytest.raises(NotAllowed):
            verb(by(village.manager), run)


def test_there_is_no_plan_of_a_county_without_work(village, guihua):
    OrderLine.objects.update(stage="closed")
    with pytest.raises(Refused, match="when an order comes in"):
        actions.plan_county(by(village.officer), village.place)


def test_one_plan_of_the_county_is_made_at_a_time(village, guihua):
    actions.plan_county(by(village.officer), village.place)
    with pytest.raises(Moved, match="Wait for it"):
        actions.plan_county(by(village.officer), village.place)


def test_an_unknown_effort_is_refused(village, share, guihua):
    with pytest.raises(Refused, match="quick, good or best"):
        actions.start_plan(by(village.manager), village.workshop, effort="endless")


def test_a_search_that_is_stopped_keeps_what_was_found(village, share, guihua, xiuying):
    job = actions.start_plan(by(village.manager), village.workshop, effort="best")
    run = actions.stop_plan(by(village.manager), PlanRun.objects.get(job=job))
    assert carried_out(job).stage == "draft"
    run.refresh_from_db()
    assert not run.complete
    assert Job.objects.get(pk=job.pk).state == "done"
    with pytest.raises(Moved, match="not being made any more"):
        actions.stop_plan(by(village.manager), run)


def test_a_try_after_the_plan_was_kept_changes_nothing(village, share, guihua):
    run = of_workshop(village)
    before = list(run.lines.values_list("maker", "pieces"))
    Job.objects.filter(pk=run.job_id).update(state="waiting")
    assert jobs.run(run.job_id).state == "done"
    assert list(run.lines.values_list("maker", "pieces")) == before


def test_a_plan_that_took_time_says_how_good_it_is(village, share, guihua):
    run = of_workshop(village, effort="good")
    assert run.proof["bound"] <= run.proof["cost"]
    assert of_workshop(village).proof is None


def test_nothing_of_how_anybody_stands_to_an_income_is_kept(village, share, guihua, xiuying):
    run = of_workshop(village)
    told = {key for line in run.lines.all() for reason in line.reason for key in reason}
    assert told <= {"kind", "last", "late"}


def test_mending_finds_hands_for_what_was_not_taken_up_and_leaves_the_rest(village, guihua, xiuying):
    village.share(60)
    offers = {offer.maker_id: offer for offer in sent_out(village.manager, of_workshop(village))}
    taken = actions.accept_offer(by(guihua.user), offers[guihua.pk], pieces=10)
    actions.not_this_time(by(xiuying.user), offers[xiuying.pk])
    chunhua = village.maker("王春花")
    job = actions.repair_plan(by(village.manager), PlanRun.objects.get())
    run = carried_out(job)
    assert run.way == "repair"
    assert xiuying.pk not in {line.maker_id for line in run.lines.all()}
    assert pieces_of(run, chunhua) + pieces_of(run, guihua) == 60 - taken.pieces


def test_mending_a_draft_keeps_what_still_fits_and_both_can_be_sent(village, share, guihua, xiuying):
    first = of_workshop(village)
    village.maker("王春花")
    run = carried_out(actions.repair_plan(by(village.manager), first))
    assert {(line.maker_id, line.pieces) for line in run.lines.all()} == {
        (line.maker_id, line.pieces) for line in first.lines.all()
    }
    assert PlanRun.objects.get(pk=first.pk).stage == "draft"
    sent_out(village.manager, run)
    assert PlanRun.objects.get(pk=first.pk).stage == "discarded"


def test_planning_again_starts_from_the_earlier_plan(village, share, guihua, xiuying):
    first = of_workshop(village)
    run = carried_out(actions.plan_again(by(village.manager), first, effort="fast"))
    assert (run.way, run.before) == ("warm", first)
    assert sum(line.pieces for line in run.lines.all()) == 100


def test_a_plan_that_was_put_aside_is_not_mended(village, share, guihua):
    run = actions.discard_plan(by(village.manager), of_workshop(village))
    with pytest.raises(Moved, match="put aside"):
        actions.repair_plan(by(village.manager), run)


def test_bags_are_moved_by_hand(village, share, guihua, xiuying):
    run = of_workshop(village)
    before = pieces_of(run, guihua)
    change = ByHand(work=str(share.pk), bags=1, giver=guihua.pk, taker=xiuying.pk)
    actions.edit_plan(by(village.manager), run, change=change)
    assert pieces_of(run, guihua) == before - 10
    assert pieces_of(run, xiuying) == 100 - before + 10
    assert run.lines.count() == 2


def test_a_change_by_hand_that_does_not_fit_is_refused_in_a_sentence(village, share, guihua):
    modest = village.maker("十个就好", pieces=10)
    run = of_workshop(village)
    change = ByHand(work=str(share.pk), bags=5, giver=guihua.pk, taker=modest.pk)
    with pytest.raises(Refused, match="pieces more than they wish to make"):
        actions.edit_plan(by(village.manager), run, change=change)
    with pytest.raises(NotAllowed):
        actions.edit_plan(by(village.clerk), run, change=change)
    sent_out(village.manager, run)
    with pytest.raises(Moved):
        actions.edit_plan(by(village.manager), run, change=change)


def test_a_round_goes_where_people_work_at_home(village, guihua):
    village.share(100, organisation=village.agent)
    away = Division.objects.create(
        code="330727203216", name="双溪村", level="village", edition=2022, parent=village.place
    )
    home = village.maker("方小妹", organisation=village.agent)
    Wish.objects.filter(resident=home).update(home_work=True)
    type(home).objects.filter(pk=home.pk).update(division=away)
    run = of_county(village)
    (visited,) = reading.rounds_of(run)
    assert visited.village == "双溪村"
    assert visited.cost_hao > 0
    assert pieces_of(run, home)


def test_a_kept_plan_is_read_back_as_it_was(village, share, guihua, xiuying):
    run = of_county(village, effort="good")
    question = question_of(None, TODAY)
    plan = plan_of(run, question.days)
    assert question.digest == run.digest
    assert {(offer.person, offer.work, offer.pieces) for offer in plan.offers} == {
        (str(line.maker_id), str(line.lot_id) if line.lot_id else f"line-{line.line_id}", line.pieces)
        for line in run.lines.all()
    }
    assert plan.totals.pieces == sum(offer.pieces for offer in plan.offers)


def test_a_question_costs_as_many_queries_for_thirty_people_as_for_one(village, share, guihua):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            question_of(None, TODAY)
        return len(queries)

    one = counted()
    for number in range(29):
        village.maker(f"工人{number}")
    village.share(10)
    assert counted() == one


def test_the_next_day_the_rounds_and_dates_are_counted_anew(village, share, guihua):
    run = of_workshop(village)
    with clock.at(MORNING + timedelta(days=1)):
        mended = carried_out(actions.repair_plan(by(village.manager), run))
    assert mended.planned_on == TODAY + timedelta(days=1)
    assert pieces_of(mended, guihua) == pieces_of(run, guihua)


@pytest.mark.parametrize(
    ("dues", "ends"),
    [
        ([], (0,)),
        ([-3], (0,)),
        ([10], (1, 2, 4, 5, 7, 8, 10)),
        ([1, 2, 3, 5, 6, 8, 9, 13, 20, 27], (1, 3, 5, 8, 13, 20, 27)),
    ],
)
def test_days_are_cut_where_work_is_due(dues, ends):
    days = cut(date(2022, 9, 8), [date(2022, 9, 8) + timedelta(days=due) for due in dues], most=28)
    assert days.ends == ends
    assert sum(days.lengths) == days.count


def test_work_is_due_in_the_last_stretch_that_is_over_by_then():
    first = date(2022, 9, 8)
    days = cut(first, [first + timedelta(days=3), first + timedelta(days=9)], most=28)
    assert days.span(days.stretch_before(first + timedelta(days=3)))[1] == first + timedelta(days=3)
    assert days.stretch_before(first - timedelta(days=1)) == -1
    assert days.stretch_before(first + timedelta(days=30)) == len(days.ends)
