"""Piecework for machines: every verb of the pages, by the same actions; verbs take a whole sack at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile
from ninja.pagination import paginate
from pydantic import StrictBool, StrictInt

from gongfang.core import clock, files
from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import Gone, NotAllowed
from gongfang.work.dispatch.access import visible_lots
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.access import visible_lines
from gongfang.work.piecework import access, actions, material_api, mending_api, queries
from gongfang.work.piecework.looking import Records
from gongfang.work.piecework.models import (
    Appeal,
    Bag,
    Claim,
    Defect,
    Delivery,
    GiveBack,
    HandIn,
    Inspection,
    Loss,
    ShelfExit,
)

router = Router(tags=["piecework"])
router.add_router("", material_api.router)
router.add_router("", mending_api.router)

M = TypeVar("M", bound=Model)
Pieces = Field(gt=0, lt=2**31)
SomePieces = Field(default=0, ge=0, lt=2**31)
Amounts = dict[int, int]
MOST = 5000


class BagOut(Schema):
    """A bag; `at_home` counts pieces still with the maker, `waiting` those on which the inspector has not spoken."""

    id: int
    code: str
    lot_id: int
    pieces: int
    at_home: int
    waiting: int
    handed_in: int
    accepted: int
    rework: int
    rejected: int
    lost: int
    given_back: int
    gone: int
    stage: str
    status: str
    issued_on: date | None
    issued_at: datetime | None
    due: date


class HandInOut(Schema):
    id: int
    bag_id: int
    relation_id: int
    pieces: int
    mended: bool
    mending_id: int | None
    handed_in_on: date
    provisional: bool
    stage: str


class DefectOut(Schema):
    kind_id: int
    pieces: int


class AskedOut(Schema):
    """How a hand-in is to be looked at: `size` pieces; rejected with `reject` bad ones, surely good up to `accept`."""

    hand_in_id: int
    severity: str
    size: int
    accept: int | None
    reject: int | None
    skipped: bool


class PhotoOut(Schema):
    """Where a photo is kept: what `photos` of a verdict names."""

    path: str


class InspectionOut(Schema):
    """A verdict with what it earned, in 毫; with a sample, how many were looked at, how many of them were bad."""

    id: int
    hand_in_id: int
    accepted: int
    rework: int
    rejected: int
    lost: int
    reason: str
    readings: dict[str, bool | int]
    by_hand: bool
    severity: str
    looked: int | None
    found: int | None
    passed: bool | None
    inspected_on: date
    rate_hao: int
    amount_hao: int
    margin_hao: int


class AppealOut(Schema):
    """A maker asks that somebody else looks again, and the answer."""

    id: int
    inspection_id: int
    words: str
    asked_on: date
    provisional: bool
    stage: str
    answer: str
    answered_on: date | None


class AskAgain(Schema):
    words: str = Field(max_length=200)


class KeepVerdict(Schema):
    answer: str = Field(max_length=200)


class ShelfExitOut(Schema):
    """Rejected pieces that left the shelf."""

    id: int
    lot_id: int
    kind: str
    pieces: int
    reason: str
    done_on: date


class ShelfOut(Schema):
    """Rejected pieces of a lot that lie on the shelf."""

    lot_id: int
    left: int

    @staticmethod
    def resolve_lot_id(row: object) -> int:
        """Name the lot."""
        return int(row.pk)  # type: ignore[attr-defined]


class ClearShelf(Schema):
    kind: ShelfExit.Kind
    pieces: int = Pieces
    reason: str = Field(max_length=200)


class GiveBackOut(Schema):
    """What came back unworked; `materials` by the id of the material, in its smallest unit."""

    id: int
    bag_id: int
    pieces: int
    materials: dict[str, int]
    given_back_on: date
    provisional: bool


class LossOut(Schema):
    id: int
    bag_id: int
    pieces: int
    materials: dict[str, int]
    reason: str
    kind: str
    value_hao: int
    lost_on: date
    found_on: date | None


class DeliveryOut(Schema):
    id: int
    line_id: int
    number: str
    pieces: int
    carrier: str
    delivered_on: date
    signed_by: str
    signed_on: date | None


class BagMaterialOut(Schema):
    """One material of a bag, in its smallest unit; `short` is what the store did not have."""

    material_id: int
    need: int
    issued: int
    short: int
    given_back: int
    used: int
    lost: int
    in_custody: int

    @staticmethod
    def resolve_material_id(row: object) -> int:
        """Name the material itself, not its row."""
        return int(row.order_material.material_id)  # type: ignore[attr-defined]


class BagTraceOut(Schema):
    """The whole way of a bag, from the enterprise to every verdict."""

    bag: BagOut
    line_id: int
    order_id: int
    order_number: str
    enterprise: str
    organisation_id: int
    maker_id: int | None
    amount_hao: int
    materials: list[BagMaterialOut]
    hand_ins: list[HandInOut]
    inspections: list[InspectionOut]
    give_backs: list[GiveBackOut]
    losses: list[LossOut]


class LeftOut(Schema):
    """What a bag would bring back if nothing more of it is made; material by id, in its smallest unit."""

    pieces: int
    materials: Amounts
    beside: Amounts


class LotsIn(Schema):
    lot_ids: list[int] = Field(min_length=1, max_length=MOST)


class BagsIn(Schema):
    bag_ids: list[int] = Field(min_length=1, max_length=MOST)


class HandInIn(Schema):
    """`maker_id` names who made the pieces if it was not who took the bag, `mending_id` the mending they come from."""

    bag_id: int
    pieces: int = Pieces
    minutes: int | None = Field(default=None, ge=1, lt=2**31)
    maker_id: int | None = None
    mending_id: int | None = None


class HandInsIn(Schema):
    rows: list[HandInIn] = Field(min_length=1, max_length=MOST)


class BackIn(Schema):
    bag_id: int
    pieces: int = SomePieces
    materials: Amounts = Field(default_factory=dict)


class BacksIn(Schema):
    rows: list[BackIn] = Field(min_length=1, max_length=MOST)


class LossIn(BackIn):
    reason: str = Field(max_length=200)
    kind: Loss.Kind = Loss.Kind.GONE


class LossesIn(Schema):
    rows: list[LossIn] = Field(min_length=1, max_length=MOST)


class LostIn(BagsIn):
    reason: str = Field(max_length=200)


class VerdictIn(Schema):
    hand_in_id: int
    accepted: int = Field(ge=0, lt=2**31)
    rework: int = SomePieces
    rejected: int = SomePieces
    lost: int = SomePieces
    reason: str = Field(default="", max_length=200)
    readings: dict[str, StrictBool | StrictInt] = Field(default_factory=dict)
    photos: dict[str, str] = Field(default_factory=dict)
    by_hand: bool = False
    looked: int | None = Field(default=None, ge=0, lt=2**31)
    found: int | None = Field(default=None, ge=0, lt=2**31)
    defects: Amounts = Field(default_factory=dict)
    grade: str = Field(default="", max_length=20)


class VerdictsIn(Schema):
    rows: list[VerdictIn] = Field(min_length=1, max_length=MOST)


class CountsIn(Schema):
    hand_in_ids: list[int] = Field(min_length=1, max_length=MOST)


class ConfirmHandInsIn(CountsIn):
    document: str = Field(default="", max_length=200)


class ConfirmBackIn(Schema):
    give_back_ids: list[int] = Field(min_length=1, max_length=MOST)
    document: str = Field(default="", max_length=200)


class ClaimOut(Schema):
    id: int
    delivery_id: int
    pieces: int
    reason: str
    claimed_on: date
    stage: str
    answer: str
    answered_on: date | None


class EnterClaimIn(Schema):
    pieces: int
    reason: str


class AnswerClaimIn(Schema):
    outcome: actions.Outcome
    answer: str


class DeliverIn(Schema):
    pieces: int = Pieces
    carrier: str = Field(default="", max_length=60)
    numbers: list[str] = Field(default_factory=list, max_length=MOST)


class SignIn(Schema):
    signed_by: str = Field(max_length=60)
    signed_on: date | None = None


def _all(rows: QuerySet[M], keys: Sequence[int]) -> list[M]:
    """Return every row named, each once; one that is not there for this person is not there."""
    found = list(rows.filter(pk__in=keys).order_by("pk"))
    if len(found) < len(set(keys)):
        raise Gone
    return found


def _bags(request: Visit, keys: Sequence[int]) -> list[Bag]:
    return _all(access.visible_bags(request.member), keys)


def _hand_ins(request: Visit, keys: Sequence[int]) -> list[HandIn]:
    return _all(access.visible_hand_ins(request.member), keys)


@router.get("/bags", response=list[BagOut], operation_id="bags")
@paginate
def bags(request: Visit, status: str = "") -> QuerySet[Bag]:
    """List the bags you may see; `status` narrows down."""
    found = access.visible_bags(request.member).order_by("pk")
    return found.filter(status=status) if status else found


@router.get("/bags/due", response=list[BagOut], operation_id="due_bags")
@paginate
def due_bags(request: Visit) -> QuerySet[Bag]:
    """List the bags that should be back by today and are not."""
    return queries.due_bags(request.member, clock.today())


@router.get("/labels/{code}", response=BagOut, operation_id="find_bag")
def find_bag(request: Visit, code: str) -> Bag:
    """Find the bag of a label as scanned or typed; a wrong or foreign one says why."""
    return queries.find_bag(request.member, code)


@router.get("/bags/{int:bag_id}", response=BagTraceOut, operation_id="trace_bag")
def trace_bag(request: Visit, bag_id: int) -> dict[str, object]:
    """Read the whole way of a bag."""
    bags = access.visible_bags(request.member).select_related(*queries.TRACED)
    trace = queries.trace_bag(get_object_or_404(bags, pk=bag_id))
    return {
        "bag": trace.bag,
        "line_id": trace.line.pk,
        "order_id": trace.order.pk,
        "order_number": trace.order.number,
        "enterprise": trace.order.enterprise.name,
        "organisation_id": trace.lot.organisation_id,
        "maker_id": trace.lot.maker_id,
        "amount_hao": trace.amount_hao,
        "materials": trace.materials,
        "hand_ins": trace.hand_ins,
        "inspections": trace.inspections,
        "give_backs": trace.give_backs,
        "losses": trace.losses,
    }


@router.get("/bags/{int:bag_id}/to-give-back", response=LeftOut, operation_id="to_give_back")
def to_give_back(request: Visit, bag_id: int) -> queries.ToGiveBack:
    """Ask what a bag would bring back if nothing more of it is made."""
    return queries.to_give_back(get_object_or_404(access.visible_bags(request.member), pk=bag_id))


@router.post("/bags/pack", response=list[BagOut], operation_id="pack_bags")
def pack_bags(request: Visit, body: LotsIn) -> list[Bag]:
    """Pack what is still to be packed of makers' lots."""
    return actions.pack_bags(by_api(request), _all(visible_lots(request.member), body.lot_ids))


