"""Adding and amending residents and households."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import add_new, keys_of
from gongfang.core.errors import Refused
from gongfang.registry.people import access
from gongfang.registry.people.models import Household, HouseholdStatus, Resident
from gongfang.registry.people.rows import (
    Checked,
    ResidentRow,
    checked,
    checked_name,
    checked_phone,
    named,
    reached,
)
from gongfang.registry.places.access import stem
from gongfang.registry.places.models import Division

_A_TIME = 1000


@action(access.may_add_residents, creates=True)
def add_resident(act: Act, place: Division, *, row: ResidentRow) -> Resident:
    """Write one person into the register; a person who is there already is refused, not doubled."""
    person = checked(row, today=act.booked_on)
    if Resident.objects.filter(id_hash=person.id_hash).exists():
        raise Refused(
            _("This person is already in the register. Search by the ID number and open their page."),
            code="already_there",
            field="id_number",
        )
    return _take_in(act, place, [person])[0]


@action(access.may_add_residents, creates=True)
def add_residents(act: Act, place: Division, *, rows: Sequence[ResidentRow]) -> list[Resident]:
    """Write many people at once; who is there already stays as they are and is returned all the same."""
    return _take_in(act, place, all_checked(rows, act.booked_on))


def all_checked(rows: Sequence[ResidentRow], today: date) -> list[Checked]:
    """Check the rows of a list; the first that cannot be is named by its number in it."""
    people = []
    for number, row in enumerate(rows, start=1):
        try:
            people.append(checked(row, today=today))
        except Refused as wrong:
            sentence = _("Row %(number)s: %(sentence)s") % {"number": number, "sentence": wrong.sentence}
            raise Refused(sentence, code=wrong.code, field=wrong.field) from None
    return people


def _take_in(act: Act, place: Division, people: Sequence[Checked]) -> list[Resident]:
    _check_places(place, people)
    households = _households(people, act.booked_on)
    # Somebody else may add the same person at this moment: the unique hash decides, and both find one row.
    Resident.objects.bulk_create(
        [person.resident(households.get(person.row.household)) for person in people],
        ignore_conflicts=True,
        batch_size=_A_TIME,
    )
    found = known(person.id_hash for person in people)
    act.note(rows=len(people))
    return [found[person.id_hash] for person in people]


def write_in(act: Act, place: Division, people: Sequence[Checked]) -> list[int]:
    """Write in whoever of a whole roster is not there yet; returns the keys of the new rows."""
    _check_places(place, people)
    households = _households(people, act.booked_on)
    added: list[int] = []
    for start in range(0, len(people), _A_TIME * 5):
        some = people[start : start + _A_TIME * 5]
        added += add_new([person.resident(households.get(person.row.household)) for person in some])
    return added


def known(hashes: Iterable[bytes]) -> dict[bytes, Resident]:
    """Return who of these is in the register already, by the hash of the ID number."""
    found = Resident.objects.filter(id_hash__in=list(hashes))
    return {bytes(resident.id_hash): resident for resident in found}


def _check_places(place: Division, people: Sequence[Checked]) -> None:
    inside = stem(place.code)
    named_places = {person.row.division for person in people}
    there = set(Division.objects.filter(code__in=named_places).values_list("code", flat=True))
    if any(code not in there or not code.startswith(inside) for code in named_places):
        raise Refused(
            _("Somebody lives outside %(place)s. Correct the village, or import there.")
            % {"place": place.name},
            field="division",
        )


def _households(people: Sequence[Checked], today: date) -> dict[str, int]:
    """Return the households named, made where they are new, with the status the rows give them."""
    rows = {person.row.household: person.row for person in people if person.row.household}
    add_new([Household(code=code, division_id=row.division) for code, row in rows.items()])
    found: dict[str, int] = keys_of(Household, "code", rows)
    stated = {person.row.household: person.row.status for person in people if person.row.status}
    add_new(
        [
            HouseholdStatus(household_id=found[code], kind=kind, since=today)
            for code, kind in stated.items()
            if code
        ]
    )
    return found


@action(access.may_amend_resident)
def amend_resident(
    act: Act,
    resident: Resident,
    *,
    name: str | None = None,
    phone: str | None = None,
    division: Division | None = None,
    household: Household | None = None,
    cannot_work_away: bool | None = None,
    capacity: str | None = None,
) -> Resident:
    """Change what is given and leave the rest; the ID number is who the person is and never changes."""
    facts: dict[str, object] = {
        "division": division,
        "household": household,
        "cannot_work_away": cannot_work_away,
        "capacity": capacity,
    }
    facts = {key: value for key, value in facts.items() if value is not None}
    if name is not None:
        facts |= named(checked_name(name))
    if phone is not None:
        facts |= reached(checked_phone(phone))
    for key, value in facts.items():
        setattr(resident, key, value)
    resident.save(update_fields=list(facts))
    act.note(amended=sorted(facts))
    return resident


@action(access.may_add_household, creates=True)
def add_household(act: Act, place: Division, *, code: str) -> Household:
    """Write down a household under its code in the village's book."""
    if Household.objects.filter(code=code).exists():
        raise Refused(_("This household code is taken. Look it up in the list of households."), field="code")
    return Household.objects.create(code=code, division=place)


@action(access.may_add_status)
def add_status(
    act: Act, household: Household, *, kind: str, since: date, until: date | None = None
) -> HouseholdStatus:
    """Write down what a household is entitled as, from a day on."""
    if until is not None and until < since:
        raise Refused(_("The last day lies before the first. Correct one of them."), field="until")
    if household.statuses.filter(kind=kind, until=None).exists():
        raise Refused(_("This status already runs. End it before you write it down anew."), field="kind")
    return HouseholdStatus.objects.create(household=household, kind=kind, since=since, until=until)


@action(access.may_end_status)
def end_status(act: Act, status: HouseholdStatus, *, until: date | None = None) -> HouseholdStatus:
    """End a status; from the day given, today if none is, it no longer counts."""
    status.until = max(until or act.booked_on, status.since)
    status.save(update_fields=["until"])
    return status
