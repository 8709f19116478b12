"""The verbs of people: the only files of this room that write."""

from gongfang.registry.people.actions.away import be_away, come_back, forget_absences
from gongfang.registry.people.actions.covers import insure
from gongfang.registry.people.actions.looks import look, seen, write_looks
from gongfang.registry.people.actions.organisations import (
    add_organisation,
    amend_organisation,
    close_organisation,
)
from gongfang.registry.people.actions.own import (
    CardRow,
    end_bank_account,
    give_consent,
    record_limits,
    record_wish,
    set_bank_account,
    set_bank_accounts,
    wish_income,
    withdraw_consent,
)
from gongfang.registry.people.actions.relations import agree_terms, agree_terms_many, end_relation
from gongfang.registry.people.actions.residents import (
    add_household,
    add_resident,
    add_residents,
    add_status,
    amend_resident,
    end_status,
)
from gongfang.registry.people.actions.roles import (
    add_officer,
    add_staff,
    end_role,
    enrol_user,
    give_role,
    join_workshop,
    reset_password,
    take_on,
)
from gongfang.registry.people.actions.rosters import (
    forget_rosters,
    import_roster,
    retry_roster,
    return_roster,
    stop_roster,
    take_roster,
)
from gongfang.registry.people.actions.seats import set_seats
from gongfang.registry.people.actions.skills import (
    Pace,
    add_skill,
    add_skill_kind,
    add_skills,
    contest_pace,
    forget_idle_paces,
    record_pace,
    record_paces,
)

__all__ = [
    "CardRow", "Pace", "add_household", "add_officer", "add_organisation", "add_resident", "add_residents",
    "add_skill", "add_skill_kind", "add_skills", "add_staff", "add_status", "agree_terms", "agree_terms_many",
    "amend_organisation", "amend_resident", "be_away", "close_organisation", "come_back", "contest_pace",
    "end_bank_account", "end_relation", "end_role", "end_status", "enrol_user", "forget_absences",
    "forget_idle_paces", "forget_rosters", "give_consent", "give_role", "import_roster", "insure",
    "join_workshop", "look", "record_limits", "record_pace", "record_paces", "record_wish", "reset_password",
    "retry_roster", "return_roster", "seen", "set_bank_account", "set_bank_accounts", "set_seats",
    "stop_roster", "take_on", "take_roster", "wish_income", "withdraw_consent", "write_looks",
]  # fmt: skip
