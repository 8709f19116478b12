"""A plan promises no more than the material on hand allows, and says so."""

import pytest

from gongfang.core import jobs
from gongfang.core.action import action
from gongfang.ledger import postings
from gongfang.work.dispatch import actions, reading
from gongfang.work.dispatch.materials import makeable
from gongfang.work.dispatch.models import Lot, PlanRun
from gongfang.work.dispatch.planning import open_shares
from gongfang.work.orders.models import Material, OrderMaterial, RecipeItem
from tests.work.dispatch.conftest import by


@action(lambda member, order: True, creates=True)
def deliver_rope(act, order, *, store, rope, millimetres):
    """Rope of an order arrives in a store."""
    postings.receive(
        act, order_id=order.pk, supplier_id=order.enterprise_id, store_id=store.pk, material_id=rope.pk,
        amount=millimetres, cause="test",
    )  # fmt: skip


@pytest.fixture
def rope(village):
    rope = Material.objects.create(code="rope", name="红绳", unit_kind="mm")
    RecipeItem.objects.create(step=village.step, material=rope, amount=2_400, value_hao_per_1000=1_000)
    return rope


def arrive(village, rope, pieces, store=None):
    deliver_rope(
        by(village.officer),
        village.line.order,
        store=store or village.operator,
        rope=rope,
        millimetres=pieces * 2_400,
    )


def plan(village):
    job = actions.start_plan(by(village.manager), village.workshop)
    jobs.run(job.pk)
    return PlanRun.objects.get(job=job)


def test_rope_for_thirty_five_pieces_makes_three_bags_of_ten(village, share, guihua, rope):
    arrive(village, rope, 35)
    run = plan(village)
    assert [line.pieces for line in run.lines.all()] == [30]
    (short,) = reading.unmade_of(run)
    assert (short.pieces, "material" in short.why) == (70, True)


def test_the_workshops_store_and_the_operators_both_count(village, share, guihua, rope):
    arrive(village, rope, 40)
    arrive(village, rope, 60, store=village.workshop)
    assert makeable(open_shares(village.workshop)) == {share.pk: 100}


def test_what_was_taken_and_not_issued_is_set_aside(village, share, guihua, rope):
    arrive(village, rope, 50)
    actions.claim(by(guihua.user), share, maker=guihua, pieces=20)
    assert makeable(open_shares(village.workshop)) == {share.pk: 30}


def test_two_shares_do_not_count_the_same_rope_twice(village, share, guihua, rope):
    arrive(village, rope, 130)
    second = village.share(100)
    assert makeable(open_shares(village.workshop)) == {share.pk: 100, second.pk: 30}
    run = plan(village)
    assert sum(line.pieces for line in run.lines.all()) == 130
    assert Lot.objects.get(pk=share.pk).offered == 0


def test_whose_material_it_is_goes_by_what_the_order_says(village, share, guihua, rope):
    order = village.line.order
    facts = {"order": order, "value_hao_per_1000": 1_000}
    OrderMaterial.objects.create(material=rope, ownership="ours", **facts)
    assert makeable(open_shares(village.workshop)) == {share.pk: 100}  # the operator brings its own rope
    thread = Material.objects.create(code="thread", name="丝线", unit_kind="mm")
    RecipeItem.objects.create(
        step=village.step, material=thread, amount=1_000, value_hao_per_1000=10, ownership="ours"
    )
    assert makeable(open_shares(village.workshop)) == {share.pk: 100}
    OrderMaterial.objects.create(material=thread, ownership="enterprise", **facts)
    deliver_rope(by(village.officer), order, store=village.operator, rope=thread, millimetres=35 * 1_000)
    assert makeable(open_shares(village.workshop)) == {share.pk: 35}  # this order's comes from the enterprise
