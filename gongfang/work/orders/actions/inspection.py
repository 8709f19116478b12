"""Verbs on how closely a step is inspected, and on what may be wrong with its pieces."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.work.orders import access
from gongfang.work.orders.models import DefectKind, InspectionPlan, Step


@action(access.may_set_inspection_plan)
def set_inspection_plan(
    act: Act,
    step: Step,
    *,
    kind: str,
    valid_from: date,
    document: str,
    level: str = InspectionPlan.Level.II,
    aql: int = InspectionPlan.Limit.V25,
    skip_after: int | None = None,
    one_in: int | None = None,
) -> InspectionPlan:
    """Set how many pieces of a hand-in are looked at from a day on; the plan that stands tells it, never a person."""
    skipping = kind == InspectionPlan.Kind.SKIP
    _refuse_plan(level, aql, document, (skip_after or 0, one_in or 0) if skipping else (5, 2))
    if valid_from < act.booked_on:
        raise Refused(
            _("What was inspected stays inspected. Choose today or a later day."), field="valid_from"
        )
    return InspectionPlan.objects.create(
        step=step,
        kind=InspectionPlan.Kind(kind),
        valid_from=valid_from,
        level=level,
        aql=aql,
        skip_after=skip_after if skipping else None,
        one_in=one_in if skipping else None,
        document=document.strip(),
    )


def _refuse_plan(level: str, aql: int, document: str, skipping: tuple[int, int]) -> None:
    if level not in InspectionPlan.Level.values or aql not in InspectionPlan.Limit.values:
        raise Refused(_("Choose an inspection level and a quality limit of the list."), field="aql")
    after, one_in = skipping
    if not 5 <= after <= 30:
        raise Refused(
            _("A good record takes 5 to 30 good hand-ins in a row. Enter how many."), field="skip_after"
        )
    if not 2 <= one_in <= 5:
        raise Refused(_("Look at one in 2 to 5 hand-ins while the record is good."), field="one_in")
    if not document.strip():
        raise Refused(_("Name the document in which this was agreed."), field="document")


@action(access.may_set_inspection_plan, creates=True)
def add_defect_kind(act: Act, step: Step, *, name: str, guide: str = "", picture: str = "") -> DefectKind:
    """Add something that may be wrong with a piece, and how it should be; it holds for later versions, too."""
    if not name.strip():
        raise Refused(_("Say in a few words what is wrong then."), field="name")
    kept = {"product": step.version.product, "step_no": step.no, "name": name.strip()}
    if DefectKind.objects.filter(retired_on=None, **kept).exists():
        raise Refused(_("This is on the list already. Choose another name."), field="name")
    return DefectKind.objects.create(guide=guide.strip(), picture=picture, **kept)


@action(access.may_retire_defect_kind)
def retire_defect_kind(act: Act, kind: DefectKind) -> DefectKind:
    """Take a kind of defect off the list; what was counted under it stays counted."""
    if kind.retired_on:
        raise Moved(_("This is off the list already."))
    kind.retired_on = act.booked_on
    kind.save(update_fields=["retired_on"])
    return kind
