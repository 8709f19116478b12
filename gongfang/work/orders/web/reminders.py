"""Pages of what is late: arrears by age, reminders level by level, credit notes and what is paid back of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongfang.core import clock, marks
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.ui.charts import Bars
from gongfang.ui.doors import allowed, fill, press, workbook
from gongfang.ui.formats import yuan
from gongfang.ui.papers import send_page
from gongfang.ui.parts import Link, Verb
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, papers
from gongfang.work.orders.forms import RefundForm, RemindersForm
from gongfang.work.orders.models import CreditNote, Invoice, Reminder
from gongfang.work.orders.queries import AGES, Ageing, ageing
from gongfang.work.orders.reminding import letter, levels_on, next_reminder


def _bill_url(bill: Invoice) -> str:
    return reverse("orders:bill", args=[bill.pk])


def _age_names() -> list[str]:
    return [
        _("not due yet"), _("1–30 days late"), _("31–60 days late"), _("61–90 days late"),
        _("more than 90 days late"),
    ]  # fmt: skip


def _ageing_table(rows: Sequence[Ageing]) -> Table:
    ages = [Column(age, name, "money") for age, name in zip(AGES, _age_names(), strict=True)]
    return Table(
        caption=_("Arrears by age"),
        columns=(Column("enterprise", _("Enterprise")), *ages, Column("owed", _("In all"), "money")),
        rows=[
            {"enterprise": row.enterprise, "owed": row.owed_hao, **dict(zip(AGES, row.by_age, strict=True))}
            for row in rows
        ],
        empty=_("No enterprise owes anything."),
        export_url=reverse("orders:arrears_sheet"),
    )


def arrears(request: Visit) -> HttpResponse:
    """Show who owes how much since when, as a chart and a table."""
    rows = ageing(access.visible_invoices(request.member), clock.today())
    sums = [sum(row.by_age[place] for row in rows) for place in range(len(AGES))]
    late, owed = sum(sums[1:]), sum(sums)
    context = {
        "title": _("Arrears by age"),
        "back": Link(_("Invoices and arrears"), reverse("orders:invoices")),
        "answer": _("%(owed)s are owed, %(late)s of it are late.") % {"owed": yuan(owed), "late": yuan(late)},
        "kind": "act" if late else "plain",
        "chart": _chart(sums) if owed else None,
        "table": _ageing_table(rows),
        "may_set": access.may_set_reminders(request.member, None),
    }
    return render(request, "orders/arrears.html", context)


def _chart(sums: Sequence[int]) -> Bars:
    names = _age_names()
    told = _(", ").join(f"{name} {yuan(hao)}" for name, hao in zip(names, sums, strict=True))
    whole = [hao // 10_000 for hao in sums]
    return Bars(label=_("Owed by age, in yuan"), description=told, names=names, counts=whole, unit=_("yuan"))


def arrears_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _ageing_table(ageing(access.visible_invoices(request.member), clock.today())))


def next_letter(member: Member, bill: Invoice) -> dict[str, Any] | None:
    """Return the words to send now, for whoever runs the order of an overdue invoice."""
    if not actions.remind.may(member, bill):
        return None
    level = next_reminder(bill, clock.today())
    if level is None:
        return None
    return {"no": level.no, "text": letter(level, bill, clock.today())}


def remind(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(access.visible_invoices(request.member), pk=pk)
    done = _("The reminder is written down.")
    return press(request, lambda by: actions.remind(by, found), to=_bill_url(found), done=done)


def reminders_table(bill: Invoice) -> Table | None:
    """Return the reminders sent for an invoice; nothing when there were none."""
    sent = list(bill.reminders.select_related("sent_by").order_by("level"))
    if not sent:
        return None
    return Table(
        caption=_("Reminders"),
        columns=(
            Column("number", _("Reminder"), "link"), Column("level", _("Level"), "number"),
            Column("day", _("Day"), "date"), Column("who", _("Sent by")), Column("text", _("Words")),
        ),
        rows=[
            {"number": _paper(row), "level": row.level, "day": row.sent_on, "who": row.sent_by.name, "text": row.text}
            for row in sent
        ],
        empty="",
    )  # fmt: skip


def _paper(row: Reminder) -> Link:
    text = _("%(number)s as PDF") % {"number": row.number}
    return Link(text, reverse("orders:reminder_pdf", args=[row.pk]))


def reminder_pdf(request: Visit, pk: int) -> HttpResponse:
    """Print a reminder that was sent, with the code that says it is genuine."""
    rows = Reminder.objects.filter(invoice__in=access.visible_invoices(request.member))
    parts = ("invoice__order__enterprise", "invoice__order__operator", "invoice__order__contract")
    found = get_object_or_404(rows.select_related(*parts), pk=pk)
    address = request.build_absolute_uri(reverse("orders:reminder_check", args=[papers.code(found)]))
    return send_page(papers.reminder(found, address=address), f"{found.number}.pdf")


@login_not_required
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Tell whoever holds a printed reminder whether it is genuine; nothing about the money."""
    found = papers.genuine(code)
    context = {
        "title": _("Is this reminder genuine?"), "reminder": found, "number": marks.number_of(code)[:40]
    }  # fmt: skip
    return render(request, "orders/reminder_check.html", context, status=200 if found else 404)


