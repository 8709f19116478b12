"""Orders for machines, split by noun."""

from ninja import Router

from gongfang.work.orders.api import agreements, fees, orders, products

router = Router(tags=["orders"])
for part in (products, agreements, fees, orders):
    router.add_router("", part.router)