@router.post("/bags/unpack", response=list[BagOut], operation_id="unpack_bags")
def unpack_bags(request: Visit, body: BagsIn) -> list[Bag]:
    """Unpack bags that were not issued."""
    return actions.unpack_bags(by_api(request), _bags(request, body.bag_ids))


@router.post("/bags/issue", response=list[BagOut], operation_id="issue_bags")
def issue_bags(request: Visit, body: BagsIn) -> list[Bag]:
    """Hand bags to their makers, a whole sack in one act."""
    return actions.issue_bags(by_api(request), _bags(request, body.bag_ids))


@router.post("/bags/cancel-issue", response=list[BagOut], operation_id="cancel_issue")
def cancel_issue(request: Visit, body: BagsIn) -> list[Bag]:
    """Take an issue back of which nothing came in yet."""
    return actions.cancel_issue(by_api(request), _bags(request, body.bag_ids))


@router.post("/hand-ins", response=list[HandInOut], operation_id="hand_in")
def hand_in(request: Visit, body: HandInsIn) -> list[HandIn]:
    """Take in finished pieces, in parts if the maker likes."""
    rows = [actions.HandInRow(**row.dict()) for row in body.rows]
    return actions.hand_in(by_api(request), _bags(request, [row.bag_id for row in rows]), rows=rows)


