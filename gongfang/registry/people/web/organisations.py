"""Pages of organisations: the list, one with its people, and taking people on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.composed import ByKeys, Given, one
from gongfang.core.doors import Visit
from gongfang.core.errors import Refused
from gongfang.core.members import Member
from gongfang.core.models import User
from gongfang.registry.people import access, actions
from gongfang.registry.people.actions.seats import WITH_SEATS
from gongfang.registry.people.forms import (
    AmendOrganisationForm,
    GiveRoleForm,
    OrganisationForm,
    PersonForm,
    SeatsForm,
    StaffForm,
)
from gongfang.registry.people.models import Organisation, Resident
from gongfang.registry.people.queries import (
    makers_of,
    seats_of,
    seats_on,
    visible_organisations,
    visible_residents,
    visible_roles,
    with_sizes,
)
from gongfang.registry.people.web.residents import resident_table, seen_table
from gongfang.registry.people.web.roles import role_table
from gongfang.registry.people.web.seats import seats_told, sentence
from gongfang.ui.doors import allowed, fill, press, workbook
from gongfang.ui.formats import number
from gongfang.ui.parts import Link, Tag
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse


def organisation_url(organisation: Organisation) -> str:
    """Return the address of an organisation's page."""
    return reverse("people:organisation", args=[organisation.pk])


def _listed(request: Visit) -> QuerySet[Any]:
    found = visible_organisations(request.member)
    kind = request.GET.get("kind", "")
    found = found.filter(kind=kind) if kind in Organisation.Kind.values else found
    return found.order_by("closed_on", "kind", "pk")


_SIZED = ByKeys(lambda: with_sizes(Organisation.objects.select_related("division"), Given("day")))


def _read(keys: Sequence[int]) -> list[Organisation]:
    return _SIZED.read(keys, day=clock.today())


