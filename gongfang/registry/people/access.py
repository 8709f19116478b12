"""Who may do what to people and organisations, and whom one may see at all."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from gongfang.core import clock
from gongfang.core.members import Member
from gongfang.core.models import User
from gongfang.registry.people.members import KEEPERS
from gongfang.registry.people.models import (
    Absence,
    BankAccount,
    Consent,
    Household,
    HouseholdStatus,
    Organisation,
    Relation,
    Resident,
    Role,
    RosterImport,
    Skill,
)
from gongfang.registry.people.models.residents import running
from gongfang.registry.places.access import runs_place, stem
from gongfang.registry.places.models import Division

Scope = Division | Organisation

_WATCHERS = ("officer", "township", "steward", "auditor")
_BENCH = (*KEEPERS, "inspector")
# What each giver may hand on at an organisation; an officer gives everything.
_GIVEN_BY_MANAGER = frozenset({"clerk", "inspector", "maker"})
_GIVEN_BY_KEEPER = frozenset({"maker"})
_AT_PLACES = frozenset({"officer", "township", "steward", "auditor"})


def runs_centre(member: Member) -> bool:
    """Say whether this is an officer of the county centre, or the system itself."""
    return member.is_system or member.holds("officer")


# --- residents --------------------------------------------------------------------------------------


def visible_residents(member: Member) -> QuerySet[Resident]:
    """Return whom the member may see: of their places, of their workshops, and themselves."""
    if member.is_system:
        return Resident.objects.all()
    seen = Q(pk=member.resident_id) if member.resident_id else Q(pk__in=())
    for grant in member.grants:
        if grant.role in _WATCHERS and grant.place:
            seen |= Q(division__code__startswith=stem(grant.place))
    if organisations := member.organisations(*_BENCH):
        seen |= Q(user__in=makers_at(organisations).values("user"))
    return Resident.objects.filter(seen)


def makers_at(organisations: Iterable[int]) -> QuerySet[Role]:
    """Return the maker roles that run today at these organisations."""
    return Role.objects.filter(
        running(clock.today()), role=Role.Name.MAKER, organisation__in=list(organisations)
    )


def visible_households(member: Member) -> QuerySet[Household]:
    """Return the households of the places the member watches over, and the member's own."""
    if member.is_system:
        return Household.objects.all()
    own = Resident.objects.filter(pk=member.resident_id).values("household") if member.resident_id else ()
    seen = Q(pk__in=own)
    for grant in member.grants:
        if grant.role in _WATCHERS and grant.place:
            seen |= Q(division__code__startswith=stem(grant.place))
    return Household.objects.filter(seen)


def is_self(member: Member, resident: Resident) -> bool:
    """Say whether the member is this very person."""
    return member.resident_id is not None and member.resident_id == resident.pk


def keeps(member: Member, resident: Resident, *roles: str) -> bool:
    """Say whether one of the roles is held where the resident is a maker."""
    return keeps_all(member, [resident], *roles)


def keeps_all(member: Member, residents: Iterable[Resident], *roles: str) -> bool:
    """Say whether all of these residents are makers where the member holds one of the roles."""
    organisations = member.organisations(*roles)
    users = {resident.user_id for resident in residents}
    if not organisations or None in users:
        return False
    found = makers_at(organisations).filter(user__in=users).values_list("user", flat=True)
    return users == set(found)


def may_add_residents(member: Member, place: Division) -> bool:
    """Centres add people of their places; a workshop may write down whoever walks in."""
    return runs_place(member, place.code) or member.holds(*KEEPERS)


def may_import_roster(member: Member, place: Division) -> bool:
    return runs_place(member, place.code)


def may_end_roster(member: Member, brought: RosterImport) -> bool:
    """Whoever brought a roster stops it or starts it again, as long as the place is theirs."""
    return member.is_system or (
        brought.brought_by_id == member.user.pk and may_settle_roster(member, brought)
    )


def may_settle_roster(member: Member, brought: RosterImport) -> bool:
    return brought.place_id is not None and runs_place(member, brought.place_id)


def may_amend_resident(member: Member, resident: Resident) -> bool:
    return runs_place(member, resident.division_id) or keeps(member, resident, *KEEPERS)


