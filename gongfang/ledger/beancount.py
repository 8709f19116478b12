"""The whole ledger as a Beancount journal: another program, which shares no line with ours, then adds it up.

Each act that booked something is one transaction. An account is named by its holder and purpose (`Assets:Relation:17:
Owed`), ids only; what a holder has or waits for stands under Assets, what it was overpaid under Liabilities, and the
world's side, the only place value comes from, under Equity. Plus and minus are those of our own balances. Every
balance we keep stands there as an assertion without tolerance: at the end of each closed period and at the very end.

Rows are read as they are written, so a million transfers need no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.models import Entry
from gongfang.core.money import HAO_PER_YUAN
from gongfang.ledger.accounts import CNY
from gongfang.ledger.labels import commodity_label
from gongfang.ledger.models import Closing
from gongfang.ledger.reconcile import one_moment

CHUNK = 5_000
_ROOTS = {
    "outside": "Equity",
    "cost": "Equity",
    "difference": "Equity",
    "making": "Equity",
    "overpaid": "Liabilities",
}

_DAYS = "SELECT min(booked_on), max(booked_on) FROM ledger_transfer"
_COMMODITIES = """
SELECT commodity FROM ledger_account UNION SELECT commodity FROM ledger_transfer ORDER BY 1
"""
# An account was opened on the day of its first transfer, whatever the order in which days were booked.
_OPENED = """
SELECT u.account, min(u.day) AS day
  FROM (SELECT src AS account, booked_on AS day FROM ledger_transfer
        UNION ALL SELECT dst, booked_on FROM ledger_transfer) u
  GROUP BY u.account
"""
_ACCOUNTS = f"""
SELECT a.holder_kind, a.holder_id, a.purpose, min(o.day)
  FROM ledger_account a LEFT JOIN ({_OPENED}) o ON o.account = a.id
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608
# Numbers of acts that ran side by side are mixed; an act's first transfer says where it stands.
_TRANSFERS = """
SELECT t.id, t.txn, t.booked_on, t.src, s.holder_kind, s.holder_id, s.purpose,
       t.dst, d.holder_kind, d.holder_id, d.purpose, t.commodity, t.amount, t.cause, t.reverses,
       EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
  FROM (SELECT *, min(id) OVER (PARTITION BY txn, booked_on) AS first FROM ledger_transfer) t
  LEFT JOIN ledger_account s ON s.id = t.src
  LEFT JOIN ledger_account d ON d.id = t.dst
  ORDER BY t.first, t.txn, t.booked_on, t.id
"""
_AT_THE_END = """
SELECT holder_kind, holder_id, purpose, commodity, balance FROM ledger_account ORDER BY 1, 2, 3, 4
"""
_AT_A_CLOSE = f"""
SELECT a.holder_kind, a.holder_id, a.purpose, a.commodity, coalesce(s.balance, 0)
  FROM ledger_account a JOIN ({_OPENED}) o ON o.account = a.id
  LEFT JOIN ledger_snapshot s ON s.account_id = a.id AND s.closing_id = %s
  WHERE o.day <= %s OR s.balance <> 0 ORDER BY 1, 2, 3, 4
"""  # noqa: S608


@dataclass(frozen=True)
class Line:
    """One transfer as the journal shows it."""

    id: int
    txn: UUID
    booked_on: date
    source: str
    target: str
    commodity: str
    amount: int
    cause: str
    reverses: int | None
    taken_back: bool

    @classmethod
    def read(cls, row: tuple[Any, ...]) -> Line:
        """Read a transfer with the names of both its accounts."""
        pk, txn, day, src, *source = row[:7]
        dst, *target = row[7:11]
        return cls(pk, txn, day, _known(src, *source), _known(dst, *target), *row[11:])


def journal(title: str, *, simulated: bool = False) -> Iterator[str]:
    """Write the ledger of the current county, directive by directive, as it stands at one moment."""
    with one_moment():
        first, last = next(_rows(_DAYS))
        first, last = first or clock.today(), last or clock.today()
        yield from _head(title, simulated=simulated)
        yield from (_commodity(first, name) for (name,) in _rows(_COMMODITIES))
        yield from (
            f"{opened or first} open {account(kind, holder, purpose)}\n"
            for kind, holder, purpose, opened in _rows(_ACCOUNTS)
        )
        yield from _transactions()
        closings = list(Closing.objects.order_by("until").values_list("pk", "until"))
        for closing, until in closings:
            yield from _assertions(until, _rows(_AT_A_CLOSE, closing, until))
        yield from _assertions(max([last, *(until for _pk, until in closings)]), _rows(_AT_THE_END))


