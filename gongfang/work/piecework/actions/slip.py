"""What every slip at the desk does alike: its rows beside their bags, the material pieces take along, the counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from gongfang.core.action import Act
from gongfang.core.bulk import save_many
from gongfang.core.errors import Gone, Moved, NotAllowed, Refused
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import access
from gongfang.work.piecework.actions.issues import refuse_nothing
from gongfang.work.piecework.closing import close_finished
from gongfang.work.piecework.models import Bag, BagMaterial


class Row(Protocol):
    """A row of a slip names its bag."""

    @property
    def bag_id(self) -> int: ...


T = TypeVar("T", bound=Row)


def paired(bags: Sequence[Bag], rows: Sequence[T]) -> list[tuple[Bag, T]]:
    """Put every row beside its bag; each bag is out and stands once."""
    refuse_nothing(bags)
    by_id = {bag.pk: bag for bag in bags}
    if len({row.bag_id for row in rows}) < len(rows):
        raise Refused(_("A bag stands twice on this slip. Add both numbers up in one row."), field="rows")
    if {row.bag_id for row in rows} != set(by_id):
        raise Gone(_("The slip and its bags do not fit together. Scan the bags again."))
    for bag in bags:
        if bag.stage != Bag.Stage.OUT:
            raise Moved(
                _("Bag %(code)s is “%(status)s”, not outside. Look at the bag's page.")
                % {"code": bag.code, "status": Bag.Status(bag.status).label}
            )
    return [(by_id[row.bag_id], row) for row in rows]


def refuse_strange_desk(act: Act, bags: Sequence[Bag]) -> None:
    """A maker alone takes nothing in, and no desk takes in what another one issued, even for its maker."""
    if not access.may_keep_bags(act.actor, bags):
        raise NotAllowed(_("The desk of the workshop that issued the bag takes it in. Bring it there."))


def too_many(bag: Bag, left: int) -> str:
    if not left:
        return _("Nothing of bag %(code)s is outside any more. Look at the bag's page.") % {"code": bag.code}
    return _("Only %(left)s pieces of bag %(code)s are outside. Enter 1 to %(left)s.") % {
        "code": bag.code,
        "left": left,
    }


def lots_of(bags: Sequence[Bag]) -> dict[int, Lot]:
    return {bag.lot_id: bag.lot for bag in bags}


def materials_of(bags: Sequence[Bag]) -> dict[int, list[BagMaterial]]:
    found: dict[int, list[BagMaterial]] = {}
    for row in (
        BagMaterial.objects.filter(bag__in=bags)
        .select_related("order_material__material", "item")
        .order_by("pk")
    ):
        found.setdefault(row.bag_id, []).append(row)
    return found


def amounts_of(rows: Sequence[BagMaterial], pieces: int, beside: Mapping[int, int]) -> dict[BagMaterial, int]:
    """Return how much of each material goes with these pieces and beside them; never more than is there."""
    unknown = set(beside) - {row.order_material.material_id for row in rows}
    if unknown or any(amount < 0 for amount in beside.values()):
        raise Refused(
            _("This material does not belong to the bag. Choose one of the bag's own."), field="materials"
        )
    amounts = {}
    for row in rows:
        more = beside.get(row.order_material.material_id, 0)
        own = min(row.a_piece * pieces, row.in_custody)  # a bag issued short has less than its recipe
        if own + more > row.in_custody:
            raise Refused(
                _("The bag holds only %(left)s of this material. Enter less.")
                % {"left": row.in_custody - own},
                code="too_much",
                field="materials",
            )
        amounts[row] = own + more
    return amounts


def named(moved: Mapping[BagMaterial, int]) -> dict[str, int]:
    return {str(row.order_material.material_id): amount for row, amount in moved.items() if amount}


def save(bags: Sequence[Bag], materials: Mapping[int, Sequence[BagMaterial]]) -> None:
    save_many(bags, "given_back", "gone")
    save_many([row for rows in materials.values() for row in rows], "given_back", "lost")
    close_finished(bags)
