"""Pages of one payout: what the bank answered, another try, cash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gongfang.core.composed import one
from gongfang.core.doors import Visit, attempt
from gongfang.core.members import Member
from gongfang.pay import access, actions, wording
from gongfang.pay.forms import CashForm, WhyForm
from gongfang.pay.models import Payout, Slip
from gongfang.pay.states import PAYOUT
from gongfang.pay.web.doors import PAYEE, batch_url, payees, payout_url, slip_url
from gongfang.ui.doors import allowed, fill
from gongfang.ui.parts import Link
from gongfang.ui.ways import reverse


def _payout(request: Visit, pk: int) -> Payout:
    rows = access.visible_payouts(request.member)
    return one(rows.select_related("batch", "operator", "settled_by", "witness", *PAYEE), pk=pk)


def payout(request: Visit, pk: int) -> HttpResponse:
    """Show a payout and what can be done with it."""
    found = _payout(request, pk)
    keeps = access.keeps_books(request.member, found.operator_id)
    bank = found.method == Payout.Method.BANK
    batches = access.visible_batches(request.member)
    context = {
        "title": _("Payout %(reference)s") % {"reference": found.reference},
        "back": Link(found.batch.number, batch_url(found.batch))
        if batches.filter(pk=found.batch_id).exists()
        else Link(_("My money"), reverse("pay:my_money") if found.relation else reverse("pay:slips")),
        "payout": found,
        "payee": payees(request.member, [found], page="payout")[found.pk],
        "account": str(found.account or found.organisation_account or ""),
        "tag": wording.payout_tag(found),
        "slips": [Link(row.number, slip_url(row)) for row in _slips_of(request.member, found)],
        "may_fail": keeps and bank and PAYOUT.may(found.stage, "fail_payout"),
        "may_retry": keeps and found.stage == Payout.Stage.FAILED and not found.retries.exists(),
        "may_pay_cash": keeps and not bank and PAYOUT.may(found.stage, "pay_cash"),
        "may_cancel": keeps
        and (found.stage == Payout.Stage.PREPARED or (not bank and found.stage == Payout.Stage.APPROVED)),
    }
    return render(request, "pay/payout.html", context)


def _slips_of(member: Member, found: Payout) -> QuerySet[Slip]:
    return access.visible_slips(member).filter(payout=found).order_by("pk")


def _say_why(request: Visit, pk: int, verb: Any, *, title: str, answer: str, done: str) -> HttpResponse:
    found = _payout(request, pk)
    allowed(request, verb, found)
    form = WhyForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: verb(by, found, why=facts["why"]),
        title=title,
        submit=title,
        back=Link(found.reference, payout_url(found)),
        then=payout_url,
        done=lambda _row: done,
        answer=answer,
    )


def fail_payout(request: Visit, pk: int) -> HttpResponse:
    return _say_why(
        request,
        pk,
        actions.fail_payout,
        title=_("The bank could not pay"),
        answer=_("The amount is owed again. Ask the person for the right card, then try again."),
        done=_("It is owed again and can be tried anew."),
    )


def cancel_payout(request: Visit, pk: int) -> HttpResponse:
    return _say_why(
        request,
        pk,
        actions.cancel_payout,
        title=_("Take this payout out of the batch"),
        answer=_("The amount stays owed and comes with the next batch."),
        done=_("The payout is taken out; the amount is still owed."),
    )


def retry_payout(request: Visit, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = _payout(request, pk)
    again = attempt(request, lambda by: actions.retry_payout(by, found))
    if again is None:
        return redirect(payout_url(found))
    messages.success(
        request, _("It is in batch %(number)s now. Another person approves it.") % {"number": again.batch}
    )
    return redirect(payout_url(again))


def pay_cash(request: Visit, pk: int) -> HttpResponse:
    found = _payout(request, pk)
    allowed(request, actions.pay_cash, found)
    form = CashForm(request.POST or None, payer=request.user)
    done: Callable[[Payout], str] = lambda _row: _("The cash is paid and witnessed.")  # noqa: E731
    return fill(
        request,
        form,
        lambda by, facts: actions.pay_cash(by, found, witness=facts["witness"], document=facts["document"]),
        title=_("Pay cash"),
        submit=_("The cash is handed over"),
        back=Link(found.reference, payout_url(found)),
        then=payout_url,
        done=done,
        answer=_("%(amount)s in cash, against a signature and before a witness.")
        % {"amount": wording.fen(found.amount_fen)},
    )
