"""What happens to a person's lot when its bag goes to another maker, or turns up again. Only inside a higher verb."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongfang.core import states
from gongfang.core.action import Act, action
from gongfang.core.errors import NotAllowed, Refused
from gongfang.registry.people.models import Resident
from gongfang.work.dispatch import access
from gongfang.work.dispatch.actions.claims import take
from gongfang.work.dispatch.caps import refuse_claim, refuse_stranger, with_workshop
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.states import LOT


@action(access.may_hand_out)
def count_handed_over(act: Act, lot: Lot, *, maker: Resident, pieces: int) -> Lot:
    """Let pieces of a person's lot that are not issued become another maker's; what was accepted stays where it is."""
    if act.parent is None:
        raise NotAllowed
    if maker.pk == lot.maker_id:
        raise Refused(_("The bag is with this person already. Choose who takes it over."), field="maker")
    share = act.lock(Lot(pk=lot.parent_id))[0]
    share.claimed -= pieces
    refuse_stranger(maker, with_workshop(share))
    refuse_claim(share, act.lock(maker)[0], pieces, act.booked_on)
    if lot.pieces == pieces:
        states.move(lot, LOT, "close_lot")
    else:
        lot.pieces -= pieces
        lot.save(update_fields=["pieces"])
        if lot.to_make == 0:
            states.move(lot, LOT, "close_lot")
    return take(act, share, maker, pieces)


@action(access.may_hand_out_all)
def count_reopened(act: Act, lots: Sequence[Lot]) -> list[Lot]:
    """Open closed lots again of which something was found; they hold what they held, and nothing that was given up."""
    if act.parent is None:
        raise NotAllowed
    for lot in lots:
        if lot.stage == Lot.Stage.CLOSED:
            lot.pieces = lot.accepted + lot.rejected + lot.lost
            lot.save(update_fields=["pieces"])
            states.move(lot, LOT, "reopen_lot")
    return list(lots)
