"""Enquiries, quotes, samples and contracts for machines."""

from __future__ import annotations

from datetime import date, datetime

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import access, actions
from gongfang.work.orders.calling import called_off
from gongfang.work.orders.models import Contract, ProductVersion, Quote, Sample

router = Router(tags=["orders"])


class EnquiryOut(Schema):
    id: int
    enterprise_id: int
    product: str
    pieces: int
    due: date
    note: str
    asked_on: date
    stage: str


class Enquire(Schema):
    enterprise_id: int
    product: str
    pieces: int
    due: date
    note: str = ""


class Reason(Schema):
    reason: str


class QuoteIn(Schema):
    """An offer; fee, wage and margin a piece in 毫 (1/10,000 yuan)."""

    version_id: int
    fee_hao: int
    wage_hao: int
    margin_hao: int = 0
    pieces: int | None = None
    due: date | None = None
    material: str = ""


class QuoteOut(Schema):
    id: int
    enquiry_id: int
    version_id: int
    pieces: int
    due: date
    material: str
    minutes: int
    fee_hao: int
    wage_hao: int
    margin_hao: int | None
    hourly_equivalent_hao: int
    stage: str
    document: str


class Answer(Schema):
    document: str = ""


class Declined(Answer):
    reason: str = ""


class SampleOut(Schema):
    id: int
    enterprise_id: int
    version_id: int
    quote_id: int | None
    made_on: date
    stage: str
    status: str
    reason: str
    approved_by_enterprise_at: datetime | None
    approved_by_centre_at: datetime | None


class MakeSample(Schema):
    enterprise_id: int
    version_id: int
    quote_id: int | None = None


class ContractOut(Schema):
    id: int
    enterprise_id: int
    operator_id: int
    number: str
    signed_on: date
    kind: str
    value_hao: int | None
    pieces: int | None
    valid_from: date | None
    valid_until: date | None
    overdraw: str
    partnership: bool
    document: str


class SignContract(Schema):
    enterprise_id: int
    operator_id: int
    number: str
    signed_on: date
    kind: Contract.Kind = Contract.Kind.SINGLE
    value_hao: int | None = None
    pieces: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    overdraw: Contract.Overdraw = Contract.Overdraw.WARN
    partnership: bool = False
    document: str = ""


def organisation(pk: int) -> Organisation:
    return get_object_or_404(Organisation, pk=pk)


@router.get("/enquiries", response=list[EnquiryOut], operation_id="list_enquiries")
@paginate
def list_enquiries(request: Visit) -> object:
    """List enquiries: a buyer's own, an officer's all."""
    return access.visible_enquiries(request.member).order_by("pk")


@router.post("/enquiries", response=EnquiryOut, operation_id="enquire")
def enquire(request: Visit, body: Enquire) -> object:
    """Ask whether so many pieces can be made until a day."""
    facts = body.dict()
    return actions.enquire(by_api(request), organisation(facts.pop("enterprise_id")), **facts)


@router.post("/enquiries/{int:enquiry_id}/close", response=EnquiryOut, operation_id="close_enquiry")
def close_enquiry(request: Visit, enquiry_id: int, body: Reason) -> object:
    """Close an enquiry that comes to nothing."""
    found = get_object_or_404(access.visible_enquiries(request.member), pk=enquiry_id)
    return actions.close_enquiry(by_api(request), found, reason=body.reason)


@router.post("/enquiries/{int:enquiry_id}/quotes", response=QuoteOut, operation_id="quote")
def quote(request: Visit, enquiry_id: int, body: QuoteIn) -> object:
    """Write a quote for an enquiry."""
    found = get_object_or_404(access.visible_enquiries(request.member), pk=enquiry_id)
    facts = body.dict()
    version = get_object_or_404(ProductVersion, pk=facts.pop("version_id"))
    return _seen(request, actions.quote(by_api(request), found, version=version, **facts))


@router.get("/quotes", response=list[QuoteOut], operation_id="list_quotes")
@paginate
def list_quotes(request: Visit) -> object:
    """List quotes; a buyer sees them once they are sent."""
    found = access.visible_quotes(request.member).select_related("enquiry").order_by("pk")
    return [_seen(request, each) for each in found]


@router.get("/quotes/{int:quote_id}", response=QuoteOut, operation_id="get_quote")
def get_quote(request: Visit, quote_id: int) -> object:
    """Read one quote."""
    return _seen(request, _quote(request, quote_id))


@router.post("/quotes/{int:quote_id}/send", response=QuoteOut, operation_id="send_quote")
def send_quote(request: Visit, quote_id: int) -> object:
    """Send a quote to the enterprise."""
    return _seen(request, actions.send_quote(by_api(request), _quote(request, quote_id)))


