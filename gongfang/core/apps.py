from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "gongfang.core"
    label = "core"
    # Audit lines are added and never altered, by whatever code.
    add_only = ("Entry",)
