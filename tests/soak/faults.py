"""What somebody with all rights on the database could alter, one thing at a time; reconciliation has to name each."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from gongfang.ledger.reconcile import reconcile

OUT = "pieces > handed_in + gone + given_back"
SAID = "handed_in > accepted + rework + rejected + lost"
HELD = "issued > given_back + used + lost"
# "Not this time" is promised to be forgotten, receipt and all.
KEPT = "act IS NOT NULL AND entries > 0"


@dataclass(frozen=True)
class Fault:
    """One alteration of one row of a table, among those where it means something."""

    table: str
    change: str  # what is set, or nothing when the row is deleted
    where: str = "true"

    def __str__(self) -> str:
        return f"{self.table}: {self.change or 'deleted'}"


FAULTS = (
    Fault("ledger_account", "balance = balance + 1", "balance <> 0"),
    Fault("ledger_account", "balance = balance - 1", "balance > 0"),
    Fault("ledger_account", "", "balance <> 0"),
    Fault("ledger_transfer", ""),
    Fault("ledger_transfer", "amount = amount + 1"),
    Fault("ledger_transfer", "txn = gen_random_uuid()"),
    Fault("ledger_checkpoint", "digest = set_byte(digest, 0, get_byte(digest, 0) # 1)"),
    Fault("ledger_checkpoint", "signature = set_byte(signature, 9, get_byte(signature, 9) # 1)"),
    Fault("ledger_checkpoint", "last_id = last_id + 1"),
    Fault("ledger_checkpoint", "transfers = transfers + 1"),
    Fault("ledger_checkpoint", "", "id < (SELECT max(id) FROM ledger_checkpoint)"),
    Fault("ledger_closing", "digest = set_byte(digest, 0, get_byte(digest, 0) # 1)"),
    Fault("ledger_snapshot", "balance = balance + 1"),
    Fault("ledger_snapshot", ""),
    Fault("core_receipt", "", KEPT),
    Fault("core_receipt", "act = gen_random_uuid()", KEPT),
    Fault("core_entry", "", "parent IS NULL AND verb <> 'reuse_key'"),
    Fault("core_entry", "", "parent IS NOT NULL"),
    Fault("piecework_bag", "handed_in = handed_in + 1", OUT),
    Fault("piecework_bag", "given_back = given_back + 1", OUT),
    Fault("piecework_bag", "gone = gone + 1", OUT),
    Fault("piecework_bag", "accepted = accepted + 1", SAID),
    Fault("piecework_bag", "rework = rework - 1", "rework > 0"),
    Fault("piecework_bagmaterial", "issued = issued + 1"),
    Fault("piecework_bagmaterial", "used = used + 1", HELD),
    Fault("piecework_bagmaterial", "lost = lost + 1", HELD),
    Fault("piecework_bagmaterial", "given_back = given_back + 1", HELD),
    Fault("piecework_handin", "pieces = pieces + 1", "stage <> 'cancelled'"),
    Fault("piecework_handin", "", "stage <> 'cancelled'"),
    Fault("piecework_handin", "stage = 'cancelled'", "stage = 'waiting'"),
    Fault("piecework_inspection", "accepted = accepted + 1, amount_hao = amount_hao + rate_hao"),
    Fault("piecework_inspection", "margin_hao = margin_hao + 1"),
    Fault("piecework_inspection", "", "accepted + rework + rejected + lost > 0"),
    Fault("piecework_giveback", "pieces = pieces + 1"),
    Fault("piecework_giveback", "", "pieces > 0"),
    # What was found again is lost no more, and its row explains nothing that stands.
    Fault("piecework_loss", "", "pieces > 0 AND found_on IS NULL"),
    Fault("piecework_delivery", "pieces = pieces + 1"),
    Fault("piecework_delivery", ""),
    Fault("dispatch_lot", "issued = issued + 1", "issued < pieces"),
    Fault("dispatch_lot", "accepted = accepted + 1"),
    Fault("dispatch_lot", "claimed = claimed + 1", "parent_id IS NULL AND pieces > claimed + offered"),
    Fault("dispatch_lot", "pieces = pieces + 1", "parent_id IS NULL"),
    Fault("orders_orderline", "shared = shared + 1"),
    Fault("orders_orderline", "lost = lost + 1"),
    Fault("orders_orderline", "delivered = delivered - 1", "delivered > 0"),
    Fault("orders_ordermaterial", "received = received + 1"),
    Fault("orders_ordermaterial", "returned = returned + 1", "received > returned"),
    Fault("orders_receiptitem", "amount = amount + 1"),
    Fault("orders_receiptitem", ""),
    Fault("orders_receipt", ""),
    Fault("orders_invoice", "amount_hao = amount_hao + 1", "stage <> 'cancelled'"),
    Fault("orders_invoice", "received_hao = received_hao - 1", "received_hao > 0"),
    Fault("orders_invoice", "", "stage <> 'cancelled'"),
    Fault("orders_feepayment", "amount_hao = amount_hao + 1"),
    Fault("orders_feepayment", ""),
    Fault("pay_slip", "gross_hao = gross_hao + 1"),
    Fault("pay_slip", ""),
    Fault("pay_slipline", "", "amount_hao <> 0"),
    Fault("pay_slipline", "amount_hao = amount_hao + 1"),
    Fault("pay_correction", "after_hao = after_hao + 1", "after_hao + 1 <> before_hao"),
    Fault("pay_correction", ""),
    Fault("pay_payout", "amount_fen = amount_fen + 1", "stage IN ('sent', 'confirmed')"),
    Fault("pay_payout", "stage = 'confirmed', witness_id = NULL", "stage = 'failed'"),
    Fault("pay_payout", "stage = 'cancelled'", "stage = 'confirmed'"),
    Fault("pay_payout", "", "stage IN ('sent', 'confirmed')"),
)


def plant(seed: int) -> dict[str, Any]:
    """Alter one thing, reconcile, and take the alteration back; say what was altered and what was found."""
    chance = random.Random(seed)
    for fault in chance.sample(FAULTS, len(FAULTS)):
        rows = _rows(fault)
        if rows:
            return _planted(fault, chance.choice(rows))
    return {"fault": "", "found": ["nothing to alter"]}


def _rows(fault: Fault) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {fault.table} WHERE {fault.where} ORDER BY id")
        return [pk for (pk,) in cursor.fetchall()]


def _planted(fault: Fault, pk: int) -> dict[str, Any]:
    change = f"UPDATE {fault.table} SET {fault.change}" if fault.change else f"DELETE FROM {fault.table}"
    with transaction.atomic():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{change} WHERE id = %s", [pk])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the end of a transaction would say
            found = [str(difference) for difference in reconcile().differences]
        except IntegrityError as error:
            found = [f"the database itself: {error}"]
        transaction.set_rollback(True)
    return {"fault": str(fault), "row": pk, "found": found}
