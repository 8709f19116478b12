"""Pages of bags: the list, one bag with its whole way, the scanner's page and the labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import segno
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.composed import one, read
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.counties.queries import address
from gongfang.ui.formats import day, moment, number, pieces, rate, yuan
from gongfang.ui.parts import Link, Step
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.access import DESK, HEADS
from gongfang.work.orders.access import may_see_products, visible_orders
from gongfang.work.piecework import access, queries, wording
from gongfang.work.piecework.forms import FilterForm, ScanForm
from gongfang.work.piecework.models import Bag
from gongfang.work.piecework.queries import Trace, WrongLabel
from gongfang.work.piecework.web import material, mendings
from gongfang.work.piecework.web.doors import makers

MOST_LABELS = 200


def bag_url(bag: Bag) -> str:
    return reverse("piecework:bag", args=[bag.pk])


def to_bags() -> Link:
    return Link(_("All bags"), reverse("piecework:bags"))


def _listed(member: Member, status: str) -> QuerySet[Bag]:
    if status == "late":
        return queries.late_bags(member, clock.today())
    return _newest(access.visible_bags(member), status)


def _walked(member: Member, status: str) -> QuerySet[Bag] | None:
    return None if status == "late" else _newest(access.walked_bags(member), status)


def _newest(bags: QuerySet[Bag], status: str) -> QuerySet[Bag]:
    rows = bags.select_related(*queries.WITH_WORK).order_by("-pk")
    return rows.filter(status=status) if status else rows


def _chosen(request: Visit) -> tuple[FilterForm, str]:
    form = FilterForm(request.GET)
    return form, form.cleaned_data["status"] if form.is_valid() else ""


def bags_table(
    bags: Sequence[Bag], who: Mapping[int, str], pages: Pages[Bag] | None = None, *, export: str = ""
) -> Table:
    return Table(
        caption=_("Bags"),
        columns=(
            Column("bag", _("Bag"), "link"),
            Column("maker", _("Maker")),
            Column("work", _("Work")),
            Column("workshop", _("Workshop")),
            Column("pieces", _("Pieces"), "number"),
            Column("home", _("With the maker"), "number"),
            Column("accepted", _("Accepted"), "number"),
            Column("due", _("Due"), "day"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[_row(bag) | {"maker": who.get(bag.pk)} for bag in bags],
        empty=_("There is no such bag. Bags are packed from work that people took."),
        export_url=export,
        pages=pages,
    )


def _row(bag: Bag) -> dict[str, Any]:
    return {
        "bag": Link(bag.code, bag_url(bag)),
        "work": wording.work(bag),
        "workshop": bag.lot.organisation.name,
        "pieces": bag.pieces,
        "home": bag.at_home if bag.stage == Bag.Stage.OUT else 0,
        "accepted": bag.accepted,
        "due": bag.due,
        "status": wording.bag_tag(bag, clock.today()),
    }


def bag_list(request: Visit) -> HttpResponse:
    form, status = _chosen(request)
    pages = page_of(request, _listed(request.member, status), walk=_walked(request.member, status))
    who = makers(request, pages.items, page="bags")
    out, late = queries.outside(request.member, clock.today())
    context = {
        "title": _("Bags"),
        "answer": _answer(out, late),
        "kind": "act" if late else "plain",
        "filters": form,
        "scan": ScanForm(),
        "keeps": bool(request.member.organisations(*DESK)),
        "inspects": bool(request.member.organisations(*access.INSPECTING)),
        "clears": request.member.holds("officer", *HEADS),
        "table": bags_table(
            pages.items, who, pages, export=f"{reverse('piecework:bag_sheet')}?{request.GET.urlencode()}"
        ),
    }
    return render(request, "piecework/bags.html", context)


def _answer(out: int, late: int) -> str:
    if late:
        return ngettext(
            "%(late)s of %(out)s bags outside is late. Ask whether help is needed.",
            "%(late)s of %(out)s bags outside are late. Ask whether help is needed.",
            late,
        ) % {"late": number(late), "out": number(out)}
    if not out:
        return _("No bag is outside.")
    return ngettext(
        "%(out)s bag is outside, and not late.", "%(out)s bags are outside, and none is late.", out
    ) % {"out": number(out)}


def bag_sheet(request: Visit) -> HttpResponse:
    _form, status = _chosen(request)
    bags = _listed(request.member, status)
    return sheet(request, bags, lambda rows: bags_table(rows, makers(request, rows, page="bags")))


def scan(request: Visit, code: str = "") -> HttpResponse:
    """Lead from a label to its bag; a wrong or foreign label says at once why."""
    form = ScanForm({"code": code or request.GET.get("code", "")} if code or "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        try:
            return redirect(bag_url(queries.find_bag(request.member, form.cleaned_data["code"])))
        except WrongLabel as wrong:
            form.add_error("code", str(wrong))
    context = {"title": _("Scan a bag"), "form": form, "back": to_bags()}
    return render(request, "piecework/scan.html", context, status=422 if form.is_bound else 200)


def bag(request: Visit, pk: int) -> HttpResponse:
    bags = access.visible_bags(request.member).select_related(*queries.TRACED)
    trace = queries.trace_bag(one(bags, pk=pk))
    waiting = [row for row in trace.hand_ins if row.stage == row.Stage.WAITING]
    context = {
        "title": _("Bag %(code)s") % {"code": trace.bag.code},
        "back": to_bags(),
        "trace": trace,
        "bag": trace.bag,
        "answer": wording.where(trace.bag),
        "short": wording.shortage(trace.materials),
        "tag": wording.bag_tag(trace.bag, clock.today()),
        "maker": makers(request, [trace.bag], page="bag").get(trace.bag.pk),
        "work": wording.work(trace.bag),
        "steps": list(_steps(request.member, trace)),
        "materials": _materials(trace),
        "links": material.links(trace) + mendings.links(trace),
        "verbs": material.verbs(trace) + mendings.verbs(trace),
        "pictures": [loss for loss in trace.losses if loss.picture],
        "may_keep": access.may_keep_bags(request.member, [trace.bag]),
        "may_cancel": trace.bag.at_home == trace.bag.pieces,
        "unconfirmed": [
            row for row in trace.hand_ins if row.provisional and row.stage != row.Stage.CANCELLED
        ],
        "waiting": waiting,
        "to_inspect": queries.to_inspect(request.member).filter(bag=trace.bag).first() if waiting else None,
    }
    return render(request, "piecework/bag.html", context)


def _steps(member: Member, trace: Trace) -> Iterator[Step]:
    """Tell the way of a bag from the enterprise's order on, each stop with the page it is told on."""
    order, line, lot, found = trace.order, trace.line, trace.lot, trace.bag
    url = (
        reverse("orders:order", args=[order.pk])
        if visible_orders(member).filter(pk=order.pk).exists()
        else ""
    )
    yield Step(
        _("Order %(number)s") % {"number": order.number}, order.enterprise.name, day(order.ordered_on), url
    )
    product = reverse("orders:product", args=[line.version.product_id]) if may_see_products(member) else ""
    yield Step(str(line.version.product), pieces(line.pieces), "", product)
    yield Step(
        _("Taken from %(workshop)s") % {"workshop": lot.organisation}, pieces(lot.pieces), day(lot.shared_on)
    )
    yield Step(_("Packed"), found.packed_by.name, "")
    if found.issued_by:
        yield Step(_("Issued"), found.issued_by.name, moment(found.issued_at))
    told = [*_hand_ins(trace), *_verdicts(trace), *_others(trace)]
    yield from (step for _when, step in sorted(told, key=lambda pair: pair[0]))
    if found.stage == Bag.Stage.OUT:
        yield Step(_("To come back"), wording.where(found), day(found.due), kind="wait")


