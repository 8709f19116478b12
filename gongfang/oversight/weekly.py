"""The weekly sheet of the centre: what came in, went out, was accepted, is late, is owed and was paid.

Pieces, material and money are read from the ledger; bags that went out, what is late and what is not paid yet from
their rows. Each figure is that of the page it sums up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Sum

from gongfang.core.members import Member
from gongfang.ledger.accounts import CNY, Account
from gongfang.ledger.models import Account as Held
from gongfang.ledger.queries import earned, flows
from gongfang.pay.summing import PIECES, lots_of_causes, paid_pieces, unpaid_pieces
from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Material, Order, OrderLine
from gongfang.work.orders.queries import fee_arrears, late_pieces
from gongfang.work.piecework.models import Bag
from gongfang.work.piecework.queries import late_bags

WEEK = timedelta(days=6)
Place = tuple[int, int]  # organisation, order line
Booked = Mapping[tuple[str, str], int]
Flows = Mapping[tuple[Account, Account], int]


@dataclass
class PlaceWeek:
    """One workshop's or agent's part in one order line, in a week; `late` and `unpaid_hao` as they stand now."""

    organisation: str = ""
    line: OrderLine | None = None
    issued: int = 0
    handed_in: int = 0
    accepted: int = 0
    late: int = 0
    earned_hao: int = 0
    margin_hao: int = 0
    paid_hao: int = 0
    unpaid_hao: int = 0


@dataclass
class OrderWeek:
    """One order in a week: material and pieces over its threshold, and its fee; late and owed as it stands now.

    `brought` and `sent_back` are amounts by the key of the material; `materials` says which those are.
    """

    order: Order | None = None
    brought: dict[int, int] = field(default_factory=dict)
    sent_back: dict[int, int] = field(default_factory=dict)
    materials: Mapping[int, Material] = field(default_factory=dict)
    delivered: int = 0
    returned: int = 0
    missing: int = 0
    invoiced_hao: int = 0
    received_hao: int = 0
    owed_hao: int = 0


@dataclass
class Money:
    """What the ledger booked in a week for everybody, and what it holds now."""

    earned_hao: int = 0
    beside_hao: int = 0
    margin_hao: int = 0
    paid_hao: int = 0
    margin_paid_hao: int = 0
    tax_hao: int = 0
    owed_hao: int = 0
    margin_owed_hao: int = 0
    fee_owed_hao: int = 0
    fee_late_hao: int = 0


@dataclass(frozen=True)
class Weekly:
    """The sheet of one week, Monday to Sunday."""

    since: date
    until: date
    places: Sequence[PlaceWeek]
    orders: Sequence[OrderWeek]
    money: Money


def weekly(member: Member, day: date, today: date) -> Weekly:
    """Put the sheet of the week of a day together, as it looks today."""
    since = day - timedelta(days=day.weekday())
    until = since + WEEK
    moved, booked, owing = flows(since, until), earned(since, until), _owing()
    return Weekly(
        since,
        until,
        _places(member, moved, booked, since, today),
        _orders(moved, owing, today),
        _money(moved, booked, owing, today),
    )


# --- workshops and agents -----------------------------------------------------------------------------------------


def _places(member: Member, moved: Flows, booked: Booked, since: date, today: date) -> list[PlaceWeek]:
    found: dict[Place, PlaceWeek] = defaultdict(PlaceWeek)
    by_lot = [
        ("handed_in", _pieces(moved, "making", "handed_in")),
        ("handed_in", _pieces(moved, "rework", "handed_in")),
        ("accepted", _pieces(moved, "handed_in", "accepted")),
        *_earned(booked),
    ]
    lots = _places_of({lot for _name, numbers in by_lot for lot in numbers})
    for name, numbers in by_lot:
        for lot, number in numbers.items():
            _add(found[lots[lot]], name, number)
    for name, numbers_at in (
        ("issued", _issued(since)),
        ("late", _late(member, today)),
        ("paid_hao", paid_pieces(since, since + WEEK)),
        ("unpaid_hao", unpaid_pieces()),
    ):
        for place, number in numbers_at.items():
            _add(found[place], name, number)
    return _named({place: row for place, row in found.items() if _says(row)})


def _add(row: PlaceWeek | OrderWeek, name: str, number: int) -> None:
    setattr(row, name, getattr(row, name) + number)


def _says(row: PlaceWeek) -> bool:
    return any(value for value in vars(row).values() if isinstance(value, int))


def _named(found: Mapping[Place, PlaceWeek]) -> list[PlaceWeek]:
    organisations = Organisation.objects.in_bulk({place[0] for place in found})
    lines = OrderLine.objects.select_related("order", "step", "version__product").in_bulk(
        {place[1] for place in found}
    )
    for (organisation, line), row in found.items():
        row.organisation, row.line = organisations[organisation].name, lines[line]
    return [
        row
        for _place, row in sorted(
            found.items(), key=lambda pair: (pair[1].organisation, lines[pair[0][1]].order.number, pair[0])
        )
    ]


def _issued(since: date) -> dict[Place, int]:
    out = Bag.objects.filter(
        issued_on__range=(since, since + WEEK), stage__in=(Bag.Stage.OUT, Bag.Stage.CLOSED)
    )
    return _by_place(out, "lot__", Sum("pieces"))


def _late(member: Member, today: date) -> dict[Place, int]:
    return _by_place(Bag.objects.filter(pk__in=late_bags(member, today).values("pk")), "lot__", Count("pk"))


def _by_place(rows: Any, path: str, number: Any) -> dict[Place, int]:
    names = (f"{path}organisation", f"{path}line")
    return {(at, line): n for at, line, n in rows.order_by().values_list(*names).annotate(n=number)}


def _pieces(moved: Flows, source: str, target: str) -> dict[int, int]:
    """Return the pieces that went from one state to another, less those that came back, by their lot."""
    by_lot: dict[int, int] = defaultdict(int)
    for (src, dst), amount in moved.items():
        for there, back, sign in ((src, dst, 1), (dst, src, -1)):
            if (there.purpose, back.purpose, there.holder.kind) == (source, target, "lot"):
                by_lot[there.holder.id] += sign * amount
    return by_lot


def _places_of(lots: set[int]) -> dict[int, Place]:
    rows = Lot.objects.filter(pk__in=lots).values_list("pk", "organisation", "line")
    return {lot: (organisation, line) for lot, organisation, line in rows}


def _earned(booked: Booked) -> Iterable[tuple[str, dict[int, int]]]:
    """What accepted pieces earned their makers and the margin they brought, by lot."""
    lots = lots_of_causes(cause for cause, _kind in booked)
    sums: dict[str, dict[int, int]] = {"relation": defaultdict(int), "organisation": defaultdict(int)}
    for (cause, kind), hao in booked.items():
        if cause in lots:
            sums[kind][lots[cause]] += hao
    yield "earned_hao", sums["relation"]
    yield "margin_hao", sums["organisation"]


# --- orders -------------------------------------------------------------------------------------------------------

_THRESHOLDS: Mapping[tuple[str, str, str], str] = {
    ("material", "outside", "store"): "brought",
    ("material", "store", "returned"): "sent_back",
    ("material", "offcuts", "returned"): "sent_back",
    ("piece", "accepted", "delivered"): "delivered",
    ("piece", "delivered", "claimed"): "returned",
    (CNY, "outside", "fee_due"): "invoiced_hao",
    (CNY, "fee_due", "fee_received"): "received_hao",
}


def _orders(moved: Flows, owing: Mapping[int, int], today: date) -> list[OrderWeek]:
    found: dict[int, OrderWeek] = {}
    lines = dict(OrderLine.objects.filter(pk__in=_lines_in(moved)).values_list("pk", "order"))
    for (src, dst), amount in moved.items():
        for there, back, sign in ((src, dst, 1), (dst, src, -1)):
            kind, _colon, rest = there.commodity.partition(":")
            name = _THRESHOLDS.get((kind, there.purpose, back.purpose))
            if name:
                order = _order_of(kind, rest, lines, there, back)
                _note(_of(found, order), name, rest, sign * amount)
    for order, missing in late_pieces(today).items():
        _of(found, order).missing = missing
    return _known(found, owing)


def _lines_in(moved: Flows) -> set[int]:
    commodities = {src.commodity for src, _dst in moved if src.commodity.startswith("piece:")}
    return {int(commodity.partition(":")[2]) for commodity in commodities}


def _order_of(kind: str, rest: str, lines: Mapping[int, int], there: Account, back: Account) -> int:
    if kind == "material":
        return int(rest.partition(":")[0])
    if kind == "piece":
        return lines[int(rest)]
    return there.holder.id if there.holder.kind == "order" else back.holder.id


def _of(found: dict[int, OrderWeek], order_id: int) -> OrderWeek:
    return found.setdefault(order_id, OrderWeek())


def _note(row: OrderWeek, name: str, rest: str, amount: int) -> None:
    if name in ("brought", "sent_back"):
        kept, material = getattr(row, name), int(rest.rpartition(":")[2])
        kept[material] = kept.get(material, 0) + amount
    else:
        _add(row, name, amount)


def _known(found: Mapping[int, OrderWeek], owing: Mapping[int, int]) -> list[OrderWeek]:
    """Give the rows their orders, materials and what is owed; an enterprise that owes has a row in any case."""
    rows = {**{order: OrderWeek() for order in owing}, **found}
    orders = Order.objects.select_related("enterprise").in_bulk(rows)
    materials = Material.objects.in_bulk(
        {key for row in found.values() for key in (*row.brought, *row.sent_back)}
    )
    for order, row in rows.items():
        row.order, row.owed_hao, row.materials = orders[order], owing.get(order, 0), materials
    return [rows[order] for order in sorted(rows, key=lambda pk: (orders[pk].due, pk))]


def _owing() -> dict[int, int]:
    owed = Held.objects.filter(holder_kind="order", purpose="fee_due", commodity=CNY, balance__gt=0)
    return dict(owed.values_list("holder_id", "balance"))


# --- money --------------------------------------------------------------------------------------------------------


def _money(moved: Flows, booked: Booked, owing: Mapping[int, int], today: date) -> Money:
    owed = _held()
    pieces, beside = _split(booked)
    return Money(
        earned_hao=pieces["relation"],
        margin_hao=pieces["organisation"],
        beside_hao=beside,
        paid_hao=_came(moved, "relation", "paid"),
        margin_paid_hao=_came(moved, "organisation", "paid"),
        tax_hao=_came(moved, "relation", "tax"),
        owed_hao=owed.get("relation", 0),
        margin_owed_hao=owed.get("organisation", 0),
        fee_owed_hao=sum(owing.values()),
        fee_late_hao=sum(bill.owing_hao for bill in fee_arrears(today)),
    )


def _split(booked: Booked) -> tuple[dict[str, int], int]:
    """Add up what came from pieces, by who earned it, and what people earned beside pieces."""
    pieces, beside = {"relation": 0, "organisation": 0}, 0
    for (cause, kind), hao in booked.items():
        name = cause.rpartition(":")[0]
        if name in PIECES:
            pieces[kind] += hao
        elif name == "pay.earning":
            beside += hao
    return pieces, beside


def _came(moved: Flows, kind: str, purpose: str) -> int:
    there = sum(n for (_src, dst), n in moved.items() if (dst.holder.kind, dst.purpose) == (kind, purpose))
    back = sum(n for (src, _dst), n in moved.items() if (src.holder.kind, src.purpose) == (kind, purpose))
    return there - back


def _held() -> dict[str, int]:
    """Return what is owed now, by the kind of who is owed."""
    owed = Held.objects.filter(purpose="owed", commodity=CNY).order_by().values_list("holder_kind")
    return {kind: int(total) for kind, total in owed.annotate(sum=Sum("balance"))}
