"""Pages of slips: my money, the list, one slip, and the way of each line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gongfang.core import clock, marks
from gongfang.core.composed import one
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.pay import access, actions, papers, queries, wording
from gongfang.pay.forms import CorrectForm, SlipFilter, WhyForm
from gongfang.pay.models import Dispute, Payout, Slip, SlipLine
from gongfang.pay.queries import BagPay, Trace
from gongfang.pay.web.doors import earners, line_url, payout_url, slip_url
from gongfang.pay.web.questions import question_url
from gongfang.pay.web.terms import related
from gongfang.registry.people.models import Resident
from gongfang.ui.doors import allowed, fill, workbook
from gongfang.ui.formats import full_day, number, pieces, rate, yuan
from gongfang.ui.papers import send_page
from gongfang.ui.parts import Link, Step
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders.access import visible_orders
from gongfang.work.piecework.access import visible_bags
from gongfang.work.piecework.models import Inspection

_SLIP = ("relation__resident", "relation__organisation", "payout")


# --- my money --------------------------------------------------------------------------------------------------


def _own(member: Member) -> QuerySet[Slip]:
    return Slip.objects.filter(relation__resident=member.resident_id).select_related(*_SLIP).order_by("-pk")


def my_money(request: Visit) -> HttpResponse:
    """Say what a person has coming, then their slips."""
    if request.member.resident_id is None:
        raise Http404
    person = Resident(pk=request.member.resident_id)
    money, today = queries.money_to(person), clock.today()
    paid = Payout.objects.filter(relation__resident=person, stage=Payout.Stage.CONFIRMED)
    last = paid.order_by("-settled_on", "-pk").first()
    pages = page_of(request, _own(request.member))
    context = {
        "title": _("My money"),
        "answer": wording.coming(money, last, queries.due_for(person, today), today),
        "overpaid": wording.overpaid(money),
        "held": [wording.held(row) for row in queries.holds_of(person, today)],
        "unconfirmed": queries.unconfirmed_advances(person),
        "terms": related(queries.terms_of(person)),
        "paid_hao": money.paid,
        "table": _own_table(pages.items, pages),
    }
    return render(request, "pay/mine.html", context)


def _own_table(slips: Sequence[Slip], pages: Pages[Slip] | None = None) -> Table:
    return Table(
        caption=_("My slips"),
        columns=(
            Column("slip", _("Slip"), "link"),
            Column("upto", _("Work up to"), "date"),
            Column("amount", _("Amount"), "money"),
            Column("paid", _("Paid on"), "date"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "slip": Link(slip.number, slip_url(slip)),
                "upto": slip.period_to,
                "amount": slip.net_hao,
                "paid": slip.payout.settled_on if slip.payout and slip.stage == Slip.Stage.CLOSED else None,
                "status": wording.slip_tag(slip),
            }
            for slip in slips
        ],
        empty=_("You have no slip yet. What is inspected comes onto the next one."),
        export_url=reverse("pay:my_sheet"),
        pages=pages,
    )


def my_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _own(request.member), _own_table)


# --- the list --------------------------------------------------------------------------------------------------


def _listed(request: Visit) -> QuerySet[Slip]:
    slips = access.visible_slips(request.member).select_related(*_SLIP).order_by("-pk")
    filters = SlipFilter(request.GET)
    stage = filters.cleaned_data["stage"] if filters.is_valid() else ""
    return slips.filter(stage=stage) if stage else slips


def slip_list(request: Visit) -> HttpResponse:
    pages = page_of(request, _listed(request))
    unpaid = access.visible_slips(request.member).filter(stage=Slip.Stage.OPEN).count()
    context = {
        "title": _("Slips"),
        "answer": _unpaid(unpaid),
        "filters": SlipFilter(request.GET),
        "table": _table(request.member, pages.items, pages),
        "margins": _margins(request.member),
        "keeps_books": access.operators(request.member).exists(),
        "may_see_fees": access.may_see_fees(request.member),
    }
    return render(request, "pay/slips.html", context)


def _unpaid(count: int) -> str:
    if not count:
        return _("Every slip here is paid.")
    return ngettext("%(count)s slip is still to be paid.", "%(count)s slips are still to be paid.", count) % {
        "count": number(count)
    }


def _margins(member: Member) -> list[Link]:
    if access.sees_all(member):
        return []
    earning = access.earners(member).filter(kind__in=("agent", "workshop")).order_by("name")
    return [Link(row.name, reverse("pay:margin", args=[row.pk])) for row in earning]


def _table(member: Member, slips: Sequence[Slip], pages: Pages[Slip] | None = None) -> Table:
    known = earners(member, slips, page="slips")
    return Table(
        caption=_("Slips"),
        columns=(
            Column("slip", _("Slip"), "link"),
            Column("who", _("Person")),
            Column("operator", _("Operator")),
            Column("kind", _("Kind")),
            Column("upto", _("Work up to"), "date"),
            Column("gross", _("Earned"), "money"),
            Column("amount", _("Amount"), "money"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "slip": Link(slip.number, slip_url(slip)),
                "who": known[slip.pk],
                "operator": slip.relation.organisation.name,
                "kind": slip.get_kind_display(),
                "upto": slip.period_to,
                "gross": slip.gross_hao,
                "amount": slip.net_hao,
                "status": wording.slip_tag(slip),
            }
            for slip in slips
        ],
        empty=_("There is no slip yet. Slips are drawn up from what was inspected."),
        export_url=reverse("pay:slips_sheet"),
        pages=pages,
    )


def slips_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _listed(request), lambda rows: _table(request.member, rows))


# --- one slip --------------------------------------------------------------------------------------------------


def _slip(request: Visit, pk: int) -> Slip:
    return one(access.visible_slips(request.member).select_related(*_SLIP), pk=pk)


def _is_own(request: Visit, slip: Slip) -> bool:
    return request.member.resident_id == slip.relation.resident_id


def _back(request: Visit, slip: Slip) -> Link:
    if _is_own(request, slip):
        return Link(_("My money"), reverse("pay:my_money"))
    return Link(_("Slips"), reverse("pay:slips"))


def slip(request: Visit, pk: int) -> HttpResponse:
    """Show a slip, a line a bag."""
    found = _slip(request, pk)
    bags, beside, takes = queries.bags_on(found), queries.earnings_on(found), queries.takes_on(found)
    context = {
        **_facts(request, found),
        "back": _back(request, found),
        "answer": wording.slip_answer(found),
        "gross": wording.gross_answer(found),
        "spoken": wording.spoken(bags, beside, takes),
        "takes": [wording.take(row) for row in takes],
        "year": wording.year(queries.year_to_date(found)),
        "table": _bags_table(bags, found),
        "beside": _beside_table(beside),
        "may_cancel": found.stage == Slip.Stage.OPEN
        and not found.payout_id
        and actions.cancel_slip.may(request.member, found),
        "pdf_url": reverse("pay:slip_pdf", args=[found.pk]),
        "paper_url": reverse("pay:paper", args=[found.pk]),
        "payout_url": payout_url(found.payout) if found.payout else "",
    }
    return render(request, "pay/slip.html", context)


def _facts(request: Visit, found: Slip) -> dict[str, Any]:
    return {
        "title": f"{found.get_kind_display()} {found.number}",
        "slip": found,
        "earner": earners(request.member, [found], page="slip")[found.pk],
        "period": wording.period(found),
        "tag": wording.slip_tag(found),
    }


def _bags_table(bags: Sequence[BagPay], found: Slip) -> Table:
    return Table(
        caption=_("Bag by bag"),
        columns=(
            Column("bag", _("Bag"), "link"),
            Column("product", _("Product")),
            Column("pieces", _("Accepted"), "number"),
            Column("rate", _("Yuan a piece"), "rate"),
            Column("amount", _("Amount"), "money"),
        ),
        rows=[
            {
                "bag": Link(_("Why? Bag %(code)s") % {"code": row.bag.code[-5:]}, line_url(row.lines[0])),
                "product": row.bag.lot.line.version.product.name,
                "pieces": row.pieces,
                "rate": max(line.rate_hao for line in row.lines) or None,
                "amount": row.amount_hao,
            }
            for row in bags
        ],
        empty=_("Nothing stands on this slip."),
        export_url=reverse("pay:slip_sheet", args=[found.pk]),
    )


def _beside_table(lines: Sequence[SlipLine]) -> Table | None:
    if not lines:
        return None
    return Table(
        caption=_("Hours, allowances and bonuses"),
        columns=(
            Column("what", _("What for"), "link"),
            Column("day", _("Day"), "date"),
            Column("amount", _("Amount"), "money"),
        ),
        rows=[
            {
                "what": Link(wording.line(row), line_url(row)),
                "day": row.earned_on,
                "amount": row.amount_hao,
            }
            for row in lines
        ],
        empty=_("Nothing beside pieces yet."),
    )


def cancel_slip(request: Visit, pk: int) -> HttpResponse:
    found = _slip(request, pk)
    allowed(request, actions.cancel_slip, found)
    return fill(
        request,
        WhyForm(request.POST or None),
        lambda by, facts: actions.cancel_slip(by, found, **facts),
        title=_("Cancel the slip"),
        submit=_("Cancel the slip"),
        back=Link(found.number, slip_url(found)),
        done=_("The slip is cancelled. Its lines come on the next one."),
        answer=_("What it took off is given back, and everything on it waits for the next slip."),
    )


def slip_pdf(request: Visit, pk: int) -> HttpResponse:
    """Give the slip as a numbered paper with a mark anybody can check."""
    found = _slip(request, pk)
    who = earners(request.member, [found], page="slip")[found.pk]
    address = request.build_absolute_uri(reverse("pay:verify", args=[papers.code(found)]))
    answer = send_page(papers.slip_paper(found, who=who, address=address), f"{found.number}.pdf")
    answer["Cache-Control"] = "no-store"
    return answer


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Tell whoever holds a printed slip whether number, day and total are genuine; nothing about the person."""
    found = papers.genuine(code)
    context = {"title": _("Is this slip genuine?"), "slip": found, "number": marks.number_of(code)[:40]}
    return render(request, "pay/verify.html", context, status=200 if found else 404)


