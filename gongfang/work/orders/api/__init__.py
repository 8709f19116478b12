"""Orders for machines, split by noun."""

from ninja import Router

from gongfang.work.orders.api import agreements, amendments, fees, inspection, orders, products, stores

router = Router(tags=["orders"])
for part in (products, inspection, agreements, fees, orders, amendments, stores):
    router.add_router("", part.router)
