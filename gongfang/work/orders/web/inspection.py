"""Pages on how closely a step is inspected, and on what may be wrong with its pieces."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from gongfang.core import clock, files
from gongfang.core.doors import Visit
from gongfang.ui.doors import allowed, fill, kept_picture, press
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.orders import actions
from gongfang.work.orders.forms import DefectForm, InspectionPlanForm
from gongfang.work.orders.models import DefectKind, InspectionPlan, Product, Step


def _step(pk: int) -> Step:
    return get_object_or_404(Step.objects.select_related("version__product"), pk=pk)


def _product(product: Product) -> Link:
    return Link(product.name, reverse("orders:product", args=[product.pk]))


def plans_table(step: Step) -> Table:
    """Return how closely a step is inspected, the newest plan in front."""
    return Table(
        caption=_("Inspection plans"),
        columns=(
            Column("since", _("From"), "date"),
            Column("what", _("What is looked at")),
            Column("document", _("Document")),
        ),
        rows=[
            {"since": row.valid_from, "what": told(row), "document": row.document}
            for row in step.inspection_plans.order_by("-valid_from", "-pk")
        ],
        empty=_("Every piece is looked at."),
    )


def told(plan: InspectionPlan) -> str:
    """Say what a plan asks for."""
    if plan.kind == InspectionPlan.Kind.EVERY:
        return _("every piece")
    text = _("a sample by GB/T 2828.1, level %(level)s, AQL %(aql)s") % {
        "level": plan.level,
        "aql": InspectionPlan.Limit(plan.aql).label,
    }
    if plan.kind == InspectionPlan.Kind.SAMPLE:
        return text
    return _("%(sample)s; one hand-in in %(one_in)s after %(after)s good ones in a row") % {
        "sample": text,
        "one_in": plan.one_in,
        "after": plan.skip_after,
    }


def set_plan(request: Visit, pk: int) -> HttpResponse:
    step = _step(pk)
    allowed(request, actions.set_inspection_plan, step)
    return fill(
        request,
        InspectionPlanForm(request.POST or None, initial={"valid_from": clock.today()}),
        lambda by, facts: actions.set_inspection_plan(by, step, **facts),
        title=_("How closely “%(step)s” is inspected") % {"step": step.name},
        submit=_("Set the plan"),
        back=_product(step.version.product),
        done=_("The plan is set. It holds for everybody who makes this."),
        answer=_("The record that decides is that of the product's hand-ins. No person is scored by it."),
    )


def add_defect(request: Visit, pk: int) -> HttpResponse:
    step = _step(pk)
    allowed(request, actions.add_defect_kind, step)

    def added(by: Any, facts: dict[str, Any]) -> DefectKind:
        upload = facts.pop("picture")
        picture = files.keep_picture(upload, schema=request.tenant.schema_name).path if upload else ""
        return actions.add_defect_kind(by, step, picture=picture, **facts)

    return fill(
        request,
        DefectForm(request.POST or None, request.FILES or None),
        added,
        title=_("What may be wrong after “%(step)s”") % {"step": step.name},
        submit=_("Put it on the list"),
        back=_product(step.version.product),
        done=_("It is on the list."),
    )


def retire_defect(request: Visit, pk: int) -> HttpResponse:
    kind = get_object_or_404(DefectKind.objects.select_related("product"), pk=pk)
    return press(
        request,
        lambda by: actions.retire_defect_kind(by, kind),
        to=_product(kind.product).url,
        done=_("It is off the list. What was counted under it stays."),
    )


def defect_picture(request: Visit, pk: int) -> FileResponse:
    """Show how a piece should be instead; whoever works here may see it."""
    return kept_picture(request, get_object_or_404(DefectKind, pk=pk).picture)