@router.post("/quotes/{int:quote_id}/accept", response=QuoteOut, operation_id="accept_quote")
def accept_quote(request: Visit, quote_id: int, body: Answer) -> object:
    """Accept a quote; an officer names the letter in which the enterprise does."""
    return _seen(request, actions.accept_quote(by_api(request), _quote(request, quote_id), **body.dict()))


@router.post("/quotes/{int:quote_id}/decline", response=QuoteOut, operation_id="decline_quote")
def decline_quote(request: Visit, quote_id: int, body: Declined) -> object:
    """Decline a quote; the enquiry waits for another one."""
    return _seen(request, actions.decline_quote(by_api(request), _quote(request, quote_id), **body.dict()))


@router.get("/samples", response=list[SampleOut], operation_id="list_samples")
@paginate
def list_samples(request: Visit) -> object:
    """List samples and which side has approved them."""
    return access.visible_samples(request.member).order_by("pk")


@router.post("/samples", response=SampleOut, operation_id="make_sample")
def make_sample(request: Visit, body: MakeSample) -> object:
    """Record that a sample was made for an enterprise."""
    version = get_object_or_404(ProductVersion, pk=body.version_id)
    offer = _quote(request, body.quote_id) if body.quote_id else None
    enterprise = organisation(body.enterprise_id)
    return actions.make_sample(by_api(request), enterprise, version=version, offer=offer)


@router.post(
    "/samples/{int:sample_id}/approve-for-enterprise",
    response=SampleOut,
    operation_id="approve_sample_for_enterprise",
)
def approve_sample_for_enterprise(request: Visit, sample_id: int) -> object:
    """Approve a sample as the enterprise."""
    return _read(request, actions.approve_sample_for_enterprise(by_api(request), _sample(request, sample_id)))


@router.post(
    "/samples/{int:sample_id}/approve-for-centre",
    response=SampleOut,
    operation_id="approve_sample_for_centre",
)
def approve_sample_for_centre(request: Visit, sample_id: int) -> object:
    """Approve a sample as the county centre."""
    return _read(request, actions.approve_sample_for_centre(by_api(request), _sample(request, sample_id)))


@router.post("/samples/{int:sample_id}/refuse", response=SampleOut, operation_id="refuse_sample")
def refuse_sample(request: Visit, sample_id: int, body: Reason) -> object:
    """Refuse a sample and say what has to be made differently."""
    return _read(request, actions.refuse_sample(by_api(request), _sample(request, sample_id), **body.dict()))


@router.get("/contracts", response=list[ContractOut], operation_id="list_contracts")
@paginate
def list_contracts(request: Visit) -> object:
    """List contracts."""
    return access.visible_contracts(request.member).order_by("pk")


@router.post("/contracts", response=ContractOut, operation_id="sign_contract")
def sign_contract(request: Visit, body: SignContract) -> object:
    """Record the contract an operator signed with an enterprise."""
    facts = body.dict()
    operator, enterprise = organisation(facts.pop("operator_id")), organisation(facts.pop("enterprise_id"))
    return actions.sign_contract(by_api(request), operator, enterprise=enterprise, **facts)


def _quote(request: Visit, pk: int) -> Quote:
    return get_object_or_404(access.visible_quotes(request.member).select_related("enquiry"), pk=pk)


def _sample(request: Visit, pk: int) -> Sample:
    return get_object_or_404(access.visible_samples(request.member), pk=pk)


def _read(request: Visit, sample: Sample) -> Sample:
    """Read a sample again: its status is a column the database writes."""
    return _sample(request, sample.pk)


def _seen(request: Visit, offer: Quote) -> dict[str, object]:
    """Return a quote as this member may see it: the agent's margin is not the enterprise's business."""
    inside = request.member.holds(*access.READERS)
    named = [name for name in QuoteOut.model_fields if name != "margin_hao"]
    return {name: getattr(offer, name) for name in named} | {
        "margin_hao": offer.margin_hao if inside else None
    }


class CalledOut(Schema):
    """What orders called off a contract, and what is left, in pieces and in 毫."""

    pieces: int
    fee_hao: int
    left_pieces: int | None
    left_hao: int | None
    overdrawn: bool


@router.get("/contracts/{int:contract_id}/called", response=CalledOut, operation_id="called_off")
def contract_called(request: Visit, contract_id: int) -> object:
    """Say what orders called off a contract and what is left of it."""
    return called_off(get_object_or_404(access.visible_contracts(request.member), pk=contract_id))
