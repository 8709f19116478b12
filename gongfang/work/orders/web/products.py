"""Pages of products: choosing them, how they are made, what a piece earns, what the inspector looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock, files
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.ui.doors import MOST_ROWS, allowed, fill, kept_picture, workbook
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.forms import (
    MATERIAL_ROWS,
    POINT_ROWS,
    MaterialForm,
    ProductForm,
    RateForm,
    VersionForm,
)
from gongfang.work.orders.models import (
    InspectionPoint,
    Material,
    Product,
    ProductVersion,
    Rate,
    RecipeItem,
    Step,
)
from gongfang.work.orders.queries import (
    choosing_products,
    current_version,
    defect_kinds,
    find_rate,
    hourly,
    replaceable,
)
from gongfang.work.orders.web.inspection import plans_table
from gongfang.work.orders.worth import Speed, speed_of, worth_of, worth_sentence


def product_url(product: Product) -> str:
    return reverse("orders:product", args=[product.pk])


def _chosen(request: Visit) -> Any:
    if not access.may_see_products(request.member):
        raise NotAllowed
    return choosing_products(clock.today()).order_by("version__product__name", "no")


def products_table(steps: Any, pages: Pages[Step] | None = None) -> Table:
    return Table(
        caption=_("Products"),
        columns=(
            Column("product", _("Product"), "link"),
            Column("category", _("Category")),
            Column("skill", _("Skill")),
            Column("seconds", _("Seconds a piece"), "number"),
            Column("rate", _("Yuan a piece"), "rate"),
            Column("hourly", _("About yuan an hour"), "money"),
            Column("ordered", _("Ordered in twelve months"), "number"),
        ),
        rows=[_product_row(step) for step in steps],
        empty=_("No product has been published yet."),
        export_url=reverse("orders:products_sheet"),
        pages=pages,
    )


def _product_row(step: Any) -> dict[str, Any]:
    product = step.version.product
    return {
        "product": Link(product.name, product_url(product)),
        "category": product.category,
        "skill": step.skill.name,
        "seconds": step.standard_seconds,
        "rate": step.rate_hao,
        "hourly": hourly(step.rate_hao, step.standard_seconds) if step.rate_hao else None,
        "ordered": step.ordered,
    }


def products(request: Visit) -> HttpResponse:
    pages = page_of(request, _chosen(request))
    unpublished = Product.objects.filter(versions=None).order_by("name")[:20]
    context = {
        "title": _("Products"),
        "table": products_table(pages.items, pages),
        "unpublished": [Link(product.name, product_url(product)) for product in unpublished],
        "may_keep": access.may_keep_products(request.member, None),
    }
    return render(request, "orders/products.html", context)


def products_sheet(request: Visit) -> HttpResponse:
    return workbook(request, products_table(_chosen(request)[:MOST_ROWS]))


def product(request: Visit, pk: int) -> HttpResponse:
    versions = access.visible_versions(request.member).filter(product=pk).select_related("product")
    versions = versions.order_by("-no")
    found = versions[0].product if versions else get_object_or_404(Product, pk=pk)
    keeps = access.may_keep_products(request.member, None)
    if not keeps and not access.may_see_products(request.member) and not versions:
        raise Http404
    context = {
        "title": found.name,
        "back": Link(_("Products"), reverse("orders:products")),
        "product": found,
        "versions": [_version(request, version, newest=index == 0) for index, version in enumerate(versions)],
        "may_keep": keeps,
    }
    return render(request, "orders/product.html", context)


def _version(request: Visit, version: ProductVersion, *, newest: bool) -> dict[str, Any]:
    steps = version.steps.select_related("skill", "version").order_by("no")
    return {
        "version": version,
        "newest": newest,
        "inside": access.may_see_products(request.member),
        "steps": [_step(step, keeps=access.may_keep_products(request.member, None)) for step in steps],
    }


def _step(step: Step, *, keeps: bool) -> dict[str, Any]:
    return {
        "step": step,
        **_rates(step),
        "recipe": _recipe_table(step, keeps=keeps),
        "points": _points_table(step),
        "plans": plans_table(step),
        "defects": defect_kinds(step),
    }


def _worth(step: Step) -> str:
    rate = find_rate(step, clock.today())
    return worth_sentence(worth_of(step, rate.hao, clock.today())) if rate else ""


def _rates(step: Step) -> dict[str, Any]:
    """Return a step's rates, and what an hour at today's brings."""
    today, speed = clock.today(), speed_of(step)
    rows = list(step.rates.order_by("-valid_from", "grade"))
    now = next((row for row in rows if not row.grade and row.valid_from <= today), None)
    worth = worth_sentence(worth_of(step, now.hao, today, speed)) if now else ""
    return {"rates": _rates_table(rows, speed), "worth": worth}


def _rates_table(rows: Sequence[Rate], speed: Speed) -> Table:
    return Table(
        caption=_("Rates"),
        columns=(
            Column("since", _("From"), "date"),
            Column("grade", _("Grade")),
            Column("rate", _("Yuan a piece"), "rate"),
            Column("tiers", _("Price by count")),
            Column("hourly", _("About yuan an hour"), "money"),
            Column("beginners", _("Beginners, an hour"), "money"),
            Column("document", _("Document")),
        ),
        rows=[
            {
                "since": row.valid_from,
                "grade": row.grade,
                "rate": row.hao,
                "tiers": wording.tiers(row),
                "hourly": hourly(row.hao, speed.practised),
                "beginners": hourly(row.hao, speed.beginners),
                "document": row.document,
            }
            for row in rows
        ],
        empty=_("No rate has been set. Set one before an order is placed."),
    )


def _recipe_table(step: Step, *, keeps: bool) -> Table:
    return Table(
        caption=_("Material of one piece"),
        columns=(
            Column("material", _("Material")),
            Column("amount", _("A piece takes")),
            Column("offcut", _("Of it falls off")),
            Column("whose", _("Whose")),
            Column("policy", _("What is used")),
            Column("substitutes", _("May be replaced by")),
            *((Column("do", "", "link"),) if keeps else ()),
        ),
        rows=[
            {
                "material": item.material.name,
                "amount": wording.amount(item.material, item.amount),
                "offcut": wording.amount(item.material, item.offcut) if item.offcut else "",
                "whose": item.get_ownership_display(),
                "policy": item.get_policy_display(),
                "substitutes": item.replaced_by,
                "do": Link(_("Allow a substitute"), reverse("orders:allow_substitute", args=[item.pk])),
            }
            for item in replaceable(step)
        ],
        empty=_("A piece takes no material that is counted."),
    )


def _points_table(step: Step) -> Table:
    return Table(
        caption=_("Inspection points"),
        columns=(Column("name", _("What is looked at")), Column("bounds", _("Passes"))),
        rows=[
            {"name": point.name, "bounds": _bounds(point)} for point in step.inspection_points.order_by("no")
        ],
        empty=_("Nothing particular is looked at."),
    )


def _bounds(point: InspectionPoint) -> str:
    if point.kind == InspectionPoint.Kind.PHOTO:
        return _("as the sealed sample, with a photo")
    if point.low is None or point.high is None:
        return _("yes")
    return f"{number(point.low)}–{number(point.high)} {point.unit}".strip()


def picture(request: Visit, pk: int) -> FileResponse:
    """Show the picture of a step's piece."""
    step = get_object_or_404(Step, pk=pk, version__in=access.visible_versions(request.member))
    return kept_picture(request, step.picture)


