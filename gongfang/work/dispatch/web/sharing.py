"""Pages of shared-out work: a line and its shares, one lot with what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongfang.core import clock
from gongfang.core.composed import one
from gongfang.core.doors import Visit, attempt
from gongfang.core.members import Member
from gongfang.registry.people.models import Organisation, Resident
from gongfang.registry.people.queries import makers_of
from gongfang.ui.doors import kept_picture, press
from gongfang.ui.parts import Link, Verb
from gongfang.ui.sheets import sheet as save
from gongfang.ui.tables import ROWS_A_PAGE, Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import access, actions, wording
from gongfang.work.dispatch.forms import ConfirmForm, DeskClaimForm, PiecesForm, ShareForm
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.dispatch.queries import (
    LOT_WITH_WORK,
    WITH_WORK,
    lines_to_share,
    shares_of_line,
    unconfirmed,
)
from gongfang.work.dispatch.web.days import other_day
from gongfang.work.dispatch.web.names import names
from gongfang.work.orders.access import visible_lines
from gongfang.work.orders.models import OrderLine
from gongfang.work.orders.queries import hourly, left_to_share, rate_on


def lot_url(lot: Lot) -> str:
    return reverse("dispatch:lot", args=[lot.pk])


def workshop_link(lot: Lot) -> Link:
    return Link(lot.organisation.name, reverse("dispatch:workshop", args=[lot.organisation_id]))


def shares_table(shares: Sequence[Lot], pages: Pages[Lot] | None = None) -> Table:
    """The shares of workshops and agents, with the margin the centre sees."""
    return Table(
        caption=_("Shares of workshops and agents"),
        columns=(
            Column("lot", _("Work"), "link"),
            Column("organisation", _("Workshop or agent"), "link"),
            Column("pieces", _("Pieces"), "number"),
            Column("claimed", _("Taken"), "number"),
            Column("free", _("Free"), "number"),
            Column("accepted", _("Accepted"), "number"),
            Column("margin", _("Margin a piece, in yuan"), "rate"),
            Column("due", _("Due"), "day"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "lot": Link(wording.work_name(lot), lot_url(lot)), "organisation": workshop_link(lot),
                "pieces": lot.pieces, "claimed": lot.claimed, "free": lot.free, "accepted": lot.accepted,
                "margin": lot.margin_hao, "due": lot.due, "status": wording.lot_tag(lot),
            }
            for lot in shares
        ],
        empty=_("Nothing has been shared out yet. Open an order line and share it out."),
        export_url=reverse("dispatch:sheet"),
        pages=pages,
    )  # fmt: skip


def people_table(
    lots: Sequence[Lot], shown: Mapping[int, str], *, pages: Pages[Lot] | None = None, caption: str = ""
) -> Table:
    """What people hold of a workshop's work; listed as it was taken, nobody before another for any merit."""
    return Table(
        caption=caption or _("Who makes it"),
        columns=(
            Column("person", _("Who"), "link"),
            Column("work", _("Work")),
            Column("pieces", _("Pieces"), "number"),
            Column("issued", _("Issued"), "number"),
            Column("accepted", _("Accepted"), "number"),
            Column("due", _("Due"), "day"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "person": Link(shown[lot.maker_id or 0], lot_url(lot)), "work": wording.work_name(lot),
                "pieces": lot.pieces, "issued": lot.issued, "accepted": lot.accepted, "due": lot.due,
                "status": wording.lot_tag(lot),
            }
            for lot in lots
        ],
        empty=_("Nobody has taken any of it yet."),
        pages=pages,
    )  # fmt: skip


def makers_holding(lots: Iterable[Lot]) -> list[Resident]:
    """Return whose lots these are."""
    return [lot.maker for lot in lots if lot.maker]


def offers_table(offers: Sequence[Offer], shown: Mapping[int, str]) -> Table:
    """Who is being asked; answers other than yes are shown nowhere."""
    return Table(
        caption=_("Who is being asked"),
        columns=(
            Column("person", _("Who")),
            Column("work", _("Work")),
            Column("pieces", _("Pieces"), "number"),
            Column("until", _("Until"), "moment"),
            Column("next", "", "verb"),
        ),
        rows=[
            {
                "person": shown[offer.maker_id], "work": wording.work_name(offer.lot), "pieces": offer.pieces,
                "until": offer.expires_at,
                "next": Verb(_("Take back"), reverse("dispatch:withdraw_offer", args=[offer.pk])),
            }
            for offer in offers
        ],
        empty=_("Nobody is being asked at the moment."),
    )  # fmt: skip


def _shares(member: Member) -> Any:
    return (
        access.visible_lots(member)
        .filter(parent=None)
        .select_related(*WITH_WORK)
        .order_by("-line__stage", "-stage", "due", "pk")
    )


