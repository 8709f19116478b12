"""One order by hand, from the enquiry to the money, each step by whoever does it, on a phone, in Chinese.

Nothing is done behind the pages' back, except what the queue does.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gongfang.core import clock
from gongfang.ledger.reconcile import reconcile
from gongfang.pay.models import Payout, PayoutBatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.piecework.models import Bag, HandIn
from tests.cast import People, bank_card
from tests.journeys.conftest import Door, carry_out_long_work

pytestmark = pytest.mark.journey


@pytest.fixture
def later() -> str:
    return (clock.today() + timedelta(days=30)).isoformat()


def test_an_order_from_enquiry_to_payout(let_in: Door, town, later):
    what_is_made(let_in)
    asked_and_quoted(let_in, later)
    sampled_and_signed(let_in)
    ordered(let_in, later)
    shared_out(let_in, town)
    taken(let_in, town)
    planned_and_accepted(let_in, town)
    out_and_back(let_in)
    inspected(let_in)
    delivered_and_invoiced(let_in, later)
    paid(let_in, town)
    assert reconcile().differences == ()
    assert let_in.complaints() == []


def what_is_made(let_in: Door) -> None:
    """The officer enters the skill, the material, the product, how it is made and what a piece earns."""
    officer = let_in("wang")
    officer.open("/people/skill-kinds/new/")
    officer.type(name="编结", code="knotting")
    officer.send()
    officer.open("/orders/materials/new/")
    officer.type(name="红绳", code="cord", unit_kind="mm")
    officer.send()
    officer.open("/orders/products/new/")
    officer.type(name="中国结", code="knot", category="手工编织")
    officer.send()
    officer.type(name="编结", standard_seconds="180", bag_pieces="30", amount_1="1200", point_1="结面平整")
    officer.choose("skill", "编结")
    officer.choose("material_1", "红绳")
    officer.send()
    officer.press("定新工价")
    officer.type(hao="0.55", valid_from=clock.today().isoformat(), document="双溪合作社单价表1号")
    officer.send()
    officer.sees("0.55")


def asked_and_quoted(let_in: Door, later: str) -> None:
    """The enterprise asks, the officer quotes within the day, the enterprise accepts."""
    buyer, officer = let_in("sun"), let_in("wang")
    buyer.press("我要询价")
    buyer.type(product="中国结，红色", pieces="100", due=later)
    buyer.send()
    officer.open("/")
    officer.sees("待报价")
    officer.open("/orders/enquiries/")
    officer.press("中国结，红色")
    officer.press("做报价")
    officer.choose("version", "中国结")
    officer.type(fee_hao="0.80", wage_hao="0.55", margin_hao="0.05", material="红绳由企业提供")
    officer.send()
    officer.sees("¥11.00")
    officer.press("发出报价")
    buyer.open("/")
    buyer.sees("1 份报价等您答复")
    buyer.open("/orders/enquiries/")
    buyer.press("中国结，红色")
    buyer.page.locator("main table a").first.click()
    buyer.press("接受报价")


def sampled_and_signed(let_in: Door) -> None:
    """Both sides approve the same sample; the operator signs with the enterprise."""
    officer, buyer, operator = let_in("wang"), let_in("sun"), let_in("luo")
    officer.open("/orders/samples/new/")
    officer.choose("enterprise", "东阳中国结有限公司")
    officer.choose("version", "中国结")
    officer.send()
    buyer.open("/orders/samples/")
    buyer.page.locator("main table a").first.click()
    buyer.page.locator("main form.verb button.main").click()
    officer.open("/orders/samples/")
    officer.page.locator("main table a").first.click()
    officer.page.locator("main form.verb button.main").click()
    officer.sees("封样")
    operator.open("/orders/contracts/new/")
    operator.choose("operator", "双溪来料加工专业合作社")
    operator.choose("enterprise", "东阳中国结有限公司")
    operator.type(number="HT-001", signed_on=clock.today().isoformat())
    operator.send()


def ordered(let_in: Door, later: str) -> None:
    """The operator opens the order out of the quote, places it, and the material comes to the workshop's store."""
    operator = let_in("luo")
    operator.open("/orders/new/")
    operator.choose("contract", "HT-001")
    operator.choose("offer", "中国结")
    operator.type(due=later)
    operator.send()
    operator.press("正式下单")
    order = Order.objects.get()
    operator.open(f"/orders/{order.pk}/receive/")
    operator.choose("store", "双溪共富工坊")
    operator.type(number="SH-001", received_on=clock.today().isoformat())
    operator.page.locator("main [name^='amount_']").first.fill("120000")
    operator.send()


