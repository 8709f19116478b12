"""Who somebody is, as far as the ledger asks: it lies below the registry and is tested without it."""

from gongfang.core.members import Grant, Member

ROLES = {"Officer Ouyang": "officer", "Auditor Ai": "auditor", "Maker Ma": "maker"}


def member(user):
    role = ROLES.get(user.name)
    return Member(user, grants=frozenset({Grant(role)} if role else ()), is_system=user.is_system)


def may_act_for(member, subject):
    return False
