"""How long a day people wish to work, within what they can."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from gongfang.registry.people.models import FunctionalLimit, Resident, Wish

MINUTES_A_DAY = 8 * 60  # of somebody who wishes for pieces and names no hours
A_DAY = 24


def minutes_a_day(makers: QuerySet[Resident]) -> Mapping[int, int]:
    """Return for how many minutes a day each of these people who told a wish can be asked to work."""
    limits = FunctionalLimit.objects.filter(
        resident__in=makers, kind=FunctionalLimit.Kind.HOURS_A_DAY, value__isnull=False
    )
    hours = dict(limits.values_list("resident_id", "value"))
    wishes = Wish.objects.filter(resident__in=makers).values_list("resident_id", "minutes_a_day")
    return {
        maker: min(MINUTES_A_DAY if minutes is None else minutes, (hours.get(maker) or A_DAY) * 60)
        for maker, minutes in wishes
    }
