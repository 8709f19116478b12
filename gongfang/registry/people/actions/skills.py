"""Skills and the pace that hand-ins show, which counts from twenty on and is forgotten after an idle year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import NotAllowed, Refused
from gongfang.registry.people import access
from gongfang.registry.people.models import Resident, Skill, SkillKind

_IDLE = timedelta(days=365)
_NOTHING = {"hand_ins": 0, "pieces": 0, "accepted": 0, "seconds": 0, "standard_seconds": 0, "last_on": None}


@dataclass(frozen=True)
class Pace:
    """What one inspection says of one person: seconds are 0 where nobody measured the time."""

    resident_id: int
    pieces: int
    accepted: int
    seconds: int = 0
    standard_seconds: int = 0


@action(access.may_add_skill_kind, creates=True)
def add_skill_kind(act: Act, nothing: None, *, code: str, name: str) -> SkillKind:
    """Name a skill that steps can ask for."""
    if SkillKind.objects.filter(code=code).exists():
        raise Refused(_("This skill is already on the list."), field="code")
    return SkillKind.objects.create(code=code, name=name)


@action(access.may_record_own, on_behalf=True)
def add_skill(act: Act, resident: Resident, *, kind: SkillKind, level: int = Skill.Level.ABLE) -> Skill:
    """Write down what a person can do, or how well by now."""
    skill, _made = Skill.objects.update_or_create(resident=resident, kind=kind, defaults={"level": level})
    return skill


@action(access.may_record_own_many)
def add_skills(
    act: Act, residents: Sequence[Resident], *, kind: SkillKind, level: int = Skill.Level.ABLE
) -> list[Skill]:
    """Write down for a whole class what they can do from now on; who knew it before keeps their level."""
    Skill.objects.bulk_create(
        [Skill(resident=resident, kind=kind, level=level) for resident in residents],
        ignore_conflicts=True,
        batch_size=1000,
    )
    return list(Skill.objects.filter(resident__in=residents, kind=kind).order_by("pk"))


@action(access.may_record_pace)
def record_pace(
    act: Act,
    resident: Resident,
    *,
    skill: str,
    pieces: int,
    seconds: int = 0,
    standard_seconds: int = 0,
    accepted: int,
) -> Skill:
    """Add one inspected hand-in to a person's sums; only an inspection does so."""
    pace = Pace(resident.pk, pieces, accepted, seconds, standard_seconds)
    return _record(act, [resident], skill=skill, paces=[pace])[0]


@action(access.may_record_paces)
def record_paces(
    act: Act, residents: Sequence[Resident], *, skill: str, paces: Sequence[Pace]
) -> list[Skill]:
    """Add the inspected hand-ins of many people to their sums; only an inspection does so."""
    return _record(act, residents, skill=skill, paces=paces)


def _record(act: Act, residents: Sequence[Resident], *, skill: str, paces: Sequence[Pace]) -> list[Skill]:
    if act.parent is None:
        raise NotAllowed(_("A pace comes from an inspection. Inspect the hand-in instead."))
    kind = SkillKind.objects.get(code=skill)
    known = {resident.pk for resident in residents}
    Skill.objects.bulk_create([Skill(resident_id=key, kind=kind) for key in known], ignore_conflicts=True)
    rows = {row.resident_id: row for row in Skill.objects.filter(kind=kind, resident__in=known)}
    for pace in paces:
        _add(rows[pace.resident_id], pace)
    for row in rows.values():
        row.last_on = act.booked_on
    save_many(rows.values(), *_NOTHING)
    return [rows[resident.pk] for resident in residents]


def _add(row: Skill, pace: Pace) -> None:
    row.hand_ins += 1
    row.pieces += pace.pieces
    row.accepted += pace.accepted
    if pace.seconds and pace.standard_seconds:
        row.seconds += pace.seconds
        row.standard_seconds += pace.standard_seconds


@action(access.may_contest_pace, on_behalf=True)
def contest_pace(act: Act, skill: Skill, *, why: str) -> Skill:
    """Say that a pace or pass rate is wrong: the sums start anew, and until twenty hand-ins the median counts."""
    for name, value in _NOTHING.items():
        setattr(skill, name, value)
    skill.contested_at = act.received_at
    skill.save(update_fields=[*_NOTHING, "contested_at"])
    act.note(why=why)
    return skill


@action(access.may_forget, creates=True)
def forget_idle_paces(act: Act, nothing: None) -> int:
    """Forget the pace of everybody who handed nothing in for a year; what they can do stays."""
    idle = Skill.objects.filter(last_on__lt=act.booked_on - _IDLE)
    return idle.update(**_NOTHING)
