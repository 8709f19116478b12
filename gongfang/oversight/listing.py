"""The rows beneath a figure as a list, whatever they are; people are shown masked, and each look is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongfang.core.members import Member
from gongfang.oversight.figures import Figure
from gongfang.pay.queries import Earned
from gongfang.registry.people.actions import seen
from gongfang.registry.people.models import Organisation, Resident, Role
from gongfang.registry.people.queries import names
from gongfang.registry.places.models import Division
from gongfang.ui.tables import Column, Pages, Table
from gongfang.work.orders.models import Contract, InspectionPoint, OrderLine, Step

Rows = Sequence[Any]
Cells = Callable[[Member, Rows], list[dict[str, Any]]]
_PAGE = "figure"
_WITH: Mapping[type, tuple[str, ...]] = {
    Organisation: ("division",),
    Resident: ("division",),
    Role: ("user", "division"),
    OrderLine: ("order__enterprise", "version__product"),
    Contract: ("enterprise", "operator"),
    Step: ("version__product",),
    InspectionPoint: ("step__version__product",),
    Division: (),
}


def prepared(rows: Any) -> Any:
    """Return the rows ready to be cut into pages without a query a row."""
    return (
        rows.select_related(*_WITH[rows.model]) if isinstance(rows, QuerySet) and _WITH[rows.model] else rows
    )


def table_of(member: Member, figure: Figure, rows: Rows, pages: Pages[Any] | None) -> Table:
    """Draw one page of the rows beneath a figure."""
    first = rows[0] if rows else None
    columns, cells = _kinds()[type(first)] if first is not None else ([Column("what", "")], _nothing)
    return Table(
        caption=figure.name,
        columns=columns,
        rows=cells(member, rows),
        empty=_("There is nothing to count yet. The rows appear here as soon as the work is entered."),
        pages=pages,
    )


def _kinds() -> Mapping[type, tuple[list[Column], Cells]]:
    name, place, product = (
        Column("name", _("Name")),
        Column("place", _("Place")),
        Column("product", _("Product")),
    )
    return {
        Organisation: ([name, Column("kind", _("Kind")), place, Column("day", _("Opened"), "date")], _organisations),
        Resident: ([name, place, Column("born", _("Year of birth"))], _residents),
        Earned: ([name, Column("day", _("Month"), "date"), Column("hao", _("Earned"), "money")], _earnings),
        Role: ([name, Column("kind", _("Role")), place], _roles),
        Division: ([name, Column("code", _("Division code"))], _divisions),
        OrderLine: (
            [
                Column("order", _("Order")), product, Column("enterprise", _("Enterprise")),
                Column("pieces", _("Pieces"), "number"), Column("accepted", _("Accepted"), "number"),
                Column("delivered", _("Delivered"), "number"), Column("day", _("Ordered on"), "date"),
            ],
            _lines,
        ),
        Contract: (
            [
                Column("number", _("Contract")), Column("enterprise", _("Enterprise")),
                Column("operator", _("Operator")), Column("day", _("Signed on"), "date"),
                Column("hao", _("Value"), "money"),
            ],
            _contracts,
        ),
        Step: (
            [
                product, Column("shown", _("Seconds shown"), "number"),
                Column("usual", _("Seconds usual"), "number"),
            ],
            _steps,
        ),
        InspectionPoint: (
            [
                product, name, Column("low", _("Lower bound"), "number"), Column("high", _("Upper bound"), "number"),
                Column("unit", _("Unit")),
            ],
            _points,
        ),
    }  # fmt: skip


def _nothing(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return []


def _organisations(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "kind": row.get_category_display() or row.get_kind_display(),
            "place": row.division.name,
            "day": row.opened_on,
        }
        for row in rows
    ]


def _residents(member: Member, rows: Rows) -> list[dict[str, Any]]:
    seen(member, rows, page=_PAGE)
    shown = names(member, rows)
    return [
        {"name": shown[row.pk], "place": row.division.name, "born": str(row.born_on.year)} for row in rows
    ]


def _earnings(member: Member, rows: Rows) -> list[dict[str, Any]]:
    people = Resident.objects.in_bulk([row.resident_id for row in rows])
    seen(member, people.values(), page=_PAGE)
    shown = names(member, people.values())
    return [{"name": shown[row.resident_id], "day": row.month, "hao": row.hao} for row in rows]


def _roles(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return [
        {"name": row.user.name, "kind": row.get_role_display(), "place": row.division.name} for row in rows
    ]


def _divisions(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return [{"name": row.name, "code": row.code} for row in rows]


def _lines(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return [
        {
            "order": row.order.number,
            "product": row.version.product.name,
            "enterprise": row.order.enterprise.name,
            "pieces": row.pieces,
            "accepted": row.accepted,
            "delivered": row.delivered,
            "day": row.order.ordered_on,
        }
        for row in rows
    ]


def _contracts(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "enterprise": row.enterprise.name,
            "operator": row.operator.name,
            "day": row.signed_on,
            "hao": row.value_hao,
        }
        for row in rows
    ]


def _steps(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return [
        {
            "product": row.version.product.name,
            "shown": row.demonstrated_seconds,
            "usual": row.standard_seconds,
        }
        for row in rows
    ]


def _points(member: Member, rows: Rows) -> list[dict[str, Any]]:
    return [
        {
            "product": row.step.version.product.name,
            "name": row.name,
            "low": row.low,
            "high": row.high,
            "unit": row.unit,
        }
        for row in rows
    ]
