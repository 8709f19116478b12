"""The verb on real use: what a hand-in took of a material, where the recipe lets a count stand beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Gone, Moved, Refused
from gongfang.work.orders.models import RecipeItem
from gongfang.work.piecework import access
from gongfang.work.piecework.actions.issues import refuse_nothing
from gongfang.work.piecework.models import BagMaterial, CountedUse, HandIn

STRICT, WARN = RecipeItem.Policy.STRICT, RecipeItem.Policy.WARN


@dataclass(frozen=True, kw_only=True)
class UseRow:
    """What one hand-in really used, by material id, and why it differs from the recipe."""

    hand_in_id: int
    materials: Mapping[int, int] = field(default_factory=dict)
    reason: str = ""


@action(access.may_cancel_hand_in)
def count_use(act: Act, hand_ins: Sequence[HandIn], *, rows: Sequence[UseRow]) -> list[CountedUse]:
    """Write down what hand-ins really used of their material, before they are inspected; a new count replaces the old.

    By a strict recipe nothing is counted; where a warning is asked for, a difference needs its reason.
    """
    refuse_nothing(hand_ins)
    by_id = {row.pk: row for row in hand_ins}
    if {row.hand_in_id for row in rows} != set(by_id) or len(rows) != len(by_id):
        raise Gone(_("The counts and the hand-ins do not fit together. Open the bag's page again."))
    uses = [use for row in rows for use in _uses(act, by_id[row.hand_in_id], row)]
    CountedUse.objects.filter(hand_in__in=hand_ins).delete()
    return CountedUse.objects.bulk_create(uses)


def _uses(act: Act, hand_in: HandIn, row: UseRow) -> list[CountedUse]:
    if hand_in.stage != HandIn.Stage.WAITING or hand_in.mended:
        raise Moved(_("Use is counted for pieces that came in for the first time and are not inspected yet."))
    materials = BagMaterial.objects.filter(bag=hand_in.bag_id).select_related(
        "order_material__material", "item"
    )
    own = {one.order_material.material_id: one for one in materials}
    if not row.materials or set(row.materials) - set(own):
        raise Refused(
            _("This material does not belong to the bag. Choose one of the bag's own."), field="materials"
        )
    return [
        _use(act, hand_in, own[kind], amount, row.reason) for kind, amount in sorted(row.materials.items())
    ]


def _use(act: Act, hand_in: HandIn, row: BagMaterial, amount: int, reason: str) -> CountedUse:
    recipe, policy = row.a_piece * hand_in.pieces, row.item.policy if row.item else STRICT
    words = {"material": row.order_material.material}
    if amount != recipe and policy == STRICT:
        raise Refused(
            _(
                "“%(material)s” is used by the recipe only. What is missing or left over is given back or lost."
            )
            % words,
            code="strict",
            field="materials",
        )
    if amount != recipe and policy == WARN and not reason.strip():
        raise Refused(
            _("Of “%(material)s” the recipe asks for something else. Say why more or less was used.") % words,
            code="differs",
            field="reason",
        )
    if not 0 <= amount <= row.in_custody - _counted_elsewhere(hand_in, row):
        raise Refused(
            _("The bag holds only %(left)s of this material. Enter less.") % {"left": row.in_custody},
            code="too_much",
            field="materials",
        )
    return CountedUse(
        hand_in=hand_in,
        bag_material=row,
        amount=amount,
        by_recipe=recipe,
        reason=reason,
        counted_by=act.by.user,
    )


def _counted_elsewhere(hand_in: HandIn, row: BagMaterial) -> int:
    others = CountedUse.objects.filter(bag_material=row, hand_in__stage=HandIn.Stage.WAITING)
    return sum(use.amount for use in others.exclude(hand_in=hand_in))
