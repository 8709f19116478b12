"""Roles and logins: who may do what, where, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.login import end_tokens
from gongfang.core.models import User
from gongfang.registry.people import access
from gongfang.registry.people.access import Scope
from gongfang.registry.people.actions.residents import add_residents
from gongfang.registry.people.models import Organisation, Resident, Role
from gongfang.registry.people.models.residents import running
from gongfang.registry.people.rows import ResidentRow
from gongfang.registry.places.models import Division

_A_TIME = 1000


@action(access.may_give_some_role, creates=True)
def give_role(act: Act, scope: Scope, *, user: User, role: str, since: date | None = None) -> Role:
    """Give a role over a place or at an organisation; nobody gives one to themselves."""
    if not access.may_give(act.member, scope, role):
        raise NotAllowed
    if user.pk == act.member.user.pk and not act.member.is_system:
        raise NotAllowed(_("Nobody gives a role to themselves. Ask another officer."))
    return _give(act, scope, user=user, role=role, since=since)


def _give(act: Act, scope: Scope, *, user: User, role: str, since: date | None = None) -> Role:
    _check_open(scope)
    place, organisation = _where(scope)
    held, _new = Role.objects.get_or_create(
        user=user, role=role, division=place, organisation=organisation, until=None,
        defaults={"since": since or act.booked_on},
    )  # fmt: skip
    return held


def _where(scope: Scope) -> tuple[Division | None, Organisation | None]:
    return (scope, None) if isinstance(scope, Division) else (None, scope)


def _check_open(scope: Scope) -> None:
    if isinstance(scope, Organisation) and scope.closed_on:
        raise Refused(_("This organisation is closed. Choose one that is open."), code="closed")


@action(access.may_end_role)
def end_role(act: Act, role: Role) -> Role:
    """End a role from today on."""
    if role.until is None:
        role.until = max(act.booked_on, role.since)
        role.save(update_fields=["until"])
    return role


@action(access.may_add_officer, creates=True)
def add_officer(
    act: Act, place: Division, *, username: str, name: str, password: str, role: str = "officer"
) -> Role:
    """Make a login for somebody at a centre and give the first role over a place."""
    return _add_login(act, place, username=username, name=name, password=password, role=role)


@action(access.may_add_staff, creates=True)
def add_staff(
    act: Act, organisation: Organisation, *, username: str, name: str, password: str, role: str
) -> Role:
    """Make a login for somebody at an organisation and give the first role there."""
    return _add_login(act, organisation, username=username, name=name, password=password, role=role)


def _add_login(act: Act, scope: Scope, *, username: str, name: str, password: str, role: str) -> Role:
    if not access.may_give(act.member, scope, role):
        raise NotAllowed
    user = User(username=_free(username), name=name)
    user.password = _hashed(password, user)
    user.save()
    return _give(act, scope, user=user, role=role)


def _free(username: str) -> str:
    username = username.strip()
    if not 2 <= len(username) <= 60 or any(sign.isspace() for sign in username):
        raise Refused(_("A user name has 2 to 60 signs without blanks."), field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("This user name is taken. Choose another."), field="username")
    return username


def _hashed(password: str, user: User) -> str:
    """An empty password makes a login that only a badge opens."""
    return _checked(password, user) if password else make_password(None)


def _checked(password: str, user: User) -> str:
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), field="password") from None
    return make_password(password)


@action(access.may_reset_password)
def reset_password(act: Act, user: User, *, password: str) -> User:
    """Give a login a new password in place of a forgotten one; every session and token of the old one ends."""
    user.password = _checked(password, user)
    user.save(update_fields=["password"])
    end_tokens(act, user)
    return user


@action(access.may_enrol_user)
def enrol_user(act: Act, resident: Resident, *, username: str = "", password: str = "") -> Resident:
    """Give a resident a login; who became a maker without one gets a name and a first password for it."""
    user = resident.user
    if user is None:
        user = User(username=_username(resident), name=resident.name.reveal())
    elif user.has_usable_password() or not password:
        raise Refused(_("This person already has a login."), code="already_there")
    if username:
        user.username = _free(username)
    user.password = _hashed(password, user)
    user.save()
    resident.user = user
    resident.save(update_fields=["user"])
    return resident


def _username(resident: Resident) -> str:
    return f"r{resident.pk}"


@action(access.may_join_workshop, creates=True)
def join_workshop(act: Act, organisation: Organisation, *, residents: Sequence[Resident]) -> int:
    """Make residents makers of a workshop or with an agent, with a login each; returns how many are new there."""
    _check_open(organisation)
    if not access.may_give(act.member, organisation, Role.Name.MAKER):
        raise NotAllowed
    people = _enrolled(act, residents)
    there = set(
        Role.objects.filter(
            running(act.booked_on), organisation=organisation, role=Role.Name.MAKER
        ).values_list("user", flat=True)
    )
    new = {person.user_id for person in people if person.user_id} - there
    Role.objects.bulk_create(
        [
            Role(user_id=user, role=Role.Name.MAKER, organisation=organisation, since=act.booked_on)
            for user in sorted(new, key=str)
        ],
        ignore_conflicts=True,
        batch_size=_A_TIME,
    )
    act.note(joined=len(new))
    return len(new)


def _enrolled(act: Act, residents: Sequence[Resident]) -> list[Resident]:
    """Lock the residents and make the logins that are missing, all at once."""
    people = act.lock(*residents)
    missing = [person for person in people if person.user_id is None]
    users = [
        User(username=_username(person), name=person.name.reveal(), password=make_password(None))
        for person in missing
    ]
    User.objects.bulk_create(users, batch_size=_A_TIME)
    for person, user in zip(missing, users, strict=True):
        person.user = user
    save_many(missing, "user")
    return people


@action(access.may_join_workshop, creates=True)
def take_on(act: Act, organisation: Organisation, *, row: ResidentRow) -> Resident:
    """Write down who walks in, or find them by their ID number, and make them a maker here."""
    place = Division.objects.filter(code=f"{row.division[:6]}000000").first()
    if place is None:
        raise Refused(_("No place has this code. Look it up in the list of places."), field="division")
    resident = add_residents(act, place, rows=[row])[0]
    join_workshop(act, organisation, residents=[resident])
    resident.refresh_from_db()
    return resident