Told = Iterator[tuple[tuple[Any, ...], Step]]


def _hand_ins(trace: Trace) -> Told:
    for row in trace.hand_ins:
        title = _("Mended pieces handed in") if row.mended else _("Handed in")
        if row.stage == row.Stage.CANCELLED:
            title = _("Counted wrongly and taken back")
        text = f"{pieces(row.pieces)} · {row.taken_by.name}"
        if row.mending_id:
            text = f"{text} · {_('mended by another')}"
        elif row.relation_id != trace.lot.relation_id:
            text = f"{text} · {_('made by another')}"
        url = reverse("piecework:verdict", args=[row.pk])
        yield (row.handed_in_on, row.pk, 0), Step(title, text, day(row.handed_in_on), url)


def _verdicts(trace: Trace) -> Told:
    for row in trace.inspections:
        text = _("%(verdict)s · %(pieces)s × %(rate)s = %(amount)s · %(who)s") % {
            "verdict": wording.verdict(row),
            "pieces": number(row.accepted),
            "rate": rate(row.rate_hao),
            "amount": yuan(row.amount_hao),
            "who": row.inspector.name,
        }
        url = reverse("piecework:verdict", args=[row.hand_in_id])
        yield (row.inspected_on, row.hand_in_id, 1), Step(_("Inspected"), text, day(row.inspected_on), url)


