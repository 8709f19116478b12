"""Pages of batches: who waits for money, the batch, the sheet, the bank's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.composed import one
from gongfang.core.doors import Visit, attempt
from gongfang.core.errors import Gone
from gongfang.core.members import Member
from gongfang.core.money import HAO_PER_FEN
from gongfang.pay import access, actions, queries, sheets, wording
from gongfang.pay.forms import BankAnswerForm, DrawForm, PrepareForm
from gongfang.pay.models import Payout, PayoutBatch, Slip
from gongfang.pay.periods import calendar
from gongfang.pay.queries import Debt, Due, Payable, Totals, Undrawn
from gongfang.pay.web.doors import PAYEE, batch_url, operator_url, payees, payout_url
from gongfang.registry.people.models import Organisation
from gongfang.ui.doors import MOST_ROWS, allowed, fill, press, workbook
from gongfang.ui.formats import full_day, number
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.web.names import names

# --- all batches -----------------------------------------------------------------------------------------------


def _batches(member: Member) -> QuerySet[PayoutBatch]:
    return access.visible_batches(member).select_related("operator", "prepared_by").order_by("-pk")


def batch_list(request: Visit) -> HttpResponse:
    """Say whether anybody waits too long, lead to each operator, and list the batches."""
    today = clock.today()
    pages = page_of(request, _batches(request.member))
    within = queries.PAY_WITHIN_DAYS.on(today)
    late = queries.people_waiting(access.operators(request.member), today, within)
    context = {
        "title": _("Payouts"),
        "answer": wording.batches_answer(late, within),
        "kind": "act" if late else "plain",
        "debts": _debts_table(queries.debts(access.operators(request.member))),
        "table": _batches_table(pages.items, pages),
        "may_set_profile": access.may_set_bank_profile(request.member, None),
    }
    return render(request, "pay/batches.html", context)


def _batches_table(batches: Sequence[PayoutBatch], pages: Pages[PayoutBatch] | None = None) -> Table:
    sums, none = queries.totals_of(batches), Totals()
    return Table(
        caption=_("Batches"),
        columns=(
            Column("batch", _("Batch"), "link"),
            Column("operator", _("Operator"), "link"),
            Column("day", _("Prepared on"), "date"),
            Column("count", _("Payouts"), "number"),
            Column("amount", _("Amount"), "money"),
            Column("open", _("Still open"), "number"),
            Column("failed", _("Returned"), "number"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[_batch_row(row, sums.get(row.pk, none)) for row in batches],
        empty=_("Nothing was paid yet. Draw up the slips of an operator, then prepare a batch."),
        export_url=reverse("pay:batches_sheet"),
        pages=pages,
    )


def _batch_row(row: PayoutBatch, sums: Totals) -> dict[str, Any]:
    return {
        "batch": Link(row.number, batch_url(row)),
        "operator": Link(row.operator.name, operator_url(row.operator)),
        "day": row.prepared_on,
        "count": sums.count,
        "amount": sums.fen * HAO_PER_FEN,
        "open": sums.open,
        "failed": sums.failed,
        "status": wording.batch_tag(row),
    }


def _debts_table(debts: Sequence[Debt]) -> Table:
    return Table(
        caption=_("To be paid"),
        columns=(
            Column("operator", _("Operator"), "link"),
            Column("people", _("People"), "number"),
            Column("owed", _("Owed"), "money"),
        ),
        rows=[
            {
                "operator": Link(row.operator.name, operator_url(row.operator)),
                "people": row.people,
                "owed": row.owed_hao,
            }
            for row in debts
        ],
        empty=_("Everybody has been paid."),
    )


def batches_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _batches(request.member), _batches_table)


# --- one operator ----------------------------------------------------------------------------------------------


def _operator(request: Visit, pk: int) -> Organisation:
    return one(access.operators(request.member), pk=pk)


def operator(request: Visit, pk: int) -> HttpResponse:
    """Show whom an operator owes, and the next verb: draw up slips, or prepare a batch."""
    found = _operator(request, pk)
    not_drawn = queries.undrawn(found)
    owed = _owed_a_fen(found, not_drawn)
    ready = [row for row in owed if row.amount_fen]
    context = {
        "title": found.name,
        "back": Link(_("Payouts"), reverse("pay:batches")),
        "answer": wording.payable_answer(
            len(ready), sum(row.amount_fen for row in ready), not_drawn.inspections
        ),
        "operator": found,
        "undrawn": not_drawn.inspections,
        "ready": len(ready),
        "keeps": access.keeps_books(request.member, found.pk),
        "table": _owing_table(request, found, owed),
    }
    return render(request, "pay/operator.html", context)


def _owed_a_fen(operator: Organisation, not_drawn: Undrawn | None = None) -> list[Due]:
    """What is under a fen stays owed until more joins it; nobody can do anything about it."""
    return [row for row in queries.dues(operator, not_drawn) if row.owed_hao >= HAO_PER_FEN]


def _owing_table(request: Visit, found: Organisation, owed: Sequence[Due]) -> Table:
    pages = page_of(request, owed)
    return _owing(request.member, found, queries.named(pages.items), pages)


def _owing(
    member: Member, found: Organisation, rows: Sequence[Payable], pages: Pages[Due] | None = None
) -> Table:
    known = names(member, [row.relation.resident for row in rows if row.relation], page="payable")
    return Table(
        caption=_("Who is owed"),
        columns=(
            Column("who", _("Payee")),
            Column("owed", _("Owed"), "money"),
            Column("payable", _("To be paid now"), "money"),
            Column("method", _("How")),
            Column("account", _("Account")),
        ),
        rows=[
            {
                "who": known[row.relation.resident_id] if row.relation else str(row.organisation),
                "owed": row.owed_hao,
                "payable": row.payable_hao or None,
                "method": str(Payout.Method(row.method).label),
                "account": str(row.account or row.organisation_account or ""),
            }
            for row in rows
        ],
        empty=_("Nobody is owed anything here."),
        export_url=reverse("pay:operator_sheet", args=[found.pk]),
        pages=pages,
    )


def operator_sheet(request: Visit, pk: int) -> HttpResponse:
    found = _operator(request, pk)
    return workbook(request, _owing(request.member, found, queries.named(_owed_a_fen(found)[:MOST_ROWS])))


def draw_up_slips(request: Visit, pk: int) -> HttpResponse:
    found = _operator(request, pk)
    allowed(request, actions.draw_up_slips, found)
    form = DrawForm(request.POST or None, initial={"upto": clock.today()})
    return fill(
        request,
        form,
        lambda by, facts: actions.draw_up_slips(
            by, found, upto=facts["upto"], terms=[facts["terms"]] if facts["terms"] else None
        ),
        title=_("Draw up slips"),
        submit=_("Draw up the slips"),
        back=Link(found.name, operator_url(found)),
        then=lambda _slips: operator_url(found),
        done=_drawn,
        answer=wording.calendar(calendar(clock.today())),
    )


def _drawn(slips: Sequence[Slip]) -> str:
    return ngettext("%(count)s slip is drawn up.", "%(count)s slips are drawn up.", len(slips)) % {
        "count": number(len(slips))
    }


def prepare_batch(request: Visit, pk: int) -> HttpResponse:
    found = _operator(request, pk)
    allowed(request, actions.prepare_batch, found)
    form = PrepareForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: actions.prepare_batch(by, found, profile=facts["profile"]),
        title=_("Prepare a batch"),
        submit=_("Prepare the batch"),
        back=Link(found.name, operator_url(found)),
        then=batch_url,
        done=lambda _batch: _("The batch is prepared. Another person approves it now."),
        answer=_("Everybody whose pay is on a slip is paid in whole fen; the rest stays owed."),
    )


# --- one batch -------------------------------------------------------------------------------------------------


def _batch(request: Visit, pk: int) -> PayoutBatch:
    rows = access.visible_batches(request.member).select_related("operator", "prepared_by", "approved_by")
    return one(rows, pk=pk)


def _payouts(found: PayoutBatch) -> QuerySet[Payout]:
    return found.payouts.select_related(*PAYEE).order_by("pk")


def batch(request: Visit, pk: int) -> HttpResponse:
    """Show a batch: what has to be done with it now, then everybody in it."""
    found = _batch(request, pk)
    totals = queries.totals_of([found]).get(found.pk, Totals())
    keeps = access.keeps_books(request.member, found.operator_id)
    pages = page_of(request, _payouts(found))
    context = {
        "title": _("Batch %(number)s") % {"number": found.number},
        "back": Link(_("Payouts"), reverse("pay:batches")),
        "batch": found,
        "tag": wording.batch_tag(found),
        "answer": wording.batch_answer(
            found,
            count=totals.count,
            amount_fen=totals.fen,
            waiting=totals.open,
            failed=totals.failed,
            cash=totals.cash,
        ),
        "keeps": keeps,
        "may_approve": keeps and _may_approve(request.member, found),
        "bank": totals.bank,
        "table": _payouts_table(request.member, found, pages.items, pages),
        "looks": _looks(found),
    }
    return render(request, "pay/batch.html", context)


def _may_approve(member: Member, found: PayoutBatch) -> bool:
    """Only while the batch waits for it is it worth asking who had a hand in thousands of bags."""
    return found.stage == PayoutBatch.Stage.PREPARED and member.user.pk not in access.hands_in(found)


def _looks(found: PayoutBatch) -> list[str]:
    """Say who took the bank sheet out."""
    taken = found.sheets.select_related("made_by").order_by("pk")
    return [
        _("%(name)s took out the bank sheet on %(day)s.")
        % {"name": row.made_by.name, "day": full_day(clock.business_day(row.made_at))}
        for row in taken
    ]


def _payouts_table(
    member: Member, found: PayoutBatch, payouts: Sequence[Payout], pages: Pages[Payout] | None = None
) -> Table:
    known = payees(member, payouts, page="batch")
    return Table(
        caption=_("Payouts"),
        columns=(
            Column("reference", _("Reference"), "link"),
            Column("who", _("Payee")),
            Column("amount", _("Amount"), "money"),
            Column("method", _("How")),
            Column("account", _("Account")),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "reference": Link(row.reference, payout_url(row)),
                "who": known[row.pk],
                "amount": row.amount_hao,
                "method": row.get_method_display(),
                "account": str(row.account or row.organisation_account or ""),
                "status": wording.payout_tag(row),
            }
            for row in payouts
        ],
        empty=_("This batch is empty."),
        export_url=reverse("pay:payouts_sheet", args=[found.pk]),
        pages=pages,
    )


def payouts_sheet(request: Visit, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    return sheet(request, _payouts(found), lambda rows: _payouts_table(request.member, found, rows))


def approve_batch(request: Visit, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    done = _("The batch is approved. Now the bank sheet can be taken out and cash paid.")
    return press(request, lambda by: actions.approve_batch(by, found), to=batch_url(found), done=done)


def cancel_batch(request: Visit, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    done = _("The batch is dropped. Everything in it is still owed.")
    return press(request, lambda by: actions.cancel_batch(by, found), to=batch_url(found), done=done)


def mark_sent(request: Visit, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    done = _("The batch is at the bank. Enter the bank's answer when it comes.")
    return press(request, lambda by: actions.mark_sent(by, found), to=batch_url(found), done=done)


def export_sheet(request: Visit, pk: int) -> HttpResponse:
    """Take out the bank sheet; that it was taken out is written where each person can read it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = _batch(request, pk)
    sheet = attempt(request, lambda by: actions.export_sheet(by, found))
    if sheet is None:
        return redirect(batch_url(found))
    return sheets.download(request.member, sheet, simulated=bool(getattr(request.tenant, "demo", False)))


