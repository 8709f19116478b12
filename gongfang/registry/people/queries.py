"""What is asked of people: whom one may see, under which name, and what their pace says."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from gongfang.core import clock, codes
from gongfang.core.codes import WrongCode
from gongfang.core.composed import Given
from gongfang.core.errors import Gone, NotAllowed
from gongfang.core.members import Member
from gongfang.core.models import Job
from gongfang.core.secrets import keyed_hash
from gongfang.registry.people.access import (
    makers_at,
    visible_households,
    visible_organisations,
    visible_residents,
    visible_roles,
)
from gongfang.registry.people.members import KEEPERS
from gongfang.registry.people.models import (
    Absence,
    BankAccount,
    HouseholdStatus,
    Look,
    Organisation,
    Relation,
    Resident,
    RosterImport,
    Seats,
    Skill,
)
from gongfang.registry.people.models.residents import running

__all__ = [
    "COUNTS_FROM", "Paces", "Revealed", "account_of", "away_days", "looks_at", "low_income_on", "makers_of",
    "names", "pace_of", "paces", "relation_of", "revealed", "running", "search", "seats_of", "seats_on",
    "shown_name", "visible_households", "visible_organisations", "visible_residents", "visible_roles",
]  # fmt: skip

COUNTS_FROM = 20
LOOK_LASTS = timedelta(minutes=10)


def search(residents: QuerySet[Resident], text: str) -> QuerySet[Resident]:
    """Narrow residents down by a full name, pinyin initials, a whole ID number or a whole phone number."""
    text = "".join(text.split())
    if not text:
        return residents
    found = Q(name_hash=keyed_hash("name", text))
    if text.isascii() and text.isalpha():
        found |= Q(initials__startswith=text.upper())
    for column, kind, read in (("id_hash", "id_number", _id_number), ("phone_hash", "phone", codes.mobile)):
        try:
            found |= Q(**{column: keyed_hash(kind, read(text))})
        except WrongCode:
            continue
    return residents.filter(found)


def _id_number(text: str) -> str:
    return codes.id_number(text, today=clock.today()).text


def seats_of(organisation: Organisation) -> list[Seats]:
    """Return what was written down about a workshop's places, the newest day first."""
    return list(organisation.seats.order_by("-since"))


def seats_on(told: Iterable[Seats], day: date) -> Seats | None:
    """Return what holds on a day, of all that was written down about one workshop; None: nobody counts."""
    begun = [one for one in told if one.since <= day]
    last = max(begun, key=lambda one: one.since, default=None)
    return last if last and last.seats is not None else None


def away_days(residents: QuerySet[Resident], first: date, last: date) -> dict[int, frozenset[date]]:
    """Return on which of these days who of these people is not to be asked; who is there every day is left out."""
    found: dict[int, set[date]] = defaultdict(set)
    rows = Absence.objects.filter(resident__in=residents, since__lte=last, until__gt=first)
    for person, since, until in rows.values_list("resident_id", "since", "until"):
        begin, end = max(since, first), min(until, last + timedelta(days=1))
        found[person].update(begin + timedelta(days=n) for n in range((end - begin).days))
    return {person: frozenset(days) for person, days in found.items()}


def makers_of(organisation: Organisation) -> QuerySet[Resident]:
    """Return the residents who are makers there today."""
    return Resident.objects.filter(user__in=makers_at([organisation.pk]).values("user")).order_by("pk")


def relation_of(resident: Resident, organisation: Organisation) -> Relation | None:
    """Return the terms that run today between a person and an operator."""
    terms = Relation.objects.filter(running(clock.today()), resident=resident, organisation=organisation)
    return terms.first()


def low_income_on(day: date) -> QuerySet[Resident]:
    """Return the people of households that were low-income rural people on a day."""
    statuses = HouseholdStatus.objects.filter(running(day), kind=HouseholdStatus.Kind.LOW_INCOME)
    return Resident.objects.filter(household__in=statuses.values("household"))


def account_of(resident: Resident) -> BankAccount | None:
    """Return the person's own card that payouts go to today, if there is one."""
    return resident.accounts.filter(until=None).first()


def names(member: Member, residents: Iterable[Resident]) -> dict[int, str]:
    """Return under which name each resident is shown: in full to themselves and at their own bench, else masked."""
    residents = list(residents)
    organisations = member.organisations(*KEEPERS, "inspector")
    at_bench: set[object] = set()
    if organisations:
        users = [resident.user_id for resident in residents if resident.user_id]
        at_bench = set(makers_at(organisations).filter(user__in=users).values_list("user", flat=True))
    return {
        resident.pk: resident.name.reveal()
        if resident.pk == member.resident_id or (resident.user_id and resident.user_id in at_bench)
        else str(resident.name)
        for resident in residents
    }