def slip_sheet(request: Visit, pk: int) -> HttpResponse:
    found = _slip(request, pk)
    return workbook(request, _bags_table(queries.bags_on(found), found))


def paper(request: Visit, pk: int) -> HttpResponse:
    """Show a slip as it is printed and signed: every line with its rate and document."""
    found = _slip(request, pk)
    lines = [line for bag in queries.bags_on(found) for line in bag.lines]
    context = {
        **_facts(request, found),
        "back": Link(found.number, slip_url(found)),
        "table": _lines_table(lines + queries.earnings_on(found)),
        "takes": [wording.take(row) for row in queries.takes_on(found)],
    }
    return render(request, "pay/paper.html", context)


def _lines_table(lines: Sequence[SlipLine]) -> Table:
    return Table(
        caption=_("What was earned"),
        columns=(
            Column("day", _("Day"), "date"),
            Column("bag", _("Bag")),
            Column("product", _("Product")),
            Column("pieces", _("Accepted"), "number"),
            Column("rate", _("Yuan a piece"), "rate"),
            Column("document", _("Document")),
            Column("amount", _("Amount in yuan"), "rate"),
        ),
        rows=[
            {
                "day": line.earned_on,
                "bag": line.bag.code if line.bag else "",
                "product": line.bag.lot.line.version.product.name if line.bag else wording.line(line),
                "pieces": line.pieces or None,
                "rate": line.rate_hao or None,
                "document": _document(line),
                "amount": line.amount_hao,
            }
            for line in lines
        ],
        empty=_("Nothing stands on this slip."),
    )


