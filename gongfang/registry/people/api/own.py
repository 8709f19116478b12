"""What belongs to a person, for machines: wishes, limits, skills, consents, their own card."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import Gone, NotAllowed
from gongfang.registry.people import actions
from gongfang.registry.people.actions.own import MOST_A_WEEK_HAO
from gongfang.registry.people.api.answers import (
    router,
    visible_person,
)
from gongfang.registry.people.models import (
    Absence,
    BankAccount,
    Consent,
    FunctionalLimit,
    IncomeWish,
    Skill,
    SkillKind,
)
from gongfang.registry.people.queries import (
    visible_residents,
)


class WishIn(Schema):
    pieces_a_week: int | None = None
    minutes_a_day: int | None = None
    home_work: bool = False
    products: str = ""
    note: str = ""


class WishOut(WishIn):
    resident: int = Field(alias="resident_id")


class IncomeIn(Schema):
    """Null: no wish any more."""

    week_hao: int | None = Field(default=None, ge=1, le=MOST_A_WEEK_HAO)


class IncomeOut(Schema):
    resident: int
    week_hao: int | None
    provisional: bool


class AwayIn(Schema):
    """The day somebody is back, and the first day they are not asked; left out, today."""

    until: date
    since: date | None = None


class AwayOut(Schema):
    id: int
    resident: int = Field(alias="resident_id")
    since: date
    until: date


class LimitOut(Schema):
    kind: str
    value: int | None


class LimitsIn(Schema):
    limits: dict[FunctionalLimit.Kind, int | None]


class SkillKindIn(Schema):
    code: str
    name: str


class SkillKindOut(SkillKindIn):
    id: int


class SkillIn(Schema):
    kind: str
    level: Literal[1, 2, 3] = 2


class SkillsIn(SkillIn):
    residents: list[int]


class SkillOut(Schema):
    id: int
    kind: str
    level: int
    hand_ins: int
    pace_percent: int
    pass_permille: int
    contested_at: datetime | None

    @staticmethod
    def resolve_kind(skill: Any) -> str:
        return skill if isinstance(skill, str) else str(skill.kind.code)


class Why(Schema):
    why: str


class ConsentIn(Schema):
    purpose: Consent.Purpose
    how: Consent.How = Consent.How.PAGE
    document: str = ""


class ConsentOut(Schema):
    id: int
    purpose: str
    how: str
    document: str
    given_at: datetime
    withdrawn_at: datetime | None


class CardIn(Schema):
    number: str
    bank: str
    holder_name: str


class CardOf(CardIn):
    resident_id: int


class CardsIn(Schema):
    cards: list[CardOf]


class CardOut(Schema):
    id: int
    number: str
    bank: str
    since: date
    until: date | None

    @staticmethod
    def resolve_number(card: BankAccount) -> str:
        return str(card.number)


@router.put("/residents/{int:resident_id}/wish", response=WishOut, operation_id="record_wish")
def record_wish(request: Visit, resident_id: int, body: WishIn) -> object:
    """Write down how much and what a person wishes to make."""
    return actions.record_wish(by_api(request), visible_person(request, resident_id), **body.dict())


@router.put("/residents/{int:resident_id}/income-wish", response=IncomeOut, operation_id="wish_income")
def wish_income(request: Visit, resident_id: int, body: IncomeIn) -> object:
    """Write down what a person would like to earn a week."""
    person = actions.wish_income(
        by_api(request), visible_person(request, resident_id), week_hao=body.week_hao
    )
    told = IncomeWish.objects.filter(resident=person).first()
    return {
        "resident": person.pk,
        "week_hao": told.week_hao if told else None,
        "provisional": bool(told and told.provisional),
    }


@router.get("/residents/{int:resident_id}/absences", response=list[AwayOut], operation_id="list_absences")
def list_absences(request: Visit, resident_id: int) -> object:
    """List the days on which a person is not to be asked; to whoever may write them down."""
    person = visible_person(request, resident_id)
    if not actions.be_away.may(request.member, person):
        raise NotAllowed
    return list(person.absences.order_by("since"))


@router.post("/residents/{int:resident_id}/absences", response=AwayOut, operation_id="be_away")
def be_away(request: Visit, resident_id: int, body: AwayIn) -> object:
    """Write down days on which a person is not to be asked."""
    return actions.be_away(by_api(request), visible_person(request, resident_id), **body.dict())


@router.post("/absences/{int:absence_id}/end", response=int, operation_id="come_back")
def come_back(request: Visit, absence_id: int) -> object:
    """Ask a person again from now on; answers whom."""
    found = get_object_or_404(
        Absence.objects.select_related("resident"),
        pk=absence_id,
        resident__in=visible_residents(request.member),
    )
    return actions.come_back(by_api(request), found)


@router.put("/residents/{int:resident_id}/limits", response=list[LimitOut], operation_id="record_limits")
def record_limits(request: Visit, resident_id: int, body: LimitsIn) -> object:
    """Write down what work must not ask of a person."""
    limits = {str(kind): value for kind, value in body.limits.items()}
    person = actions.record_limits(by_api(request), visible_person(request, resident_id), limits=limits)
    return list(person.limits.order_by("pk"))


@router.get("/skill-kinds", response=list[SkillKindOut], operation_id="list_skill_kinds")
@paginate
def list_skill_kinds(request: Visit) -> object:
    """List the skills that steps can ask for."""
    return SkillKind.objects.order_by("pk")


@router.post("/skill-kinds", response=SkillKindOut, operation_id="add_skill_kind")
def add_skill_kind(request: Visit, body: SkillKindIn) -> object:
    """Name a skill that steps can ask for."""
    return actions.add_skill_kind(by_api(request), None, code=body.code, name=body.name)


@router.get("/residents/{int:resident_id}/skills", response=list[SkillOut], operation_id="list_skills")
@paginate
def list_skills(request: Visit, resident_id: int) -> object:
    """List what a person can do."""
    return visible_person(request, resident_id).skills.select_related("kind").order_by("pk")


@router.post("/residents/{int:resident_id}/skills", response=SkillOut, operation_id="add_skill")
def add_skill(request: Visit, resident_id: int, body: SkillIn) -> object:
    """Write down what a person can do."""
    kind = get_object_or_404(SkillKind, code=body.kind)
    return _fresh(
        actions.add_skill(by_api(request), visible_person(request, resident_id), kind=kind, level=body.level)
    )


@router.post("/skills/many", response=list[SkillOut], operation_id="add_skills")
def add_skills(request: Visit, body: SkillsIn) -> object:
    """Write down for a whole class what they can do; who knew it before keeps their level."""
    kind = get_object_or_404(SkillKind, code=body.kind)
    people = visible_residents(request.member).in_bulk(body.residents)
    if len(people) != len(set(body.residents)):
        raise Gone
    skills = actions.add_skills(by_api(request), list(people.values()), kind=kind, level=body.level)
    return Skill.objects.select_related("kind").filter(pk__in=[skill.pk for skill in skills]).order_by("pk")


def _fresh(skill: Skill) -> Skill:
    return Skill.objects.select_related("kind").get(pk=skill.pk)


@router.post("/skills/{int:skill_id}/contest", response=SkillOut, operation_id="contest_pace")
def contest_pace(request: Visit, skill_id: int, body: Why) -> object:
    """Say that a pace is wrong and start counting anew."""
    skill = get_object_or_404(Skill, pk=skill_id, resident__in=visible_residents(request.member))
    return _fresh(actions.contest_pace(by_api(request), skill, why=body.why))


@router.get("/residents/{int:resident_id}/consents", response=list[ConsentOut], operation_id="list_consents")
@paginate
def list_consents(request: Visit, resident_id: int) -> object:
    """List a person's consents."""
    person = visible_person(request, resident_id)
    may = actions.give_consent.may(request.member, person)
    return person.consents.order_by("pk") if may else Consent.objects.none()


