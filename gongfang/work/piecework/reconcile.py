"""Piecework's own checks: every counter, every piece, every bit of material and every pay line worked out once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, TypeVar

from django.db.models import BigIntegerField, ExpressionWrapper, F, Model, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from gongfang.ledger.accounts import material as commodity
from gongfang.ledger.models import Account, Transfer
from gongfang.ledger.reconcile import Difference, check
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Material, OrderLine, OrderMaterial
from gongfang.work.piecework import halfmade
from gongfang.work.piecework.mended import to_mend
from gongfang.work.piecework.models import (
    Bag,
    BagBatch,
    BagMaterial,
    BagSource,
    Claim,
    Delivery,
    GiveBack,
    HandIn,
    Inspection,
    Loss,
    Mending,
    SecondLook,
    ShelfExit,
)

K = TypeVar("K", bound=Hashable)
COUNTED = ("issued", "handed_in", "accepted", "rework", "rejected", "lost")
SAID = ("accepted", "rework", "rejected", "lost")


def _sums(rows: QuerySet[Any], key: str, amount: Any = "pieces") -> dict[Any, int]:
    added = rows.order_by().values_list(key).annotate(sum=Sum(amount, output_field=BigIntegerField()))
    return {name: total for name, total in added if total}


def _compare(
    what: str, expected: Mapping[K, int], found: Mapping[K, int], *, where: str
) -> Iterator[Difference]:
    for key in sorted({*expected, *found}, key=str):
        if expected.get(key, 0) != found.get(key, 0):
            yield Difference(what, where % {"name": key}, expected.get(key, 0), found.get(key, 0))


def _stored(model: type[Model], counter: Any, **only: Any) -> dict[Any, int]:
    rows = model._base_manager.filter(**only).annotate(value=counter).exclude(value=0)
    return dict(rows.values_list("pk", "value"))


@check("bags")
def bags() -> Iterator[Difference]:
    """Compare the counters of every bag with its hand-ins, verdicts, give-backs and losses."""
    where = _("bag %(name)s")
    counted = HandIn.objects.exclude(stage=HandIn.Stage.CANCELLED)
    first, mended = counted.filter(mended=False), counted.filter(mended=True)
    expected: dict[str, Mapping[int, int]] = {name: _said(name) for name in SAID}
    expected |= {
        "handed_in": _sums(first, "bag_id"),
        "rework": _minus(expected["rework"], _sums(mended, "bag_id")),
        "given_back": _sums(GiveBack.objects.all(), "bag_id"),
        "gone": _sums(Loss.objects.filter(found_on=None), "bag_id"),
    }
    for name, sums in expected.items():
        yield from _compare(_counter(name), sums, _stored(Bag, F(name)), where=where)


def _said(name: str) -> dict[int, int]:
    """Add up what inspectors said of each bag, second looks included."""
    first = Counter(_sums(Inspection.objects.all(), "hand_in__bag_id", name))
    if name != "lost":
        first.update(_sums(SecondLook.objects.all(), "inspection__hand_in__bag_id", name))
    return {bag: number for bag, number in first.items() if number}


def _counter(name: str) -> str:
    return str(
        {
            "issued": _("Pieces issued"),
            "handed_in": _("Pieces handed in"),
            "accepted": _("Pieces accepted"),
            "rework": _("Pieces being mended"),
            "rejected": _("Pieces rejected"),
            "lost": _("Pieces lost"),
            "given_back": _("Pieces given back"),
            "gone": _("Pieces lost outside"),
            "delivered": _("Pieces delivered"),
            "returned": _("Pieces sent back by the enterprise"),
            "replaced": _("Pieces to be made anew"),
            "credited": _("Pieces credited"),
        }[name]
    )


def _minus(whole: Mapping[K, int], part: Mapping[K, int]) -> dict[K, int]:
    left = Counter(whole)
    left.subtract(part)
    return {key: value for key, value in left.items() if value}


@check("mending")
def mending() -> Iterator[Difference]:
    """Compare what others mend with its hand-ins, and with the pieces of the bag that are to be mended."""
    where = _("mending %(name)s")
    counted = HandIn.objects.filter(mending__isnull=False).exclude(stage=HandIn.Stage.CANCELLED)
    back = _stored(Mending, F("back"))
    yield from _compare(_counter("handed_in"), _sums(counted, "mending_id"), back, where=where)
    bags = list(Bag.objects.filter(mendings__isnull=False).distinct())
    for (bag, first), left in to_mend(bags).items():
        if left < 0:
            name = _("bag %(name)s") % {"name": f"{bag}, relation:{first}"}
            yield Difference(_counter("rework"), name, 0, left)


@check("lots of people")
def lots_of_people() -> Iterator[Difference]:
    """Compare the counters of every person's lot with its bags."""
    went_out = Bag.objects.filter(stage__in=[Bag.Stage.OUT, Bag.Stage.CLOSED])
    amounts: dict[str, Any] = {name: F(name) for name in COUNTED}
    amounts |= {"issued": F("pieces") - F("given_back"), "lost": F("lost") + F("gone")}
    for name in COUNTED:
        lots = _stored(Lot, F(name), maker__isnull=False)
        sums = _sums(went_out, "lot_id", amounts[name])
        yield from _compare(_counter(name), sums, lots, where=_("a person's lot %(name)s"))


