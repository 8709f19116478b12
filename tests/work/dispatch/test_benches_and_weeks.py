"""Plans from the county's own data keep within a workshop's places and aim at what people would like a week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongfang.core import jobs
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.models import Entry
from gongfang.registry.people import actions as people
from gongfang.registry.people.models import IncomeWish, Seats
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.dispatch.planning import question_of
from tests.work.dispatch.conftest import TODAY, by


def planned(village, **facts):
    jobs.run(actions.start_plan(by(village.manager), village.workshop, **facts).pk)
    return PlanRun.objects.order_by("pk").last()


def seconds_of(run):
    return sum(line.seconds for line in run.lines.all())


def test_no_more_work_is_planned_at_a_workshop_than_its_places_hold(village, guihua, xiuying):
    village.share(500)
    freely = seconds_of(planned(village, effort="good"))
    people.set_seats(by(village.manager), village.workshop, seats=1, minutes_a_day=60)
    run = planned(village, effort="good")
    days = (village.line.due - TODAY).days + 1
    assert freely > days * 60 * 60
    assert days * 60 * 60 - 20 * 60 < seconds_of(run) <= days * 60 * 60
    assert "bench" in {row["why"] for row in run.unmade}


def test_places_of_a_later_day_count_from_that_day_on(village, guihua):
    share, later = village.share(500), TODAY + timedelta(days=5)
    people.set_seats(by(village.manager), village.workshop, seats=0)
    people.set_seats(by(village.officer), village.workshop, seats=2, minutes_a_day=480, since=later)
    question = question_of(village.workshop, TODAY)
    [workshop] = question.problem.workshops
    lengths, each = question.days.lengths, zip(question.days.ends, workshop.minutes, strict=True)
    open_days = [max(0, end - 4) for end, _minutes in each]
    assert workshop.minutes[-1] == min(lengths[-1], open_days[-1]) * 2 * 480
    assert sum(workshop.minutes) == (share.due - later).days * 960 + 960
    before = question.digest
    people.set_seats(by(village.officer), village.workshop, seats=None, since=later)
    assert question_of(village.workshop, TODAY).digest != before


def test_who_works_at_home_needs_no_place(village, guihua):
    village.share(500)
    people.set_seats(by(village.manager), village.workshop, seats=0)
    assert not planned(village).lines.exists()
    guihua.division = type(guihua.division).objects.create(
        code="330727203216", name="窈川村", level="village", edition=2022
    )
    guihua.save(update_fields=["division"])
    guihua.wish.home_work = True
    guihua.wish.save()
    assert planned(village).lines.exists()


def test_places_are_written_down_by_who_answers_for_the_workshop_and_make_sense(village, guihua):
    for user in (village.clerk, village.stranger, village.auditor, village.agent_user, guihua.user):
        with pytest.raises(NotAllowed):
            people.set_seats(by(user), village.workshop, seats=3)
    for wrong in ({"seats": -1}, {"seats": 3, "minutes_a_day": 0}, {"seats": 3, "since": date(2022, 9, 1)}):
        with pytest.raises(Refused):
            people.set_seats(by(village.manager), village.workshop, **wrong)
    with pytest.raises(Refused, match="Only a workshop"):
        people.set_seats(by(village.officer), village.operator, seats=3)
    people.set_seats(by(village.manager), village.workshop, seats=3)
    people.set_seats(by(village.manager), village.workshop, seats=4)
    assert Seats.objects.get().seats == 4


def test_work_is_spread_over_the_weeks_for_who_names_a_week(village, guihua, xiuying):
    village.line.due = TODAY + timedelta(days=27)
    village.line.save(update_fields=["due"])
    village.share(500)
    assert question_of(village.workshop, TODAY).problem.weeks == ()
    people.wish_income(by(guihua.user), guihua, week_hao=900_000)
    question = question_of(village.workshop, TODAY)
    ends = [question.days.ends[last] for last in question.problem.weeks]
    assert [end // 7 for end in ends] == [0, 1, 2, 3]
    meant = question.problem.person(str(guihua.pk))
    assert (meant.income_target, meant.income_so_far) == (4 * 900_000, 0)
    run = planned(village, effort="good")
    assert set(run.lines.values_list("maker", flat=True)) == {guihua.pk, xiuying.pk}
    people.wish_income(by(guihua.user), guihua, week_hao=None)
    assert question_of(village.workshop, TODAY).digest != question.digest


def test_asking_for_more_than_is_meant_for_everybody_gets_nobody_before_others(village, guihua, xiuying):
    village.share(100)
    people.wish_income(by(guihua.user), guihua, week_hao=100_000_000)
    problem = question_of(village.workshop, TODAY).problem
    assert problem.person(str(guihua.pk)).income_target <= problem.person(str(xiuying.pk)).income_target


def test_what_somebody_would_like_is_theirs_to_say_and_hardly_anybodys_to_read(village, guihua):
    for who, waits in (
        (by(village.clerk), True),
        (by(guihua.user), False),
        (by(village.clerk, for_=guihua.user), True),
    ):
        people.wish_income(who, guihua, week_hao=1_000_000)
        assert IncomeWish.objects.get().provisional is waits
    for user in (village.officer, village.stranger, village.auditor):
        with pytest.raises(NotAllowed):
            people.wish_income(by(user), guihua, week_hao=1_000_000)
    with pytest.raises(Refused, match="up to 10,000 yuan"):
        people.wish_income(by(guihua.user), guihua, week_hao=0)
    entries = Entry.objects.filter(verb="wish_income")
    assert "week_hao" not in str([[entry.before, entry.after, entry.facts] for entry in entries])
    people.wish_income(by(guihua.user), guihua, week_hao=None)
    assert not IncomeWish.objects.exists()
