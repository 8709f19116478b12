"""Pages of stores: counting one, booking what differs, whose material it is, substitutes, and the bill for ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.registry.people.models import Organisation
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.models import Order, OrderMaterial, RecipeItem, Stocktake
from gongfang.work.orders.queries import material_to_bill, stock_of
from gongfang.work.orders.store_forms import BillForm, OwnershipForm, StockForm, SubstituteForm
from gongfang.work.orders.web.fees import DAYS_TO_PAY, invoice_url
from gongfang.work.orders.web.receipts import order_url


def _order_link(order: Order) -> Link:
    return Link(_("Order %(number)s") % {"number": order.number}, order_url(order))


def stocktake_url(taken: Stocktake) -> str:
    return reverse("orders:stocktake", args=[taken.pk])


def lying(request: Visit, pk: int) -> HttpResponse:
    """Show what every store holds of an order, and how its counts came out."""
    found = get_object_or_404(access.stocked_orders(request.member).select_related("operator"), pk=pk)
    places = list(access.stores_of(request.member, found))
    context = {
        "title": _("What lies in the stores"),
        "back": _order_link(found),
        "order": found,
        "places": [(place, _stock_table(found, place), found.stage == Order.Stage.OPEN) for place in places],
        "stocktakes": stocktakes_table(found),
        "answer": _("Nothing came for this order yet.")
        if not places
        else _("So it is booked. Count it now and then."),
    }
    return render(request, "orders/stores.html", context)


def _stock_table(found: Order, place: Organisation) -> Table:
    return Table(
        caption=str(place),
        columns=(
            Column("material", _("Material")),
            Column("amount", _("In the store")),
            Column("worth", _("Worth"), "money"),
            Column("batches", _("Batches, what came first in front")),
        ),
        rows=[
            {
                "material": stock.order_material.material.name,
                "amount": wording.amount(stock.order_material.material, stock.amount),
                "worth": stock.order_material.worth(stock.amount) or None,
                "batches": ", ".join(
                    f"{batch.code} {wording.amount(stock.order_material.material, batch.left)}"
                    for batch in stock.batches
                ),
            }
            for stock in stock_of(found, place.pk)
        ],
        empty=_("Nothing of this order lies here."),
    )


def take_stock(request: Visit, pk: int) -> HttpResponse:
    """Enter what was found of everything booked in a store."""
    found = get_object_or_404(access.stocked_orders(request.member).select_related("operator"), pk=pk)
    asked = request.GET.get("store", "")
    store = int(asked) if asked.isdigit() else found.operator_id
    place = get_object_or_404(access.stores_of(request.member, found), pk=store)
    form = StockForm(request.POST or None, lying=stock_of(found, place.pk))
    return fill(
        request,
        form,
        lambda by, _facts: actions.take_stock(by, found, rows=form.counts(), store=place),
        title=_("Count the store of %(store)s") % {"store": place},
        submit=_("Save the count"),
        back=_order_link(found),
        then=stocktake_url,
        done=_("The count is written down. Another person looks at it and books it."),
        answer=_("Nothing moves before another person books the count."),
    )


def stocktake(request: Visit, pk: int) -> HttpResponse:
    """Show what was booked and what was counted, and let another person book it."""
    rows = access.visible_stocktakes(request.member).select_related(
        "order", "store", "counted_by", "booked_by"
    )
    taken = get_object_or_404(rows, pk=pk)
    waits = taken.stage == Stocktake.Stage.COUNTED
    context = {
        "title": _("Count of %(store)s") % {"store": taken.store},
        "back": _order_link(taken.order),
        "taken": taken,
        "answer": _answer(taken),
        "tag": wording.stocktake_tag(taken),
        "table": _counts_table(taken),
        "may_book": waits
        and taken.counted_by_id != request.member.user.pk
        and actions.book_stocktake.may(request.member, taken),
        "may_discard": waits and actions.discard_stocktake.may(request.member, taken),
    }
    return render(request, "orders/stocktake.html", context)


def _answer(taken: Stocktake) -> str:
    differs = sum(1 for row in taken.items.all() if row.difference)
    if not differs:
        return _("Everything was there.")
    if taken.stage == Stocktake.Stage.BOOKED:
        return _("%(count)s differences were booked.") % {"count": differs}
    return _("%(count)s differences wait for a second person.") % {"count": differs}


def _counts_table(taken: Stocktake) -> Table:
    rows = taken.items.select_related("order_material__material", "batch").order_by("pk")
    return Table(
        caption=_("What was counted"),
        columns=(
            Column("material", _("Material")),
            Column("batch", _("Batch or number")),
            Column("booked", _("Booked")),
            Column("counted", _("Counted")),
            Column("difference", _("Difference")),
            Column("reason", _("Why")),
        ),
        rows=[
            {
                "material": row.order_material.material.name,
                "batch": row.batch.code if row.batch else "",
                "booked": wording.amount(row.order_material.material, row.booked),
                "counted": wording.amount(row.order_material.material, row.counted),
                "difference": wording.difference(row.order_material.material, row.difference),
                "reason": row.reason,
            }
            for row in rows
        ],
        empty=_("Nothing was counted."),
    )


def stocktakes_table(found: Order) -> Table:
    """List the counts of an order's stores."""
    rows = found.stocktakes.select_related("store", "counted_by").order_by("-pk")
    return Table(
        caption=_("Counts of the stores"),
        columns=(
            Column("store", _("Store"), "link"),
            Column("day", _("Day"), "day"),
            Column("who", _("Counted by")),
            Column("stage", _("Status"), "tag"),
        ),
        rows=[
            {
                "store": Link(row.store.name, stocktake_url(row)),
                "day": row.counted_on,
                "who": row.counted_by.name,
                "stage": wording.stocktake_tag(row),
            }
            for row in rows
        ],
        empty=_("No store was counted yet."),
    )