def _table(organisations: Any, pages: Pages[Any] | None = None) -> Table:
    return Table(
        caption=_("Organisations"),
        columns=(
            Column("name", _("Name"), "link"),
            Column("kind", _("Kind")),
            Column("category", _("Kind of workshop")),
            Column("division", _("Place")),
            Column("makers", _("Makers"), "number"),
            Column("opened_on", _("Opened on"), "date"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[_row(one) for one in organisations],
        empty=_("No organisation is here yet. Add the first one."),
        export_url=reverse("people:organisations_sheet"),
        pages=pages,
    )


def _row(one: Any) -> dict[str, Any]:
    return {
        "name": Link(one.name, organisation_url(one)),
        "kind": one.get_kind_display(),
        "category": one.get_category_display(),
        "division": one.division.name,
        "makers": one.makers,
        "opened_on": one.opened_on,
        "status": Tag(_("closed down")) if one.closed_on else Tag(_("in business"), "done"),
    }


def organisation_list(request: Visit) -> HttpResponse:
    pages = page_of(request, _listed(request), _read)
    may_add = request.member.holds("officer", "township")
    links = [Link(_("Add an organisation"), reverse("people:add_organisation"))] if may_add else []
    context = {
        "title": _("Organisations"),
        "answer": _("%(count)s organisations.") % {"count": number(pages.total)},
        "links": links,
        "table": _table(pages.items, pages),
    }
    return render(request, "places/list.html", context)


def organisations_sheet(request: Visit) -> HttpResponse:
    listed = with_sizes(_listed(request).select_related("division"), clock.today())
    return workbook(request, _table(listed))


def add_organisation(request: Visit) -> HttpResponse:
    return fill(
        request,
        OrganisationForm(request.POST or None),
        lambda by, facts: actions.add_organisation(by, facts.pop("division"), **facts),
        title=_("Add an organisation"),
        submit=_("Add the organisation"),
        back=Link(_("Organisations"), reverse("people:organisations")),
        done=_("The organisation is written down."),
        then=organisation_url,
    )


def visible_or_404(request: Visit, pk: int) -> Organisation:
    """Return an organisation the visitor may see."""
    return one(visible_organisations(request.member).select_related("division"), pk=pk)


def _makers(member: Member, found: Organisation) -> QuerySet[Resident]:
    return (
        visible_residents(member)
        .filter(pk__in=makers_of(found).values("pk"))
        .select_related("division")
        .order_by("pk")
    )


def organisation(request: Visit, pk: int) -> HttpResponse:
    found = visible_or_404(request, pk)
    pages = page_of(request, _makers(request.member, found))
    actions.seen(request.member, pages.items, page="makers")
    roles = visible_roles(request.member).filter(organisation=found, until=None).exclude(role="maker")
    context = {
        "title": found.name,
        "back": Link(_("Organisations"), reverse("people:organisations")),
        "organisation": found,
        "roles": role_table(
            request.member, roles.select_related("user", "organisation", "division").order_by("pk")
        ),
        "table": resident_table(
            request.member, pages.items, pages, export_url=reverse("people:makers_sheet", args=[pk])
        ),
        "has_makers": bool(pages.items) or access.may_give(request.member, found, "maker"),
        "may_amend": actions.amend_organisation.may(request.member, found),
        "may_seats": found.kind in WITH_SEATS
        and not found.closed_on
        and actions.set_seats.may(request.member, found),
        **seats_told(found, clock.today()),
        "may_close": actions.close_organisation.may(request.member, found) and not found.closed_on,
        "may_take_on": not found.closed_on and access.may_give(request.member, found, "maker"),
        "may_staff": not found.closed_on and access.may_give(request.member, found, "clerk"),
    }
    return render(request, "people/organisation.html", context)


def set_seats(request: Visit, pk: int) -> HttpResponse:
    found, today = visible_or_404(request, pk), clock.today()
    allowed(request, actions.set_seats, found)
    told = seats_of(found)
    now = seats_on(told, today)
    initial = {"seats": now.seats, "hours": now.minutes_a_day // 60} if now else {"hours": 8}
    return fill(
        request,
        SeatsForm(request.POST or None, initial={**initial, "since": today}),
        lambda by, facts: actions.set_seats(by, found, **SeatsForm.told(facts)),
        title=_("Places to work at"),
        submit=_("Save"),
        back=_back(found),
        done=_("Plans put no more people at work here at once than there are places."),
        answer=sentence(told, today),
    )


def makers_sheet(request: Visit, pk: int) -> HttpResponse:
    makers = _makers(request.member, visible_or_404(request, pk))
    return sheet(request, makers, lambda rows: seen_table(request.member, rows, page="makers_sheet"))


def _back(found: Organisation) -> Link:
    return Link(found.name, organisation_url(found))


def amend(request: Visit, pk: int) -> HttpResponse:
    found = visible_or_404(request, pk)
    allowed(request, actions.amend_organisation, found)
    return fill(
        request,
        AmendOrganisationForm(request.POST or None, initial={"name": found.name, "phone": found.phone}),
        lambda by, facts: actions.amend_organisation(by, found, **facts),
        title=_("Amend"),
        submit=_("Save"),
        back=_back(found),
        done=_("Saved."),
    )


def close(request: Visit, pk: int) -> HttpResponse:
    found = visible_or_404(request, pk)
    return press(
        request,
        lambda by: actions.close_organisation(by, found),
        to=organisation_url(found),
        done=_("The organisation is closed, and every role there has ended."),
    )


def take_on(request: Visit, pk: int) -> HttpResponse:
    found = visible_or_404(request, pk)
    allowed(request, actions.take_on, found)
    form = PersonForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, _facts: actions.take_on(by, found, row=form.row()),
        title=_("Take somebody on"),
        submit=_("Take on"),
        back=_back(found),
        done=_("The person makes here from today."),
    )


def add_staff(request: Visit, pk: int) -> HttpResponse:
    found = visible_or_404(request, pk)
    allowed(request, actions.add_staff, found)
    return fill(
        request,
        StaffForm(request.POST or None).offering(request.member, found),
        lambda by, facts: actions.add_staff(by, found, **facts),
        title=_("Add somebody with a login"),
        submit=_("Add"),
        back=_back(found),
        done=_("The login is made. Tell the person the first password yourself."),
    )


def give_role(request: Visit, pk: int) -> HttpResponse:
    found = visible_or_404(request, pk)
    allowed(request, actions.give_role, found)
    return fill(
        request,
        GiveRoleForm(request.POST or None).offering(request.member, found),
        lambda by, facts: actions.give_role(
            by, found, user=user_named(facts["username"]), role=facts["role"]
        ),
        title=_("Give a role"),
        submit=_("Give the role"),
        back=_back(found),
        done=_("The role runs from today."),
    )


def user_named(username: str) -> User:
    """Return the active login of this name, or refuse with the field."""
    user = User.objects.filter(username__iexact=username.strip(), is_active=True, is_system=False).first()
    if user is None:
        raise Refused(_("Nobody has this user name. Ask the person how they log in."), field="username")
    return user
