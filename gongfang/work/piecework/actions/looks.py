"""Verbs after the verdict: another look, and the way of rejected pieces off the shelf."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import ref
from gongfang.core.parameters import Setting
from gongfang.ledger import models as ledger
from gongfang.ledger import postings
from gongfang.ledger.posting import reverse, reverse_part
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import access
from gongfang.work.piecework.closing import close_finished
from gongfang.work.piecework.mended import to_mend
from gongfang.work.piecework.models import Appeal, Bag, Inspection, SecondLook, ShelfExit
from gongfang.work.piecework.queries import Standing, on_shelf, standing

APPEAL_DAYS = Setting("piecework.appeal_days", 15, 1, 366)
Numbers = Mapping[str, int]


@action(access.may_ask_again, on_behalf=True)
def ask_again(act: Act, inspection: Inspection, *, words: str) -> Appeal:
    """Ask that somebody else looks at the pieces again; free, and written down for another it waits for their yes."""
    if not words.strip():
        raise Refused(_("Say in a sentence what you see differently."), field="words")
    last = inspection.inspected_on + timedelta(days=APPEAL_DAYS.on(act.booked_on))
    if act.booked_on > last:
        raise Refused(
            _("Another look could be asked for until %(day)s. Talk to the county centre.") % {"day": last},
            code="too_late",
        )
    if inspection.appeals.filter(stage=Appeal.Stage.OPEN).exists():
        raise Moved(_("Another look was asked for already. It has not been answered yet."))
    own = act.by.for_ is None and access.owns(act.member, [inspection.hand_in.bag])
    return Appeal.objects.create(
        inspection=inspection,
        words=words.strip(),
        asked_by=act.by.user,
        asked_on=act.booked_on,
        provisional=not own,
    )


@action(access.may_answer_appeal, second=access.hands_in_appeal)
def keep_verdict(act: Act, appeal: Appeal, *, answer: str) -> Appeal:
    """Answer a question about a verdict with the reason why it stays; somebody who had no hand in it does."""
    if appeal.stage != Appeal.Stage.OPEN:
        raise Moved(_("This question is answered already."))
    return _answer(act, appeal, Appeal.Stage.KEPT, answer)


def _answer(act: Act, appeal: Appeal, stage: Appeal.Stage, answer: str) -> Appeal:
    if not answer.strip():
        raise Refused(_("Say why. The maker reads it."), field="answer")
    appeal.stage, appeal.answer = stage, answer.strip()
    appeal.answered_by, appeal.answered_on = act.by.user, act.booked_on
    appeal.save(update_fields=["stage", "answer", "answered_by", "answered_on"])
    return appeal


@action(access.may_look_again, second=access.hands_in_looks)
def look_again(
    act: Act, inspection: Inspection, *, accepted: int, rework: int, rejected: int, reason: str
) -> SecondLook:
    """Put a verdict right: pieces, counters and margin move by the difference; the verb above moves the pay.

    What was missing when it was counted stays missing. An open question is answered by it, never to the maker's loss.
    """
    if act.parent is None:
        raise NotAllowed  # pay follows in the same act, or nothing moves
    bag, lot = _bag_and_lot(act, inspection)
    before = standing(inspection)
    change = _change(before, accepted=accepted, rework=rework, rejected=rejected)
    _refuse_look(inspection, before, change, reason, lot)
    look = SecondLook.objects.create(
        inspection=inspection,
        reason=reason.strip(),
        inspector=act.by.user,
        looked_on=act.booked_on,
        margin_hao=_margin(inspection, accepted),
        **change,
    )
    _move_pieces(act, look, lot, change)
    _move_margin(act, look, lot)
    _count(act, bag, lot, change)
    for appeal in act.lock(*inspection.appeals.filter(stage=Appeal.Stage.OPEN)):
        _answer(act, appeal, Appeal.Stage.CORRECTED, reason)
    return look


def _bag_and_lot(act: Act, inspection: Inspection) -> tuple[Bag, Lot]:
    bag = act.lock(Bag(pk=inspection.hand_in.bag_id))[0]
    return bag, Lot.objects.select_related("line__order").get(pk=bag.lot_id)


def _change(before: Standing, **after: int) -> dict[str, int]:
    if min(after.values()) < 0 or sum(after.values()) != before.pieces:
        raise Refused(
            _("%(pieces)s pieces were there to be looked at; the three numbers must add up to it.")
            % {"pieces": before.pieces},
            code="does_not_add_up",
            field="accepted",
        )
    return {name: number - getattr(before, name) for name, number in after.items()}


def _refuse_look(inspection: Inspection, before: Standing, change: Numbers, reason: str, lot: Lot) -> None:
    if not any(change.values()):
        raise Refused(_("These are the numbers that stand already. To leave them, answer with a reason."))
    if not reason.strip():
        raise Refused(_("Say what was seen differently. The maker reads it."), field="reason")
    asked = inspection.appeals.filter(stage=Appeal.Stage.OPEN).exists()
    if asked and change["accepted"] < 0:
        raise Refused(_("Who asks for another look loses nothing by it. Leave what was accepted."))
    if -change["accepted"] > lot.line.accepted - lot.line.delivered - lot.line.passed_on:
        raise Refused(
            _("These pieces have gone on to the enterprise or the next step. Their verdict stays."),
            code="delivered",
        )
    if -change["rejected"] > on_shelf(lot.pk):
        raise Refused(_("The rejected pieces have left the shelf. Their verdict stays."), code="gone")


def _margin(inspection: Inspection, accepted: int) -> int:
    lot = inspection.hand_in.bag.lot
    return 0 if lot.organisation_id == lot.line.order.operator_id else lot.margin_hao * accepted


def _move_pieces(act: Act, look: SecondLook, lot: Lot, change: Numbers) -> None:
    """Take back what was said too much, and say it anew; all of it under the second look's name."""
    verbs: dict[str, Callable[..., None]] = {
        "accepted": postings.accept,
        "rework": postings.rework,
        "rejected": postings.reject,
    }
    said = _said(look.inspection)
    for name, number in change.items():
        if number < 0:
            holder = ("line", lot.line_id) if name == "accepted" else ("lot", lot.pk)
            reverse_part(act, _onto(said, *holder, name), -number, ref(look))
        else:
            verbs[name](act, line_id=lot.line_id, lot_id=lot.pk, pieces=number, cause=ref(look))


