from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "gongfang.work.orders"
    label = "orders"
    # A rate, a recipe or a payment is never altered: a new row follows it.
    add_only = ("Rate", "RecipeItem", "InspectionPoint", "ReceiptItem", "FeePayment")
