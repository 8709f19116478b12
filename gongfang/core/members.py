"""Who somebody is in this county: the person behind the login and the roles they hold, and where.

Roles are rows of the registry, a higher room; `settings.MEMBERS` names the module that reads them, as
`AUTH_USER_MODEL` names the user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings

if TYPE_CHECKING:
    from uuid import UUID

    from gongfang.core.models import User


def within(place: str, above: str) -> bool:
    """Say whether a division code lies in another: 6 digits name a county, 9 a township, 12 a village."""
    for digits in (2, 4, 6, 9):
        if not above[digits:].strip("0"):
            return place.startswith(above[:digits])
    return place == above


@dataclass(frozen=True)
class Grant:
    """One role somebody holds: over a place (a division code and all below it) or at an organisation."""

    role: str
    place: str = ""
    organisation_id: int | None = None


@dataclass(frozen=True)
class Member:
    """A user with everything permission depends on, read once per request or act."""

    user: User
    resident_id: int | None = None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    is_system: bool = False

    def holds(self, *roles: str) -> bool:
        """Say whether one of the roles is held anywhere in the county."""
        return any(grant.role in roles for grant in self.grants)

    def at(self, organisation_id: int | None, *roles: str) -> bool:
        """Say whether one of the roles is held at this very organisation."""
        return organisation_id is not None and any(
            grant.role in roles and grant.organisation_id == organisation_id for grant in self.grants
        )

    def over(self, place: str, *roles: str) -> bool:
        """Say whether one of the roles is held over this place or one above it."""
        return any(
            grant.role in roles and grant.place and within(place, grant.place) for grant in self.grants
        )

    def organisations(self, *roles: str) -> frozenset[int]:
        """Return the organisations at which one of the roles is held."""
        return frozenset(
            grant.organisation_id
            for grant in self.grants
            if grant.organisation_id is not None and grant.role in roles
        )


class _Source(Protocol):
    def member(self, user: User) -> Member: ...

    def visitor(self, pk: UUID) -> Member | None: ...

    def may_act_for(self, member: Member, subject: User) -> bool: ...


def _source() -> _Source:
    return cast("_Source", import_module(settings.MEMBERS))


def member_of(user: User) -> Member:
    """Return who this user is in the county of the current connection."""
    return _source().member(user)


def visitor(pk: UUID) -> Member | None:
    """Return who a session's login is in the county of the current connection, the user read along."""
    return _source().visitor(pk)


def may_act_for(member: Member, subject: User) -> bool:
    """Say whether the member may do something for the subject, provisionally (a clerk for a maker)."""
    return _source().may_act_for(member, subject)
