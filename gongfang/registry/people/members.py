"""Who somebody is in this county: their roles of today and the resident behind the login."""

from __future__ import annotations

from gongfang.core import clock
from gongfang.core.members import Grant, Member
from gongfang.core.models import User
from gongfang.registry.people.models import Resident, Role
from gongfang.registry.people.models.residents import running

# Who hands out and takes in at a workshop may also do it in the name of its makers, provisionally.
KEEPERS = ("manager", "clerk", "agent")


def member(user: User) -> Member:
    """Return the user with the roles that run today and the resident they are."""
    if user.is_system:
        return Member(user=user, is_system=True)
    roles = Role.objects.filter(running(clock.today()), user=user)
    grants = frozenset(
        Grant(role=role, place=place or "", organisation_id=organisation)
        for role, place, organisation in roles.values_list("role", "division_id", "organisation_id")
    )
    resident_id = Resident.objects.filter(user=user).values_list("pk", flat=True).first()
    return Member(user=user, resident_id=resident_id, grants=grants)


def may_act_for(member: Member, subject: User) -> bool:
    """Say whether the subject is a maker at a workshop or with an agent where the member keeps the stores."""
    organisations = member.organisations(*KEEPERS)
    if not organisations or subject.pk == member.user.pk:
        return False
    makers = Role.objects.filter(running(clock.today()), role=Role.Name.MAKER, organisation__in=organisations)
    return makers.filter(user=subject).exists()
