"""How much one person may take at once: pieces and material of a step, bags in all, and the skill it asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.registry.people.access import makers_at
from gongfang.registry.people.models import Resident, Skill
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.parameters import BAGS_AT_ONCE
from gongfang.work.orders.models import RecipeItem, Step

_TO_MAKE = F("pieces") - F("accepted") - F("rejected") - F("lost")


@dataclass(frozen=True)
class Room:
    """Pieces of a step one person has room for, by each cap."""

    pieces: int
    by_material: int
    by_bags: int

    @property
    def least(self) -> int:
        """What all caps allow."""
        return max(0, min(self.pieces, self.by_material, self.by_bags))


def material_value(step: Step) -> int:
    """Return what the material of a thousand pieces is worth, in 毫."""
    return material_values([step.pk])[step.pk]


def material_values(steps: Collection[int]) -> dict[int, int]:
    """Return the same for many steps, in one query."""
    values = dict.fromkeys(steps, 0)
    rows = RecipeItem.objects.filter(step__in=steps).values_list("step", "amount", "value_hao_per_1000")
    for step, amount, value in rows:
        values[step] += amount * value
    return values


def room_for(maker: Resident, step: Step, day: date) -> Room:
    """Return how many pieces of a step a person may still take, with what they hold of it and of other work."""
    return rooms([maker], step, day)[maker.pk]


def rooms(makers: Collection[Resident], step: Step, day: date) -> dict[int, Room]:
    """Return the same for many people, in as many queries as for one."""
    of_step, bags = dict.fromkeys((maker.pk for maker in makers), 0), Counter[int]()
    holding = Lot.objects.filter(maker__in=makers, stage=Lot.Stage.OPEN)
    for maker, held, left, size in holding.values_list("maker", "step", _TO_MAKE, "step__bag_pieces"):
        of_step[maker] += left if held == step.pk else 0
        bags[maker] += -(-left // size)
    most, value = BAGS_AT_ONCE.on(day), material_value(step)
    by_material = step.material_cap_hao * 1000 // value if value else step.pieces_cap
    return {
        maker: Room(step.pieces_cap - left, by_material - left, max(0, most - bags[maker]) * step.bag_pieces)
        for maker, left in of_step.items()
    }


def can_make(maker: Resident, step: Step) -> bool:
    """Say whether the person has the skill a step asks for."""
    return maker.pk in able([maker], step)


def able(makers: Collection[Resident], step: Step) -> set[int]:
    """Return who of these people has the skill a step asks for."""
    skilled = Skill.objects.filter(resident__in=makers, kind=step.skill_id)
    return set(skilled.values_list("resident_id", flat=True))


def with_workshop(lot: Lot) -> set[UUID]:
    """Return the logins of everybody who makes for the workshop or agent that hands out the work."""
    return set(makers_at([lot.organisation_id]).values_list("user_id", flat=True))


def refuse_stranger(maker: Resident, there: Collection[UUID]) -> None:
    """Raise when the person is not among those who make for the workshop."""
    if maker.user_id not in there:
        raise Refused(_("This person is not with this workshop yet. Add them there first."), code="stranger")


def refuse_claim(lot: Lot, maker: Resident, pieces: int, day: date) -> None:
    """Raise the sentence that says why so many pieces cannot be taken, and what can be done instead."""
    refuse_pieces(lot, pieces, skilled=can_make(maker, lot.step), room=room_for(maker, lot.step, day))


def refuse_pieces(lot: Lot, pieces: int, *, skilled: bool, room: Room) -> None:
    """The same, for somebody whose skill and room are known already."""
    if lot.parent_id is not None or not lot.is_running:
        raise Refused(_("This work is no longer open. Look what other work there is."), code="moved")
    if pieces < 1:
        raise Refused(_("Say how many pieces you want to make: one or more."), code="too_few", field="pieces")
    if not skilled:
        raise Refused(
            _("This work asks for “%(skill)s”. Ask the workshop to show it first.")
            % {"skill": lot.step.skill},
            code="no_skill",
        )
    if pieces > lot.free:
        raise Refused(_left(lot.free), code="too_many", field="pieces")
    if pieces > room.least:
        raise Refused(_full(room.least), code="over_cap", field="pieces")


def _left(free: int) -> str:
    if not free:
        return _("All of this work has been taken. Look what other work there is.")
    return _("Only %(free)s pieces are left. Take %(free)s or fewer.") % {"free": free}


def _full(least: int) -> str:
    if not least:
        return _("As much as one person may hold at once is already out. Hand some in first, then take more.")
    return _(
        "One person may take %(least)s more pieces at once. Take %(least)s now and more after handing in."
    ) % {"least": least}
