from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "gongfang.ui"
    label = "ui"
