"""What an operator files and how its orders stand: from the rows, equal to slips, invoices and the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from gongfang.core import clock
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.models import Entry
from gongfang.pay import access, actions
from gongfang.pay.models import Payout, Slip, SlipTake
from gongfang.pay.order_books import order_books
from gongfang.pay.queries import margin_of, owing
from gongfang.pay.statements import statement
from gongfang.pay.summing import fees_of_year
from gongfang.pay.withheld import filing
from gongfang.registry.people.models import Look
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Invoice, Order
from gongfang.work.piecework import actions as piecework
from tests.pay.conftest import MARGIN, RATE, differences
from tests.pay.test_api import ask  # noqa: F401 -- a fixture

BONUS = 9_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def earn_much(purse) -> None:
    """A month in which 周 earns beyond what is free of tax, and 林 less."""
    cast = purse.people
    said = purse.earn(cast.zhou, 100)
    bonus = actions.add_earning(
        cast.luo.by(),
        said.hand_in.bag.lot.relation,
        kind="bonus",
        amount_hao=BONUS,
        reason="赶工",
        document="奖励单",
    )
    actions.approve_earning(cast.wang.by(), bonus)
    purse.earn(cast.lin, 100)
    purse.slips()


def test_the_tax_list_says_who_earned_what_and_by_when_it_is_filed(purse):
    earn_much(purse)
    luo, operator = purse.people.luo, purse.operator
    found = filing(operator, clock.today())
    zhou, lin = sorted(found.rows, key=lambda row: -row.gross_hao)
    assert (zhou.gross_hao, lin.gross_hao, lin.tax_hao) == (100 * RATE + BONUS, 100 * RATE, 0)
    assert (
        zhou.tax_hao
        == SlipTake.objects.get(kind="tax").amount_hao
        == (100 * RATE + BONUS - 8_000_000) // 5 // 100 * 100
    )
    assert (found.month, found.due) == (date(2026, 11, 1), date(2026, 12, 15))
    page = luo.client().get(reverse("pay:tax_list", args=[operator.pk])).content.decode()
    assert zhou.relation.resident.id_number.reveal() not in page
    assert "2026-11" in page
    actions.cancel_slip(luo.by(), Slip.objects.get(relation=zhou.relation), why="重出")
    assert [row.relation for row in filing(operator, clock.today()).rows] == [lin.relation]
    assert filing(operator, date(2026, 12, 3)).rows == []


def test_the_list_in_full_is_an_act_of_who_keeps_the_books_and_everybody_reads_it(purse, ask):  # noqa: F811
    earn_much(purse)
    cast, operator = purse.people, purse.operator
    url = reverse("pay:take_out_tax_list", args=[operator.pk])
    told = {"month": "2026-11-30", "key": "0b3f9a58-0f5e-4c0f-9a66-7a4a2a2d9c11"}
    taken = cast.luo.client().post(url, told)
    assert taken["Content-Type"] == XLSX
    _heads, *rows = load_workbook(BytesIO(taken.content)).worksheets[0].values
    assert {row[1] for row in rows} == {maker.row.id_number.reveal() for maker in (cast.zhou, cast.lin)}
    assert Entry.objects.filter(verb="take_out_tax_list", actor=cast.luo.user).count() == 1
    looks = Look.objects.filter(resident=cast.zhou.row, page="tax_list", viewer=cast.luo.user)
    assert looks.exclude(purpose="").exists()
    masked = load_workbook(
        BytesIO(cast.qian.client().get(reverse("pay:tax_sheet", args=[operator.pk])).content)
    )
    assert cast.zhou.row.id_number.reveal() not in str(list(masked.worksheets[0].values))
    assert cast.qian.client().post(url, told | {"key": "1b3f9a58-0f5e-4c0f-9a66-7a4a2a2d9c11"}).status_code in (
        302, 403,
    )  # fmt: skip
    assert Entry.objects.filter(verb="take_out_tax_list").count() == 1
    path = f"/operators/{operator.pk}/tax"
    assert ask(cast.qian, path, {"month": "2026-11-02"})[0] == 403
    status, full = ask(cast.luo, path, {"month": "2026-11-02"})
    assert (status, {row["name"] for row in full["rows"]}) == (
        200, {maker.row.name.reveal() for maker in (cast.zhou, cast.lin)},
    )  # fmt: skip
    assert "name" not in ask(cast.qian, path)[1]["rows"][0]
    with pytest.raises(Refused, match="Choose another month"):
        actions.take_out_tax_list(cast.luo.by(), operator, month=date(2026, 9, 1))


def test_an_order_says_what_it_brought_and_what_it_cost_and_a_second_look_moves_it(purse, ask):  # noqa: F811
    cast, order = purse.people, Order.objects.get(number="K-30000")
    wire = orders.add_material(cast.wang.by(), None, code="wire", name="铁丝", unit_kind="mm")
    rows = [orders.Arrival(wire, 20_000, value_hao_per_1000=500)]
    orders.receive_material(
        cast.luo.by(), order, number="SH-1", rows=rows, store=cast.operator, costs_hao=70_000
    )
    order.materials.update(ownership="ours")
    said = purse.earn(cast.zhou, 20, accepted=17)
    purse.earn_at_home(10)
    actions.correct_verdict(cast.he.by(), said, accepted=18, rework=0, rejected=2, reason="这一个是好的")
    purse.line.refresh_from_db()
    piecework.deliver(cast.luo.by(), purse.line, pieces=28)
    bill = orders.invoice(
        cast.luo.by(), order, number="FP-1", due=clock.today() + timedelta(days=9), amount_hao=200_000
    )
    orders.receive_fee(cast.wang.by(), bill, amount_hao=50_000, received_on=clock.today(), document="回单")
    (book,) = order_books([order])
    purse.line.refresh_from_db()
    assert book.fee_hao == purse.line.earned_hao == 28 * 9_000
    assert (book.received_hao, book.open_hao) == (50_000, Invoice.objects.get().owing_hao)
    assert book.unbilled_hao == 28 * 9_000 - 200_000
    assert book.wages_hao == 28 * RATE == sum(row.owed_hao for row in owing(cast.operator) if row.relation)
    assert book.margin_hao == 10 * MARGIN == margin_of(cast.agency).owed
    assert (book.material_hao, book.freight_hao) == (10_000, 70_000)
    (row,) = statement(order)
    assert (row.accepted, row.wages_hao) == (purse.line.accepted, book.wages_hao)
    assert book.left_hao == 28 * 9_000 - 28 * RATE - 10 * MARGIN - 80_000
    page = cast.luo.client().get(reverse("pay:order_books", args=[cast.operator.pk]))
    assert (page.status_code, "K-30000" in page.content.decode()) == (200, True)
    sheet = cast.luo.client().get(reverse("pay:order_books_sheet", args=[cast.operator.pk]))
    assert sheet["Content-Type"] == XLSX
    told = ask(cast.luo, f"/operators/{cast.operator.pk}/orders")[1]["items"]
    assert told[0]["left_hao"] == book.left_hao
    assert cast.he.client().get(reverse("pay:order_books", args=[cast.operator.pk])).status_code == 404


def test_fees_paid_are_counted_by_agent_and_year_hand_and_machine_apart(purse, ask):  # noqa: F811
    cast = purse.people
    purse.earn(cast.zhou, 20)
    purse.earn_at_home(10)
    purse.pay()
    by_hand = {row.organisation: row for row in fees_of_year(access.earners(cast.wang.member), 2026)}
    assert by_hand[cast.workshop].hand_hao == 20 * RATE
    agent = by_hand[cast.agency]
    assert (agent.hand_hao, agent.machine_hao, agent.makers) == (10 * RATE, 0, 1)
    paid = Payout.objects.get(organisation=cast.agency)
    assert (agent.margin_hao, agent.reward_hao) == (paid.amount_hao, 0)
    assert fees_of_year(access.earners(cast.wang.member), 2025) == []
    actions.set_rule(
        cast.wang.by(), None, key="agent_reward", value={"steps": [[10**9, 20_000, 5_000], [10**9, 90_000, 9_000]]},
        valid_from=date(2026, 1, 1), document="奖励办法",
    )  # fmt: skip
    purse.line.step.__class__.objects.filter(pk=purse.line.step_id).update(method="machine")
    (own,) = fees_of_year(access.earners(cast.wu.member), 2026)
    assert (own.organisation, own.hand_hao, own.machine_hao) == (cast.agency, 0, 10 * RATE)
    assert own.reward_hao == 5_000
    page = cast.qian.client().get(reverse("pay:fees")).content.decode()
    assert cast.agency.name in page
    assert cast.workshop.name in page
    rules = cast.wang.client().get(reverse("pay:rules")).content.decode()
    assert "0.5" in rules
    book = load_workbook(BytesIO(cast.wu.client().get(reverse("pay:fees_sheet")).content))
    assert [row[0] for row in book.worksheets[0].values][1:] == [cast.agency.name]
    assert ask(cast.wu, "/fees?year=2026")[1]["items"][0]["machine_hao"] == 10 * RATE
    assert cast.zhou.client().get(reverse("pay:fees")).status_code == 403
    with pytest.raises(Refused, match="Write this rule as"):
        actions.set_rule(
            cast.wang.by(), None, key="agent_reward", value={"steps": [[1, 2]]}, valid_from=date(2026, 2, 1),
            document="奖励办法",
        )  # fmt: skip


def test_an_agent_is_given_margin_ahead_and_it_is_set_off_against_what_is_earned(purse, ask):  # noqa: F811
    cast, operator, agency = purse.people, purse.operator, purse.people.agency
    asked = actions.ask_margin_advance(
        cast.wu.by(), agency, operator=operator, amount_hao=20_000, reason="油费"
    )
    with pytest.raises(Refused, match="One at a time"):
        actions.ask_margin_advance(cast.wu.by(), agency, operator=operator, amount_hao=100, reason="再要")
    with pytest.raises(NotAllowed):
        actions.approve_margin_advance(cast.wu.by(), asked)
    own = actions.ask_margin_advance(
        cast.wang.by(), cast.workshop, operator=operator, amount_hao=100, reason="运费"
    )
    with pytest.raises(Refused):
        actions.approve_margin_advance(cast.wang.by(), own)
    assert ask(cast.he, f"/margin-advances/{own.pk}/refuse", {"why": "不要了"})[1]["stage"] == "refused"
    given = actions.approve_margin_advance(cast.luo.by(), asked)
    assert margin_of(agency).owed == 20_000
    purse.pay()
    assert (margin_of(agency).owed, margin_of(agency).paid) == (0, 20_000)
    with pytest.raises(Refused, match=r"At most ¥0\.00"):
        actions.set_off_margin(cast.luo.by(), given, amount_hao=1)
    purse.earn_at_home(10)
    assert margin_of(agency).owed == 10 * MARGIN
    page = cast.luo.client().get(reverse("pay:advances")).content.decode()
    assert reverse("pay:set_off_margin", args=[given.pk]) in page
    assert agency.name in page
    status, told = ask(cast.luo, f"/margin-advances/{given.pk}/set-off", {"amount_hao": 10 * MARGIN})
    assert (status, told["set_off_hao"], told["stage"]) == (200, 10 * MARGIN, "approved")
    assert margin_of(agency).owed == 0
    purse.earn_at_home(100)
    actions.set_off_margin(cast.luo.by(), given, amount_hao=20_000 - 10 * MARGIN)
    given.refresh_from_db()
    assert (given.stage, given.left_hao) == ("closed", 0)
    assert margin_of(agency).owed == 110 * MARGIN - 20_000
    shown = cast.wu.client().get(reverse("pay:margin", args=[agency.pk])).content.decode()
    assert "油费" in shown
    assert differences() == []
    with pytest.raises(Refused, match="has no work of"):
        actions.ask_margin_advance(
            cast.wang.by(), cast.enterprise, operator=operator, amount_hao=100, reason="运费"
        )
