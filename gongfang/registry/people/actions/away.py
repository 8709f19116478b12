"""Days somebody does not want to be asked for work; no reason is asked, and nothing follows from it."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.registry.people import access
from gongfang.registry.people.models import Absence, Resident

LONGEST = timedelta(days=366)


@action(access.may_record_own, on_behalf=True)
def be_away(act: Act, resident: Resident, *, until: date, since: date | None = None) -> Absence:
    """Write down on which days somebody is not to be asked; they are back on the day `until`.

    What they were asked about and have not answered goes to others where it does not fit the days they are there.
    """
    first = max(since or act.booked_on, act.booked_on)
    if not first < until <= act.booked_on + LONGEST:
        raise Refused(_("Choose the day of coming back: after the first day, within a year."), field="until")
    joined = list(act.lock(*resident.absences.filter(since__lte=until, until__gte=first)))
    kept = Absence.objects.create(
        resident=resident,
        since=min([first, *(one.since for one in joined)]),
        until=max([until, *(one.until for one in joined)]),
    )
    Absence.objects.filter(pk__in=[one.pk for one in joined]).delete()
    act.emit("AbsenceRecorded", kept)
    return kept


@action(access.may_come_back, on_behalf=True)
def come_back(act: Act, absence: Absence) -> int:
    """Somebody is back earlier, or will not be away after all; they are asked again from now on. Returns who."""
    Absence.objects.filter(pk=absence.pk).delete()
    return absence.resident_id


@action(access.may_forget, creates=True)
def forget_absences(act: Act, nothing: None) -> int:
    """Delete absences that are over."""
    return Absence.objects.filter(until__lte=act.booked_on).delete()[0]
