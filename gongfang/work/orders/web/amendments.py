"""Pages of a placed order's changes: what a change means is said first, then somebody says yes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit, attempt
from gongfang.ui.doors import allowed, fill
from gongfang.ui.formats import full_day, number, rate
from gongfang.ui.parts import Link, Step
from gongfang.work.orders import access, actions
from gongfang.work.orders.amending import news_of, told
from gongfang.work.orders.forms import AmendForm, ReasonForm
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.orders.web.receipts import order_url

LINE_FACTS = ("pieces_before", "pieces", "due_before", "due", "fee_before_hao", "fee_hao")


def amend(request: Visit, pk: int) -> HttpResponse:
    """Say what a change of an order means, and make it once somebody has read that."""
    found = get_object_or_404(access.visible_orders(request.member), pk=pk)
    allowed(request, actions.amend_order, found)
    lines = _open_lines(found)
    form = AmendForm(request.POST or None, order=found, lines=lines)
    trial: list[str] = []
    if form.is_bound and form.is_valid():
        if form.was_read():
            made = attempt(request, lambda by: actions.amend_order(by, found, **form.facts()), form=form)
            if made is not None:
                done = _("The order is changed. Everybody reads it as version %(no)s.")
                messages.success(request, done % {"no": made.no})
                return redirect(order_url(found))
        trial = _trial(found, lines, form)
        form = form.read()
    context = {
        "title": _("Change order %(number)s") % {"number": found.number},
        "back": Link(_("Order %(number)s") % {"number": found.number}, order_url(found)),
        "form": form,
        "trial": trial,
        "submit": _("Change the order") if trial else _("Say what it means"),
    }
    return render(request, "orders/amend.html", context, status=422 if form.errors else 200)


def _open_lines(found: Order) -> list[OrderLine]:
    lines = found.lines.filter(stage=Order.Stage.OPEN).select_related("version__product", "step")
    return list(lines.prefetch_related("price_steps").order_by("pk"))


def _trial(found: Order, lines: Sequence[OrderLine], form: AmendForm) -> list[str]:
    facts = form.facts()
    news = news_of(found, lines, due=facts["due"], changes=facts["changes"])
    return told(found, news, facts["extras"]) or [_("Nothing would change. Enter what is different now.")]


def reopen(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(access.visible_orders(request.member), pk=pk)
    allowed(request, actions.reopen_order, found)
    return fill(
        request,
        ReasonForm(request.POST or None),
        lambda by, facts: actions.reopen_order(by, found, **facts),
        title=_("Open the order again"),
        submit=_("Open the order again"),
        back=Link(_("Order %(number)s") % {"number": found.number}, order_url(found)),
        done=_("The order is open again."),
        answer=_(
            "Somebody else than who closed it opens it again. What was cancelled at its end is wanted again."
        ),
    )


def versions(found: Order) -> list[Step]:
    """Return the versions of an order, the newest first; none while it is as it was placed."""
    rows = found.amendments.order_by("-no", "lines__pk").values(
        "no", "reason", "document", "amended_on", "due_before", "due",
        who=F("amended_by__name"),
        product=F("lines__line__version__product__name"),
        **{f"line_{name}": F(f"lines__{name}") for name in LINE_FACTS},
    )  # fmt: skip
    return [_version(list(lines)) for _no, lines in groupby(rows, key=itemgetter("no"))]


def _version(rows: Sequence[Mapping[str, Any]]) -> Step:
    first = rows[0]
    changed = [_line_text(row) for row in rows if row["product"]]
    if first["due"] != first["due_before"]:
        changed.append(_arrow(_("due"), full_day(first["due_before"]), full_day(first["due"])))
    changed.append(_("Document: %(document)s") % first)
    title = _("Version %(no)s by %(who)s: %(reason)s") % first
    return Step(title=title, text=" · ".join(changed), when=full_day(first["amended_on"]))


def _line_text(row: Mapping[str, Any]) -> str:
    parts = []
    if row["line_pieces"] != row["line_pieces_before"]:
        parts.append(_arrow(_("pieces"), _was(row["line_pieces_before"], number), number(row["line_pieces"])))
    if row["line_due"] != row["line_due_before"]:
        parts.append(_arrow(_("due"), _was(row["line_due_before"], full_day), full_day(row["line_due"])))
    if row["line_fee_hao"] != row["line_fee_before_hao"]:
        fee = rate(row["line_fee_hao"])
        parts.append(_arrow(_("yuan a piece"), _was(row["line_fee_before_hao"], rate), fee))
    return f"{row['product']}: {', '.join(parts)}"


def _was(value: Any, written: Callable[[Any], str]) -> str:
    return "" if value is None else written(value)


def _arrow(what: str, before: str, after: str) -> str:
    return f"{what} {before} → {after}" if before else f"{what} {after}"
