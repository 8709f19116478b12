"""Pages of material: what an enterprise sends for an order, and what goes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.action import Verb
from gongfang.core.doors import Visit
from gongfang.ui.doors import allowed, fill
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.forms import ReasonForm
from gongfang.work.orders.models import Order, OrderMaterial, Receipt, ReceiptItem
from gongfang.work.orders.queries import offcuts_in, stock_of
from gongfang.work.orders.store_forms import DeliveryForm, ReceiptForm


def order_url(order: Order) -> str:
    return reverse("orders:order", args=[order.pk])


def materials_of(found: Order) -> list[OrderMaterial]:
    """Return what the enterprise promised to send, and what arrived."""
    return list(found.materials.select_related("material").order_by("pk"))


def materials_table(rows: Sequence[OrderMaterial], *, runs: bool = False) -> Table:
    return Table(
        caption=_("Material of the order"),
        columns=(
            Column("material", _("Material")),
            Column("whose", _("Whose"), "link"),
            Column("promised", _("Promised")),
            Column("received", _("Received")),
            Column("missing", _("Missing")),
            Column("returned", _("Sent back")),
            Column("worth", _("Worth of what came"), "money"),
            Column("difference", _("Found by counting")),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "material": row.material.name,
                "whose": Link(
                    row.get_ownership_display(),
                    reverse("orders:ownership", args=[row.pk]) if runs and not row.received else "",
                ),
                "promised": wording.amount(row.material, row.promised),
                "received": wording.amount(row.material, row.received),
                "missing": wording.amount(row.material, max(0, row.promised - row.received)),
                "returned": wording.amount(row.material, row.returned),
                "worth": row.worth(row.received) if row.value_hao_per_1000 else None,
                "difference": wording.difference(row.material, row.difference),
                "status": wording.material_tag(row),
            }
            for row in rows
        ],
        empty=_("The enterprise sends no material for this order."),
    )


def receipts_table(found: Order, *, stores: bool = False) -> Table:
    items = ReceiptItem.objects.select_related("order_material__material")
    rows = found.receipts.select_related("store", "taken_by").prefetch_related(Prefetch("items", items))
    return Table(
        caption=_("Delivery slips"),
        columns=(
            Column("number", _("Slip")),
            Column("kind", _("Kind")),
            Column("what", _("What")),
            Column("store", _("Store")),
            Column("day", _("Day"), "day"),
            Column("costs", _("Freight and costs"), "money"),
            Column("who", _("Entered by")),
            *((Column("do", "", "link"),) if stores else ()),
        ),
        rows=[
            {
                "number": row.number,
                "kind": row.get_kind_display()
                if row.stage == Receipt.Stage.ENTERED
                else _("%(kind)s, taken back: %(why)s") % {"kind": row.get_kind_display(), "why": row.reason},
                "what": _contents(row),
                "store": row.store.name,
                "day": row.received_on,
                "costs": row.costs_hao or None,
                "who": row.taken_by.name,
                "do": Link(_("Take back"), reverse("orders:cancel_receipt", args=[row.pk]))
                if row.stage == Receipt.Stage.ENTERED
                else None,
            }
            for row in rows.order_by("received_on", "pk")
        ],
        empty=_("No slip has been entered yet."),
    )


def _contents(receipt: Receipt) -> str:
    return ", ".join(_content(item) for item in receipt.items.all())


def _content(item: ReceiptItem) -> str:
    kind = item.order_material.material
    text = f"{kind.name} {wording.amount(kind, item.amount)}"
    if not item.missing:
        return text
    words = {"text": text, "slip": wording.amount(kind, item.on_slip or 0), "note": item.note}
    return _("%(text)s (slip: %(slip)s, %(note)s)") % words


def receive(request: Visit, pk: int) -> HttpResponse:
    """Enter what arrived, with its freight and its worth."""
    return _slip(
        request,
        pk,
        DeliveryForm,
        lambda by, found, facts: actions.receive_material(
            by, found, costs_hao=facts.get("costs_hao") or 0, **_of(facts)
        ),
        verb=actions.receive_material,
        title=_("Enter a delivery of material"),
        done=_("The material is in the store."),
    )


def send_back(request: Visit, pk: int) -> HttpResponse:
    """Enter what goes back unused; everything that lies in the store is proposed."""
    return _slip(
        request,
        pk,
        ReceiptForm,
        lambda by, found, facts: actions.return_material(by, found, **_of(facts)),
        verb=actions.return_material,
        title=_("Send material back"),
        done=_("The material is on its way back."),
        propose=_lying,
    )


def offcuts(request: Visit, pk: int) -> HttpResponse:
    """Enter which offcuts go back; everything that lies in the store is proposed."""
    return _slip(
        request,
        pk,
        ReceiptForm,
        lambda by, found, facts: actions.return_offcuts(by, found, **_of(facts)),
        verb=actions.return_offcuts,
        title=_("Send offcuts back"),
        done=_("The offcuts are on their way back."),
        propose=lambda found, store: {f"amount_{kind}": n for kind, n in offcuts_in(found, store).items()},
    )


def _of(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in ("number", "store", "received_on", "rows")}


def _lying(found: Order, store_id: int) -> dict[str, Any]:
    proposed: dict[str, Any] = {}
    for stock in stock_of(found, store_id):
        kind = stock.order_material.material
        proposed[f"amount_{kind.pk}"] = stock.amount
        lines = [f"{batch.code} {wording.plain_amount(kind, batch.left)}" for batch in stock.batches]
        proposed[f"batches_{kind.pk}"] = "\n".join(lines)
    return proposed


Propose = Callable[[Order, int], dict[str, Any]]


def _slip(
    request: Visit,
    pk: int,
    kind: type[ReceiptForm],
    enter: Callable[[Any, Order, dict[str, Any]], Receipt],
    *,
    verb: Verb[Order, ..., Receipt],
    title: str,
    done: str,
    propose: Propose | None = None,
) -> HttpResponse:
    found = get_object_or_404(access.visible_orders(request.member), pk=pk)
    allowed(request, verb, found)
    rows = found.materials.select_related("material").order_by("pk")
    store = int(request.GET["store"]) if request.GET.get("store", "").isdigit() else found.operator_id
    form = kind(
        request.POST or None,
        member=request.member,
        order=found,
        promised=[row.material for row in rows],
        initial={"received_on": clock.today(), "store": store} | (propose(found, store) if propose else {}),
    )
    return fill(
        request,
        form,
        lambda by, facts: enter(by, found, facts | {"rows": form.arrivals()}),
        title=title,
        submit=_("Save the slip"),
        back=Link(_("Order %(number)s") % {"number": found.number}, order_url(found)),
        then=lambda _receipt: order_url(found),
        done=done,
    )


def cancel(request: Visit, pk: int) -> HttpResponse:
    """Take a slip back that was entered wrongly."""
    rows = Receipt.objects.filter(order__in=access.visible_orders(request.member))
    found = get_object_or_404(rows.select_related("order"), pk=pk)
    allowed(request, actions.cancel_receipt, found)
    return fill(
        request,
        ReasonForm(request.POST or None),
        lambda by, facts: actions.cancel_receipt(by, found, **facts),
        title=_("Take back slip %(number)s") % {"number": found.number},
        submit=_("Take the slip back"),
        back=Link(_("Order %(number)s") % {"number": found.order.number}, order_url(found.order)),
        then=lambda _receipt: order_url(found.order),
        done=_("The slip is taken back; everything stands as before it."),
        answer=_("What it moved is moved back. Its number can be entered again."),
    )
