"""After the ten days another program adds up the whole ledger and comes to the same balances."""

import pytest
from beancount.core import data

from gongfang.ledger.models import Transfer
from tests.ledger import opinion

pytestmark = pytest.mark.slow


def test_beancount_agrees_on_every_balance_of_the_ten_days(played):
    entries = opinion.agrees()
    assert Transfer.objects.count() > 1_000
    verbs = {entry.meta["verb"] for entry in entries if isinstance(entry, data.Transaction)}
    assert {
        "receive_material",
        "issue_bags",
        "hand_in",
        "inspect",
        "approve_batch",
        "deliver",
        "receive_fee",
    } <= verbs
    assert "" not in verbs


def test_one_hao_changed_in_the_text_is_found(played):
    text = opinion.text()
    start = text.index(" CNY\n    transfer:")
    amount = text[text.rindex(" ", 0, start) + 1 : start]
    changed = f"{amount[:-1]}{(int(amount[-1]) + 1) % 10}"
    _entries, errors = opinion.read(f"{text[: start - len(amount)]}{changed}{text[start:]}")
    assert errors != []