@router.post("/hand-ins/mended", response=list[HandInOut], operation_id="hand_in_mended")
def hand_in_mended(request: Visit, body: HandInsIn) -> list[HandIn]:
    """Take in pieces that were mended after an inspection."""
    rows = [actions.HandInRow(**row.dict()) for row in body.rows]
    return actions.hand_in_mended(by_api(request), _bags(request, [row.bag_id for row in rows]), rows=rows)


@router.post("/hand-ins/cancel", response=list[HandInOut], operation_id="cancel_hand_in")
def cancel_hand_in(request: Visit, body: CountsIn) -> list[HandIn]:
    """Take back a count nobody has inspected."""
    return actions.cancel_hand_in(by_api(request), _hand_ins(request, body.hand_in_ids))


@router.post("/hand-ins/confirm", response=list[HandInOut], operation_id="confirm_hand_ins")
def confirm_hand_ins(request: Visit, body: ConfirmHandInsIn) -> list[HandIn]:
    """Say yes to hand-ins another wrote down."""
    rows = _hand_ins(request, body.hand_in_ids)
    return actions.confirm_hand_ins(by_api(request), rows, document=body.document)


@router.post("/give-backs/confirm", response=list[GiveBackOut], operation_id="confirm_give_backs")
def confirm_give_backs(request: Visit, body: ConfirmBackIn) -> list[GiveBack]:
    """Say yes to what another wrote down as brought back unworked."""
    rows = _all(access.visible_give_backs(request.member), body.give_back_ids)
    return actions.confirm_give_backs(by_api(request), rows, document=body.document)


