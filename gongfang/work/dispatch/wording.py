"""How lots, offers and plans are named on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from gongfang.ui.parts import Kind, Tag
from gongfang.work.dispatch.models import Lot, PlanRun

_KINDS: Mapping[str, Kind] = {
    "open": "wait",
    "partly_issued": "info",
    "issued": "info",
    "partly_in": "info",
    "done": "done",
    "closed": "done",
    "cancelled": "plain",
    "accepted": "done",
    "not_now": "plain",
    "expired": "plain",
    "withdrawn": "plain",
    "planning": "info",
    "draft": "wait",
    "publishing": "info",
    "published": "done",
    "discarded": "plain",
}


def lot_tag(lot: Lot) -> Tag:
    """Return the status of a lot as a pill."""
    over = lot.status == Lot.Status.PARTLY_IN and not lot.is_running
    status = Lot.Status.CLOSED if over else Lot.Status(lot.status)
    return Tag(str(status.label), _KINDS[status])


def plan_tag(run: PlanRun) -> Tag:
    """Return the stage of a plan as a pill."""
    return Tag(str(PlanRun.Stage(run.stage).label), _KINDS[run.stage])


def work_name(lot: Lot) -> str:
    """Name the work of a lot: the product, and the step where it is called otherwise."""
    return called(lot.line.version.product.name, lot.step.name)


def called(product: str, step: str) -> str:
    """Name a work by its product, and by the step where that is called otherwise."""
    return product if step in product else f"{product} · {step}"
