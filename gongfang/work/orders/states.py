"""How quotes, samples, orders, their lines and invoices move."""

from gongfang.core.states import Chart

ENQUIRY = Chart(
    "enquiry",
    {
        "quote": (("open", "quoted"), "quoted"),
        "decline_quote": (("open", "quoted"), "open"),
        "accept_quote": (("quoted",), "closed"),
        "close_enquiry": (("open", "quoted"), "closed"),
    },
)

QUOTE = Chart(
    "quote",
    {
        "send_quote": (("draft",), "sent"),
        "accept_quote": (("sent",), "accepted"),
        "decline_quote": (("sent",), "declined"),
    },
)

SAMPLE = Chart(
    "sample",
    {
        "approve_sample": (("made",), "made"),
        "seal": (("made",), "sealed"),
        "refuse_sample": (("made",), "refused"),
    },
)

ORDER = Chart(
    "order",
    {
        "add_line": (("draft",), "draft"),
        "place_order": (("draft",), "open"),
        "receive_material": (("open",), "open"),
        "return_material": (("open",), "open"),
        "amend_order": (("open",), "open"),
        "close_order": (("open",), "closed"),
        "reopen_order": (("closed",), "open"),
        "cancel_order": (("draft", "open"), "cancelled"),
    },
)

LINE = Chart(
    "line",
    {
        "drop_line": (("draft",), "cancelled"),
        "place_order": (("draft",), "open"),
        "count": (("open",), "open"),
        "claim": (("open", "closed"), ""),
        "amend_away": (("open",), "cancelled"),
        "close_order": (("open",), "closed"),
        "reopen_order": (("closed",), "open"),
        "cancel_order": (("draft", "open"), "cancelled"),
    },
)

INVOICE = Chart(
    "invoice",
    {
        "receive_fee": (("open",), "open"),
        "credit": (("open",), "open"),
        "settle": (("open",), "paid"),
        "cancel_invoice": (("open",), "cancelled"),
    },
)
