"""Who opens which page: every home, list and trace page, searched, filtered and turned to its last leaf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Count
from django.urls import reverse

Kind = Literal["home", "list", "trace", "report"]


@dataclass(frozen=True)
class Visit:
    """One page somebody opens; with a form it is a search."""

    kind: Kind
    name: str
    who: str
    path: str
    form: Mapping[str, str] | None = field(default=None, hash=False)


OFFICER, TOWNSHIP, MANAGER, CLERK, INSPECTOR, AGENT = (
    "wangfang", "fengli", "hewei", "chenjing", "zhaomin", "wujianguo",
)  # fmt: skip
MAKER, BOOKS, BUYER, AUDITOR, STEWARD = "linxiuying", "luoping", "dongzhenhua", "qianjin", "machao"
EVERYBODY = (
    OFFICER, TOWNSHIP, MANAGER, CLERK, INSPECTOR, AGENT, MAKER, BOOKS, BUYER, AUDITOR, STEWARD,
)  # fmt: skip

# Lists as the menus and homes lead to them, with what people type and press there.
_LISTS: Mapping[str, Sequence[tuple[str, str]]] = {
    OFFICER: (
        ("orders:list", ""), ("orders:list", "page=4"), ("dispatch:lots", ""), ("dispatch:lots", "page=9"),
        ("people:residents", ""), ("people:residents", "page=1400"),
        ("people:residents", "township=330727001000"), ("people:households", ""),
        ("people:organisations", ""), ("people:organisations", "kind=workshop"), ("people:roles", ""),
        ("people:rosters", ""), ("pay:batches", ""), ("pay:slips", ""), ("pay:slips", "stage=open"),
        ("pay:slips", "stage=closed&page=200"), ("piecework:bags", ""), ("piecework:bags", "page=1900"),
        ("piecework:bags", "status=late"), ("piecework:bags", "status=out"), ("piecework:bags", "status=closed"),
        ("piecework:deliveries", ""), ("orders:products", ""), ("orders:board", ""), ("orders:samples", ""),
        ("orders:contracts", ""), ("orders:invoices", ""), ("orders:invoices", "page=3"), ("orders:materials", ""),
        ("places:divisions", ""), ("places:sites", ""), ("books", ""),
    ),
    TOWNSHIP: (
        ("piecework:bags", ""), ("dispatch:lots", ""), ("people:residents", ""), ("people:organisations", ""),
    ),
    MANAGER: (
        ("dispatch:lots", ""), ("piecework:bags", ""), ("piecework:bags", "status=in"), ("piecework:to_inspect", ""),
        ("pay:slips", ""), ("people:residents", ""),
    ),
    CLERK: (
        ("piecework:hand_in", ""), ("piecework:hand_in_mended", ""), ("piecework:issue", ""), ("piecework:pack", ""),
        ("piecework:bags", ""), ("dispatch:lots", ""),
    ),
    INSPECTOR: (("piecework:to_inspect", ""), ("piecework:bags", "")),
    AGENT: (("dispatch:lots", ""), ("piecework:bags", ""), ("orders:list", ""), ("pay:slips", "")),
    MAKER: (("dispatch:work", ""), ("piecework:mine", ""), ("pay:my_money", ""), ("people:me", "")),
    BOOKS: (
        ("orders:list", ""), ("piecework:deliveries", ""), ("orders:invoices", ""), ("pay:batches", ""),
        ("orders:contracts", ""), ("pay:slips", ""), ("piecework:bags", ""),
    ),
    BUYER: (("orders:board", ""), ("orders:list", ""), ("piecework:deliveries", ""), ("orders:invoices", "")),
    AUDITOR: (
        ("orders:list", ""), ("piecework:bags", ""), ("piecework:bags", "status=rework"), ("pay:slips", ""),
        ("people:residents", ""), ("books", ""),
    ),
    STEWARD: (("people:residents", ""), ("people:organisations", "")),
}  # fmt: skip


def visits() -> list[Visit]:
    """Return every visit, its rows looked up in the current county."""
    homes = [Visit("home", "home", who, "/") for who in EVERYBODY]
    return [*homes, *_lists(), *_searches(), *_of_rows(), *_reports()]


def _reports() -> Iterator[Visit]:
    """What works a year out anew: opened once a week and not by everybody, so it is measured alone."""
    yield Visit("report", "oversight:figures", OFFICER, reverse("oversight:figures"))


def _lists() -> Iterator[Visit]:
    for who, pages in _LISTS.items():
        for name, query in pages:
            yield Visit("list", f"{name} {query}".strip(), who, _path(name, query))


def _path(name: str, query: str) -> str:
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _searches() -> Iterator[Visit]:
    from gongfang.registry.people.models import Resident

    somebody = Resident.objects.order_by("pk")[40_000]
    texts = {
        "name": somebody.name.reveal(),
        "initials": somebody.initials[:2],
        "number": somebody.id_number.reveal(),
    }
    for what, text in texts.items():
        yield Visit("list", f"search by {what}", OFFICER, reverse("people:residents"), {"text": text})
    yield Visit("list", "search by initials", TOWNSHIP, reverse("people:residents"), {"text": "W"})


def _of_rows() -> Iterator[Visit]:
    """The pages of single rows: the way of a bag, an order, an amount, and whose list hangs on a row."""
    rows = _rows()
    traces = (
        ("orders:order", OFFICER, "busy order"), ("orders:order", OFFICER, "paid order"),
        ("orders:order", BOOKS, "operator's order"), ("orders:order", AUDITOR, "paid order"),
        ("orders:bill", OFFICER, "bill"), ("piecework:bag", OFFICER, "closed bag"), ("piecework:bag", CLERK, "bag out"),
        ("piecework:bag", AUDITOR, "closed bag"), ("piecework:bag", MAKER, "own bag"),
        ("piecework:delivery", OFFICER, "delivery"), ("piecework:verdict", INSPECTOR, "to inspect"),
        ("pay:slip", MAKER, "own slip"), ("pay:slip", OFFICER, "slip"), ("pay:paper", OFFICER, "slip"),
        ("pay:line", MAKER, "own line"), ("pay:line", AUDITOR, "line"), ("pay:payout", OFFICER, "payout"),
        ("people:resident", OFFICER, "resident"), ("people:resident", STEWARD, "neighbour"),
        ("dispatch:line", OFFICER, "line to share"), ("dispatch:lot", MANAGER, "share"),
        ("dispatch:lot", MAKER, "own lot"),
    )  # fmt: skip
    for name, who, row in traces:
        yield Visit("trace", f"{name} ({row})", who, reverse(name, args=[rows[row]]))
    lists = (
        ("pay:batch", OFFICER, "batch"), ("pay:operator", BOOKS, "operator"), ("pay:operator", OFFICER, "operator"),
        ("pay:margin", AGENT, "agent"), ("dispatch:workshop", MANAGER, "workshop"),
        ("people:organisation", MANAGER, "workshop"), ("people:organisation", OFFICER, "workshop"),
    )  # fmt: skip
    for name, who, row in lists:
        yield Visit("list", f"{name} ({row})", who, reverse(name, args=[rows[row]]))


def _rows() -> dict[str, Any]:
    from gongfang.pay.models import Payout, PayoutBatch, Slip, SlipLine
    from gongfang.registry.people.models import Organisation, Resident
    from gongfang.work.dispatch.models import Lot
    from gongfang.work.orders.models import Invoice, Order, OrderLine
    from gongfang.work.piecework.models import Bag, Delivery, HandIn

    own = Resident.objects.get(user__username=MAKER)
    workshop = Organisation.objects.get(name="双溪共富工坊")
    agent = Organisation.objects.get(name="吴建国来料加工点")
    operator = Organisation.objects.get(name="双溪来料加工专业合作社")
    here = Bag.objects.filter(lot__organisation=workshop)
    slips = Slip.objects.filter(relation__resident=own).annotate(n=Count("lines")).order_by("-n")
    big = Slip.objects.annotate(n=Count("lines")).order_by("-n", "pk")
    shares = Lot.objects.filter(organisation=workshop, parent=None).annotate(n=Count("shares"))
    waiting = HandIn.objects.filter(stage="waiting", bag__lot__organisation=workshop)
    return {
        "busy order": Order.objects.filter(stage="open").order_by("pk")[0].pk,
        "paid order": Order.objects.filter(stage="closed").order_by("-pk")[0].pk,
        "operator's order": Order.objects.filter(operator=operator).order_by("-pk")[0].pk,
        "bill": Invoice.objects.order_by("-pk")[0].pk,
        "closed bag": Bag.objects.filter(stage="closed").order_by("pk")[50_000].pk,
        "bag out": here.filter(stage="out").order_by("pk")[0].pk,
        "own bag": Bag.objects.filter(lot__maker=own).order_by("-pk")[0].pk,
        "delivery": Delivery.objects.order_by("-pk")[0].pk,
        "to inspect": (waiting.first() or HandIn.objects.filter(bag__in=here)[0]).pk,
        "own slip": slips[0].pk,
        "slip": big[0].pk,
        "own line": SlipLine.objects.filter(slip=slips[0]).order_by("pk")[0].pk,
        "line": SlipLine.objects.order_by("-pk")[0].pk,
        "payout": Payout.objects.order_by("-pk")[0].pk,
        "resident": own.pk,
        "neighbour": own.pk,
        "line to share": OrderLine.objects.filter(stage="open").order_by("pk")[0].pk,
        "share": shares.order_by("-stage", "-n")[0].pk,
        "own lot": Lot.objects.filter(maker=own).order_by("-pk")[0].pk,
        "batch": PayoutBatch.objects.annotate(n=Count("payouts")).order_by("-n")[0].pk,
        "operator": operator.pk,
        "agent": agent.pk,
        "workshop": workshop.pk,
    }
