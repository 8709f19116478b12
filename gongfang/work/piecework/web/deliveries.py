"""Pages of deliveries: what waits, what went, and the slip both sides sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gongfang.core import marks
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.ui.doors import allowed, fill
from gongfang.ui.formats import number
from gongfang.ui.papers import send_page
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders.access import visible_lines
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import access, actions, papers, queries, wording
from gongfang.work.piecework.forms import DeliverForm, SignForm
from gongfang.work.piecework.models import Delivery
from gongfang.work.piecework.web.claims import claim_url


def delivery_url(delivery: Delivery) -> str:
    return reverse("piecework:delivery", args=[delivery.pk])


def _to_deliveries() -> Link:
    return Link(_("All deliveries"), reverse("piecework:deliveries"))


def _listed(member: Member) -> QuerySet[Delivery]:
    parts = ("line__version__product", "line__order__enterprise")
    return access.visible_deliveries(member).select_related(*parts).order_by("-delivered_on", "-pk")


def _table(rows: Sequence[Delivery], pages: Pages[Delivery] | None = None) -> Table:
    return Table(
        caption=_("Deliveries"),
        columns=(
            Column("number", _("Slip"), "link"),
            Column("enterprise", _("Enterprise")),
            Column("product", _("Product")),
            Column("pieces", _("Pieces"), "number"),
            Column("day", _("Sent on"), "date"),
            Column("signed", _("Signature"), "tag"),
        ),
        rows=[_row(row) for row in rows],
        empty=_(
            "Nothing was delivered yet. Accepted pieces wait under their orders until somebody sends them."
        ),
        export_url=reverse("piecework:delivery_sheet"),
        pages=pages,
    )


def _row(row: Delivery) -> dict[str, Any]:
    return {
        "number": Link(row.number, delivery_url(row)),
        "enterprise": row.line.order.enterprise.name,
        "product": str(row.line.version.product),
        "pieces": row.pieces,
        "day": row.delivered_on,
        "signed": wording.delivery_tag(row),
    }


def _waiting(lines: Sequence[OrderLine]) -> Table:
    return Table(
        caption=_("Waiting for delivery"),
        columns=(
            Column("product", _("Product"), "link"),
            Column("order", _("Order")),
            Column("enterprise", _("Enterprise")),
            Column("pieces", _("Accepted, not sent"), "number"),
            Column("due", _("Due"), "day"),
        ),
        rows=[
            {
                "product": Link(str(line.version.product), reverse("piecework:deliver", args=[line.pk])),
                "order": line.order.number,
                "enterprise": line.order.enterprise.name,
                "pieces": line.accepted - line.delivered,
                "due": line.due,
            }
            for line in lines
        ],
        empty=_("Nothing accepted waits for delivery."),
    )


def delivery_list(request: Visit) -> HttpResponse:
    pages = page_of(request, _listed(request.member))
    lines = list(queries.to_deliver(request.member)[:50])
    waiting = sum(line.accepted - line.delivered for line in lines)
    context = {
        "title": _("Deliveries"),
        "answer": _answer(waiting),
        "waiting": _waiting(lines) if lines else None,
        "table": _table(pages.items, pages),
        "to_claims": access.visible_claims(request.member).filter(stage="open").count(),
    }
    return render(request, "piecework/deliveries.html", context)


def _answer(waiting: int) -> str:
    if not waiting:
        return _("No accepted piece waits for delivery.")
    return ngettext(
        "%(count)s accepted piece waits for delivery.",
        "%(count)s accepted pieces wait for delivery.",
        waiting,
    ) % {"count": number(waiting)}


def delivery_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _listed(request.member), _table)


def deliver(request: Visit, pk: int) -> HttpResponse:
    lines = visible_lines(request.member).select_related("version__product", "order__enterprise")
    line = get_object_or_404(lines, pk=pk)
    allowed(request, actions.deliver, line)
    waiting = line.accepted - line.delivered
    form = DeliverForm(request.POST or None, initial={"pieces": waiting or None})
    return fill(
        request,
        form,
        lambda by, facts: actions.deliver(by, line, **facts | {"numbers": facts["numbers"].splitlines()}),
        title=_("Send %(product)s") % {"product": line.version.product},
        submit=_("Write the hand-over slip"),
        back=_to_deliveries(),
        then=delivery_url,
        done=lambda row: (
            _("Slip %(number)s is written. Print it and let it be signed.") % {"number": row.number}
        ),
        answer=_answer(waiting),
    )


def delivery(request: Visit, pk: int) -> HttpResponse:
    """Show the hand-over slip as it is printed and signed."""
    found = queries.delivery_of(request.member, pk)
    context = {
        "title": _("Hand-over slip %(number)s") % {"number": found.number},
        "back": _to_deliveries(),
        "delivery": found,
        "tag": wording.delivery_tag(found),
        "claims": [
            Link(f"{number(row.pieces)} · {row.reason} · {row.get_stage_display()}", claim_url(row))
            for row in found.claims.order_by("pk")
        ],
        "may_claim": actions.enter_claim.may(request.member, found),
        "may_sign": not found.signed_on and access.may_sign_delivery(request.member, found),
    }
    return render(request, "piecework/delivery.html", context)


def sign(request: Visit, pk: int) -> HttpResponse:
    found = queries.delivery_of(request.member, pk)
    allowed(request, actions.sign_delivery, found)
    form = SignForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: actions.sign_delivery(
            by, found, signed_by=facts["signed_by"], signed_on=facts["signed_on"]
        ),
        title=_("Signature on slip %(number)s") % {"number": found.number},
        submit=_("Write the signature down"),
        back=Link(found.number, delivery_url(found)),
        then=delivery_url,
        done=lambda _row: _("The slip is signed."),
        answer=_("Keep the signed paper; enter here who signed it."),
    )


def slip_pdf(request: Visit, pk: int) -> HttpResponse:
    """Print a hand-over slip as a page, with the code that says it is genuine."""
    found = queries.delivery_of(request.member, pk)
    address = request.build_absolute_uri(reverse("piecework:genuine", args=[papers.code(found)]))
    return send_page(papers.slip(found, address=address), f"{found.number}.pdf")


@login_not_required
@require_safe
def genuine(request: HttpRequest, code: str) -> HttpResponse:
    """Tell whoever holds a printed slip whether number, day and pieces are genuine; nothing else about the order."""
    found = papers.genuine(code)
    context = {
        "title": _("Is this slip genuine?"), "delivery": found, "number": marks.number_of(code)[:40]
    }  # fmt: skip
    return render(request, "piecework/genuine.html", context, status=200 if found else 404)
