"""Pages of what belongs to a person: wishes, limits, skills, consents, card, terms, and my own data."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.registry.people import actions
from gongfang.registry.people.forms import (
    AccountForm,
    ConsentForm,
    LimitsForm,
    SkillForm,
    TermsForm,
    WhyForm,
    WishForm,
)
from gongfang.registry.people.models import BankAccount, Consent, Look, Relation, Resident, Skill
from gongfang.registry.people.queries import looks_at, visible_residents
from gongfang.registry.people.web.residents import about, person_url, visible_or_404
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse


def back_to(request: Visit, person: Resident) -> Link:
    """Return the way back: to my own data, or to the person's page."""
    if request.member.resident_id == person.pk:
        return Link(_("My data"), reverse("people:me"))
    return Link(_("Back to the person"), person_url(person))


def wish(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.record_wish, person)
    before = getattr(person, "wish", None)
    return fill(
        request,
        WishForm(request.POST or None, initial=vars(before) if before else None),
        lambda by, facts: actions.record_wish(by, person, **facts),
        title=_("What the person wishes to make"),
        submit=_("Save"),
        back=back_to(request, person),
        done=_("The wish is written down. It can be changed at any time."),
    )


def limits(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.record_limits, person)
    there = {limit.kind: limit.value for limit in person.limits.all()}
    form = LimitsForm(
        request.POST or None, initial={"kinds": list(there), "hours_a_day": there.get("hours_a_day")}
    )
    return fill(
        request,
        form,
        lambda by, _facts: actions.record_limits(by, person, limits=form.limits()),
        title=_("What work must not ask"),
        submit=_("Save"),
        back=back_to(request, person),
        done=_("Written down. No reason is kept."),
    )


def skill(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.add_skill, person)
    return fill(
        request,
        SkillForm(request.POST or None),
        lambda by, facts: actions.add_skill(by, person, **facts),
        title=_("Add a skill"),
        submit=_("Add the skill"),
        back=back_to(request, person),
        done=_("The skill is written down."),
    )


def contest(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Skill.objects.select_related("resident", "kind"),
        pk=pk,
        resident__in=visible_residents(request.member),
    )
    allowed(request, actions.contest_pace, found)
    return fill(
        request,
        WhyForm(request.POST or None),
        lambda by, facts: actions.contest_pace(by, found, why=facts["why"]),
        title=_("This pace is wrong"),
        submit=_("Start counting anew"),
        back=back_to(request, found.resident),
        done=_("Counting starts anew. Until 20 hand-ins the usual pace counts."),
    )


def consent(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.give_consent, person)
    return fill(
        request,
        ConsentForm(request.POST or None),
        lambda by, facts: actions.give_consent(by, person, **facts),
        title=_("Give a consent"),
        submit=_("Agree"),
        back=back_to(request, person),
        done=_("The consent is written down. It can be taken back at any time."),
    )


def withdraw(request: Visit, pk: int) -> HttpResponse:
    found: Consent = get_object_or_404(
        Consent.objects.select_related("resident"), pk=pk, resident__in=visible_residents(request.member)
    )
    return press(
        request,
        lambda by: actions.withdraw_consent(by, found),
        to=back_to(request, found.resident).url,
        done=_("The consent is taken back."),
    )


def account(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.set_bank_account, person)
    return fill(
        request,
        AccountForm(request.POST or None),
        lambda by, facts: actions.set_bank_account(by, person, **facts),
        title=_("The person's own card"),
        submit=_("Save the card"),
        back=back_to(request, person),
        done=_("Payouts go to this card from now on."),
    )


def end_account(request: Visit, pk: int) -> HttpResponse:
    found: BankAccount = get_object_or_404(
        BankAccount.objects.select_related("resident"), pk=pk, resident__in=visible_residents(request.member)
    )
    return press(
        request,
        lambda by: actions.end_bank_account(by, found),
        to=back_to(request, found.resident).url,
        done=_("Nothing more is paid to this card."),
    )


def terms(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.agree_terms, person)
    return fill(
        request,
        TermsForm(request.POST or None),
        lambda by, facts: actions.agree_terms(by, person, **facts),
        title=_("Agree the terms"),
        submit=_("Agree"),
        back=back_to(request, person),
        done=_("The terms run from today."),
    )


def end_terms(request: Visit, pk: int) -> HttpResponse:
    found: Relation = get_object_or_404(
        Relation.objects.select_related("resident"), pk=pk, resident__in=visible_residents(request.member)
    )
    return press(
        request,
        lambda by: actions.end_relation(by, found),
        to=back_to(request, found.resident).url,
        done=_("The terms have ended. What was earned stays owed."),
    )


def _own(request: Visit) -> Resident:
    own = visible_residents(request.member).filter(pk=request.member.resident_id or 0)
    person = own.select_related("division", "household", "wish", "income_wish").first()
    if person is None:
        raise Http404
    return person


def _look_table(looks: Any, pages: Pages[Look] | None = None) -> Table:
    return Table(
        caption=_("Who looked at my data"),
        columns=(
            Column("viewer", _("Who looked")),
            Column("moment", _("When"), "moment"),
            Column("page", _("On which page")),
            Column("purpose", _("What for")),
        ),
        rows=[
            {
                "viewer": look.viewer.name,
                "moment": look.looked_at,
                "page": said_page(look.page),
                "purpose": look.purpose or _("seen masked"),
            }
            for look in looks
        ],
        empty=_("Nobody has looked at your data."),
        export_url=reverse("people:looks_sheet"),
        pages=pages,
    )


def said_page(page: str) -> str:
    """Return how the page of a look is called to the person."""
    said = {
        "residents": _("list of residents"),
        "residents_sheet": _("list of residents, as a sheet"),
        "resident": _("my page in the register"),
        "household": _("my household"),
        "makers": _("list of makers"),
        "makers_sheet": _("list of makers, as a sheet"),
        "api": _("through the interface for machines"),
        "dispatch.workshop": _("sharing out at the workshop"),
        "dispatch.plan": _("plan of the work"),
        "dispatch.lots": _("list of lots"),
        "dispatch.lot": _("page of a lot"),
        "bags": _("list of bags"),
        "bag": _("page of a bag"),
        "labels": _("labels of bags"),
        "pack": _("packing bags"),
        "issue": _("issuing bags"),
        "hand_in": _("taking hand-ins"),
        "to_inspect": _("list to inspect"),
        "verdict": _("inspection"),
        "my_bags": _("page of somebody who shares a bag with me"),
        "mendings": _("list of mended pieces"),
        "part": _("taking hand-ins"),
        "give_to_mend": _("giving pieces to mend"),
        "appeals": _("questions about verdicts"),
        "slips": _("list of slips"),
        "slip": _("my slip"),
        "people": _("people of an operator"),
        "terms": _("my terms with an operator"),
        "advances": _("list of advances"),
        "payable": _("list of what is owed"),
        "batch": _("payout batch"),
        "payout": _("my payout"),
        "bank_sheet": _("sheet for the bank"),
        "registers": _("registers"),
        "tax_list": _("tax list"),
    }
    return said.get(page, page)


def me(request: Visit) -> HttpResponse:
    person = _own(request)
    pages = page_of(request, looks_at(person))
    context = {
        "title": _("My data"),
        "person": person,
        "age": person.age_on(clock.today()),
        "table": _look_table(pages.items, pages),
        **about(person, request.member),
    }
    return render(request, "people/me.html", context)


def looks_sheet(request: Visit) -> HttpResponse:
    return sheet(request, looks_at(_own(request)), _look_table)
