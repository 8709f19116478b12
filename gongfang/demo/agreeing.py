"""From the enquiry to the placed order, from wherever a visitor has left it."""

from __future__ import annotations

from gongfang.core import clock
from gongfang.demo.making import seal_sample
from gongfang.demo.scenario.products import BY_CODE
from gongfang.demo.scene import OFFICER, Scene
from gongfang.oversight.codes import CONCENTRIC
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Contract, Enquiry, Order, OrderLine, Quote

WAGE_HAO = 5_025
NUMBER = "HY-2022-001"


def knot_line() -> OrderLine | None:
    """Return the line of the order of knots, if it is placed."""
    lines = OrderLine.objects.filter(version__product__code=CONCENTRIC, stage__in=("open", "closed"))
    return lines.select_related("order", "step").order_by("pk").first()


def agree(scene: Scene) -> OrderLine:
    """Quote, seal the sample, sign and place the order of knots; what is done already stays as it is."""
    offer = _accepted(scene)
    seal_sample(scene, offer.version, "hongyun", offer=offer)
    order = Order.objects.filter(quote=offer).exclude(stage=Order.Stage.CANCELLED).first()
    if order is None:
        order = orders.open_order(scene.by(OFFICER), _signed(scene), offer=offer, number=NUMBER)
    if order.stage == Order.Stage.DRAFT:
        orders.place_order(scene.by(OFFICER), order)
    return order.lines.select_related("order", "step").get()


def _accepted(scene: Scene) -> Quote:
    enquiry = Enquiry.objects.filter(enterprise=scene.bodies["hongyun"]).order_by("-pk")[0]
    live = enquiry.quotes.exclude(stage=Quote.Stage.DECLINED).order_by("-pk")
    offer = live.filter(stage=Quote.Stage.ACCEPTED).first() or live.first() or _quoted(scene, enquiry)
    if offer.stage == Quote.Stage.DRAFT:
        offer = orders.send_quote(scene.by(OFFICER), offer)
    if offer.stage == Quote.Stage.SENT:
        offer = orders.accept_quote(scene.by("sunli"), offer)
    return offer


def _quoted(scene: Scene, enquiry: Enquiry) -> Quote:
    make = BY_CODE[CONCENTRIC]
    return orders.quote(
        scene.by(OFFICER),
        enquiry,
        version=scene.versions[CONCENTRIC],
        fee_hao=make.fee,
        wage_hao=WAGE_HAO,
        margin_hao=make.margin,
        material="5号韩国丝绳由贵方提供，每个 1.6 米，另备百分之五损耗",
    )


def _signed(scene: Scene) -> Contract:
    enterprise, operator = scene.bodies["hongyun"], scene.bodies["cooperative"]
    found = Contract.objects.filter(enterprise=enterprise, operator=operator).first()
    return found or orders.sign_contract(
        scene.by(OFFICER), operator, enterprise=enterprise, number=f"HT-{NUMBER}", signed_on=clock.today()
    )
