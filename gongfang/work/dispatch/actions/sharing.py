"""From the centre to a workshop or agent: shares of an order line, taken back while nobody has claimed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from gongfang.core import states
from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.registry.people.models import Organisation
from gongfang.ui.formats import rate as yuan
from gongfang.work.dispatch import access
from gongfang.work.dispatch.caps import refuse_claim
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.states import LOT
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.orders.queries import after, before, rate_on, rates_on

TAKERS = (Organisation.Kind.WORKSHOP, Organisation.Kind.AGENT)


@action(access.may_share_out, creates=True)
def share_out(
    act: Act,
    line: OrderLine,
    *,
    organisation: Organisation,
    pieces: int,
    margin_hao: int = 0,
    due: date | None = None,
) -> Lot:
    """Give part of an order line to a workshop or agent, with the margin a piece it earns.

    Counts the pieces on the line; refused when fewer are left, or when the fee does not carry rate and margin.
    """
    if pieces < 1:
        raise Refused(_("Say how many pieces to share out: one or more."), code="too_few", field="pieces")
    _refuse_taker(organisation, act.booked_on)
    _refuse_margin(line, margin_hao, act.booked_on)
    if due and due > line.due:
        raise Refused(
            _("The order is due before that day. Choose an earlier one."), code="too_late", field="due"
        )
    orders.count_shared(act, line, pieces=pieces)
    lot = Lot.objects.create(
        line=line, step_id=line.step_id, organisation=organisation, pieces=pieces, margin_hao=margin_hao,
        due=due or line.due, shared_on=act.booked_on,
    )  # fmt: skip
    act.emit("WorkShared", lot)
    return lot


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """How many pieces of a line a workshop or agent gets, at which margin a piece."""

    pieces: int
    margin_hao: int


@action(access.may_share_out_many)
def share_out_many(
    act: Act, lines: Sequence[OrderLine], *, organisation: Organisation, rows: Sequence[ShareRow]
) -> list[Lot]:
    """Give parts of many order lines to one workshop or agent at once; each is checked as a single share is."""
    if act.parent is None:
        raise NotAllowed
    if any(row.pieces < 1 for row in rows):
        raise Refused(_("Say how many pieces to share out: one or more."), code="too_few", field="pieces")
    _refuse_taker(organisation, act.booked_on)
    rates = rates_on({line.step_id for line in lines}, act.booked_on)
    for line, row in zip(lines, rows, strict=True):
        wage = rates[line.step_id] if line.step_id in rates else rate_on(line.step, act.booked_on)
        _refuse_fee(line, wage, row.margin_hao, act.booked_on)
    orders.count_shared_many(act, lines, pieces=[row.pieces for row in rows])
    lots = Lot.objects.bulk_create(
        Lot(
            line=line, step_id=line.step_id, organisation=organisation, pieces=row.pieces,
            margin_hao=row.margin_hao, due=line.due, shared_on=act.booked_on,
        )
        for line, row in zip(lines, rows, strict=True)
    )  # fmt: skip
    for lot in lots:
        act.emit("WorkShared", lot)
    return lots


@action(access.may_take_back_share)
def take_back_share(act: Act, lot: Lot, *, pieces: int) -> Lot:
    """Take back pieces of a share that nobody took and nobody is being asked about; an empty share is cancelled."""
    _refuse_closed(lot)
    if not 1 <= pieces <= lot.free:
        raise Refused(
            _("%(free)s pieces of this share are free. Enter %(free)s or fewer, or withdraw offers first.")
            % {"free": lot.free},
            code="too_many",
            field="pieces",
        )
    _return_to_line(act, lot, pieces)
    if lot.pieces == 0:
        states.move(lot, LOT, "take_back_share")
    return lot


@action(access.may_hand_out)
def close_lot(act: Act, lot: Lot) -> Lot:
    """Close a person's lot or a share when nothing of it is outside; pieces never made can be taken by others."""
    _refuse_closed(lot)
    _refuse_outside(lot)
    if lot.parent_id is None:
        _refuse_taken(lot)
        if lot.free and lot.line.stage == Order.Stage.OPEN:
            _return_to_line(act, lot, lot.free)
    else:
        _return_to_share(act, lot)
    states.move(lot, LOT, "close_lot")
    lot.refresh_from_db(fields=["status"])  # the database derives it
    return lot


