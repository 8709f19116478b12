"""Pages of agents and workshops: the margin they earn, in the open, and the account it goes to; banks' profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.pay import access, actions, queries, wording
from gongfang.pay.forms import AccountForm, ProfileForm
from gongfang.pay.models import BankProfile, MarginAdvance, OrganisationAccount, Payout
from gongfang.pay.web.doors import payout_url
from gongfang.pay.web.margin_advances import advances_table
from gongfang.registry.people.models import Organisation
from gongfang.ui.doors import MOST_ROWS, allowed, fill, press, workbook
from gongfang.ui.formats import yuan
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse


def _margin_url(organisation: Organisation) -> str:
    return reverse("pay:margin", args=[organisation.pk])


def _earner(request: Visit, pk: int) -> Organisation:
    return get_object_or_404(access.earners(request.member), pk=pk)


def margin(request: Visit, pk: int) -> HttpResponse:
    """Say what an agent or workshop is owed, then order by order what it earned and what was paid."""
    found = _earner(request, pk)
    money = queries.margin_of(found)
    account = OrganisationAccount.objects.filter(organisation=found, until=None).first()
    pages = page_of(request, _payouts(found))
    context = {
        "title": _("Margin of %(name)s") % {"name": found.name},
        "back": Link(_("Slips"), reverse("pay:slips")),
        "answer": _("%(owed)s is owed, %(transit)s is at the bank, %(paid)s was paid.")
        % {"owed": yuan(money.owed), "transit": yuan(money.transit), "paid": yuan(money.paid)},
        "organisation": found,
        "account": account,
        "may_set": access.may_set_account(request.member, found),
        "lines": _lines_table(found, queries.margins_by_line(found)),
        "table": _payouts_table(pages.items, pages),
        "advances": advances_table(request.member, MarginAdvance.objects.filter(organisation=found)),
    }
    return render(request, "pay/margin.html", context)


def _payouts(found: Organisation) -> QuerySet[Payout]:
    return Payout.objects.filter(organisation=found).select_related("operator").order_by("-pk")


def _lines_table(found: Organisation, lines: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        caption=_("Margin by order"),
        columns=(
            Column("order", _("Order")),
            Column("product", _("Product")),
            Column("operator", _("Operator")),
            Column("pieces", _("Accepted"), "number"),
            Column("hao", _("Margin"), "money"),
        ),
        rows=lines,
        empty=_("No margin was earned yet. It comes with each accepted piece."),
        export_url=reverse("pay:margin_sheet", args=[found.pk]),
    )


def margin_sheet(request: Visit, pk: int) -> HttpResponse:
    found = _earner(request, pk)
    return workbook(request, _lines_table(found, queries.margins_by_line(found)[:MOST_ROWS]))


def _payouts_table(payouts: Sequence[Payout], pages: Pages[Payout]) -> Table:
    return Table(
        caption=_("Payouts"),
        columns=(
            Column("reference", _("Reference"), "link"),
            Column("operator", _("Operator")),
            Column("amount", _("Amount"), "money"),
            Column("day", _("Day"), "date"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "reference": Link(row.reference, payout_url(row)),
                "operator": row.operator.name,
                "amount": row.amount_hao,
                "day": row.settled_on,
                "status": wording.payout_tag(row),
            }
            for row in payouts
        ],
        empty=_("Nothing was paid out yet."),
        pages=pages,
    )


def set_account(request: Visit, pk: int) -> HttpResponse:
    found = _earner(request, pk)
    allowed(request, actions.set_account, found)
    form = AccountForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: actions.set_account(by, found, number=facts["number"], bank=facts["bank"]),
        title=_("Account for the margin"),
        submit=_("Save the account"),
        back=Link(found.name, _margin_url(found)),
        then=lambda _row: _margin_url(found),
        done=lambda _row: _("The margin goes to this account from now on."),
        answer=_("Only an account in the name of %(name)s.") % {"name": found.name},
    )


def end_account(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(access.visible_accounts(request.member), pk=pk)
    done = _("Nothing goes to this account any more; until there is another, the margin is paid in cash.")
    return press(
        request, lambda by: actions.end_account(by, found), to=_margin_url(found.organisation), done=done
    )


# --- how banks want their sheet --------------------------------------------------------------------------------


def profiles(request: Visit) -> HttpResponse:
    pages = page_of(request, BankProfile.objects.order_by("name"))
    context = {
        "title": _("Bank sheets"),
        "back": Link(_("Payouts"), reverse("pay:batches")),
        "table": _profiles_table(pages.items, pages),
        "may_set": access.may_set_bank_profile(request.member, None),
    }
    return render(request, "pay/profiles.html", context)


def _profiles_table(rows: Sequence[BankProfile], pages: Pages[BankProfile] | None = None) -> Table:
    return Table(
        caption=_("Bank sheets"),
        columns=(
            Column("name", _("Which bank")),
            Column("columns", _("Columns")),
            Column("form", _("File")),
            Column("charset", _("Signs")),
        ),
        rows=[
            {
                "name": row.name,
                "columns": _(", ").join(column["title"] for column in row.columns),
                "form": row.get_form_display(),
                "charset": row.get_charset_display(),
            }
            for row in rows
        ],
        empty=_("No bank has columns of its own yet; the standard columns are used."),
        export_url=reverse("pay:profiles_sheet"),
        pages=pages,
    )


def profiles_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _profiles_table(list(BankProfile.objects.order_by("name"))))


def set_bank_profile(request: Visit) -> HttpResponse:
    allowed(request, actions.set_bank_profile, None)
    form = ProfileForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: actions.set_bank_profile(
            by,
            None,
            name=facts["name"],
            columns=facts["columns"],
            form=facts["form"],
            charset=facts["charset"],
        ),
        title=_("Columns of a bank"),
        submit=_("Save the columns"),
        back=Link(_("Bank sheets"), reverse("pay:profiles")),
        then=lambda _row: reverse("pay:profiles"),
        done=lambda _row: _("The columns are saved and used from the next batch on."),
        answer=_("Copy the titles from the sheet the bank gave you, in its order."),
    )
