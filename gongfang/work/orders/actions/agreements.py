"""Verbs from the enterprise's question to the signed contract."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.states import move
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import access
from gongfang.work.orders.models import Contract, Enquiry, ProductVersion, Quote, Sample
from gongfang.work.orders.states import ENQUIRY, QUOTE, SAMPLE

BUYERS = (Organisation.Kind.ENTERPRISE, Organisation.Kind.GOVERNMENT)


@action(access.may_enquire, creates=True)
def enquire(
    act: Act, enterprise: Organisation, *, product: str, pieces: int, due: date, note: str = ""
) -> Enquiry:
    """Ask for an enterprise whether so many pieces can be made until a day."""
    _check_pieces(pieces)
    _check_due(act, due)
    if enterprise.kind not in BUYERS:
        raise Refused(
            _("Only an enterprise or a government office orders. Choose who asks."), field="enterprise"
        )
    return Enquiry.objects.create(
        enterprise=enterprise, product=product, pieces=pieces, due=due, note=note, asked_on=act.booked_on
    )


@action(access.may_close_enquiry)
def close_enquiry(act: Act, enquiry: Enquiry, *, reason: str) -> Enquiry:
    """Close an enquiry that comes to nothing, and say why."""
    _check_reason(reason)
    act.note(reason=reason)
    move(enquiry, ENQUIRY, "close_enquiry")
    return enquiry


@action(access.may_quote)
def quote(
    act: Act,
    enquiry: Enquiry,
    *,
    version: ProductVersion,
    fee_hao: int,
    wage_hao: int,
    margin_hao: int = 0,
    pieces: int | None = None,
    due: date | None = None,
    material: str = "",
) -> Quote:
    """Write a quote: what the enterprise pays a piece, and what of it the maker and the agent get."""
    _check_pieces(enquiry.pieces if pieces is None else pieces)
    if wage_hao < 1:
        raise Refused(
            _("Whoever makes a piece earns something for it. Enter the wage a piece."), field="wage_hao"
        )
    if margin_hao < 0:
        raise Refused(_("A margin is not below zero. Enter what the agent gets a piece."), field="margin_hao")
    if fee_hao < wage_hao + margin_hao:
        raise Refused(
            _("The fee does not cover the wage and the margin. Raise the fee or lower the margin."),
            field="fee_hao",
        )
    seconds = version.steps.aggregate(seconds=Sum("standard_seconds"))["seconds"]
    if not seconds:
        raise Refused(
            _("This product has no step of work yet. Publish how it is made first."), field="version"
        )
    move(enquiry, ENQUIRY, "quote")
    made = Quote.objects.create(
        enquiry=enquiry,
        version=version,
        pieces=enquiry.pieces if pieces is None else pieces,
        due=due or enquiry.due,
        material=material,
        seconds=seconds,
        fee_hao=fee_hao,
        wage_hao=wage_hao,
        margin_hao=margin_hao,
    )
    made.refresh_from_db()
    return made


@action(access.may_send_quote)
def send_quote(act: Act, offer: Quote) -> Quote:
    """Send a quote to the enterprise; from now on its buyer sees it."""
    move(offer, QUOTE, "send_quote", sent_by=act.by.user)
    act.emit("QuoteSent", offer)
    return offer


@action(access.may_answer_quote, second=lambda offer: [offer.sent_by_id])
def accept_quote(act: Act, offer: Quote, *, document: str = "") -> Quote:
    """Accept a quote; when an officer records it for the enterprise, the letter is named."""
    _check_answer(act, offer, document)
    move(offer, QUOTE, "accept_quote", answered_by=act.by.user, document=document)
    enquiry = act.lock(offer.enquiry)[0]
    if enquiry.stage != Enquiry.Stage.CLOSED:
        move(enquiry, ENQUIRY, "accept_quote")
    act.emit("QuoteAccepted", offer)
    return offer


@action(access.may_answer_quote, second=lambda offer: [offer.sent_by_id])
def decline_quote(act: Act, offer: Quote, *, reason: str = "", document: str = "") -> Quote:
    """Decline a quote; the enquiry waits for another one."""
    _check_answer(act, offer, document)
    act.note(reason=reason)
    move(offer, QUOTE, "decline_quote", answered_by=act.by.user, document=document)
    enquiry = act.lock(offer.enquiry)[0]
    if ENQUIRY.may(enquiry.stage, "decline_quote"):
        move(enquiry, ENQUIRY, "decline_quote")
    return offer


@action(access.may_make_sample, creates=True)
def make_sample(
    act: Act,
    enterprise: Organisation,
    *,
    version: ProductVersion,
    offer: Quote | None = None,
    picture: str = "",
) -> Sample:
    """Record that a sample of a product was made for an enterprise; both sides now look at it."""
    return Sample.objects.create(
        enterprise=enterprise,
        version=version,
        quote=offer,
        picture=picture,
        made_on=act.booked_on,
        made_by=act.by.user,
    )


@action(access.may_approve_for_enterprise, second=lambda sample: [sample.approved_by_centre_id])
def approve_sample_for_enterprise(act: Act, sample: Sample) -> Sample:
    """Approve a sample as the enterprise; with the centre's approval it is sealed."""
    if sample.approved_by_enterprise_id:
        raise Moved(_("The enterprise has approved this sample already."))
    facts = {"approved_by_enterprise": act.by.user, "approved_by_enterprise_at": act.received_at}
    move(sample, SAMPLE, "seal" if sample.approved_by_centre_id else "approve_sample", **facts)
    return sample


