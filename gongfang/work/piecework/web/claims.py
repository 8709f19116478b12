"""Pages of claims: what came back from the enterprise, why, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import files
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.ui.doors import allowed, fill, kept_picture
from gongfang.ui.formats import number
from gongfang.ui.parts import Link, Tag
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.piecework import access, actions, queries
from gongfang.work.piecework.actions.claims import claimable
from gongfang.work.piecework.forms import AnswerClaimForm, EnterClaimForm
from gongfang.work.piecework.models import Claim


def claim_url(claim: Claim) -> str:
    return reverse("piecework:complaint", args=[claim.pk])


def claim_tag(claim: Claim) -> Tag:
    return Tag(claim.get_stage_display(), "wait" if claim.stage == Claim.Stage.OPEN else "done")


def _listed(member: Member) -> QuerySet[Claim]:
    parts = ("delivery__line__version__product", "delivery__line__order__enterprise")
    return access.visible_claims(member).select_related(*parts).order_by("-claimed_on", "-pk")


def _table(rows: Sequence[Claim], pages: Pages[Claim] | None = None) -> Table:
    return Table(
        caption=_("Claims"),
        columns=(
            Column("slip", _("Slip"), "link"),
            Column("enterprise", _("Enterprise")),
            Column("product", _("Product")),
            Column("pieces", _("Pieces"), "number"),
            Column("reason", _("What is wrong")),
            Column("day", _("Came back on"), "date"),
            Column("outcome", _("What became of it"), "tag"),
            Column("answer", _("Answer")),
        ),
        rows=[_row(row) for row in rows],
        empty=_("No piece has come back."),
        export_url=reverse("piecework:claim_sheet"),
        pages=pages,
    )


def _row(row: Claim) -> dict[str, Any]:
    line = row.delivery.line
    return {
        "slip": Link(row.delivery.number, claim_url(row)), "enterprise": line.order.enterprise.name,
        "product": str(line.version.product), "pieces": row.pieces, "reason": row.reason, "day": row.claimed_on,
        "outcome": claim_tag(row), "answer": row.answer,
    }  # fmt: skip


def claim_list(request: Visit) -> HttpResponse:
    rows = _listed(request.member)
    waiting = rows.filter(stage=Claim.Stage.OPEN).count()
    pages = page_of(request, rows)
    context = {"title": _("Claims"), "answer": _answer(waiting), "table": _table(pages.items, pages)}
    return render(request, "piecework/deliveries.html", context)


def _answer(waiting: int) -> str:
    if not waiting:
        return _("No claim waits for an answer.")
    return ngettext(
        "%(count)s claim waits for an answer.", "%(count)s claims wait for an answer.", waiting
    ) % {"count": number(waiting)}


def claim_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _listed(request.member), _table)


def claim(request: Visit, pk: int) -> HttpResponse:
    """Show one claim, its photo, and the credit notes it led to."""
    found = get_object_or_404(_listed(request.member).select_related("entered_by", "answered_by"), pk=pk)
    waits = found.stage == Claim.Stage.OPEN
    context = {
        "title": _("Claim on slip %(number)s") % {"number": found.delivery.number},
        "back": Link(_("Claims"), reverse("piecework:claims")),
        "claim": found,
        "tag": claim_tag(found),
        "may_answer": waits and actions.answer_claim.may(request.member, found),
        "notes": [
            Link(note.number, reverse("orders:bill", args=[note.invoice_id]))
            for note in found.notes.order_by("pk")
        ],
    }
    return render(request, "piecework/claim.html", context)


def picture(request: Visit, pk: int) -> FileResponse:
    """Show the photo of what is wrong."""
    return kept_picture(request, get_object_or_404(_listed(request.member), pk=pk).picture)


def enter(request: Visit, pk: int) -> HttpResponse:
    found = queries.delivery_of(request.member, pk)
    allowed(request, actions.enter_claim, found)

    def made(by: Any, facts: dict[str, Any]) -> Claim:
        upload = facts.pop("picture")
        kept = files.keep_picture(upload, schema=request.tenant.schema_name).path if upload else ""
        return actions.enter_claim(by, found, picture=kept, **facts)

    return fill(
        request,
        EnterClaimForm(request.POST or None, request.FILES or None),
        made,
        title=_("Pieces of slip %(number)s come back") % {"number": found.number},
        submit=_("Enter the claim"),
        back=Link(found.number, reverse("piecework:delivery", args=[found.pk])),
        then=claim_url,
        done=_("The claim is entered. Somebody else answers it."),
        answer=_("%(left)s pieces of this slip are with the enterprise.")
        % {"left": number(claimable(found))},
    )


def answer(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(_listed(request.member), pk=pk)
    allowed(request, actions.answer_claim, found)
    return fill(
        request,
        AnswerClaimForm(request.POST or None),
        lambda by, facts: actions.answer_claim(by, found, **facts),
        title=_("Answer the claim"),
        submit=_("Answer the claim"),
        back=Link(found.delivery.number, claim_url(found)),
        then=claim_url,
        done=_("The claim is answered."),
        answer=_("Whatever becomes of them: who made the pieces keeps the pay for them."),
    )