def lots(request: Visit) -> HttpResponse:
    """List what can be shared out, what waits for a yes, and what was shared out to workshops and agents."""
    member = request.member
    pages = page_of(request, _shares(member))
    lines = [
        line
        for line in lines_to_share(visible_lines(member))[:ROWS_A_PAGE]
        if access.may_share_out(member, line)
    ]
    unsure = (
        list(unconfirmed(access.visible_lots(member))[:ROWS_A_PAGE]) if member.holds(*access.DESK) else []
    )
    caption = _("Not yet confirmed")
    shown = names(member, makers_holding(unsure), page="dispatch.lots") if unsure else {}
    context = {
        "title": _("Work shared out"),
        "plans": _plans(member),
        "looks": member.holds(*access.LOOKERS),
        "waiting": len(lines),
        "running": sum(1 for lot in pages.items if lot.is_running),
        "lines": _lines_table(lines) if lines else None,
        "unsure": people_table(unsure, shown, caption=caption) if unsure else None,
        "table": shares_table(pages.items, pages),
    }
    return render(request, "dispatch/lots.html", context)


def _plans(member: Member) -> list[Link]:
    """The way to a plan of one's own orders, for whoever answers for an operator."""
    own = Organisation.objects.filter(pk__in=member.organisations(*access.HEADS), is_operator=True)
    operators = own.filter(closed_on=None).exclude(
        kind__in=(Organisation.Kind.WORKSHOP, Organisation.Kind.AGENT)
    )
    return [
        Link(
            _("Plan the orders of %(operator)s") % {"operator": one.name},
            reverse("dispatch:workshop", args=[one.pk]),
        )
        for one in operators.order_by("pk")
    ]


def _lines_table(lines: Sequence[OrderLine]) -> Table:
    return Table(
        caption=_("To be shared out"),
        columns=(
            Column("line", _("Work"), "link"),
            Column("order", _("Order")),
            Column("enterprise", _("Enterprise")),
            Column("left", _("Pieces left"), "number"),
            Column("due", _("Due"), "day"),
        ),
        rows=[
            {
                "line": Link(line.version.product.name, reverse("dispatch:line", args=[line.pk])),
                "order": line.order.number, "enterprise": line.order.enterprise.name,
                "left": left_to_share(line), "due": line.due,
            }
            for line in lines
        ],
        empty=_("Everything ordered is shared out."),
    )  # fmt: skip


def sheet(request: Visit) -> HttpResponse:
    """Save the shares as an Excel sheet."""
    return save(request, _shares(request.member), shares_table)


def _line(member: Member, pk: int) -> OrderLine:
    lines = OrderLine.objects.select_related("order__enterprise", "version__product", "step")
    found = one(lines, pk=pk)
    if not access.may_share_out(member, found) and not member.holds(*access.LOOKERS):
        raise Http404
    return found


def line(request: Visit, pk: int) -> HttpResponse:
    """Share a line out to workshops and agents, with the fee, the rate and the margin in the open."""
    found = _line(request.member, pk)
    form = ShareForm(request.POST or None, initial={"due": found.due})
    if form.is_bound and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        if attempt(request, lambda by: actions.share_out(by, found, **facts), form=form):
            messages.success(request, _("The workshop can hand this work out now."))
            return redirect("dispatch:line", pk)
    rate = rate_on(found.step, clock.today())
    shares = list(shares_of_line(found).select_related(*WITH_WORK))
    context = {
        "title": _("Share out: %(product)s") % {"product": found.version.product.name},
        "back": Link(found.order.number, reverse("orders:order", args=[found.order_id])),
        "line": found,
        "left": left_to_share(found),
        "rate": rate,
        "hourly": hourly(rate, found.step.standard_seconds),
        "stays": found.fee_hao - rate,
        "form": form if actions.share_out.may(request.member, found) else None,
        "table": shares_table(shares),
    }
    return render(request, "dispatch/line.html", context, status=422 if form.is_bound else 200)


def _lot(member: Member, pk: int) -> Lot:
    seen = access.visible_lots(member).select_related(*WITH_WORK, "maker", "parent", "line__order__operator")
    return one(seen, pk=pk)


def lot(request: Visit, pk: int) -> HttpResponse:
    """Show one lot and what to do with it next."""
    found = _lot(request.member, pk)
    return _share_page(request, found) if found.is_share else _person_page(request, found)


def _share_page(request: Visit, share: Lot, *, claim: DeskClaimForm | None = None) -> HttpResponse:
    member = request.member
    held = share.shares.select_related(*WITH_WORK, "maker").order_by("-stage", "pk")
    pages = page_of(request, held)
    asked = share.offers.filter(stage=Offer.Stage.OPEN).select_related("maker", *LOT_WITH_WORK)
    offers = list(asked.order_by("pk"))
    hands_out = actions.claim_many.may(member, share) and share.stage == Lot.Stage.OPEN
    makers = list(makers_of(share.organisation)) if hands_out and claim is None else []
    people = [*makers, *makers_holding(pages.items), *(offer.maker for offer in offers)]
    shown = names(member, people, page="dispatch.lot")
    form = claim or DeskClaimForm(makers={maker.pk: shown[maker.pk] for maker in makers})
    context = {
        "title": wording.work_name(share),
        "back": Link(share.organisation.name, reverse("dispatch:workshop", args=[share.organisation_id])),
        "lot": share,
        "tag": wording.lot_tag(share),
        "rate": rate_on(share.step, clock.today()),
        "claim": form if hands_out else None,
        "take_back": PiecesForm(initial={"pieces": share.free}) if _may_take_back(member, share) else None,
        "may_close": hands_out,
        "may_reopen": share.stage == Lot.Stage.CLOSED and actions.reopen_lot.may(member, share),
        "other_day": other_day(request, share),
        "people": people_table(pages.items, shown, pages=pages),
        "offers": offers_table(offers, shown) if hands_out else None,
    }
    return render(request, "dispatch/share.html", context, status=422 if claim else 200)


