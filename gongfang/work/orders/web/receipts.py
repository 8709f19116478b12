"""Pages of material: what an enterprise sends for an order, and what goes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.ui.doors import allowed, fill
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.forms import ReceiptForm
from gongfang.work.orders.models import Order, OrderMaterial, Receipt, ReceiptItem


def order_url(order: Order) -> str:
    return reverse("orders:order", args=[order.pk])


def materials_of(found: Order) -> list[OrderMaterial]:
    """Return what the enterprise promised to send, and what arrived."""
    return list(found.materials.select_related("material").order_by("pk"))


def materials_table(rows: Sequence[OrderMaterial]) -> Table:
    return Table(
        caption=_("Material of the enterprise"),
        columns=(
            Column("material", _("Material")),
            Column("promised", _("Promised")),
            Column("received", _("Received")),
            Column("missing", _("Missing")),
            Column("returned", _("Sent back")),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "material": row.material.name,
                "promised": wording.amount(row.material, row.promised),
                "received": wording.amount(row.material, row.received),
                "missing": wording.amount(row.material, max(0, row.promised - row.received)),
                "returned": wording.amount(row.material, row.returned),
                "status": wording.material_tag(row),
            }
            for row in rows
        ],
        empty=_("The enterprise sends no material for this order."),
    )


def receipts_table(found: Order) -> Table:
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
            Column("who", _("Entered by")),
        ),
        rows=[
            {
                "number": row.number,
                "kind": row.get_kind_display(),
                "what": _contents(row),
                "store": row.store.name,
                "day": row.received_on,
                "who": row.taken_by.name,
            }
            for row in rows.order_by("received_on", "pk")
        ],
        empty=_("No slip has been entered yet."),
    )


def _contents(receipt: Receipt) -> str:
    return ", ".join(
        f"{item.order_material.material.name} {wording.amount(item.order_material.material, item.amount)}"
        for item in receipt.items.all()
    )


def receive(request: Visit, pk: int) -> HttpResponse:
    return _receipt(
        request,
        pk,
        actions.receive_material,
        _("Enter a delivery of material"),
        _("The material is in the store."),
    )


def send_back(request: Visit, pk: int) -> HttpResponse:
    return _receipt(
        request, pk, actions.return_material, _("Send material back"), _("The material is on its way back.")
    )


def _receipt(request: Visit, pk: int, verb: Any, title: str, done: str) -> HttpResponse:
    found = get_object_or_404(access.visible_orders(request.member), pk=pk)
    allowed(request, verb, found)
    promised = [row.material for row in found.materials.select_related("material").order_by("pk")]
    form = ReceiptForm(
        request.POST or None,
        member=request.member,
        order=found,
        promised=promised,
        initial={"received_on": clock.today(), "store": found.operator_id},
    )

    def arrive(by: Any, facts: dict[str, Any]) -> Receipt:
        rows = [actions.Arrival(material, amount) for material, amount in form.arrivals()]
        given: dict[str, Any] = {name: facts[name] for name in ("number", "store", "received_on")}
        made: Receipt = verb(by, found, rows=rows, **given)
        return made

    return fill(
        request,
        form,
        arrive,
        title=title,
        submit=_("Save the slip"),
        back=Link(_("Order %(number)s") % {"number": found.number}, order_url(found)),
        then=lambda _receipt: order_url(found),
        done=done,
    )
