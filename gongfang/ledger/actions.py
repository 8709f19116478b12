"""The ledger's own verbs: close a period, seal a day. Everything else is booked by the verbs of higher rooms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.races import one_wins
from gongfang.database import scope
from gongfang.ledger import access, seals
from gongfang.ledger.models import Checkpoint, Closing


@action(access.may_close_period, creates=True)
def close_period(act: Act, until: date) -> Closing:
    """Close every day up to this one: keep its balances, and book what comes late on the first open day."""
    if until >= clock.business_day(act.received_at):
        raise Refused(_("This period is not over yet. Close it when its last day has passed."), field="until")
    with one_wins("ledger_closed_once", Moved(_("This period is closed already. Choose a later day."))):
        return Closing.objects.get(pk=_call("SELECT ledger_close(%s)", until))


@action(access.may_sign_checkpoint, creates=True)
def sign_checkpoint(act: Act, day: date) -> Checkpoint:
    """Seal every transfer and closing since the checkpoint before, and sign the seal."""
    covered, previous = _not_sealed_yet(_call("SELECT ledger_horizon()"))
    sealed = seals.digest_of(covered, previous=previous)
    key = seals.signing_key()
    signature = key.sign(seals.message(scope.current(), day, covered.last_id, sealed.digest))
    with one_wins("ledger_sealed_once", Moved(_("This day is sealed already."))):
        made = _call(
            "SELECT ledger_seal(%s, %s, %s, %s, %s, %s, %s)",
            day,
            covered.last_id,
            covered.last_closing,
            sealed.transfers,
            sealed.digest,
            signature,
            seals.key_id(key.public_key()),
        )
    return Checkpoint.objects.get(pk=made)


def _not_sealed_yet(last_id: int) -> tuple[seals.Range, bytes]:
    before = Checkpoint.objects.order_by("day").last()
    closing = Closing.objects.order_by("id").last()
    last_closing = closing.pk if closing else 0
    if before is None:
        return seals.Range(1, last_id, 0, last_closing), b""
    return seals.Range(before.last_id + 1, last_id, before.last_closing, last_closing), bytes(before.digest)


def _call(statement: str, *arguments: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        made: int = cursor.fetchone()[0]
        return made
