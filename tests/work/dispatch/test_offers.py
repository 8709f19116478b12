"""Plans ask people; they say yes, some of it, or not this time, and nothing follows from a no."""

from datetime import timedelta

import pytest

from gongfang.core import clock, jobs, outbox
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.members import member_of
from gongfang.core.models import Entry, Event, Job, Receipt
from gongfang.registry.people.models import Wish
from gongfang.work.dispatch import access, actions, queries, reading, tasks
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.dispatch.planning import Findings
from gongfang.work.orders.actions import close_order
from tests.work.dispatch.conftest import MORNING, by, sent_out


def planned(village):
    """The plan of the workshop, as the queue makes it."""
    job = actions.start_plan(by(village.manager), village.workshop)
    jobs.run(job.pk)
    return PlanRun.objects.get(job=job)


def published(village):
    return {offer.maker_id: offer for offer in sent_out(village.manager, planned(village))}


def free(share):
    return Lot.objects.get(pk=share.pk).free


def test_a_plan_shares_work_among_those_who_wish_for_some(village, share, guihua, xiuying):
    run = planned(village)
    assert run.stage == "draft"
    assert {line.maker_id for line in run.lines.all()} == {guihua.pk, xiuying.pk}
    assert sum(line.pieces for line in run.lines.all()) == 100
    assert Job.objects.get(pk=run.job_id).state == "done"
    assert not Offer.objects.exists()


def test_the_same_registers_give_the_same_plan(village, share, guihua, xiuying):
    first, second = planned(village), planned(village)
    assert first.digest == second.digest
    assert [(line.maker_id, line.pieces) for line in first.lines.order_by("pk")] == [
        (line.maker_id, line.pieces) for line in second.lines.order_by("pk")
    ]
    assert PlanRun.objects.get(pk=first.pk).stage == "discarded"


def test_hours_wishes_and_skills_are_kept(village, share):
    hourly = village.maker("一小时", minutes=10)
    modest = village.maker("十个就好", pieces=10)
    unskilled = village.maker("还没学", skilled=False)
    Wish.objects.filter(resident=village.maker("不想做")).delete()
    run = planned(village)
    got = {line.maker_id: line.pieces for line in run.lines.all()}
    assert got == {
        hourly.pk: 50,
        modest.pk: 20,
    }  # 11 days of ten minutes, whole bags; ten a week for two weeks
    assert [row["maker"] for row in run.waiting] == [unskilled.pk]
    unmade = reading.unmade_of(run)
    assert sum(one.pieces for one in unmade) == 30
    assert all(one.why for one in unmade)


def test_published_offers_keep_their_pieces_until_they_are_answered(village, share, guihua, xiuying):
    offers = published(village)
    assert free(share) == 0
    assert offers[guihua.pk].expires_at > MORNING + timedelta(hours=47)
    (asked,) = queries.offers_for(guihua, clock.today())
    assert asked.rate_hao == 4_500
    assert asked.hourly_hao == 135_000
    assert any("18 September" in sentence for sentence in asked.why)


def test_reasons_name_nobody_and_compare_nobody(village, share, guihua, xiuying):
    published(village)
    for maker in (guihua, xiuying):
        for asked in queries.offers_for(maker, clock.today()):
            told = " ".join(asked.why)
            assert not any(str(other.name) in told for other in (guihua, xiuying))
            assert not any(word in told for word in ("than", "rank", "%", "most", "best"))


def test_an_accepted_offer_becomes_the_persons_lot(village, share, guihua, xiuying):
    offer = published(village)[guihua.pk]
    lot = actions.accept_offer(by(guihua.user), offer)
    assert (lot.maker, lot.pieces, lot.provisional) == (guihua, offer.pieces, False)
    assert lot.relation.organisation == village.operator
    assert Offer.objects.get(pk=offer.pk).taken == lot
    with pytest.raises(Moved):
        actions.accept_offer(by(guihua.user), offer)


def test_a_person_takes_some_of_an_offer_and_leaves_the_rest(village, share, guihua, xiuying):
    offer = published(village)[guihua.pk]
    lot = actions.accept_offer(by(guihua.user), offer, pieces=5)
    assert lot.pieces == 5
    assert free(share) == offer.pieces - 5


def test_nobody_takes_more_than_the_offer(village, share, guihua, xiuying):
    offer = published(village)[guihua.pk]
    with pytest.raises(Refused, match="You were offered"):
        actions.accept_offer(by(guihua.user), offer, pieces=offer.pieces + 1)


