"""The verbs of orders, split by noun; import them from here."""

from gongfang.work.orders.actions.agreements import (
    accept_quote,
    approve_sample_for_centre,
    approve_sample_for_enterprise,
    close_enquiry,
    decline_quote,
    enquire,
    make_sample,
    quote,
    refuse_sample,
    send_quote,
    sign_contract,
)
from gongfang.work.orders.actions.amendments import amend_order
from gongfang.work.orders.actions.counters import (
    count_delivered,
    count_handed_in,
    count_inspected,
    count_issued,
    count_shared,
)
from gongfang.work.orders.actions.fees import cancel_invoice, invoice, receive_fee
from gongfang.work.orders.actions.inspection import (
    add_defect_kind,
    retire_defect_kind,
    set_inspection_plan,
)
from gongfang.work.orders.actions.orders import (
    add_line,
    cancel_order,
    close_order,
    drop_line,
    open_order,
    place_order,
    reopen_order,
)
from gongfang.work.orders.actions.products import (
    Ingredient,
    Look,
    Work,
    add_material,
    add_product,
    publish_version,
    set_rate,
)
from gongfang.work.orders.actions.receipts import Arrival, receive_material, return_material
from gongfang.work.orders.amending import Change, Extra

__all__ = [
    "Arrival",
    "Change",
    "Extra",
    "Ingredient",
    "Look",
    "Work",
    "accept_quote",
    "add_defect_kind",
    "add_line",
    "add_material",
    "add_product",
    "amend_order",
    "approve_sample_for_centre",
    "approve_sample_for_enterprise",
    "cancel_invoice",
    "cancel_order",
    "close_enquiry",
    "close_order",
    "count_delivered",
    "count_handed_in",
    "count_inspected",
    "count_issued",
    "count_shared",
    "decline_quote",
    "drop_line",
    "enquire",
    "invoice",
    "make_sample",
    "open_order",
    "place_order",
    "publish_version",
    "quote",
    "receive_fee",
    "receive_material",
    "refuse_sample",
    "reopen_order",
    "retire_defect_kind",
    "return_material",
    "send_quote",
    "set_inspection_plan",
    "set_rate",
    "sign_contract",
]