def _document(line: SlipLine) -> str:
    if line.earning:
        return line.earning.document
    return line.inspection.rate.document if line.inspection else str(line.correction)


# --- one line --------------------------------------------------------------------------------------------------


def line(request: Visit, pk: int) -> HttpResponse:
    """Show the way of a slip line, from the order to the money, one click a step."""
    lines = access.visible_lines(request.member).select_related(*queries.TRACED, "earning")
    found = one(lines, pk=pk)
    asking = _asking(request.member, found)
    if found.earning is not None:
        return render(request, "pay/line.html", _earned(found) | asking)
    trace = queries.trace_line(found)
    context = {
        **asking,
        "title": _("Why this amount"),
        "back": Link(trace.slip.number, slip_url(trace.slip)),
        "answer": _why(found),
        "steps": _steps(request.member, trace),
        "others": [Link(_why(other), line_url(other)) for other in queries.beside(found)],
        "correct_url": reverse("pay:correct_pay", args=[trace.inspection.pk])
        if _may_correct(request.member, trace)
        else "",
    }
    return render(request, "pay/line.html", context)


def _asking(member: Member, found: SlipLine) -> dict[str, Any]:
    """Say what was asked about a line, and whether one may ask."""
    asked = list(found.disputes.order_by("pk"))
    may = not found.void and actions.question_line.may(member, found)
    open_ = any(row.stage == Dispute.Stage.OPEN for row in asked)
    return {
        "asked": [Link(row.question, question_url(row)) for row in asked],
        "ask_url": reverse("pay:question_line", args=[found.pk]) if may and not open_ else "",
    }


