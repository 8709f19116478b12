"""Pages of households and what they are entitled as."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.registry.people import actions
from gongfang.registry.people.forms import HouseholdForm, StatusForm
from gongfang.registry.people.models import Household, HouseholdStatus, Resident
from gongfang.registry.people.queries import running, visible_households, visible_residents
from gongfang.registry.people.web.residents import resident_table
from gongfang.registry.places.access import stem
from gongfang.registry.places.forms import NarrowForm
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.formats import full_day, number
from gongfang.ui.parts import Link, Verb
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse


def household_url(household: Household) -> str:
    """Return the address of a household's page."""
    return reverse("people:household", args=[household.pk])


def _listed(request: Visit) -> QuerySet[Any]:
    current = HouseholdStatus.objects.filter(running(clock.today()))
    found = visible_households(request.member).select_related("division").order_by("pk")
    narrow = NarrowForm(request.GET)
    township = narrow.cleaned_data["township"] if narrow.is_valid() else None
    if township:
        found = found.filter(division__code__startswith=stem(township.code))
    living = Resident.objects.filter(household=OuterRef("pk")).order_by().values("household")
    people = Coalesce(Subquery(living.annotate(number=Count("pk")).values("number")), 0)
    return found.annotate(people=people).prefetch_related(
        Prefetch("statuses", queryset=current, to_attr="current")
    )


def _table(households: Any, pages: Pages[Any] | None = None) -> Table:
    return Table(
        caption=_("Households"),
        columns=(
            Column("code", _("Household code"), "link"),
            Column("division", _("Place")),
            Column("people", _("Head count"), "number"),
            Column("status", _("Entitled as")),
        ),
        rows=[
            {
                "code": Link(household.code, household_url(household)),
                "division": household.division.name,
                "people": household.people,
                "status": "、".join(status.get_kind_display() for status in household.current),
            }
            for household in households
        ],
        empty=_("No household is here. Households come in with a roster, or add one."),
        export_url=reverse("people:households_sheet"),
        pages=pages,
    )


def household_list(request: Visit) -> HttpResponse:
    pages = page_of(request, _listed(request))
    may_add = request.member.holds("officer", "township")
    context = {
        "title": _("Households"),
        "back": Link(_("Residents"), reverse("people:residents")),
        "answer": _("%(count)s households.") % {"count": number(pages.total)},
        "links": [Link(_("Add a household"), reverse("people:add_household"))] if may_add else [],
        "narrow": NarrowForm(request.GET),
        "table": _table(pages.items, pages),
    }
    return render(request, "places/list.html", context)


def households_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _listed(request), _table)


def add_household(request: Visit) -> HttpResponse:
    return fill(
        request,
        HouseholdForm(request.POST or None),
        lambda by, facts: actions.add_household(by, facts["division"], code=facts["code"]),
        title=_("Add a household"),
        submit=_("Add the household"),
        back=Link(_("Households"), reverse("people:households")),
        done=_("The household is written down."),
        then=household_url,
    )


def household(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(visible_households(request.member).select_related("division"), pk=pk)
    people = list(
        visible_residents(request.member).filter(household=found).select_related("division").order_by("pk")
    )
    actions.seen(request.member, people, page="household")
    may_add = actions.add_status.may(request.member, found)
    context = {
        "title": found.code,
        "back": Link(_("Households"), reverse("people:households")),
        "household": found,
        "statuses": _status_table(found, may_end=may_add),
        "table": resident_table(request.member, people),
        "may_add": may_add,
    }
    return render(request, "people/household.html", context)


def _status_table(found: Household, *, may_end: bool) -> Table:
    today = clock.today()
    verbs = (Column("end", "", "verb"),) if may_end else ()
    return Table(
        caption=_("What the household is entitled as"),
        columns=(
            Column("kind", _("Entitled as")),
            Column("since", _("Since"), "date"),
            Column("until", _("Until"), "date"),
            *verbs,
        ),
        rows=[
            {
                "kind": status.get_kind_display(),
                "since": status.since,
                "until": status.until,
                "end": Verb(_("End today"), reverse("people:end_status", args=[status.pk]))
                if status.until is None or status.until > today
                else None,
            }
            for status in found.statuses.order_by("-since", "-pk")
        ],
        empty=_("Nothing is written down about this household."),
    )


def add_status(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(visible_households(request.member), pk=pk)
    allowed(request, actions.add_status, found)
    return fill(
        request,
        StatusForm(request.POST or None, initial={"since": clock.today()}),
        lambda by, facts: actions.add_status(by, found, **facts),
        title=_("Write down a status"),
        submit=_("Save"),
        back=Link(found.code, household_url(found)),
        done=_("The status runs."),
    )


def end_status(request: Visit, pk: int) -> HttpResponse:
    status = get_object_or_404(
        HouseholdStatus.objects.select_related("household"),
        pk=pk,
        household__in=visible_households(request.member),
    )
    return press(
        request,
        lambda by: actions.end_status(by, status),
        to=household_url(status.household),
        done=_("The status ended on %(day)s.") % {"day": full_day(clock.today())},
    )
