"""Pages of residents: the list, one person masked or looked at, and what may be written down of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.composed import one
from gongfang.core.doors import Visit, attempt
from gongfang.core.errors import NotAllowed
from gongfang.core.members import Member
from gongfang.registry.people import actions
from gongfang.registry.people.access import may_amend_resident, may_contest, runs_centre
from gongfang.registry.people.forms import AmendForm, EnrolForm, LookForm, PersonForm, SearchForm
from gongfang.registry.people.models import IncomeWish, Look, Resident
from gongfang.registry.people.queries import (
    Revealed,
    account_of,
    names,
    revealed,
    search,
    visible_residents,
)
from gongfang.registry.places.access import stem
from gongfang.registry.places.forms import NarrowForm
from gongfang.registry.places.models import Division
from gongfang.ui.doors import allowed, fill
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse


def person_url(resident: Resident) -> str:
    """Return the address of a person's page."""
    return reverse("people:resident", args=[resident.pk])


def _listed(request: Visit) -> QuerySet[Resident]:
    found = visible_residents(request.member).select_related("division", "household").order_by("pk")
    narrow = NarrowForm(request.GET)
    township = narrow.cleaned_data["township"] if narrow.is_valid() else None
    return found.filter(division__code__startswith=stem(township.code)) if township else found


def resident_table(
    member: Member,
    residents: Sequence[Resident],
    pages: Pages[Resident] | None = None,
    *,
    export_url: str = "",
) -> Table:
    """Return the list of people as this member may see them, masked."""
    shown = names(member, residents)
    return Table(
        caption=_("Residents"),
        columns=(
            Column("name", _("Full name"), "link"),
            Column("id_number", _("ID number")),
            Column("phone", _("Phone")),
            Column("sex", _("Sex")),
            Column("age", _("Age"), "number"),
            Column("division", _("Place")),
            Column("capacity", _("Labour capacity")),
            Column("away", _("Cannot go away for work")),
        ),
        rows=[_row(resident, shown[resident.pk]) for resident in residents],
        empty=_("Nobody is here. Search otherwise, add a person, or bring a roster."),
        export_url=export_url,
        pages=pages,
    )


def _row(resident: Resident, name: str) -> dict[str, Any]:
    return {
        "name": Link(name, person_url(resident)),
        "id_number": str(resident.id_number),
        "phone": str(resident.phone) if resident.phone else None,
        "sex": resident.get_sex_display(),
        "age": resident.age_on(clock.today()),
        "division": resident.division.name,
        "capacity": resident.get_capacity_display(),
        "away": _("yes") if resident.cannot_work_away else _("no"),
    }


def resident_list(request: Visit) -> HttpResponse:
    finder = SearchForm(request.POST or None)
    residents = _listed(request)
    if finder.is_bound and finder.is_valid():
        residents = search(residents, finder.cleaned_data["text"])
    pages = page_of(request, residents)
    actions.seen(request.member, pages.items, page="residents")
    query = request.GET.urlencode()
    context = {
        "title": _("Residents"),
        "answer": _("%(count)s people. Names and numbers are masked; open a person to look with a purpose.")
        % {"count": number(pages.total)},
        "links": _links(request.member),
        "search": finder,
        "narrow": NarrowForm(request.GET),
        "table": resident_table(
            request.member, pages.items, pages, export_url=f"{reverse('people:residents_sheet')}?{query}"
        ),
    }
    return render(request, "people/residents.html", context)


def _links(member: Member) -> list[Link]:
    links = []
    if member.holds("officer", "township", "manager", "clerk", "agent"):
        links.append(Link(_("Add a person"), reverse("people:add_resident")))
    if member.holds("officer", "township"):
        links.append(Link(_("Bring a roster"), reverse("people:rosters")))
    if member.holds("officer", "township", "steward", "auditor"):
        links.append(Link(_("Households"), reverse("people:households")))
    return links


def residents_sheet(request: Visit) -> HttpResponse:
    return sheet(
        request, _listed(request), lambda rows: seen_table(request.member, rows, page="residents_sheet")
    )


def seen_table(member: Member, residents: Sequence[Resident], *, page: str) -> Table:
    """Return people as a table, and write down that they were seen on this page."""
    actions.seen(member, residents, page=page)
    return resident_table(member, residents)


def add_resident(request: Visit) -> HttpResponse:
    form = PersonForm(request.POST or None)
    return fill(
        request,
        form,
        lambda by, facts: (
            actions.add_resident(by, _county_of(facts["division"]), row=form.row())
            if runs_centre(request.member)
            else actions.add_resident(by, facts["division"], row=form.row())
        ),
        title=_("Add a person"),
        submit=_("Add the person"),
        back=Link(_("Residents"), reverse("people:residents")),
        done=_("The person is in the register."),
        then=lambda resident: _page_or_list(request.member, resident),
    )


