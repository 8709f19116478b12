"""A posting nobody should make, as the test of reconciliation needs it."""

from gongfang.core.action import action
from gongfang.ledger import postings


@action(lambda member, lot: True)
def overpay(act, lot, *, amount, cause):
    """Accrue pay that no piece has earned."""
    postings.accrue(
        act, operator_id=lot.line.order.operator_id, relation_id=lot.relation_id, amount=amount, cause=cause
    )
    return lot
