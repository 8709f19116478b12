from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "gongfang.demo"
    label = "demo"
