"""Sharing out for machines: every verb of the pages, by the same actions, split by noun."""

from ninja import Router

from gongfang.work.dispatch.api import plans, sharing

router = Router(tags=["dispatch"])
for part in (sharing, plans):
    router.add_router("", part.router)
