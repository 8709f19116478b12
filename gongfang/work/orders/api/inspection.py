"""Inspection plans and kinds of defects for machines."""

from __future__ import annotations

from datetime import date

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import NotAllowed
from gongfang.work.orders import access, actions
from gongfang.work.orders.models import DefectKind, InspectionPlan, Step

router = Router(tags=["orders"])


class InspectionPlanOut(Schema):
    """How closely a step is inspected from a day on; `aql` is the quality limit in hundredths of a percent."""

    id: int
    step_id: int
    valid_from: date
    kind: str
    level: str
    aql: int
    skip_after: int | None
    one_in: int | None
    document: str


class SetInspectionPlan(Schema):
    kind: InspectionPlan.Kind
    valid_from: date
    document: str = Field(max_length=200)
    level: InspectionPlan.Level = InspectionPlan.Level.II
    aql: InspectionPlan.Limit = InspectionPlan.Limit.V25
    skip_after: int | None = Field(default=None, ge=0, lt=100)
    one_in: int | None = Field(default=None, ge=0, lt=100)


class DefectKindOut(Schema):
    """Something that may be wrong with a piece after a step of a product."""

    id: int
    product_id: int
    step_no: int
    name: str
    guide: str
    retired_on: date | None


class AddDefectKind(Schema):
    name: str = Field(max_length=60)
    guide: str = Field(default="", max_length=200)


@router.get(
    "/steps/{int:step_id}/inspection-plans", response=list[InspectionPlanOut], operation_id="inspection_plans"
)
@paginate
def inspection_plans(request: Visit, step_id: int) -> object:
    """List how closely a step was inspected over time, the newest first."""
    _refuse_strangers(request)
    return InspectionPlan.objects.filter(step=step_id).order_by("-valid_from", "-pk")


@router.post(
    "/steps/{int:step_id}/inspection-plans", response=InspectionPlanOut, operation_id="set_inspection_plan"
)
def set_inspection_plan(request: Visit, step_id: int, body: SetInspectionPlan) -> object:
    """Set how many pieces of a hand-in are looked at from a day on."""
    step = get_object_or_404(Step, pk=step_id)
    return actions.set_inspection_plan(by_api(request), step, **body.dict())


@router.get("/steps/{int:step_id}/defect-kinds", response=list[DefectKindOut], operation_id="defect_kinds")
@paginate
def defect_kinds(request: Visit, step_id: int) -> object:
    """List what may be wrong with a piece after a step, what is off the list included."""
    _refuse_strangers(request)
    step = get_object_or_404(Step.objects.select_related("version"), pk=step_id)
    return DefectKind.objects.filter(product=step.version.product_id, step_no=step.no).order_by("pk")


@router.post("/steps/{int:step_id}/defect-kinds", response=DefectKindOut, operation_id="add_defect_kind")
def add_defect_kind(request: Visit, step_id: int, body: AddDefectKind) -> object:
    """Add something that may be wrong with a piece."""
    step = get_object_or_404(Step, pk=step_id)
    return actions.add_defect_kind(by_api(request), step, **body.dict())


@router.post("/defect-kinds/{int:kind_id}/retire", response=DefectKindOut, operation_id="retire_defect_kind")
def retire_defect_kind(request: Visit, kind_id: int) -> object:
    """Take a kind of defect off the list."""
    return actions.retire_defect_kind(by_api(request), get_object_or_404(DefectKind, pk=kind_id))


def _refuse_strangers(request: Visit) -> None:
    if not access.may_see_products(request.member):
        raise NotAllowed
