"""The verb on packed bags whose material is not there, and for which another one is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, Refused
from gongfang.work.orders.models import OrderMaterial, Substitute
from gongfang.work.piecework import access
from gongfang.work.piecework.actions.issues import refuse_nothing
from gongfang.work.piecework.models import Bag, BagMaterial


@action(access.may_keep_bags)
def use_substitute(act: Act, bags: Sequence[Bag], *, substitute: Substitute) -> list[Bag]:
    """Pack an allowed substitute instead of the recipe's material; of what is issued already nothing changes."""
    refuse_nothing(bags)
    if any(bag.stage != Bag.Stage.PACKED for bag in bags):
        raise Moved(_("Only what lies packed can be packed otherwise. Cancel the issue first."))
    rows = {row.bag_id: row for row in BagMaterial.objects.filter(bag__in=bags, item=substitute.item_id)}
    for bag in bags:
        if bag.pk not in rows:
            raise Refused(_("This substitute belongs to another recipe. Choose one of the bag's own."))
        _swap(rows[bag.pk], bag, substitute)
    save_many(rows.values(), "order_material", "a_piece", "need")
    return list(bags)


def _swap(row: BagMaterial, bag: Bag, substitute: Substitute) -> None:
    here = OrderMaterial.objects.filter(order=bag.lot.line.order_id, material=substitute.material_id).first()
    if here is None:
        raise Refused(
            _("“%(material)s” has not come for this order. Take the material in before you pack.")
            % {"material": substitute.material},
            code="no_material",
        )
    row.order_material, row.a_piece = here, substitute.amount
    row.need = substitute.amount * bag.pieces
