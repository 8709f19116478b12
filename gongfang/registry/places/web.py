"""Pages of places: divisions, and sites with their units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.registry.places import actions
from gongfang.registry.places.access import stem, visible_divisions, visible_sites
from gongfang.registry.places.forms import NarrowForm, SiteForm, UnitForm
from gongfang.registry.places.models import Division, Site
from gongfang.ui.doors import allowed, fill, workbook
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse

DM2_A_M2 = 100


def _divisions(request: Visit) -> QuerySet[Division]:
    narrow = NarrowForm(request.GET)
    found = (
        visible_divisions(request.member).filter(level__in=("township", "village")).select_related("parent")
    )
    township = narrow.cleaned_data["township"] if narrow.is_valid() else None
    return found.filter(code__startswith=stem(township.code)) if township else found


def _division_table(divisions: Iterable[Division], pages: Pages[Division] | None = None) -> Table:
    return Table(
        caption=_("Places"),
        columns=(
            Column("name", _("Name")),
            Column("code", _("Division code")),
            Column("level", _("Level")),
            Column("above", _("Belongs to")),
            Column("edition", _("Edition")),
        ),
        rows=[
            {
                "name": one.name,
                "code": one.code,
                "level": one.get_level_display(),
                "above": one.parent.name if one.parent else "",
                "edition": str(one.edition),
            }
            for one in divisions
        ],
        empty=_("No places are here yet. Load the list of divisions of this county."),
        export_url=reverse("places:divisions_sheet"),
        pages=pages,
    )


def division_list(request: Visit) -> HttpResponse:
    divisions = _divisions(request)
    pages = page_of(request, divisions)
    context = {
        "title": _("Places"),
        "answer": _("%(count)s townships and villages.") % {"count": number(pages.total)},
        "links": [Link(_("Sites"), reverse("places:sites"))],
        "narrow": NarrowForm(request.GET),
        "table": _division_table(pages.items, pages),
    }
    return render(request, "places/list.html", context)


def divisions_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _division_table(_divisions(request)))


def _sites(request: Visit) -> QuerySet[Any]:
    counted = visible_sites(request.member).annotate(units_here=Count("units"), area=Sum("units__area_dm2"))
    return counted.select_related("division").order_by("division", "pk")


def _site_table(sites: Iterable[Any], pages: Pages[Any] | None = None) -> Table:
    return Table(
        caption=_("Sites"),
        columns=(
            Column("name", _("Name"), "link"),
            Column("kind", _("Kind")),
            Column("division", _("Place")),
            Column("units", _("Units"), "number"),
            Column("area", _("Square metres"), "number"),
        ),
        rows=[
            {
                "name": Link(site.name, reverse("places:site", args=[site.pk])),
                "kind": site.get_kind_display(),
                "division": site.division.name,
                "units": site.units_here,
                "area": (site.area or 0) // DM2_A_M2,
            }
            for site in sites
        ],
        empty=_("No site is written down yet. Add the first one."),
        export_url=reverse("places:sites_sheet"),
        pages=pages,
    )


def site_list(request: Visit) -> HttpResponse:
    pages = page_of(request, _sites(request))
    links = (
        [Link(_("Add a site"), reverse("places:add_site"))]
        if request.member.holds("officer", "township")
        else []
    )
    context = {"title": _("Sites"), "links": links, "table": _site_table(pages.items, pages)}
    return render(request, "places/list.html", context)


def sites_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _site_table(_sites(request)))


def add_site(request: Visit) -> HttpResponse:
    form = SiteForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: actions.add_site(by, facts.pop("division"), **facts),
        title=_("Add a site"),
        submit=_("Add the site"),
        back=Link(_("Sites"), reverse("places:sites")),
        done=_("The site is written down."),
        then=lambda site: reverse("places:site", args=[site.pk]),
    )


def site(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(visible_sites(request.member).select_related("division"), pk=pk)
    units = found.units.order_by("pk")
    table = Table(
        caption=_("Units"),
        columns=(Column("name", _("Name")), Column("area", _("Square metres"), "number")),
        rows=[{"name": unit.name, "area": unit.area_dm2 // DM2_A_M2} for unit in units],
        empty=_("No unit is written down yet."),
    )
    may_add = actions.add_unit.may(request.member, found)
    context = {
        "title": found.name,
        "back": Link(_("Sites"), reverse("places:sites")),
        "answer": f"{found.get_kind_display()} · {found.division.name}",
        "links": [Link(_("Add a unit"), reverse("places:add_unit", args=[pk]))] if may_add else [],
        "table": table,
    }
    return render(request, "places/list.html", context)


def add_unit(request: Visit, pk: int) -> HttpResponse:
    found: Site = get_object_or_404(visible_sites(request.member), pk=pk)
    allowed(request, actions.add_unit, found)
    return fill(
        request,
        UnitForm(request.POST or None),
        lambda by, facts: actions.add_unit(by, found, name=facts["name"], area_dm2=facts["area"] * DM2_A_M2),
        title=_("Add a unit"),
        submit=_("Add the unit"),
        back=Link(found.name, reverse("places:site", args=[pk])),
        done=_("The unit is written down."),
    )
