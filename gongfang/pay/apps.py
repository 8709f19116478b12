from django.apps import AppConfig


class PayConfig(AppConfig):
    name = "gongfang.pay"
    label = "pay"
