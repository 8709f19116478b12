"""Products, enquiries, quotes, samples, contracts, orders, material and fees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gongfang.core import clock
from gongfang.work.orders import actions as orders
from tests.attack.api.asking.place import Ask, Place, Request, asks, post
from tests.attack.api.worlds import due

# --- products and agreements --------------------------------------------------------------------------------------


@asks("add_material")
def _(place: Place) -> Ask:
    return post("/api/orders/materials", code="bead", name="珠子", unit_kind="piece")


@asks("add_product")
def _(place: Place) -> Ask:
    return post("/api/orders/products", code="tassel", name="流苏")


@asks("publish_version")
def _(place: Place) -> Ask:
    recipe = [{"material_id": place.county.cord.pk, "amount": 900}]
    steps = [{"name": "编结", "skill": "knotting", "standard_seconds": 120, "recipe": recipe}]
    return post(f"/api/orders/products/{place.world.version.product_id}/versions", steps=steps)


@asks("set_rate")
def _(place: Place) -> Ask:
    day = (clock.today() + timedelta(days=1)).isoformat()
    path = f"/api/orders/steps/{place.county.step.pk}/rates"
    return post(path, hao=6000, valid_from=day, document="单价表2号")


@asks("set_inspection_plan")
def _(place: Place) -> Ask:
    path = f"/api/orders/steps/{place.county.step.pk}/inspection-plans"
    return post(path, kind="sample", valid_from=clock.today().isoformat(), document="质检办法")


@asks("add_defect_kind")
def _(place: Place) -> Ask:
    return post(f"/api/orders/steps/{place.county.step.pk}/defect-kinds", name="结形松散")


@asks("retire_defect_kind")
def _(place: Place) -> Ask:
    kind = orders.add_defect_kind(place.county.second.by(), place.county.step, name="色差")
    return post(f"/api/orders/defect-kinds/{kind.pk}/retire")


@asks("enquire")
def _(place: Place) -> Ask:
    facts = {"product": "红结", "pieces": 100, "due": due().isoformat()}
    return post("/api/orders/enquiries", enterprise_id=place.world.enterprise.pk, **facts)


@asks("close_enquiry")
def _(place: Place) -> Ask:
    return post(f"/api/orders/enquiries/{place.enquiry().pk}/close", reason="不做了")


@asks("quote")
def _(place: Place) -> Ask:
    path = f"/api/orders/enquiries/{place.enquiry().pk}/quotes"
    return post(path, version_id=place.world.version.pk, fee_hao=8000, wage_hao=5500)


@asks("send_quote")
def _(place: Place) -> Ask:
    return post(f"/api/orders/quotes/{place.quoted().pk}/send")


@asks("accept_quote")
def _(place: Place) -> Ask:
    return post(f"/api/orders/quotes/{place.sent().pk}/accept", document="来函1号")


@asks("decline_quote")
def _(place: Place) -> Ask:
    return post(f"/api/orders/quotes/{place.sent().pk}/decline", document="来函2号")


@asks("make_sample")
def _(place: Place) -> Ask:
    both = {"enterprise_id": place.world.enterprise.pk, "version_id": place.world.version.pk}
    return post("/api/orders/samples", **both)


@asks("approve_sample_for_enterprise")
def _(place: Place) -> Ask:
    return post(f"/api/orders/samples/{place.sample().pk}/approve-for-enterprise")


@asks("approve_sample_for_centre")
def _(place: Place) -> Ask:
    return post(f"/api/orders/samples/{place.sample().pk}/approve-for-centre")


@asks("refuse_sample")
def _(place: Place) -> Ask:
    return post(f"/api/orders/samples/{place.sample().pk}/refuse", reason="绳尾太长")


@asks("sign_contract")
def _(place: Place) -> Ask:
    return post(
        "/api/orders/contracts", enterprise_id=place.world.enterprise.pk, operator_id=place.world.operator.pk,
        number="HT-2", signed_on=clock.today().isoformat(),
    )  # fmt: skip


# --- orders -------------------------------------------------------------------------------------------------------


@asks("open_order")
def _(place: Place) -> Ask:
    return post("/api/orders/", contract_id=place.world.contract.pk, due=due().isoformat())


@asks("add_line")
def _(place: Place) -> Ask:
    path = f"/api/orders/{place.draft().pk}/lines"
    return post(path, version_id=place.world.version.pk, pieces=10, fee_hao=8000)


@asks("drop_line")
def _(place: Place) -> Ask:
    return post(f"/api/orders/lines/{place.draft().lines.get().pk}/drop")


@asks("place_order")
def _(place: Place) -> Ask:
    return post(f"/api/orders/{place.draft().pk}/place")


@asks("close_order")
def _(place: Place) -> Ask:
    return post(f"/api/orders/{place.placed().pk}/close")


@asks("amend_order")
def _(place: Place) -> Ask:
    order = place.placed()
    changes = [{"line_id": order.lines.get().pk, "pieces": 60}]
    return post(f"/api/orders/{order.pk}/amendments", reason="追加", document="补充协议1号", changes=changes)


@asks("reopen_order")
def _(place: Place) -> Ask:
    order = orders.close_order(place.county.second.by(), place.placed())
    return post(f"/api/orders/{order.pk}/reopen", reason="企业又要")


@asks("cancel_order")
def _(place: Place) -> Ask:
    return post(f"/api/orders/{place.placed().pk}/cancel", reason="企业撤单")


def _slip(place: Place) -> dict[str, Any]:
    return {"number": "SH-2", "rows": [{"material_id": place.county.cord.pk, "amount": 1200}]}


@asks("receive_material")
def _(place: Place) -> Ask:
    return post(f"/api/orders/{place.order.pk}/receipts", **_slip(place))


@asks("return_material")
def _(place: Place) -> Ask:
    return post(f"/api/orders/{place.order.pk}/returns", **_slip(place))


@asks("return_offcuts")
def _(place: Place) -> Ask:
    rows = [{"material_id": place.county.cord.pk, "amount": 1200}]
    path = f"/api/orders/{place.trimmed().pk}/offcuts"
    return post(path, number="BJ-1", rows=rows, store_id=place.unit.organisation.pk)


@asks("cancel_receipt")
def _(place: Place) -> Ask:
    rows = [orders.Arrival(place.county.cord, 1200)]
    slip = orders.receive_material(place.world.books.by(), place.order, number="SH-9", rows=rows)
    return post(f"/api/orders/receipts/{slip.pk}/cancel", reason="送错")


@asks("set_ownership")
def _(place: Place) -> Ask:
    path = f"/api/orders/{place.placed().pk}/materials/{place.county.cord.pk}/ownership"
    return post(path, ownership="ours")


@asks("allow_substitute")
def _(place: Place) -> Ask:
    silk = orders.add_material(place.county.officer.by(), None, code="silk", name="丝绳", unit_kind="mm")
    item = place.county.step.recipe.get()
    path = f"/api/orders/recipe/{item.pk}/substitutes"
    return post(path, material_id=silk.pk, amount=1300, document="来函3号")


@asks("take_stock")
def _(place: Place) -> Ask:
    row = {"material_id": place.county.cord.pk, "counted": 1200, "reason": "受潮"}
    return post(f"/api/orders/{place.order.pk}/stocktakes", rows=[row])


@asks("book_stocktake")
def _(place: Place) -> Ask:
    return post(f"/api/orders/stocktakes/{place.counted().pk}/book")


@asks("discard_stocktake")
def _(place: Place) -> Ask:
    return post(f"/api/orders/stocktakes/{place.counted().pk}/discard")


@asks("bill_material")
def _(place: Place) -> Ask:
    return post(f"/api/orders/{place.used_own().pk}/material-bills", number="FP-L1", due=due().isoformat())


@asks("invoice")
def _(place: Place) -> Ask:
    place.delivered()
    return post(f"/api/orders/{place.order.pk}/invoices", number="FP-2", due=due().isoformat())


@asks("receive_fee")
def _(place: Place) -> Ask:
    path = f"/api/orders/invoices/{place.bill().pk}/payments"
    return post(path, amount_hao=1000, received_on=clock.today().isoformat(), document="回单1号")


@asks("cancel_invoice")
def _(place: Place) -> Ask:
    return post(f"/api/orders/invoices/{place.bill().pk}/cancel", reason="抬头写错")


@asks("refund_fee")
def _(place: Place) -> Ask:
    note = place.refundable()
    return post(f"/api/orders/credits/{note.pk}/refund", document="回单9号")


@asks("remind")
def _(place: Place) -> Ask:
    bill = place.bill()
    bill.due = clock.today() - timedelta(days=5)
    bill.save(update_fields=["due"])
    return post(f"/api/orders/invoices/{bill.pk}/reminders")


@asks("set_reminders")
def _(place: Place) -> Ask:
    body = {"levels": [{"days": 5, "text": "请付款"}], "document": "催款办法"}
    return Request("PUT", "/api/orders/reminders", body)
