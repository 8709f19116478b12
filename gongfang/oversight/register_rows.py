"""The rows of the registers in the words of the pages they come from; people named as the visitor may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.pay import wording as pay
from gongfang.pay.models import Payout, Slip
from gongfang.pay.web.doors import earners, payees, payout_url, slip_url
from gongfang.ui.parts import Link, Tag
from gongfang.work.orders import wording as orders
from gongfang.work.orders.models import OrderLine, Receipt, ReceiptItem
from gongfang.work.orders.web.receipts import order_url
from gongfang.work.piecework import wording as piecework
from gongfang.work.piecework.models import Bag, HandIn, Inspection
from gongfang.work.piecework.web.bags import bag_url
from gongfang.work.piecework.web.doors import makers

PAGE = "registers"
Rows = list[dict[str, Any]]


def _orders(request: Visit, rows: Sequence[OrderLine]) -> Rows:
    return [
        {
            "order": Link(row.order.number, order_url(row.order)),
            "product": str(row.version.product),
            "enterprise": row.order.enterprise.name,
            "operator": row.order.operator.name,
            "contract": row.order.contract.number,
            "day": row.order.ordered_on,
            "due": row.due,
            "pieces": row.pieces,
            "accepted": row.accepted,
            "delivered": row.delivered,
            "fee": row.fee_hao,
            "status": orders.line_tag(row),
        }
        for row in rows
    ]


def _receipts(request: Visit, rows: Sequence[ReceiptItem]) -> Rows:
    return [
        {
            "number": row.receipt.number,
            "day": row.receipt.received_on,
            "kind": row.receipt.get_kind_display(),
            "order": Link(row.receipt.order.number, order_url(row.receipt.order)),
            "enterprise": row.receipt.order.enterprise.name,
            "store": row.receipt.store.name,
            "material": str(row.order_material.material),
            "amount": orders.amount(row.order_material.material, row.amount),
            "on_slip": "" if row.on_slip is None else orders.amount(row.order_material.material, row.on_slip),
            "note": row.note,
            "who": row.receipt.taken_by.name,
            "status": _receipt_tag(row.receipt),
        }
        for row in rows
    ]


def _receipt_tag(receipt: Receipt) -> Tag:
    wrong = receipt.stage == Receipt.Stage.CANCELLED
    return Tag(receipt.get_stage_display(), "act" if wrong else "done")


def _of_bag(bag: Bag, who: Mapping[int, str]) -> dict[str, Any]:
    return {
        "bag": Link(bag.code, bag_url(bag)),
        "maker": who.get(bag.pk),
        "work": piecework.work(bag),
        "order": bag.lot.line.order.number,
        "workshop": bag.lot.organisation.name,
    }


def _issued(request: Visit, rows: Sequence[Bag]) -> Rows:
    who, today = makers(request, rows, page=PAGE), clock.today()
    return [
        _of_bag(row, who)
        | {
            "day": row.issued_on,
            "pieces": row.pieces,
            "material": _(", ").join(
                f"{each.order_material.material} {piecework.material(each, each.issued)}"
                for each in row.materials.all()
                if each.issued
            ),
            "due": row.due,
            "who": row.issued_by.name if row.issued_by else "",
            "status": piecework.bag_tag(row, today),
        }
        for row in rows
    ]


def _hand_ins(request: Visit, rows: Sequence[HandIn]) -> Rows:
    who = makers(request, [row.bag for row in rows], page=PAGE)
    return [
        _of_bag(row.bag, who)
        | {
            "day": row.handed_in_on,
            "pieces": row.pieces,
            "kind": _("mended pieces") if row.mended else _("new pieces"),
            "who": row.taken_by.name,
            "status": Tag(row.get_stage_display(), _HAND_IN[HandIn.Stage(row.stage)]),
        }
        for row in rows
    ]


_HAND_IN: Mapping[HandIn.Stage, Any] = {
    HandIn.Stage.WAITING: "wait",
    HandIn.Stage.INSPECTED: "done",
    HandIn.Stage.CANCELLED: "act",
}


def _inspections(request: Visit, rows: Sequence[Inspection]) -> Rows:
    who = makers(request, [row.hand_in.bag for row in rows], page=PAGE)
    return [
        _of_bag(row.hand_in.bag, who)
        | {
            "day": row.inspected_on,
            "accepted": row.accepted,
            "rework": row.rework,
            "rejected": row.rejected,
            "lost": row.lost,
            "reason": row.reason,
            "who": row.inspector.name,
            "looked": _(", ").join(piecework.look(look) for look in row.looks.all()),
        }
        for row in rows
    ]


def _slips(request: Visit, rows: Sequence[Slip]) -> Rows:
    who = earners(request.member, rows, page=PAGE)
    return [
        {
            "slip": Link(row.number, slip_url(row)),
            "day": row.drawn_on,
            "who": who[row.pk],
            "operator": row.relation.organisation.name,
            "kind": row.get_kind_display(),
            "since": row.period_from,
            "upto": row.period_to,
            "gross": row.gross_hao,
            "taken": row.taken_hao,
            "net": row.net_hao,
            "paid": row.payout.settled_on if row.payout and row.stage == Slip.Stage.CLOSED else None,
            "status": pay.slip_tag(row),
        }
        for row in rows
    ]


def _payouts(request: Visit, rows: Sequence[Payout]) -> Rows:
    who = payees(request.member, rows, page=PAGE)
    return [
        {
            "reference": Link(row.reference, payout_url(row)),
            "day": row.batch.prepared_on,
            "batch": row.batch.number,
            "payee": who[row.pk],
            "operator": row.operator.name,
            "what": _("Processing fee or wage") if row.relation_id else _("Margin"),
            "method": row.get_method_display(),
            "amount": row.amount_hao,
            "settled": row.settled_on,
            "document": row.document,
            "status": pay.payout_tag(row),
        }
        for row in rows
    ]


DRAWN: Mapping[str, Callable[[Visit, Sequence[Any]], Rows]] = {
    "orders": _orders,
    "receipts": _receipts,
    "issue": _issued,
    "hand-in": _hand_ins,
    "inspection": _inspections,
    "slips": _slips,
    "payouts": _payouts,
}


def sheet_url(name: str) -> str:
    return reverse("oversight:register_sheet", args=[name])
