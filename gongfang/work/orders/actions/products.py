"""Verbs on materials, products, their versions and rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.registry.people.models import SkillKind
from gongfang.work.orders import access
from gongfang.work.orders.models import (
    InspectionPoint,
    Material,
    Product,
    ProductVersion,
    Rate,
    RecipeItem,
    Step,
)
from gongfang.work.orders.queries import current_version, find_rate


@dataclass(frozen=True)
class Ingredient:
    """How much of a material one piece takes, in the material's smallest unit."""

    material: Material
    amount: int
    ownership: str = RecipeItem.Ownership.ENTERPRISE
    value_hao_per_1000: int = 0
    policy: str = RecipeItem.Policy.STRICT
    offcut: int = 0


@dataclass(frozen=True)
class Look:
    """What the inspector answers with yes or no; with bounds, what is measured; what is photographed."""

    name: str
    low: int | None = None
    high: int | None = None
    unit: str = ""
    photo: bool = False


@dataclass(frozen=True)
class Tier:
    """The price of each piece for whoever takes at least so many at once, in 毫."""

    pieces: int
    hao: int


@dataclass(frozen=True)
class Work:
    """One step of a product: who can do it, how long it takes, of what, and what is looked at."""

    name: str
    skill: SkillKind
    standard_seconds: int
    demonstrated_seconds: int | None = None
    bag_pieces: int = 50
    pieces_cap: int = 400
    material_cap_hao: int = 5_000_000
    picture: str = ""
    method: str = Step.Method.HAND
    recipe: Sequence[Ingredient] = field(default_factory=tuple)
    points: Sequence[Look] = field(default_factory=tuple)


@action(access.may_keep_products, creates=True)
def add_material(
    act: Act,
    nothing: None,
    *,
    code: str,
    name: str,
    unit_kind: str,
    tracking: str = Material.Tracking.NONE,
) -> Material:
    """Add a kind of material with the unit it is counted in."""
    if Material.objects.filter(code=code).exists():
        raise Refused(_("There is a material with this code. Choose another code."), field="code")
    return Material.objects.create(code=code, name=name, unit_kind=unit_kind, tracking=tracking)


@action(access.may_keep_products, creates=True)
def add_product(act: Act, nothing: None, *, code: str, name: str, category: str = "") -> Product:
    """Add a product the county can make; how it is made comes with its first version."""
    if Product.objects.filter(code=code).exists():
        raise Refused(_("There is a product with this code. Choose another code."), field="code")
    return Product.objects.create(code=code, name=name, category=category)


@action(access.may_publish_version)
def publish_version(
    act: Act, product: Product, *, steps: Sequence[Work], picture: str = ""
) -> ProductVersion:
    """Publish how a product is made from now on; running orders keep the version they were placed with."""
    if not steps:
        raise Refused(_("A product needs at least one step of work. Describe the step first."), field="steps")
    before = current_version(product.pk)
    version = ProductVersion.objects.create(
        product=product, no=before.no + 1 if before else 1, published_at=act.received_at, picture=picture
    )
    for no, work in enumerate(steps, start=1):
        _add_step(version, no, work)
    return version


def works_of(version: ProductVersion) -> list[Work]:
    """Return how a version is made, to publish the next one with a step more or less."""
    steps = version.steps.select_related("skill").order_by("no")
    return [_work_of(step) for step in steps]


def _work_of(step: Step) -> Work:
    recipe = step.recipe.select_related("material").order_by("pk")
    named = ("name", "skill", "standard_seconds", "demonstrated_seconds", "bag_pieces", "pieces_cap")
    return Work(
        material_cap_hao=step.material_cap_hao,
        picture=step.picture,
        recipe=[
            Ingredient(
                item.material,
                item.amount,
                item.ownership,
                item.value_hao_per_1000,
                item.policy,
                item.offcut,
            )
            for item in recipe
        ],
        points=[
            Look(point.name, point.low, point.high, point.unit, point.kind == InspectionPoint.Kind.PHOTO)
            for point in step.inspection_points.order_by("no")
        ],
        **{name: getattr(step, name) for name in named},
    )


