"""Material arrives, is short, is more than promised, and goes back."""

import pytest

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.ledger.accounts import Account, Holder, material
from gongfang.ledger.queries import balance
from gongfang.work.orders import actions
from gongfang.work.orders.actions import Arrival
from tests.work.orders.conftest import by


def in_store(order, organisation, kind):
    return balance(Account(Holder("organisation", organisation.pk), "store", material(order.pk, kind.pk)))


def test_material_that_arrives_is_in_the_operators_store(town, order, rope, bead):
    receipt = actions.receive_material(
        by(town.manager), order, number="S-1", rows=[Arrival(rope, 72_000_000), Arrival(bead, 29_000)]
    )
    statuses = {row.material.code: row.status for row in order.materials.select_related("material")}
    assert statuses == {"rope": "complete", "bead": "short"}
    assert receipt.store == town.operator
    assert (in_store(order, town.operator, rope), in_store(order, town.operator, bead)) == (
        72_000_000,
        29_000,
    )


def test_a_clerk_takes_material_into_the_own_store_only(town, order, rope):
    with pytest.raises(NotAllowed):
        actions.receive_material(by(town.clerk), order, number="S-1", rows=[Arrival(rope, 10)])
    actions.receive_material(
        by(town.clerk), order, number="S-1", rows=[Arrival(rope, 10)], store=town.workshop
    )
    assert in_store(order, town.workshop, rope) == 10


def test_a_material_nobody_promised_gets_a_row_of_its_own(town, order):
    """Acceptance 2."""
    glue = actions.add_material(by(town.officer), None, code="glue", name="胶水", unit_kind="g")
    actions.receive_material(by(town.manager), order, number="S-2", rows=[Arrival(glue, 5)])
    row = order.materials.get(material=glue)
    assert (row.promised, row.received, row.status) == (0, 5, "extra")


def test_a_slip_is_entered_once(town, order, rope):
    actions.receive_material(by(town.manager), order, number="S-1", rows=[Arrival(rope, 10)])
    with pytest.raises(Refused) as refusal:
        actions.receive_material(by(town.manager), order, number="S-1", rows=[Arrival(rope, 10)])
    assert refusal.value.field == "number"
    assert in_store(order, town.operator, rope) == 10


@pytest.mark.parametrize("amounts", [[], [0], [3, 4]])
def test_an_empty_slip_or_one_with_a_material_twice_is_refused(town, order, rope, amounts):
    with pytest.raises(Refused) as refusal:
        actions.receive_material(
            by(town.manager), order, number="S-1", rows=[Arrival(rope, amount) for amount in amounts]
        )
    assert refusal.value.field == "rows"


def test_no_material_arrives_for_a_draft(town, draft, rope):
    with pytest.raises(Moved):
        actions.receive_material(by(town.manager), draft, number="S-1", rows=[Arrival(rope, 10)])


def test_unused_material_goes_back_and_never_more_than_came(town, order, rope):
    actions.receive_material(by(town.manager), order, number="S-1", rows=[Arrival(rope, 100)])
    actions.return_material(by(town.manager), order, number="R-1", rows=[Arrival(rope, 30)])
    row = order.materials.get(material=rope)
    assert (row.received, row.returned, in_store(order, town.operator, rope)) == (100, 30, 70)
    with pytest.raises(Refused) as refusal:
        actions.return_material(by(town.manager), order, number="R-2", rows=[Arrival(rope, 71)])
    assert refusal.value.code == "too_much"


def test_what_is_not_in_this_store_does_not_go_back_from_it(town, order, rope):
    actions.receive_material(by(town.officer), order, number="S-1", rows=[Arrival(rope, 100)])
    with pytest.raises(Refused):
        actions.return_material(
            by(town.officer), order, number="R-1", rows=[Arrival(rope, 1)], store=town.workshop
        )


def test_material_goes_back_after_the_order_was_closed(town, order, rope):
    actions.receive_material(by(town.manager), order, number="S-1", rows=[Arrival(rope, 100)])
    closed = actions.close_order(by(town.manager), order)
    actions.return_material(by(town.manager), closed, number="R-1", rows=[Arrival(rope, 100)])
    assert in_store(order, town.operator, rope) == 0


def test_the_buyer_enters_no_slip(town, order, rope):
    with pytest.raises(NotAllowed):
        actions.receive_material(by(town.buyer), order, number="S-1", rows=[Arrival(rope, 1)])
