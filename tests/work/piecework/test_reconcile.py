"""What an act books is worked out once more from the rows; a number that was altered is found and named."""

import pytest

from gongfang.ledger.reconcile import reconcile
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework.actions import deliver
from gongfang.work.piecework.models import Bag, BagMaterial


@pytest.fixture
def worked(floor):
    """Two bags of a person, one inspected, some of it delivered."""
    first, _second = floor.out(floor.people.zhou, 60)
    floor.inspect(floor.hand_in(first, 30), 25, rework=3, rejected=1, lost=1)
    deliver(floor.people.luo.by(), OrderLine.objects.get(pk=floor.line.pk), pieces=10)
    return first


def found():
    return {(row.what, row.where, row.expected, row.found) for row in reconcile().differences}


def test_work_as_it_was_done_adds_up(worked):
    assert found() == set()


def test_a_bag_that_counts_wrongly_is_named(worked):
    Bag.objects.filter(pk=worked.pk).update(handed_in=29, gone=1, lost=0)
    assert ("Pieces handed in", f"bag {worked.pk}", 30, 29) in found()
    assert ("Pieces lost outside", f"bag {worked.pk}", 0, 1) in found()


def test_a_lot_that_counts_wrongly_is_named(worked):
    Lot.objects.filter(pk=worked.lot_id).update(issued=59)
    assert ("Pieces issued", f"a person's lot {worked.lot_id}", 60, 59) in found()


def test_a_line_that_says_more_was_delivered_is_named(worked):
    OrderLine.objects.update(delivered=11)
    line = worked.lot.line_id
    assert ("Pieces delivered", f"order line {line}", 10, 11) in found()


def test_material_that_is_with_nobody_is_named(worked, floor):
    row = BagMaterial.objects.get(bag=worked, order_material__material=floor.rope)
    BagMaterial.objects.filter(pk=row.pk).update(used=row.used - 1)
    where = f"lot and material {worked.lot_id} material:{floor.order.pk}:{floor.rope.pk}"
    assert ("Material used", where, row.used - 1, row.used) in found()


def test_pay_that_no_accepted_piece_earned_is_named(worked, floor):
    from tests.work.piecework.posting import overpay

    lot = Lot.objects.get(pk=worked.lot_id)
    overpay(floor.people.wang.by(), lot, amount=100, cause="piecework.inspection:1")
    assert ("Pay earned", f"terms {lot.relation_id}", 25 * 4_500, 25 * 4_500 + 100) in found()