@router.get("/hand-ins", response=list[HandInOut], operation_id="hand_ins")
@paginate
def hand_ins(request: Visit) -> QuerySet[HandIn]:
    """List the hand-ins you may see."""
    return access.visible_hand_ins(request.member).order_by("pk")


@router.get("/hand-ins/to-inspect", response=list[HandInOut], operation_id="to_inspect")
@paginate
def to_inspect(request: Visit) -> QuerySet[HandIn]:
    """List the hand-ins that wait for your word."""
    return queries.to_inspect(request.member)


@router.post("/inspections", response=list[InspectionOut], operation_id="inspect")
def inspect(request: Visit, body: VerdictsIn) -> list[Inspection]:
    """Say of hand-ins what is accepted, to be mended, rejected or missing."""
    rows = [actions.Verdict(**row.dict()) for row in body.rows]
    return actions.inspect(by_api(request), _hand_ins(request, [row.hand_in_id for row in rows]), rows=rows)


@router.get("/hand-ins/{int:hand_in_id}/asked", response=AskedOut, operation_id="asked_of_hand_in")
def asked_of_hand_in(request: Visit, hand_in_id: int) -> dict[str, object]:
    """Ask how a hand-in that waits is to be looked at, by the plan of its product and the product's record."""
    waiting = queries.to_inspect(request.member).select_related("bag__lot__step")
    hand_in = get_object_or_404(waiting, pk=hand_in_id)
    asked = Records([hand_in.bag.lot], clock.today()).asked(hand_in, hand_in.bag.lot)
    return {
        "hand_in_id": hand_in.pk,
        "severity": asked.severity,
        "size": asked.size,
        "accept": asked.single.accept if asked.single else None,
        "reject": asked.single.reject if asked.single else None,
        "skipped": asked.skipped,
    }


@router.post("/inspections/photos", response=PhotoOut, operation_id="keep_photo")
def keep_photo(request: Visit, file: File[UploadedFile]) -> dict[str, str]:
    """Keep a photo an inspector took beside the sealed sample."""
    if not request.member.organisations(*access.INSPECTING):
        raise NotAllowed
    return {"path": files.keep_picture(file, schema=request.tenant.schema_name).path}


@router.get("/inspections/{int:inspection_id}/defects", response=list[DefectOut], operation_id="defects")
@paginate
def defects(request: Visit, inspection_id: int) -> QuerySet[Defect]:
    """List what was wrong with the pieces of a hand-in, by kind."""
    seen = Inspection.objects.filter(hand_in__in=access.visible_hand_ins(request.member))
    return get_object_or_404(seen, pk=inspection_id).defects.order_by("kind")


@router.post("/inspections/{int:inspection_id}/ask-again", response=AppealOut, operation_id="ask_again")
def ask_again(request: Visit, inspection_id: int, body: AskAgain) -> Appeal:
    """Ask that somebody else looks at the pieces again."""
    seen = Inspection.objects.filter(hand_in__in=access.visible_hand_ins(request.member))
    found = get_object_or_404(seen, pk=inspection_id)
    return actions.ask_again(by_api(request), found, words=body.words)


@router.get("/appeals", response=list[AppealOut], operation_id="appeals")
@paginate
def appeals(request: Visit) -> QuerySet[Appeal]:
    """List the questions about verdicts you may see."""
    return access.visible_appeals(request.member).order_by("pk")


