"""How the order of knots ends: sent, invoiced, paid to everybody, the rope given back, and who came because of it."""

from __future__ import annotations

from datetime import date

from gongfang.core import clock
from gongfang.demo import money
from gongfang.demo.making import seal_sample
from gongfang.demo.scenario.organisations import BODIES, NEWCOMERS
from gongfang.demo.scenario.products import BY_CODE
from gongfang.demo.scene import OFFICER, SECOND_OFFICER, Scene, day_after, on
from gongfang.demo.settling import open_body, staff
from gongfang.ledger.models import Account
from gongfang.pay import actions as pay
from gongfang.pay.models import Payout, PayoutBatch
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Arrival
from gongfang.work.orders.models import Invoice, OrderLine
from gongfang.work.orders.queries import to_invoice
from gongfang.work.piecework import actions as piecework

BOOKS = "luoping"


def send(scene: Scene, line: OrderLine) -> None:
    """Send everything accepted, and have the enterprise sign for it."""
    line.refresh_from_db()
    if line.accepted > line.delivered:
        pieces = line.accepted - line.delivered
        slip = piecework.deliver(scene.by(OFFICER), line, pieces=pieces, carrier="磐安邮政")
        piecework.sign_delivery(scene.by("sunli"), slip, signed_by=scene.users["sunli"].name)


def invoice_first(scene: Scene, line: OrderLine, *, due: date) -> Invoice | None:
    """Invoice what was delivered."""
    count = line.order.invoices.count() + 1
    if not to_invoice(line.order):
        return None
    return orders.invoice(scene.by(OFFICER), line.order, number=f"FP-{line.order.number}-{count}", due=due)


def receive_late_fee(scene: Scene, line: OrderLine) -> None:
    """Receive what is still open on the invoices of the order."""
    for bill in line.order.invoices.filter(stage=Invoice.Stage.OPEN).order_by("pk"):
        orders.receive_fee(
            scene.by(SECOND_OFFICER),
            bill,
            amount_hao=bill.owing_hao,
            received_on=clock.today(),
            document=f"进账单 {bill.number}",
        )


def settle_fee(scene: Scene, line: OrderLine) -> None:
    """Invoice the rest; this time the enterprise pays on the day."""
    if invoice_first(scene, line, due=day_after(clock.today(), 15)):
        receive_late_fee(scene, line)


def pay_out(scene: Scene, day: date) -> None:
    """Pay everybody: one transfer fails and is tried again, those without a card are paid in cash."""
    with on(day, 10):
        batch = money.prepare(scene, "cooperative")
        pay.approve_batch(scene.by(OFFICER), batch)
        pay.export_sheet(scene.by(BOOKS), batch)
        pay.mark_sent(scene.by(BOOKS), batch)
    with on(day, 15):
        waiting = batch.payouts.filter(stage=Payout.Stage.SENT, relation__isnull=False).order_by("pk")
        failed = pay.fail_payout(scene.by(BOOKS), waiting[waiting.count() // 2], why="账号状态异常，退汇")
        pay.confirm_payouts(scene.by(BOOKS), batch)
        money.hand_over_cash(scene, "cooperative", batch)
    with on(day, 16):
        again = pay.retry_payout(scene.by(BOOKS), failed)
        second = PayoutBatch.objects.get(pk=again.batch_id)
        pay.approve_batch(scene.by(OFFICER), second)
        pay.mark_sent(scene.by(BOOKS), second)
        pay.confirm_payouts(scene.by(BOOKS), second)


def take_back_rope(scene: Scene, line: OrderLine) -> None:
    """Send every store's leftover rope back to the enterprise."""
    rope = line.order.materials.select_related("material").get()
    stores = Account.objects.filter(
        purpose="store", commodity=f"material:{line.order_id}:{rope.material_id}", balance__gt=0
    ).order_by("holder_id")
    for number, account in enumerate(stores, start=1):
        orders.return_material(
            scene.by(OFFICER),
            line.order,
            number=f"{line.order.number}-T{number}",
            rows=[Arrival(rope.material, account.balance)],
            store=Organisation.objects.get(pk=account.holder_id),
        )


def come_after(scene: Scene) -> None:
    """Two enterprises that heard of the knots place their first orders."""
    for number, (body, product) in enumerate(zip(NEWCOMERS, ("fu-knot", "pan-chang"), strict=True), start=1):
        make, version = BY_CODE[product], scene.versions[product]
        enterprise = scene.bodies[body.key] = open_body(scene, body, len(BODIES) + number)
        staff(scene, body.key, "buyer")
        seal_sample(scene, version, body.key)
        contract = orders.sign_contract(
            scene.by(OFFICER),
            scene.bodies["cooperative"],
            enterprise=enterprise,
            number=f"HT-XK-{number}",
            signed_on=clock.today(),
        )
        order = orders.open_order(scene.by(OFFICER), contract, due=day_after(clock.today(), 30))
        orders.add_line(scene.by(OFFICER), order, version=version, pieces=1_500, fee_hao=make.fee)
        orders.place_order(scene.by(OFFICER), order)
