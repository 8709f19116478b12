"""Somebody who is away on some days: not asked for them, free of what does not fit any more, and nobody asks why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gongfang.core import clock, jobs, outbox
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.models import Entry, Event
from gongfang.registry.people import actions as people
from gongfang.registry.people.models import Absence, Wish
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import Offer, PlanRun
from gongfang.work.dispatch.planning import question_of
from tests.work.dispatch.conftest import DUE, TODAY, by, sent_out


def carried_out(job):
    jobs.run(job.pk)
    return PlanRun.objects.get(job=job)


def heard():
    """Let the outbox tell what happened, as if it had been committed."""
    Event.objects.filter(name="AbsenceRecorded").update(xact=1)
    outbox.tell()


def planned(village):
    return carried_out(actions.start_plan(by(village.manager), village.workshop))


def test_days_away_are_no_time_to_work_in(village, share, guihua):
    before = question_of(village.workshop, TODAY)
    people.be_away(by(guihua.user), guihua, since=TODAY + timedelta(days=2), until=TODAY + timedelta(days=5))
    after = question_of(village.workshop, TODAY)
    minutes = [sum(one.problem.person(str(guihua.pk)).minutes) for one in (before, after)]
    assert minutes[0] - minutes[1] == 3 * 120
    assert before.digest != after.digest


def test_who_is_away_all_the_time_is_neither_asked_nor_said_to_wait(village, share, guihua, xiuying):
    people.be_away(by(village.clerk), guihua, until=DUE + timedelta(days=1))
    run = planned(village)
    assert set(run.lines.values_list("maker", flat=True)) == {xiuying.pk}
    assert guihua.pk not in {row["maker"] for row in run.waiting}


def test_what_was_asked_and_does_not_fit_any_more_goes_to_others_at_no_cost(village, guihua, xiuying):
    share = village.share(60)
    offers = {offer.maker_id: offer for offer in sent_out(village.manager, planned(village))}
    assert set(offers) == {guihua.pk, xiuying.pk}
    kept = actions.accept_offer(by(xiuying.user), offers[xiuying.pk])
    for person in (guihua, xiuying):
        people.be_away(by(person.user), person, until=DUE + timedelta(days=1))
    heard()
    stages = dict(Offer.objects.values_list("maker", "stage"))
    assert stages == {guihua.pk: "withdrawn", xiuying.pk: "accepted"}
    share.refresh_from_db()
    kept.refresh_from_db()
    assert (share.offered, kept.stage) == (0, "open")
    people.come_back(by(guihua.user), guihua.absences.get())
    run = carried_out(actions.repair_plan(by(village.manager), PlanRun.objects.get()))
    assert guihua.pk in set(run.lines.values_list("maker", flat=True))


def test_a_question_that_still_fits_stays(village, guihua):
    village.share(20)
    [offer] = sent_out(village.manager, planned(village))
    people.be_away(by(guihua.user), guihua, until=TODAY + timedelta(days=2))
    heard()
    offer.refresh_from_db()
    assert offer.stage == "open"


def test_a_plan_made_before_is_mended_around_who_is_away_and_does_not_ask_them(
    village, share, guihua, xiuying
):
    run = planned(village)
    assert guihua.pk in set(run.lines.values_list("maker", flat=True))
    people.be_away(by(guihua.user), guihua, until=DUE + timedelta(days=1))
    mended = carried_out(actions.repair_plan(by(village.manager), run))
    assert guihua.pk not in set(mended.lines.values_list("maker", flat=True))
    asked = {offer.maker_id for offer in sent_out(village.manager, run)}
    assert asked == {xiuying.pk}
    share.refresh_from_db()
    assert share.offered == sum(Offer.objects.values_list("pieces", flat=True))


def test_days_join_are_nobodys_business_and_are_forgotten(village, guihua):
    first = people.be_away(by(guihua.user), guihua, until=TODAY + timedelta(days=3))
    people.be_away(
        by(village.clerk, for_=guihua.user),
        guihua,
        since=TODAY + timedelta(days=3),
        until=TODAY + timedelta(days=7),
    )
    absence = Absence.objects.get()
    assert (absence.since, absence.until) == (TODAY, TODAY + timedelta(days=7))
    assert not Absence.objects.filter(pk=first.pk).exists()
    for user in (village.stranger, village.auditor, village.agent_user):
        with pytest.raises(NotAllowed):
            people.be_away(by(user), guihua, until=TODAY + timedelta(days=3))
        with pytest.raises(NotAllowed):
            people.come_back(by(user), absence)
    for until in (TODAY, TODAY - timedelta(days=1), date(2025, 1, 1)):
        with pytest.raises(Refused, match="within a year"):
            people.be_away(by(guihua.user), guihua, until=until)
    with pytest.raises(NotAllowed):
        actions.free_offers(by(village.officer), guihua)
    told = str([[one.before, one.after, one.facts] for one in Entry.objects.filter(verb="be_away")])
    assert "2022-09" not in told
    with clock.at(datetime(2022, 9, 16, 1, tzinfo=UTC)):
        assert people.forget_absences(by(village.system), None) == 1
    assert Wish.objects.filter(resident=guihua).exists()