@router.post("/appeals/{int:appeal_id}/keep", response=AppealOut, operation_id="keep_verdict")
def keep_verdict(request: Visit, appeal_id: int, body: KeepVerdict) -> Appeal:
    """Answer a question about a verdict with the reason why it stays."""
    found = get_object_or_404(access.visible_appeals(request.member), pk=appeal_id)
    return actions.keep_verdict(by_api(request), found, answer=body.answer)


@router.get("/shelf", response=list[ShelfOut], operation_id="shelf")
@paginate
def shelf(request: Visit) -> QuerySet[Lot]:
    """List the lots with rejected pieces you may clear away."""
    return queries.shelves(request.member)


@router.post("/lots/{int:lot_id}/clear-shelf", response=ShelfExitOut, operation_id="clear_shelf")
def clear_shelf(request: Visit, lot_id: int, body: ClearShelf) -> ShelfExit:
    """Let rejected pieces leave the shelf."""
    lot = get_object_or_404(visible_lots(request.member), pk=lot_id)
    return actions.clear_shelf(by_api(request), lot, **body.dict())


@router.post("/give-backs", response=list[GiveBackOut], operation_id="give_back")
def give_back(request: Visit, body: BacksIn) -> list[GiveBack]:
    """Take back unworked pieces and unused material, free and without a reason."""
    rows = [actions.BackRow(**row.dict()) for row in body.rows]
    return actions.give_back(by_api(request), _bags(request, [row.bag_id for row in rows]), rows=rows)


@router.post("/losses", response=list[LossOut], operation_id="report_loss")
def report_loss(request: Visit, body: LossesIn) -> list[Loss]:
    """Write down what is gone, with the reason; it makes nobody a debtor."""
    rows = [actions.LossRow(**row.dict()) for row in body.rows]
    return actions.report_loss(by_api(request), _bags(request, [row.bag_id for row in rows]), rows=rows)


@router.post("/losses/bags", response=list[LossOut], operation_id="lose_bags")
def lose_bags(request: Visit, body: LostIn) -> list[Loss]:
    """Write down that whole bags are gone with what was left in them."""
    return actions.lose_bags(by_api(request), _bags(request, body.bag_ids), reason=body.reason)


@router.get("/deliveries", response=list[DeliveryOut], operation_id="deliveries")
@paginate
def deliveries(request: Visit) -> QuerySet[Delivery]:
    """List the deliveries you may see."""
    return access.visible_deliveries(request.member).order_by("pk")


@router.post("/lines/{int:line_id}/deliver", response=DeliveryOut, operation_id="deliver")
def deliver(request: Visit, line_id: int, body: DeliverIn) -> Delivery:
    """Send accepted pieces to the enterprise with a numbered hand-over slip."""
    line = get_object_or_404(visible_lines(request.member), pk=line_id)
    return actions.deliver(
        by_api(request), line, pieces=body.pieces, carrier=body.carrier, numbers=body.numbers
    )


@router.post("/deliveries/{int:delivery_id}/sign", response=DeliveryOut, operation_id="sign_delivery")
def sign_delivery(request: Visit, delivery_id: int, body: SignIn) -> Delivery:
    """Write down who signed the hand-over slip."""
    delivery = get_object_or_404(access.visible_deliveries(request.member), pk=delivery_id)
    return actions.sign_delivery(
        by_api(request), delivery, signed_by=body.signed_by, signed_on=body.signed_on
    )


@router.get("/claims", response=list[ClaimOut], operation_id="claims")
@paginate
def claims(request: Visit) -> QuerySet[Claim]:
    """List what came back from enterprises, as far as you may see it."""
    return access.visible_claims(request.member).order_by("pk")


@router.post("/deliveries/{int:delivery_id}/claims", response=ClaimOut, operation_id="enter_claim")
def enter_claim(request: Visit, delivery_id: int, body: EnterClaimIn) -> Claim:
    """Take back delivered pieces the enterprise complains of."""
    delivery = get_object_or_404(access.visible_deliveries(request.member), pk=delivery_id)
    return actions.enter_claim(by_api(request), delivery, pieces=body.pieces, reason=body.reason)


@router.post("/claims/{int:claim_id}/answer", response=ClaimOut, operation_id="answer_claim")
def answer_claim(request: Visit, claim_id: int, body: AnswerClaimIn) -> Claim:
    """Answer a claim: mended, replaced, credited or refused; somebody else than who entered it does."""
    claim = get_object_or_404(access.visible_claims(request.member), pk=claim_id)
    return actions.answer_claim(by_api(request), claim, outcome=body.outcome, answer=body.answer)
