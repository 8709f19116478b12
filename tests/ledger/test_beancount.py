"""Beancount, another program, reads the whole ledger and comes to the same balances; with a fault in it, it does not."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from beancount.core import data
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gongfang.core import clock
from gongfang.core.models import Entry
from gongfang.ledger import beancount, postings
from gongfang.ledger.actions import close_period
from gongfang.ledger.models import Transfer as Row
from tests.ledger import opinion
from tests.ledger.conftest import as_owner, by, move, person, run, take_back
from tests.ledger.model import Model, RefusalError
from tests.ledger.test_model import acts, booked, steps_of
from tests.ledger.test_posting import OWED, TRANSIT, pay

OCTOBER = datetime(2026, 10, 30, 4, tzinfo=UTC)


def everything(clerk):
    """An act of each commodity, a payment, and an accrual taken back after it was paid."""
    order = {"order_id": 5, "store_id": 2, "material_id": 3, "cause": "tests.receipt:1"}
    pieces = {"line_id": 4, "lot_id": 9, "cause": "tests.hand_in:1"}
    run(
        by(clerk),
        [("receive", {**order, "supplier_id": 1, "amount": 700_000}), ("make", {**pieces, "pieces": 20})],
    )
    run(
        by(clerk),
        [("issue", {**order, "lot_id": 9, "amount": 250_001}), ("accept", {**pieces, "pieces": 19})],
    )
    move(by(clerk), [pay(45_049)])
    run(
        by(clerk),
        [("pay_cash", {"payee": postings.relation(7), "amount": 45_000, "cause": "tests.payout:1"})],
    )
    take_back(by(clerk), [Row.objects.get(amount=45_049).pk])


def test_every_balance_is_the_one_another_program_works_out(clerk):
    everything(clerk)
    entries = opinion.agrees()
    assert opinion.added_up(entries) == opinion.ours()
    assert len(opinion.ours()) == 8


def test_an_empty_ledger_is_a_journal_too(county):
    assert opinion.agrees() == []


def test_an_act_is_one_transaction_that_names_its_verb_and_each_transfer_its_cause(clerk):
    everything(clerk)
    first = next(entry for entry in opinion.agrees() if isinstance(entry, data.Transaction))
    told = Entry.objects.get(act=first.meta["txn"])
    assert (first.narration, first.meta["verb"]) == ("run", told.verb) == ("run", "run")
    assert [posting.meta["cause"] for posting in first.postings if "cause" in posting.meta] == [
        "tests.receipt:1",
        "tests.hand_in:1",
    ]


def test_what_takes_back_is_linked_to_what_it_takes_back(clerk):
    everything(clerk)
    accrual = Row.objects.get(amount=45_049)
    linked = [entry for entry in opinion.agrees() if getattr(entry, "links", None)]
    assert [entry.links for entry in linked] == [{f"taken-back-{accrual.pk}"}] * 2
    assert [len(entry.postings) for entry in linked] == [2, 4]  # what was left of it, and the debt


def test_a_commodity_says_what_it_is(clerk):
    everything(clerk)
    found = {
        entry.currency: entry.meta["name"] for entry in opinion.agrees() if isinstance(entry, data.Commodity)
    }
    assert found == {
        "CNY": "yuan",
        "MATERIAL-5-3": "material 3 of order 5",
        "PIECE-4": "pieces of order line 4",
    }


def test_balances_at_the_end_of_a_closed_period_are_asserted_too_and_those_at_zero(officer, clerk):
    with clock.at(OCTOBER):
        move(by(clerk), [pay(450), pay(450, OWED, TRANSIT)])
    with clock.at(OCTOBER + timedelta(days=4)):
        close_period(by(officer), OCTOBER.date())
        move(by(clerk), [pay(50)])
    asserted = [
        (entry.date.isoformat(), entry.account, entry.amount.number)
        for entry in opinion.agrees()
        if isinstance(entry, data.Balance) and entry.account != "Equity:Organisation:1:Cost"
    ]
    assert [(day, name, str(number)) for day, name, number in asserted] == [
        ("2026-10-31", "Assets:Relation:7:Owed", "0.0000"),
        ("2026-10-31", "Assets:Relation:7:Transit", "0.0450"),
        ("2026-11-04", "Assets:Relation:7:Owed", "0.0050"),
        ("2026-11-04", "Assets:Relation:7:Transit", "0.0450"),
    ]


def test_acts_that_ran_side_by_side_stay_whole(committing):
    """Numbers of two acts are mixed when both post at once; here the owner of the database mixes them."""
    clerk = person("Clerk Chen")
    move(by(clerk), [pay(1), pay(2)])
    move(by(clerk), [pay(3), pay(4)])
    one, other = Row.objects.get(amount=1).txn, Row.objects.get(amount=4).txn
    as_owner("UPDATE ledger_transfer SET txn = %s WHERE amount = 2", other)
    as_owner("UPDATE ledger_transfer SET txn = %s WHERE amount = 3", one)
    shown = [entry.meta["txn"] for entry in opinion.agrees() if isinstance(entry, data.Transaction)]
    assert shown == [str(one), str(other)]


def test_the_journal_is_written_as_it_is_read(clerk, monkeypatch):
    """However many acts there are, a handful of them is held at once."""
    monkeypatch.setattr(beancount, "CHUNK", 3)
    for _n in range(4):
        move(by(clerk), [pay(1), pay(2)])
    whole = iter(beancount.journal("磐安县"))
    asked = []

    def watch(run, sql, *rest):
        asked.append(sql)
        return run(sql, *rest)

    with connection.execute_wrapper(watch):
        read = 0
        for directive in whole:
            read += directive.startswith("\n")
            if read == 2:
                break
        assert sum("core_entry" in sql for sql in asked) == 1
        read += sum(directive.startswith("\n") for directive in whole)
        assert (read, sum("core_entry" in sql for sql in asked)) == (4, 2)


# --- faults ----------------------------------------------------------------------------------------------------


def test_an_amount_changed_by_the_smallest_unit_is_found(clerk):
    everything(clerk)
    text = opinion.text()
    for was, becomes in (("  4.5049 CNY", "  4.5050 CNY"), ("  19 PIECE-4", "  20 PIECE-4")):
        assert text.count(was) >= 1
        _entries, errors = opinion.read(text.replace(was, becomes, 1))
        assert any("does not balance" in error for error in errors)


def test_a_transfer_changed_on_both_sides_breaks_an_asserted_balance(clerk):
    everything(clerk)
    text = opinion.text()
    changed = text.replace("  -4.5049 CNY", "  -4.5050 CNY", 1).replace("  4.5049 CNY", "  4.5050 CNY", 1)
    _entries, errors = opinion.read(changed)
    assert {error.partition(" for ")[0] for error in errors} == {"Balance failed"}


def test_a_transfer_left_out_breaks_an_asserted_balance(clerk):
    everything(clerk)
    text, transfers = opinion.text(), Row.objects.count()
    pair = re.compile(r"  \S+  -\S+ \S+\n    transfer: .*\n    cause: .*\n  \S+  \S+ \S+\n")
    found = list(pair.finditer(text))
    assert len(found) == transfers
    for one in found:
        _entries, errors = opinion.read(text[: one.start()] + text[one.end() :])
        assert any("Balance failed" in error for error in errors)


def test_a_balance_altered_by_the_owner_of_the_database_is_found(committing):
    everything(person("Clerk Chen"))
    as_owner("UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'custody'")
    _entries, errors = opinion.read(opinion.text())
    assert any("Balance failed for 'Assets:Lot:9:Custody'" in error for error in errors)


def test_a_transfer_deleted_by_the_owner_of_the_database_is_found(committing):
    everything(person("Clerk Chen"))
    as_owner("DELETE FROM ledger_transfer WHERE amount = 19")
    _entries, errors = opinion.read(opinion.text())
    assert any("Balance failed for 'Assets:Line:4:Accepted'" in error for error in errors)


def test_an_account_that_is_gone_is_found(committing):
    everything(person("Clerk Chen"))
    as_owner("DELETE FROM ledger_account WHERE purpose = 'custody'")
    _entries, errors = opinion.read(opinion.text())
    assert any("Assets:Gone:" in error for error in errors)


# --- whatever is told ------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(acts, min_size=3, max_size=10))
def test_whatever_is_told_another_program_agrees(officer, clerk, history):
    sid = transaction.savepoint()
    model = Model()
    for day, told in enumerate(history):
        ids = list(Row.objects.order_by("id").values_list("pk", flat=True))
        steps = list(steps_of(told, model.transfers))
        with suppress(RefusalError), clock.at(OCTOBER + timedelta(days=day)):
            model.act(steps)
            move(by(clerk), booked(steps, ids))
            if day % 4 == 3:
                close_period(by(officer), (OCTOBER + timedelta(days=day - 2)).date())
    opinion.agrees()
    transaction.savepoint_rollback(sid)