@action(access.may_approve_for_centre, second=lambda sample: [sample.approved_by_enterprise_id])
def approve_sample_for_centre(act: Act, sample: Sample) -> Sample:
    """Approve a sample as the county centre; with the enterprise's approval it is sealed."""
    if sample.approved_by_centre_id:
        raise Moved(_("The centre has approved this sample already."))
    facts = {"approved_by_centre": act.by.user, "approved_by_centre_at": act.received_at}
    move(sample, SAMPLE, "seal" if sample.approved_by_enterprise_id else "approve_sample", **facts)
    return sample


@action(access.may_refuse_sample)
def refuse_sample(act: Act, sample: Sample, *, reason: str) -> Sample:
    """Refuse a sample and say what has to be made differently."""
    _check_reason(reason)
    move(sample, SAMPLE, "refuse_sample", reason=reason)
    return sample


@action(access.may_sign_contract, creates=True)
def sign_contract(
    act: Act,
    operator: Organisation,
    *,
    enterprise: Organisation,
    number: str,
    signed_on: date,
    kind: str = Contract.Kind.SINGLE,
    value_hao: int | None = None,
    pieces: int | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    overdraw: str = Contract.Overdraw.WARN,
    partnership: bool = False,
    document: str = "",
) -> Contract:
    """Record the contract an operator signed with an enterprise; a county signs nothing and owes no fees."""
    if not operator.is_operator or operator.closed_on:
        raise Refused(
            _("“%(name)s” does not sign contracts. Choose an operator that keeps books and owes the fees.")
            % {"name": operator},
            field="operator",
        )
    if enterprise.pk == operator.pk:
        raise Refused(
            _("An operator signs no contract with itself. Choose the enterprise."), field="enterprise"
        )
    if Contract.objects.filter(number=number).exists():
        raise Refused(
            _("There is a contract with this number. Look it up or correct the number."), field="number"
        )
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(_("The contract would end before it begins. Correct its days."), field="valid_until")
    return Contract.objects.create(
        enterprise=enterprise,
        operator=operator,
        number=number,
        signed_on=signed_on,
        kind=kind,
        value_hao=value_hao,
        pieces=pieces,
        valid_from=valid_from,
        valid_until=valid_until,
        overdraw=overdraw,
        partnership=partnership,
        document=document,
    )


def _check_answer(act: Act, offer: Quote, document: str) -> None:
    if not document and not act.member.at(offer.enquiry.enterprise_id, "buyer"):
        raise Refused(
            _("Name the letter or message in which the enterprise answered."),
            code="no_document",
            field="document",
        )


def _check_pieces(pieces: int) -> None:
    if pieces < 1:
        raise Refused(_("Enter how many pieces: at least one."), field="pieces")


def _check_due(act: Act, due: date) -> None:
    if due < act.booked_on:
        raise Refused(_("This day has passed. Enter the day by which the pieces are needed."), field="due")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why, so that the other side knows what to do."), field="reason")
