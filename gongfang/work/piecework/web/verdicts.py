"""Pages of the inspector: what waits, and the word on one hand-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock, files
from gongfang.core.composed import one
from gongfang.core.doors import Visit
from gongfang.core.errors import SecondPersonNeeded
from gongfang.ui.doors import allowed, fill, kept_picture
from gongfang.ui.formats import number, pieces, rate, yuan
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders.queries import defect_kinds
from gongfang.work.piecework import access, actions, queries, wording
from gongfang.work.piecework.forms import VerdictForm
from gongfang.work.piecework.looking import Records
from gongfang.work.piecework.models import HandIn, Inspection
from gongfang.work.piecework.web.bags import bag_url
from gongfang.work.piecework.web.doors import makers


def _table(rows: Sequence[HandIn], who: Mapping[int, str], pages: Pages[HandIn] | None = None) -> Table:
    return Table(
        caption=_("To inspect"),
        columns=(
            Column("bag", _("Bag"), "link"),
            Column("maker", _("Maker")),
            Column("work", _("Work")),
            Column("pieces", _("Pieces"), "number"),
            Column("mended", _("Came before")),
            Column("day", _("Handed in on"), "day"),
            Column("by", _("Taken in by")),
        ),
        rows=[_row(row) | {"maker": who.get(row.bag_id)} for row in rows],
        empty=_("Nothing waits for you. Hand-ins appear here as soon as the desk has taken them in."),
        export_url=reverse("piecework:to_inspect_sheet"),
        pages=pages,
    )


def _row(row: HandIn) -> dict[str, Any]:
    return {
        "bag": Link(row.bag.code, reverse("piecework:verdict", args=[row.pk])),
        "work": wording.work(row.bag),
        "pieces": row.pieces,
        "mended": _("mended") if row.mended else "",
        "day": row.handed_in_on,
        "by": row.taken_by.name,
    }


def to_inspect(request: Visit) -> HttpResponse:
    pages = page_of(request, queries.to_inspect(request.member))
    table = _table(pages.items, _makers(request, pages.items), pages)
    context = {
        "title": _("To inspect"),
        "answer": _answer(pages.total),
        "table": table,
        "defects": Link(_("What is wrong, by kind"), reverse("piecework:defects")),
    }
    return render(request, "piecework/to_inspect.html", context)


def _answer(count: int) -> str:
    if not count:
        return _("Nothing waits for inspection.")
    return ngettext(
        "%(count)s hand-in waits for your word.", "%(count)s hand-ins wait for your word.", count
    ) % {"count": number(count)}


def to_inspect_sheet(request: Visit) -> HttpResponse:
    waiting = queries.to_inspect(request.member)
    return sheet(request, waiting, lambda rows: _table(rows, _makers(request, rows)))


def _makers(request: Visit, rows: Sequence[HandIn]) -> dict[int, str]:
    return makers(request, [row.bag for row in rows], page="to_inspect")


def verdict(request: Visit, pk: int) -> HttpResponse:
    """Give the word on a hand-in, or read it when it was given."""
    visible = access.visible_hand_ins(request.member)
    parts = ("taken_by", "bag__lot__step__version", *(f"bag__{name}" for name in queries.WITH_WORK))
    hand_in = one(visible.select_related(*parts), pk=pk)
    given = (
        Inspection.objects.filter(hand_in=hand_in)
        .select_related("inspector", "rate", "hand_in__bag__lot")
        .first()
    )
    if given is not None and request.method != "POST":
        return _given(request, hand_in, given)
    allowed(request, actions.inspect, [hand_in])
    if request.user.pk in access.hands_in([hand_in]):
        raise SecondPersonNeeded
    lot = hand_in.bag.lot
    asked = Records([lot], clock.today()).asked(hand_in, lot)
    form = VerdictForm(
        request.POST or None,
        request.FILES or None,
        hand_in=hand_in,
        points=list(queries.points_of(hand_in.bag)),
        asked=asked,
        kinds=list(defect_kinds(lot.step)),
    )
    return fill(
        request,
        form,
        lambda by, facts: actions.inspect(by, [hand_in], rows=[form.verdict(_photos(request, facts))]),
        title=_("Inspect bag %(code)s") % {"code": hand_in.bag.code},
        submit=_("Give this verdict"),
        back=Link(_("To inspect"), reverse("piecework:to_inspect")),
        then=lambda _rows: reverse("piecework:to_inspect"),
        done=_done,
        answer=_("%(pieces)s of %(work)s came back. %(asked)s The four numbers add up to all of them.")
        % {
            "pieces": pieces(hand_in.pieces),
            "work": wording.work(hand_in.bag),
            "asked": wording.asked(asked),
        },
    )


def _photos(request: Visit, facts: Mapping[str, Any]) -> dict[str, str]:
    """Keep the photos that came along, by the number of their point."""
    schema = request.tenant.schema_name
    return {
        name.removeprefix("photo_"): files.keep_picture(upload, schema=schema).path
        for name, upload in facts.items()
        if name.startswith("photo_") and upload
    }


def photo(request: Visit, pk: int, no: int) -> FileResponse:
    """Show the photo an inspector took of a piece."""
    seen = access.visible_hand_ins(request.member)
    given = get_object_or_404(Inspection.objects.filter(hand_in__in=seen), hand_in=pk)
    return kept_picture(request, given.photos.get(str(no), ""))


def _may_ask(request: Visit, given: Inspection) -> bool:
    """Say whether this person may ask for another look; nobody asks about pieces that were all accepted."""
    complete = given.accepted == given.hand_in.pieces
    return not complete and actions.ask_again.may(request.member, given)


def _done(rows: Sequence[Inspection]) -> str:
    return _("%(verdict)s. The maker has earned %(amount)s.") % {
        "verdict": wording.verdict(rows[0]),
        "amount": yuan(rows[0].amount_hao),
    }


def _given(request: Visit, hand_in: HandIn, given: Inspection) -> HttpResponse:
    points = [
        (
            point.name,
            wording.bounds(point),
            wording.reading(point, given.readings[str(point.no)]),
            reverse("piecework:point_picture", args=[hand_in.pk, point.no])
            if str(point.no) in given.photos
            else "",
        )
        for point in queries.points_of(hand_in.bag)
        if str(point.no) in given.readings
    ]
    context = {
        "maker": makers(request, [hand_in.bag], page="verdict").get(hand_in.bag_id),
        "title": _("Verdict on bag %(code)s") % {"code": hand_in.bag.code},
        "back": Link(_("Bag %(code)s") % {"code": hand_in.bag.code}, bag_url(hand_in.bag)),
        "answer": wording.verdict(given),
        "given": given,
        "hand_in": hand_in,
        "points": points,
        "looked": wording.looked(given),
        "looks": [(wording.look(row), row) for row in given.looks.select_related("inspector").order_by("pk")],
        "appeals": list(given.appeals.order_by("pk")),
        "may_ask": _may_ask(request, given),
        "defects": list(given.defects.select_related("kind").order_by("kind__name")),
        "sum": f"{number(given.accepted)} × {rate(given.rate_hao)} = {yuan(given.amount_hao)}",
    }
    return render(request, "piecework/verdict.html", context)
