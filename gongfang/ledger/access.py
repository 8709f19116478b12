"""Who may do what with the ledger as a whole; single postings belong to the verbs that book them."""

from __future__ import annotations

from datetime import date

from gongfang.core.members import Member


def may_close_period(member: Member, until: date) -> bool:
    """Let officers of the county close a period."""
    return member.holds("officer")


def may_sign_checkpoint(member: Member, day: date) -> bool:
    """Let nobody but the system seal a day."""
    return member.is_system


def may_see_ledger(member: Member) -> bool:
    """Let officers and auditors see every account, and print its seals."""
    return member.holds("officer", "auditor")
