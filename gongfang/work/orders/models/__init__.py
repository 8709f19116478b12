"""Tables of orders, split by noun; import them from here."""

from gongfang.work.orders.models.agreements import Contract, Enquiry, Quote, Sample
from gongfang.work.orders.models.amendments import AmendedLine, Amendment, PriceStep
from gongfang.work.orders.models.fees import CreditNote, FeePayment, Invoice, Reminder
from gongfang.work.orders.models.inspection import DefectKind, InspectionPlan
from gongfang.work.orders.models.orders import Order, OrderLine
from gongfang.work.orders.models.products import (
    InspectionPoint,
    Material,
    Product,
    ProductVersion,
    Rate,
    RecipeItem,
    Step,
    Substitute,
)
from gongfang.work.orders.models.stores import (
    BilledMaterial,
    OrderMaterial,
    Receipt,
    ReceiptBatch,
    ReceiptItem,
    StockBatch,
    Stocktake,
    StocktakeItem,
)

__all__ = [
    "AmendedLine",
    "Amendment",
    "BilledMaterial",
    "Contract",
    "CreditNote",
    "DefectKind",
    "Enquiry",
    "FeePayment",
    "InspectionPlan",
    "InspectionPoint",
    "Invoice",
    "Material",
    "Order",
    "OrderLine",
    "OrderMaterial",
    "PriceStep",
    "Product",
    "ProductVersion",
    "Quote",
    "Rate",
    "Receipt",
    "ReceiptBatch",
    "ReceiptItem",
    "RecipeItem",
    "Reminder",
    "Sample",
    "Step",
    "StockBatch",
    "Stocktake",
    "StocktakeItem",
    "Substitute",
]
