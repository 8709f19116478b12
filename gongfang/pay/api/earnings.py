"""What is earned beside pieces, advances, deductions, holds, questions and rules, for machines."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api, finder
from gongfang.core.models import Parameter
from gongfang.pay import access, actions
from gongfang.pay.api.payouts import SlipOut, WhyIn, router
from gongfang.pay.models import Advance, Deduction, Dispute, Earning, Hold, Slip, SlipLine, SlipTake
from gongfang.registry.people.models import Relation
from gongfang.registry.places import law
from gongfang.work.piecework.access import visible_bags

Some = Field(default=0, ge=0, lt=2**53)
Text = Field(max_length=200)


class EarningOut(Schema):
    """Hours, an allowance or a bonus."""

    id: int
    relation_id: int
    kind: str
    minutes: int | None
    hour_hao: int | None
    amount_hao: int
    reason: str
    document: str
    earned_on: date
    claim_until: date | None
    reverses_id: int | None
    stage: str


class EarningFacts(Schema):
    """Hours take minutes and what an hour earns; the other kinds an amount."""

    reason: str = Text
    document: str = Text
    amount_hao: int = Some
    minutes: int | None = Field(default=None, ge=1, lt=2**31)
    hour_hao: int | None = Field(default=None, ge=1, lt=2**53)


class EarningIn(EarningFacts):
    kind: Literal["hours", "allowance", "bonus"]
    earned_on: date | None = None
    claim_until: date | None = None


class TakeBackIn(Schema):
    reason: str = Text
    document: str = Text


class AdvanceOut(Schema):
    id: int
    relation_id: int
    amount_hao: int
    instalment_hao: int
    set_off_hao: int
    reason: str
    refusal: str
    asked_on: date
    provisional: bool
    consent_how: str
    payout_id: int | None
    stage: str


class AdvanceIn(Schema):
    amount_hao: int = Field(ge=1, lt=2**53)
    instalment_hao: int = Field(ge=1, lt=2**53)
    reason: str = Field(default="", max_length=200)


class DeductionOut(Schema):
    id: int
    relation_id: int
    kind: str
    bag_id: int | None
    amount_hao: int
    taken_hao: int
    reason: str
    agreed_on: date | None
    consent_how: str
    stage: str


class DeductionIn(Schema):
    kind: str = Field(max_length=20)
    amount_hao: int = Field(ge=1, lt=2**53)
    reason: str = Text
    document: str = Field(default="", max_length=200)
    bag_id: int | None = None


class YesIn(Schema):
    """How the yes was given: on the person's own page, or where the signed slip is kept."""

    how: str = Field(default="page", max_length=5)
    document: str = Field(default="", max_length=200)


class HoldOut(Schema):
    id: int
    relation_id: int
    reason: str
    placed_on: date
    until: date
    released_on: date | None


class HoldIn(Schema):
    reason: str = Text
    until: date


class DisputeOut(Schema):
    id: int
    line_id: int
    question: str
    asked_on: date
    provisional: bool
    answer: str
    answered_on: date | None
    correction_id: int | None
    stage: str


class QuestionIn(Schema):
    question: str = Field(max_length=400)


class AnswerIn(Schema):
    """A reason; with an amount the line is put right."""

    answer: str = Field(max_length=400)
    amount_hao: int | None = Field(default=None, ge=0, lt=2**53)
    document: str = Field(default="", max_length=200)


class RuleOut(Schema):
    """A number of the law in force here, with its document and source."""

    key: str
    value: Any
    valid_from: date
    valid_to: date | None
    document: str
    source: str


class RuleIn(Schema):
    key: str = Field(max_length=60)
    value: Any
    valid_from: date
    document: str = Field(max_length=200)
    source: str = Field(default="", max_length=100)


class ParameterOut(Schema):
    id: int
    key: str
    value: Any
    valid_from: date
    document: str


class TakeOut(Schema):
    """What a slip takes off, and what cut it."""

    id: int
    kind: str
    advance_id: int | None
    deduction_id: int | None
    asked_hao: int
    amount_hao: int
    cut: str
    limit_hao: int


def _terms(request: Visit, pk: int) -> Relation:
    return get_object_or_404(access.visible_relations(request.member), pk=pk)


def _earning(request: Visit, pk: int) -> Earning:
    return get_object_or_404(access.visible_earnings(request.member), pk=pk)


def _advance(request: Visit, pk: int) -> Advance:
    return get_object_or_404(access.visible_advances(request.member), pk=pk)


def _deduction(request: Visit, pk: int) -> Deduction:
    return get_object_or_404(access.visible_deductions(request.member), pk=pk)


def _dispute(request: Visit, pk: int) -> Dispute:
    return get_object_or_404(access.visible_disputes(request.member), pk=pk)


