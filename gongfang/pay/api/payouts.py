"""Pay for machines: every verb of the pages, by the same actions; amounts in 毫 (1/10,000 yuan) or whole fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core.described import file_of
from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import Gone
from gongfang.core.models import User
from gongfang.pay import access, actions, queries, sheets
from gongfang.pay.models import (
    BankProfile,
    BankSheet,
    Correction,
    OrganisationAccount,
    Payout,
    PayoutBatch,
    Slip,
    SlipLine,
)
from gongfang.registry.people.access import visible_organisations
from gongfang.registry.people.models import Organisation, Relation, Resident
from gongfang.work.piecework.access import visible_hand_ins
from gongfang.work.piecework.models import Inspection, SecondLook

router = Router(tags=["pay"])

MOST = 5000
Hao = Field(ge=0, lt=2**63)


class SlipLineOut(Schema):
    """One inspection of one bag, a correction of it, or an earning beside pieces."""

    id: int
    bag_id: int | None
    inspection_id: int | None
    correction_id: int | None
    earning_id: int | None
    earned_on: date
    pieces: int
    rate_hao: int
    amount_hao: int


class SlipOut(Schema):
    id: int
    number: str
    kind: str
    relation_id: int
    period_from: date
    period_to: date
    gross_hao: int
    taken_hao: int
    net_hao: int
    drawn_on: date
    payout_id: int | None
    stage: str


class SlipWithLines(SlipOut):
    """A slip with everything that stands on it."""

    lines: list[SlipLineOut]


class PayTraceOut(Schema):
    """Where a slip line's money comes from."""

    line: SlipLineOut
    slip_id: int
    bag_id: int
    bag_code: str
    lot_id: int
    order_id: int
    order_number: str
    enterprise: str
    hand_in_id: int
    handed_in: int
    accepted: int
    inspected_on: date
    rate_hao: int
    rate_document: str
    correction: str
    payout_id: int | None


class PayoutOut(Schema):
    """An amount for one payee; the account shows as its mask."""

    id: int
    reference: str
    batch_id: int
    relation_id: int | None
    organisation_id: int | None
    amount_fen: int
    method: str
    stage: str
    account: str
    settled_on: date | None
    document: str
    failure: str
    retry_of_id: int | None

    @staticmethod
    def resolve_account(row: Payout) -> str:
        """Mask the account."""
        account = row.account or row.organisation_account
        return str(account) if account else ""


class BatchOut(Schema):
    id: int
    number: str
    operator_id: int
    profile_id: int | None
    stage: str
    prepared_on: date
    approved_on: date | None
    sent_on: date | None


class PayableOut(Schema):
    """What one payee is owed and could be paid now."""

    relation_id: int | None
    organisation_id: int | None
    owed_hao: int
    amount_fen: int
    method: str

    @staticmethod
    def resolve_relation_id(row: queries.Payable) -> int | None:
        """Name the relation of a person."""
        return row.relation.pk if row.relation else None

    @staticmethod
    def resolve_organisation_id(row: queries.Payable) -> int | None:
        """Name the agent or workshop."""
        return row.organisation.pk if row.organisation else None


class MoneyOut(Schema):
    owed: int
    transit: int
    paid: int
    overpaid: int
    kept: int
    tax: int


class SheetOut(Schema):
    id: int
    batch_id: int
    made_at: datetime
    rows: int
    amount_fen: int


class SecondLookOut(Schema):
    """By how much another inspector's look changed each number of a verdict."""

    id: int
    inspection_id: int
    accepted: int
    rework: int
    rejected: int
    reason: str
    looked_on: date


class LookAgain(Schema):
    """The numbers another look finds; what was missing is not among them."""

    accepted: int = Field(ge=0, lt=2**31)
    rework: int = Field(default=0, ge=0, lt=2**31)
    rejected: int = Field(default=0, ge=0, lt=2**31)
    reason: str = Field(max_length=200)


class CorrectionOut(Schema):
    id: int
    inspection_id: int
    before_hao: int
    after_hao: int
    difference_hao: int
    reason: str
    document: str
    made_on: date


class ColumnRow(Schema):
    title: str = Field(max_length=40)
    field: str


class ProfileOut(Schema):
    id: int
    name: str
    columns: list[ColumnRow]
    form: str
    charset: str


class AccountOut(Schema):
    """The account of an agent or workshop, masked."""

    id: int
    organisation_id: int
    number: str
    bank: str
    since: date
    until: date | None

    @staticmethod
    def resolve_number(row: OrganisationAccount) -> str:
        """Mask the number."""
        return str(row.number)


