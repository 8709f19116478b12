"""Reconcile names what does not fit between inspections, slips, payouts and the ledger."""

from __future__ import annotations

import pytest

from gongfang.core.action import action
from gongfang.ledger import postings
from gongfang.pay.models import Payout, Slip, SlipLine
from tests.pay.conftest import RATE, differences


@action(lambda member, relation: True, creates=True)
def move_behind(act, relation, *, verb, amount):
    """Move money as no verb of this room does."""
    getattr(postings, verb)(act, payee=postings.relation(relation.pk), amount=amount, cause="tests.row:1")


@pytest.fixture
def paid(purse):
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    purse.pay()
    assert differences() == []
    return purse


def test_a_changed_slip_line_is_named_and_so_is_its_slip(paid):
    SlipLine.objects.update(pieces=21, amount_hao=21 * RATE)
    slip = Slip.objects.get()
    line = SlipLine.objects.get()
    assert differences() == [
        f"Slip line, {slip.number}, {line.inspection_id}: should be {20 * RATE}, is {21 * RATE}.",
        f"Sum of a slip, {slip.number}: should be {21 * RATE}, is {20 * RATE}.",
    ]


def test_a_line_on_somebody_elses_slip_is_named(paid):
    paid.earn(paid.people.lin, 20)
    zhous = Slip.objects.get()
    lins = next(slip for slip in paid.slips() if slip.relation_id != zhous.relation_id)
    line = lins.lines.get()
    SlipLine.objects.filter(pk=line.pk).update(slip=zhous)
    assert any(
        found.startswith(f"Whose slip, {zhous.number}, {line.inspection_id}") for found in differences()
    )


def test_a_payout_that_says_more_than_the_ledger_is_named(paid):
    Payout.objects.update(amount_fen=906)
    (found,) = differences()
    assert found.endswith("should be 90600, is 90500.")


def test_money_at_the_bank_without_a_payout_is_named(paid):
    paid.earn(paid.people.zhou, 20)
    relation = Slip.objects.get().relation
    move_behind(paid.people.luo.by(), relation, verb="approve_payout", amount=500)
    assert f"At the bank, relation:{relation.pk}: should be 0, is 500." in differences()


def test_a_slip_called_paid_that_was_not_is_named(paid):
    paid.earn(paid.people.zhou, 20)
    paid.slips()
    first = Slip.objects.order_by("pk").first()
    Slip.objects.filter(stage="open").update(stage="closed", payout=first.payout)
    assert differences() == [
        f"Owed after everything is paid, relation:{first.relation_id}: should be less than one fen, is {20 * RATE}."
    ]