# --- hours, allowances, bonuses ----------------------------------------------------------------------------------


@router.get("/earnings", response=list[EarningOut], operation_id="earnings")
@paginate
def earnings(request: Visit) -> QuerySet[Earning]:
    """List what was earned beside pieces, the newest first."""
    return access.visible_earnings(request.member).order_by("-pk")


@router.post("/terms/{int:terms_id}/earnings", response=EarningOut, operation_id="add_earning")
def add_earning(request: Visit, terms_id: int, body: EarningIn) -> Earning:
    """Write down hours, an allowance or a bonus; another person approves it."""
    return actions.add_earning(by_api(request), _terms(request, terms_id), **body.dict())


@router.post("/earnings/{int:earning_id}/amend", response=EarningOut, operation_id="amend_earning")
def amend_earning(request: Visit, earning_id: int, body: EarningFacts) -> Earning:
    """Change a draft."""
    return actions.amend_earning(by_api(request), _earning(request, earning_id), **body.dict())


@router.post("/earnings/{int:earning_id}/drop", response=EarningOut, operation_id="drop_earning")
def drop_earning(request: Visit, earning_id: int) -> Earning:
    """Drop a draft."""
    return actions.drop_earning(by_api(request), _earning(request, earning_id))


@router.post("/earnings/{int:earning_id}/approve", response=EarningOut, operation_id="approve_earning")
def approve_earning(request: Visit, earning_id: int) -> Earning:
    """Approve what another person wrote down."""
    return actions.approve_earning(by_api(request), _earning(request, earning_id))


@router.post("/earnings/{int:earning_id}/take-back", response=EarningOut, operation_id="take_back_earning")
def take_back_earning(request: Visit, earning_id: int, body: TakeBackIn) -> Earning:
    """Take an approved earning back by an opposite entry."""
    return actions.take_back_earning(by_api(request), _earning(request, earning_id), **body.dict())


@router.post("/terms/{int:terms_id}/settle", response=EarningOut, operation_id="settle_leaver")
def settle_leaver(request: Visit, terms_id: int) -> Earning:
    """Round up what somebody who leaves is owed."""
    return actions.settle_leaver(by_api(request), _terms(request, terms_id))


# --- advances ----------------------------------------------------------------------------------------------------


@router.get("/advances", response=list[AdvanceOut], operation_id="advances")
@paginate
def advances(request: Visit) -> QuerySet[Advance]:
    """List advances, the newest first."""
    return access.visible_advances(request.member).order_by("-pk")


@router.post("/terms/{int:terms_id}/advances", response=AdvanceOut, operation_id="ask_advance")
def ask_advance(request: Visit, terms_id: int, body: AdvanceIn) -> Advance:
    """Ask for pay before it is earned."""
    by = by_api(request)
    terms: Relation = get_object_or_404(access.visible_relations(finder(request, by)), pk=terms_id)
    return actions.ask_advance(by, terms, **body.dict())


@router.post("/advances/{int:advance_id}/confirm", response=AdvanceOut, operation_id="confirm_advance")
def confirm_advance(request: Visit, advance_id: int, body: YesIn) -> Advance:
    """Say yes to an advance another asked for, or enter the signed slip."""
    return actions.confirm_advance(by_api(request), _advance(request, advance_id), **body.dict())


@router.post("/advances/{int:advance_id}/approve", response=AdvanceOut, operation_id="approve_advance")
def approve_advance(request: Visit, advance_id: int) -> Advance:
    """Approve an advance another person asked for."""
    return actions.approve_advance(by_api(request), _advance(request, advance_id))


@router.post("/advances/{int:advance_id}/refuse", response=AdvanceOut, operation_id="refuse_advance")
def refuse_advance(request: Visit, advance_id: int, body: WhyIn) -> Advance:
    """Give no advance, or take the question back."""
    return actions.refuse_advance(by_api(request), _advance(request, advance_id), why=body.why)


# --- deductions and holds ------------------------------------------------------------------------------------------


@router.get("/deductions", response=list[DeductionOut], operation_id="deductions")
@paginate
def deductions(request: Visit) -> QuerySet[Deduction]:
    """List deductions, the newest first."""
    return access.visible_deductions(request.member).order_by("-pk")


@router.post("/terms/{int:terms_id}/deductions", response=DeductionOut, operation_id="propose_deduction")
def propose_deduction(request: Visit, terms_id: int, body: DeductionIn) -> Deduction:
    """Propose a deduction; nothing is taken before the person's yes."""
    facts = body.dict(exclude={"bag_id"})
    bag = get_object_or_404(visible_bags(request.member), pk=body.bag_id) if body.bag_id else None
    return actions.propose_deduction(by_api(request), _terms(request, terms_id), bag=bag, **facts)


