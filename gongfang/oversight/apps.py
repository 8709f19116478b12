from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "gongfang.oversight"
    label = "oversight"

    def ready(self) -> None:
        from gongfang.oversight import panan  # noqa: F401 -- the figures of a county register themselves
