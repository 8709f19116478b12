"""Taking in a roster: the whole sheet or nothing of it; a long one is worked through by the queue."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gongfang.core import jobs, sheets
from gongfang.core.action import Act, action
from gongfang.core.bulk import keys_of, save_many
from gongfang.core.errors import Moved, NotAllowed
from gongfang.core.models import Job, ref
from gongfang.registry.people import access
from gongfang.registry.people.actions.residents import all_checked, known, write_in
from gongfang.registry.people.models import Household, Resident, RosterImport
from gongfang.registry.people.roster import COLUMNS, Known, Roster, understood
from gongfang.registry.people.rows import Checked, ResidentRow, named, reached
from gongfang.registry.places.access import stem
from gongfang.registry.places.models import Division

AT_ONCE = 5_000  # rows somebody waits for in front of the page
JOB = "people.roster"
_KEPT_FOR = timedelta(days=1)
_AMENDED = (
    "name", "name_hash", "initials", "phone", "phone_hash", "division", "household", "cannot_work_away", "capacity",
)  # fmt: skip
_WAITING, _TAKEN, _REFUSED, _STOPPED = (
    RosterImport.Outcome.WAITING,
    RosterImport.Outcome.TAKEN,
    RosterImport.Outcome.REFUSED,
    RosterImport.Outcome.STOPPED,
)


@dataclass
class Brought:
    """Bytes as the reader of sheets wants them handed over."""

    content: bytes
    size: int | None = None

    def read(self, num_bytes: int | None = None, /) -> bytes:
        """Return the bytes, or so many of them."""
        return self.content[:num_bytes]


@action(access.may_import_roster, creates=True)
def import_roster(
    act: Act, place: Division, *, content: bytes, file_name: str, known_people: Known = "keep"
) -> RosterImport:
    """Take in a roster of a place, or return it with a column of problems and take in nothing.

    People who are in the register already keep their values, unless the sheet is brought to amend them. A roster of
    more than 5,000 rows is kept for the queue, which does the same with it.
    """
    sheet = sheets.find(Brought(content), COLUMNS)
    RosterImport.objects.filter(brought_by=act.by.user).filter(returned__isnull=False).update(returned=None)
    brought = RosterImport(
        brought_by=act.by.user,
        place=place,
        file_name=file_name[-120:],
        rows=len(sheet.lines),
        brought_at=act.received_at,
    )
    if len(sheet.lines) > AT_ONCE:
        return _keep(act, brought, content=content, known_people=known_people)
    roster = understood(sheets.read_rows(sheet, COLUMNS), place, known_people=known_people)
    if roster.is_clean:
        return _take(act, brought, place, people=roster.people, known_people=known_people)
    return _return(brought, problems=problems_of(roster), copy=sheets.returned(roster.sheet))


@action(access.may_settle_roster)
def take_roster(
    act: Act, brought: RosterImport, *, people: Sequence[ResidentRow], known_people: Known
) -> RosterImport:
    """Take in a long roster that was worked through; only the queue does this, and once."""
    _check_turn(act, brought)
    return _take(act, brought, _place_of(brought), people=people, known_people=known_people)


@action(access.may_settle_roster)
def return_roster(act: Act, brought: RosterImport, *, problems: int, copy: bytes) -> RosterImport:
    """Return a long roster with its column of problems; only the queue does this, and once."""
    _check_turn(act, brought)
    return _return(brought, problems=problems, copy=copy)


@action(access.may_end_roster)
def stop_roster(act: Act, brought: RosterImport) -> RosterImport:
    """Stop a roster that was not taken in yet; its file is deleted and nothing of it stays."""
    _check_waiting(brought)
    still = Job.objects.filter(subject=ref(brought))
    sentence = _("Stopped before it began.")
    still.filter(state=Job.State.RUNNING).update(cancel_asked=True)
    still.filter(state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, cancel_asked=True, sentence=sentence, ended_at=timezone.now()
    )
    return _settled(brought, _STOPPED)


@action(access.may_end_roster)
def retry_roster(act: Act, brought: RosterImport) -> RosterImport:
    """Have the queue work through a roster once more after a fault; what it did already it does not do twice."""
    _check_waiting(brought)
    if brought.job is None or brought.job.state in (Job.State.WAITING, Job.State.RUNNING):
        raise Moved(_("The queue is at this roster already. Wait for it, or stop it first."))
    facts = {name: brought.job.arguments[name] for name in ("roster", "known_people", "language")}
    brought.job = jobs.start(act, JOB, subject=ref(brought), **facts)
    brought.save(update_fields=["job"])
    return brought


@action(access.may_forget, creates=True)
def forget_rosters(act: Act, nothing: None) -> int:
    """Delete the files of rosters whose work ended without an outcome a day ago."""
    over = RosterImport.objects.filter(
        outcome=_WAITING, job__ended_at__lt=timezone.now() - _KEPT_FOR
    ).exclude(job__state__in=(Job.State.WAITING, Job.State.RUNNING))
    return RosterImport.objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(
        outcome=_STOPPED, kept=None
    )


def problems_of(roster: Roster) -> int:
    """Return how many rows have a problem."""
    return sum(bool(row.errors) for row in roster.sheet.rows)


def kept_roster(brought: RosterImport) -> bytes:
    """Return the file of a roster that waits."""
    if brought.kept is None:
        raise Moved(_("This roster has been dealt with already. Its page says what came of it."))
    return base64.b64decode(brought.kept.reveal())


def _keep(act: Act, brought: RosterImport, *, content: bytes, known_people: Known) -> RosterImport:
    brought.outcome = _WAITING
    brought.kept = base64.b64encode(content).decode()
    brought.save()
    brought.job = jobs.start(
        act, JOB, subject=ref(brought),
        roster=brought.pk, known_people=known_people, language=translation.get_language(),
    )  # fmt: skip
    brought.save(update_fields=["job"])
    return brought


def _check_turn(act: Act, brought: RosterImport) -> None:
    if act.by.via != "task":
        raise NotAllowed
    _check_waiting(brought)


def _check_waiting(brought: RosterImport) -> None:
    if brought.outcome != _WAITING:
        raise Moved(_("This roster has been dealt with already. Its page says what came of it."))


def _place_of(brought: RosterImport) -> Division:
    assert brought.place is not None
    return brought.place


def _return(brought: RosterImport, *, problems: int, copy: bytes) -> RosterImport:
    brought.problems = problems
    brought.returned = base64.b64encode(copy).decode()
    return _settled(brought, _REFUSED)


def _settled(brought: RosterImport, outcome: RosterImport.Outcome) -> RosterImport:
    brought.outcome, brought.kept = outcome, None
    brought.save()
    return brought


def _take(
    act: Act, brought: RosterImport, place: Division, *, people: Sequence[ResidentRow], known_people: Known
) -> RosterImport:
    checked = all_checked(people, act.booked_on)
    there = keys_of(Resident, "id_hash", (person.id_hash for person in checked))
    added = write_in(act, place, [person for person in checked if person.id_hash not in there])
    old = [person for person in checked if person.id_hash in there] if known_people == "amend" else []
    amended = _amend(place, old)
    act.note(rows=brought.rows, added=_ranges(added), amended=_ranges(amended))
    brought.added, brought.amended = len(added), len(amended)
    brought.unchanged = len(people) - len(added) - len(amended)
    return _settled(brought, _TAKEN)


def _ranges(keys: Sequence[int]) -> list[list[int]]:
    """Write 50,000 keys down as the few runs they are."""
    runs: list[list[int]] = []
    for key in sorted(keys):
        if runs and runs[-1][1] == key - 1:
            runs[-1][1] = key
        else:
            runs.append([key, key])
    return runs


def _amend(place: Division, people: Sequence[Checked]) -> list[int]:
    """Give the people of this place who were there before the values of the sheet; what it leaves empty stays."""
    rows = {person.id_hash: person for person in people}
    households = keys_of(Household, "code", {person.row.household for person in people})
    amended = [
        resident
        for some in _parts(list(rows))
        for resident in known(some).values()
        if resident.division_id.startswith(stem(place.code))
        and _changed(resident, rows[bytes(resident.id_hash)], households)
    ]
    save_many(amended, *_AMENDED)
    return [resident.pk for resident in amended]


def _parts(hashes: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(hashes), AT_ONCE):
        yield hashes[start : start + AT_ONCE]


def _changed(resident: Resident, person: Checked, households: dict[str, int]) -> bool:
    row = person.row
    facts: dict[str, object] = {**named(person.name), "division_id": row.division}
    if row.cannot_work_away is not None:
        facts["cannot_work_away"] = row.cannot_work_away
    if row.capacity:
        facts["capacity"] = row.capacity
    if person.phone:
        facts |= reached(person.phone)
    if row.household in households:
        facts["household_id"] = households[row.household]
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
