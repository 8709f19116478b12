"""Verbs on pieces another mends than whoever made them: given to mend, and taken back as they are."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.registry.people.models import Resident
from gongfang.work.orders.queries import NoRate
from gongfang.work.piecework import access
from gongfang.work.piecework.actions.parts import joined
from gongfang.work.piecework.mended import MEND_PERMILLE, to_mend
from gongfang.work.piecework.models import Bag, Mending
from gongfang.work.piecework.queries import promised_rates


@action(access.may_keep_bag)
def give_to_mend(
    act: Act, bag: Bag, *, maker: Resident, pieces: int, first: Resident | None = None
) -> Mending:
    """Give pieces that are to be mended to another maker, who earns a part of the piece's rate for each accepted one.

    Whoever made them (`first`, or who took the bag) stays on record and earns them as if they had mended themselves.
    """
    mender = joined(act, bag.lot, maker.pk)
    made_by = bag.lot.relation if first is None else joined(act, bag.lot, first.pk)
    assert made_by is not None  # a person's lot always has one, the database checks it
    if mender.pk == made_by.pk:
        raise Refused(
            _("These pieces are with whoever made them already. Choose who mends them."), field="maker"
        )
    left = to_mend([bag]).get((bag.pk, made_by.pk), 0)
    if not 1 <= pieces <= left:
        raise Refused(
            _("%(left)s pieces are to be mended and with nobody else. Enter %(left)s or fewer.")
            % {"left": left},
            code="too_many",
            field="pieces",
        )
    return Mending.objects.create(
        bag=bag,
        first=made_by,
        relation=mender,
        pieces=pieces,
        mend_hao=_price(act, bag),
        given_by=act.by.user,
        given_on=act.booked_on,
    )


def _price(act: Act, bag: Bag) -> int:
    """A started 毫 counts in full, in the person's favour."""
    rate = promised_rates([bag.lot]).get((bag.lot.step_id, bag.lot.shared_on))
    if rate is None:
        raise NoRate(
            _("“%(step)s” has no rate on that day. Enter the rate on the product's page.")
            % {"step": bag.lot.step}
        )
    return -(-rate.price(bag.lot.pieces) * MEND_PERMILLE.on(act.booked_on) // 1000)


@action(access.may_keep_mending)
def take_back_mending(act: Act, mending: Mending) -> Mending:
    """Take back what somebody has not mended; it is with whoever made it again, and costs nothing more."""
    act.lock(Bag(pk=mending.bag_id))
    mending.refresh_from_db()
    if not mending.left:
        raise Moved(_("Nothing of this is with whoever mends it any more. Look at the bag's page."))
    mending.returned += mending.left
    mending.save(update_fields=["returned"])
    return mending
