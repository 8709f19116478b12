"""The county's figures for machines; doubtful items have a file of their own."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema

from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.database import scope
from gongfang.oversight.access import may_see_figures
from gongfang.oversight.doubts.api import router as doubts
from gongfang.oversight.figures import figures

router = Router(tags=["oversight"])
router.add_router("", doubts)


class FigureOut(Schema):
    """A published figure, what the registers give, whether it holds, and the page that lists what was counted."""

    id: str
    published: int
    derived: int | float | None
    holds: bool | None
    rows: str | None


@router.get("/figures", response=list[FigureOut], operation_id="list_figures")
def list_figures(request: HttpRequest) -> list[dict[str, Any]]:
    """List every published figure beside what the registers say."""
    if not may_see_figures(cast("Visit", request).member):
        raise NotAllowed
    return figures(scope.current())
