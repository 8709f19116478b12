"""How long a key is remembered: longer than any phone keeps what it has not sent, then no more."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from gongfang.core.models import Receipt

KEPT = timedelta(days=400)
_A_TIME = 5000


def forget_ended() -> int:
    """Remove the keys whose time is over, the oldest first and some at a time; returns how many there were."""
    before, gone = timezone.now() - KEPT, 0
    # Numbers rise with time, so the oldest are found without reading the rest.
    oldest = Receipt.objects.order_by("pk").values("pk")
    while removed := Receipt.objects.filter(pk__in=oldest[:_A_TIME], received_at__lt=before).delete()[0]:
        gone += removed
    return gone