def shared_out(let_in: Door, town: People) -> None:
    """The officer gives all of the line to the workshop, with the margin it earns."""
    officer = let_in("wang")
    officer.open(f"/dispatch/lines/{OrderLine.objects.get().pk}/")
    officer.choose("organisation", "双溪共富工坊")
    officer.type(pieces="100", margin_hao="0.05")
    officer.send()
    officer.sees("已经全部分出去")


def taken(let_in: Door, town: People) -> None:
    """周桂花 comes to the desk and takes 20; 林秀英 writes her skill, her wish and her card down herself."""
    clerk, manager, maker = let_in("chen"), let_in("he"), let_in("lin")
    for person in (town.zhou, town.lin):
        manager.open(f"/people/residents/{person.row.pk}/skill/")
        manager.choose("kind", "编结")
        manager.send()
    maker.open(f"/people/residents/{town.lin.row.pk}/wish/")
    maker.type(minutes_a_day="240", pieces_a_week="200")
    maker.send()
    maker.open(f"/people/residents/{town.lin.row.pk}/card/")
    maker.type(holder_name="林秀英", number=bank_card(), bank="浙江农商银行")
    maker.send()
    share = Lot.objects.get(parent=None)
    clerk.open(f"/dispatch/lots/{share.pk}/")
    clerk.choose("maker", "周桂花")
    clerk.page.locator(f"form[action='/dispatch/lots/{share.pk}/claim/'] [name='pieces']").fill("20")
    clerk.press("登记")
    taken = Lot.objects.get(maker=town.zhou.row)
    clerk.open(f"/dispatch/lots/{taken.pk}/")
    clerk.type(how="slip", document="领料单1号")
    clerk.press("保存确认")


def planned_and_accepted(let_in: Door, town: People) -> None:
    """The manager has the rest planned; 林秀英 is offered work and takes 30 of it."""
    manager, maker = let_in("he"), let_in("lin")
    manager.open(f"/dispatch/workshops/{town.workshop.pk}/")
    manager.press("排单")
    manager.page.wait_for_url("**/dispatch/plans/**")
    carry_out_long_work()
    manager.page.get_by_role("button", name="发出派单").click()
    manager.page.wait_for_load_state()
    carry_out_long_work()
    maker.open("/")
    maker.sees("1 份派单等您答复")
    maker.press("有什么活")
    maker.sees("0.55")
    maker.sees("不收押金")
    maker.type(pieces="30")
    maker.press("接单")
    maker.open("/")
    maker.sees("您还有 30 件要做")


def out_and_back(let_in: Door) -> None:
    """The clerk packs, issues, takes in; two pieces come back unmade."""
    clerk = let_in("chen")
    clerk.open("/")
    clerk.sees("人等着配料")
    clerk.open("/piecework/pack/")
    for box in clerk.page.locator("main label.check").all():
        box.click()
    clerk.send()
    for box in clerk.page.locator("main label.check").all():
        box.click()
    clerk.send()
    hers = Bag.objects.get(pieces=30)
    clerk.open("/piecework/hand-in/")
    for bag in Bag.objects.all():
        clerk.page.locator(f"[name='bag_{bag.pk}']").fill("28" if bag == hers else "20")
    clerk.send()
    clerk.open(f"/piecework/{hers.pk}/give-back/")
    clerk.type(pieces="2")
    clerk.send()
    hers.refresh_from_db()
    assert (hers.handed_in, hers.given_back) == (28, 2)


