"""A restored county for machines: the same verbs as its page."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import NotAllowed
from gongfang.core.models import Continuity
from gongfang.operations.backup import access, actions, queries
from gongfang.operations.backup.models import Payment, Statement
from gongfang.operations.backup.statements import Line
from gongfang.registry.people.models import Relation

router = Router(tags=["after a restore"])


class ContinuityOut(Schema):
    """Whether money moves, since when not, and as of when the county was brought back."""

    safe_upto: int
    frozen_at: datetime | None
    restored_at: datetime | None
    copy_made_at: datetime | None


class StatementLineIn(Schema):
    """One payment out of an operator's account, as the bank wrote it."""

    paid_on: date
    amount_fen: int = Field(gt=0, lt=2**53)
    card: str = Field("", max_length=40)
    remark: str = Field("", max_length=200)


class StatementIn(Schema):
    """A bank statement: its last day and every payment out of the account since the copy."""

    until: date
    lines: list[StatementLineIn] = Field(max_length=5000)


class StatementOut(Schema):
    """A statement that was compared with the books."""

    id: int
    operator_id: int
    until: date
    lines: int
    known: int


class FoundPaymentOut(Schema):
    """A payment of the bank the books did not know."""

    id: int
    operator_id: int
    paid_on: date
    amount_fen: int
    reference: str
    relation_id: int | None
    organisation_id: int | None
    payout_id: int | None
    stage: str
    why: str


class PaymentsIn(Schema):
    """Payments by their ids."""

    payments: list[int] = Field(min_length=1, max_length=5000)


class PayeeIn(Schema):
    """Whom the bank has paid, by the relation they work under."""

    relation_id: int


class PaymentWhyIn(Schema):
    """What a payment was for that is none of ours."""

    why: str = Field(max_length=200)


@router.get("", response=ContinuityOut, operation_id="continuity")
def continuity(request: Visit) -> Continuity:
    """Say whether money moves here, or what the county waits for after a restore."""
    if not access.may_see_standstill(request.member):
        raise NotAllowed
    return Continuity.current()


@router.post("/operators/{int:operator_id}/statements", response=StatementOut, operation_id="read_statement")
def read_statement(request: Visit, operator_id: int, body: StatementIn) -> Statement:
    """Compare an operator's bank statement with its payouts; what the books do not know is kept to be booked."""
    operator = get_object_or_404(queries.paying_operators(), pk=operator_id)
    lines = [Line(**line.dict()) for line in body.lines]
    return actions.read_statement(by_api(request), operator, until=body.until, lines=lines)


@router.get("/payments", response=list[FoundPaymentOut], operation_id="payments_found")
@paginate
def payments(request: Visit) -> QuerySet[Payment]:
    """List the payments found in statements, the newest first."""
    return access.visible_payments(request.member).order_by("-pk")


@router.post("/payments/book", response=list[FoundPaymentOut], operation_id="book_payments")
def book_payments(request: Visit, body: PaymentsIn) -> list[Payment]:
    """Book payments another person found in a statement, so that nobody is paid them again."""
    found = access.visible_payments(request.member)
    rows = [get_object_or_404(found, pk=pk) for pk in sorted(set(body.payments))]
    return actions.book_payments(by_api(request), rows)


@router.post("/payments/{int:payment_id}/payee", response=FoundPaymentOut, operation_id="name_payee")
def name_payee(request: Visit, payment_id: int, body: PayeeIn) -> Payment:
    """Say whom the bank has paid, where the account alone does not."""
    payment = get_object_or_404(access.visible_payments(request.member), pk=payment_id)
    relation = get_object_or_404(Relation.objects.filter(organisation=payment.operator), pk=body.relation_id)
    return actions.name_payee(by_api(request), payment, relation=relation)


@router.post("/payments/{int:payment_id}/dismiss", response=FoundPaymentOut, operation_id="dismiss_payment")
def dismiss_payment(request: Visit, payment_id: int, body: PaymentWhyIn) -> Payment:
    """Say that a payment in the statement is not for work here, and why."""
    payment = get_object_or_404(access.visible_payments(request.member), pk=payment_id)
    return actions.dismiss_payment(by_api(request), payment, why=body.why)


@router.post("/thaw", response=ContinuityOut, operation_id="thaw_county")
def thaw_county(request: Visit) -> Continuity:
    """Let money move again, when books and bank agree; by somebody who has not read the statements."""
    return actions.thaw_county(by_api(request), Continuity.current())
