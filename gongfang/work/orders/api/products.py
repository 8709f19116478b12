"""Products, materials and rates for machines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import NotAllowed
from gongfang.registry.people.models import SkillKind
from gongfang.work.orders import access, actions
from gongfang.work.orders.models import Material, Product, ProductVersion, Rate, RecipeItem, Step
from gongfang.work.orders.queries import hourly, rates_on
from gongfang.work.orders.selection import Wanted, choices
from gongfang.work.orders.worth import worth_of

router = Router(tags=["orders"])


class MaterialOut(Schema):
    id: int
    code: str
    name: str
    unit_kind: str
    tracking: str


class AddMaterial(Schema):
    code: str
    name: str
    unit_kind: Material.Unit
    tracking: Material.Tracking = Material.Tracking.NONE


class ProductOut(Schema):
    id: int
    code: str
    name: str
    category: str


class AddProduct(Schema):
    code: str
    name: str
    category: str = ""


class IngredientIn(Schema):
    """How much of a material a piece takes, in mm, g or pieces."""

    material_id: int
    amount: int
    ownership: RecipeItem.Ownership = RecipeItem.Ownership.ENTERPRISE
    value_hao_per_1000: int = 0
    policy: RecipeItem.Policy = RecipeItem.Policy.STRICT
    offcut: int = 0


class PointIn(Schema):
    """What the inspector looks at; with bounds, what is measured; `photo` asks for a photo beside the sealed sample."""

    name: str
    low: int | None = None
    high: int | None = None
    unit: str = ""
    photo: bool = False


class StepIn(Schema):
    name: str
    skill: str
    method: Literal["hand", "machine"] = "hand"
    standard_seconds: int
    demonstrated_seconds: int | None = None
    bag_pieces: int = 50
    pieces_cap: int = 400
    material_cap_hao: int = 5_000_000
    recipe: list[IngredientIn] = []
    points: list[PointIn] = []


class PublishVersion(Schema):
    steps: list[StepIn]


class RecipeOut(Schema):
    id: int
    material_id: int
    amount: int
    ownership: str
    value_hao_per_1000: int
    policy: str
    offcut: int


class PointOut(Schema):
    id: int
    no: int
    name: str
    kind: str
    low: int | None
    high: int | None
    unit: str


class StepOut(Schema):
    """A step with today's rate and about how much an hour earns, both in 毫 (1/10,000 yuan)."""

    id: int
    no: int
    name: str
    skill: str
    method: str
    standard_seconds: int
    demonstrated_seconds: int | None
    bag_pieces: int
    pieces_cap: int
    material_cap_hao: int
    rate_hao: int | None
    hourly_equivalent_hao: int | None
    practised_hourly_hao: int | None
    beginners_hourly_hao: int | None
    minimum_hourly_hao: int | None
    recipe: list[RecipeOut]
    points: list[PointOut]


class VersionOut(Schema):
    id: int
    product_id: int
    no: int
    published_at: datetime
    steps: list[StepOut]


class TierRow(Schema):
    """From so many pieces on, each of them earns this much."""

    pieces: int = Field(ge=2, lt=2**31)
    hao: int = Field(gt=0, lt=2**53)


class RateOut(Schema):
    id: int
    step_id: int
    grade: str
    valid_from: date
    hao: int
    tiers: list[TierRow]
    document: str

    @staticmethod
    def resolve_tiers(row: Rate) -> list[dict[str, int]]:
        """Name both numbers of each tier."""
        return [{"pieces": count, "hao": hao} for count, hao in row.tiers]


class SetRate(Schema):
    """A rate; with tiers its price depends on the count, with a grade it is for pieces of that grade."""

    hao: int
    valid_from: date
    document: str
    grade: str = Field(default="", max_length=20)
    tiers: list[TierRow] = Field(default_factory=list, max_length=20)


@router.get("/materials", response=list[MaterialOut], operation_id="list_materials")
@paginate
def list_materials(request: Visit) -> object:
    """List the kinds of material."""
    if not access.may_see_products(request.member):
        raise NotAllowed
    return Material.objects.order_by("pk")


@router.post("/materials", response=MaterialOut, operation_id="add_material")
def add_material(request: Visit, body: AddMaterial) -> object:
    """Add a kind of material."""
    return actions.add_material(by_api(request), None, **body.dict())


@router.get("/products", response=list[ProductOut], operation_id="list_products")
@paginate
def list_products(request: Visit) -> object:
    """List the products one may see."""
    if access.may_see_products(request.member):
        return Product.objects.order_by("pk")
    seen = access.visible_versions(request.member)
    return Product.objects.filter(pk__in=seen.values("product")).order_by("pk")


