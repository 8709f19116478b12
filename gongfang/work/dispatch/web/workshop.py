"""A workshop's work page: what is open, who makes it, who wishes for some, and the way to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.registry.people.models import Organisation, Resident
from gongfang.ui.tables import Column, Table, page_of
from gongfang.work.dispatch import access, actions
from gongfang.work.dispatch.forms import EffortForm
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.dispatch.planning import askable, free_lines, missing_pieces, open_shares
from gongfang.work.dispatch.planning.hands import is_taker
from gongfang.work.dispatch.queries import LOT_WITH_WORK, WITH_WORK, latest_plan
from gongfang.work.dispatch.web.names import names
from gongfang.work.dispatch.web.sharing import (
    makers_holding,
    offers_table,
    people_table,
    shares_table,
)

UNDER_WAY = ("waiting", "running")


def workshops(member: Member) -> QuerySet[Organisation]:
    everything = member.is_system or member.holds(*access.LOOKERS)
    found = Organisation.objects.all()
    return found if everything else found.filter(pk__in=member.organisations(*access.DESK))


def workshop(request: Visit, pk: int) -> HttpResponse:
    """Show a workshop's open work, who makes it, who wishes for some, and the way to a plan."""
    organisation, member = get_object_or_404(workshops(request.member), pk=pk), request.member
    shares = open_shares(organisation)
    lines = free_lines(organisation)
    held = Lot.objects.filter(organisation=organisation, parent__isnull=False, stage=Lot.Stage.OPEN)
    pages = page_of(request, held.select_related(*WITH_WORK, "maker").order_by("due", "pk"))
    offers = Offer.objects.filter(lot__organisation=organisation, stage=Offer.Stage.OPEN).order_by(
        "expires_at", "pk"
    )
    asked = list(offers.select_related("maker", *LOT_WITH_WORK))
    wishing = askable(organisation)
    read = wishing if is_taker(organisation) else []  # an operator reads how many there are, not who
    people = [*makers_holding(pages.items), *(offer.maker for offer in asked), *read]
    shown = names(member, people, page="dispatch.workshop")
    context = {
        "title": organisation.name,
        "organisation": organisation,
        "free": sum(share.free for share in shares) + sum(missing_pieces(line) for line in lines),
        "wishing": len(wishing),
        "plan": latest_plan(organisation),
        "effort": EffortForm() if actions.start_plan.may(member, organisation) else None,
        "shares": shares_table(shares),
        "people": people_table(pages.items, shown, pages=pages),
        "offers": offers_table(asked, shown),
        "wishes": _wishes_table(wishing, shown) if is_taker(organisation) else None,
    }
    return render(request, "dispatch/workshop.html", context)


def _wishes_table(makers: Sequence[Resident], shown: Mapping[int, str]) -> Table:
    return Table(
        caption=_("Who wishes for work"),
        columns=(
            Column("person", _("Who")),
            Column("minutes", _("Minutes a day"), "number"),
            Column("pieces", _("Pieces a week"), "number"),
            Column("likes", _("Likes to make")),
        ),
        rows=[
            {
                "person": shown[maker.pk], "minutes": maker.wish.minutes_a_day, "pieces": maker.wish.pieces_a_week,
                "likes": maker.wish.products,
            }
            for maker in makers
        ],
        empty=_("Nobody has told a wish yet. Ask the makers how much they want to make."),
    )  # fmt: skip
