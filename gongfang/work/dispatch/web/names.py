"""People on the pages of sharing out: named as the visitor may see them, each look written down."""

from __future__ import annotations

from collections.abc import Iterable

from gongfang.core.members import Member
from gongfang.registry.people import queries as people
from gongfang.registry.people.actions import seen
from gongfang.registry.people.models import Resident


def names(member: Member, makers: Iterable[Resident], *, page: str) -> dict[int, str]:
    """Return under which name each person stands on a page, and write down that they were seen there."""
    shown = {maker.pk: maker for maker in makers}
    seen(member, shown.values(), page=page)
    return people.names(member, shown.values())
