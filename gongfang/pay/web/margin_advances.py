"""Pages of advances on margin: asked for on the agent's page, answered and set off there by who keeps the books."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.pay import access, actions, wording
from gongfang.pay.forms import MarginAdvanceForm, SetOffForm, WhyForm
from gongfang.pay.models import MarginAdvance
from gongfang.pay.queries import margin_owed
from gongfang.pay.web.doors import operator_url
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.formats import yuan
from gongfang.ui.parts import Link, Verb
from gongfang.ui.tables import Column, Table

MOST_ROWS = 50


def advances_table(member: Member, advances: QuerySet[MarginAdvance]) -> Table | None:
    """Return advances on margin with what this person may do, the newest in front; nothing when there were none."""
    rows = list(advances.select_related("operator", "organisation").order_by("-pk")[:MOST_ROWS])
    if not rows:
        return None
    shown = [_row(member, row) for row in rows]
    verbs = [Column(name, "", "verb") for name in ("approve",) if any(row[name] for row in shown)]
    links = [Column(name, "", "link") for name in ("set_off", "refuse") if any(row[name] for row in shown)]
    return Table(
        caption=_("Advances on the margin"),
        columns=(
            Column("agent", _("Workshop or agent")), Column("operator", _("Operator")),
            Column("day", _("Asked for on"), "date"),
            Column("amount", _("Amount"), "money"), Column("left", _("Still to be set off"), "money"),
            Column("reason", _("What for")), Column("status", _("Status"), "tag"), *verbs, *links,
        ),
        rows=shown,
        empty="",
    )  # fmt: skip


def _row(member: Member, row: MarginAdvance) -> dict[str, Any]:
    asked, given = row.stage == MarginAdvance.Stage.ASKED, row.stage == MarginAdvance.Stage.APPROVED
    keeps = access.may_handle_margin_advance(member, row)
    approves = asked and keeps and row.asked_by_id != member.user.pk
    drops = asked and access.may_drop_margin_advance(member, row)
    return {
        "agent": row.organisation.name, "operator": row.operator.name, "day": row.asked_on, "amount": row.amount_hao,
        "left": row.left_hao if given else None, "reason": row.refusal or row.reason,
        "status": wording.margin_advance_tag(row),
        "approve": Verb(_("Give it"), _url("approve_margin_advance", row), "check") if approves else None,
        "set_off": Link(_("Set it off"), _url("set_off_margin", row)) if given and keeps else None,
        "refuse": Link(_("Do not give it"), _url("refuse_margin_advance", row)) if drops else None,
    }  # fmt: skip


def _url(name: str, row: MarginAdvance) -> str:
    return reverse(f"pay:{name}", args=[row.pk])


def _back(request: Visit, row: MarginAdvance) -> Link:
    """Lead back to the page of the margin, or for who keeps the operator's books alone to those."""
    if access.earners(request.member).filter(pk=row.organisation_id).exists():
        return Link(row.organisation.name, reverse("pay:margin", args=[row.organisation_id]))
    return Link(row.operator.name, operator_url(row.operator))


def _found(request: Visit, pk: int) -> MarginAdvance:
    rows = access.visible_margin_advances(request.member).select_related("operator", "organisation")
    return get_object_or_404(rows, pk=pk)


def ask_margin_advance(request: Visit, pk: int) -> HttpResponse:
    organisation = get_object_or_404(access.earners(request.member), pk=pk)
    allowed(request, actions.ask_margin_advance, organisation)
    return fill(
        request,
        MarginAdvanceForm(request.POST or None, organisation=organisation),
        lambda by, facts: actions.ask_margin_advance(by, organisation, **facts),
        title=_("Ask for an advance on the margin"),
        submit=_("Ask for it"),
        back=Link(organisation.name, reverse("pay:margin", args=[pk])),
        done=_("The advance is asked for; another person has to give it."),
        answer=_(
            "It is paid with the operator's next batch and set off against what is earned later. No interest."
        ),
    )


def approve_margin_advance(request: Visit, pk: int) -> HttpResponse:
    found = _found(request, pk)
    done = _("The advance is given; it comes with the next batch.")
    return press(
        request, lambda by: actions.approve_margin_advance(by, found), to=_back(request, found).url, done=done
    )


def refuse_margin_advance(request: Visit, pk: int) -> HttpResponse:
    found = _found(request, pk)
    allowed(request, actions.refuse_margin_advance, found)
    return fill(
        request,
        WhyForm(request.POST or None),
        lambda by, facts: actions.refuse_margin_advance(by, found, **facts),
        title=_("Do not give the advance"),
        submit=_("Do not give it"),
        back=_back(request, found),
        done=_("The advance is not given."),
        answer=_("Whoever asked reads the reason."),
    )


def set_off_margin(request: Visit, pk: int) -> HttpResponse:
    found = _found(request, pk)
    allowed(request, actions.set_off_margin, found)
    most = min(found.left_hao, margin_owed(found.operator, found.organisation_id))
    return fill(
        request,
        SetOffForm(request.POST or None, initial={"amount_hao": most or None}),
        lambda by, facts: actions.set_off_margin(by, found, **facts),
        title=_("Set the advance off"),
        submit=_("Set it off"),
        back=_back(request, found),
        done=_("It is set off against the margin."),
        answer=_("At most %(most)s can be set off now.") % {"most": yuan(most)},
    )
