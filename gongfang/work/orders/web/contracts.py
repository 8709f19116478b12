"""Pages of contracts: which operator undertook work for which enterprise."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.ui.doors import MOST_ROWS, fill, workbook
from gongfang.ui.formats import number, yuan
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.calling import Called, called_off, left_sentence
from gongfang.work.orders.forms import ContractForm, operators
from gongfang.work.orders.models import Contract
from gongfang.work.orders.queries import with_totals

MOST_ORDERS = 200


def _contracts(request: Visit) -> QuerySet[Contract]:
    rows = access.visible_contracts(request.member).select_related("enterprise", "operator")
    return rows.order_by("-signed_on", "-pk")


def contract_url(contract: Contract) -> str:
    return reverse("orders:contract", args=[contract.pk])


def contracts_table(contracts: Any, pages: Pages[Contract] | None = None) -> Table:
    return Table(
        caption=_("Contracts"),
        columns=(
            Column("number", _("Contract"), "link"),
            Column("enterprise", _("Enterprise")),
            Column("operator", _("Operator")),
            Column("kind", _("Kind")),
            Column("signed_on", _("Signed on"), "date"),
            Column("value", _("Value"), "money"),
            Column("partnership", _("Mountain–coast partnership")),
        ),
        rows=[
            {
                "number": Link(contract.number, contract_url(contract)),
                "enterprise": contract.enterprise.name,
                "operator": contract.operator.name,
                "kind": contract.get_kind_display(),
                "signed_on": contract.signed_on,
                "value": contract.value_hao,
                "partnership": _("yes") if contract.partnership else None,
            }
            for contract in contracts
        ],
        empty=_("No contract has been entered yet."),
        export_url=reverse("orders:contracts_sheet"),
        pages=pages,
    )


def contracts(request: Visit) -> HttpResponse:
    pages = page_of(request, _contracts(request))
    context = {
        "title": _("Contracts"),
        "table": contracts_table(pages.items, pages),
        "may_sign": operators(request.member).exists(),
    }
    return render(request, "orders/contracts.html", context)


def contracts_sheet(request: Visit) -> HttpResponse:
    return workbook(request, contracts_table(_contracts(request)[:MOST_ROWS]))


def contract(request: Visit, pk: int) -> HttpResponse:
    """Show what orders called off a contract, what is left of it, and the orders."""
    found = get_object_or_404(_contracts(request), pk=pk)
    called = called_off(found)
    orders = access.visible_orders(request.member).filter(contract=found)
    context = {
        "title": _("Contract %(number)s") % {"number": found.number},
        "back": Link(_("Contracts"), reverse("orders:contracts")),
        "answer": _answer(called),
        "kind": "act" if called.overdrawn else "plain",
        "contract": found,
        "called": called,
        "table": _orders_table(with_totals(orders).order_by("-ordered_on", "-pk")),
        "may_order": actions.open_order.may(request.member, found),
    }
    return render(request, "orders/contract.html", context)


def _answer(called: Called) -> str:
    if left := left_sentence(called):
        return _("%(called)s called off in %(pieces)s pieces: %(left)s.") % {
            "called": yuan(called.fee_hao), "pieces": number(called.pieces), "left": left
        }  # fmt: skip
    return _("%(called)s called off in %(pieces)s pieces.") % {
        "called": yuan(called.fee_hao), "pieces": number(called.pieces)
    }  # fmt: skip


def _orders_table(orders: Any) -> Table:
    return Table(
        caption=_("Orders under this contract"),
        columns=(
            Column("number", _("Order"), "link"),
            Column("ordered_on", _("Ordered on"), "date"),
            Column("pieces", _("Pieces"), "number"),
            Column("delivered", _("Delivered"), "number"),
            Column("due", _("Due"), "date"),
            Column("stage", _("Status"), "tag"),
        ),
        rows=[
            {
                "number": Link(order.number, reverse("orders:order", args=[order.pk])),
                "ordered_on": order.ordered_on, "pieces": order.pieces, "delivered": order.delivered,
                "due": order.due, "stage": wording.order_tag(order),
            }
            for order in orders[:MOST_ORDERS]
        ],
        empty=_("Nothing was ordered under this contract yet."),
    )  # fmt: skip


def sign_contract(request: Visit) -> HttpResponse:
    if not operators(request.member).exists():
        raise NotAllowed  # who signs for nobody has no list of all enterprises to choose from
    return fill(
        request,
        ContractForm(request.POST or None, member=request.member, initial={"signed_on": clock.today()}),
        lambda by, facts: actions.sign_contract(by, facts.pop("operator"), **facts),
        title=_("New contract"),
        submit=_("Save the contract"),
        back=Link(_("Contracts"), reverse("orders:contracts")),
        then=lambda contract: f"{reverse('orders:open_order')}?contract={contract.pk}",
        done=_("The contract is entered. Open the order now."),
    )
