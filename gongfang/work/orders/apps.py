from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "gongfang.work.orders"
    label = "orders"
    # A rate, a recipe or a payment is never altered: a new row follows it.
    add_only = (
        "Rate",
        "RecipeItem",
        "InspectionPoint",
        "ReceiptItem",
        "FeePayment",
        "Substitute",
        "ReceiptBatch",
        "StocktakeItem",
        "BilledMaterial",
    )

    def ready(self) -> None:
        """Register what is reconciled."""
        from gongfang.work.orders import reconcile  # noqa: F401 -- after all models are loaded
