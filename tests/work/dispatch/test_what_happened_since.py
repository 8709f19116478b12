"""Whatever happens after a plan was made reaches the next one: mended, or planned again from where it stood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongfang.core import clock, jobs
from gongfang.core.models import Parameter
from gongfang.registry.people.models import Role, Skill, Wish
from gongfang.work.dispatch import actions, tasks
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.dispatch.planning import question_of
from gongfang.work.orders.models import Material, OrderLine, RecipeItem
from tests.work.dispatch.conftest import DUE, MORNING, TODAY, by, sent_out


def planned(job):
    return PlanRun.objects.get(job=jobs.run(job.pk))


@pytest.fixture
def run(village, guihua, xiuying):
    """A plan for two people, of whom each has some of a share of 80 pieces."""
    village.share(80)
    Wish.objects.update(pieces_a_week=20)
    found = planned(actions.start_plan(by(village.manager), village.workshop))
    assert pieces(found) == {guihua.pk: 40, xiuying.pk: 40}
    return found


def pieces(run):
    found: dict[int, int] = {}
    for line in run.lines.all():
        found[line.maker_id] = found.get(line.maker_id, 0) + line.pieces
    return found


@pytest.fixture(params=["repair", "again"])
def anew(request, village):
    """The plan made once more, in each of the two ways."""
    verb = {"repair": actions.repair_plan, "again": actions.plan_again}[request.param]
    return lambda run: planned(verb(by(village.manager), run))


def test_who_is_away_gets_nothing_new_and_the_others_keep_theirs(anew, run, guihua, xiuying):
    Wish.objects.filter(resident=guihua).update(minutes_a_day=0)
    mended = anew(run)
    assert pieces(mended) == {xiuying.pk: 40}
    assert mended.totals["unmade_pieces"] == 40


def test_who_has_left_the_workshop_gets_nothing_new(anew, village, run, guihua, xiuying):
    Role.objects.filter(user=guihua.user).update(until=TODAY)
    assert pieces(anew(run)) == {xiuying.pk: 40}


def test_what_somebody_leaves_for_others_goes_to_another(anew, village, run, guihua, xiuying):
    sent_out(village.manager, run)
    actions.not_this_time(by(guihua.user), Offer.objects.get(maker=guihua))
    chunhua = village.maker("王春花", pieces=20)
    assert pieces(anew(run)) == {chunhua.pk: 40}
    assert Offer.objects.get(maker=xiuying).stage == "open"


def test_what_nobody_answered_in_time_goes_to_another(anew, village, run, guihua, xiuying):
    sent_out(village.manager, run)
    actions.accept_offer(by(xiuying.user), Offer.objects.get(maker=xiuying))
    chunhua = village.maker("王春花", pieces=20)
    with clock.at(MORNING + timedelta(days=3)):
        tasks.expire()
        assert pieces(anew(run)) == {chunhua.pk: 40}


def test_what_somebody_came_and_took_is_not_planned_twice(anew, village, run):
    share = Lot.objects.get(parent=None)
    walked_in = village.maker("赵走进来", pieces=20)
    actions.claim(by(walked_in.user), share, maker=walked_in, pieces=40)
    mended = anew(run)
    assert sum(pieces(mended).values()) == 40
    assert walked_in.pk not in pieces(mended)


def test_a_new_order_finds_the_hands_that_are_left(anew, village, run, guihua, xiuying):
    chunhua = village.maker("王春花", pieces=20)
    before = pieces(run)
    village.share(30)
    mended = anew(run)
    assert pieces(mended) == {**before, chunhua.pk: 30}


def test_pieces_that_failed_inspection_are_made_again(village, run, guihua, xiuying):
    actions.discard_plan(by(village.manager), run)
    county = planned(actions.plan_county(by(village.officer), village.place))
    before = question_of(None, TODAY).problem.work(f"line-{village.line.pk}").pieces
    OrderLine.objects.filter(pk=village.line.pk).update(rejected=7, lost=3)
    mended = planned(actions.repair_plan(by(village.officer), county))
    (line,) = [row for row in mended.works if "line" in row]
    assert line["pieces"] == before + 10


def test_material_that_is_late_stops_what_it_is_for(anew, village, run):
    rope = Material.objects.create(code="rope", name="红绳", unit_kind="mm")
    RecipeItem.objects.create(step=village.step, material=rope, amount=100, ownership="enterprise")
    mended = anew(run)
    assert pieces(mended) == {}
    assert {row["why"] for row in mended.unmade} == {"material"}


def test_somebody_who_learnt_the_skill_since_is_thought_of(anew, village, run, guihua):
    Wish.objects.filter(resident=guihua).update(minutes_a_day=0)
    chunhua = village.maker("王春花", skilled=False, pieces=20)
    assert chunhua.pk not in pieces(anew(run))
    Skill.objects.create(resident=chunhua, kind=village.knotting)
    assert pieces(anew(PlanRun.objects.latest("pk")))[chunhua.pk] == 40


def test_what_a_further_kind_of_work_counts_is_the_countys_to_say(village, run):
    assert question_of(None, TODAY).problem.further_work == 100_000
    Parameter.objects.create(
        key="dispatch.further_work_hao", value=250_000, valid_from=DUE, document="县服务中心通知 3 号"
    )
    assert question_of(None, TODAY).problem.further_work == 100_000
    assert question_of(None, DUE).problem.further_work == 250_000