@check("deliveries")
def deliveries() -> Iterator[Difference]:
    """Compare what lines say was delivered with the hand-over slips and with the ledger."""
    where, sent = _("order line %(name)s"), _sums(Delivery.objects.all(), "line_id")
    yield from _compare(_counter("delivered"), sent, _stored(OrderLine, F("delivered")), where=where)
    there = F("delivered") - F("returned") - F("replaced") - F("credited")
    found = _balances("line", "delivered", "piece:")
    yield from _compare(_("Pieces with the enterprise"), _stored(OrderLine, there), found, where=where)
    waiting = _stored(OrderLine, F("accepted") - F("delivered") - F("passed_on"))
    found = _balances("line", "accepted", "piece:")
    yield from _compare(_("Accepted pieces waiting for delivery"), waiting, found, where=where)


def _balances(kind: str, purpose: str, commodity: str) -> dict[int, int]:
    rows = Account.objects.filter(holder_kind=kind, purpose=purpose, commodity__startswith=commodity)
    return _sums(rows, "holder_id", "balance")


@check("pieces outside")
def pieces_outside() -> Iterator[Difference]:
    """Compare the pieces the ledger holds for each lot with its bags: waiting, being mended, rejected, missing."""
    where = _("a person's lot %(name)s")
    said = F("accepted") + F("rework") + F("rejected") + F("lost")
    amounts = {"handed_in": F("handed_in") - said, "rework": "rework", "rejected": "rejected", "lost": "lost"}
    for purpose, amount in amounts.items():
        expected = _sums(Bag.objects.all(), "lot_id", amount)
        if purpose == "rejected":
            expected = _minus(expected, _sums(ShelfExit.objects.all(), "lot_id"))
        found = _balances("lot", purpose, "piece:")
        yield from _compare(
            _("%(what)s in the ledger") % {"what": _counter(purpose)}, expected, found, where=where
        )


@check("half-made pieces")
def half_made_pieces() -> Iterator[Difference]:
    """Compare half-made pieces with the lots that made them, with the bags they went into, and with the ledger."""
    drawn = _sums(BagSource.objects.all(), "origin__line_id")
    yield from _compare(
        _("Pieces passed on"), drawn, _stored(OrderLine, F("passed_on")), where=_("order line %(name)s")
    )
    for purpose, expected in halfmade.held().items():
        rows = Account.objects.filter(holder_kind="lot", purpose=purpose, commodity__startswith="piece:")
        found = {f"{lot} {commodity}": balance for lot, commodity, balance in rows.values_list(*_NAMED)}
        yield from _compare(_("Half-made pieces"), expected, found, where=_("lot and pieces %(name)s"))


@check("material outside")
def material_outside() -> Iterator[Difference]:
    """Compare the material the ledger holds for each lot with its bags: with the maker, used, lost."""
    where = _("lot and material %(name)s")
    amounts: dict[str, Any] = {
        "custody": F("issued") - F("given_back") - F("used") - F("lost"),
        "used": F("used") - F("offcut"),
        "lost": "lost",
    }
    names = {
        "custody": _("Material with the maker"),
        "used": _("Material used"),
        "lost": _("Material lost"),
    }
    for purpose, amount in amounts.items():
        rows = BagMaterial.objects.order_by().values_list(
            "bag__lot_id", "order_material__order_id", "order_material__material_id"
        )
        sums = rows.annotate(sum=Sum(amount, output_field=BigIntegerField()))
        expected = {f"{lot} material:{order}:{kind}": total for lot, order, kind, total in sums if total}
        yield from _compare(names[purpose], expected, _held(purpose), where=where)


