from django.apps import AppConfig


class PayConfig(AppConfig):
    name = "gongfang.pay"
    label = "pay"

    def ready(self) -> None:
        """Register this room's checks with `reconcile`, and what mending for somebody else earns."""
        from gongfang.pay import reconcile  # noqa: F401 -- after all models are loaded
        from gongfang.pay.actions import mending  # noqa: F401
