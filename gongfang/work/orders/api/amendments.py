"""Changes of placed orders for machines."""

from __future__ import annotations

from datetime import date

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import NotAllowed
from gongfang.work.orders import access, actions
from gongfang.work.orders.amending import news_of, told
from gongfang.work.orders.api.agreements import Reason
from gongfang.work.orders.api.orders import WholeOrderOut, found_order, whole
from gongfang.work.orders.models import Order, OrderLine, ProductVersion

router = Router(tags=["orders"])


class ChangeIn(Schema):
    """What a line is to be from now on; what is not named stays, no pieces at all drop it."""

    line_id: int
    pieces: int | None = None
    due: date | None = None
    fee_hao: int | None = None


class ExtraIn(Schema):
    version_id: int
    pieces: int
    fee_hao: int
    due: date | None = None
    over_permille: int = 0
    under_permille: int = 0


class AmendIn(Schema):
    """A new version of an order, why, and the paper it stands in."""

    reason: str
    document: str
    due: date | None = None
    changes: list[ChangeIn] = []
    extras: list[ExtraIn] = []


class AmendedLineOut(Schema):
    line_id: int
    pieces_before: int | None
    pieces: int
    due_before: date | None
    due: date
    fee_before_hao: int | None
    fee_hao: int


class AmendmentOut(Schema):
    id: int
    order_id: int
    no: int
    due_before: date
    due: date
    reason: str
    document: str
    amended_on: date
    lines: list[AmendedLineOut]


class MeaningOut(Schema):
    """What an amendment would change, in sentences."""

    sentences: list[str]


@router.get("/{int:order_id}/amendments", response=list[AmendmentOut], operation_id="list_amendments")
@paginate
def list_amendments(request: Visit, order_id: int) -> object:
    """List the versions of an order, each with what it changed."""
    return found_order(request, order_id).amendments.prefetch_related("lines").order_by("no")


@router.post("/{int:order_id}/amendments/meaning", response=MeaningOut, operation_id="meaning_of_amendment")
def meaning_of_amendment(request: Visit, order_id: int, body: AmendIn) -> object:
    """Say what an amendment would mean, for work that is out as well; nothing is changed."""
    found = found_order(request, order_id)
    if not actions.amend_order.may(request.member, found):
        raise NotAllowed
    changes, extras = _changes(request, body), _extras(body)
    lines = found.lines.filter(stage=Order.Stage.OPEN).select_related("version__product", "step")
    return {"sentences": told(found, news_of(found, lines, due=body.due, changes=changes), extras)}


@router.post("/{int:order_id}/amendments", response=AmendmentOut, operation_id="amend_order")
def amend_order(request: Visit, order_id: int, body: AmendIn) -> object:
    """Make a new version of a placed order."""
    return actions.amend_order(
        by_api(request),
        found_order(request, order_id),
        reason=body.reason,
        document=body.document,
        due=body.due,
        changes=_changes(request, body),
        extras=_extras(body),
    )


@router.post("/{int:order_id}/reopen", response=WholeOrderOut, operation_id="reopen_order")
def reopen_order(request: Visit, order_id: int, body: Reason) -> object:
    """Open a closed order again; somebody else than who closed it does."""
    return whole(actions.reopen_order(by_api(request), found_order(request, order_id), reason=body.reason))


def _changes(request: Visit, body: AmendIn) -> list[actions.Change]:
    return [
        actions.Change(_line(request, row.line_id), row.pieces, row.due, row.fee_hao) for row in body.changes
    ]


def _line(request: Visit, pk: int) -> OrderLine:
    return get_object_or_404(access.visible_lines(request.member), pk=pk)


def _extras(body: AmendIn) -> list[actions.Extra]:
    return [
        actions.Extra(get_object_or_404(ProductVersion, pk=row.version_id), *list(row.dict().values())[1:])
        for row in body.extras
    ]
