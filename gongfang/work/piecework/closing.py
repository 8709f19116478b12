"""A bag on whose last piece a word was said closes by itself."""

from __future__ import annotations

from collections.abc import Sequence

from gongfang.core.bulk import save_many
from gongfang.work.piecework.models import Bag


def close_finished(bags: Sequence[Bag]) -> None:
    """Close the locked bags of which nothing is outside and nothing waits for inspection."""
    done = [
        bag for bag in bags if bag.stage == Bag.Stage.OUT and not (bag.at_home or bag.waiting or bag.rework)
    ]
    for bag in done:
        bag.stage = Bag.Stage.CLOSED
    save_many(done, "stage")


def restate(bags: Sequence[Bag]) -> list[Bag]:
    """Read back the status the database derives from stage and counters."""
    status = dict(Bag.objects.filter(pk__in=[bag.pk for bag in bags]).values_list("pk", "status"))
    for bag in bags:
        bag.status = status[bag.pk]
    return list(bags)
