"""Looking at people: every look is a line the person can read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.members import Member
from gongfang.registry.people import access
from gongfang.registry.people.models import Look, Resident


@action(access.may_look, creates=True)
def look(act: Act, resident: Resident, *, purpose: str, page: str = "resident") -> Look:
    """Write down that somebody unmasks a person and what for; `queries.revealed` then shows it for a while."""
    purpose = " ".join(purpose.split())
    if len(purpose) < 2:
        raise Refused(_("Say what you need it for. The person can read it."), field="purpose")
    return Look.objects.create(
        viewer=act.member.user,
        resident=resident,
        page=page,
        purpose=purpose[:120],
        day=act.booked_on,
        looked_at=act.received_at,
    )


def seen(member: Member, residents: Iterable[Resident | int], *, page: str) -> None:
    """Write one line a person, page and day for everybody a page shows masked; looking at oneself is nobody's news.

    No act, no key: reading changes nothing but the book of looks, which is only ever written forward.
    """
    if member.is_system:
        return
    now = clock.now()
    keys = {one if isinstance(one, int) else one.pk for one in residents} - {member.resident_id}
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [member.user.pk, page, clock.business_day(now), now, sorted(keys)])


# Every list of people writes this down before it is drawn: one statement, however many they are.
_SEEN = """
    INSERT INTO people_look (viewer_id, resident_id, page, purpose, day, looked_at)
    SELECT %s, seen, %s, '', %s, %s FROM unnest(%s::bigint[]) AS seen ON CONFLICT DO NOTHING
"""


def write_looks(act: Act, residents: Iterable[int], *, purpose: str, page: str) -> None:
    """Write one line a person for everybody a sheet shows unmasked, as part of the act that takes the sheet out."""
    Look.objects.bulk_create(
        Look(
            viewer=act.member.user,
            resident_id=key,
            page=page,
            purpose=purpose[:120],
            day=act.booked_on,
            looked_at=act.received_at,
        )
        for key in sorted(set(residents))
    )
