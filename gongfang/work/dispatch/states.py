"""How lots, offers and plans move from stage to stage."""

from gongfang.core.states import Chart

LOT = Chart(
    "lot",
    {
        "close_lot": (("open",), "closed"),
        "take_back_share": (("open",), "cancelled"),
        "reopen_lot": (("closed",), "open"),
    },
)

OFFER = Chart(
    "offer",
    {
        "accept_offer": (("open",), "accepted"),
        "not_this_time": (("open",), "not_now"),
        "withdraw_offer": (("open",), "withdrawn"),
        "expire_offers": (("open",), "expired"),
    },
)

PLAN = Chart(
    "plan",
    {
        "record_plan": (("planning",), "draft"),
        "publish_plan": (("draft", "publishing"), "publishing"),
        "end_publishing": (("publishing",), "published"),
        "discard_plan": (("planning", "draft"), "discarded"),
    },
)
