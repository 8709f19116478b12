"""Who sees which orders."""

import pytest

from gongfang.core.members import member_of
from gongfang.work.orders import access


def sees(user, order):
    return access.visible_orders(member_of(user)).filter(pk=order.pk).exists()


def test_officers_and_auditors_see_every_order_others_their_own(town, order):
    seen = {
        who: sees(getattr(town, who), order)
        for who in ("officer", "auditor", "buyer", "manager", "other_buyer", "clerk", "maker")
    }
    assert seen == {
        "officer": True,
        "auditor": True,
        "buyer": True,
        "manager": True,
        "other_buyer": False,
        "clerk": False,
        "maker": False,
    }


@pytest.mark.parametrize("who", ["auditor", "maker", "clerk"])
def test_an_auditor_reads_and_runs_nothing(town, order, who):
    member = member_of(getattr(town, who))
    assert not access.may_run_order(member, order)
    assert not access.may_quote(member, order.quote.enquiry)


def test_a_buyer_sees_products_quoted_to_the_own_enterprise(town, order, knot):
    assert access.visible_versions(member_of(town.buyer)).filter(pk=knot.pk).exists()
    assert not access.visible_versions(member_of(town.other_buyer)).exists()