@check("offcuts")
def offcuts() -> Iterator[Difference]:
    """Compare the offcuts the ledger holds in each store with what fell off in its bags and what went back."""
    fell = BagMaterial.objects.order_by().values_list("order_material_id")
    rows = dict(OrderMaterial.objects.exclude(offcuts_returned=0).values_list("pk", "offcuts_returned"))
    expected = Counter(dict(fell.annotate(sum=Sum("offcut", output_field=BigIntegerField()))))
    expected.subtract(rows)
    accounts = Account.objects.filter(purpose="offcuts", commodity__startswith="material:").exclude(balance=0)
    lying = _sums(accounts, "commodity", "balance")
    known = OrderMaterial.objects.filter(pk__in=expected).values_list("pk", "order_id", "material_id")
    named = {commodity(order, kind): expected[pk] for pk, order, kind in known if expected[pk]}
    yield from _compare(_("Offcuts in the store"), named, lying, where=_("material %(name)s"))


@check("batches outside")
def batches_outside() -> Iterator[Difference]:
    """Compare the material of every bag that is kept by batch with its batches."""
    where = _("bag and material %(name)s")
    kept = BagMaterial.objects.exclude(order_material__material__tracking=Material.Tracking.NONE)
    for name in ("issued", "given_back", "used", "lost"):
        found = {f"{pk}": total for pk, total in kept.exclude(**{name: 0}).values_list("pk", name)}
        sums = _sums(BagBatch.objects.all(), "bag_material_id", name)
        yield from _compare(
            _("Material by its batches"), {f"{pk}": n for pk, n in sums.items()}, found, where=where
        )


def _held(purpose: str) -> dict[str, int]:
    rows = Account.objects.filter(
        holder_kind="lot", purpose=purpose, commodity__startswith="material:"
    ).exclude(balance=0)
    return {f"{lot} {commodity}": balance for lot, commodity, balance in rows.values_list(*_NAMED)}


_NAMED = ("holder_id", "commodity", "balance")


@check("pay of accepted pieces")
def pay_of_accepted_pieces() -> Iterator[Difference]:
    """Compare what the ledger accrued from inspections with accepted pieces × rate, person by person, and margins."""
    inspections = Inspection.objects.all()
    pay = _sums(inspections, "hand_in__relation_id", F("accepted") * F("rate_hao"))
    yield from _compare(_("Pay earned"), pay, _accrued("relation"), where=_("terms %(name)s"))
    margin = Counter(_sums(inspections, "hand_in__bag__lot__organisation_id", "margin_hao"))
    place = "inspection__hand_in__bag__lot__organisation_id"
    margin.update(_sums(SecondLook.objects.all(), place, "margin_hao"))
    yield from _compare(
        _("Margin earned"), margin, _accrued("organisation"), where=_("organisation %(name)s")
    )


def _accrued(kind: str) -> dict[int, int]:
    owed = Account.objects.filter(holder_kind=kind, purpose="owed", commodity="CNY")
    holders: dict[int, int] = dict(owed.values_list("pk", "holder_id"))
    said = Q(cause__startswith="piecework.inspection:") | Q(cause__startswith="piecework.secondlook:")
    booked = Transfer.objects.filter(said, reverses=None, dst__in=owed.values("pk"))
    return {holders[account]: total for account, total in _sums(booked, "dst", "amount").items()}


@check("claims")
def claims() -> Iterator[Difference]:
    """Compare what came back from enterprises, and the fee that is left, with the claims and with the ledger."""
    where = _("order line %(name)s")
    for counter, stage in (("returned", "open"), ("replaced", "replaced"), ("credited", "credited")):
        rows = _sums(Claim.objects.filter(stage=stage), "delivery__line_id")
        yield from _compare(_counter(counter), rows, _stored(OrderLine, F(counter)), where=where)
    waiting = _stored(OrderLine, F("returned"))
    yield from _compare(_counter("returned"), waiting, _balances("line", "claimed", "piece:"), where=where)
    gone = _stored(OrderLine, F("replaced") + F("credited"))
    yield from _compare(
        _("Pieces written off"), gone, _balances("line", "written_off", "piece:"), where=where
    )
    each = ExpressionWrapper(F("pieces") * F("fee_hao"), BigIntegerField())
    taken = ExpressionWrapper(F("pieces") * F("delivery__fee_hao"), BigIntegerField())
    lost = _sums(Claim.objects.filter(stage__in=("replaced", "credited")), "delivery__line_id", taken)
    fee = _minus(_sums(Delivery.objects.all(), "line_id", each), lost)
    yield from _compare(_("Fee of what was delivered"), fee, _stored(OrderLine, F("earned_hao")), where=where)
