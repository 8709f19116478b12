"""What a person takes: walk-in claims ("I take 20") within caps, one or a whole sheet of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Gone, Moved, NotAllowed, Refused
from gongfang.registry.people import actions as people
from gongfang.registry.people.models import Relation, Resident
from gongfang.work.dispatch import access
from gongfang.work.dispatch.caps import (
    able,
    refuse_claim,
    refuse_pieces,
    refuse_stranger,
    rooms,
    with_workshop,
)
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.worth import refuse_below_minimum

How = Literal["page", "badge", "voice", "slip"]


@dataclass(frozen=True, kw_only=True)
class ClaimRow:
    """One line of a sheet of claims: who takes how many."""

    maker_id: int
    pieces: int


@action(access.may_claim, on_behalf=True)
def claim(act: Act, lot: Lot, *, maker: Resident, pieces: int) -> Lot:
    """Take pieces of a workshop's lot to make; written down for another person it stays provisional.

    Agrees the terms with the order's operator on the first claim. Refused beyond the caps or without the skill.
    """
    _refuse_other_hands(act, lot, maker)
    refuse_stranger(maker, with_workshop(lot))
    refuse_claim(lot, act.lock(maker)[0], pieces, act.booked_on)
    return take(act, lot, maker, pieces)


@action(access.may_hand_out)
def claim_many(act: Act, lot: Lot, *, rows: Sequence[ClaimRow], signed: str = "") -> list[Lot]:
    """Take a whole sheet of claims of one lot; all of it or nothing, the first refusal names its row.

    Everybody stands once on a sheet. `signed` names the sheet with everybody's signature; without it the claims
    wait for each person's own yes.
    """
    makers, there = _makers(act, rows), with_workshop(lot)
    for number, row in enumerate(rows, start=1):
        with _row(number):
            refuse_stranger(makers[row.maker_id], there)
    terms = people.agree_terms_many(act, list(makers.values()), organisation=lot.line.order.operator)
    relations = {relation.resident_id: relation for relation in terms}
    skilled, room = able(makers.values(), lot.step), rooms(makers.values(), lot.step, act.booked_on)
    taken = []
    for number, row in enumerate(rows, start=1):
        with _row(number):
            refuse_pieces(lot, row.pieces, skilled=row.maker_id in skilled, room=room[row.maker_id])
        lot.claimed += row.pieces
        taken.append(_new(act, lot, relations[row.maker_id], row.pieces))
        taken[-1].provisional = taken[-1].provisional and not signed
    lot.save(update_fields=["claimed"])
    Lot.objects.bulk_create(taken)
    for one in taken:
        act.emit("WorkTaken", one)
    act.note(signed=signed)
    return taken


@action(access.may_confirm_claim, on_behalf=True)
def confirm_claim(act: Act, lot: Lot, *, how: How = "page", document: str = "") -> Lot:
    """Say yes to a claim another wrote down: the person on their own page, or the desk by badge, voice or slip."""
    if not lot.provisional:
        raise Moved(_("This claim is confirmed already."))
    own = act.by.for_ is None and act.member.resident_id == lot.maker_id
    if not own and (how == "page" or not document):
        raise Refused(
            _("Keep the signed slip, badge tap or recording, and enter where it is kept."), field="document"
        )
    act.note(how=how, document=document)
    lot.provisional = False
    lot.save(update_fields=["provisional"])
    return lot


def take(act: Act, share: Lot, maker: Resident, pieces: int) -> Lot:
    """Make a person's lot out of a locked share; the caller has checked that it may be taken."""
    return _lot(act, share, people.agree_terms(act, maker, organisation=share.line.order.operator), pieces)


def _lot(act: Act, share: Lot, relation: Relation, pieces: int) -> Lot:
    share.claimed += pieces
    share.save(update_fields=["claimed", "offered"])
    lot = _new(act, share, relation, pieces)
    lot.save()
    act.emit("WorkTaken", lot)
    return lot


def _new(act: Act, share: Lot, relation: Relation, pieces: int) -> Lot:
    refuse_below_minimum(relation, share.step, pieces, act.booked_on)
    return Lot(
        line_id=share.line_id, step_id=share.step_id, organisation_id=share.organisation_id, parent=share,
        maker_id=relation.resident_id, relation=relation, pieces=pieces, margin_hao=share.margin_hao, due=share.due,
        shared_on=act.booked_on, provisional=_by_another(act, relation.resident_id),
    )  # fmt: skip


def _by_another(act: Act, maker_id: int) -> bool:
    """Say whether somebody else does this for the person, so that it waits for the person's own yes."""
    return act.by.for_ is not None or act.member.resident_id != maker_id


@contextmanager
def _row(number: int) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        sentence = _("Row %(number)s: %(sentence)s") % {"number": number, "sentence": refusal.sentence}
        raise Refused(sentence, code=refusal.code) from refusal


def _refuse_other_hands(act: Act, lot: Lot, maker: Resident) -> None:
    """A maker takes work for nobody else; the desk may write down what anybody takes."""
    if act.member.resident_id != maker.pk and not access.may_hand_out(act.member, lot):
        raise NotAllowed


def _makers(act: Act, rows: Sequence[ClaimRow]) -> dict[int, Resident]:
    keys = {row.maker_id for row in rows}
    if len(keys) < len(rows):
        raise Refused(_("Somebody stands twice on this sheet. Add both numbers up in one row."), field="rows")
    if Resident.objects.filter(pk__in=keys).count() < len(keys):
        raise Gone(_("A person on the sheet is not in the register. Add them first."))
    return {maker.pk: maker for maker in act.lock(*(Resident(pk=key) for key in keys))}