def may_look(member: Member, resident: Resident) -> bool:
    """Unmasking is for those who have to reach the person or check the books; an inspector does not."""
    return (
        is_self(member, resident)
        or runs_place(member, resident.division_id)
        or member.over(resident.division_id, "steward", "auditor")
        or keeps(member, resident, *KEEPERS)
    )


def may_enrol_user(member: Member, resident: Resident) -> bool:
    """A clerk, who hands out the bags, chooses nobody's password."""
    return runs_place(member, resident.division_id) or keeps(member, resident, "manager")


def may_add_household(member: Member, place: Division) -> bool:
    return runs_place(member, place.code)


def may_add_status(member: Member, household: Household) -> bool:
    return runs_place(member, household.division_id)


# --- what belongs to a person -----------------------------------------------------------------------


def may_record_own(member: Member, resident: Resident) -> bool:
    """Wishes, limits and skills: the person, their workshop, their centre, their steward."""
    return (
        is_self(member, resident)
        or may_amend_resident(member, resident)
        or member.over(resident.division_id, "steward")
    )


def may_record_own_many(member: Member, residents: list[Resident]) -> bool:
    """A centre writes down a whole class of its people, a workshop its makers."""
    if all(runs_place(member, resident.division_id) for resident in residents):
        return True
    return keeps_all(member, residents, *KEEPERS)


def may_wish_income(member: Member, resident: Resident) -> bool:
    """The person, or the desk that plans with them; no office, no steward and no inspector needs to read it."""
    return is_self(member, resident) or keeps(member, resident, *KEEPERS)


def may_come_back(member: Member, absence: Absence) -> bool:
    return may_record_own(member, absence.resident)


def may_give_consent(member: Member, resident: Resident) -> bool:
    return is_self(member, resident) or may_amend_resident(member, resident)


def may_withdraw_consent(member: Member, consent: Consent) -> bool:
    return may_give_consent(member, consent.resident)


def may_set_bank_account(member: Member, resident: Resident) -> bool:
    """The person, or who runs the centre or the workshop; a clerk who hands out bags does not touch cards."""
    return (
        is_self(member, resident)
        or runs_place(member, resident.division_id)
        or keeps(member, resident, "manager")
    )


def may_set_bank_accounts(member: Member, residents: list[Resident]) -> bool:
    """A whole sheet of cards is brought by who runs the centre or the workshop."""
    if all(runs_place(member, resident.division_id) for resident in residents):
        return True
    return keeps_all(member, residents, "manager")


def may_end_bank_account(member: Member, account: BankAccount) -> bool:
    return may_set_bank_account(member, account.resident)


def may_contest(member: Member, resident: Resident) -> bool:
    """The person, or who keeps the register; a steward passes it on to them."""
    return is_self(member, resident) or may_amend_resident(member, resident)


def may_contest_pace(member: Member, skill: Skill) -> bool:
    return may_contest(member, skill.resident)


def may_record_pace(member: Member, resident: Resident) -> bool:
    return may_record_paces(member, [resident])


def may_record_paces(member: Member, residents: list[Resident]) -> bool:
    """Only an inspection records a pace, so whoever may inspect at all has been checked one act above."""
    return member.is_system or member.holds("inspector", "officer", *KEEPERS)


# --- organisations, roles, relations ----------------------------------------------------------------


def visible_organisations(member: Member) -> QuerySet[Organisation]:
    """Return all for the centres and auditors; for others the local ones and their own."""
    if member.is_system or member.holds("officer", "township", "auditor"):
        return Organisation.objects.all()
    own = [grant.organisation_id for grant in member.grants if grant.organisation_id]
    hidden = (Organisation.Kind.ENTERPRISE, Organisation.Kind.GOVERNMENT)
    return Organisation.objects.filter(~Q(kind__in=hidden) | Q(pk__in=own))


def may_add_organisation(member: Member, place: Division) -> bool:
    return runs_centre(member) or member.over(place.code, "township")


def may_amend_organisation(member: Member, organisation: Organisation) -> bool:
    """Who answers for it: an agent, who is alone, as well as a workshop's manager."""
    return runs_centre(member) or member.at(organisation.pk, "manager", "agent")


def may_set_seats(member: Member, organisation: Organisation) -> bool:
    """Who answers for the workshop knows its benches; the centre may write them down, too."""
    return may_amend_organisation(member, organisation)


def may_close_organisation(member: Member, organisation: Organisation) -> bool:
    return runs_centre(member)


