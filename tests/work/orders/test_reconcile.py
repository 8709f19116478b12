"""Material and fees are worked out once more, and what differs is named."""

import pytest

from gongfang.core.action import action
from gongfang.ledger.models import Transfer
from gongfang.ledger.posting import reverse
from gongfang.work.orders import actions, reconcile
from gongfang.work.orders.actions import Arrival
from gongfang.work.orders.models import Invoice, OrderMaterial
from tests.work.orders.conftest import DUE, TODAY, by
from tests.work.orders.counting import work


@pytest.fixture
def busy(town, order, line, rope):
    actions.receive_material(by(town.manager), order, number="S-1", rows=[Arrival(rope, 100)])
    actions.return_material(by(town.manager), order, number="R-1", rows=[Arrival(rope, 30)])
    work(by(town.clerk), line, handed_in=10, accepted=10, delivered=10)
    wrong = actions.invoice(by(town.manager), order, number="F-0", due=DUE)
    actions.cancel_invoice(by(town.manager), wrong, reason="抬头写错")
    bill = actions.invoice(by(town.manager), order, number="F-1", due=DUE)
    actions.receive_fee(by(town.officer), bill, amount_hao=500, received_on=TODAY, document="回单")
    return order


def differences():
    return [
        (each.expected, each.found) for run in (reconcile.supplied_material, reconcile.fees) for each in run()
    ]


def test_a_county_in_order_has_no_difference(busy):
    assert differences() == []


def test_a_counter_that_strayed_is_named_against_slips_and_ledger(busy, rope):
    OrderMaterial.objects.filter(material=rope).update(received=99)
    assert differences() == [(100, 99), (99, 100)]


def test_a_fee_that_strayed_is_named_against_payments_and_ledger(busy):
    Invoice.objects.filter(number="F-1").update(received_hao=501)
    assert differences() == [(500, 501), (69_499, 69_500)]


@action(lambda member, nothing: True, creates=True)
def take_back(act, nothing):
    """Take a receipt's transfer back behind the room's back."""
    transfer = Transfer.objects.filter(
        cause__startswith="orders.receipt:", commodity__startswith="material:"
    ).first()
    reverse(act, [transfer.pk], "tests.correction:1")


def test_material_that_left_the_ledger_alone_is_named(town, order, rope):
    actions.receive_material(by(town.manager), order, number="S-1", rows=[Arrival(rope, 100)])
    take_back(by(town.officer), None)
    assert differences() == [(100, 0)]