def test_not_this_time_frees_the_pieces_and_asks_for_no_reason(village, share, guihua, xiuying):
    offer = published(village)[guihua.pk]
    actions.not_this_time(by(guihua.user), offer)
    assert free(share) == offer.pieces
    assert not queries.offers_for(guihua, clock.today())


def test_a_no_is_not_asked_about_again_and_costs_nothing_elsewhere(village, share, guihua, xiuying):
    actions.not_this_time(by(guihua.user), published(village)[guihua.pk])
    run = planned(village)
    assert {line.maker_id for line in run.lines.all()} == {xiuying.pk}
    assert guihua.pk not in [row["maker"] for row in run.waiting]
    (opening,) = queries.open_work_for(guihua, clock.today())
    assert opening.most > 0
    assert actions.claim(by(guihua.user), share, maker=guihua, pieces=5).pieces == 5


def test_whoever_said_no_and_came_for_some_later_does_not_stop_the_next_plan(village, share, guihua, xiuying):
    actions.not_this_time(by(guihua.user), published(village)[guihua.pk])
    actions.claim(by(guihua.user), share, maker=guihua, pieces=5)
    assert planned(village).stage == "draft"


def test_a_no_is_forgotten_when_the_order_closes(village, share, guihua, xiuying):
    offers = published(village)
    actions.not_this_time(by(guihua.user), offers[guihua.pk])
    actions.accept_offer(by(xiuying.user), offers[xiuying.pk])
    order = village.line.order
    with pytest.raises(Moved):
        actions.forget_offers(by(village.system), order)
    order.stage = "closed"
    order.save()
    Event.objects.create(
        name="OrderClosed", subject=f"orders.order:{order.pk}", txn=by(village.system).key, xact=1
    )
    outbox.tell()
    assert [offer.maker for offer in Offer.objects.all()] == [xiuying]
    assert not Entry.objects.filter(verb="not_this_time").exists()
    assert not Receipt.objects.filter(verb="not_this_time").exists()


def test_an_order_opened_again_before_its_end_was_told_keeps_its_offers_and_stops_nobody(village, share):
    offers = published(village)
    for name in ("OrderClosed", "WorkTaken"):
        Event.objects.create(
            name=name, subject=f"orders.order:{village.line.order_id}", txn=by(village.system).key, xact=1
        )
    outbox.tell()
    assert Offer.objects.count() == len(offers)
    assert not Event.objects.filter(xact=1, told_at=None).exists()


def test_the_last_open_offer_of_a_share_is_accepted_once(village, share, guihua):
    offer = published(village)[guihua.pk]
    actions.accept_offer(by(guihua.user), offer)
    with pytest.raises(Moved):
        actions.accept_offer(by(village.clerk), offer, pieces=1)
    assert Lot.objects.get(pk=share.pk).claimed == offer.pieces


def test_an_offer_of_an_order_that_is_over_is_not_taken(village, share, guihua, xiuying):
    offer = next(iter(published(village).values()))
    close_order(by(village.officer), village.line.order)
    with pytest.raises(Moved, match="no longer open"):
        actions.accept_offer(by(offer.maker.user), offer)


def test_nobody_is_asked_about_work_of_an_order_that_is_over(village, share, guihua, xiuying):
    plan = planned(village)
    close_order(by(village.officer), village.line.order)
    assert sent_out(village.manager, plan) == []
    assert Lot.objects.get(pk=share.pk).offered == 0


def test_nobody_but_the_system_forgets_or_lets_offers_run_out(village, share, guihua):
    offer = published(village)[guihua.pk]
    with pytest.raises(NotAllowed):
        actions.expire_offers(by(village.manager), [offer])
    with pytest.raises(NotAllowed):
        actions.forget_offers(by(village.officer), village.line.order)


def test_an_offer_runs_out_and_the_next_plan_asks_others(village, share, guihua, xiuying):
    offer = published(village)[guihua.pk]
    with clock.at(MORNING + timedelta(hours=49)):
        with pytest.raises(Moved, match="ran out"):
            actions.accept_offer(by(guihua.user), offer)
        assert tasks.expire() == 2
        assert tasks.expire() == 0
        assert free(share) == 100
        chunhua = village.maker("王春花")
        assert {line.maker_id for line in planned(village).lines.all()} == {chunhua.pk}


