from __future__ import annotations

from django.apps import AppConfig


class PieceworkConfig(AppConfig):
    name = "gongfang.work.piecework"
    label = "piecework"

    def ready(self) -> None:
        """Register the room's checks with `reconcile`."""
        from gongfang.work.piecework import reconcile  # noqa: F401
