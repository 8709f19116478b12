"""What somebody says for the next plan: days they are away, and what they would like to earn a week."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.registry.people import actions
from gongfang.registry.people.forms import AwayForm, IncomeForm
from gongfang.registry.people.models import Absence, IncomeWish
from gongfang.registry.people.queries import visible_residents
from gongfang.registry.people.web.own import back_to
from gongfang.registry.people.web.residents import visible_or_404
from gongfang.ui.doors import allowed, fill, press


def be_away(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.be_away, person)
    return fill(
        request,
        AwayForm(request.POST or None),
        lambda by, facts: actions.be_away(by, person, **facts),
        title=_("Not on these days"),
        submit=_("Do not ask on these days"),
        back=back_to(request, person),
        done=_("Written down. Nothing follows from it, and it is deleted once the days are over."),
        answer=_("Nobody asks why. What was promised stays promised; nothing new is asked for these days."),
    )


def come_back(request: Visit, pk: int) -> HttpResponse:
    found: Absence = get_object_or_404(
        Absence.objects.select_related("resident"), pk=pk, resident__in=visible_residents(request.member)
    )
    return press(
        request,
        lambda by: actions.come_back(by, found),
        to=back_to(request, found.resident).url,
        done=_("The next plan thinks of these days again."),
    )


def wish_income(request: Visit, pk: int) -> HttpResponse:
    person = visible_or_404(request, pk)
    allowed(request, actions.wish_income, person)
    before = IncomeWish.objects.filter(resident=person).first()
    return fill(
        request,
        IncomeForm(request.POST or None, initial={"week_hao": before.week_hao} if before else None),
        lambda by, facts: actions.wish_income(by, person, **facts),
        title=_("What I would like to earn a week"),
        submit=_("Save"),
        back=back_to(request, person),
        done=_("Plans aim for it; it is no promise. It can be changed at any time."),
        answer=_("Only the person and the desk of their workshop read it."),
    )
