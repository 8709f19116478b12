"""Homes, one a role: what must I do now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from gongfang.core.members import Member
from gongfang.pages.homes import centre, enterprise, maker, workshop
from gongfang.pages.homes.home import Home
from gongfang.pages.homes.standstill import before_everything

__all__ = ["Home", "homes_of"]

# The order of the homes on the page of somebody with several roles.
_HOMES: Sequence[tuple[str, Callable[[Member], Home | None]]] = (
    ("officer", centre.officer),
    ("township", centre.township),
    ("manager", workshop.manager),
    ("manager", workshop.operator),
    ("agent", workshop.agent),
    ("clerk", workshop.clerk),
    ("inspector", workshop.inspector),
    ("maker", maker.maker),
    ("buyer", enterprise.buyer),
    ("steward", centre.steward),
    ("auditor", centre.auditor),
)


def homes_of(member: Member) -> list[Home]:
    """Return a home for each role the member holds."""
    homes = [home(member) for role, home in _HOMES if member.holds(role)]
    return before_everything(member, [home for home in homes if home]) or [_nobody()]


def _nobody() -> Home:
    sentence = _("You are logged in, but nobody has given you a role here. Ask the county centre for one.")
    return Home(role="", sentence=sentence, doors=())