@action(access.may_hand_out)
def reopen_lot(act: Act, lot: Lot) -> Lot:
    """Open a closed lot again; a person's takes up what was never made, as far as nobody else has taken it.

    Opened by another it waits for the person's own yes.
    """
    if lot.stage != Lot.Stage.CLOSED:
        raise Moved(_("Only a closed lot is opened again. Reload the page to see how it stands."))
    if lot.line.stage != Order.Stage.OPEN:
        raise Refused(_("This order is no longer open. Open the order again first."), code="order_closed")
    if lot.parent_id is None:
        states.move(lot, LOT, "reopen_lot")
    else:
        pieces = lot.accepted + lot.rejected + lot.lost + _take_up(act, lot)
        own = act.by.for_ is None and act.member.resident_id == lot.maker_id
        states.move(lot, LOT, "reopen_lot", pieces=pieces, provisional=not own)
    lot.refresh_from_db(fields=["status"])  # the database derives it
    return lot


def _take_up(act: Act, lot: Lot) -> int:
    """Take what was never made out of the workshop's lot again, within the caps of a claim; return how much."""
    share = act.lock(Lot(pk=lot.parent_id))[0]
    again = min(lot.to_make, share.free)
    if share.stage != Lot.Stage.OPEN or not again:
        raise Refused(
            _(
                "Nothing of this lot is left to make: it is done, or others have taken it. Take new work instead."
            ),
            code="nothing_left",
        )
    assert lot.maker is not None  # a lot below a workshop's is a person's, the database checks it
    refuse_claim(share, act.lock(lot.maker)[0], again, act.booked_on)
    share.claimed += again
    share.save(update_fields=["claimed"])
    return again


def _return_to_line(act: Act, lot: Lot, pieces: int) -> None:
    orders.count_shared(act, lot.line, pieces=-pieces)
    lot.pieces -= pieces
    lot.save(update_fields=["pieces"])


def _return_to_share(act: Act, lot: Lot) -> None:
    share = act.lock(Lot(pk=lot.parent_id))[0]
    share.claimed -= lot.to_make
    share.save(update_fields=["claimed"])


def _refuse_closed(lot: Lot) -> None:
    if lot.stage != Lot.Stage.OPEN:
        raise Moved(_("This lot is closed already. Reload the page to see how it stands."))


def _refuse_outside(lot: Lot) -> None:
    if lot.outside:
        raise Refused(
            _("%(pieces)s pieces of this lot are still outside or not inspected. Take them in first.")
            % {"pieces": lot.outside},
            code="outside",
        )


def _refuse_taken(lot: Lot) -> None:
    if lot.offered or lot.shares.filter(stage=Lot.Stage.OPEN).exists():
        raise Refused(
            _(
                "People still hold or are being asked about work of this share. Close their lots and offers first."
            ),
            code="taken",
        )


def _refuse_taker(organisation: Organisation, day: date) -> None:
    if organisation.kind not in TAKERS:
        sentence = _("Work is shared out to a workshop or an agent. Choose one.")
        raise Refused(sentence, code="no_taker", field="organisation")
    if is_closed(organisation, day):
        raise Refused(_("This workshop is closed. Choose another one."), code="closed", field="organisation")


def is_closed(organisation: Organisation, day: date) -> bool:
    """Say whether a workshop or agent has given up by a day."""
    return organisation.closed_on is not None and organisation.closed_on <= day


def _refuse_margin(line: OrderLine, margin_hao: int, day: date) -> None:
    _refuse_fee(line, rate_on(line.step, day), margin_hao, day)


def _refuse_fee(line: OrderLine, rate: int, margin_hao: int, day: date) -> None:
    """Raise when the fee does not carry the rate of this step, what the other steps cost, and the margin."""
    wage = rate + _other_steps(line, day)
    if wage + margin_hao > line.fee_hao:
        raise Refused(
            _("The fee of %(fee)s yuan a piece does not carry a rate of %(rate)s and a margin of %(margin)s.")
            % {"fee": yuan(line.fee_hao), "rate": yuan(wage), "margin": yuan(margin_hao)},
            code="over_fee",
            field="margin_hao",
        )


def _other_steps(line: OrderLine, day: date) -> int:
    """Return what the other steps of a piece cost, with the largest margin agreed for each; most have none."""
    others = [*before(line), *after(line)]
    margins = dict(
        Lot.objects.filter(line__in=others, parent=None).values_list("line").annotate(Max("margin_hao"))
        if others
        else ()
    )
    return sum(rate_on(other.step, day) + margins.get(other.pk, 0) for other in others)
