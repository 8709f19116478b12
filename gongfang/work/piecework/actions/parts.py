"""Whose pieces a hand-in brings: of who took the bag, of another who made a part of it, or mended by a third."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongfang.core.action import Act
from gongfang.core.bulk import save_many
from gongfang.core.errors import Gone, NotAllowed, Refused
from gongfang.registry.people import actions as people
from gongfang.registry.people.covers import refuse_uninsured
from gongfang.registry.people.models import Relation, Resident
from gongfang.work.dispatch.caps import can_make, refuse_stranger, with_workshop
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework.mended import to_mend
from gongfang.work.piecework.models import Bag, Mending


@dataclass
class Part:
    """One person's part of a bag: so many pieces are left of it to be brought, if they were to be mended."""

    relation_id: int
    left: int = 0
    mending: Mending | None = None
    shared: bool = False

    def take(self, pieces: int) -> Mending | None:
        """Count pieces off that come back now."""
        self.left -= pieces
        if self.mending is not None:
            self.mending.back += pieces
        return self.mending


class Parts:
    """The parts of the locked bags of one slip."""

    def __init__(self, act: Act, bags: Sequence[Bag], *, mended: bool) -> None:
        self.act, self.mended = act, mended
        self.left = to_mend(bags) if mended else {}
        self.mendings = {row.pk: row for row in Mending.objects.filter(bag__in=bags)} if mended else {}

    def of(self, bag: Bag, maker_id: int | None, mending_id: int | None) -> Part:
        """Return the part a row speaks of."""
        if mending_id is not None:
            return self._mended(bag, mending_id)
        assert bag.lot.relation_id is not None  # a person's lot always has one, the database checks it
        own = maker_id is None or maker_id == bag.lot.maker_id
        relation = bag.lot.relation_id if own else joined(self.act, bag.lot, maker_id or 0).pk
        return Part(relation, self.left.get((bag.pk, relation), 0), shared=not own)

    def _mended(self, bag: Bag, mending_id: int) -> Part:
        mending = self.mendings.get(mending_id)
        if mending is None or mending.bag_id != bag.pk:
            raise Gone(_("Nobody mends pieces of this bag like that. Look at the bag's page."))
        return Part(mending.first_id, mending.left, mending)

    def save(self) -> None:
        """Keep what came back of what others mend."""
        save_many(list(self.mendings.values()), "back")


def joined(act: Act, lot: Lot, maker_id: int) -> Relation:
    """Return the terms of another maker of the workshop with the order's operator, agreed now if there are none.

    Only the desk names somebody else, and only who has the skill and, where the law asks for it, the insurance.
    """
    if act.by.for_ is not None:
        raise NotAllowed(_("Only the desk writes down who else made pieces of this bag."))
    maker = Resident.objects.filter(pk=maker_id).first()
    if maker is None:
        raise Gone(_("A person on the slip is not in the register. Add them first."))
    refuse_stranger(maker, with_workshop(lot))
    if not can_make(maker, lot.step):
        raise Refused(
            _("This work asks for “%(skill)s”. Ask the workshop to show it first.")
            % {"skill": lot.step.skill},
            code="no_skill",
        )
    relation = people.agree_terms(act, maker, organisation=lot.line.order.operator)
    refuse_uninsured({relation.pk}, act.booked_on)
    return relation