def book(request: Visit, pk: int) -> HttpResponse:
    """Book what differs."""
    taken = get_object_or_404(access.visible_stocktakes(request.member), pk=pk)
    done = _("The differences are booked.")
    return press(request, lambda by: actions.book_stocktake(by, taken), to=stocktake_url(taken), done=done)


def discard(request: Visit, pk: int) -> HttpResponse:
    """Throw a wrong count away."""
    taken = get_object_or_404(access.visible_stocktakes(request.member), pk=pk)
    done = _("The count is thrown away; nothing was booked.")
    return press(request, lambda by: actions.discard_stocktake(by, taken), to=stocktake_url(taken), done=done)


def ownership(request: Visit, pk: int) -> HttpResponse:
    """Say for one order whose material it is."""
    orders = access.visible_orders(request.member)
    row = get_object_or_404(
        OrderMaterial.objects.select_related("order", "material"), pk=pk, order__in=orders
    )
    allowed(request, actions.set_ownership, row)
    return fill(
        request,
        OwnershipForm(request.POST or None, initial={"ownership": row.ownership}),
        lambda by, facts: actions.set_ownership(by, row, **facts),
        title=_("Whose “%(material)s” is it?") % {"material": row.material},
        submit=_("Save"),
        back=_order_link(row.order),
        then=lambda _row: order_url(row.order),
        done=_("It is written down for this order."),
        answer=_("What is ours is bought by the operator, and billed when it went into pieces."),
    )


def allow_substitute(request: Visit, pk: int) -> HttpResponse:
    """Let another material stand in for one of a recipe."""
    item = get_object_or_404(RecipeItem.objects.select_related("material", "step__version__product"), pk=pk)
    allowed(request, actions.allow_substitute, item)
    product = item.step.version.product
    url = reverse("orders:product", args=[product.pk])
    return fill(
        request,
        SubstituteForm(request.POST or None, item=item),
        lambda by, facts: actions.allow_substitute(by, item, **facts),
        title=_("A substitute for “%(material)s”") % {"material": item.material},
        submit=_("Allow it"),
        back=Link(product.name, url),
        then=lambda _substitute: url,
        done=_("The substitute is allowed. The desk chooses it when it packs."),
    )


def bill_material(request: Visit, pk: int) -> HttpResponse:
    """Bill our own material that went into pieces."""
    found = get_object_or_404(access.visible_orders(request.member), pk=pk)
    allowed(request, actions.bill_material, found)
    form = BillForm(
        request.POST or None,
        open_=material_to_bill(found),
        initial={"due": clock.today() + timedelta(days=DAYS_TO_PAY)},
    )

    def billed(by: Any, facts: dict[str, Any]) -> Any:
        return actions.bill_material(by, found, number=facts["number"], due=facts["due"], rows=form.rows())

    return fill(
        request,
        form,
        billed,
        title=_("Bill our own material"),
        submit=_("Write the invoice"),
        back=_order_link(found),
        then=invoice_url,
        done=_("The invoice is written."),
        answer=_("Left empty, everything that was used and not billed yet is billed, at what it is worth."),
    )
