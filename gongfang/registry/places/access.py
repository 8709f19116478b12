"""Who may add places; everybody in the county may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from gongfang.core.members import Member
from gongfang.registry.places.models import Division, Site


def stem(code: str) -> str:
    """Return the leading digits that all divisions below this one share."""
    for digits in (2, 4, 6, 9):
        if not code[digits:].strip("0"):
            return code[:digits]
    return code


def runs_place(member: Member, code: str) -> bool:
    """Say whether the member's centre, county or township, is in charge of this place."""
    return member.is_system or member.over(code, "officer", "township")


def may_load_divisions(member: Member, nothing: None) -> bool:
    return member.is_system or member.holds("officer")


def may_add_site(member: Member, division: Division) -> bool:
    return runs_place(member, division.code)


def may_add_unit(member: Member, site: Site) -> bool:
    return runs_place(member, site.division_id)


def visible_divisions(member: Member) -> QuerySet[Division]:
    return Division.objects.all()


def visible_sites(member: Member) -> QuerySet[Site]:
    return Site.objects.all()