class DrawIn(Schema):
    """Up to which day, and for people on which terms; everybody by default."""

    upto: date | None = None
    terms: list[Relation.Kind] | None = None


class PrepareIn(Schema):
    profile_id: int | None = None


class SentIn(Schema):
    sent_on: date | None = None


class ConfirmPayoutsIn(Schema):
    """The payouts the bank has paid; without a list, all that are at the bank."""

    payout_ids: list[int] | None = Field(default=None, min_length=1, max_length=MOST)
    paid_on: date | None = None


class WhyIn(Schema):
    why: str = Field(max_length=200)


class CashIn(Schema):
    """Who looked on (the user name), and the receipt the payee signed."""

    witness: str
    document: str = Field(max_length=200)


class CorrectIn(Schema):
    amount_hao: int = Hao
    reason: str = Field(max_length=200)
    document: str = Field(max_length=200)


class ProfileIn(Schema):
    name: str = Field(max_length=60)
    columns: list[ColumnRow] = Field(max_length=40)
    form: str = "xlsx"
    charset: str = "utf-8"


class AccountIn(Schema):
    number: str = Field(max_length=60)
    bank: str = Field(max_length=60)


def _operator(request: Visit, pk: int) -> Organisation:
    return get_object_or_404(access.operators(request.member), pk=pk)


def _batch(request: Visit, pk: int) -> PayoutBatch:
    return get_object_or_404(access.visible_batches(request.member), pk=pk)


def _payout(request: Visit, pk: int) -> Payout:
    return get_object_or_404(access.visible_payouts(request.member), pk=pk)


# --- slips -----------------------------------------------------------------------------------------------------


@router.get("/slips", response=list[SlipOut], operation_id="slips")
@paginate
def slips(request: Visit, stage: str = "") -> QuerySet[Slip]:
    """List the slips you may see, the newest first; makers see their own."""
    found = access.visible_slips(request.member).order_by("-pk")
    return found.filter(stage=stage) if stage else found


@router.get("/slips/{int:slip_id}", response=SlipWithLines, operation_id="slip")
def slip(request: Visit, slip_id: int) -> Mapping[str, Any]:
    """Read a slip with its lines."""
    found = get_object_or_404(access.visible_slips(request.member), pk=slip_id)
    lines = SlipLine.everything.filter(slip=found).order_by("pk")
    return {**SlipOut.from_orm(found).dict(), "lines": list(lines)}


@router.get("/lines/{int:line_id}", response=PayTraceOut, operation_id="trace_line")
def trace_line(request: Visit, line_id: int) -> Mapping[str, Any]:
    """Follow a slip line back to the pieces, the rate's document, the bag and the order."""
    visible = access.visible_lines(request.member).filter(bag__isnull=False)
    lines = visible.select_related(*queries.TRACED)
    trace = queries.trace_line(get_object_or_404(lines, pk=line_id))
    return {
        "line": trace.line,
        "slip_id": trace.slip.pk,
        "bag_id": trace.bag.pk,
        "bag_code": trace.bag.code,
        "lot_id": trace.lot.pk,
        "order_id": trace.order.pk,
        "order_number": trace.order.number,
        "enterprise": trace.order.enterprise.name,
        "hand_in_id": trace.hand_in.pk,
        "handed_in": trace.hand_in.pieces,
        "accepted": trace.inspection.accepted,
        "inspected_on": trace.inspection.inspected_on,
        "rate_hao": trace.inspection.rate_hao,
        "rate_document": trace.inspection.rate.document,
        "correction": trace.correction.reason if trace.correction else "",
        "payout_id": trace.slip.payout_id,
    }


@router.get("/bags/{int:bag_id}/lines", response=list[SlipLineOut], operation_id="lines_of_bag")
def lines_of_bag(request: Visit, bag_id: int) -> QuerySet[SlipLine]:
    """List the slip lines of a bag."""
    return access.visible_lines(request.member).filter(bag=bag_id).order_by("pk")


@router.post("/operators/{int:operator_id}/slips", response=list[SlipOut], operation_id="draw_up_slips")
def draw_up_slips(request: Visit, operator_id: int, body: DrawIn) -> list[Slip]:
    """Write everything inspected up to a day on slips, one a person."""
    terms = [str(kind) for kind in body.terms] if body.terms else None
    operator = _operator(request, operator_id)
    return actions.draw_up_slips(by_api(request), operator, upto=body.upto, terms=terms)


@router.get("/money", response=MoneyOut, operation_id="my_money")
def my_money(request: Visit) -> queries.Money:
    """Read what you are owed, what is on its way and what was paid, in 毫."""
    own = request.member.resident_id
    return queries.money_to(get_object_or_404(Resident, pk=own))


