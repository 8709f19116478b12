"""The seven registers (台账): what a register lists, by which day, and who may open it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongfang.core.members import Member
from gongfang.oversight.access import BOOKS, FLOOR, PLACES
from gongfang.pay import access as pay
from gongfang.pay.models import Payout, Slip
from gongfang.pay.web.doors import PAYEE
from gongfang.ui.tables import Column
from gongfang.work.orders import access as orders
from gongfang.work.orders.models import Order, OrderLine, ReceiptItem
from gongfang.work.piecework import access as piecework
from gongfang.work.piecework.models import Bag, HandIn, Inspection


@dataclass(frozen=True)
class Register:
    """A register: its name in addresses, its title, what stands in it, its rows, and the day a period goes by."""

    name: str
    title: str
    told: str
    roles: Sequence[str]
    rows: Callable[[Member], QuerySet[Any]]
    day: str
    columns: Sequence[Column]

    def opens_for(self, member: Member) -> bool:
        """Say whether this person works with what the register lists; the rows are those they see anyway."""
        return member.is_system or member.holds(*self.roles)

    def between(self, member: Member, since: date | None, until: date | None) -> QuerySet[Any]:
        """Return the rows of a stretch of days, the first day in front."""
        kept = {f"{self.day}__gte": since, f"{self.day}__lte": until}
        rows = self.rows(member).filter(**{name: day for name, day in kept.items() if day})
        return rows.order_by(self.day, "pk")


def registers_of(member: Member) -> list[Register]:
    """Return the registers somebody may open."""
    return [register for register in _registers() if register.opens_for(member)]


def register_named(member: Member, name: str) -> Register | None:
    """Return one register, if this person may open it."""
    return next((register for register in registers_of(member) if register.name == name), None)


def _registers() -> Iterable[Register]:
    yield Register(
        "orders", _("Register of orders"), _("every order placed, a line a product, and how far it is"),
        PLACES, _orders, "order__ordered_on", _order_columns(),
    )  # fmt: skip
    yield Register(
        "receipts", _("Register of receipts"), _("material taken in and sent back, a line a material of each slip"),
        PLACES, _receipts, "receipt__received_on", _receipt_columns(),
    )  # fmt: skip
    yield Register(
        "issue", _("Register of issue"), _("every bag that went out, with its maker and its material"),
        FLOOR, _issued, "issued_on", _issue_columns(),
    )  # fmt: skip
    yield Register(
        "hand-in", _("Register of hand-ins"), _("pieces that came back, counted by the desk"),
        FLOOR, _hand_ins, "handed_in_on", _hand_in_columns(),
    )  # fmt: skip
    yield Register(
        "inspection", _("Register of inspections"), _("what was accepted and what not, and why"),
        FLOOR, _inspections, "inspected_on", _inspection_columns(),
    )  # fmt: skip
    yield Register(
        "slips", _("Register of slips"), _("settlement slips and payslips: earned, taken off, to be paid"),
        BOOKS, _slips, "drawn_on", _slip_columns(),
    )  # fmt: skip
    yield Register(
        "payouts", _("Register of payouts"), _("money that went to people, agents and workshops"),
        (*BOOKS, "agent"), _payouts, "batch__prepared_on", _payout_columns(),
    )  # fmt: skip


_OF_LINE = ("version__product", "step", "order__enterprise", "order__operator", "order__contract")
_OF_BAG = ("lot__maker", "lot__organisation", "lot__step", "lot__line__version__product", "lot__line__order")


def _orders(member: Member) -> QuerySet[OrderLine]:
    placed = orders.visible_lines(member).filter(final=True).exclude(order__stage=Order.Stage.DRAFT)
    return placed.select_related(*_OF_LINE)


def _receipts(member: Member) -> QuerySet[ReceiptItem]:
    rows = ReceiptItem.objects.filter(receipt__in=orders.visible_receipts(member))
    named = ("receipt__order__enterprise", "receipt__store", "receipt__taken_by", "order_material__material")
    return rows.select_related(*named)


def _issued(member: Member) -> QuerySet[Bag]:
    out = piecework.visible_bags(member).filter(stage__in=(Bag.Stage.OUT, Bag.Stage.CLOSED))
    return out.select_related("issued_by", *_OF_BAG).prefetch_related("materials__order_material__material")


def _hand_ins(member: Member) -> QuerySet[HandIn]:
    parts = (f"bag__{name}" for name in _OF_BAG)
    return piecework.visible_hand_ins(member).select_related("taken_by", "bag", *parts)


def _inspections(member: Member) -> QuerySet[Inspection]:
    rows = Inspection.objects.filter(hand_in__in=piecework.visible_hand_ins(member))
    parts = (f"hand_in__bag__{name}" for name in _OF_BAG)
    return rows.select_related("inspector", "hand_in__bag", *parts).prefetch_related("looks")


def _slips(member: Member) -> QuerySet[Slip]:
    return pay.visible_slips(member).select_related("relation__resident", "relation__organisation", "payout")


def _payouts(member: Member) -> QuerySet[Payout]:
    return pay.visible_payouts(member).select_related("batch", "operator", *PAYEE)


def _order_columns() -> Sequence[Column]:
    return (
        Column("order", _("Order"), "link"), Column("product", _("Product")), Column("enterprise", _("Enterprise")),
        Column("operator", _("Operator")), Column("contract", _("Contract")), Column("day", _("Ordered on"), "date"),
        Column("due", _("Due"), "date"), Column("pieces", _("Pieces"), "number"),
        Column("accepted", _("Accepted"), "number"), Column("delivered", _("Delivered"), "number"),
        Column("fee", _("Fee a piece, in yuan"), "rate"), Column("status", _("Status"), "tag"),
    )  # fmt: skip


def _receipt_columns() -> Sequence[Column]:
    return (
        Column("number", _("Slip")), Column("day", _("Day"), "date"), Column("kind", _("What it is")),
        Column("order", _("Order"), "link"), Column("enterprise", _("Enterprise")), Column("store", _("Store")),
        Column("material", _("Material")), Column("amount", _("Counted amount")), Column("on_slip", _("On the slip")),
        Column("note", _("Difference")), Column("who", _("Taken by")), Column("status", _("Status"), "tag"),
    )  # fmt: skip


def _issue_columns() -> Sequence[Column]:
    return (
        Column("bag", _("Bag"), "link"), Column("day", _("Issued on"), "date"), Column("maker", _("Maker")),
        Column("work", _("Work")), Column("order", _("Order")), Column("workshop", _("Workshop")),
        Column("pieces", _("Pieces"), "number"), Column("material", _("Material")), Column("due", _("Due"), "date"),
        Column("who", _("Issued by")), Column("status", _("Status"), "tag"),
    )  # fmt: skip


def _hand_in_columns() -> Sequence[Column]:
    return (
        Column("bag", _("Bag"), "link"), Column("day", _("Day"), "date"), Column("maker", _("Maker")),
        Column("work", _("Work")), Column("order", _("Order")), Column("workshop", _("Workshop")),
        Column("pieces", _("Pieces"), "number"), Column("kind", _("What it is")), Column("who", _("Taken by")),
        Column("status", _("Status"), "tag"),
    )  # fmt: skip


def _inspection_columns() -> Sequence[Column]:
    return (
        Column("bag", _("Bag"), "link"), Column("day", _("Inspected on"), "date"), Column("maker", _("Maker")),
        Column("work", _("Work")), Column("order", _("Order")), Column("workshop", _("Workshop")),
        Column("accepted", _("Accepted"), "number"), Column("rework", _("Rework"), "number"),
        Column("rejected", _("Rejected"), "number"), Column("lost", _("Lost"), "number"),
        Column("reason", _("Why")), Column("who", _("Inspector")), Column("looked", _("Looked at again")),
    )  # fmt: skip


def _slip_columns() -> Sequence[Column]:
    return (
        Column("slip", _("Slip"), "link"), Column("day", _("Drawn up on"), "date"), Column("who", _("Person")),
        Column("operator", _("Operator")), Column("kind", _("What it is")), Column("since", _("Work from"), "date"),
        Column("upto", _("Work up to"), "date"), Column("gross", _("Earned"), "money"),
        Column("taken", _("Taken off"), "money"), Column("net", _("To be paid"), "money"),
        Column("paid", _("Paid on"), "date"), Column("status", _("Status"), "tag"),
    )  # fmt: skip


def _payout_columns() -> Sequence[Column]:
    return (
        Column("reference", _("Reference"), "link"), Column("day", _("Prepared on"), "date"),
        Column("batch", _("Batch")), Column("payee", _("Payee")), Column("operator", _("Operator")),
        Column("what", _("What it is")), Column("method", _("Paid how")), Column("amount", _("Amount"), "money"),
        Column("settled", _("Settled on"), "date"), Column("document", _("Document")),
        Column("status", _("Status"), "tag"),
    )  # fmt: skip
