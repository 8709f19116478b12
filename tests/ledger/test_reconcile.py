"""Reconciliation names every difference, and finds none where there is none."""

import pytest

from gongfang.ledger import reconcile as room
from gongfang.ledger.reconcile import Difference, check, reconcile
from tests.ledger.conftest import as_owner, by, move, person
from tests.ledger.test_posting import OWED, TRANSIT, pay


@pytest.fixture
def booked(committing):
    move(by(person("Clerk Chen")), [pay(450), pay(120, OWED, TRANSIT)])


def differences():
    return {str(difference) for difference in reconcile().differences}


def test_a_ledger_nobody_touched_has_no_difference(booked):
    report = reconcile()
    assert report.differences == ()
    assert {
        "balances",
        "zero sum",
        "overdrafts",
        "commodities",
        "reversals",
        "closed periods",
        "checkpoints",
    } <= set(report.checks)


def test_a_raised_balance_is_named_with_both_values(booked):
    as_owner("UPDATE ledger_account SET balance = 331 WHERE purpose = 'owed'")
    assert differences() == {
        "Balance, work relation 7, owed, yuan: should be 0.033, is 0.0331.",
        "Sum of all accounts, yuan: should be 0.00, is 0.0001.",
    }


def test_a_vanished_account_is_named(booked):
    as_owner("DELETE FROM ledger_account WHERE purpose = 'transit'")
    assert "Sum of all accounts, yuan: should be 0.00, is -0.012." in differences()
    assert any(", which is gone: should be 120, is 0." in sentence for sentence in differences())


def test_an_overdraft_behind_a_dropped_rule_is_named(booked):
    as_owner("ALTER TABLE ledger_account DROP CONSTRAINT ledger_no_overdraft")
    as_owner("UPDATE ledger_account SET balance = -1 WHERE purpose = 'owed'")
    assert "Overdraft, work relation 7, owed, yuan: should be 0.00, is -0.0001." in differences()


def test_a_transfer_turned_into_another_commodity_is_named(booked):
    as_owner("UPDATE ledger_transfer SET commodity = 'POINT' WHERE amount = 120")
    assert any("should be points, is yuan → yuan." in sentence for sentence in differences())


def test_a_reversal_beyond_its_original_is_named(booked):
    as_owner(
        "INSERT INTO ledger_transfer (key, txn, src, dst, commodity, amount, cause, reverses, received_at, booked_on)"
        " SELECT gen_random_uuid(), txn, dst, src, commodity, 451, cause, id, now(), booked_on FROM ledger_transfer"
        " WHERE amount = 450"
    )
    assert any("should be 0.045, is 0.0451." in sentence for sentence in differences())


def test_a_higher_room_adds_its_own_check_under_a_name_of_its_own(county, monkeypatch):
    monkeypatch.setattr(room, "_checks", dict(room._checks))
    check("counters")(lambda: [Difference("Accepted", "line 5", 20, 19)])
    assert differences() == {"Accepted, line 5: should be 20, is 19."}
    with pytest.raises(ValueError, match="counters"):
        check("counters")(list)