def credits_table(member: Member, bill: Invoice) -> Table | None:
    """Return the credit notes of an invoice; nothing when there are none."""
    notes = list(bill.credits.order_by("pk"))
    if not notes:
        return None
    rows = [_credit_row(member, note) for note in notes]
    pay_back = [Column("do", "", "verb")] if any(row["do"] for row in rows) else []
    return Table(
        caption=_("Credit notes"),
        columns=(
            Column("number", _("Credit note")), Column("day", _("Day"), "date"),
            Column("amount", _("Amount"), "money"), Column("refund", _("To be paid back"), "money"),
            Column("refunded", _("Paid back on"), "date"), Column("reason", _("Why")),
            *pay_back,
        ),
        rows=rows,
        empty="",
    )  # fmt: skip


def _credit_row(member: Member, note: CreditNote) -> dict[str, Any]:
    waits = note.refund_hao and not note.refunded_on and actions.refund_fee.may(member, note)
    url = reverse("orders:refund", args=[note.pk])
    return {
        "number": note.number, "day": note.credited_on, "amount": note.amount_hao,
        "refund": note.refund_hao or None, "refunded": note.refunded_on, "reason": note.reason,
        "do": Verb(_("Pay back"), url, "money") if waits else None,
    }  # fmt: skip


def refund(request: Visit, pk: int) -> HttpResponse:
    rows = CreditNote.objects.filter(invoice__in=access.visible_invoices(request.member))
    found = get_object_or_404(rows.select_related("invoice__order"), pk=pk)
    allowed(request, actions.refund_fee, found)
    opened = "document" not in request.POST  # the button of the list opens the form, the form does it
    return fill(
        request,
        RefundForm(None if opened else request.POST, initial={"refunded_on": clock.today()}),
        lambda by, facts: actions.refund_fee(by, found, **facts),
        title=_("Pay back credit note %(number)s") % {"number": found.number},
        submit=_("Save the payment"),
        back=Link(found.invoice.number, _bill_url(found.invoice)),
        done=_("The payment is entered."),
        answer=_("%(amount)s go back to %(enterprise)s.")
        % {"amount": yuan(found.refund_hao), "enterprise": found.invoice.order.enterprise},
    )


def set_reminders(request: Visit) -> HttpResponse:
    allowed(request, actions.set_reminders, None)
    levels = levels_on(clock.today())
    initial = {f"{name}_{level.no}": getattr(level, name) for level in levels for name in ("days", "text")}
    form = RemindersForm(request.POST or None, initial=initial)
    return fill(
        request,
        form,
        lambda by, facts: actions.set_reminders(by, None, levels=form.levels(), document=facts["document"]),
        title=_("Words of the reminders"),
        submit=_("Save the words"),
        back=Link(_("Arrears by age"), reverse("orders:arrears")),
        done=_("From today on enterprises are reminded in these words."),
        answer=_("{enterprise}, {invoice}, {order}, {owed}, {due}, {days} and {operator} are filled in."),
    )
