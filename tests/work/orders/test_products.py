"""Products, how they are made, and what a piece earns from which day on."""

from datetime import date

import pytest

from gongfang.core.errors import NotAllowed, Refused
from gongfang.work.orders import actions
from gongfang.work.orders.actions import Ingredient, Look, Work
from gongfang.work.orders.queries import NoRate, choosing_products, hourly_equivalent, rate_on, rates_on
from tests.work.orders.conftest import TODAY, by


def test_a_rate_holds_from_its_day_until_the_next_one(town, knot):
    step = knot.steps.get()
    actions.set_rate(
        by(town.officer), step, hao=4_800, valid_from=date(2022, 9, 15), document="2022 年 9 月纪要"
    )
    assert [rate_on(step, date(2022, 9, day)) for day in (1, 14, 15, 30)] == [4_500, 4_500, 4_800, 4_800]
    assert rates_on([step.pk], TODAY) == {step.pk: 4_500}


def test_a_day_before_the_first_rate_has_none(knot):
    with pytest.raises(NoRate):
        rate_on(knot.steps.get(), date(2021, 12, 31))


def test_a_rate_of_the_past_stays_as_it_was(town, knot):
    with pytest.raises(Refused) as refusal:
        actions.set_rate(
            by(town.officer), knot.steps.get(), hao=1, valid_from=date(2022, 8, 31), document="补充"
        )
    assert refusal.value.field == "valid_from"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"hao": 0}, "hao"),
        ({"document": ""}, "document"),
        ({"valid_from": date(2022, 1, 1)}, "valid_from"),
    ],
)
def test_a_rate_needs_an_amount_a_document_and_a_day_of_its_own(town, knot, facts, field):
    given = {"hao": 5_000, "valid_from": date(2022, 10, 1), "document": "纪要"} | facts
    with pytest.raises(Refused) as refusal:
        actions.set_rate(by(town.officer), knot.steps.get(), **given)
    assert refusal.value.field == field


def test_about_thirteen_yuan_fifty_an_hour(knot):
    assert hourly_equivalent(knot.steps.get(), TODAY) == 135_000


def test_a_new_version_counts_on_and_leaves_the_old_one_alone(town, knot, knotting):
    step = Work(name="编结", skill=knotting, standard_seconds=90)
    second = actions.publish_version(by(town.officer), knot.product, steps=(step,))
    assert (second.no, knot.steps.get().standard_seconds, second.steps.get().standard_seconds) == (2, 120, 90)


def test_the_next_version_begins_with_everything_the_last_one_said(town, knotting, rope):
    product = actions.add_product(by(town.officer), None, code="belt", name="带子")
    recipe = (Ingredient(rope, 2_400, "ours", 5_000, "warn", 300),)
    work = Work(name="裁", skill=knotting, standard_seconds=60, recipe=recipe)
    version = actions.publish_version(by(town.officer), product, steps=(work,))
    assert actions.works_of(version)[0].recipe == list(recipe)


def test_a_version_keeps_its_recipe_and_its_inspection_points(knot):
    step = knot.steps.get()
    assert list(step.recipe.values_list("material__code", "amount", "ownership")) == [
        ("rope", 2_400, "enterprise"),
        ("bead", 1, "enterprise"),
    ]
    points = list(step.inspection_points.order_by("no").values_list("kind", "low", "high", "unit"))
    assert points == [("numeric", 68, 72, "mm"), ("boolean", None, None, "")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"standard_seconds": 0},
        {"bag_pieces": 0},
        {"points": (Look("绳尾", low=5),)},
        {"points": (Look("绳尾", low=5, high=4),)},
    ],
)
def test_a_step_that_makes_no_sense_is_refused(town, knot, knotting, wrong):
    facts = {"name": "编结", "skill": knotting, "standard_seconds": 90} | wrong
    with pytest.raises(Refused):
        actions.publish_version(by(town.officer), knot.product, steps=(Work(**facts),))


def test_a_recipe_names_each_material_once_and_how_much(town, knot, knotting, rope):
    for recipe in ((Ingredient(rope, 0),), (Ingredient(rope, 1), Ingredient(rope, 2))):
        step = Work(name="编结", skill=knotting, standard_seconds=90, recipe=recipe)
        with pytest.raises(Refused):
            actions.publish_version(by(town.officer), knot.product, steps=(step,))


def test_products_are_kept_by_officers(town, knot):
    for who in (town.manager, town.buyer, town.maker):
        with pytest.raises(NotAllowed):
            actions.add_product(by(who), None, code="x", name="x")


def test_a_code_is_given_once(town, knot, rope):
    with pytest.raises(Refused) as product:
        actions.add_product(by(town.officer), None, code="knot", name="另一个")
    with pytest.raises(Refused) as material:
        actions.add_material(by(town.officer), None, code="rope", name="另一个", unit_kind="g")
    assert (product.value.field, material.value.field) == ("code", "code")


def test_products_are_chosen_by_skill_return_and_steadiness(town, order, knot, knotting):
    second = actions.publish_version(
        by(town.officer), knot.product, steps=(Work(name="编结", skill=knotting, standard_seconds=90),)
    )
    actions.set_rate(by(town.officer), second.steps.get(), hao=4_500, valid_from=TODAY, document="纪要")
    row = choosing_products(TODAY).get()
    assert (row.version, row.rate_hao, row.ordered, row.skill) == (second, 4_500, 30_000, knotting)
