"""How bags and hand-ins move from stage to stage."""

from gongfang.core.states import Chart

BAG = Chart(
    "bag",
    {
        "issue_bags": (("packed",), "out"),
        "unpack_bags": (("packed",), "cancelled"),
        "cancel_issue": (("out",), "packed"),
        "hand_in": (("out",), "out"),
        "close": (("out",), "closed"),
    },
)

HAND_IN = Chart(
    "hand_in",
    {
        "inspect": (("waiting",), "inspected"),
        "cancel_hand_in": (("waiting",), "cancelled"),
    },
)

CLAIM = Chart(
    "claim",
    {outcome: (("open",), outcome) for outcome in ("mended", "replaced", "credited", "refused")},
)