@router.post("/products", response=ProductOut, operation_id="add_product")
def add_product(request: Visit, body: AddProduct) -> object:
    """Add a product; how it is made comes with its first version."""
    return actions.add_product(by_api(request), None, **body.dict())


@router.get("/products/{int:product_id}/versions", response=list[VersionOut], operation_id="list_versions")
@paginate
def list_versions(request: Visit, product_id: int) -> object:
    """List how a product was made over time, the newest first."""
    found = access.visible_versions(request.member).filter(product=product_id).order_by("-no")
    return [_version(version) for version in found]


@router.post("/products/{int:product_id}/versions", response=VersionOut, operation_id="publish_version")
def publish_version(request: Visit, product_id: int, body: PublishVersion) -> object:
    """Publish how a product is made from now on."""
    product = get_object_or_404(Product, pk=product_id)
    steps = [_work(step) for step in body.steps]
    return _version(actions.publish_version(by_api(request), product, steps=steps))


@router.get("/steps/{int:step_id}/rates", response=list[RateOut], operation_id="list_rates")
@paginate
def list_rates(request: Visit, step_id: int) -> object:
    """List what a piece of a step earned over time."""
    if not access.may_see_products(request.member):
        raise NotAllowed
    return Rate.objects.filter(step=step_id).order_by("-valid_from")


@router.post("/steps/{int:step_id}/rates", response=RateOut, operation_id="set_rate")
def set_rate(request: Visit, step_id: int, body: SetRate) -> object:
    """Set what a piece of a step earns from a day on, in 毫 (1/10,000 yuan)."""
    step = get_object_or_404(Step, pk=step_id)
    tiers = [actions.Tier(tier.pieces, tier.hao) for tier in body.tiers]
    facts = body.dict(exclude={"tiers"})
    return actions.set_rate(by_api(request), step, tiers=tiers, **facts)


def _work(step: StepIn) -> actions.Work:
    facts = step.dict(exclude={"skill", "recipe", "points"})
    recipe = [
        actions.Ingredient(
            get_object_or_404(Material, pk=item.material_id),
            item.amount,
            item.ownership,
            item.value_hao_per_1000,
            item.policy,
            item.offcut,
        )
        for item in step.recipe
    ]
    points = [actions.Look(**look.dict()) for look in step.points]
    skill = get_object_or_404(SkillKind, code=step.skill)
    return actions.Work(skill=skill, recipe=recipe, points=points, **facts)


def _version(version: ProductVersion) -> dict[str, object]:
    steps = list(
        version.steps.select_related("skill").prefetch_related("recipe", "inspection_points").order_by("no")
    )
    rates = rates_on([step.pk for step in steps], clock.today())
    return {
        "id": version.pk,
        "product_id": version.product_id,
        "no": version.no,
        "published_at": version.published_at,
        "steps": [_step(step, rates.get(step.pk)) for step in steps],
    }


def _step(step: Step, rate_hao: int | None) -> dict[str, object]:
    worth = worth_of(step, rate_hao, clock.today()) if rate_hao else None
    named = (
        "id",
        "no",
        "name",
        "method",
        "standard_seconds",
        "demonstrated_seconds",
        "bag_pieces",
        "pieces_cap",
    )
    return {name: getattr(step, name) for name in (*named, "material_cap_hao")} | {
        "skill": step.skill.code,
        "rate_hao": rate_hao,
        "hourly_equivalent_hao": hourly(rate_hao, step.standard_seconds) if rate_hao else None,
        "practised_hourly_hao": worth.practised_hao if worth else None,
        "beginners_hourly_hao": worth.beginners_hao if worth else None,
        "minimum_hourly_hao": worth.minimum_hao if worth else None,
        "recipe": list(step.recipe.all()),
        "points": list(step.inspection_points.all()),
    }


class ChoiceOut(Schema):
    """A product as an officer weighs it; money in 毫, shares in thousandths."""

    product_id: int
    people: int
    hourly_hao: int
    stays_hao: int | None
    months: int
    orders: int
    repeat_permille: int
    back_permille: int
    material_hao: int


@router.get("/selection", response=list[ChoiceOut], operation_id="selection")
def selection(
    request: Visit, people: int = 0, hourly_hao: int = 0, months: int = 0, back_permille: int = 1000
) -> object:
    """List products by skill, what an hour brings, steadiness and what comes back, as far as they are as wanted."""
    if not access.may_see_products(request.member):
        raise NotAllowed
    found = choices(clock.today(), Wanted(people, hourly_hao, months, back_permille))
    return [vars(choice) | {"product_id": choice.step.version.product_id} for choice in found]
