"""The page of a county that stands still after a restore: what is missing, step by step."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.core.models import Continuity
from gongfang.operations.backup import access, actions, forms, queries, statements
from gongfang.operations.backup.models import Payment, Statement
from gongfang.operations.backup.queries import Check, Standstill
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.formats import day, full_day, moment, number
from gongfang.ui.parts import Link, Step, Tag, Verb
from gongfang.ui.tables import Column, Table, page_of
from gongfang.ui.ways import reverse


def standstill(request: Visit) -> HttpResponse:
    """Say whether money moves, and if not, what is to be done next and by whom."""
    if not access.may_see_standstill(request.member):
        raise NotAllowed
    continuity = Continuity.current()
    now = queries.standstill(continuity)
    context = {
        "title": _("After the restore"),
        "back": Link(_("First page"), reverse("home")),
        "now": now,
        "answer": _answer(now),
        "next": now and _next(now),
        "checks": now and _checks(request, now),
        "payments": _payments(request),
        "steps": now and _steps(now),
        "may_book": bool(now and _bookable(request)),
        "may_thaw": bool(now and now.is_ready) and _may_thaw(request, continuity),
        "officer": request.member.holds("officer"),
        "thaw_url": reverse("backup:thaw"),
        "reconcile_url": reverse("reconcile"),
        "book_all_url": reverse("backup:book_payments"),
    }
    return render(request, "backup/standstill.html", context)


def _may_thaw(request: Visit, continuity: Continuity) -> bool:
    free = request.member.user.pk not in access.readers_since_restore(continuity)
    return free and actions.thaw_county.may(request.member, continuity)


def _answer(now: Standstill | None) -> str:
    if now is None:
        return _("Money moves and messages go as always.")
    return _("This county was brought back as it stood on %(copy)s. Until it goes on, nobody is paid.") % {
        "copy": moment(now.continuity.copy_made_at)
    }


def _next(now: Standstill) -> str:
    """Say the one thing that comes next."""
    if now.unread:
        return _("Next: read the bank statement of %(operator)s up to %(day)s.") % {
            "operator": now.unread[0].operator.name,
            "day": full_day(now.until),
        }
    if now.open:
        return ngettext(
            "Next: another person books the payment found in the statement.",
            "Next: another person books the %(count)s payments found in the statements.",
            now.open,
        ) % {"count": number(now.open)}
    if now.reconciled is None:
        return _("Next: reconcile the accounts; it takes a minute.")
    return _("Next: somebody who has not read the statements lets money move again.")


def _steps(now: Standstill) -> list[Step]:
    """What is done after a restore, in this order; the first three nobody can tick off but people themselves."""
    read, booked, agreed = not now.unread, not now.open, now.reconciled is not None
    return [
        Step(
            _("Everybody logs in again; phones then send by themselves what the copy does not have."),
            kind="plain",
        ),
        Step(_("Whoever left or was shut out since the copy is shut out again."), kind="plain"),
        Step(
            _("What was done at a desk since the copy is entered again, and slips are drawn up."),
            kind="plain",
        ),
        Step(
            _(
                "One person reads the bank statement of every operator and asks the bank for batches it may have."
            ),
            kind="done" if read else "act",
        ),
        Step(
            _("Another person books what the bank has paid and the books did not know."),
            kind="done" if read and booked else "wait",
        ),
        Step(
            _("The accounts are reconciled without a difference, and money moves again."),
            kind="done" if read and booked and agreed else "wait",
        ),
    ]


def _bookable(request: Visit) -> list[Payment]:
    """Return what this person may book at once: it has a payee, and somebody else has found it."""
    rows = access.visible_payments(request.member).filter(stage=Payment.Stage.OPEN)
    named = rows.exclude(payout=None, relation=None, organisation=None)
    return list(named.exclude(statement__read_by=request.member.user.pk).order_by("pk"))


def _checks(request: Visit, now: Standstill) -> Table:
    return Table(
        caption=_("Bank statements"),
        columns=(
            Column("operator", _("Operator")),
            Column("read", _("Read"), "tag"),
            Column("open", _("Found and open"), "number"),
            Column("at_bank", _("Batches the bank may have"), "number"),
            Column("do", "", "link"),
        ),
        rows=[
            {
                "operator": check.operator.name,
                "read": _read(check),
                "open": check.open,
                "at_bank": check.at_bank,
                "do": _read_link(request, check),
            }
            for check in now.checks
        ],
        empty=_("Nobody works for an operator here, so no bank has paid anything."),
    )


def _read(check: Check) -> Tag:
    if check.statement is None:
        return Tag(_("not read"), "act")
    return Tag(_("up to %(day)s") % {"day": day(check.statement.until)}, "done")


def _read_link(request: Visit, check: Check) -> Link | None:
    if not access.may_read_statement(request.member, check.operator):
        return None
    return Link(_("Read a statement"), reverse("backup:read_statement", args=[check.operator.pk]))


def _payments(request: Visit) -> Table:
    rows = access.visible_payments(request.member).select_related(
        "operator", "statement__read_by", "relation__resident", "organisation", "payout"
    )
    pages = page_of(request, rows.order_by("stage", "pk"))
    return Table(
        caption=_("Payments the books did not know"),
        columns=(
            Column("paid_on", _("Paid on"), "day"),
            Column("payee", _("Payee")),
            Column("amount", _("Amount"), "money"),
            Column("reference", _("Reference")),
            Column("status", _("Status"), "tag"),
            Column("do", "", "link"),
            Column("book", "", "verb"),
        ),
        rows=[_payment_row(request, row) for row in pages.items],
        empty=_("Every payment in the statements is in the books."),
        pages=pages,
    )


def _payment_row(request: Visit, row: Payment) -> dict[str, object]:
    is_open = row.stage == Payment.Stage.OPEN
    mine = row.statement.read_by_id == request.member.user.pk
    settles = is_open and not mine and access.may_settle_payment(request.member, row)
    known = row.payout_id or row.relation_id or row.organisation_id
    return {
        "paid_on": row.paid_on,
        "payee": str(row.relation.resident.name) if row.relation else str(row.organisation or row.card or ""),
        "amount": row.amount_hao,
        "reference": row.reference,
        "status": Tag(row.get_stage_display(), "act" if is_open else "done"),
        "do": Link(_("See the payment"), reverse("backup:payment", args=[row.pk])) if is_open else None,
        "book": Verb(_("Book it"), reverse("backup:book_payment", args=[row.pk]))
        if settles and known
        else None,
    }


def read_statement(request: Visit, pk: int) -> HttpResponse:
    """Take in an operator's bank statement and say what it brought to light."""
    operator = get_object_or_404(queries.paying_operators(), pk=pk)
    allowed(request, actions.read_statement, operator)
    form = forms.StatementForm(request.POST or None, request.FILES or None, initial=forms.last_day())
    return fill(
        request,
        form,
        lambda by, facts: actions.read_statement(
            by, operator, until=facts["until"], lines=_lines(facts["file"])
        ),
        title=_("Bank statement of %(operator)s") % {"operator": operator.name},
        submit=_("Compare it with the books"),
        back=Link(_("After the restore"), reverse("backup:standstill")),
        done=_brought,
    )