def test_the_clerk_writes_down_the_answer_of_somebody_without_a_phone(village, share, guihua, xiuying):
    offers = published(village)
    assert actions.accept_offer(by(village.clerk), offers[guihua.pk]).provisional
    assert actions.accept_offer(by(village.clerk, for_=xiuying.user), offers[xiuying.pk]).provisional


def test_nobody_answers_for_a_neighbour(village, share, guihua, xiuying):
    offer = published(village)[guihua.pk]
    for user in (xiuying.user, village.stranger, village.auditor):
        with pytest.raises(NotAllowed):
            actions.accept_offer(by(user), offer)
        with pytest.raises(NotAllowed):
            actions.not_this_time(by(user), offer)


def test_an_offer_is_taken_back_before_it_is_answered(village, share, guihua):
    offer = published(village)[guihua.pk]
    with pytest.raises(Refused, match="0 pieces of this share"):
        actions.take_back_share(by(village.officer), share, pieces=100)
    actions.withdraw_offer(by(village.clerk), offer)
    assert free(share) == 100


def test_what_walked_in_since_the_plan_is_not_offered_again(village, share, guihua, xiuying):
    run = planned(village)
    late = village.maker("赵走进来")
    actions.claim(by(late.user), share, maker=late, pieces=60)
    offers = sent_out(village.manager, run)
    assert sum(offer.pieces for offer in offers) == 40
    assert free(share) == 0


def test_a_plan_is_published_once(village, share, guihua):
    run = planned(village)
    sent_out(village.manager, run)
    with pytest.raises(Moved):
        sent_out(village.manager, run)


def test_an_accepted_promise_stays_in_the_next_plan(village, guihua):
    share = village.share(40)
    actions.accept_offer(by(guihua.user), published(village)[guihua.pk])
    village.share(1)
    guihua.wish.pieces_a_week = 10
    guihua.wish.save()
    run = planned(village)
    assert not run.lines.exists()
    assert free(share) == 0


def test_a_plan_that_is_being_made_is_not_asked_for_twice_and_can_be_stopped(village, share, guihua):
    job = actions.start_plan(by(village.manager), village.workshop)
    with pytest.raises(Moved, match="Wait for it"):
        actions.start_plan(by(village.officer), village.workshop)
    actions.discard_plan(by(village.manager), PlanRun.objects.get(job=job))
    ended = jobs.run(job.pk)
    assert ended.state == "cancelled"
    assert not PlanRun.objects.get(job=job).lines.exists()


def test_there_is_no_plan_without_work(village, guihua):
    with pytest.raises(Refused, match="Ask the centre"):
        actions.start_plan(by(village.manager), village.workshop)


@pytest.mark.parametrize("who", ["clerk", "stranger", "auditor"])
def test_whoever_does_not_answer_for_the_workshop_does_not_plan(village, share, guihua, who):
    with pytest.raises(NotAllowed):
        actions.start_plan(by(getattr(village, who)), village.workshop)


def test_everybody_sees_their_own(village, share, guihua, xiuying):
    offers = published(village)
    assert list(access.visible_offers(member_of(guihua.user))) == [offers[guihua.pk]]
    assert access.visible_offers(member_of(village.clerk)).count() == 2
    assert not access.visible_offers(member_of(village.stranger)).exists()
    lot = actions.accept_offer(by(guihua.user), offers[guihua.pk])
    assert list(access.visible_lots(member_of(guihua.user))) == [lot]
    assert set(access.visible_lots(member_of(village.manager))) == {share, lot}
    assert not access.visible_lots(member_of(village.stranger)).exists()
    assert access.visible_lots(member_of(village.auditor)).count() == 2
    assert not access.visible_plans(member_of(village.clerk)).exists()


def test_a_plan_made_twice_is_kept_once(village, share, guihua):
    job = actions.start_plan(by(village.manager), village.workshop)
    run = PlanRun.objects.get(job=job)
    line = {"lot_id": share.pk, "maker_id": guihua.pk, "pieces": 20, "bags": 2}
    findings = Findings(digest="", totals={}, lines=[line], unmade=[], waiting=[])
    actions.record_plan(by(village.system, via="task"), run, findings=findings)
    with pytest.raises(Moved):
        actions.record_plan(by(village.system, via="task"), run, findings=findings)
    assert run.lines.count() == 1
