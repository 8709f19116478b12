"""Taking in a roster: the whole sheet or nothing of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Literal

from gongfang.core import sheets
from gongfang.core.action import Act, action
from gongfang.core.secrets import keyed_hash
from gongfang.registry.people import access
from gongfang.registry.people.actions.residents import add_residents, known
from gongfang.registry.people.models import Household, Resident, RosterImport
from gongfang.registry.people.roster import COLUMNS, Roster, understood
from gongfang.registry.people.rows import ResidentRow, checked_name, named, reached
from gongfang.registry.places.models import Division

Known = Literal["keep", "amend"]
_AMENDED = [
    "name", "name_hash", "initials", "phone", "phone_hash", "division", "household", "cannot_work_away", "capacity",
]  # fmt: skip


@dataclass
class _Brought:
    """Bytes as the reader of sheets wants them handed over."""

    content: bytes
    size: int | None

    def read(self, num_bytes: int | None = None, /) -> bytes:
        return self.content[:num_bytes]


@action(access.may_import_roster, creates=True)
def import_roster(
    act: Act, place: Division, *, content: bytes, file_name: str, known_people: Known = "keep"
) -> RosterImport:
    """Take in a roster of a place, or return it with a column of problems and take in nothing.

    People who are in the register already keep their values, unless the sheet is brought to amend them.
    """
    sheet = sheets.read(_Brought(content, size=len(content)), COLUMNS)
    roster = understood(sheet, place)
    RosterImport.objects.filter(brought_by=act.by.user).filter(returned__isnull=False).update(returned=None)
    if not roster.is_clean:
        return _return(act, roster, file_name=file_name)
    return _take(act, place, roster, file_name=file_name, known_people=known_people)


def _return(act: Act, roster: Roster, *, file_name: str) -> RosterImport:
    rows = roster.sheet.rows
    return RosterImport.objects.create(
        brought_by=act.by.user,
        file_name=file_name[-120:],
        outcome=RosterImport.Outcome.REFUSED,
        rows=len(rows),
        problems=sum(bool(row.errors) for row in rows),
        returned=base64.b64encode(sheets.returned(roster.sheet)).decode(),
        brought_at=act.received_at,
    )


def _take(act: Act, place: Division, roster: Roster, *, file_name: str, known_people: Known) -> RosterImport:
    rows = roster.people
    old = known(_digest(row) for row in rows)
    wanted = rows if known_people == "amend" else tuple(row for row in rows if _digest(row) not in old)
    add_residents(act, place, rows=wanted)
    amended = _amend(rows, old) if known_people == "amend" else 0
    return RosterImport.objects.create(
        brought_by=act.by.user,
        file_name=file_name[-120:],
        outcome=RosterImport.Outcome.TAKEN,
        rows=len(roster.sheet.rows),
        added=len(rows) - len(old),
        amended=amended,
        unchanged=len(old) - amended,
        brought_at=act.received_at,
    )


def _digest(row: ResidentRow) -> bytes:
    return keyed_hash("id_number", row.id_number)


def _amend(rows: tuple[ResidentRow, ...], old: dict[bytes, Resident]) -> int:
    """Give the people who were there before the values of the sheet; what it leaves empty stays."""
    households = dict(
        Household.objects.filter(code__in={row.household for row in rows}).values_list("code", "pk")
    )
    amended = []
    for row in rows:
        resident = old.get(_digest(row))
        if resident is not None and _changed(resident, row, households.get(row.household)):
            amended.append(resident)
    Resident.objects.bulk_update(amended, _AMENDED, batch_size=500)
    return len(amended)


def _changed(resident: Resident, row: ResidentRow, household_id: int | None) -> bool:
    facts: dict[str, object] = {
        **named(checked_name(row.name)),
        "division_id": row.division,
    }
    if row.cannot_work_away is not None:
        facts["cannot_work_away"] = row.cannot_work_away
    if row.capacity:
        facts["capacity"] = row.capacity
    if row.phone:
        facts |= reached(row.phone)
    if household_id:
        facts["household_id"] = household_id
    before = _values(resident)
    for key, value in facts.items():
        setattr(resident, key, value)
    return _values(resident) != before


def _values(resident: Resident) -> tuple[object, ...]:
    return (
        resident.name,
        resident.phone,
        resident.division_id,
        resident.household_id,
        resident.cannot_work_away,
        resident.capacity,
    )