@router.post("/residents/{int:resident_id}/consents", response=ConsentOut, operation_id="give_consent")
def give_consent(request: Visit, resident_id: int, body: ConsentIn) -> object:
    """Write down a person's yes to a purpose."""
    person = visible_person(request, resident_id)
    return actions.give_consent(
        by_api(request), person, purpose=str(body.purpose), how=str(body.how), document=body.document
    )


@router.post("/consents/{int:consent_id}/withdraw", response=ConsentOut, operation_id="withdraw_consent")
def withdraw_consent(request: Visit, consent_id: int) -> object:
    """Take a yes back."""
    consent = get_object_or_404(Consent, pk=consent_id, resident__in=visible_residents(request.member))
    return actions.withdraw_consent(by_api(request), consent)


@router.put("/residents/{int:resident_id}/card", response=CardOut, operation_id="set_bank_account")
def set_bank_account(request: Visit, resident_id: int, body: CardIn) -> object:
    """Name the person's own card."""
    return actions.set_bank_account(by_api(request), visible_person(request, resident_id), **body.dict())


@router.post("/cards/many", response=list[CardOut], operation_id="set_bank_accounts")
def set_bank_accounts(request: Visit, body: CardsIn) -> object:
    """Name the own cards of many people, all or none."""
    rows = [actions.CardRow(**row.dict()) for row in body.cards]
    people = visible_residents(request.member).in_bulk([row.resident_id for row in rows])
    if len(people) != len(rows):
        raise Gone
    return actions.set_bank_accounts(by_api(request), [people[row.resident_id] for row in rows], rows=rows)


@router.post("/cards/{int:card_id}/end", response=CardOut, operation_id="end_bank_account")
def end_bank_account(request: Visit, card_id: int) -> object:
    """Stop paying to a card."""
    card = get_object_or_404(BankAccount, pk=card_id, resident__in=visible_residents(request.member))
    return actions.end_bank_account(by_api(request), card)
