"""What lies with whom: material outside by person, its worth and its age; and losses of dear material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Greatest

from gongfang.core.bulk import among
from gongfang.core.members import Member
from gongfang.core.parameters import Setting
from gongfang.work.orders.models import OrderMaterial
from gongfang.work.piecework import access
from gongfang.work.piecework.models import Bag, BagMaterial, CountedUse

UNUSUAL_LOSS_HAO = Setting("piecework.unusual_loss_hao", 1_000_000, 0, 1_000_000_000)
UNUSUAL_LOSS_PERMILLE = Setting("piecework.unusual_loss_permille", 100, 0, 1_000)

_OUT = F("issued") - F("given_back") - F("used") - F("lost")
_KEYS = ("bag__lot__maker", "order_material")


@dataclass(frozen=True)
class Lying:
    """One material of one order with one person: how much, its worth, since when, and what may be there at most."""

    maker_id: int
    order_material: OrderMaterial
    amount: int
    hao: int
    since: date
    bags: int
    cap_hao: int

    def days(self, today: date) -> int:
        """How long the oldest of it has been there."""
        return (today - self.since).days


@dataclass(frozen=True)
class UnusualLoss:
    """A bag of whose dear material an unusual part is gone, or was used beyond the recipe."""

    row: BagMaterial
    missing: int
    hao: int


def custody(rows: QuerySet[BagMaterial]) -> list[Lying]:
    """Return what of these rows lies with the makers of their bags, the dearest first."""
    sums = list(
        rows.annotate(out=_OUT)
        .filter(out__gt=0)
        .order_by()
        .values(*_KEYS)
        .annotate(
            amount=Sum("out", output_field=BigIntegerField()),
            since=Min("bag__issued_on"),
            bags=Count("bag", distinct=True),
            cap_hao=Max("bag__lot__step__material_cap_hao"),
        )
    )
    kinds = OrderMaterial.objects.select_related("material", "order").in_bulk(
        {row["order_material"] for row in sums}
    )
    found = [_lying(row, kinds[row["order_material"]]) for row in sums]
    return sorted(found, key=lambda one: (-one.hao, one.since, one.maker_id, one.order_material.pk))


def _lying(row: dict[str, Any], kind: OrderMaterial) -> Lying:
    named = {name: row[name] for name in ("amount", "since", "bags", "cap_hao")}
    return Lying(maker_id=row["bag__lot__maker"], order_material=kind, hao=kind.worth(row["amount"]), **named)


def custody_seen(member: Member) -> list[Lying]:
    """Return what lies outside of all the bags a member sees."""
    seen = access.visible_bags(member).filter(stage=Bag.Stage.OUT)
    return custody(BagMaterial.objects.filter(bag__in=seen))


def custody_of(maker_id: int) -> list[Lying]:
    """Return what lies with one person, for that person's own page."""
    own = Bag.objects.filter(lot__maker=maker_id, stage=Bag.Stage.OUT)
    return custody(BagMaterial.objects.filter(among(own, "bag")))


def unusual_losses(bags: QuerySet[Bag], day: date) -> list[UnusualLoss]:
    """Return where so much of a bag's material is gone or used beyond the recipe that somebody should ask.

    Both thresholds are dated parameters of the county: what it is worth, and which part of what was issued it is.
    """
    least, part = UNUSUAL_LOSS_HAO.on(day), UNUSUAL_LOSS_PERMILLE.on(day)
    over = CountedUse.objects.filter(bag_material=OuterRef("pk"), hand_in__stage="inspected").order_by()
    excess = (
        over.values("bag_material").annotate(sum=Sum(Greatest(F("amount") - F("by_recipe"), 0))).values("sum")
    )
    rows = (
        BagMaterial.objects.filter(bag__in=bags, issued__gt=0)
        .annotate(missing=F("lost") + Coalesce(Subquery(excess, IntegerField()), 0))
        .filter(Q(missing__gt=0), missing__gte=F("issued") * part / 1000)
        .annotate(worth=F("missing") * F("order_material__value_hao_per_1000") / 1000)
        .filter(worth__gte=least)
        .select_related(
            "bag__lot__maker", "bag__lot__organisation", "order_material__material", "order_material__order"
        )
        .order_by("-worth", "pk")
    )
    return [UnusualLoss(row, row.missing, row.worth) for row in rows]


def told(found: Sequence[Lying]) -> tuple[int, int]:
    """Return what it is worth together, and with how many people it lies."""
    return sum(row.hao for row in found), len({row.maker_id for row in found})
