"""What the ledger can tell: balances, statements, and the transfers of an act or a cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, Subquery, Sum, When

from gongfang.ledger import models
from gongfang.ledger.accounts import CNY, Account, Holder

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One transfer as its account sees it: what came in or went out, and what stood there afterwards."""

    id: int
    txn: UUID
    booked_on: date
    cause: str
    other: Account
    amount: int
    balance: int
    reverses: int | None


@dataclass(frozen=True)
class Statement:
    """A page of an account's lines, newest first; `pages` counts from one."""

    account: Account
    balance: int
    lines: tuple[Line, ...]
    page: int
    pages: int


def balance(account: Account) -> int:
    """Return what stands on an account; one that was never used stands at zero."""
    row = _rows([account]).first()
    return row.balance if row else 0


def balances(holder: Holder) -> dict[Account, int]:
    """Return everything a holder has, purpose by purpose, accounts at zero left out."""
    rows = models.Account.objects.filter(holder_kind=holder.kind, holder_id=holder.id).exclude(balance=0)
    return {row.name: row.balance for row in rows.order_by("purpose", "commodity")}


def balances_of(accounts: Iterable[Account]) -> dict[Account, int]:
    """Return the balances of many accounts in one query, for lists."""
    wanted = list(accounts)
    found = {row.name: row.balance for row in _rows(wanted)} if wanted else {}
    return {account: found.get(account, 0) for account in wanted}


def totals(commodity: str) -> dict[str, int]:
    """Return what all holders have of a commodity, purpose by purpose; together it is zero."""
    rows = (
        models.Account.objects.filter(commodity=commodity).values_list("purpose").annotate(sum=Sum("balance"))
    )
    return dict(rows)


def statement(account: Account, page: int = 1) -> Statement:
    """Return one page of an account's transfers, each with the balance after it."""
    row = _rows([account]).first()
    if row is None:
        return Statement(account, 0, (), 1, 1)
    moves = _moves(row.pk)
    pages = max(1, -(-moves.count() // PAGE))
    page = min(max(page, 1), pages)
    newer = sum(moves[: (page - 1) * PAGE].values_list("signed", flat=True))
    lines = tuple(_lines(row.balance - newer, moves[(page - 1) * PAGE : page * PAGE]))
    return Statement(account, row.balance, lines, page, pages)


def _moves(account: int) -> Any:
    signed = Case(When(dst=account, then=F("amount")), default=-F("amount"))
    other = Case(When(dst=account, then=F("src")), default=F("dst"))
    rows = models.Transfer.objects.filter(Q(src=account) | Q(dst=account))
    return rows.annotate(signed=signed, other=other).order_by("-id")


def _lines(stands: int, moves: Iterable[Any]) -> Iterator[Line]:
    rows = list(moves)
    names = models.Account.objects.in_bulk({row.other for row in rows})
    for row in rows:
        other = names[row.other].name
        yield Line(row.id, row.txn, row.booked_on, row.cause, other, row.signed, stands, row.reverses)
        stands -= row.signed


def flows(since: date, until: date) -> dict[tuple[Account, Account], int]:
    """Return what went from each account to each other in a stretch of days, corrections as they were booked."""
    rows = models.Transfer.objects.filter(booked_on__range=(since, until)).order_by()
    summed = list(rows.values_list("src", "dst").annotate(sum=Sum("amount", output_field=BigIntegerField())))
    names = models.Account.objects.in_bulk({pk for src, dst, _sum in summed for pk in (src, dst)})
    return {(names[src].name, names[dst].name): int(total) for src, dst, total in summed}


def earned(since: date, until: date) -> dict[tuple[str, str], int]:
    """Return what operators came to owe in a stretch of days, by its cause and by the kind of who earned it."""
    costs = list(models.Account.objects.filter(purpose="cost", commodity=CNY).values_list("pk", flat=True))
    rows = models.Transfer.objects.filter(booked_on__range=(since, until), commodity=CNY).order_by()
    found: dict[tuple[str, str], int] = {}
    for side, other, sign in (("src", "dst", 1), ("dst", "src", -1)):
        holder = models.Account.objects.filter(pk=OuterRef(other)).values("holder_kind")
        booked = rows.filter(**{f"{side}__in": costs}).annotate(kind=Subquery(holder))
        summed = booked.values_list("cause", "kind").annotate(
            sum=Sum("amount", output_field=BigIntegerField())
        )
        for cause, kind, total in summed:
            found[cause, kind] = found.get((cause, kind), 0) + sign * int(total)
    return found


def transfers_of(*, txn: UUID | None = None, cause: str = "") -> list[models.Transfer]:
    """Return the transfers of one act, of one cause (`piecework.inspection:17`), or of both."""
    rows = models.Transfer.objects.order_by("id")
    if txn:
        rows = rows.filter(txn=txn)
    return list(rows.filter(cause=cause) if cause or not txn else rows)


def _rows(accounts: list[Account]) -> Any:
    wanted = Q(pk=None)
    for account in accounts:
        wanted |= Q(
            holder_kind=account.holder.kind,
            holder_id=account.holder.id,
            purpose=account.purpose,
            commodity=account.commodity,
        )
    return models.Account.objects.filter(wanted)
