from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "gongfang.work.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        """Register what listens to events and what the queue carries out."""
        from gongfang.work.dispatch import handlers, tasks  # noqa: F401 -- after all models are loaded