def confirm_payouts(request: Visit, pk: int) -> HttpResponse:
    """Enter what the bank has paid: all of it, or the references listed."""
    found = _batch(request, pk)
    allowed(request, actions.confirm_payouts, found)
    form = BankAnswerForm(request.POST or None, initial={"paid_on": clock.today()})
    return fill(
        request,
        form,
        lambda by, _facts: _confirm(by, found, form),
        title=_("The bank has paid"),
        submit=_("Enter the bank's answer"),
        back=Link(found.number, batch_url(found)),
        then=lambda _rows: batch_url(found),
        done=_confirmed,
        answer=_("Enter failures first, each on its own page; then confirm the rest."),
    )


def _confirm(by: By, found: PayoutBatch, form: BankAnswerForm) -> list[Payout]:
    wanted = set(form.cleaned_data["references"])
    rows = dict(found.payouts.filter(reference__in=wanted).values_list("reference", "pk"))
    if missing := sorted(wanted - set(rows)):
        raise Gone(
            _("%(reference)s is not in this batch. Compare it with the sheet.") % {"reference": missing[0]}
        )
    listed = sorted(rows.values()) if wanted else None
    return actions.confirm_payouts(by, found, payouts=listed, paid_on=form.cleaned_data["paid_on"])


def _confirmed(rows: Sequence[Payout]) -> str:
    return ngettext("%(count)s payout is confirmed.", "%(count)s payouts are confirmed.", len(rows)) % {
        "count": number(len(rows))
    }