def inspected(let_in: Door) -> None:
    """The inspector, who issued nothing, accepts 26 and 20; two pieces are mended and accepted then."""
    inspector, clerk, maker = let_in("zhao"), let_in("chen"), let_in("lin")
    verdict(inspector, HandIn.objects.get(pieces=20), accepted="20")
    verdict(inspector, HandIn.objects.get(pieces=28), accepted="26", rework="2", reason="结面不平")
    maker.open("/piecework/mine/")
    maker.sees("2")
    clerk.open("/piecework/hand-in/mended/")
    clerk.page.locator("[name^='bag_']").fill("2")
    clerk.send()
    verdict(inspector, HandIn.objects.get(mended=True), accepted="2")
    assert Bag.objects.get(pieces=30).stage == Bag.Stage.CLOSED


def verdict(inspector, hand_in: HandIn, **numbers: str) -> None:
    inspector.open(f"/piecework/inspect/{hand_in.pk}/")
    inspector.type(**numbers)
    inspector.tick("是")
    inspector.send()
    hand_in.refresh_from_db()
    assert hand_in.stage == HandIn.Stage.INSPECTED


def delivered_and_invoiced(let_in: Door, later: str) -> None:
    """The operator sends and invoices 48 pieces; the buyer signs; the officer books the money."""
    operator, buyer, officer = let_in("luo"), let_in("sun"), let_in("wang")
    operator.open(f"/piecework/lines/{OrderLine.objects.get().pk}/deliver/")
    operator.type(pieces="48", carrier="县邮政")
    operator.send()
    buyer.open("/")
    buyer.sees("1 批货等您签收")
    buyer.open("/piecework/deliveries/")
    buyer.page.locator("main table a").first.click()
    buyer.page.locator("main .actions a.main").click()
    buyer.type(signed_by="孙丽")
    buyer.send()
    operator.open(f"/orders/{Order.objects.get().pk}/")
    operator.press("开账单")
    operator.type(number="FP-001", due=later)
    operator.send()
    officer.open("/orders/invoices/")
    officer.page.locator("main table a").first.click()
    officer.press("登记企业付款")
    officer.type(amount_hao="38.40", received_on=clock.today().isoformat(), document="银行回单88")
    officer.send()
    officer.sees("¥0.00")
    assert re.search(r"/orders/invoices/\d+/", officer.path)


def paid(let_in: Door, town: People) -> None:
    """The operator draws up slips and prepares, the officer approves, the bank pays, cash is witnessed."""
    operator, officer, maker = let_in("luo"), let_in("wang"), let_in("lin")
    operator.open(f"/pay/operators/{town.operator.pk}/slips/")
    operator.send()
    operator.open(f"/pay/operators/{town.operator.pk}/prepare/")
    operator.send()
    batch = PayoutBatch.objects.get()
    officer.open("/")
    officer.sees("待复核")
    officer.open(f"/pay/batches/{batch.pk}/")
    officer.press("复核通过")
    operator.open(f"/pay/batches/{batch.pk}/")
    with operator.page.expect_download() as sheet:
        operator.page.locator("form[action$='/bank-sheet/'] button").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    operator.page.locator("details.sure summary").first.click()
    operator.page.locator("form[action$='/sent/'] button").click()
    operator.open(f"/pay/batches/{batch.pk}/confirm/")
    operator.type(paid_on=clock.today().isoformat())
    operator.send()
    cash = Payout.objects.get(relation__resident=town.zhou.row)
    operator.open(f"/pay/payouts/{cash.pk}/cash/")
    operator.choose("witness", "李强")
    operator.type(document="现金签收单1号")
    operator.send()
    maker.open("/")
    maker.press_tile("我的钱")
    maker.sees("¥15.40")
    maker.page.locator("main table a").first.click()
    maker.sees("读给我听")
    maker.page.locator("main table a").first.click()
    maker.sees("双溪合作社单价表1号")
    for payout in Payout.objects.exclude(organisation__isnull=False):
        assert payout.stage == Payout.Stage.CONFIRMED
