"""Nothing is done without a trace, and no trace can be taken away without another telling."""

import pytest

from gongfang.core.models import Entry, Receipt
from gongfang.ledger.models import Transfer
from gongfang.ledger.reconcile import reconcile
from tests.ledger.conftest import as_owner, by, move, person
from tests.ledger.test_posting import pay


@pytest.fixture
def acts(committing):
    """Two acts, the second of which booked twice."""
    clerk = person("Clerk Chen")
    move(by(clerk), [pay(450)])
    move(by(clerk), [pay(50), pay(75)])
    return [(row.act, row.entries) for row in Receipt.objects.order_by("pk")]


def found():
    return {(one.what, one.where, one.expected, one.found) for one in reconcile().differences}


def test_a_receipt_names_its_act_and_counts_its_audit_lines(acts):
    assert [act for act, _lines in acts] == list(Entry.objects.order_by("pk").values_list("act", flat=True))
    assert [lines for _act, lines in acts] == [1, 1]
    assert set(Transfer.objects.values_list("txn", flat=True)) == {act for act, _lines in acts}
    assert found() == set()


def test_an_audit_line_taken_away_is_missed_by_its_transfers_and_by_its_receipt(acts):
    act = acts[1][0]
    as_owner("DELETE FROM core_entry WHERE act = %s", act)
    assert found() == {
        ("Audit line of the transfers", f"act {act} ", 1, 0),
        ("Audit lines of the act", f"act {act} move", 1, 0),
    }


def test_a_receipt_taken_away_is_missed_by_its_audit_line(acts):
    act = acts[0][0]
    as_owner("DELETE FROM core_receipt WHERE act = %s", act)
    assert found() == {("Receipt of the act", f"act {act} move", 1, 0)}


def test_a_receipt_whose_time_is_over_is_missed_by_nobody(acts):
    as_owner("UPDATE core_receipt SET received_at = received_at - interval '401 days'")
    as_owner("UPDATE core_entry SET posted_at = posted_at - interval '401 days'")
    as_owner("DELETE FROM core_receipt")
    assert found() == set()


def test_what_was_done_before_receipts_named_their_acts_is_not_held_against_them(acts):
    as_owner("UPDATE core_receipt SET act = NULL, entries = 0")
    as_owner("UPDATE core_entry SET posted_at = posted_at - interval '7 days'")
    as_owner("UPDATE django_migrations SET applied = now() - interval '1 day'")
    assert found() == set()
    move(by(person("Clerk Chen")), [pay(1)])
    act = Receipt.objects.latest("pk").act
    as_owner("DELETE FROM core_receipt WHERE act = %s", act)
    assert found() == {("Receipt of the act", f"act {act} move", 1, 0)}


def test_a_transfer_of_no_act_is_found(acts):
    as_owner("UPDATE ledger_transfer SET txn = gen_random_uuid() WHERE amount = 450")
    assert {what for what, *_rest in found()} == {"Audit line of the transfers"}
