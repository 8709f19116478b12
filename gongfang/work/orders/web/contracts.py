"""Pages of contracts: which operator undertook work for which enterprise."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.ui.doors import MOST_ROWS, fill, workbook
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.work.orders import access, actions
from gongfang.work.orders.forms import ContractForm, operators
from gongfang.work.orders.models import Contract


def _contracts(request: Visit) -> QuerySet[Contract]:
    rows = access.visible_contracts(request.member).select_related("enterprise", "operator")
    return rows.order_by("-signed_on", "-pk")


def contracts_table(contracts: Any, pages: Pages[Contract] | None = None) -> Table:
    return Table(
        caption=_("Contracts"),
        columns=(
            Column("number", _("Contract")),
            Column("enterprise", _("Enterprise")),
            Column("operator", _("Operator")),
            Column("kind", _("Kind")),
            Column("signed_on", _("Signed on"), "date"),
            Column("value", _("Value"), "money"),
            Column("partnership", _("Mountain–coast partnership")),
        ),
        rows=[
            {
                "number": contract.number,
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
