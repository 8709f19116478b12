"""Pieces somebody else mends: how many there are to mend, of whom, what it costs, who is told when they are good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from django.db.models import BigIntegerField, ExpressionWrapper, F, Sum

from gongfang.core.action import Act
from gongfang.core.parameters import Setting
from gongfang.work.orders.models import Order
from gongfang.work.piecework.models import Bag, HandIn, Inspection, Mending, SecondLook

# What mending a piece of somebody else earns, as a part of the piece's own rate; the maker's pay is not touched.
MEND_PERMILLE = Setting("piecework.mend_permille", 500, 0, 1_000)

Told = Callable[[Act, Inspection], None]
_told: list[Told] = []


def when_mended(tell: Told) -> Told:
    """Register what has to happen, in the same act, when pieces somebody else mended were inspected."""
    _told.append(tell)
    return tell


def tell_mended(act: Act, said: Sequence[Inspection]) -> None:
    """Tell the rooms above of every verdict on pieces somebody else mended."""
    for word in said:
        if word.hand_in.mending_id is not None:
            for tell in _told:
                tell(act, word)


def to_mend(bags: Sequence[Bag]) -> dict[tuple[int, int], int]:
    """Return by bag and by the terms of whoever made them how many pieces are to be mended, and with nobody else."""
    left: Counter[tuple[int, int]] = Counter()
    said = Inspection.objects.filter(hand_in__bag__in=bags).order_by()
    looks = SecondLook.objects.filter(inspection__hand_in__bag__in=bags).order_by()
    came = HandIn.objects.filter(bag__in=bags, mended=True).exclude(stage=HandIn.Stage.CANCELLED).order_by()
    given = Mending.objects.filter(bag__in=bags).order_by()
    on = "inspection__hand_in__"
    for bag, first, pieces in (
        *said.values_list("hand_in__bag", "hand_in__relation").annotate(sum=Sum("rework")),
        *looks.values_list(f"{on}bag", f"{on}relation").annotate(sum=Sum("rework")),
    ):
        left[bag, first] += pieces
    for bag, first, pieces in (
        *came.values_list("bag", "relation").annotate(sum=Sum("pieces")),
        *given.values_list("bag", "first").annotate(sum=Sum(F("pieces") - F("back") - F("returned"))),
    ):
        left[bag, first] -= pieces
    return dict(left)


def cost_hao(order: Order) -> int:
    """Return what making the pieces of an order costs so far: pay, margins, and mending given to others."""
    said = Inspection.objects.filter(hand_in__bag__lot__line__order=order)
    each = F("accepted") * F("rate_hao") + F("margin_hao")
    mended = said.filter(hand_in__mending__isnull=False)
    done = ExpressionWrapper(F("accepted") * F("hand_in__mending__mend_hao"), BigIntegerField())
    under_way = Mending.objects.filter(bag__lot__line__order=order)
    waiting = HandIn.objects.filter(mending__in=under_way, stage=HandIn.Stage.WAITING)
    promised = (F("pieces") - F("back") - F("returned")) * F("mend_hao")
    sums = (
        said.aggregate(sum=Sum(ExpressionWrapper(each, BigIntegerField())))["sum"],
        mended.aggregate(sum=Sum(done))["sum"],
        under_way.aggregate(sum=Sum(ExpressionWrapper(promised, BigIntegerField())))["sum"],
        waiting.aggregate(sum=Sum(F("pieces") * F("mending__mend_hao"), output_field=BigIntegerField()))[
            "sum"
        ],
    )
    return sum(int(part or 0) for part in sums)
