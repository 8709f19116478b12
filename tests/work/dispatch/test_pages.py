"""The pages of sharing out, as each person meets them."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongfang.core import jobs
from gongfang.pages.actions import cancel_job
from gongfang.registry.people.models import Wish
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import OrderLine
from tests.work.dispatch.conftest import by, sent_out


@pytest.fixture
def browser(county):
    def visit(user):
        client = Client(headers={"host": "panan.localhost"})
        client.cookies["language"] = "en"
        client.force_login(user)
        return client

    return visit


def url(name, *args):
    return reverse(f"dispatch:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


def send(client, name, *args, **fields):
    return client.post(url(name, *args), {"key": str(uuid4()), **fields})


def test_an_officer_shares_a_line_out_and_sees_rate_margin_and_hourly(village, browser):
    officer = browser(village.officer)
    page = text(officer.get(url("line", village.line.pk)))
    assert "1,000 of 1,000 pieces can still be shared out" in page
    assert "0.45" in page
    assert "¥13.50" in page
    answer = send(
        officer, "line", village.line.pk, organisation=village.workshop.pk, pieces="400", margin_hao="0.05"
    )
    assert answer.status_code == 302
    assert OrderLine.objects.get(pk=village.line.pk).shared == 400
    assert "600 of 1,000" in text(officer.get(url("line", village.line.pk)))


def test_a_share_that_is_too_large_says_so_beside_the_field_and_keeps_what_was_typed(village, browser):
    answer = send(
        browser(village.officer),
        "line",
        village.line.pk,
        organisation=village.workshop.pk,
        pieces="2000",
        margin_hao="0",
    )
    assert answer.status_code == 422
    assert "Only 1000 pieces" in text(answer)
    assert 'value="2000"' in text(answer)


@pytest.mark.parametrize("who", ["manager", "clerk", "stranger", "agent_user"])
def test_a_line_is_not_there_for_those_who_do_not_share_it_out(village, browser, who):
    assert browser(getattr(village, who)).get(url("line", village.line.pk)).status_code == 404


def test_a_maker_takes_twenty_on_the_own_page(village, browser, share, guihua):
    page = browser(guihua.user)
    shown = text(page.get(url("work")))
    for word in (
        "同心结",
        "0.45 yuan a piece",
        "¥13.50 an hour",
        "18 September",
        "No deposit is taken.",
        "Read it to me",
    ):
        assert word in shown
    assert send(page, "take", share.pk, pieces="20").status_code == 302
    assert Lot.objects.get(maker=guihua).pieces == 20
    assert "What I am making" in text(page.get(url("work")))


def test_too_many_is_answered_beside_the_field(village, browser, share, guihua):
    answer = send(browser(guihua.user), "take", share.pk, pieces="61")
    assert answer.status_code == 422
    assert "One person may take 60 more pieces" in text(answer)


def test_a_manager_plans_reads_publishes_and_a_maker_answers(village, browser, share, guihua, xiuying):
    manager, maker = browser(village.manager), browser(guihua.user)
    assert "2 people wish for work" in text(manager.get(url("workshop", village.workshop.pk)))
    assert send(manager, "start_plan", village.workshop.pk).status_code == 302
    run = PlanRun.objects.get()
    watching = text(manager.get(url("plan", run.pk)))
    assert 'hx-trigger="every 1s"' in watching
    assert "Stop planning" in watching
    assert manager.get(url("progress", run.pk)).status_code == 200
    jobs.run(run.job_id)
    assert manager.get(url("progress", run.pk)).headers["HX-Refresh"] == "true"
    read = text(manager.get(url("plan", run.pk)))
    assert "2 people would be asked to make 100 pieces" in read
    assert send(manager, "publish_plan", run.pk).status_code == 302
    assert "one workshop after the other" in text(manager.get(url("progress", run.pk)))
    jobs.run(PlanRun.objects.get(pk=run.pk).sending_id)
    assert manager.get(url("progress", run.pk)).headers["HX-Refresh"] == "true"
    assert "0 of 100 pieces are accepted; 2 offers wait" in text(manager.get(url("plan", run.pk)))
    assert "You are asked about 1 piece of work." in text(maker.get(url("work")))
    offer = Offer.objects.get(maker=guihua)
    assert send(maker, "accept_offer", offer.pk, pieces="10").status_code == 302
    other = Offer.objects.get(maker=xiuying)
    assert send(browser(xiuying.user), "not_this_time", other.pk).status_code == 302
    assert "10 of 100 pieces are accepted; 0 offers wait" in text(manager.get(url("plan", run.pk)))
    assert "not this time" not in text(manager.get(url("workshop", village.workshop.pk))).lower()


def test_a_plan_is_stopped_from_its_page(village, browser, share, guihua):
    manager = browser(village.manager)
    send(manager, "start_plan", village.workshop.pk)
    run = PlanRun.objects.get()
    assert send(manager, "discard_plan", run.pk).status_code == 302
    assert jobs.run(run.job_id).state == "cancelled"
    assert "put aside" in text(manager.get(url("plan", run.pk)))


def test_the_desk_writes_a_claim_down_and_the_maker_says_yes(village, browser, share, guihua):
    clerk = browser(village.clerk)
    assert send(clerk, "claim", share.pk, maker=guihua.pk, pieces="15").status_code == 302
    lot = Lot.objects.get(maker=guihua)
    assert "waits for the person" in text(clerk.get(url("lot", lot.pk)))
    maker = browser(guihua.user)
    assert "Is it right?" in text(maker.get(url("lot", lot.pk)))
    assert f'action="{url("confirm_claim", lot.pk)}"' in text(maker.get(url("work")))
    assert send(maker, "confirm_claim", lot.pk).status_code == 302
    assert not Lot.objects.get(pk=lot.pk).provisional


def test_the_desk_keeps_a_signed_slip(village, browser, share, guihua):
    lot = actions.claim(by(village.clerk), share, maker=guihua, pieces=15)
    clerk = browser(village.clerk)
    send(clerk, "confirm_claim", lot.pk, how="slip")
    assert Lot.objects.get(pk=lot.pk).provisional
    send(clerk, "confirm_claim", lot.pk, how="slip", document="夹 3")
    assert not Lot.objects.get(pk=lot.pk).provisional


def test_taking_back_closing_and_withdrawing_have_their_buttons(village, browser, share, guihua):
    officer, clerk = browser(village.officer), browser(village.clerk)
    send(officer, "take_back_share", share.pk, pieces="40")
    assert Lot.objects.get(pk=share.pk).pieces == 60
    lot = actions.claim(by(guihua.user), share, maker=guihua, pieces=15)
    send(clerk, "close_lot", lot.pk)
    assert Lot.objects.get(pk=lot.pk).stage == "closed"
    run = PlanRun.objects.get(job=actions.start_plan(by(village.manager), village.workshop))
    jobs.run(run.job_id)
    run.refresh_from_db()
    (offer,) = sent_out(village.manager, run)
    send(clerk, "withdraw_offer", offer.pk)
    assert Offer.objects.get(pk=offer.pk).stage == "withdrawn"


def test_makers_read_nobody_elses_lot_and_no_workshop_page(village, browser, share, guihua, xiuying):
    lot = actions.claim(by(xiuying.user), share, maker=xiuying, pieces=15)
    maker = browser(guihua.user)
    for page in (
        url("lot", lot.pk),
        url("lot", share.pk),
        url("workshop", village.workshop.pk),
        url("picture", lot.pk),
    ):
        assert maker.get(page).status_code == 404
    assert not Lot.objects.filter(maker=guihua).exists()
    assert "李秀英" not in text(maker.get(url("work")))


def test_officers_see_names_masked_and_the_bench_sees_them(village, browser, share, guihua):
    actions.claim(by(guihua.user), share, maker=guihua, pieces=15)
    assert "张桂花" not in text(browser(village.officer).get(url("lot", share.pk)))
    assert "张桂花" in text(browser(village.clerk).get(url("lot", share.pk)))


def test_the_list_of_shares_saves_as_a_sheet(village, browser, share):
    answer = browser(village.officer).get(url("sheet"))
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")


def queries(client, page):
    client.get(page)  # the second visit has the session and the caches
    with CaptureQueriesContext(connection) as counted:
        assert client.get(page).status_code == 200
    return len(counted)


def test_thirty_rows_cost_as_many_queries_as_one(village, browser, share, guihua):
    actions.claim(by(guihua.user), share, maker=guihua, pieces=1)
    pages = [
        (browser(village.officer), url("lots")),
        (browser(village.officer), url("line", village.line.pk)),
        (browser(village.clerk), url("lot", share.pk)),
        (browser(village.manager), url("workshop", village.workshop.pk)),
    ]
    before = [queries(client, page) for client, page in pages]
    for number in range(29):
        maker = village.maker(f"工人{number}")
        actions.claim(by(maker.user), share, maker=maker, pieces=1)
        village.share(1)
    assert [queries(client, page) for client, page in pages] == before


def test_a_plan_with_thirty_rows_costs_as_many_queries_as_one(village, browser, guihua):
    manager = browser(village.manager)

    def counted():
        run = PlanRun.objects.get(job=actions.start_plan(by(village.manager), village.workshop))
        jobs.run(run.job_id)
        return queries(manager, url("plan", run.pk)), run.lines.count()

    village.share(10)
    one = counted()
    for number in range(29):
        village.maker(f"工人{number}")
    village.share(290)
    thirty = counted()
    assert (one[1], thirty[1]) == (1, 30)
    assert one[0] == thirty[0]


def test_an_officer_finds_lines_to_share_out_and_a_clerk_what_waits_for_a_yes(
    village, browser, share, guihua
):
    actions.claim(by(village.clerk), share, maker=guihua, pieces=15)
    officer, clerk = browser(village.officer), browser(village.clerk)
    assert "1 order line has pieces nobody was given yet." in text(officer.get(url("lots")))
    page = text(clerk.get(url("lots")))
    assert "Not yet confirmed" in page
    assert "To be shared out" not in page
    order = text(officer.get(reverse("orders:order", args=[village.line.order_id])))
    assert url("line", village.line.pk) in order


def test_the_work_of_a_closed_order_stands_last_and_is_offered_to_nobody(village, browser, share):
    orders.close_order(by(village.officer), village.line.order)
    assert "0 shares are open on this page" in text(browser(village.officer).get(url("lots")))
    page = text(browser(village.manager).get(url("workshop", village.workshop.pk)))
    assert "pieces are free" not in page


def test_an_auditor_comes_from_an_order_open_or_closed_to_who_made_it(village, browser, share):
    auditor, order = browser(village.auditor), village.line.order
    way = url("line", village.line.pk)
    assert way in text(auditor.get(f"/orders/{order.pk}/"))
    orders.close_order(by(village.officer), order)
    assert way in text(auditor.get(f"/orders/{order.pk}/"))
    assert url("lot", share.pk) in text(auditor.get(way))


def test_an_officer_plans_the_county_reads_why_changes_it_and_sends_it_out(village, browser, guihua, xiuying):
    Wish.objects.update(minutes_a_day=60)
    officer = browser(village.officer)
    assert url("county") in text(officer.get(url("lots")))
    assert send(officer, "plan_county", effort="good").status_code == 302
    run = PlanRun.objects.get()
    assert "Stop, and keep what was found" in text(officer.get(url("plan", run.pk)))
    jobs.run(run.job_id)
    read = text(officer.get(url("plan", run.pk)))
    assert "2 people would be asked to make" in read
    assert "How good the plan is" in read
    assert "What would help, each alone" in read
    assert "张桂花" not in read  # the centre sees names masked
    assert 'data-chart="' in read
    person = f"{url('person_in_plan', run.pk)}?maker={guihua.pk}"
    line = run.lines.get(maker=guihua)
    work = f"line-{village.line.pk}"
    shown = text(officer.get(f"{person}&ask=why&work={work}"))
    assert "missing in the time they named" in shown
    trial = text(officer.get(f"{person}&ask=hand&work={work}&bags=1&way=from"))
    assert "10 pieces more find nobody." in trial
    assert "Yes, change the plan" in trial
    send(officer, "edit_plan", run.pk, maker=guihua.pk, work=work, bags="1", way="from", other="")
    assert run.lines.get(maker=guihua).pieces == line.pieces - 10
    assert send(officer, "repair_plan", run.pk).status_code == 302
    mended = PlanRun.objects.get(before=run)
    jobs.run(mended.job_id)
    assert "1 people get other work" in text(officer.get(url("compare_plans", mended.pk)))
    assert send(officer, "publish_plan", mended.pk).status_code == 302
    cancel_job(by(village.officer), PlanRun.objects.get(pk=mended.pk).sending)
    assert "Sending was stopped: 0 of 1" in text(officer.get(url("plan", mended.pk)))
    assert send(officer, "publish_plan", mended.pk).status_code == 302
    jobs.run(PlanRun.objects.get(pk=mended.pk).sending_id)
    assert "2 offers wait" in text(officer.get(url("plan", mended.pk)))


def test_what_cannot_be_changed_by_hand_is_said_before_anybody_says_yes(village, browser, share, guihua):
    manager = browser(village.manager)
    modest = village.maker("十个就好", pieces=1)
    run = PlanRun.objects.get(job=actions.start_plan(by(village.manager), village.workshop))
    jobs.run(run.job_id)
    ask = f"{url('person_in_plan', run.pk)}?maker={modest.pk}&ask=hand&work={share.pk}&bags=1&way=to&other={guihua.pk}"
    shown = text(manager.get(ask))
    assert "pieces more than they wish to make" in shown
    assert "Yes, change the plan" not in shown


def test_the_centre_reads_whether_an_enquiry_can_be_made(village, browser, guihua):
    officer = browser(village.officer)
    page = f"{url('can_we')}?step={village.step.pk}&due=2022-10-01&pieces="
    assert "Yes: all 20 pieces can be made by 1 October." in text(officer.get(page + "20"))
    much = text(officer.get(page + "30000"))
    assert "there are not enough hands" in much
    assert officer.get(page + "many").status_code == 200
    assert not PlanRun.objects.exists()


@pytest.mark.parametrize("who", ["manager", "clerk", "agent_user", "stranger"])
def test_only_the_centre_reads_the_plan_of_the_county(village, browser, guihua, who):
    run = PlanRun.objects.get(job=actions.plan_county(by(village.officer), village.place))
    jobs.run(run.job_id)
    client = browser(getattr(village, who))
    assert client.get(url("county")).status_code == 403
    assert client.get(url("can_we")).status_code == 403
    for page in ("plan", "compare_plans", "person_in_plan"):
        assert client.get(url(page, run.pk)).status_code == 404
    assert browser(village.auditor).get(url("plan", run.pk)).status_code == 200


def test_a_county_plan_with_thirty_people_costs_as_many_queries_as_one(village, browser, guihua):
    officer = browser(village.officer)

    def counted():
        run = PlanRun.objects.get(job=actions.plan_county(by(village.officer), village.place))
        jobs.run(run.job_id)
        return queries(officer, url("plan", run.pk))

    one = counted()
    for number in range(29):
        village.maker(f"工人{number}", organisation=village.elsewhere)
    assert counted() == one
