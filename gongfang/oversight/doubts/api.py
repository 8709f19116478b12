"""Doubtful items for machines: the same list and the same verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import NotAllowed
from gongfang.core.models import Job
from gongfang.oversight.doubts import access, actions, queries, wording
from gongfang.oversight.doubts.actions import DeathRow
from gongfang.oversight.doubts.forms import MOST_LINES
from gongfang.oversight.models import Doubt

router = Router(tags=["oversight"])


class DoubtOut(Schema):
    """One item: its sentence, the names of its rows, who looks into it, and its answer."""

    id: int
    kind: str
    sentence: str
    rows: list[str]
    found_on: date
    seen_on: date
    owner: str | None
    stage: str
    reason: str
    answered_on: date | None

    @staticmethod
    def resolve_sentence(doubt: Doubt) -> str:
        return wording.sentence(doubt)

    @staticmethod
    def resolve_owner(doubt: Doubt) -> str | None:
        return doubt.owner.name if doubt.owner else None


class SearchOut(Schema):
    """The search in the queue: how far it is."""

    id: int
    state: str
    done: int
    total: int


class ReasonIn(Schema):
    reason: str = Field(max_length=400)


class DeathIn(Schema):
    id_number: str = Field(max_length=18)
    died_on: date


class DeathsIn(Schema):
    document: str = Field(max_length=200)
    rows: list[DeathIn] = Field(max_length=MOST_LINES)


def _permitted(request: Visit) -> QuerySet[Doubt]:
    if not access.may_see_doubts(request.member):
        raise NotAllowed
    return access.visible_doubts(request.member).select_related("owner")


def _one(request: Visit, pk: int) -> Doubt:
    return get_object_or_404(_permitted(request), pk=pk)


@router.get("/doubts", response=list[DoubtOut], operation_id="list_doubts")
@paginate
def list_doubts(request: Visit, stage: str = "", kind: str = "") -> QuerySet[Doubt]:
    """List doubtful items, those that wait for an answer in front."""
    chosen = {name: value for name, value in (("stage", stage), ("kind", kind)) if value}
    return queries.in_order(_permitted(request).filter(**chosen))


@router.get("/doubts/{int:doubt_id}", response=DoubtOut, operation_id="read_doubt")
def read_doubt(request: Visit, doubt_id: int) -> Doubt:
    """Read one doubtful item with the names of its rows."""
    return _one(request, doubt_id)


@router.post("/doubts/search", response=SearchOut, operation_id="search_doubts")
def search_doubts(request: Visit) -> Job:
    """Have every search for doubtful items run by the queue."""
    return actions.search_doubts(by_api(request), None)


@router.post("/doubts/compare-deaths", response=list[DoubtOut], operation_id="compare_deaths")
def compare_deaths(request: Visit, body: DeathsIn) -> list[Doubt]:
    """Compare a list of deaths with what was taken, brought and paid afterwards; the list is not kept."""
    rows: list[Any] = [DeathRow(**row.dict()) for row in body.rows]
    return actions.compare_deaths(by_api(request), None, rows=rows, document=body.document)


@router.post("/doubts/{int:doubt_id}/take", response=DoubtOut, operation_id="take_doubt")
def take_doubt(request: Visit, doubt_id: int) -> Doubt:
    """Take an item up, so that others see who looks into it."""
    return actions.take_doubt(by_api(request), _one(request, doubt_id))


@router.post("/doubts/{int:doubt_id}/explain", response=DoubtOut, operation_id="explain_doubt")
def explain_doubt(request: Visit, doubt_id: int, body: ReasonIn) -> Doubt:
    """Say why the rows are right as they are."""
    return actions.explain_doubt(by_api(request), _one(request, doubt_id), reason=body.reason)


@router.post("/doubts/{int:doubt_id}/put-right", response=DoubtOut, operation_id="put_right_doubt")
def put_right_doubt(request: Visit, doubt_id: int, body: ReasonIn) -> Doubt:
    """Say what was put right, and how."""
    return actions.put_right_doubt(by_api(request), _one(request, doubt_id), reason=body.reason)
