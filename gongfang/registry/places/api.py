"""Places for machines."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from gongfang.core.doors import by_api
from gongfang.registry.places import actions
from gongfang.registry.places.access import stem, visible_divisions, visible_sites
from gongfang.registry.places.divisions import DivisionRow
from gongfang.registry.places.models import Division, Site, Unit

router = Router(tags=["places"])


class DivisionOut(Schema):
    code: str
    level: str
    name: str
    parent_id: str | None
    edition: int


class DivisionIn(Schema):
    code: str
    level: str
    name: str
    parent: str = ""
    edition: int


class LoadDivisions(Schema):
    rows: list[DivisionIn]


class Loaded(Schema):
    rows: int


class SiteOut(Schema):
    id: int
    kind: str
    name: str
    division_id: str


class AddSite(Schema):
    division: str
    kind: Site.Kind
    name: str


class UnitOut(Schema):
    id: int
    site_id: int
    name: str
    area_dm2: int


class AddUnit(Schema):
    name: str
    area_dm2: int


@router.get("/divisions", response=list[DivisionOut], operation_id="list_divisions")
@paginate
def list_divisions(request: HttpRequest, level: str = "", within: str = "") -> object:
    """List divisions, of one level or below one place."""
    found = visible_divisions(request.member)  # type: ignore[attr-defined]
    found = found.filter(level=level) if level else found
    return found.filter(code__startswith=stem(within)) if within else found


@router.post("/divisions", response=Loaded, operation_id="load_divisions")
def load_divisions(request: HttpRequest, body: LoadDivisions) -> object:
    """Take in a list of divisions."""
    rows = [DivisionRow(**row.dict()) for row in body.rows]
    return {"rows": actions.load_divisions(by_api(request), None, rows=rows)}


@router.get("/sites", response=list[SiteOut], operation_id="list_sites")
@paginate
def list_sites(request: HttpRequest) -> object:
    """List the sites."""
    return visible_sites(request.member).order_by("pk")  # type: ignore[attr-defined]


@router.post("/sites", response=SiteOut, operation_id="add_site")
def add_site(request: HttpRequest, body: AddSite) -> object:
    """Write down a site."""
    division = get_object_or_404(Division, code=body.division)
    return actions.add_site(by_api(request), division, kind=body.kind, name=body.name)


@router.get("/sites/{int:site_id}/units", response=list[UnitOut], operation_id="list_units")
@paginate
def list_units(request: HttpRequest, site_id: int) -> object:
    """List the units of a site."""
    return Unit.objects.filter(site=site_id, site__in=visible_sites(request.member)).order_by("pk")  # type: ignore[attr-defined]


@router.post("/sites/{int:site_id}/units", response=UnitOut, operation_id="add_unit")
def add_unit(request: HttpRequest, site_id: int, body: AddUnit) -> object:
    """Write down a unit of a site."""
    site = get_object_or_404(Site, pk=site_id)
    return actions.add_unit(by_api(request), site, name=body.name, area_dm2=body.area_dm2)
