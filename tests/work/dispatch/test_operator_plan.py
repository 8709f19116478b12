"""An operator's own plan: its orders, among the people of the workshops that make them."""

from __future__ import annotations

import pytest

from gongfang.core import jobs
from gongfang.core.errors import NotAllowed, Refused
from gongfang.registry.people.models import Organisation
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import Lot, PlanRun
from gongfang.work.orders.models import Order, OrderLine
from tests.work.dispatch.conftest import DUE, by, sent_out, someone


@pytest.fixture
def luo(village):
    """Who answers for the operator."""
    return someone("Manager Luo", "manager", organisation=village.operator)


def carried_out(job):
    jobs.run(job.pk)
    return PlanRun.objects.get(job=job)


def of_another_operator(village):
    other = Organisation.objects.create(
        name="尖山合作社",
        kind="cooperative",
        division=village.place,
        opened_on="2020-01-01",
        is_operator=True,
    )
    contract = village.line.order.contract
    contract.pk, contract.operator, contract.number = None, other, "磐工 2022-18"
    contract.save()
    order = Order.objects.create(
        contract=contract, enterprise=contract.enterprise, operator=other, number="K-2", ordered_on="2022-09-08",
        due=DUE, stage="open",
    )  # fmt: skip
    facts = {"version": village.line.version, "step": village.step, "fee_hao": 7_000}
    return OrderLine.objects.create(order=order, pieces=500, due=DUE, stage="open", **facts)


def test_its_orders_are_planned_for_the_people_of_its_own_workshops(village, guihua, luo):
    village.maker("王春花", organisation=village.elsewhere)
    theirs = of_another_operator(village)
    OrderLine.objects.filter(pk=village.line.pk).update(pieces=200)
    village.line.refresh_from_db()
    share = village.share(60)
    run = carried_out(actions.start_plan(by(luo), village.operator))
    assert set(run.lines.values_list("maker", flat=True)) == {guihua.pk}
    assert set(run.lines.values_list("lot", "line")) == {(share.pk, None), (None, village.line.pk)}
    offers = sent_out(luo, run)
    assert {offer.maker for offer in offers} == {guihua}
    assert {lot.organisation for lot in Lot.objects.filter(parent=None)} == {village.workshop}
    assert OrderLine.objects.get(pk=theirs.pk).shared == 0
    assert OrderLine.objects.get(pk=village.line.pk).shared == sum(
        Lot.objects.filter(parent=None).values_list("pieces", flat=True)
    )


def test_nobody_else_plans_an_operators_orders_and_it_plans_nobody_elses(village, guihua, luo):
    village.share(60)
    for user in (village.manager, village.agent_user, village.auditor, guihua.user):
        with pytest.raises(NotAllowed):
            actions.start_plan(by(user), village.operator)
    with pytest.raises(NotAllowed):
        actions.start_plan(by(luo), village.workshop)
    with pytest.raises(NotAllowed):
        actions.plan_county(by(luo), village.place)
    OrderLine.objects.update(stage="closed")
    with pytest.raises(Refused, match="No pieces are free"):
        actions.start_plan(by(luo), village.operator)
