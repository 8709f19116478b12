from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "gongfang.work.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Register what listens to events, what the queue carries out, what is reconciled, and ways here."""
        from gongfang.work.dispatch import (  # noqa: F401 -- after all models are loaded
            consequences,
            handlers,
            reconcile,
            tasks,
            ways,
        )