def may_give_some_role(member: Member, scope: Scope) -> bool:
    """Say whether the member gives any role here; which ones is `may_give`."""
    if isinstance(scope, Division):
        return runs_place(member, scope.code)
    return runs_centre(member) or member.at(scope.pk, *KEEPERS)


def may_add_officer(member: Member, place: Division) -> bool:
    return may_give_some_role(member, place)


def may_add_staff(member: Member, organisation: Organisation) -> bool:
    return may_give_some_role(member, organisation)


def may_give(member: Member, scope: Scope, role: str) -> bool:
    """Say whether the member may give this very role over this place or at this organisation."""
    if (role in _AT_PLACES) != isinstance(scope, Division):
        return False
    if runs_centre(member):
        return True
    if isinstance(scope, Division):
        return role == "steward" and member.over(scope.code, "township")
    given = _GIVEN_BY_MANAGER if member.at(scope.pk, "manager") else _GIVEN_BY_KEEPER
    return role in given and member.at(scope.pk, *KEEPERS)


def may_end_role(member: Member, role: Role) -> bool:
    """Whoever may give a role may end it, and everybody may leave."""
    scope = role.organisation or role.division
    return role.user_id == member.user.pk or (scope is not None and may_give(member, scope, role.role))


def may_reset_password(member: Member, user: User) -> bool:
    """Say whether the member may give this login a new password."""
    return user.pk in resettable(member, [user.pk])


def resettable(member: Member, users: Iterable[UUID]) -> set[UUID]:
    """Return to whose logins the member may give a new password: an officer's to all but their own.

    A manager helps makers, clerks and inspectors, but nobody who also holds something the manager could not give:
    a new password must not be a way into a role.
    """
    wanted = set(users) - {member.user.pk}
    if runs_centre(member):
        return set(User.objects.filter(pk__in=wanted, is_system=False).values_list("pk", flat=True))
    managed = member.organisations("manager")
    if not managed:
        return set()
    lasting = Q(until=None) | Q(until__gt=clock.today())
    held = Role.objects.filter(lasting, user__in=wanted, user__is_system=False)
    below, above = set(), set()
    for user, role, organisation in held.values_list("user", "role", "organisation"):
        if organisation in managed and role in _GIVEN_BY_MANAGER:
            below.add(user)
        elif role != Role.Name.MAKER:
            above.add(user)
    return below - above


def visible_roles(member: Member) -> QuerySet[Role]:
    """Return the roles of the member's organisations and places, and the member's own."""
    if runs_centre(member) or member.holds("auditor"):
        return Role.objects.all()
    seen = Q(user=member.user) | Q(organisation__in=member.organisations(*KEEPERS))
    for grant in member.grants:
        if grant.role == "township" and grant.place:
            seen |= Q(division__code__startswith=stem(grant.place))
    return Role.objects.filter(seen)


def may_join_workshop(member: Member, organisation: Organisation) -> bool:
    return may_give_some_role(member, organisation)


def may_agree_terms(member: Member, resident: Resident) -> bool:
    return may_agree_terms_many(member, [resident])


def may_agree_terms_many(member: Member, residents: list[Resident]) -> bool:
    """The person agrees, or the one who hands out the work writes the agreement down."""
    if runs_centre(member) or all(is_self(member, resident) for resident in residents):
        return True
    return keeps_all(member, residents, *KEEPERS)


def may_end_relation(member: Member, relation: Relation) -> bool:
    return (
        runs_centre(member)
        or is_self(member, relation.resident)
        or member.at(relation.organisation_id, "manager")
    )


def may_insure(member: Member, relations: list[Relation]) -> bool:
    """Who keeps the books of the operator that pays."""
    theirs = all(member.at(row.organisation_id, "manager") for row in relations)
    return runs_centre(member) or (bool(relations) and theirs)


def visible_relations(member: Member) -> QuerySet[Relation]:
    """Return the terms of visible people, and those with an operator whose manager one is."""
    own = Q(organisation__in=member.organisations("manager"))
    return Relation.objects.filter(own | Q(resident__in=visible_residents(member)))


def may_add_skill_kind(member: Member, nothing: None) -> bool:
    return runs_centre(member)


def may_forget(member: Member, nothing: None) -> bool:
    """Forgetting on time is the system's own duty."""
    return member.is_system


def may_end_status(member: Member, status: HouseholdStatus) -> bool:
    return may_add_status(member, status.household)
