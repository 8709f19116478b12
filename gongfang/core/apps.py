from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "gongfang.core"
    label = "core"
