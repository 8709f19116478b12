"""Who somebody is in this county: the person behind the login and the roles they hold, and where.

Roles are rows of the registry, a higher room; `settings.MEMBERS` names the module that reads them, as
`AUTH_USER_MODEL` names the user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence
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

    WHO: str

    def asked(self, pk: UUID) -> list[Any]: ...

    def told(self, user: User, found: Sequence[Sequence[Any]]) -> Member: ...

    def may_act_for(self, member: Member, subject: User) -> bool: ...


def _source() -> _Source:
    return cast("_Source", import_module(settings.MEMBERS))


def member_of(user: User) -> Member:
    """Return who this user is in the county of the current connection."""
    return _source().member(user)


def visitor(pk: UUID) -> Member | None:
    """Return who a session's login is in the county of the current connection: both in one statement."""
    source, (table, names, statement) = _source(), _visiting()
    with connection.cursor() as cursor:
        cursor.execute(statement, [*source.asked(pk), pk])
        rows = cursor.fetchall()
    if not rows:
        return None
    user = table.from_db(connection.alias, names, rows[0][: len(names)])
    if user.is_system:
        return Member(user=user, is_system=True)
    return source.told(user, [row[len(names) :] for row in rows])


@cache
def _visiting() -> tuple[type[User], list[str], str]:
    table = get_user_model()
    fields = table._meta.concrete_fields
    columns = ", ".join(f"core_user.{field.column}" for field in fields)
    who = f"LEFT JOIN LATERAL ({_source().WHO}) AS who ON TRUE"
    text = f"SELECT {columns}, who.* FROM core_user {who} WHERE core_user.id = %s"  # noqa: S608 -- our own names
    return table, [field.attname for field in fields], text


def may_act_for(member: Member, subject: User) -> bool:
    """Say whether the member may do something for the subject, provisionally (a clerk for a maker)."""
    return _source().may_act_for(member, subject)
