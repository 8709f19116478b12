"""Pages of the material of bags: what lies with whom, real use, substitutes, bags found again or handed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.registry.people.access import makers_at, visible_residents
from gongfang.registry.people.models import Resident
from gongfang.ui.doors import allowed, fill, kept_picture, press, workbook
from gongfang.ui.formats import number, yuan
from gongfang.ui.parts import Link, Verb
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.web.names import names
from gongfang.work.orders.models import RecipeItem, Substitute
from gongfang.work.orders.wording import amount
from gongfang.work.piecework import access, actions, custody
from gongfang.work.piecework.material_forms import HandOverForm, NumbersForm, UseForm, UseSubstituteForm
from gongfang.work.piecework.models import Bag, BagMaterial, HandIn, Inspection
from gongfang.work.piecework.queries import WITH_WORK, Trace


def bag_url(bag_id: int) -> str:
    return reverse("piecework:bag", args=[bag_id])


def _back(bag: Bag) -> Link:
    return Link(_("Bag %(code)s") % {"code": bag.code}, bag_url(bag.pk))


# --- what lies with whom ------------------------------------------------------------------------------------------


def lying(request: Visit) -> HttpResponse:
    """List what material lies with whom."""
    found = custody.custody_seen(request.member)
    hao, people = custody.told(found)
    losses = custody.unusual_losses(access.visible_bags(request.member), clock.today())
    context = {
        "title": _("Material with people"),
        "back": Link(_("All bags"), reverse("piecework:bags")),
        "answer": _("Material worth %(yuan)s lies with %(people)s people.")
        % {"yuan": yuan(hao), "people": number(people)},
        "table": custody_table(request, found),
        "losses": _losses_table(losses) if losses else None,
    }
    return render(request, "piecework/custody.html", context)


def custody_sheet(request: Visit) -> HttpResponse:
    """Save what lies with whom as a sheet."""
    return workbook(request, custody_table(request, custody.custody_seen(request.member)))


def custody_table(request: Visit, found: Sequence[custody.Lying]) -> Table:
    makers = Resident.objects.filter(pk__in={row.maker_id for row in found})
    who = names(request.member, makers, page="custody")
    return Table(
        caption=_("Material with people"),
        columns=(Column("maker", _("Maker")), *_columns()),
        rows=[_row(row) | {"maker": who[row.maker_id]} for row in found],
        empty=_("No material is outside."),
        export_url=reverse("piecework:custody_sheet"),
    )


def own_custody_table(maker_id: int | None) -> Table:
    """List what lies with one person, for the own page."""
    found = custody.custody_of(maker_id) if maker_id is not None else []
    return Table(
        caption=_("Material at home"),
        columns=_columns(),
        rows=[_row(row) for row in found],
        empty=_("You have no material at home."),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("material", _("Material")),
        Column("order", _("Order")),
        Column("amount", _("How much")),
        Column("worth", _("Worth"), "money"),
        Column("cap", _("At most at once"), "money"),
        Column("bags", _("Bags"), "number"),
        Column("since", _("Since"), "day"),
        Column("days", _("Days"), "number"),
    )


def _row(row: custody.Lying) -> dict[str, Any]:
    return {
        "material": row.order_material.material.name,
        "order": row.order_material.order.number,
        "amount": amount(row.order_material.material, row.amount),
        "worth": row.hao,
        "cap": row.cap_hao,
        "bags": row.bags,
        "since": row.since,
        "days": row.days(clock.today()),
    }


def _losses_table(found: Sequence[custody.UnusualLoss]) -> Table:
    return Table(
        caption=_("Unusual losses of dear material"),
        columns=(
            Column("bag", _("Bag"), "link"),
            Column("workshop", _("Workshop")),
            Column("material", _("Material")),
            Column("issued", _("Issued")),
            Column("missing", _("Gone or used beyond the recipe")),
            Column("worth", _("Worth"), "money"),
        ),
        rows=[
            {
                "bag": Link(one.row.bag.code, bag_url(one.row.bag_id)),
                "workshop": one.row.bag.lot.organisation.name,
                "material": one.row.order_material.material.name,
                "issued": amount(one.row.order_material.material, one.row.issued),
                "missing": amount(one.row.order_material.material, one.missing),
                "worth": one.hao,
            }
            for one in found
        ],
        empty="",
    )


# --- what can be done with a bag's material -----------------------------------------------------------------------


def links(trace: Trace) -> list[Link]:
    """Name the pages of what can be done with the material of a bag, as it stands."""
    bag, found = trace.bag, []
    if bag.stage == Bag.Stage.PACKED and _substitutes(bag).exists():
        found.append(Link(_("Pack a substitute"), reverse("piecework:use_substitute", args=[bag.pk])))
    if bag.stage == Bag.Stage.OUT and bag.at_home:
        found.append(Link(_("Hand it on to another maker"), reverse("piecework:hand_over", args=[bag.pk])))
    counts = any(row.item and row.item.policy != RecipeItem.Policy.STRICT for row in trace.materials)
    waiting = [row for row in trace.hand_ins if row.stage == HandIn.Stage.WAITING and not row.mended]
    found += [
        Link(_("Count what was used"), reverse("piecework:count_use", args=[row.pk]))
        for row in (waiting if counts else ())
    ]
    return found + [
        Link(_("Numbers on the pieces"), reverse("piecework:numbers", args=[word.pk]))
        for word in trace.inspections
        if word.accepted
    ]


def verbs(trace: Trace) -> list[Verb]:
    """Name what can be done with the material of a bag at the press of a button."""
    found = []
    lacks = trace.bag.stage == Bag.Stage.OUT and any(row.lacks(trace.bag) for row in trace.materials)
    if lacks:
        url = reverse("piecework:issue_missing", args=[trace.bag.pk])
        found.append(Verb(_("Bring what was missing"), url, "box"))
    return found + [
        Verb(_("It was found again"), reverse("piecework:find_again", args=[loss.pk]), "check")
        for loss in trace.losses
        if not loss.found_on
    ]


def _bag(request: Visit, pk: int) -> Bag:
    bag = get_object_or_404(access.visible_bags(request.member).select_related(*WITH_WORK), pk=pk)
    allowed(request, actions.issue_bags, [bag])
    return bag


def _substitutes(bag: Bag) -> QuerySet[Substitute]:
    return Substitute.objects.filter(item__step=bag.lot.step_id).select_related("material", "item__material")


def use_substitute(request: Visit, pk: int) -> HttpResponse:
    """Choose what a packed bag carries instead."""
    bag = _bag(request, pk)
    return fill(
        request,
        UseSubstituteForm(request.POST or None, allowed=_substitutes(bag)),
        lambda by, facts: actions.use_substitute(
            by, [bag], substitute=_substitutes(bag).get(pk=facts["substitute"])
        ),
        title=_("Pack a substitute"),
        submit=_("Pack it"),
        back=_back(bag),
        then=lambda _bags: bag_url(bag.pk),
        done=_("The bag carries the substitute."),
    )


def hand_over(request: Visit, pk: int) -> HttpResponse:
    """Choose who goes on with a bag."""
    bag = _bag(request, pk)
    here = makers_at([bag.lot.organisation_id]).values("user")
    others = visible_residents(request.member).filter(user__in=here).exclude(pk=bag.lot.maker_id or 0)
    people = {maker.pk: maker for maker in others.order_by("pk")}
    who = names(request.member, people.values(), page="hand_over")
    return fill(
        request,
        HandOverForm(request.POST or None, makers=[(key, who[key]) for key in people]),
        lambda by, facts: actions.hand_over(by, [bag], maker=Resident.objects.get(pk=facts["maker"])),
        title=_("Hand the bag on to another maker"),
        submit=_("Hand it on"),
        back=_back(bag),
        then=lambda bags: bag_url(bags[0].pk),
        done=_("The bag is handed on. It has a new label."),
        answer=_("What was handed in so far, and what it earns, stays with the first maker."),
    )


def issue_missing(request: Visit, pk: int) -> HttpResponse:
    bag = _bag(request, pk)
    done = _("What was missing went out.")
    return press(request, lambda by: actions.issue_missing(by, [bag]), to=bag_url(bag.pk), done=done)


def find_again(request: Visit, pk: int) -> HttpResponse:
    loss = get_object_or_404(access.visible_losses(request.member), pk=pk)
    done = _("It is with its maker again. If something is still missing, write that down.")
    return press(request, lambda by: actions.find_again(by, [loss]), to=bag_url(loss.bag_id), done=done)


def loss_picture(request: Visit, pk: int) -> Any:
    """Show the photo of scrap."""
    return kept_picture(request, get_object_or_404(access.visible_losses(request.member), pk=pk).picture)


def count_use(request: Visit, pk: int) -> HttpResponse:
    """Enter what a hand-in really used."""
    found = get_object_or_404(access.visible_hand_ins(request.member).select_related("bag"), pk=pk)
    allowed(request, actions.count_use, [found])
    rows = BagMaterial.objects.filter(bag=found.bag_id).select_related("order_material__material", "item")
    counted = [row for row in rows.order_by("pk") if row.item and row.item.policy != RecipeItem.Policy.STRICT]
    form = UseForm(request.POST or None, hand_in=found, materials=counted)
    return fill(
        request,
        form,
        lambda by, _facts: actions.count_use(by, [found], rows=[form.row()]),
        title=_("Count what was used"),
        submit=_("Save the count"),
        back=_back(found.bag),
        then=lambda _uses: bag_url(found.bag_id),
        done=_("The count is written down. It is used up when the pieces are inspected."),
    )


def numbers(request: Visit, pk: int) -> HttpResponse:
    """Enter the numbers on accepted pieces."""
    own = access.visible_hand_ins(request.member)
    rows = Inspection.objects.filter(hand_in__in=own).select_related("hand_in__bag__lot")
    word = get_object_or_404(rows, pk=pk)
    allowed(request, actions.number_pieces, word)
    return fill(
        request,
        NumbersForm(request.POST or None),
        lambda by, facts: actions.number_pieces(by, word, codes=facts["codes"].splitlines()),
        title=_("Numbers on the pieces"),
        submit=_("Save the numbers"),
        back=_back(word.hand_in.bag),
        then=lambda _rows: bag_url(word.hand_in.bag_id),
        done=_("The numbers are written down."),
        answer=_("A number not written down here is not delivered for this order."),
    )