@router.post("/deductions/{int:deduction_id}/agree", response=DeductionOut, operation_id="agree_deduction")
def agree_deduction(request: Visit, deduction_id: int, body: YesIn) -> Deduction:
    """Say yes to a deduction, or enter the signed slip."""
    return actions.agree_deduction(by_api(request), _deduction(request, deduction_id), **body.dict())


@router.post("/deductions/{int:deduction_id}/drop", response=DeductionOut, operation_id="drop_deduction")
def drop_deduction(request: Visit, deduction_id: int) -> Deduction:
    """Say no to a deduction, or take a yes back."""
    return actions.drop_deduction(by_api(request), _deduction(request, deduction_id))


@router.get("/holds", response=list[HoldOut], operation_id="holds")
@paginate
def holds(request: Visit) -> QuerySet[Hold]:
    """List whose pay waits or waited."""
    return access.visible_holds(request.member).order_by("-pk")


@router.post("/terms/{int:terms_id}/holds", response=HoldOut, operation_id="hold_pay")
def hold_pay(request: Visit, terms_id: int, body: HoldIn) -> Hold:
    """Let somebody's pay wait, with a reason and a last day."""
    return actions.hold_pay(by_api(request), _terms(request, terms_id), **body.dict())


@router.post("/holds/{int:hold_id}/release", response=HoldOut, operation_id="release_pay")
def release_pay(request: Visit, hold_id: int) -> Hold:
    """Let pay go on that waited."""
    hold = get_object_or_404(access.visible_holds(request.member), pk=hold_id)
    return actions.release_pay(by_api(request), hold)


# --- slips and questions -------------------------------------------------------------------------------------------


@router.get("/slips/{int:slip_id}/takes", response=list[TakeOut], operation_id="takes_of_slip")
@paginate
def takes_of_slip(request: Visit, slip_id: int) -> QuerySet[SlipTake]:
    """List what a slip takes off."""
    slip = get_object_or_404(access.visible_slips(request.member), pk=slip_id)
    return slip.takes.order_by("pk")


@router.post("/slips/{int:slip_id}/cancel", response=SlipOut, operation_id="cancel_slip")
def cancel_slip(request: Visit, slip_id: int, body: WhyIn) -> Slip:
    """Take an unpaid slip back; its lines wait for the next."""
    slip = get_object_or_404(access.visible_slips(request.member), pk=slip_id)
    return actions.cancel_slip(by_api(request), slip, why=body.why)


@router.get("/questions", response=list[DisputeOut], operation_id="questions")
@paginate
def questions(request: Visit, stage: str = "") -> QuerySet[Dispute]:
    """List questions about slip lines, the newest first."""
    found = access.visible_disputes(request.member).order_by("-pk")
    return found.filter(stage=stage) if stage else found


@router.post("/lines/{int:line_id}/question", response=DisputeOut, operation_id="question_line")
def question_line(request: Visit, line_id: int, body: QuestionIn) -> Dispute:
    """Question a line of a slip."""
    by = by_api(request)
    line: SlipLine = get_object_or_404(access.visible_lines(finder(request, by)), pk=line_id)
    return actions.question_line(by, line, question=body.question)


@router.post("/questions/{int:question_id}/confirm", response=DisputeOut, operation_id="confirm_question")
def confirm_question(request: Visit, question_id: int) -> Dispute:
    """Say yes to a question another asked for you."""
    return actions.confirm_question(by_api(request), _dispute(request, question_id))


@router.post("/questions/{int:question_id}/withdraw", response=DisputeOut, operation_id="withdraw_question")
def withdraw_question(request: Visit, question_id: int) -> Dispute:
    """Take a question back."""
    return actions.withdraw_question(by_api(request), _dispute(request, question_id))


@router.post("/questions/{int:question_id}/answer", response=DisputeOut, operation_id="answer_question")
def answer_question(request: Visit, question_id: int, body: AnswerIn) -> Dispute:
    """Answer with a reason, or with the right amount."""
    return actions.answer_question(by_api(request), _dispute(request, question_id), **body.dict())


# --- rules -----------------------------------------------------------------------------------------------------------


@router.get("/rules", response=list[RuleOut], operation_id="rules")
def rules(request: Visit, day: date | None = None) -> list[law.Rule]:
    """List the numbers of the law in force here on a day."""
    return law.known_on(day or clock.today())


@router.post("/rules", response=ParameterOut, operation_id="set_rule")
def set_rule(request: Visit, body: RuleIn) -> Parameter:
    """Set a number of the law as it holds in this county from a day on."""
    return actions.set_rule(by_api(request), None, **body.dict())
