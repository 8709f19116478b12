"""Who may read the county's figures."""

from __future__ import annotations

from gongfang.core.members import Member


def may_see_figures(member: Member) -> bool:
    """The centre and the auditors read the figures and the rows beneath them."""
    return member.is_system or member.holds("officer", "auditor")
