"""Pages of fees: what was invoiced, what is overdue, what arrived."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.ui.doors import MOST_ROWS, allowed, fill, workbook
from gongfang.ui.formats import number, yuan
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.forms import FeeForm, InvoiceForm, ReasonForm
from gongfang.work.orders.models import Invoice
from gongfang.work.orders.queries import OWED, fee_arrears, to_invoice
from gongfang.work.orders.web import reminders

DAYS_TO_PAY = 30


def invoice_url(bill: Invoice) -> str:
    return reverse("orders:bill", args=[bill.pk])


def _bills(request: Visit) -> QuerySet[Invoice]:
    rows = access.visible_invoices(request.member).select_related("order__enterprise", "order__operator")
    return rows.annotate(owed_hao=OWED).order_by("stage", "due", "pk")


def invoices_table(bills: Any, pages: Pages[Invoice] | None = None) -> Table:
    today = clock.today()
    return Table(
        caption=_("Invoices"),
        columns=(
            Column("number", _("Invoice"), "link"),
            Column("order", _("Order"), "link"),
            Column("enterprise", _("Enterprise")),
            Column("amount", _("Amount"), "money"),
            Column("received", _("Received"), "money"),
            Column("owed", _("Still owed"), "money"),
            Column("due", _("To be paid by"), "day"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "number": Link(bill.number, invoice_url(bill)),
                "order": Link(bill.order.number, reverse("orders:order", args=[bill.order_id])),
                "enterprise": bill.order.enterprise.name,
                "amount": bill.amount_hao,
                "received": bill.received_hao,
                "owed": bill.owed_hao if bill.stage == Invoice.Stage.OPEN else None,
                "due": bill.due,
                "status": wording.invoice_tag(bill, today),
            }
            for bill in bills
        ],
        empty=_("Nothing has been invoiced yet."),
        export_url=reverse("orders:invoices_sheet"),
        pages=pages,
    )


def invoices(request: Visit) -> HttpResponse:
    pages = page_of(request, _bills(request))
    late = list(fee_arrears(clock.today()).filter(pk__in=access.visible_invoices(request.member)))
    context = {
        "title": _("Invoices and arrears"),
        "answer": _arrears(len(late), sum(bill.owing_hao for bill in late)),
        "kind": "act" if late else "plain",
        "table": invoices_table(pages.items, pages),
    }
    return render(request, "orders/invoices.html", context)


def _arrears(count: int, owed_hao: int) -> str:
    if not count:
        return _("No fee is overdue.")
    return ngettext(
        "%(count)s invoice is overdue, %(owed)s in all. Ring the enterprise.",
        "%(count)s invoices are overdue, %(owed)s in all. Ring the enterprises.",
        count,
    ) % {"count": number(count), "owed": yuan(owed_hao)}


def invoices_sheet(request: Visit) -> HttpResponse:
    return workbook(request, invoices_table(_bills(request)[:MOST_ROWS]))


def bill(request: Visit, pk: int) -> HttpResponse:
    found: Any = get_object_or_404(_bills(request), pk=pk)
    running = found.stage == Invoice.Stage.OPEN
    context = {
        "title": _("Invoice %(number)s") % {"number": found.number},
        "back": Link(_("Invoices and arrears"), reverse("orders:invoices")),
        "bill": found,
        "tag": wording.invoice_tag(found, clock.today()),
        "order_url": reverse("orders:order", args=[found.order_id]),
        "table": _payments_table(found),
        "credits": reminders.credits_table(request.member, found),
        "reminders": reminders.reminders_table(found),
        "letter": reminders.next_letter(request.member, found),
        "may_receive": running and actions.receive_fee.may(request.member, found),
        "may_cancel": running
        and not (found.received_hao or found.credited_hao)
        and actions.cancel_invoice.may(request.member, found),
    }
    return render(request, "orders/bill.html", context)


def _payments_table(found: Invoice) -> Table:
    return Table(
        caption=_("What arrived"),
        columns=(
            Column("day", _("Day"), "date"),
            Column("amount", _("Amount"), "money"),
            Column("document", _("Bank document")),
            Column("who", _("Entered by")),
        ),
        rows=[
            {
                "day": payment.received_on,
                "amount": payment.amount_hao,
                "document": payment.document,
                "who": payment.taken_by.name,
            }
            for payment in found.payments.select_related("taken_by").order_by("pk")
        ],
        empty=_("Nothing has arrived yet."),
    )


def invoice_order(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(access.visible_orders(request.member), pk=pk)
    allowed(request, actions.invoice, found)
    initial = {"amount_hao": to_invoice(found), "due": clock.today() + timedelta(days=DAYS_TO_PAY)}
    return fill(
        request,
        InvoiceForm(request.POST or None, initial=initial),
        lambda by, facts: actions.invoice(by, found, **facts),
        title=_("Invoice for order %(number)s") % {"number": found.number},
        submit=_("Write the invoice"),
        back=Link(_("Order %(number)s") % {"number": found.number}, reverse("orders:order", args=[found.pk])),
        then=invoice_url,
        done=_("The invoice is written."),
    )


def receive_fee(request: Visit, pk: int) -> HttpResponse:
    found: Any = get_object_or_404(_bills(request), pk=pk)
    allowed(request, actions.receive_fee, found)
    return fill(
        request,
        FeeForm(request.POST or None, initial={"amount_hao": found.owed_hao, "received_on": clock.today()}),
        lambda by, facts: actions.receive_fee(by, found, **facts),
        title=_("Enter a payment of the enterprise"),
        submit=_("Save the payment"),
        back=Link(_("Invoice %(number)s") % {"number": found.number}, invoice_url(found)),
        then=lambda _payment: invoice_url(found),
        done=_("The payment is entered."),
    )


def cancel_invoice(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(_bills(request), pk=pk)
    allowed(request, actions.cancel_invoice, found)
    return fill(
        request,
        ReasonForm(request.POST or None),
        lambda by, facts: actions.cancel_invoice(by, found, **facts),
        title=_("Cancel the invoice"),
        submit=_("Cancel the invoice"),
        back=Link(_("Invoice %(number)s") % {"number": found.number}, invoice_url(found)),
        then=invoice_url,
        done=_("The invoice is cancelled."),
    )
