"""Pages of enquiries and quotes: what enterprises ask for and what we offer."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Prefetch, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.registry.places.law import rule_on
from gongfang.ui.doors import MOST_ROWS, allowed, fill, only, press, workbook
from gongfang.ui.formats import number, rate, yuan
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.beyond import ways_from_enquiry
from gongfang.work.orders.forms import (
    AnswerForm,
    EnquiryForm,
    QuoteForm,
    ReasonForm,
)
from gongfang.work.orders.models import Enquiry, Quote
from gongfang.work.orders.queries import quotes_to_order
from gongfang.work.orders.worth import Speed, Worth, beside


def enquiry_url(enquiry: Enquiry) -> str:
    return reverse("orders:enquiry", args=[enquiry.pk])


def quote_url(quote: Quote) -> str:
    return reverse("orders:quote", args=[quote.pk])


# --- enquiries and their quotes -------------------------------------------------------------------------------


def _board(request: Visit) -> QuerySet[Enquiry]:
    quotes = access.visible_quotes(request.member).select_related("version__product").order_by("pk")
    enquiries = access.visible_enquiries(request.member).select_related("enterprise")
    shown = enquiries.prefetch_related(Prefetch("quotes", quotes, to_attr="shown"))
    waiting = Case(
        When(stage=Enquiry.Stage.OPEN, then=0), When(stage=Enquiry.Stage.QUOTED, then=1), default=2
    )
    return shown.order_by(waiting, "due", "pk")


def board(request: Visit) -> HttpResponse:
    pages = page_of(request, _board(request))
    waiting = sum(1 for enquiry in pages.items if enquiry.stage == Enquiry.Stage.OPEN)
    context = {
        "title": _("Enquiries and quotes"),
        "answer": _waiting(waiting),
        "table": board_table(pages.items, pages),
        "may_enquire": request.member.holds("officer", "buyer"),
    }
    return render(request, "orders/board.html", context)


def _waiting(waiting: int) -> str:
    if not waiting:
        return _("Every enquiry has its quote.")
    return ngettext(
        "%(waiting)s enquiry waits for a quote.", "%(waiting)s enquiries wait for a quote.", waiting
    ) % {"waiting": number(waiting)}


def board_table(enquiries: Any, pages: Pages[Enquiry] | None = None) -> Table:
    return Table(
        caption=_("Enquiries"),
        columns=(
            Column("enquiry", _("What is asked for"), "link"),
            Column("enterprise", _("Enterprise")),
            Column("pieces", _("Pieces"), "number"),
            Column("due", _("Needed by"), "day"),
            Column("quote", _("Last quote"), "link"),
            Column("fee", _("Fee a piece"), "rate"),
            Column("hourly", _("About yuan an hour"), "money"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[_board_row(enquiry) for enquiry in enquiries],
        empty=_("No enquiry has come in yet. Enter the first one."),
        export_url=reverse("orders:board_sheet"),
        pages=pages,
    )


def _board_row(enquiry: Any) -> dict[str, Any]:
    last: Quote | None = enquiry.shown[-1] if enquiry.shown else None
    return {
        "enquiry": Link(enquiry.product, enquiry_url(enquiry)),
        "enterprise": enquiry.enterprise.name,
        "pieces": enquiry.pieces,
        "due": enquiry.due,
        "quote": Link(f"{last.version.product} · {last.get_stage_display()}", quote_url(last))
        if last
        else None,
        "fee": last.fee_hao if last else None,
        "hourly": last.hourly_equivalent_hao if last else None,
        "status": wording.enquiry_tag(enquiry),
    }


def board_sheet(request: Visit) -> HttpResponse:
    return workbook(request, board_table(_board(request)[:MOST_ROWS]))


def enquire(request: Visit) -> HttpResponse:
    only(request, "officer", "buyer")
    return fill(
        request,
        EnquiryForm(request.POST or None, member=request.member),
        lambda by, facts: actions.enquire(by, facts.pop("enterprise"), **facts),
        title=_("New enquiry"),
        submit=_("Send the enquiry"),
        back=Link(_("Enquiries and quotes"), reverse("orders:board")),
        then=enquiry_url,
        done=_("The enquiry is with the centre. A quote follows within a day."),
    )


def enquiry(request: Visit, pk: int) -> HttpResponse:
    found: Any = get_object_or_404(_board(request), pk=pk)
    context = {
        "title": found.product,
        "back": Link(_("Enquiries and quotes"), reverse("orders:board")),
        "enquiry": found,
        "tag": wording.enquiry_tag(found),
        "ways": ways_from_enquiry(request.member, found),
        "table": _quotes_table(found.shown),
        "may_quote": found.stage != Enquiry.Stage.CLOSED and actions.quote.may(request.member, found),
        "may_close": found.stage != Enquiry.Stage.CLOSED and actions.close_enquiry.may(request.member, found),
    }
    return render(request, "orders/enquiry.html", context)


def _quotes_table(quotes: list[Quote]) -> Table:
    return Table(
        caption=_("Quotes"),
        columns=(
            Column("quote", _("Quote"), "link"),
            Column("pieces", _("Pieces"), "number"),
            Column("fee", _("Fee a piece"), "rate"),
            Column("hourly", _("About yuan an hour"), "money"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "quote": Link(str(quote.version), quote_url(quote)),
                "pieces": quote.pieces,
                "fee": quote.fee_hao,
                "hourly": quote.hourly_equivalent_hao,
                "status": wording.quote_tag(quote),
            }
            for quote in quotes
        ],
        empty=_("There is no quote for this enquiry yet."),
    )


def close_enquiry(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(access.visible_enquiries(request.member), pk=pk)
    allowed(request, actions.close_enquiry, found)
    return fill(
        request,
        ReasonForm(request.POST or None),
        lambda by, facts: actions.close_enquiry(by, found, **facts),
        title=_("Close the enquiry"),
        submit=_("Close the enquiry"),
        back=Link(found.product, enquiry_url(found)),
        then=enquiry_url,
        done=_("The enquiry is closed."),
    )


def write_quote(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(access.visible_enquiries(request.member), pk=pk)
    allowed(request, actions.quote, found)
    return fill(
        request,
        QuoteForm(request.POST or None, initial={"pieces": found.pieces, "due": found.due}),
        lambda by, facts: actions.quote(by, found, **facts),
        title=_("Quote for %(product)s") % {"product": found.product},
        submit=_("Work out the quote"),
        back=Link(found.product, enquiry_url(found)),
        then=quote_url,
        done=_("The quote is a draft. Read it once more, then send it."),
    )


# --- one quote ------------------------------------------------------------------------------------------------


def quote(request: Visit, pk: int) -> HttpResponse:
    quotes = access.visible_quotes(request.member).select_related("enquiry__enterprise", "version__product")
    found = get_object_or_404(quotes, pk=pk)
    member = request.member
    officer = access.may_send_quote(member, found)
    context = {
        "title": _("Quote: %(version)s") % {"version": found.version},
        "back": Link(found.enquiry.product, enquiry_url(found.enquiry)),
        "quote": found,
        "tag": wording.quote_tag(found),
        "answer": _hourly_sentence(found),
        "officer": officer,
        "inside": officer or member.holds("auditor"),
        "left_hao": found.fee_hao - found.wage_hao - found.margin_hao,
        "total_hao": found.fee_hao * found.pieces,
        "may_send": found.stage == "draft" and officer,
        "may_answer": found.stage == "sent" and access.may_answer_quote(member, found),
        "on_paper": found.stage == "sent" and officer and not member.at(found.enquiry.enterprise_id, "buyer"),
        "may_order": member.holds("officer", *access.OPERATING)
        and quotes_to_order().filter(pk=found.pk).exists(),
    }
    return render(request, "orders/quote.html", context)


def _hourly_sentence(found: Quote) -> str:
    return _("%(said)s %(beside)s") % {"said": _own_sentence(found), "beside": _beside_minimum(found)}


def _beside_minimum(found: Quote) -> str:
    speed = Speed(found.seconds, found.seconds, practised_measured=False, beginners_measured=False)
    minimum = rule_on("minimum_hour", clock.today())
    return beside(Worth(found.hourly_equivalent_hao, found.hourly_equivalent_hao, speed, minimum))


def _own_sentence(found: Quote) -> str:
    return _(
        "At %(rate)s yuan a piece and %(seconds)s seconds each, a maker earns about %(hour)s an hour."
    ) % {
        "rate": rate(found.wage_hao),
        "seconds": number(found.seconds),
        "hour": yuan(found.hourly_equivalent_hao),
    }


def _quote(request: Visit, pk: int) -> Quote:
    return get_object_or_404(access.visible_quotes(request.member).select_related("enquiry"), pk=pk)


def send_quote(request: Visit, pk: int) -> HttpResponse:
    found = _quote(request, pk)
    done = _("The quote is sent. The enterprise sees it now.")
    return press(request, lambda by: actions.send_quote(by, found), to=quote_url(found), done=done)


def accept_quote(request: Visit, pk: int) -> HttpResponse:
    return _answered(request, pk, actions.accept_quote, _("Accept the quote"), _("The quote is accepted."))


def decline_quote(request: Visit, pk: int) -> HttpResponse:
    return _answered(request, pk, actions.decline_quote, _("Decline the quote"), _("The quote is declined."))


def _answered(request: Visit, pk: int, verb: Any, title: str, done: str) -> HttpResponse:
    found = _quote(request, pk)
    allowed(request, verb, found)
    return fill(
        request,
        AnswerForm(request.POST or None),
        lambda by, facts: verb(by, found, **facts),
        title=title,
        submit=title,
        back=Link(_("Quote"), quote_url(found)),
        then=quote_url,
        done=done,
    )