def _county_of(division: Division) -> Division:
    return Division.objects.get(code=f"{division.code[:6]}000000")


def _page_or_list(member: Member, resident: Resident) -> str:
    """A clerk who wrote somebody down sees them only once they make for the workshop."""
    seen_now = visible_residents(member).filter(pk=resident.pk).exists()
    return person_url(resident) if seen_now else reverse("people:residents")


def visible_or_404(request: Visit, pk: int) -> Resident:
    """Return a resident the visitor may see."""
    found = visible_residents(request.member).select_related("division", "household", "user", "wish")
    return one(found, pk=pk)


def resident(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    opened = _opened(request, person)
    actions.seen(request.member, [person], page="resident")
    name = names(request.member, [person])[person.pk]
    context = {
        "title": opened.name if opened else name,
        "back": Link(_("Residents"), reverse("people:residents")),
        "person": person,
        "opened": opened,
        "age": person.age_on(clock.today()),
        "may_look": actions.look.may(request.member, person),
        "may_amend": may_amend_resident(request.member, person),
        "may_own": actions.record_wish.may(request.member, person),
        "may_card": actions.set_bank_account.may(request.member, person),
        "may_enrol": not (person.user and person.user.has_usable_password())
        and actions.enrol_user.may(request.member, person),
        "may_reset": person.user
        and person.user.has_usable_password()
        and actions.reset_password.may(request.member, person.user),
        "look": LookForm(),
        **about(person, request.member),
    }
    return render(request, "people/resident.html", context)


def about(person: Resident, member: Member) -> dict[str, Any]:
    """Return what is written down of a person, as far as this member may read it."""
    own = actions.record_wish.may(member, person)
    says_yes = actions.give_consent.may(member, person)
    return {
        "may_contest": may_contest(member, person),
        "may_consent": says_yes,
        "wish": getattr(person, "wish", None) if own else None,
        "may_income": actions.wish_income.may(member, person),
        "income": _income(person, member),
        "absences": list(person.absences.filter(until__gt=clock.today()).order_by("since")) if own else [],
        "limits": list(person.limits.all()) if own or member.holds("inspector") else [],
        "skills": list(person.skills.select_related("kind")),
        "terms": [
            (terms, actions.end_relation.may(member, terms))
            for terms in person.relations.filter(until=None).select_related("organisation")
        ],
        "may_terms": actions.agree_terms.may(member, person),
        "statuses": list(person.household.statuses.order_by("since")) if own and person.household else [],
        "consents": list(person.consents.filter(withdrawn_at=None)) if says_yes else [],
        "account": account_of(person) if actions.set_bank_account.may(member, person) else None,
    }


def _income(person: Resident, member: Member) -> IncomeWish | None:
    """Return what the person would like to earn a week, to themselves and to the desk that plans with them."""
    return getattr(person, "income_wish", None) if actions.wish_income.may(member, person) else None


def _opened(request: Visit, person: Resident) -> Revealed | None:
    """Return the person unmasked when the visitor has just looked with a purpose."""
    key = request.GET.get("look", "")
    line = (
        Look.objects.filter(pk=key, resident=person).select_related("resident").first()
        if key.isdecimal()
        else None
    )
    if line is None:
        return None
    try:
        return revealed(request.member, line)
    except NotAllowed:
        return None


def look(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.look, person)
    form = LookForm(request.POST or None)
    if form.is_bound and form.is_valid():
        line = attempt(
            request, lambda by: actions.look(by, person, purpose=form.cleaned_data["purpose"]), form=form
        )
        if line is not None:
            return redirect(f"{person_url(person)}?look={line.pk}")
    page = {
        "form": form,
        "title": _("Look at a person"),
        "submit": _("Look"),
        "back": Link(_("Back to the person"), person_url(person)),
    }
    return render(request, "ui/form.html", page, status=422 if form.is_bound else 200)


def amend(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.amend_resident, person)
    initial = {"cannot_work_away": person.cannot_work_away, "capacity": person.capacity}
    return fill(
        request,
        AmendForm(request.POST or None, initial=initial),
        lambda by, facts: actions.amend_resident(
            by, person, **{name: value for name, value in facts.items() if value not in ("", None)}
        ),
        title=_("Amend"),
        submit=_("Save"),
        back=Link(_("Back to the person"), person_url(person)),
        done=_("Saved."),
    )


def enrol(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.enrol_user, person)
    return fill(
        request,
        EnrolForm(request.POST or None),
        lambda by, facts: actions.enrol_user(by, person, **facts),
        title=_("Give a login"),
        submit=_("Give the login"),
        back=Link(_("Back to the person"), person_url(person)),
        done=_("The login is made. Tell the person the first password yourself."),
    )
