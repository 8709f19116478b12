"""Places to work at in a workshop."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.registry.people import access
from gongfang.registry.people.models import Organisation, Seats

A_DAY = 24 * 60
MOST_SEATS = 1_000
WITH_SEATS = (Organisation.Kind.WORKSHOP, Organisation.Kind.AGENT)


@action(access.may_set_seats)
def set_seats(
    act: Act,
    workshop: Organisation,
    *,
    seats: int | None,
    minutes_a_day: int = 8 * 60,
    since: date | None = None,
) -> Seats:
    """Write down how many people a workshop has places for at once, and how long a day it is open, from a day on.

    No number: nobody counts them any more. Said twice for the same day, the later word holds.
    """
    if workshop.kind not in WITH_SEATS or workshop.closed_on:
        raise Refused(_("Only a workshop or agent in business has places to work at."), code="no_workshop")
    if seats is not None and not 0 <= seats <= MOST_SEATS:
        raise Refused(_("A workshop has between 0 and 1,000 places. Count them again."), field="seats")
    if not 0 < minutes_a_day <= A_DAY:
        raise Refused(
            _("A day has 1 to 1,440 minutes. Enter how long one can work there."), field="minutes_a_day"
        )
    if since and since < act.booked_on:
        raise Refused(_("Plans of earlier days are made. Choose today or a later day."), field="since")
    told, _made = Seats.objects.update_or_create(
        organisation=workshop,
        since=since or act.booked_on,
        defaults={"seats": seats, "minutes_a_day": minutes_a_day},
    )
    return told