def add_product(request: Visit) -> HttpResponse:
    allowed(request, actions.add_product, None)
    return fill(
        request,
        ProductForm(request.POST or None),
        lambda by, facts: actions.add_product(by, None, **facts),
        title=_("New product"),
        submit=_("Save the product"),
        back=Link(_("Products"), reverse("orders:products")),
        then=lambda made: reverse("orders:publish", args=[made.pk]),
        done=_("The product is entered. Say now how it is made."),
    )


def publish(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(Product, pk=pk)
    allowed(request, actions.publish_version, found)
    form = VersionForm(request.POST or None, request.FILES or None, initial={"name": found.name})
    newest = current_version(found.pk) if "after" in request.GET else None
    earlier = actions.works_of(newest) if newest else []
    return fill(
        request,
        form,
        lambda by, facts: actions.publish_version(by, found, steps=(*earlier, _work(request, facts))),
        title=_("How %(product)s is made") % {"product": found.name},
        submit=_("Publish the version"),
        back=Link(found.name, product_url(found)),
        then=lambda _version: product_url(found),
        done=_("The version is published. Set its rate now."),
        answer=_("Comes after %(steps)s; other people may do it, at its own rate.")
        % {"steps": _(", ").join(f"“{work.name}”" for work in earlier)}
        if earlier
        else "",
    )


def _work(request: Visit, facts: dict[str, Any]) -> actions.Work:
    recipe = tuple(
        actions.Ingredient(
            facts[f"material_{no}"],
            facts[f"amount_{no}"] or 0,
            facts[f"ownership_{no}"],
            policy=facts[f"policy_{no}"] or RecipeItem.Policy.STRICT,
            offcut=facts[f"offcut_{no}"] or 0,
        )
        for no in range(1, MATERIAL_ROWS + 1)
        if facts[f"material_{no}"]
    )
    points = tuple(
        actions.Look(
            facts[f"point_{no}"],
            facts[f"low_{no}"],
            facts[f"high_{no}"],
            facts[f"unit_{no}"],
            facts[f"photo_{no}"],
        )
        for no in range(1, POINT_ROWS + 1)
        if facts[f"point_{no}"]
    )
    upload = facts["picture"]
    named = (
        "name",
        "skill",
        "method",
        "standard_seconds",
        "demonstrated_seconds",
        "bag_pieces",
        "pieces_cap",
    )
    return actions.Work(
        recipe=recipe,
        points=points,
        picture=files.keep_picture(upload, schema=request.tenant.schema_name).path if upload else "",
        **{name: facts[name] for name in named},
    )


def set_rate(request: Visit, pk: int) -> HttpResponse:
    step = get_object_or_404(Step.objects.select_related("version__product"), pk=pk)
    allowed(request, actions.set_rate, step)
    found = step.version.product
    return fill(
        request,
        RateForm(request.POST or None, initial={"valid_from": clock.today()}),
        lambda by, facts: actions.set_rate(by, step, **facts),
        title=_("New rate for %(step)s") % {"step": step.name},
        answer=_worth(step),
        submit=_("Set the rate"),
        back=Link(found.name, product_url(found)),
        then=lambda _rate: product_url(found),
        done=_("The rate is set."),
    )


def materials_table(materials: Any, pages: Pages[Material] | None = None) -> Table:
    return Table(
        caption=_("Materials"),
        columns=(
            Column("name", _("Material")),
            Column("code", _("Code")),
            Column("unit", _("Counted in")),
            Column("kept", _("Kept in the store")),
        ),
        rows=[
            {
                "name": row.name,
                "code": row.code,
                "unit": row.get_unit_kind_display(),
                "kept": row.get_tracking_display(),
            }
            for row in materials
        ],
        empty=_("No material has been entered yet."),
        export_url=reverse("orders:materials_sheet"),
        pages=pages,
    )


def _materials(request: Visit) -> Any:
    if not access.may_see_products(request.member):
        raise NotAllowed
    return Material.objects.order_by("name")


def materials(request: Visit) -> HttpResponse:
    pages = page_of(request, _materials(request))
    context = {
        "title": _("Materials"),
        "back": Link(_("Products"), reverse("orders:products")),
        "table": materials_table(pages.items, pages),
        "may_keep": access.may_keep_products(request.member, None),
    }
    return render(request, "orders/materials.html", context)


def materials_sheet(request: Visit) -> HttpResponse:
    return workbook(request, materials_table(_materials(request)[:MOST_ROWS]))


def add_material(request: Visit) -> HttpResponse:
    allowed(request, actions.add_material, None)
    return fill(
        request,
        MaterialForm(request.POST or None),
        lambda by, facts: actions.add_material(by, None, **facts),
        title=_("New material"),
        submit=_("Save the material"),
        back=Link(_("Materials"), reverse("orders:materials")),
        then=lambda _material: reverse("orders:materials"),
        done=_("The material is entered."),
    )
