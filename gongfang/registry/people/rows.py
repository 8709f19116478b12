"""A person as somebody wrote them down, checked before anything is written into the register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from gongfang.core import codes
from gongfang.core.codes import WrongCode
from gongfang.core.errors import Refused
from gongfang.core.secrets import keyed_hash
from gongfang.registry.people.initials import initials
from gongfang.registry.people.models import Resident

T = TypeVar("T")

_DOTS = str.maketrans(dict.fromkeys("•‧・･∙", "·"))


@dataclass(frozen=True)
class ResidentRow:
    """What a roster says of a person. `division` is a code; what is empty or None says nothing."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    division: str
    phone: str = field(default="", repr=False)
    household: str = ""
    status: str = ""
    cannot_work_away: bool | None = None
    capacity: str = ""


@dataclass(frozen=True)
class Checked:
    """A row whose numbers check, with the hashes it is found by."""

    row: ResidentRow
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    id_hash: bytes = field(repr=False)
    phone: str = field(repr=False)
    sex: str
    born_on: date

    def resident(self, household_id: int | None) -> Resident:
        """Return the person as a new row of the register, not yet saved."""
        return Resident(
            id_number=self.id_number,
            id_hash=self.id_hash,
            sex=self.sex,
            born_on=self.born_on,
            **named(self.name),
            **reached(self.phone),
            division_id=self.row.division,
            household_id=household_id,
            cannot_work_away=bool(self.row.cannot_work_away),
            capacity=self.row.capacity or Resident.Capacity.FULL,
        )


def named(name: str) -> dict[str, object]:
    """Return the columns a name fills."""
    return {"name": name, "name_hash": keyed_hash("name", name), "initials": initials(name)}


def reached(phone: str) -> dict[str, object]:
    """Return the columns a phone number fills."""
    return {"phone": phone or None, "phone_hash": keyed_hash("phone", phone) if phone else None}


def checked(row: ResidentRow, *, today: date) -> Checked:
    """Check a row's name and numbers; a refusal names the field."""
    number = _tried("id_number", lambda: codes.id_number(row.id_number, today=today))
    return Checked(
        row=row,
        name=checked_name(row.name),
        id_number=number.text,
        id_hash=keyed_hash("id_number", number.text),
        phone=checked_phone(row.phone),
        sex=number.sex,
        born_on=number.born,
    )


def checked_name(text: str) -> str:
    """Return a name without blanks and with the dot of minority names written one way."""
    name = " ".join(unicodedata.normalize("NFKC", text).split()).translate(_DOTS)
    if not name.isascii():
        name = name.replace(" ", "")
    if not 2 <= len(name) <= 40 or re.search(r"[\d*<>]", name):
        raise Refused(
            _("A name has 2 to 40 signs and no digits or stars. Write it as on the card."), field="name"
        )
    return name


def checked_phone(text: str) -> str:
    """Return a mobile number in its 11 digits, or nothing when none was given."""
    return _tried("phone", lambda: codes.mobile(text)) if text.strip() else ""


def _tried(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except WrongCode as wrong:
        raise Refused(wrong.sentence, code="wrong_code", field=name) from None