def shown_name(member: Member, resident: Resident) -> str:
    """Return under which name one resident is shown to this member."""
    return names(member, [resident])[resident.pk]


@dataclass(frozen=True)
class Revealed:
    """A person unmasked, for as long as the page is open; nothing of it goes into a log."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(repr=False)
    bank: str
    card: str = field(repr=False)


def revealed(member: Member, look: Look) -> Revealed:
    """Return what a look unmasks: to whoever wrote it down, for ten minutes."""
    fresh = clock.now() - look.looked_at < LOOK_LASTS
    if look.viewer_id != member.user.pk or not look.purpose or not fresh:
        raise NotAllowed
    person = look.resident
    account = account_of(person)
    return Revealed(
        name=person.name.reveal(),
        id_number=person.id_number.reveal(),
        phone=person.phone.reveal() if person.phone else "",
        bank=account.bank if account else "",
        card=account.number.reveal() if account else "",
    )


def looks_at(resident: Resident) -> QuerySet[Look]:
    """Return who looked at a person, newest first."""
    return resident.looks.select_related("viewer").order_by("-looked_at", "-pk")


@dataclass(frozen=True)
class Paces:
    """How fast and how well people of one skill work; who has handed in less than twenty times counts as the median."""

    pace_percent: int
    pass_permille: int
    own: Mapping[int, tuple[int, int]]

    def of(self, resident_id: int) -> tuple[int, int]:
        """Return a person's pace in percent of the standard and pass rate in thousandths."""
        return self.own.get(resident_id, (self.pace_percent, self.pass_permille))


def paces(skill: str) -> Paces:
    """Return the paces of a skill that count, and the median for everybody else."""
    counted = Skill.objects.filter(kind__code=skill, hand_ins__gte=COUNTS_FROM)
    own = {
        row: (pace, share)
        for row, pace, share in counted.values_list("resident", "pace_percent", "pass_permille")
    }
    return Paces(
        pace_percent=int(median(pace for pace, _share in own.values())) if own else 100,
        pass_permille=int(median(share for _pace, share in own.values())) if own else 1000,
        own=own,
    )


def pace_of(resident: Resident, skill: str) -> tuple[int, int]:
    """Return one person's pace in percent and pass rate in thousandths, as planning sees them."""
    return paces(skill).of(resident.pk)


@dataclass(frozen=True)
class Measured:
    """How fast people of a skill really are, in percent of the standard; nothing where no hand-in told its time."""

    practised: int | None
    beginners: int | None


def measured_paces(skill: str) -> Measured:
    """Return the median paces of measured hand-ins: of practised hands from twenty hand-ins on, and of beginners."""
    timed = Skill.objects.filter(kind__code=skill, seconds__gt=0, pace_percent__gt=0)
    found = list(timed.values_list("hand_ins", "pace_percent"))
    practised = [pace for hand_ins, pace in found if hand_ins >= COUNTS_FROM]
    beginners = [pace for hand_ins, pace in found if hand_ins < COUNTS_FROM]
    return Measured(
        int(median(practised)) if practised else None, int(median(beginners)) if beginners else None
    )


def with_sizes(organisations: QuerySet[Organisation], day: date | Given) -> QuerySet[Organisation]:
    """Add to each organisation how many makers it has on a day."""
    at_work = Q(roles__role="maker", roles__since__lte=day) & (Q(roles__until=None) | Q(roles__until__gt=day))
    return organisations.annotate(makers=Count("roles", filter=at_work))


def visible_imports(member: Member) -> QuerySet[RosterImport]:
    """Return the rosters the member brought; a returned copy is full of other people's numbers."""
    mine = RosterImport.objects.filter(brought_by=member.user).order_by("-pk")
    return mine.select_related("job").defer("returned", "kept")


def is_under_way(brought: RosterImport) -> bool:
    """Say whether the queue still has to work through a roster or is at it."""
    return (
        brought.outcome == RosterImport.Outcome.WAITING
        and brought.job is not None
        and brought.job.state in (Job.State.WAITING, Job.State.RUNNING)
    )


def returned_copy(brought: RosterImport) -> bytes:
    """Return the sheet with its problems; it is kept until the same person brings the next one."""
    if brought.returned is None:
        raise Gone(_("The copy is not kept any more. Bring the sheet again."))
    return base64.b64decode(brought.returned.reveal())


def returned_name(brought: RosterImport) -> str:
    """Return what the copy with the problems is called; it is a workbook, whatever was brought."""
    stem = brought.file_name.rpartition(".")[0] or brought.file_name
    return _("%(name)s with problems.xlsx") % {"name": stem}
