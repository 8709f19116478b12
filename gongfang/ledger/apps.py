from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "gongfang.ledger"
    label = "ledger"
    verbose_name = _("ledger")
    default_auto_field = "django.db.models.BigAutoField"
    # The functions of the migrations write these; the application may only read them.
    read_only = ("Account", "Transfer", "Closing", "Snapshot", "Checkpoint")

    def ready(self) -> None:
        """Register the ledger's checks with `reconcile`."""
        from gongfang.ledger import acts, checks  # noqa: F401
