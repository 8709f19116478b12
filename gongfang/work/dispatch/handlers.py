"""What sharing out does when something happened elsewhere."""

from __future__ import annotations

import uuid
from contextlib import suppress

from gongfang.core.action import By
from gongfang.core.errors import Moved
from gongfang.core.models import Event, User
from gongfang.core.outbox import listen
from gongfang.registry.people.models import Absence
from gongfang.work.dispatch.actions import forget_offers, free_offers
from gongfang.work.orders.models import Order


@listen("OrderClosed")
def forget(event: Event) -> None:
    """Forget who said "not this time" once the order is over; hearing it twice does it once."""
    order = Order.objects.get(pk=int(event.subject.partition(":")[2]))
    system = User.objects.get(is_system=True)
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"forget_offers/{event.txn}/{event.pk}")
    with suppress(Moved):  # opened again before this was told: it ends a second time, and is told of again
        forget_offers(By(user=system, via="task", key=key), order)


@listen("AbsenceRecorded")
def free(event: Event) -> None:
    """Let others be asked about what somebody has no time for any more; an absence taken back changes nothing."""
    absence = Absence.objects.filter(pk=int(event.subject.partition(":")[2])).first()
    if absence is None:
        return
    system = User.objects.get(is_system=True)
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"free_offers/{event.txn}/{event.pk}")
    free_offers(By(user=system, via="task", key=key), absence.resident)
