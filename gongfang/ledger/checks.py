"""The ledger's own checks: balances, sums, overdrafts, reversals, closed periods and the chain of checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.utils.translation import gettext as _

from gongfang.database import scope
from gongfang.ledger import seals
from gongfang.ledger.accounts import Account, Holder
from gongfang.ledger.labels import commodity_label, label, shown
from gongfang.ledger.models import BELOW_ZERO, Checkpoint, Closing
from gongfang.ledger.reconcile import Difference, check

# Each side is added up by itself first: half the rows never meet the sum of both.
_MOVED = """
SELECT u.account, sum(u.amount) AS amount
  FROM (SELECT src AS account, -sum(amount) AS amount FROM ledger_transfer GROUP BY src
        UNION ALL SELECT dst, sum(amount) FROM ledger_transfer GROUP BY dst) u
  GROUP BY u.account
"""
_NAME = "a.holder_kind, a.holder_id, a.purpose, a.commodity"


def _rows(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _label(name: list[Any]) -> str:
    kind, holder, purpose, commodity = name
    return label(Account(Holder(kind, holder), purpose, commodity))


def _shown(commodity: str | None, *amounts: int) -> Iterator[str]:
    return (shown(commodity or "", amount) for amount in amounts)


@check("balances")
def balances() -> Iterator[Difference]:
    """Compare every balance with the sum of its transfers."""
    for pk, *name, expected, found in _rows(
        f"SELECT coalesce(a.id, m.account), {_NAME}, coalesce(m.amount, 0), coalesce(a.balance, 0)"  # noqa: S608
        f" FROM ledger_account a FULL JOIN ({_MOVED}) m ON m.account = a.id"
        " WHERE a.id IS NULL OR a.balance <> coalesce(m.amount, 0) ORDER BY 1"
    ):
        where = _label(name) if name[0] else _("account %(id)s, which is gone") % {"id": pk}
        yield Difference(_("Balance"), where, *_shown(name[-1], expected, found))


@check("zero sum")
def zero_sum() -> Iterator[Difference]:
    """Add up each commodity over all accounts: nothing appears and nothing disappears."""
    for commodity, found in _rows(
        "SELECT commodity, sum(balance) FROM ledger_account GROUP BY commodity HAVING sum(balance) <> 0 ORDER BY 1"
    ):
        yield Difference(_("Sum of all accounts"), commodity_label(commodity), *_shown(commodity, 0, found))


@check("overdrafts")
def overdrafts() -> Iterator[Difference]:
    """Look for accounts below zero that must not be."""
    for *name, found in _rows(
        f"SELECT {_NAME}, a.balance FROM ledger_account a"  # noqa: S608
        " WHERE (a.balance < 0 AND a.purpose <> ALL (%s)) OR (a.purpose = 'overpaid' AND a.balance > 0) ORDER BY a.id",
        list(BELOW_ZERO),
    ):
        yield Difference(_("Overdraft"), _label(name), *_shown(name[-1], 0, found))


@check("commodities")
def commodities() -> Iterator[Difference]:
    """Compare the commodity of every transfer with that of both its accounts."""
    for pk, commodity, source, target in _rows(
        "SELECT t.id, t.commodity, s.commodity, d.commodity FROM ledger_transfer t"
        " LEFT JOIN ledger_account s ON s.id = t.src LEFT JOIN ledger_account d ON d.id = t.dst"
        " WHERE (s.commodity, d.commodity) IS DISTINCT FROM (t.commodity, t.commodity) ORDER BY t.id"
    ):
        between = " → ".join(commodity_label(side or "") for side in (source, target))
        yield Difference(_("Commodity"), _transfer(pk), commodity_label(commodity), between)


@check("reversals")
def reversals() -> Iterator[Difference]:
    """Compare what was taken back of each transfer with what it moved."""
    for pk, commodity, amount, taken in _rows(
        "SELECT o.id, o.commodity, o.amount, sum(r.amount)"
        " FROM ledger_transfer o JOIN ledger_transfer r ON r.reverses = o.id"
        " GROUP BY o.id, o.commodity, o.amount HAVING sum(r.amount) > o.amount ORDER BY o.id"
    ):
        yield Difference(_("Taken back, at most"), _transfer(pk), *_shown(commodity, amount, taken))
    for pk, original in _rows(
        "SELECT r.id, r.reverses FROM ledger_transfer r LEFT JOIN ledger_transfer o ON o.id = r.reverses"
        " WHERE r.reverses IS NOT NULL AND (o.id IS NULL OR o.reverses IS NOT NULL OR r.dst <> o.src) ORDER BY r.id"
    ):
        yield Difference(_("What is taken back"), _transfer(pk), _("a first transfer"), _transfer(original))


def _transfer(pk: int) -> str:
    return _("transfer %(id)s") % {"id": pk}


@check("closed periods")
def closed_periods() -> Iterator[Difference]:
    """Work every closed period's balances out again, and compare its digest."""
    for closing in Closing.objects.order_by("until"):
        where = _("closing of %(day)s") % {"day": closing.until}
        yield from _snapshot(closing, where)
        ((digest,),) = _rows("SELECT ledger_closing_digest(%s)", closing.pk)
        if bytes(digest) != bytes(closing.digest):
            yield Difference(_("Digest"), where, bytes(closing.digest).hex(), bytes(digest).hex())