@router.get("/corrections", response=list[CorrectionOut], operation_id="corrections")
@paginate
def corrections(request: Visit) -> QuerySet[Correction]:
    """List the corrections you may see."""
    return access.visible_corrections(request.member).order_by("-pk")


@router.post(
    "/inspections/{int:inspection_id}/look-again", response=SecondLookOut, operation_id="correct_verdict"
)
def correct_verdict(request: Visit, inspection_id: int, body: LookAgain) -> SecondLook:
    """Put a verdict right after another look; what it earned follows in the same act."""
    seen = Inspection.objects.filter(hand_in__in=visible_hand_ins(request.member))
    return actions.correct_verdict(by_api(request), get_object_or_404(seen, pk=inspection_id), **body.dict())


@router.post("/inspections/{int:inspection_id}/correct", response=CorrectionOut, operation_id="correct_pay")
def correct_pay(request: Visit, inspection_id: int, body: CorrectIn) -> Correction:
    """Put right what an inspection earned."""
    seen = Inspection.objects.filter(hand_in__in=visible_hand_ins(request.member))
    return actions.correct_pay(by_api(request), get_object_or_404(seen, pk=inspection_id), **body.dict())


# --- batches ---------------------------------------------------------------------------------------------------


@router.get("/operators/{int:operator_id}/payable", response=list[PayableOut], operation_id="payable")
@paginate
def payable(request: Visit, operator_id: int) -> list[queries.Payable]:
    """List whom an operator owes and what could be paid now."""
    return queries.owing(_operator(request, operator_id))


@router.post("/operators/{int:operator_id}/batches", response=BatchOut, operation_id="prepare_batch")
def prepare_batch(request: Visit, operator_id: int, body: PrepareIn) -> PayoutBatch:
    """Put everybody who can be paid in a batch."""
    profile = get_object_or_404(BankProfile, pk=body.profile_id) if body.profile_id else None
    return actions.prepare_batch(by_api(request), _operator(request, operator_id), profile=profile)


@router.get("/batches", response=list[BatchOut], operation_id="batches")
@paginate
def batches(request: Visit) -> QuerySet[PayoutBatch]:
    """List the batches you may see, the newest first."""
    return access.visible_batches(request.member).order_by("-pk")


@router.get("/batches/{int:batch_id}", response=BatchOut, operation_id="batch")
def batch(request: Visit, batch_id: int) -> PayoutBatch:
    """Read one batch."""
    return _batch(request, batch_id)


@router.get("/batches/{int:batch_id}/payouts", response=list[PayoutOut], operation_id="payouts_of_batch")
@paginate
def payouts_of_batch(request: Visit, batch_id: int) -> QuerySet[Payout]:
    """List the payouts of a batch."""
    rows = _batch(request, batch_id).payouts.select_related("account", "organisation_account")
    return rows.order_by("pk")


@router.post("/batches/{int:batch_id}/approve", response=BatchOut, operation_id="approve_batch")
def approve_batch(request: Visit, batch_id: int) -> PayoutBatch:
    """Approve a batch another person prepared."""
    return actions.approve_batch(by_api(request), _batch(request, batch_id))


@router.post("/batches/{int:batch_id}/cancel", response=BatchOut, operation_id="cancel_batch")
def cancel_batch(request: Visit, batch_id: int) -> PayoutBatch:
    """Drop a batch nobody has approved."""
    return actions.cancel_batch(by_api(request), _batch(request, batch_id))


@router.post("/batches/{int:batch_id}/sheets", response=SheetOut, operation_id="export_sheet")
def export_sheet(request: Visit, batch_id: int) -> BankSheet:
    """Take out the bank sheet; each account on it is a look the person can read."""
    return actions.export_sheet(by_api(request), _batch(request, batch_id))


@router.get(
    "/sheets/{int:sheet_id}/file", operation_id="bank_sheet", openapi_extra=file_of(*sheets.TYPES.values())
)
def bank_sheet(request: Visit, sheet_id: int) -> HttpResponse:
    """Fetch the file of a sheet you took out, within ten minutes."""
    sheet = get_object_or_404(access.visible_sheets(request.member), pk=sheet_id)
    simulated = bool(getattr(request.tenant, "demo", False))
    return sheets.download(request.member, sheet, simulated=simulated)


@router.post("/batches/{int:batch_id}/sent", response=BatchOut, operation_id="mark_sent")
def mark_sent(request: Visit, batch_id: int, body: SentIn) -> PayoutBatch:
    """Record that the sheet was handed to the bank."""
    return actions.mark_sent(by_api(request), _batch(request, batch_id), sent_on=body.sent_on)


