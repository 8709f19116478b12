"""Pages of what several make of one bag: a part another made, and pieces another mends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.registry.people.access import makers_at, visible_residents
from gongfang.registry.people.models import Resident
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.formats import number, pieces, rate
from gongfang.ui.parts import Link, Verb
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.work.dispatch.web.names import names
from gongfang.work.piecework import access, actions, wording
from gongfang.work.piecework.actions import HandInRow
from gongfang.work.piecework.material_forms import BroughtForm, MendForm, PartForm
from gongfang.work.piecework.mended import to_mend
from gongfang.work.piecework.models import Bag, Mending
from gongfang.work.piecework.queries import WITH_WORK, Trace
from gongfang.work.piecework.web.material import bag_url

_PARTS = ("first__resident", "relation__resident", *(f"bag__{name}" for name in WITH_WORK))


def links(trace: Trace) -> list[Link]:
    """Name the pages of what others do to a bag, as it stands."""
    bag, found = trace.bag, []
    if bag.stage != Bag.Stage.OUT:
        return []
    if bag.at_home:
        found.append(Link(_("Take in what another made of it"), reverse("piecework:part", args=[bag.pk])))
    if bag.rework:
        found.append(Link(_("Let somebody else mend"), reverse("piecework:give_to_mend", args=[bag.pk])))
    return found + [
        Link(
            _("Take in %(pieces)s that another mended") % {"pieces": pieces(row.left)},
            reverse("piecework:mended_by_another", args=[row.pk]),
        )
        for row in trace.mendings
        if row.left
    ]


def verbs(trace: Trace) -> list[Verb]:
    """Name what can be done about it at the press of a button."""
    return [
        Verb(
            _("Take back %(pieces)s nobody has mended") % {"pieces": pieces(row.left)},
            reverse("piecework:take_back_mending", args=[row.pk]),
            "back",
        )
        for row in trace.mendings
        if row.left
    ]


# --- the list -----------------------------------------------------------------------------------------------------


def _listed(member: Member) -> QuerySet[Mending]:
    rows = access.visible_mendings(member).select_related(*_PARTS)
    return rows.annotate(out=F("pieces") - F("back") - F("returned")).order_by("-out", "-pk")


def mending_list(request: Visit) -> HttpResponse:
    """List what others mend, what is under way in front."""
    pages = page_of(request, _listed(request.member))
    out = _listed(request.member).order_by().aggregate(sum=Sum("out"))["sum"] or 0
    context = {
        "title": _("Mended by others"),
        "back": Link(_("All bags"), reverse("piecework:bags")),
        "answer": _answer(int(out)),
        "table": _table(request.member, pages.items, pages),
    }
    return render(request, "piecework/list.html", context)


def _answer(out: int) -> str:
    if not out:
        return _("Nobody mends pieces of somebody else.")
    return ngettext(
        "%(out)s piece is with somebody else to be mended.",
        "%(out)s pieces are with somebody else to be mended.",
        out,
    ) % {"out": number(out)}


def _table(member: Member, rows: Sequence[Mending], pages: Pages[Mending] | None = None) -> Table:
    people = [person for row in rows for person in (row.first.resident, row.relation.resident)]
    who = names(member, people, page="mendings")
    return Table(
        caption=_("Mended by others"),
        columns=(
            Column("bag", _("Bag"), "link"),
            Column("work", _("Work")),
            Column("first", _("Made by")),
            Column("mender", _("Mended by")),
            Column("pieces", _("Pieces"), "number"),
            Column("back", _("Back"), "number"),
            Column("out", _("Still to come"), "number"),
            Column("rate", _("Yuan a piece"), "rate"),
            Column("given", _("Given on"), "day"),
        ),
        rows=[
            {
                "bag": Link(row.bag.code, bag_url(row.bag_id)),
                "work": wording.work(row.bag),
                "first": who[row.first.resident_id],
                "mender": who[row.relation.resident_id],
                "pieces": row.pieces,
                "back": row.back,
                "out": row.left,
                "rate": row.mend_hao,
                "given": row.given_on,
            }
            for row in rows
        ],
        empty=_("Nobody mends pieces of somebody else."),
        export_url=reverse("piecework:mending_sheet"),
        pages=pages,
    )


def mending_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _listed(request.member), lambda rows: _table(request.member, rows))


# --- what the desk does -------------------------------------------------------------------------------------------


def _bag(request: Visit, pk: int) -> Bag:
    parts = (*WITH_WORK, "lot__relation")
    bag = get_object_or_404(access.visible_bags(request.member).select_related(*parts), pk=pk)
    allowed(request, actions.issue_bags, [bag])
    return bag


def _mending(request: Visit, pk: int) -> Mending:
    found = get_object_or_404(access.visible_mendings(request.member).select_related(*_PARTS), pk=pk)
    allowed(request, actions.take_back_mending, found)
    return found


def _makers(request: Visit, bag: Bag, *, page: str) -> list[tuple[int, str]]:
    """Return who makes for the workshop and may be named beside who took the bag."""
    here = makers_at([bag.lot.organisation_id]).values("user")
    people = visible_residents(request.member).filter(user__in=here).order_by("pk")
    rows = list(people)
    who = names(request.member, rows, page=page)
    return [(row.pk, who[row.pk]) for row in rows]


def _back(bag: Bag) -> Link:
    return Link(_("Bag %(code)s") % {"code": bag.code}, bag_url(bag.pk))


def part(request: Visit, pk: int) -> HttpResponse:
    """Take in what another than who took the bag made of it."""
    bag = _bag(request, pk)
    others = [row for row in _makers(request, bag, page="part") if row[0] != bag.lot.maker_id]

    def take(by: Any, facts: dict[str, Any]) -> object:
        row = HandInRow(bag_id=bag.pk, pieces=facts["pieces"], maker_id=facts["maker"])
        return actions.hand_in(by, [bag], rows=[row])

    return fill(
        request,
        PartForm(request.POST or None, makers=others),
        take,
        title=_("Take in what another made of it"),
        submit=_("Take in"),
        back=_back(bag),
        done=_("It is taken in. Who took the bag says yes to it on the own page."),
        answer=_("Each is paid for the own accepted pieces. %(left)s of this bag are outside.")
        % {"left": pieces(bag.at_home)},
    )


def give_to_mend(request: Visit, pk: int) -> HttpResponse:
    """Choose who mends pieces of a bag."""
    bag = _bag(request, pk)
    left = {first: count for (_pk, first), count in to_mend([bag]).items() if count}
    people = _makers(request, bag, page="give_to_mend")
    made = Resident.objects.filter(relations__in=left).values_list("pk", flat=True)
    known = dict(people)
    firsts = [(key, known.get(key, "")) for key in made]

    def give(by: Any, facts: dict[str, Any]) -> Mending:
        maker = Resident.objects.get(pk=facts["maker"])
        first = Resident.objects.get(pk=facts["first"]) if facts.get("first") else None
        return actions.give_to_mend(by, bag, maker=maker, pieces=facts["pieces"], first=first)

    return fill(
        request,
        MendForm(request.POST or None, makers=people, firsts=firsts, initial={"pieces": sum(left.values())}),
        give,
        title=_("Let somebody else mend"),
        submit=_("Give them to mend"),
        back=_back(bag),
        done=lambda row: (
            _("They are given to mend. An accepted piece earns %(rate)s yuan.") % {"rate": rate(row.mend_hao)}
        ),
        answer=_("Whoever made the pieces stays on record and earns them when they are accepted."),
    )


def mended_by_another(request: Visit, pk: int) -> HttpResponse:
    """Take in what somebody else has mended."""
    found = _mending(request, pk)

    def take(by: Any, facts: dict[str, Any]) -> object:
        row = HandInRow(bag_id=found.bag_id, pieces=facts["pieces"], mending_id=found.pk)
        return actions.hand_in_mended(by, [found.bag], rows=[row])

    return fill(
        request,
        BroughtForm(request.POST or None, initial={"pieces": found.left}),
        take,
        title=_("Take in mended pieces"),
        submit=_("Take in"),
        back=_back(found.bag),
        done=_("The mended pieces are taken in and wait to be inspected."),
        answer=_("%(left)s are still with whoever mends them.") % {"left": pieces(found.left)},
    )


def take_back_mending(request: Visit, pk: int) -> HttpResponse:
    """Let what nobody has mended be with whoever made it again."""
    found = _mending(request, pk)
    done = _("They are with whoever made them again.")
    return press(
        request, lambda by: actions.take_back_mending(by, found), to=bag_url(found.bag_id), done=done
    )
