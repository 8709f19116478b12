"""Acts book transfers; all of them go to the database in one call when the outermost act ends."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from django.db import IntegrityError, connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from gongfang.core.action import Act
from gongfang.core.errors import KeyReused, Moved, Refused
from gongfang.core.ids import by_time
from gongfang.ledger import models
from gongfang.ledger.accounts import Account, Holder
from gongfang.ledger.shortages import Short

POST = "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
POST_MANY = (
    "SELECT ledger_post_many(%s, %s::uuid[],"
    " %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[],"
    " %s::text[], %s::bigint[], %s::text[], %s::bigint[], %s, %s, %s, %s)"
)


@dataclass(frozen=True)
class Transfer:
    """So much from one account to another, because of the thing `cause` names (`core.models.ref`)."""

    source: Account
    target: Account
    amount: int
    cause: str
    reverses: int | None = None
    key: uuid.UUID = field(default_factory=by_time, compare=False)

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("an amount is never negative; a correction is a reversal")
        if self.source.commodity != self.target.commodity or self.source == self.target:
            raise ValueError("a transfer moves one commodity between two accounts")


def book(act: Act, *transfers: Transfer) -> None:
    """Book transfers with this act; where nothing moves, nothing is booked."""
    moving = [transfer for transfer in transfers if transfer.amount]
    if moving:
        act.defer(flush, *moving)


def reverse(act: Act, transfer_ids: Iterable[int], cause: str) -> None:
    """Take transfers back, what of them was not taken back before.

    Of an accrual that is partly paid, what is still owed is taken and the rest stands as overpaid. Everything
    else is refused when what it moved has moved on.
    """
    originals = models.Transfer.objects.in_bulk(sorted(transfer_ids))
    names = _names(originals.values())
    book(
        act,
        *(
            Transfer(names[row.dst], names[row.src], _remaining(row), cause, reverses=row.pk)
            for row in originals.values()
        ),
    )


def reverse_part(act: Act, transfer_ids: Iterable[int], amount: int, cause: str) -> None:
    """Take so much of these transfers back, the newest first; refused when less of them still stands."""
    originals = models.Transfer.objects.in_bulk(sorted(transfer_ids))
    names = _names(originals.values())
    for pk in sorted(originals, reverse=True):
        row = originals[pk]
        part = min(amount, _standing(row))
        amount -= part
        book(act, Transfer(names[row.dst], names[row.src], part, cause, reverses=row.pk))
    if amount:
        raise Moved(_("This was taken back already. Reload the page to see how it stands now."))


def _names(rows: Iterable[models.Transfer]) -> dict[int, Account]:
    ids = {account for row in rows for account in (row.src, row.dst)}
    return {pk: account.name for pk, account in models.Account.objects.in_bulk(ids).items()}


def _standing(row: models.Transfer) -> int:
    """Return how much of a transfer was not taken back."""
    taken: int | None = models.Transfer.objects.filter(reverses=row.pk).aggregate(sum=Sum("amount"))["sum"]
    return row.amount - (taken or 0)


def _remaining(row: models.Transfer) -> int:
    remaining = _standing(row)
    if not remaining:
        raise Moved(_("This was taken back already. Reload the page to see how it stands now."))
    return remaining


def flush(act: Act, transfers: list[Transfer]) -> None:
    """Post all transfers of an act in one call; a shortage is refused with a sentence that names it."""
    times: list[Any] = [act.by.acted_at, act.by.skew, act.received_at, act.booked_on]
    with _refusing(), connection.cursor() as cursor:
        columns = _arguments(_with_overpaid(cursor, transfers))
        if len(columns[0]) == 1:
            cursor.execute(POST, [act.txn, *(column[0] for column in columns), *times])
        else:
            cursor.execute(POST_MANY, [act.txn, *columns, *times])


def _arguments(rows: list[Transfer]) -> list[list[Any]]:
    return [
        [row.key for row in rows],
        *_columns([row.source for row in rows])[:3],
        *_columns([row.target for row in rows]),
        [row.amount for row in rows],
        [row.cause for row in rows],
        [row.reverses for row in rows],
    ]


def _columns(accounts: Sequence[Account]) -> tuple[list[str], list[int], list[str], list[str]]:
    return (
        [account.holder.kind for account in accounts],
        [account.holder.id for account in accounts],
        [account.purpose for account in accounts],
        [account.commodity for account in accounts],
    )


def _with_overpaid(cursor: Any, transfers: list[Transfer]) -> list[Transfer]:
    """Split each accrual taken back into what is still there and what was paid out already."""
    taken_back = [row for row in transfers if row.reverses and row.target.purpose == "cost"]
    if not taken_back:
        return transfers
    others = [row for row in transfers if row not in taken_back]
    there = _hold(cursor, transfers, [_overpaid(row.source) for row in taken_back])
    for row in others:
        # A correction reverses and accrues anew in one act: only the difference may count as overpaid.
        there[row.source] -= row.amount
        there[row.target] += row.amount
    split: list[Transfer] = []
    for row in taken_back:
        take = max(0, min(row.amount, there[row.source]))
        there[row.source] -= take
        split += [replace(row, amount=take)] if take else []
        if take < row.amount:
            rest_key = uuid.uuid5(row.key, "overpaid")
            split.append(replace(row, source=_overpaid(row.source), amount=row.amount - take, key=rest_key))
    return others + split


def _overpaid(account: Account) -> Account:
    return replace(account, purpose="overpaid")


def _hold(cursor: Any, transfers: list[Transfer], more: list[Account]) -> defaultdict[Account, int]:
    """Lock every account of the act in the ledger's own order and return what each holds."""
    names = sorted({side for row in transfers for side in (row.source, row.target)} | set(more))
    cursor.execute(
        "SELECT holder_kind, holder_id, purpose, commodity, balance"
        " FROM ledger_hold(%s::text[], %s::bigint[], %s::text[], %s::text[])",
        _columns(names),
    )
    held = {Account(Holder(kind, pk), *named): balance for kind, pk, *named, balance in cursor}
    return defaultdict(int, held)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn the database's refusal into a sentence; what is no refusal stays an error."""
    try:
        yield
    except IntegrityError as error:
        refusal = _refusal(error.__cause__.diag) if isinstance(error.__cause__, psycopg.Error) else None
        if refusal is None:
            raise
        raise refusal from error


def _refusal(diagnosis: psycopg.errors.Diagnostic) -> Refused | None:
    match diagnosis.constraint_name:
        case "ledger_no_overdraft":
            return Short.read(json.loads(diagnosis.message_detail or ""))
        case "ledger_one_payload":
            return KeyReused()
        case "ledger_reversed_once":
            return Moved(_("This was taken back already. Reload the page to see how it stands now."))
        case "ledger_overpaid_is_a_debt":
            return Refused(_("This is more than was overpaid. Set off less."), code="short")
    return None