def _lines(upload: object) -> tuple[statements.Line, ...]:
    return statements.read_sheet(upload) if upload else ()  # type: ignore[arg-type]  # a form's upload


def _brought(statement: Statement) -> str:
    return _("%(lines)s payments read, %(found)s of them are not in the books.") % {
        "lines": number(statement.lines),
        "found": number(statement.lines - statement.known),
    }


def payment(request: Visit, pk: int) -> HttpResponse:
    """Show one payment: name whom the bank has paid, or say that it is none of ours."""
    found = _payment(request, pk)
    context = {
        "title": _("A payment of %(day)s") % {"day": full_day(found.paid_on)},
        "back": Link(_("After the restore"), reverse("backup:standstill")),
        "payment": found,
        "mine": found.statement.read_by_id == request.member.user.pk,
        "is_open": found.stage == Payment.Stage.OPEN,
    }
    return render(request, "backup/payment.html", context)


def _payment(request: Visit, pk: int) -> Payment:
    rows = access.visible_payments(request.member).select_related("operator", "statement__read_by")
    return get_object_or_404(rows, pk=pk)


def name_payee(request: Visit, pk: int) -> HttpResponse:
    found = _payment(request, pk)
    return fill(
        request,
        forms.PayeeForm(request.POST or None, payment=found),
        lambda by, facts: actions.name_payee(by, found, relation=facts["relation"]),
        title=_("Whom the bank has paid"),
        submit=_("Name this person"),
        back=Link(_("After the restore"), reverse("backup:standstill")),
        done=_("The payment has its payee now. Another person books it."),
    )


def book_payment(request: Visit, pk: int) -> HttpResponse:
    found = _payment(request, pk)
    done = _("The payment is booked. Nobody is paid it again.")
    return press(
        request, lambda by: actions.book_payments(by, [found]), to=reverse("backup:standstill"), done=done
    )


def book_payments(request: Visit) -> HttpResponse:
    """Book everything that is open and has a payee."""
    found = _bookable(request)
    done = _("The payments are booked. Nobody is paid them again.")
    return press(
        request, lambda by: actions.book_payments(by, found), to=reverse("backup:standstill"), done=done
    )


def dismiss_payment(request: Visit, pk: int) -> HttpResponse:
    found = _payment(request, pk)
    return fill(
        request,
        forms.WhyForm(request.POST or None),
        lambda by, facts: actions.dismiss_payment(by, found, why=facts["why"]),
        title=_("Not from here"),
        submit=_("It was for something else"),
        back=Link(_("After the restore"), reverse("backup:standstill")),
        done=_("The payment is set aside, with its reason."),
    )


def thaw_county(request: Visit) -> HttpResponse:
    """Let money move again."""
    done = _("Money moves again. Messages that waited are on their way.")
    return press(
        request,
        lambda by: actions.thaw_county(by, Continuity.current()),
        to=reverse("backup:standstill"),
        done=done,
    )