@router.post("/batches/{int:batch_id}/confirm", response=list[PayoutOut], operation_id="confirm_payouts")
def confirm_payouts(request: Visit, batch_id: int, body: ConfirmPayoutsIn) -> Sequence[Payout]:
    """Record that the bank has paid."""
    found = _batch(request, batch_id)
    return actions.confirm_payouts(by_api(request), found, payouts=body.payout_ids, paid_on=body.paid_on)


# --- payouts ---------------------------------------------------------------------------------------------------


@router.get("/payouts", response=list[PayoutOut], operation_id="payouts")
@paginate
def payouts(request: Visit, stage: str = "") -> QuerySet[Payout]:
    """List the payouts you may see, the newest first."""
    rows = access.visible_payouts(request.member).select_related("account", "organisation_account")
    found = rows.order_by("-pk")
    return found.filter(stage=stage) if stage else found


@router.post("/payouts/{int:payout_id}/fail", response=PayoutOut, operation_id="fail_payout")
def fail_payout(request: Visit, payout_id: int, body: WhyIn) -> Payout:
    """Record that the bank could not pay."""
    return actions.fail_payout(by_api(request), _payout(request, payout_id), why=body.why)


@router.post("/payouts/{int:payout_id}/retry", response=PayoutOut, operation_id="retry_payout")
def retry_payout(request: Visit, payout_id: int) -> Payout:
    """Pay a failed payout anew."""
    return actions.retry_payout(by_api(request), _payout(request, payout_id))


@router.post("/payouts/{int:payout_id}/cash", response=PayoutOut, operation_id="pay_cash")
def pay_cash(request: Visit, payout_id: int, body: CashIn) -> Payout:
    """Hand over cash before a witness against a signature."""
    witness = User.objects.filter(username__iexact=body.witness, is_active=True).first()
    if witness is None:
        raise Gone(_("Nobody here has the user name of the witness."))
    payout = _payout(request, payout_id)
    return actions.pay_cash(by_api(request), payout, witness=witness, document=body.document)


@router.post("/payouts/{int:payout_id}/cancel", response=PayoutOut, operation_id="cancel_payout")
def cancel_payout(request: Visit, payout_id: int, body: WhyIn) -> Payout:
    """Take a payout out of its batch before anything was paid."""
    return actions.cancel_payout(by_api(request), _payout(request, payout_id), why=body.why)


# --- accounts and bank profiles --------------------------------------------------------------------------------


@router.get("/profiles", response=list[ProfileOut], operation_id="bank_profiles")
@paginate
def bank_profiles(request: Visit) -> QuerySet[BankProfile]:
    """List how each bank wants its sheet."""
    return BankProfile.objects.order_by("name")


@router.post("/profiles", response=ProfileOut, operation_id="set_bank_profile")
def set_bank_profile(request: Visit, body: ProfileIn) -> BankProfile:
    """Say how a bank wants its sheet."""
    columns = [actions.Column(**column.dict()) for column in body.columns]
    facts = {"name": body.name, "form": body.form, "charset": body.charset}
    return actions.set_bank_profile(by_api(request), None, columns=columns, **facts)


@router.get("/accounts", response=list[AccountOut], operation_id="organisation_accounts")
@paginate
def organisation_accounts(request: Visit) -> QuerySet[OrganisationAccount]:
    """List the accounts of agents and workshops you may see, masked."""
    return access.visible_accounts(request.member).order_by("-pk")


@router.post("/organisations/{int:organisation_id}/account", response=AccountOut, operation_id="set_account")
def set_account(request: Visit, organisation_id: int, body: AccountIn) -> OrganisationAccount:
    """Name the account an agent's or workshop's margin is paid to."""
    organisation = get_object_or_404(visible_organisations(request.member), pk=organisation_id)
    return actions.set_account(by_api(request), organisation, **body.dict())


@router.post("/accounts/{int:account_id}/end", response=AccountOut, operation_id="end_account")
def end_account(request: Visit, account_id: int) -> OrganisationAccount:
    """Stop paying to an account."""
    account = get_object_or_404(access.visible_accounts(request.member), pk=account_id)
    return actions.end_account(by_api(request), account)


@router.get("/organisations/{int:organisation_id}/margin", response=MoneyOut, operation_id="margin_of")
def margin_of(request: Visit, organisation_id: int) -> queries.Money:
    """Read what an agent or workshop is owed and was paid as its margin, in 毫."""
    return queries.margin_of(get_object_or_404(access.earners(request.member), pk=organisation_id))
