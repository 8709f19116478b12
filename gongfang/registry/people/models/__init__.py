"""Tables of people: who they are, what they can and wish, whom they work with, who looked at them."""

from gongfang.registry.people.models.accounts import BankAccount, Consent, Look, RosterImport
from gongfang.registry.people.models.organisations import Cover, Organisation, Relation, Role, Seats
from gongfang.registry.people.models.residents import Household, HouseholdStatus, Resident
from gongfang.registry.people.models.skills import (
    Absence,
    FunctionalLimit,
    IncomeWish,
    Skill,
    SkillKind,
    Wish,
)

__all__ = [
    "Absence", "BankAccount", "Consent", "Cover", "FunctionalLimit", "Household", "HouseholdStatus", "IncomeWish",
    "Look", "Organisation", "Relation", "Resident", "Role", "RosterImport", "Seats", "Skill", "SkillKind", "Wish",
]  # fmt: skip
