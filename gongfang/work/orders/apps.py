from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "gongfang.work.orders"
    label = "orders"
