from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "gongfang.oversight"
    label = "oversight"