def _earned(found: SlipLine) -> dict[str, Any]:
    row = found.earning
    assert row is not None  # asked for lines of earnings alone
    steps = [
        Step(title=row.get_kind_display(), text=wording.earning(row), when=full_day(row.earned_on)),
        Step(title=_("Written down by %(name)s") % {"name": row.made_by}, text=row.document),
    ]
    if row.approved_by:
        steps.append(
            Step(title=_("Approved by %(name)s") % {"name": row.approved_by}, when=full_day(row.approved_on))
        )
    return {
        "title": _("Why this amount"),
        "back": Link(found.slip.number, slip_url(found.slip)),
        "answer": _("%(reason)s, %(amount)s")
        % {"reason": wording.line(found), "amount": yuan(found.amount_hao)},
        "steps": steps,
        "others": [],
        "correct_url": "",
    }


def _may_correct(member: Member, trace: Trace) -> bool:
    hands = access.hands_in_inspection(trace.inspection)
    return member.user.pk not in hands and actions.correct_pay.may(member, trace.inspection)


def _why(found: SlipLine) -> str:
    if found.correction:
        return _("%(amount)s was put right: %(reason)s") % {
            "amount": yuan(found.amount_hao),
            "reason": found.correction.reason,
        }
    return _("%(pieces)s accepted at %(rate)s yuan each: %(amount)s.") % {
        "pieces": pieces(found.pieces),
        "rate": rate(found.rate_hao),
        "amount": yuan(found.amount_hao),
    }


