"""Pages of the desk: pack, hand out, take in, take back unworked, write down what is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import files
from gongfang.core.composed import read
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.formats import day, number, pieces
from gongfang.ui.parts import Link
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.access import DESK, visible_lots
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.web.names import names
from gongfang.work.piecework import access, actions, queries, wording
from gongfang.work.piecework.forms import (
    ConfirmForm,
    GiveBackForm,
    IssueForm,
    LossForm,
    PackForm,
    ScanForm,
    TakeInForm,
)
from gongfang.work.piecework.models import Bag
from gongfang.work.piecework.queries import WrongLabel
from gongfang.work.piecework.web.bags import bag_url, to_bags
from gongfang.work.piecework.web.doors import makers

MOST_CHOICES = 100  # a sack; a page of more takes longer to draw than to walk through
MOST_SLIP_ROWS = 50


def _desk_only(request: Visit) -> None:
    if not request.member.organisations(*DESK):
        raise NotAllowed


def _bags(count: int) -> str:
    return ngettext("%(count)s bag", "%(count)s bags", count) % {"count": number(count)}


def pack(request: Visit) -> HttpResponse:
    _desk_only(request)
    lots = list(queries.to_pack(request.member)[:MOST_CHOICES])
    who = names(request.member, [lot.maker for lot in lots if lot.maker], page="pack")
    choices = [(lot.pk, f"{who.get(lot.maker_id or 0)} · {_lot(lot, lot.packed)}") for lot in lots]
    form = PackForm(request.POST or None, choices=choices)
    return fill(
        request,
        form,
        lambda by, facts: actions.pack_bags(by, list(_lots(request, facts["lots"]))),
        title=_("Pack bags"),
        submit=_("Pack these bags"),
        back=to_bags(),
        then=lambda _packed: reverse("piecework:issue"),
        done=lambda bags: (
            _("%(bags)s packed. Print the labels, then issue them.") % {"bags": _bags(len(bags))}
        ),
        answer=_waiting(len(lots)),
        empty=not lots,
    )


def _waiting(count: int) -> str:
    if not count:
        return _("Everything people took is packed.")
    return ngettext(
        "%(count)s person's work is to be packed.", "%(count)s people's work is to be packed.", count
    ) % {"count": number(count)}


def _lot(lot: Lot, packed: int) -> str:
    sizes = queries.bags_to_come(lot, packed)
    return f"{lot.line.version.product} · {_bags(len(sizes))}: {', '.join(map(str, sizes))}"


def _lots(request: Visit, keys: Sequence[int]) -> list[Lot]:
    return list(visible_lots(request.member).filter(pk__in=keys).order_by("pk"))


def issue(request: Visit) -> HttpResponse:
    """Hand bags out: scan them one after the other, or choose them, then press once for the whole sack."""
    _desk_only(request)
    packed = read(queries.packed_bags(request.member)[:MOST_CHOICES])
    who = makers(request, packed, page="issue")
    choices = [(bag.pk, f"{who.get(bag.pk)} · {_choice(bag)}") for bag in packed]
    form = IssueForm(request.POST or None, choices=choices)
    return fill(
        request,
        form,
        lambda by, _facts: actions.issue_bags(by, _scanned(request, form)),
        title=_("Issue bags"),
        submit=_("Issue these bags"),
        back=to_bags(),
        then=lambda bags: bag_url(bags[0]) if len(bags) == 1 else reverse("piecework:issue"),
        done=lambda bags: _("%(bags)s issued.") % {"bags": _bags(len(bags))},
        answer=_packed(len(packed)),
        aside=Link(_("Print the labels"), reverse("piecework:labels")) if packed else None,
    )


def _packed(count: int) -> str:
    if not count:
        return _("No bag is packed.")
    return ngettext(
        "%(count)s bag is packed. Scan it or choose it.",
        "%(count)s bags are packed. Scan them or choose them.",
        count,
    ) % {"count": number(count)}


def _choice(bag: Bag) -> str:
    return f"{wording.work(bag)} · {pieces(bag.pieces)} · {day(bag.due)} · {bag.code}"


def _scanned(request: Visit, form: IssueForm) -> list[Bag]:
    """Return what was scanned and what was ticked, each bag once."""
    bags = queries.find_bags(request.member, form.cleaned_data["codes"])
    ticked = access.visible_bags(request.member).filter(pk__in=form.cleaned_data.get("bags") or [])
    return sorted({*bags, *ticked}, key=lambda bag: bag.pk)


def hand_in(request: Visit) -> HttpResponse:
    return _take_in(request, mended=False)


def hand_in_mended(request: Visit) -> HttpResponse:
    return _take_in(request, mended=True)


def _take_in(request: Visit, *, mended: bool) -> HttpResponse:
    """Take in what came back: the scanned bags, or those due first; a number for each."""
    _desk_only(request)
    verb = actions.hand_in_mended if mended else actions.hand_in
    scan = ScanForm({"code": request.GET["code"]} if request.GET.get("code") else None)
    bags = _on_the_slip(request, scan, mended=mended)
    who = makers(request, bags, page="hand_in")
    form = TakeInForm(request.POST or None, bags=bags, makers=who, mended=mended)
    return fill(
        request,
        form,
        lambda by, _facts: verb(by, _of(bags, form), rows=form.rows()),
        title=_("Take in mended pieces") if mended else _("Take in finished pieces"),
        submit=_("Take these in"),
        back=to_bags(),
        then=lambda _rows: request.path,
        done=lambda rows: (
            _("%(pieces)s taken in; the inspector is next.")
            % {"pieces": pieces(sum(row.pieces for row in rows))}
        ),
        template="piecework/hand_in.html",
        answer=_outside(len(bags)),
        scan=scan,
        mended=mended,
        empty=not bags,
    )


def _outside(count: int) -> str:
    if not count:
        return _("Nothing is outside that could come in here.")
    return _("Enter how many pieces of each bag came back. A bag left empty stays outside.")


def _on_the_slip(request: Visit, scan: ScanForm, *, mended: bool) -> list[Bag]:
    """Return the bags of the slip as sent, those scanned, or those due first."""
    bags = access.kept_bags(request.member).select_related(*queries.WITH_WORK).order_by("due", "pk")
    if request.method == "POST":
        sent = {int(name[4:]) for name in request.POST if name.startswith("bag_") and name[4:].isdigit()}
        return list(bags.filter(pk__in=sent))
    if scan.is_bound and scan.is_valid():
        try:
            return queries.find_bags(request.member, scan.cleaned_data["code"])
        except WrongLabel as wrong:
            scan.add_error("code", str(wrong))
    outside = queries.mending_bags if mended else queries.making_bags
    return read(outside(request.member)[:MOST_SLIP_ROWS])


def _of(bags: Sequence[Bag], form: TakeInForm) -> list[Bag]:
    on_slip = {row.bag_id for row in form.rows()}
    return [bag for bag in bags if bag.pk in on_slip]


def _bag(request: Visit, pk: int) -> Bag:
    bag = get_object_or_404(access.visible_bags(request.member).select_related(*queries.WITH_WORK), pk=pk)
    allowed(request, actions.issue_bags, [bag])
    return bag


def _back_to(bag: Bag) -> Link:
    return Link(_("Bag %(code)s") % {"code": bag.code}, bag_url(bag))


def give_back(request: Visit, pk: int) -> HttpResponse:
    bag = _bag(request, pk)
    materials = list(bag.materials.select_related("order_material__material").order_by("pk"))
    form = GiveBackForm(
        request.POST or None, bag=bag, materials=materials, proposed=queries.to_give_back(bag)
    )
    return fill(
        request,
        form,
        lambda by, _facts: actions.give_back(by, [bag], rows=[form.row()]),
        title=_("Take back unworked pieces"),
        submit=_("Take these back"),
        back=_back_to(bag),
        then=lambda _rows: bag_url(bag),
        done=lambda _rows: _("Taken back. Nobody has to say why, and nothing follows from it."),
        answer=_("What was not made comes back free, without a reason."),
    )


def lose(request: Visit, pk: int) -> HttpResponse:
    bag = _bag(request, pk)
    materials = list(bag.materials.select_related("order_material__material").order_by("pk"))
    form = LossForm(request.POST or None, request.FILES or None, bag=bag, materials=materials)

    def written(by: Any, facts: dict[str, Any]) -> Any:
        upload = facts["picture"]
        picture = files.keep_picture(upload, schema=request.tenant.schema_name).path if upload else ""
        return actions.report_loss(by, [bag], rows=[form.row(picture=picture)])

    return fill(
        request,
        form,
        written,
        title=_("Write down what is lost"),
        submit=_("Write it down"),
        back=_back_to(bag),
        then=lambda _rows: bag_url(bag),
        done=lambda _rows: _("Written down. The maker owes nothing for it."),
        answer=_("No deposit, no debt: what is lost is only written down, with how it happened."),
    )


def issue_one(request: Visit, pk: int) -> HttpResponse:
    bag = _bag(request, pk)
    return press(
        request, lambda by: actions.issue_bags(by, [bag]), to=bag_url(bag), done=_("The bag is issued.")
    )


def cancel_issue(request: Visit, pk: int) -> HttpResponse:
    bag = _bag(request, pk)
    done = _("The issue is cancelled; the bag is packed again and its material in the store.")
    return press(request, lambda by: actions.cancel_issue(by, [bag]), to=bag_url(bag), done=done)


def cancel_hand_in(request: Visit, pk: int) -> HttpResponse:
    row = get_object_or_404(access.visible_hand_ins(request.member).select_related("bag"), pk=pk)
    done = _("The count is taken back. Enter it anew.")
    return press(request, lambda by: actions.cancel_hand_in(by, [row]), to=bag_url(row.bag), done=done)


def confirm_hand_in(request: Visit, pk: int) -> HttpResponse:
    """Keep the yes of a maker without a phone: her signed slip or a recording."""
    row = get_object_or_404(access.visible_hand_ins(request.member).select_related("bag"), pk=pk)
    allowed(request, actions.issue_bags, [row.bag])
    form = ConfirmForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: actions.confirm_hand_ins(by, [row], document=facts["document"]),
        title=_("They said yes here at the desk"),
        submit=_("Keep the yes"),
        back=_back_to(row.bag),
        then=lambda _rows: bag_url(row.bag),
        done=lambda _rows: _("The hand-in is confirmed."),
        answer=_("%(pieces)s of bag %(code)s were handed in for somebody else.")
        % {"pieces": pieces(row.pieces), "code": row.bag.code},
    )


def unpack(request: Visit, pk: int) -> HttpResponse:
    bag = _bag(request, pk)
    done = _("The bag is unpacked; its label is void.")
    return press(request, lambda by: actions.unpack_bags(by, [bag]), to=reverse("piecework:pack"), done=done)
