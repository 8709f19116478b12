"""The weekly sheet: each figure from the ledger and that of the page it sums up; page, workbook, paper and API alike."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from gongfang.core import clock
from gongfang.core.login import fresh_token, make_token
from gongfang.oversight.weekly import weekly
from gongfang.pay import actions as pay
from gongfang.pay.models import Payout
from gongfang.pay.queries import margin_of, owing
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Invoice, Order
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.queries import late_bags
from tests.cast import Person
from tests.pay.conftest import MARGIN, MORNING, RATE, Purse


def _whole_way(purse: Purse) -> None:
    """Cord comes in, knots are made at two places, one verdict is put right, pieces go out and a fee comes in."""
    cast, order = purse.people, Order.objects.get(number="K-30000")
    cord = orders.add_material(cast.wang.by(), None, code="cord", name="红绳", unit_kind="mm")
    rows = [orders.Arrival(cord, 36_000)]
    orders.receive_material(cast.luo.by(), order, number="SH-1", rows=rows, store=cast.operator)
    said = purse.earn(cast.zhou, 20, accepted=17)
    purse.earn_at_home(10)
    pay.correct_verdict(cast.he.by(), said, accepted=18, rework=0, rejected=2, reason="这一个是好的")
    purse.line.refresh_from_db()
    piecework.deliver(cast.luo.by(), purse.line, pieces=25)
    bill = orders.invoice(cast.luo.by(), order, number="FP-1", due=clock.today() + timedelta(days=3))
    orders.receive_fee(cast.wang.by(), bill, amount_hao=100_000, received_on=clock.today(), document="回单")


def _asked(person: Person) -> Any:
    token, digest = fresh_token()
    make_token(person.by(), person.user, label="周报", digest=digest)
    headers = {"authorization": f"Bearer {token}"}
    return Client(headers={"host": "panan.localhost"}).get("/api/oversight/week", headers=headers)


def test_each_figure_is_that_of_the_page_it_sums_up(purse):
    _whole_way(purse)
    cast, today = purse.people, clock.today()
    purse.line.refresh_from_db()
    found = weekly(cast.wang.member, today, today)
    at_bench, at_home = sorted(found.places, key=lambda row: -row.handed_in)
    assert (at_bench.organisation, at_home.organisation) == (cast.workshop.name, cast.agency.name)
    for name in ("issued", "handed_in", "accepted"):
        assert at_bench.__dict__[name] + at_home.__dict__[name] == getattr(purse.line, name)
    assert (at_bench.accepted, at_home.accepted) == (18, 10)
    assert (at_bench.earned_hao, at_home.earned_hao) == (18 * RATE, 10 * RATE)
    assert (at_bench.margin_hao, at_home.margin_hao) == (0, 10 * MARGIN)
    owed = sum(row.owed_hao for row in owing(cast.operator) if row.relation)
    assert at_bench.unpaid_hao + at_home.unpaid_hao == owed == found.money.owed_hao == 28 * RATE
    assert found.money.margin_owed_hao == margin_of(cast.agency).owed == 10 * MARGIN
    (order,) = found.orders
    assert (order.delivered, order.missing) == (purse.line.delivered, 0)
    assert {str(order.materials[key]): n for key, n in order.brought.items()} == {"红绳": 36_000}
    bill = Invoice.objects.get()
    assert (order.invoiced_hao, order.received_hao) == (bill.amount_hao, bill.received_hao)
    assert order.owed_hao == bill.owing_hao == found.money.fee_owed_hao


def test_what_is_paid_and_what_is_late_follow_and_another_week_is_empty(purse):
    _whole_way(purse)
    cast, today = purse.people, clock.today()
    purse.card(cast.zhou)
    purse.pay()
    found = weekly(cast.wang.member, today, today)
    paid = [row.amount_hao for row in Payout.objects.filter(stage="confirmed", relation__isnull=False)]
    assert found.money.paid_hao == sum(paid)
    fractions = sum(row.paid_hao for row in found.places) - sum(paid)
    assert 0 <= fractions == found.money.owed_hao < 100 * len(paid)  # parts of a fen stay owed
    assert sum(row.unpaid_hao for row in found.places) == 0
    later = today + timedelta(days=70)
    with clock.at(MORNING + timedelta(days=70)):
        quiet = weekly(cast.wang.member, later, later)
    assert (quiet.money.paid_hao, quiet.money.earned_hao) == (0, 0)
    assert sum(row.late for row in quiet.places) == late_bags(cast.wang.member, later).count()
    (order,) = quiet.orders
    assert (order.missing, order.delivered) == (30_000 - 25, 0)
    assert quiet.money.fee_late_hao == order.owed_hao > 0


def test_page_workbook_paper_and_api_say_the_same_to_the_centre_alone(purse):
    _whole_way(purse)
    cast = purse.people
    wang = cast.wang.client()
    page = wang.get(reverse("oversight:week")).content.decode()
    assert "交回 30 件，合格 28 件，交货 25 件" in page
    assert reverse("oversight:week") in wang.get(reverse("oversight:registers")).content.decode()
    book = load_workbook(BytesIO(wang.get(reverse("oversight:week_sheet")).content))
    heads, *rows = list(book.worksheets[0].values)
    assert heads[:7] == ("工坊或经纪人", "订单", "活计", "发出", "交回", "合格", "今日逾期料包")
    assert [row[5] for row in rows] == [18, 10] or [row[5] for row in rows] == [10, 18]
    assert book.sheetnames[:3] == ["工坊和经纪人", "订单", "资金"]
    paper = wang.get(reverse("oversight:week_pdf"))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    told = _asked(cast.wang).json()
    assert sum(row["accepted"] for row in told["places"]) == 28
    assert told["orders"][0]["brought"] == {"红绳": 36_000}
    for who in (cast.he, cast.luo, cast.zhou):
        for name in ("week", "week_sheet", "week_pdf"):
            assert who.client().get(reverse(f"oversight:{name}")).status_code == 403
        assert _asked(who).status_code == 403