def _snapshot(closing: Closing, where: str) -> Iterator[Difference]:
    for pk, *name, expected, found in _rows(
        f"SELECT a.id, {_NAME}, coalesce(m.amount, 0), coalesce(s.balance, 0) FROM"  # noqa: S608
        " (SELECT u.account, sum(u.amount) AS amount FROM"
        "   (SELECT src AS account, -amount AS amount FROM ledger_transfer WHERE booked_on <= %s"
        "    UNION ALL SELECT dst, amount FROM ledger_transfer WHERE booked_on <= %s) u GROUP BY u.account) m"
        " FULL JOIN (SELECT account_id, balance FROM ledger_snapshot WHERE closing_id = %s) s"
        "   ON s.account_id = m.account"
        " LEFT JOIN ledger_account a ON a.id = coalesce(m.account, s.account_id)"
        " WHERE coalesce(m.amount, 0) <> coalesce(s.balance, 0) ORDER BY 1",
        closing.until,
        closing.until,
        closing.pk,
    ):
        account = _label(name) if pk else _("an account that is gone")
        yield Difference(_("Balance at the close"), f"{where}, {account}", *_shown(name[-1], expected, found))


@check("checkpoints")
def checkpoints() -> Iterator[Difference]:
    """Follow the chain of checkpoints: nothing left out, every digest as it was, every signature good."""
    rows = list(Checkpoint.objects.order_by("day"))
    if not rows:
        return
    public = seals.public_key()
    before = Checkpoint(last_id=0, last_closing=0, digest=b"")
    for row in rows:
        yield from _seal(before, row, public)
        before = row


def _seal(before: Checkpoint, row: Checkpoint, public: Ed25519PublicKey | None) -> Iterator[Difference]:
    where = _("checkpoint of %(day)s") % {"day": row.day}
    if row.first_id != before.last_id + 1 or bytes(row.previous) != bytes(before.digest):
        yield Difference(_("Link to the checkpoint before"), where, before.last_id + 1, row.first_id)
    covered = seals.Range(before.last_id + 1, row.last_id, before.last_closing, row.last_closing)
    again = seals.digest_of(covered, previous=bytes(before.digest))
    if (again.digest, again.transfers) != (bytes(row.digest), row.transfers):
        sealed, found = (
            f"{row.transfers} {bytes(row.digest).hex()}",
            f"{again.transfers} {again.digest.hex()}",
        )
        yield Difference(_("Transfers and digest"), where, sealed, found)
    words = seals.message(scope.current(), row.day, row.last_id, bytes(row.digest))
    if public is None:
        yield Difference(_("Signature"), where, str(seals.key_file()), _("no such key file"))
    elif not seals.signed_by(public, bytes(row.signature), words):
        yield Difference(_("Signature"), where, seals.key_id(public), row.key_id)


def compare_papers(papers: Iterable[seals.Paper]) -> Iterator[Difference]:
    """Compare printed checkpoints with the ledger: the proof nobody with access to the database can alter."""
    public = seals.public_key()
    for paper in papers:
        where = _("printed checkpoint of %(day)s") % {"day": paper.day}
        if paper.county != scope.current():
            yield Difference(_("County"), where, scope.current(), paper.county)
            continue
        if not paper.is_signed() or public is None or public.public_bytes_raw() != paper.public:
            yield Difference(_("Signature"), where, _("the key of this county"), _("another key, or none"))
        row = Checkpoint.objects.filter(day=paper.day, last_id=paper.last_id).first()
        found = bytes(row.digest).hex() if row else _("no such checkpoint")
        if found != paper.digest.hex():
            yield Difference(_("Digest"), where, paper.digest.hex(), found)
