from django.apps import AppConfig


class CountiesConfig(AppConfig):
    name = "gongfang.counties"
    label = "counties"
