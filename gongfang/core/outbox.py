"""Events told after the commit, at least once: listeners are keyed by the event's id and may hear it twice.

Money, material and counters never ride on an event; notices and read models do.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable

from django.db import transaction
from django.db.models import BigIntegerField, Func

from gongfang.core import clock
from gongfang.core.models import Continuity, Event

log = logging.getLogger(__name__)
Listener = Callable[[Event], None]
_listeners: dict[str, list[Listener]] = defaultdict(list)


class OldestRunning(Func):
    """The oldest transaction still running: no row with a smaller id can appear any more."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()


def listen(name: str) -> Callable[[Listener], Listener]:
    """Register a function that hears every event of this name, at least once."""

    def register(listener: Listener) -> Listener:
        _listeners[name].append(listener)
        return listener

    return register


def tell(*, at_most: int = 1000) -> int:
    """Tell waiting events of this county in order; returns how many. A frozen county tells nothing."""
    if Continuity.current().frozen_at:
        return 0
    waiting = list(Event.objects.filter(told_at=None, xact__lt=OldestRunning()).order_by("pk")[:at_most])
    heard = [event for event in waiting if _listeners.get(event.name)]
    for event in heard:
        _tell(event)
    # What nobody listens to is told at once: a sheet of three hundred rows is three hundred events.
    unheard = {event.pk for event in waiting} - {event.pk for event in heard}
    Event.objects.filter(pk__in=unheard, told_at=None).update(told_at=clock.now())
    return len(waiting)


def _tell(event: Event) -> None:
    with transaction.atomic():
        mine = Event.objects.filter(pk=event.pk, told_at=None).select_for_update(skip_locked=True).first()
        if mine is None:
            return
        for listener in _listeners[event.name]:
            listener(mine)
        Event.objects.filter(pk=event.pk).update(told_at=clock.now())