def _add_step(version: ProductVersion, no: int, work: Work) -> None:
    if work.standard_seconds < 1 or work.bag_pieces < 1:
        raise Refused(
            _("A piece takes at least a second, and a bag holds at least one piece. Correct the step.")
        )
    step = Step.objects.create(
        version=version,
        no=no,
        name=work.name,
        skill=work.skill,
        method=work.method,
        standard_seconds=work.standard_seconds,
        demonstrated_seconds=work.demonstrated_seconds,
        picture=work.picture,
        bag_pieces=work.bag_pieces,
        pieces_cap=work.pieces_cap,
        material_cap_hao=work.material_cap_hao,
    )
    RecipeItem.objects.bulk_create(
        RecipeItem(
            step=step,
            material=item.material,
            amount=item.amount,
            ownership=item.ownership,
            value_hao_per_1000=item.value_hao_per_1000,
            policy=item.policy,
            offcut=item.offcut,
        )
        for item in _checked_recipe(work.recipe)
    )
    InspectionPoint.objects.bulk_create(
        _point(step, number, look) for number, look in enumerate(work.points, start=1)
    )


def _checked_recipe(recipe: Sequence[Ingredient]) -> Sequence[Ingredient]:
    if any(item.amount < 1 for item in recipe):
        raise Refused(
            _("Every material of a recipe needs an amount of at least one unit. Correct the recipe.")
        )
    if any(not 0 <= item.offcut < item.amount for item in recipe):
        raise Refused(_("What falls off is less than what a piece takes. Correct the recipe."))
    if len({item.material.pk for item in recipe}) < len(recipe):
        raise Refused(_("A material stands twice in the recipe. Add both amounts up in one row."))
    return recipe


def _point(step: Step, no: int, look: Look) -> InspectionPoint:
    measured = look.low is not None or look.high is not None
    if measured and (look.low is None or look.high is None or look.low > look.high):
        raise Refused(
            _("What is measured needs a lower and an upper bound. Correct “%(name)s”.") % {"name": look.name}
        )
    if measured and look.photo:
        raise Refused(
            _("“%(name)s” is either measured or photographed. Make two points of it.") % {"name": look.name}
        )
    return InspectionPoint(
        step=step,
        no=no,
        name=look.name,
        kind=_kind(measured=measured, photo=look.photo),
        low=look.low,
        high=look.high,
        unit=look.unit,
    )


def _kind(*, measured: bool, photo: bool) -> InspectionPoint.Kind:
    if photo:
        return InspectionPoint.Kind.PHOTO
    return InspectionPoint.Kind.NUMERIC if measured else InspectionPoint.Kind.BOOLEAN


@action(access.may_set_rate)
def set_rate(
    act: Act,
    step: Step,
    *,
    hao: int,
    valid_from: date,
    document: str,
    grade: str = "",
    tiers: Sequence[Tier] = (),
) -> Rate:
    """Set what an accepted piece of a step earns from a day on; a day that has passed keeps its rate.

    With tiers the price depends on how many pieces somebody takes at once; with a grade it is for pieces of that
    grade. Work that was taken before keeps the rate it was taken at.
    """
    grade = grade.strip()
    if hao < 1:
        raise Refused(_("A rate is more than nothing. Enter what a piece earns."), field="hao")
    if not document:
        raise Refused(_("Name the document in which the rate was agreed."), field="document")
    _refuse_tiers(hao, tiers)
    if Rate.objects.filter(step=step, grade=grade, valid_from=valid_from).exists():
        raise Refused(_("A rate already begins on this day. Choose a later day."), field="valid_from")
    if valid_from < act.booked_on and find_rate(step, act.booked_on):
        raise Refused(
            _("Work was already paid at the rate of that day. A new rate begins today or later."),
            field="valid_from",
        )
    return Rate.objects.create(
        step=step,
        grade=grade,
        valid_from=valid_from,
        hao=hao,
        tiers=[[tier.pieces, tier.hao] for tier in tiers],
        document=document,
    )


def _refuse_tiers(hao: int, tiers: Sequence[Tier]) -> None:
    """Counts rise, and whoever takes one piece more never earns less in all: nobody should have to reckon first."""
    counts, price = 1, hao
    for tier in tiers:
        if tier.pieces <= counts or tier.hao < 1:
            raise Refused(
                _("The counts of the steps rise from two on, and each has a price. Correct the steps."),
                field="tiers",
            )
        if tier.pieces * tier.hao < (tier.pieces - 1) * price:
            raise Refused(
                _(
                    "At %(pieces)s pieces somebody would earn less than with one piece fewer. Raise that price."
                )
                % {"pieces": tier.pieces},
                field="tiers",
            )
        counts, price = tier.pieces, tier.hao
