"""A desk of the county in a process of its own: `post`, `hand_in` or `inspect`, and the number of the desk.

Each desk has an order, bags and people of its own, as workshops do; what they share is the county.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Callable
from typing import Any

from bench.ledger.county import enter
from bench.ledger.crew import work


def post() -> Callable[[], object]:
    """One transfer in a transaction of its own through Django's connection, as the rivals are used."""
    from django.db import connection
    from django.utils import timezone

    from gongfang.core import clock
    from gongfang.core.ids import by_time
    from gongfang.ledger.posting import POST

    def once() -> None:
        source, target = random.randint(1, 100), random.randint(1, 10_000)
        account: list[Any] = ["organisation", source, "cost", "relation", target, "owed", "CNY", 5]
        with connection.cursor() as cursor:
            rest = [f"piecework.inspection:{target}", None, None, None, timezone.now(), clock.today()]
            cursor.execute(POST, [by_time(), by_time(), *account, *rest])

    return once


def hand_in(desk: int) -> Callable[[], object]:
    """A clerk takes in one piece of a bag after the other of the desk's bags."""
    from gongfang.core.action import By
    from gongfang.core.models import User
    from gongfang.work.piecework import actions
    from gongfang.work.piecework.actions import HandInRow
    from gongfang.work.piecework.models import Bag

    clerk = User.objects.get(username="chen")
    bags = itertools.cycle(list(Bag.objects.filter(lot__line__order__number=f"K-{desk}")))

    def once() -> object:
        bag = next(bags)
        return actions.hand_in(By(clerk, "api"), [bag], rows=[HandInRow(bag_id=bag.pk, pieces=1)])

    return once


def inspect(desk: int) -> Callable[[], object]:
    """An inspector says the word on one of the desk's hand-ins after the other; it is earned at once."""
    from gongfang.core.action import By
    from gongfang.core.models import User
    from gongfang.work.piecework import actions
    from gongfang.work.piecework.actions import Verdict
    from gongfang.work.piecework.models import HandIn

    inspector = User.objects.get(username="zhao")
    waiting = HandIn.objects.filter(bag__lot__line__order__number=f"K-{desk}", stage="waiting")
    rows = iter(waiting.order_by("pk")[:50_000])

    def once() -> object:
        row = next(rows)
        verdict = Verdict(hand_in_id=row.pk, accepted=1, readings={"1": True})
        return actions.inspect(By(inspector, "api"), [row], rows=[verdict])

    return once


if __name__ == "__main__":
    enter()
    verb, number = sys.argv[1], int(sys.argv[2])
    work(post() if verb == "post" else {"hand_in": hand_in, "inspect": inspect}[verb](number))
