"""Who may read the county's figures and registers."""

from __future__ import annotations

from gongfang.core.members import Member

CENTRE = ("officer", "auditor")
BOOKS = (*CENTRE, "manager")
PLACES = (*BOOKS, "agent", "clerk")
FLOOR = (*PLACES, "inspector", "township")


def may_see_figures(member: Member) -> bool:
    """The centre and the auditors read the figures and the rows beneath them."""
    return member.is_system or member.holds(*CENTRE)


def may_see_registers(member: Member) -> bool:
    """Whoever enters something finds the registers, each with the rows they see anyway."""
    return member.is_system or member.holds(*FLOOR)
