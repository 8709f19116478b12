from django.apps import AppConfig


class PayConfig(AppConfig):
    name = "gongfang.pay"
    label = "pay"

    def ready(self) -> None:
        """Register this room's checks with `reconcile`."""
        from gongfang.pay import reconcile  # noqa: F401 -- after all models are loaded
