"""Pages of roles: who may do what, and ending it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.registry.people import access, actions
from gongfang.registry.people.forms import SkillKindForm, StaffForm
from gongfang.registry.people.models import Role, SkillKind
from gongfang.registry.people.queries import visible_roles
from gongfang.registry.places.forms import PlaceField
from gongfang.registry.places.models import Division
from gongfang.ui.doors import fill, press, workbook
from gongfang.ui.formats import number
from gongfang.ui.parts import Link, Verb
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse


def role_table(
    member: Member, roles: Iterable[Role], pages: Pages[Role] | None = None, *, export_url: str = ""
) -> Table:
    """Return roles with their holders; a maker's name is masked."""
    held = list(roles)
    resettable = access.resettable(member, [role.user_id for role in held])
    return Table(
        caption=_("Roles"),
        columns=(
            Column("who", _("Who")),
            Column("role", _("Role")),
            Column("where", _("Over what")),
            Column("since", _("Since"), "date"),
            Column("password", "", "link"),
            Column("end", "", "verb"),
        ),
        rows=[_row(member, role, may_reset=role.user_id in resettable) for role in held],
        empty=_("Nobody holds a role here yet."),
        export_url=export_url,
        pages=pages,
    )


def _row(member: Member, role: Role, *, may_reset: bool) -> dict[str, Any]:
    scope = role.organisation or role.division
    return {
        "who": role.user.name,
        "role": role.get_role_display(),
        "where": scope.name if scope else "",
        "since": role.since,
        "password": Link(_("New password"), reverse("people:reset_password", args=[role.user_id]))
        if may_reset
        else None,
        "end": Verb(_("End today"), reverse("people:end_role", args=[role.pk]))
        if access.may_end_role(member, role)
        else None,
    }


def _listed(request: Visit) -> QuerySet[Role]:
    """The roles of those who run things; makers stand in the lists of their workshops."""
    found = visible_roles(request.member).filter(until=None).exclude(role=Role.Name.MAKER)
    return found.select_related("user", "division", "organisation").order_by("role", "pk")


def role_list(request: Visit) -> HttpResponse:
    pages = page_of(request, _listed(request))
    may_add = request.member.holds("officer", "township")
    links = [Link(_("Add an officer"), reverse("people:add_officer"))] if may_add else []
    links += [Link(_("Skills"), reverse("people:skill_kinds"))] if may_add else []
    context = {
        "title": _("Roles"),
        "answer": _("%(count)s roles are held. Each ends with one press, from today on.")
        % {"count": number(pages.total)},
        "links": links,
        "table": role_table(request.member, pages.items, pages, export_url=reverse("people:roles_sheet")),
    }
    return render(request, "places/list.html", context)


def roles_sheet(request: Visit) -> HttpResponse:
    return workbook(request, role_table(request.member, _listed(request)))


def end_role(request: Visit, pk: int) -> HttpResponse:
    role = get_object_or_404(visible_roles(request.member).select_related("division", "organisation"), pk=pk)
    to = (
        reverse("people:organisation", args=[role.organisation_id])
        if role.organisation_id
        else reverse("people:roles")
    )
    return press(request, lambda by: actions.end_role(by, role), to=to, done=_("The role has ended."))


class OfficerForm(StaffForm):
    """A login with a role over a place."""

    division = PlaceField(label=_("County, township or village"))


def add_officer(request: Visit) -> HttpResponse:
    form = OfficerForm(request.POST or None).offering(request.member, _highest(request.member))
    return fill(
        request,
        form,
        lambda by, facts: actions.add_officer(by, facts.pop("division"), **facts),
        title=_("Add an officer"),
        submit=_("Add"),
        back=Link(_("Roles"), reverse("people:roles")),
        done=_("The login is made. Tell the person the first password yourself."),
    )


def _highest(member: Member) -> Division:
    """Return the widest place the member has a role over."""
    places = sorted(grant.place for grant in member.grants if grant.place)
    return Division.objects.filter(code__in=places).order_by("code").first() or Division()


def _kind_table(kinds: Any, pages: Pages[SkillKind] | None = None) -> Table:
    return Table(
        caption=_("Skills"),
        columns=(Column("name", _("Name")), Column("code", _("Code"))),
        rows=kinds,
        empty=_("No skill is named yet. Name those that steps will ask for."),
        export_url=reverse("people:skill_kinds_sheet"),
        pages=pages,
    )


def skill_kinds(request: Visit) -> HttpResponse:
    pages = page_of(request, SkillKind.objects.order_by("code"))
    may_add = access.may_add_skill_kind(request.member, None)
    context = {
        "title": _("Skills"),
        "back": Link(_("Roles"), reverse("people:roles")),
        "links": [Link(_("Add a skill"), reverse("people:add_skill_kind"))] if may_add else [],
        "table": _kind_table(pages.items, pages),
    }
    return render(request, "places/list.html", context)


def skill_kinds_sheet(request: Visit) -> HttpResponse:
    return workbook(request, _kind_table(SkillKind.objects.order_by("code")))


def add_skill_kind(request: Visit) -> HttpResponse:
    return fill(
        request,
        SkillKindForm(request.POST or None),
        lambda by, facts: actions.add_skill_kind(by, None, **facts),
        title=_("Add a skill"),
        submit=_("Add the skill"),
        back=Link(_("Skills"), reverse("people:skill_kinds")),
        done=_("The skill is on the list."),
    )