def acts() -> int:
    """Return how many transactions the journal will have, for a bar on the terminal."""
    ((count,),) = _rows("SELECT count(*) FROM (SELECT DISTINCT txn, booked_on FROM ledger_transfer) u")
    return int(count)


def account(kind: str, holder: int, purpose: str) -> str:
    """Name an account of ours, whatever its commodity, as Beancount allows."""
    return f"{_ROOTS.get(purpose, 'Assets')}:{_part(kind)}:{holder}:{_part(purpose)}"


def currency(commodity: str) -> str:
    """Name a commodity of ours as Beancount allows: `material:5:3` is MATERIAL-5-3."""
    return commodity.replace(":", "-").upper()


def number(commodity: str, amount: int) -> str:
    """Write an amount: money in yuan with four decimals, everything else whole."""
    if commodity != CNY:
        return str(amount)
    yuan, rest = divmod(abs(amount), HAO_PER_YUAN)
    return f"{'-' if amount < 0 else ''}{yuan}.{rest:04}"


def _part(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("_"))


def _known(pk: int, kind: str | None, holder: int, purpose: str) -> str:
    # An account that is gone was never opened in the journal either, and Beancount says so.
    return account(kind, holder, purpose) if kind else f"Assets:Gone:{pk}"


def _head(title: str, *, simulated: bool) -> Iterator[str]:
    if simulated:
        yield f";; {_('Simulated data')}\n"
    yield f";; {_('The whole ledger, for an independent check: bean-check THIS-FILE')}\n"
    yield f'option "title" "{_quoted(title)}"\noption "operating_currency" "{CNY}"\n'


def _commodity(day: date, name: str) -> str:
    return f'{day} commodity {currency(name)}\n  name: "{_quoted(commodity_label(name))}"\n'


def _transactions() -> Iterator[str]:
    of_an_act = attrgetter("txn", "booked_on")
    lines = (Line.read(row) for row in _rows(_TRANSFERS))
    for some in _some_at_a_time(list(group) for _act, group in groupby(lines, of_an_act)):
        verbs = _verbs(lines[0].txn for lines in some)
        yield from (_transaction(verbs.get(lines[0].txn, ""), lines) for lines in some)


def _some_at_a_time(acts: Iterable[list[Line]]) -> Iterator[list[list[Line]]]:
    """Gather acts until they make a handful; one act may hold a hundred transfers or ten thousand."""
    some: list[list[Line]] = []
    held = 0
    for lines in acts:
        some.append(lines)
        held += len(lines)
        if held >= CHUNK:
            yield some
            some, held = [], 0
    yield some


def _verbs(txns: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Entry.objects.filter(act__in=list(txns)).values_list("act", "verb"))


def _transaction(verb: str, lines: list[Line]) -> str:
    first = lines[0]
    links = sorted({line.reverses or line.id for line in lines if line.reverses or line.taken_back})
    head = " ".join((f'{first.booked_on} * "{_quoted(verb)}"', *(f"^taken-back-{pk}" for pk in links)))
    facts = f'  txn: "{first.txn}"\n  verb: "{_quoted(verb)}"\n'
    return f"\n{head}\n{facts}" + "".join(map(_postings, lines))


def _postings(line: Line) -> str:
    unit, name = currency(line.commodity), line.commodity
    return (
        f"  {line.source}  {number(name, -line.amount)} {unit}\n"
        f'    transfer: {line.id}\n    cause: "{_quoted(line.cause)}"\n'
        f"  {line.target}  {number(name, line.amount)} {unit}\n"
    )


def _assertions(until: date, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Assert balances after a day: Beancount looks at the beginning of the next."""
    day = until + timedelta(days=1)
    for kind, holder, purpose, commodity, balance in rows:
        what = f"{number(commodity, balance)} ~ 0 {currency(commodity)}"
        yield f"{day} balance {account(kind, holder, purpose)}  {what}\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _rows(statement: str, *arguments: Any) -> Iterator[tuple[Any, ...]]:
    """Read through a cursor of the server's, some rows at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, arguments)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
