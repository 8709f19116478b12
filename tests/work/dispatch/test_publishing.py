"""A plan's offers go out workshop by workshop, and whatever stops in between goes on without asking anybody twice."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import OperationalError

from gongfang.core import jobs
from gongfang.core.errors import Moved, NotAllowed
from gongfang.core.models import Job
from gongfang.pages.actions import cancel_job
from gongfang.registry.people.models import Wish
from gongfang.work.dispatch import actions, tasks
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.orders.models import OrderLine
from tests.work.dispatch.conftest import by, sent_out


@pytest.fixture
def run(village, share, guihua, xiuying):
    """A plan of the county for two people of one workshop and one of another."""
    village.maker("王春花", organisation=village.elsewhere)
    job = jobs.run(actions.plan_county(by(village.officer), village.place).pk)
    return PlanRun.objects.get(job=job)


def begun(village, run):
    job = actions.publish_plan(by(village.officer), run)
    run.refresh_from_db()
    return job


def part(village, run, organisation):
    return actions.publish_part(by(village.officer, via="task"), run, organisation=organisation)


def dying_at(monkeypatch, place):
    """Let the process die, so to say, when it comes to a place; later it works again."""
    real, left = actions.publish_part, [place]

    def failing(who, run, *, organisation):
        if organisation in left:
            left.remove(organisation)
            raise OperationalError("the machine went down")
        return real(who, run, organisation=organisation)

    monkeypatch.setattr(tasks.actions, "publish_part", failing)


def test_the_queue_asks_the_people_of_one_workshop_after_the_other(village, run):
    job = begun(village, run)
    assert (run.stage, run.is_going_out) == ("publishing", True)
    assert not Offer.objects.exists()
    assert {offer.lot.organisation for offer in part(village, run, village.workshop)} == {village.workshop}
    assert PlanRun.objects.get().asked_at == [village.workshop.pk]
    assert jobs.run(job.pk).state == "done"
    run.refresh_from_db()
    assert (run.stage, set(run.asked_at)) == ("published", {village.workshop.pk, village.elsewhere.pk})
    asked = Counter(Offer.objects.values_list("maker", "lot"))
    assert set(asked.values()) == {1}
    proposed = {line.maker_id: line.pieces for line in run.lines.all()}
    assert {offer.maker_id for offer in Offer.objects.all()} == set(proposed)


def test_a_workshop_is_asked_once_however_often_the_job_comes_by(village, run):
    begun(village, run)
    first = part(village, run, village.elsewhere)
    assert first
    assert part(village, run, village.elsewhere) == []
    assert Offer.objects.count() == len(first)
    assert Lot.objects.filter(parent=None, organisation=village.elsewhere).count() == 1


def test_a_job_that_dies_half_way_goes_on_with_the_rest(village, run, monkeypatch):
    later = max(village.workshop, village.elsewhere, key=lambda place: place.pk)
    dying_at(monkeypatch, later)
    job = begun(village, run)
    assert jobs.run(job.pk).state == "waiting"
    before = list(Offer.objects.values_list("pk", flat=True))
    assert before
    assert jobs.run(job.pk).state == "done"
    assert set(before) < set(Offer.objects.values_list("pk", flat=True))
    assert set(Counter(Offer.objects.values_list("maker", "lot")).values()) == {1}
    assert PlanRun.objects.get().stage == "published"


def test_a_cancelled_job_leaves_what_went_out_and_the_rest_can_follow(village, run):
    job = begun(village, run)
    first = part(village, run, village.workshop)
    cancel_job(by(village.officer), Job.objects.get(pk=job.pk))
    run.refresh_from_db()
    assert (run.stage, run.is_going_out) == ("publishing", False)
    offers = sent_out(village.officer, run)
    assert {offer.pk for offer in first} < {offer.pk for offer in offers}
    assert PlanRun.objects.get().stage == "published"


def test_who_stops_the_sending_leaves_the_rest_free(village, run):
    job = begun(village, run)
    part(village, run, village.workshop)
    shared = OrderLine.objects.get().shared
    actions.end_publishing(by(village.officer), run)
    assert jobs.run(job.pk).state == "cancelled"
    with pytest.raises(Moved, match="not going out any more"):
        part(village, run, village.elsewhere)
    run.refresh_from_db()
    assert (run.stage, run.asked_at) == ("published", [village.workshop.pk])
    assert OrderLine.objects.get().shared == shared
    assert not Offer.objects.filter(lot__organisation=village.elsewhere).exists()


def test_nobody_but_the_queue_publishes_a_part(village, run):
    begun(village, run)
    with pytest.raises(NotAllowed):
        actions.publish_part(by(village.officer), run, organisation=village.workshop)
    with pytest.raises(NotAllowed):
        actions.publish_part(by(village.manager, via="task"), run, organisation=village.workshop)


def test_no_plan_is_made_while_offers_go_out_and_none_waits_for_what_was_broken_off(village, run):
    job = begun(village, run)
    with pytest.raises(Moved, match="are going out"):
        actions.plan_county(by(village.officer), village.place)
    with pytest.raises(Moved, match="going out already"):
        actions.publish_plan(by(village.officer), run)
    cancel_job(by(village.officer), Job.objects.get(pk=job.pk))
    actions.plan_county(by(village.officer), village.place)
    assert PlanRun.objects.get(pk=run.pk).stage == "published"


def test_who_left_the_order_for_others_since_is_not_asked(village, share, guihua, run):
    other = village.share(20)
    offer = Offer.objects.create(lot=other, maker=guihua, pieces=10, expires_at="2022-09-12T00:00Z")
    Lot.objects.filter(pk=other.pk).update(offered=10)
    actions.not_this_time(by(guihua.user), offer)
    offers = sent_out(village.officer, run)
    assert offers
    assert guihua.pk not in {offer.maker_id for offer in offers}


def test_who_wishes_for_no_work_any_more_is_not_asked(village, guihua, run):
    Wish.objects.filter(resident=guihua).update(minutes_a_day=0)
    offers = sent_out(village.officer, run)
    assert offers
    assert guihua.pk not in {offer.maker_id for offer in offers}