def _steps(member: Member, trace: Trace) -> list[Step]:
    order, bag = trace.order, trace.bag
    order_url = reverse("orders:order", args=[order.pk])
    bag_url = reverse("piecework:bag", args=[bag.pk])
    steps = [
        Step(
            title=_("Order %(number)s") % {"number": order.number},
            text=_("%(product)s for %(enterprise)s, signed by %(operator)s")
            % {
                "product": trace.order_line.version.product.name,
                "enterprise": order.enterprise.name,
                "operator": order.operator.name,
            },
            when=full_day(order.ordered_on),
            url=order_url if visible_orders(member).filter(pk=order.pk).exists() else "",
        ),
        Step(
            title=_("Taken to make"),
            text=_("%(pieces)s at %(workshop)s")
            % {"pieces": pieces(trace.lot.pieces), "workshop": trace.lot.organisation.name},
            when=full_day(trace.lot.shared_on),
        ),
        Step(
            title=_("Bag %(code)s") % {"code": bag.code},
            text=_("%(pieces)s, issued by %(name)s") % {"pieces": pieces(bag.pieces), "name": bag.issued_by},
            when=full_day(bag.issued_on),
            url=bag_url if visible_bags(member).filter(pk=bag.pk).exists() else "",
        ),
        Step(
            title=_("Handed in"),
            text=_("%(pieces)s, counted by %(name)s")
            % {"pieces": pieces(trace.hand_in.pieces), "name": trace.hand_in.taken_by},
            when=full_day(trace.hand_in.handed_in_on),
        ),
        Step(
            title=_("Inspected by %(name)s") % {"name": trace.inspection.inspector},
            text=_verdict(trace.inspection),
            when=full_day(trace.inspection.inspected_on),
        ),
        Step(
            title=_("%(rate)s yuan a piece") % {"rate": rate(trace.inspection.rate_hao)},
            text=trace.inspection.rate.document,
            when=_("in force since %(day)s") % {"day": full_day(trace.inspection.rate.valid_from)},
        ),
    ]
    return steps + _corrected(trace) + _paid(member, trace)


def _verdict(said: Inspection) -> str:
    counts = (
        (said.accepted, _("accepted %(n)s")),
        (said.rework, _("to be mended %(n)s")),
        (said.rejected, _("rejected %(n)s")),
        (said.lost, _("missing %(n)s")),
    )
    words = _(", ").join(text % {"n": number(count)} for count, text in counts if count)
    return f"{words} · {said.reason}" if said.reason else words


def _corrected(trace: Trace) -> list[Step]:
    if trace.correction is None:
        return []
    put_right = trace.correction
    return [
        Step(
            title=_("Put right from %(before)s to %(after)s")
            % {"before": yuan(put_right.before_hao), "after": yuan(put_right.after_hao)},
            text=f"{put_right.reason} · {put_right.document}",
            when=full_day(put_right.made_on),
        )
    ]


def _paid(member: Member, trace: Trace) -> list[Step]:
    steps = [
        Step(
            title=_("Slip %(number)s") % {"number": trace.slip.number},
            when=full_day(trace.slip.drawn_on),
            url=slip_url(trace.slip),
        )
    ]
    payout = trace.payout
    if payout is None:
        return [*steps, Step(title=_("Waits for the next payout"), kind="wait")]
    tag = wording.payout_tag(payout)
    return [
        *steps,
        Step(
            title=_("Payout %(reference)s") % {"reference": payout.reference},
            text=f"{payout.get_method_display()} · {tag.text}",
            when=full_day(payout.settled_on) if payout.settled_on else "",
            url=payout_url(payout) if access.visible_payouts(member).filter(pk=payout.pk).exists() else "",
            kind=tag.kind,
        ),
    ]


def correct_pay(request: Visit, pk: int) -> HttpResponse:
    """Put right what an inspection earned."""
    inspections = Inspection.objects.filter(hand_in__bag__in=visible_bags(request.member))
    found = get_object_or_404(inspections.select_related("hand_in__bag"), pk=pk)
    allowed(request, actions.correct_pay, found)
    form = CorrectForm(request.POST or None, initial={"amount_hao": queries.standing_hao(found)})
    to_bag = reverse("piecework:bag", args=[found.hand_in.bag_id])
    return fill(
        request,
        form,
        lambda by, facts: actions.correct_pay(by, found, **facts),
        title=_("Put the pay right"),
        submit=_("Put it right"),
        back=Link(_("Bag %(code)s") % {"code": found.hand_in.bag.code}, to_bag),
        then=lambda _row: to_bag,
        done=lambda _row: _("It is put right and comes onto the next slip."),
        answer=_("%(amount)s stands there now.") % {"amount": yuan(queries.standing_hao(found))},
    )