def _may_take_back(member: Member, share: Lot) -> bool:
    return share.free > 0 and share.stage == Lot.Stage.OPEN and actions.take_back_share.may(member, share)


def _makers(member: Member, share: Lot) -> dict[int, str]:
    return names(member, makers_of(share.organisation), page="dispatch.lot")


def _person_page(request: Visit, found: Lot) -> HttpResponse:
    member, own = request.member, request.member.resident_id == found.maker_id
    hands_out = actions.close_lot.may(member, found) and found.stage == Lot.Stage.OPEN
    assert found.maker is not None
    back = reverse("dispatch:work") if own else reverse("dispatch:lot", args=[found.parent_id])
    rate = rate_on(found.step, clock.today())
    context = {
        "title": wording.work_name(found),
        "back": Link(_("Back to the work"), back),
        "lot": found,
        "own": own,
        "person": names(member, [found.maker], page="dispatch.lot")[found.maker.pk],
        "tag": wording.lot_tag(found),
        "rate": rate,
        "hourly": hourly(rate, found.step.standard_seconds),
        "confirm": ConfirmForm() if found.provisional and hands_out and not own else None,
        "may_close": hands_out,
        "may_reopen": found.stage == Lot.Stage.CLOSED and actions.reopen_lot.may(member, found),
        "other_day": other_day(request, found),
    }
    return render(request, "dispatch/person.html", context)


@require_POST
def claim(request: Visit, pk: int) -> HttpResponse:
    """Write down what somebody at the counter takes."""
    share = _lot(request.member, pk)
    if not share.is_share:
        raise Http404
    form = DeskClaimForm(request.POST, makers=_makers(request.member, share))
    if form.is_valid():
        maker = get_object_or_404(Resident, pk=form.cleaned_data["maker"])
        pieces = form.cleaned_data["pieces"]
        if attempt(request, lambda by: actions.claim(by, share, maker=maker, pieces=pieces), form=form):
            messages.success(
                request, _("Written down. Pack the bags next; the person still says yes themselves.")
            )
            return redirect("dispatch:lot", pk)
    return _share_page(request, share, claim=form)


@require_POST
def take_back(request: Visit, pk: int) -> HttpResponse:
    """Take free pieces of a share back to the line."""
    share, form = _lot(request.member, pk), PiecesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter how many pieces to take back."))
    elif attempt(request, lambda by: actions.take_back_share(by, share, pieces=form.cleaned_data["pieces"])):
        messages.success(request, _("The pieces can be shared out to others now."))
    return redirect("dispatch:lot", pk)


def close(request: Visit, pk: int) -> HttpResponse:
    """Close a lot of which nothing is outside."""
    found = _lot(request.member, pk)
    done = _("The lot is closed. What was not made can be taken by others.")
    return press(request, lambda by: actions.close_lot(by, found), to=lot_url(found), done=done)


def reopen(request: Visit, pk: int) -> HttpResponse:
    """Open a closed lot again."""
    found = _lot(request.member, pk)
    done = _("The lot is open again with what of it nobody else has taken.")
    return press(request, lambda by: actions.reopen_lot(by, found), to=lot_url(found), done=done)


@require_POST
def confirm(request: Visit, pk: int) -> HttpResponse:
    """Say yes to what another wrote down: the person here, or the desk with a slip."""
    found = _lot(request.member, pk)
    if request.member.resident_id == found.maker_id:
        done = attempt(request, lambda by: actions.confirm_claim(by, found))
    else:
        done = _confirm_with_slip(request, found)
    if done:
        messages.success(request, _("Confirmed."))
    return redirect("dispatch:lot", pk)


def _confirm_with_slip(request: Visit, found: Lot) -> Lot | None:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter how the person said yes and where that is kept."))
        return None
    how, document = form.cleaned_data["how"], form.cleaned_data["document"]
    return attempt(request, lambda by: actions.confirm_claim(by, found, how=how, document=document))


def withdraw_offer(request: Visit, pk: int) -> HttpResponse:
    """Take back an offer nobody has answered."""
    offer = get_object_or_404(access.visible_offers(request.member), pk=pk)
    to = reverse("dispatch:workshop", args=[offer.lot.organisation_id])
    done = _("The offer is taken back; its pieces are free.")
    return press(request, lambda by: actions.withdraw_offer(by, offer), to=to, done=done)


def picture(request: Visit, pk: int) -> FileResponse:
    """Show the picture of the piece to whoever may see the work."""
    found = get_object_or_404(
        access.visible_work(request.member).select_related("step", "line__version"), pk=pk
    )
    return kept_picture(request, found.step.picture or found.line.version.picture)
