"""The pages of pay: a maker reads why, who keeps the books pays step by step, nobody sees what is not theirs."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongfang.core import clock
from gongfang.pay import actions
from gongfang.pay.models import BankProfile, Correction, OrganisationAccount, Payout, PayoutBatch, Slip
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Look, Skill
from tests.cast import Person, rows
from tests.pay.conftest import MORNING, RATE, money

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _spoken_english(settings):
    settings.LANGUAGE_CODE = "en"


def browser(person):
    client = person.client()
    client.cookies["language"] = "en"
    return client


def text(response):
    assert response.status_code == 200, response.content.decode()[:500]
    return " ".join(response.content.decode().split())


def get(person, name, /, *args):
    return browser(person).get(reverse(f"pay:{name}", args=args))


def post(person, name, /, *args, **facts):
    return browser(person).post(reverse(f"pay:{name}", args=args), {"key": uuid.uuid4(), **facts})


def test_a_maker_reads_what_is_coming_and_why(purse):
    zhou = purse.people.zhou
    assert "Nothing is owed to you now." in text(get(zhou, "my_money"))
    purse.earn(zhou, 20)
    assert "You have ¥9.05 coming. It is paid by 17 November at the latest." in text(get(zhou, "my_money"))
    purse.card(zhou)
    batch = purse.send()
    assert "¥9.05 of it is at the bank already." in text(get(zhou, "my_money"))
    actions.confirm_payouts(purse.people.luo.by(), batch)
    assert "¥9.05 was paid on 2 November." in text(get(zhou, "my_money"))
    slip = Slip.objects.get()
    page = text(get(zhou, "slip", slip.pk))
    assert "¥9.05 for work up to 2 November, paid on 2 November." in page
    assert "data-aloud-button" in page
    line = slip.lines.get()
    assert reverse("pay:line", args=[line.pk]) in page
    why = text(get(zhou, "line", line.pk))
    assert "20 pieces accepted at 0.4525 yuan each: ¥9.05." in why
    assert "2026 年工价表" in why
    assert "K-30000" in why
    assert reverse("piecework:bag", args=[line.bag_id]) in why
    assert "2026 年工价表" in text(get(zhou, "paper", slip.pk))


def test_nobody_opens_somebody_elses_slip_payout_or_margin(purse):
    purse.earn(purse.people.zhou, 20)
    purse.earn_at_home(5)
    batch = purse.prepare()
    slip = Slip.objects.get(relation__resident=purse.people.zhou.row)
    payout = batch.payouts.get(relation=slip.relation)
    places = [
        ("slip", slip.pk), ("paper", slip.pk), ("slip_sheet", slip.pk), ("line", slip.lines.get().pk),
        ("batch", batch.pk), ("payouts_sheet", batch.pk), ("payout", payout.pk),
        ("operator", purse.operator.pk), ("operator_sheet", purse.operator.pk),
        ("margin", purse.people.agency.pk), ("margin_sheet", purse.people.agency.pk),
    ]  # fmt: skip
    for person in (purse.people.lin, purse.people.chen, purse.people.zhao, purse.people.sun, purse.people.su):
        assert {(name, get(person, name, pk).status_code) for name, pk in places} == {
            (name, 404) for name, _pk in places
        }


def test_the_operator_pays_step_by_step_and_the_centre_approves(purse):
    luo, li = purse.people.luo, purse.people.li
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    purse.earn(purse.people.lin, 20)
    pk = purse.operator.pk
    assert "2 inspected hand-ins are on no slip yet. Draw up the slips first." in text(
        get(luo, "operator", pk)
    )
    assert post(luo, "draw_up_slips", pk, upto="2026-11-02").status_code == 302
    assert "2 payees wait for ¥18.10." in text(get(luo, "operator", pk))
    assert post(luo, "prepare_batch", pk, profile="").status_code == 302
    batch = PayoutBatch.objects.get()
    assert reverse("pay:approve_batch", args=[batch.pk]) not in text(get(luo, "batch", batch.pk))
    assert reverse("pay:approve_batch", args=[batch.pk]) in text(get(li, "batch", batch.pk))
    post(luo, "approve_batch", batch.pk)
    batch.refresh_from_db()
    assert batch.stage == "prepared"
    post(li, "approve_batch", batch.pk)
    sheet = post(luo, "export_sheet", batch.pk)
    assert (sheet.status_code, sheet["Content-Type"], sheet["Cache-Control"]) == (200, XLSX, "no-store")
    assert Look.objects.filter(page="bank_sheet", resident=purse.people.zhou.row).count() == 1
    post(luo, "mark_sent", batch.pk)
    zhous, lins = batch.payouts.order_by("pk")
    assert (
        post(luo, "confirm_payouts", batch.pk, paid_on="2026-11-02", references="F-unknown").status_code
        == 422
    )
    assert post(luo, "confirm_payouts", batch.pk, paid_on="2026-11-02", references="").status_code == 302
    assert "1 person is still to be paid in cash." in text(get(luo, "batch", batch.pk))
    assert post(luo, "pay_cash", lins.pk, witness=luo.user.pk, document="签收单").status_code == 422
    assert (
        post(luo, "pay_cash", lins.pk, witness=purse.people.ma.user.pk, document="签收单").status_code == 302
    )
    assert "All of it is paid." in text(get(luo, "batch", batch.pk))
    assert (money(purse.people.zhou)[2], money(purse.people.lin)[2]) == (20 * RATE, 20 * RATE)
    assert zhous.reference in text(get(purse.people.zhou, "payout", zhous.pk))


def test_a_failure_is_entered_and_tried_again_from_its_page(purse):
    luo = purse.people.luo
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    payout = purse.send().payouts.get()
    assert post(luo, "fail_payout", payout.pk, why="").status_code == 422
    assert post(luo, "fail_payout", payout.pk, why="户名不符").status_code == 302
    assert "户名不符" in text(get(luo, "payout", payout.pk))
    assert "1 of them failed and is owed again." in text(get(luo, "batch", payout.batch_id))
    answer = post(luo, "retry_payout", payout.pk)
    again = Payout.objects.get(retry_of=payout)
    assert answer.url == reverse("pay:payout", args=[again.pk])
    assert post(luo, "cancel_payout", again.pk, why="等新卡").status_code == 302
    assert post(luo, "cancel_batch", again.batch_id).status_code == 302


def test_the_same_form_sent_twice_pays_once(purse):
    purse.earn(purse.people.zhou, 20)
    payout = purse.approve().payouts.get()
    key = uuid.uuid4()
    for _time in range(2):
        facts = {"key": key, "witness": purse.people.ma.user.pk, "document": "签收单"}
        answer = browser(purse.people.luo).post(reverse("pay:pay_cash", args=[payout.pk]), facts)
        assert answer.status_code == 302
    assert money(purse.people.zhou) == (0, 0, 20 * RATE, 0)


def test_the_agent_reads_the_margin_and_names_the_account(purse):
    wu, agency = purse.people.wu, purse.people.agency
    purse.earn_at_home(40)
    page = text(get(wu, "margin", agency.pk))
    assert "¥1.33 is owed, ¥0.00 is at the bank, ¥0.00 was paid." in page
    assert "K-30000" in page
    assert reverse("pay:margin", args=[agency.pk]) in text(get(wu, "slips"))
    assert post(wu, "set_account", agency.pk, number="2029 5001", bank="农商行").status_code == 302
    account = OrganisationAccount.objects.get()
    assert "20295001" not in text(get(wu, "margin", agency.pk))
    assert post(wu, "end_account", account.pk).status_code == 302


def test_a_correction_is_made_from_the_line_by_another_hand(purse):
    inspection = purse.earn(purse.people.zhou, 20)
    purse.slips()
    line = Slip.objects.get().lines.get()
    url = reverse("pay:correct_pay", args=[inspection.pk])
    assert url in text(get(purse.people.luo, "line", line.pk))
    assert url not in text(get(purse.people.zhou, "line", line.pk))
    facts = {"amount_hao": "9.5", "reason": "漏记", "document": "更正单"}
    assert post(purse.people.luo, "correct_pay", inspection.pk, **facts).status_code == 302
    assert Correction.objects.get().after_hao == 95_000
    (slip,) = purse.slips()
    assert "¥0.45 was put right: 漏记" in text(get(purse.people.zhou, "line", slip.lines.get().pk))


def test_the_officer_writes_down_how_a_bank_wants_its_sheet(purse):
    wang = purse.people.wang
    facts = {"name": "农信社", "form": "csv", "charset": "gb18030"}
    assert post(wang, "set_bank_profile", columns="户名", **facts).status_code == 422
    assert post(wang, "set_bank_profile", columns="户名=name\n账号 = card\n", **facts).status_code == 302
    assert BankProfile.objects.get().columns == [
        {"title": "户名", "field": "name"}, {"title": "账号", "field": "card"},
    ]  # fmt: skip
    assert "农信社" in text(get(wang, "profiles"))
    assert post(purse.people.luo, "set_bank_profile", columns="账号=card", **facts).status_code == 403


def test_every_list_is_saved_as_a_sheet(purse):
    purse.earn(purse.people.zhou, 20)
    purse.earn_at_home(5)
    batch = purse.prepare()
    wang = purse.people.wang
    slip = Slip.objects.order_by("pk").first()
    for name, *args in (
        ("batches_sheet",), ("slips_sheet",), ("slip_sheet", slip.pk), ("operator_sheet", purse.operator.pk),
        ("payouts_sheet", batch.pk), ("margin_sheet", purse.people.agency.pk), ("profiles_sheet",),
    ):  # fmt: skip
        assert (name, get(wang, name, *args)["Content-Type"]) == (name, XLSX)
    assert get(purse.people.zhou, "my_sheet")["Content-Type"] == XLSX


def test_who_opens_a_list_of_people_is_written_where_they_can_read_it(purse):
    purse.earn(purse.people.zhou, 20)
    purse.slips()
    page = text(get(purse.people.wang, "slips"))
    assert "周桂花" not in page
    assert "周**" in page
    assert Look.objects.filter(
        page="slips", resident=purse.people.zhou.row, viewer=purse.people.wang.user
    ).exists()


def many(purse, count):
    """Let so many more people make a knot each."""
    people = purse.people
    for row in rows(count, start=900):
        resident = people_actions.take_on(people.he.by(), people.workshop, row=row)
        Skill.objects.create(resident=resident, kind=purse.share.step.skill)
        purse.earn(Person(resident.user, resident), 3)


def test_lists_ask_as_much_for_thirty_as_for_one(purse):
    wang = purse.people.wang
    purse.earn(purse.people.zhou, 3)
    batch = purse.prepare()
    pages = [("batches",), ("slips",), ("batch", batch.pk), ("operator", purse.operator.pk)]
    for name, *args in pages:
        get(wang, name, *args)
    few = {name: _queries(wang, name, *args) for name, *args in pages}
    actions.cancel_batch(purse.people.luo.by(), batch)
    many(purse, 29)
    more = purse.prepare()
    pages = [("batches",), ("slips",), ("batch", more.pk), ("operator", purse.operator.pk)]
    for name, *args in pages:
        get(wang, name, *args)
    assert {name: _queries(wang, name, *args) for name, *args in pages} == few


def _queries(person, name, *args):
    client = browser(person)
    with clock.at(MORNING), CaptureQueriesContext(connection) as queries:
        client.get(reverse(f"pay:{name}", args=args))
    return len(queries)
