from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "gongfang.work.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Register what listens to events, what the queue carries out, and what is reconciled."""
        from gongfang.work.dispatch import handlers, reconcile, tasks  # noqa: F401 -- after all models are loaded
