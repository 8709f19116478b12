"""Who somebody is in this county: their roles of today and the resident behind the login."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from gongfang.core import clock
from gongfang.core.members import Grant, Member
from gongfang.core.models import User
from gongfang.registry.people.models import Role
from gongfang.registry.people.models.residents import running

# Who hands out and takes in at a workshop may also do it in the name of its makers, provisionally.
KEEPERS = ("manager", "clerk", "agent")

# Asked before every page and act, so both in one statement: the roles, and one row more for the resident.
WHO = """
SELECT role, division_id, organisation_id, NULL::bigint FROM people_role
  WHERE user_id = %s AND since <= %s AND (until IS NULL OR until > %s)
UNION ALL SELECT NULL, NULL, NULL, id FROM people_resident WHERE user_id = %s
"""


def asked(pk: UUID) -> list[Any]:
    """Return what `WHO` is asked with about a login today."""
    day = clock.today()
    return [pk, day, day, pk]


def member(user: User) -> Member:
    """Return the user with the roles that run today and the resident they are."""
    if user.is_system:
        return Member(user=user, is_system=True)
    with connection.cursor() as cursor:
        cursor.execute(WHO, asked(user.pk))
        return told(user, cursor.fetchall())


def told(user: User, found: Sequence[Sequence[Any]]) -> Member:
    """Return who a user is by the rows that `WHO` answered."""
    grants = frozenset(
        Grant(role=role, place=place or "", organisation_id=organisation)
        for role, place, organisation, _resident in found
        if role
    )
    return Member(
        user=user, resident_id=max((row[3] for row in found if row[3]), default=None), grants=grants
    )


def may_act_for(member: Member, subject: User) -> bool:
    """Say whether the subject is a maker at a workshop or with an agent where the member keeps the stores."""
    organisations = member.organisations(*KEEPERS)
    if not organisations or subject.pk == member.user.pk:
        return False
    makers = Role.objects.filter(running(clock.today()), role=Role.Name.MAKER, organisation__in=organisations)
    return makers.filter(user=subject).exists()