def _others(trace: Trace) -> Told:
    known = {row.order_material.material_id: row.order_material for row in trace.materials}
    for back in trace.give_backs:
        text = f"{pieces(back.pieces)} {wording.moved(back.materials, known)} · {back.taken_by.name}"
        yield (back.given_back_on, back.pk, 2), Step(_("Given back unworked"), text, day(back.given_back_on))
    for row in trace.sources:
        text = _("%(pieces)s after “%(step)s”, made at %(workshop)s") % {
            "pieces": pieces(row.pieces),
            "step": row.origin.step.name,
            "workshop": row.origin.organisation.name,
        }
        on = trace.bag.issued_on or trace.bag.due
        yield (on, 0, 0), Step(_("Half-made pieces"), text, day(on))
    for loss in trace.losses:
        text = f"{pieces(loss.pieces)} {wording.moved(loss.materials, known)} · {loss.reason}"
        yield (loss.lost_on, loss.pk, 3), Step(loss.get_kind_display(), text, day(loss.lost_on), kind="wait")
        if loss.found_on:
            yield (loss.found_on, loss.pk, 4), Step(_("Found again"), text, day(loss.found_on))


def _materials(trace: Trace) -> Table:
    said = wording.material
    return Table(
        caption=_("Material"),
        columns=(
            Column("material", _("Material")),
            Column("need", _("By the recipe")),
            Column("issued", _("Issued")),
            Column("used", _("Used")),
            Column("given_back", _("Given back")),
            Column("lost", _("Lost")),
            Column("home", _("With the maker")),
        ),
        rows=[
            {
                "material": row.order_material.material.name,
                "need": said(row, row.need),
                "issued": said(row, row.issued),
                "used": said(row, row.used),
                "given_back": said(row, row.given_back),
                "lost": said(row, row.lost),
                "home": said(row, row.in_custody),
            }
            for row in trace.materials
        ],
        empty=_("The enterprise sends no material for this work."),
    )


def labels(request: Visit) -> HttpResponse:
    """Show the labels of packed bags for printing: a code to scan, the characters under it, and what is in the bag."""
    bags = read(queries.packed_bags(request.member)[:MOST_LABELS])
    if not bags:
        messages.info(request, _("No bag is packed. Pack some, then print their labels."))
        return redirect("piecework:pack")
    who, county = makers(request, bags, page="labels"), address(request.tenant, "")
    rows = [
        {
            "code": row.code,
            "qr": _qr(county, row),
            "maker": who.get(row.pk),
            "work": wording.work(row),
            "bag": row,
        }
        for row in bags
    ]
    return render(
        request,
        "piecework/labels.html",
        {"title": _("Labels of packed bags"), "labels": rows, "back": to_bags()},
    )


def _qr(county: str, row: Bag) -> SafeString:
    """Draw a label's code: capitals only, so that it stays small; it leads to its bag and grants nothing."""
    link = (county + reverse("label", args=[row.code])).upper()
    return mark_safe(segno.make(link, error="q", micro=False).svg_inline(scale=4))  # noqa: S308 our own drawing
