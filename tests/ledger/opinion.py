"""What Beancount, which shares no line with us, says of the county's ledger."""

from collections import Counter
from decimal import Decimal
from typing import Any

from beancount import loader
from beancount.core import data, realization
from django.db.models import QuerySet

from gongfang.ledger.accounts import CNY
from gongfang.ledger.beancount import account, currency, journal
from gongfang.ledger.models import Account, Transfer


def text() -> str:
    return "".join(journal("磐安县"))


def read(journal_text: str) -> tuple[list[Any], list[str]]:
    """Load a journal; return its directives and what Beancount has to say against it."""
    entries, errors, _options = loader.load_string(journal_text)
    return entries, [str(error.message) for error in errors]


def added_up(entries: list[Any]) -> dict[tuple[str, str], Decimal]:
    """Return every balance Beancount works out by itself, account by account and currency by currency."""
    tree = realization.realize(entries, compute_balance=True)
    return {
        (node.account, position.units.currency): position.units.number
        for node in realization.iter_children(tree)
        for position in node.balance
        if position.units.number
    }


def ours(rows: QuerySet[Account] | None = None) -> dict[tuple[str, str], Decimal]:
    """Return every balance of ours under the names of the journal, yuan for 毫."""
    found = rows if rows is not None else Account.objects.all()
    return {
        (account(row.holder_kind, row.holder_id, row.purpose), currency(row.commodity)): worth(row)
        for row in found.exclude(balance=0)
    }


def worth(row: Account) -> Decimal:
    return Decimal(row.balance) / 10_000 if row.commodity == CNY else Decimal(row.balance)


def agrees() -> list[Any]:
    """Let Beancount read the ledger: no error, every balance ours, every act a transaction, every transfer in it."""
    entries, errors = read(text())
    assert errors == []
    assert added_up(entries) == ours()
    acts = [entry for entry in entries if isinstance(entry, data.Transaction)]
    transfers = Counter(dict(Transfer.objects.values_list("pk", "booked_on")))
    shown = {
        int(posting.meta["transfer"]): act.date
        for act in acts
        for posting in act.postings
        if "transfer" in posting.meta
    }
    assert shown == transfers
    assert sum(len(act.postings) for act in acts) == 2 * len(transfers)
    assert len(acts) == Transfer.objects.values("txn").distinct().count()
    return entries