def _said(inspection: Inspection) -> list[str]:
    return [ref(inspection), *(ref(row) for row in inspection.looks.order_by("pk"))]


def _onto(causes: list[str], kind: str, key: int, purpose: str) -> list[int]:
    """Return the transfers of these causes that brought something into an account."""
    accounts = ledger.Account.objects.filter(holder_kind=kind, holder_id=key, purpose=purpose).values("pk")
    rows = ledger.Transfer.objects.filter(cause__in=causes, dst__in=accounts, reverses=None)
    return list(rows.values_list("pk", flat=True))


def _move_margin(act: Act, look: SecondLook, lot: Lot) -> None:
    """Take the whole margin of the verdict back and accrue the right one."""
    said = [cause for cause in _said(look.inspection) if cause != ref(look)]
    standing_rows = _onto(said, "organisation", lot.organisation_id, "owed")
    undone = ledger.Transfer.objects.filter(reverses__in=standing_rows).values_list("reverses", flat=True)
    reverse(act, set(standing_rows) - set(undone), ref(look))
    postings.accrue_margin(
        act,
        operator_id=lot.line.order.operator_id,
        organisation_id=lot.organisation_id,
        amount=look.margin_hao,
        cause=ref(look),
    )


def _count(act: Act, bag: Bag, lot: Lot, change: Numbers) -> None:
    for name, number in change.items():
        setattr(bag, name, getattr(bag, name) + number)
    if bag.rework < 0:
        raise Refused(_("The pieces to be mended came back already. Their new verdict holds."), code="mended")
    if change["rework"] < 0 and min(to_mend([bag]).values(), default=0) < 0:
        raise Refused(
            _("Somebody else has the pieces to be mended. Take them back first, or wait for them."),
            code="being_mended",
        )
    if bag.rework:
        bag.stage = Bag.Stage.OUT
    save_many([bag], *change, "stage")
    close_finished([bag])
    locked = act.lock(lot)
    dispatch.count_inspected(act, locked, verdicts=[dispatch.Verdict(**change)])


@action(access.may_clear_shelf)
def clear_shelf(act: Act, lot: Lot, *, kind: str, pieces: int, reason: str) -> ShelfExit:
    """Let rejected pieces leave the shelf: scrapped, back to the enterprise, sold as seconds, given to the maker."""
    there = on_shelf(lot.pk)
    if not 1 <= pieces <= there:
        raise Refused(
            _("%(there)s rejected pieces of this work lie on the shelf. Enter 1 to %(there)s.")
            % {"there": there},
            code="too_many",
            field="pieces",
        )
    if not reason.strip():
        raise Refused(_("Say why, or name the slip."), field="reason")
    made = ShelfExit.objects.create(
        lot=lot,
        kind=ShelfExit.Kind(kind),
        pieces=pieces,
        reason=reason.strip(),
        done_by=act.by.user,
        done_on=act.booked_on,
    )
    postings.clear_shelf(
        act, line_id=lot.line_id, lot_id=lot.pk, way=made.kind, pieces=pieces, cause=ref(made)
    )
    return made
