"""The maker's page: what I am asked, what I hold, what work there is."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongfang.core import clock
from gongfang.core.doors import Visit, attempt
from gongfang.registry.people.models import Resident
from gongfang.ui.doors import press
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import access, actions
from gongfang.work.dispatch.forms import TakeForm
from gongfang.work.dispatch.models import Offer
from gongfang.work.dispatch.queries import Opening, Proposed, offers_for, open_lots_of, open_work_for


@dataclass(frozen=True)
class Choice:
    """Work a person may take, with the form to say how much."""

    work: Opening
    form: TakeForm


@dataclass(frozen=True)
class Question:
    """An offer with the form to accept it."""

    asked: Proposed
    form: TakeForm


def work(request: Visit) -> HttpResponse:
    """Show a maker the work there is."""
    return _page(request, _me(request))


def _me(request: Visit) -> Resident:
    if request.member.resident_id is None:
        raise Http404
    return Resident.objects.get(pk=request.member.resident_id)


def _page(request: Visit, me: Resident, *, wrong: tuple[str, TakeForm] | None = None) -> HttpResponse:
    today = clock.today()
    forms = dict([wrong]) if wrong else {}
    questions = [
        Question(
            asked, forms.get(f"offer{asked.offer.pk}") or _form(f"offer{asked.offer.pk}", asked.offer.pieces)
        )
        for asked in offers_for(me, today)
    ]
    choices = [
        Choice(opening, forms.get(f"lot{opening.share.pk}") or _form(f"lot{opening.share.pk}", None))
        for opening in open_work_for(me, today)
    ]
    context = {
        "title": _("Work there is"),
        "questions": questions,
        "choices": choices,
        "me": me,
        "away": me.absences.filter(since__lte=today, until__gt=today).first(),
        "holding": list(open_lots_of(me)),
    }
    return render(request, "dispatch/work.html", context, status=422 if wrong else 200)


def _form(name: str, pieces: int | None) -> TakeForm:
    """A form of its own for each piece of work, so that no two fields of the page share a name to speak to."""
    return TakeForm(initial={"pieces": pieces} if pieces else None, auto_id=f"{name}_%s")


@require_POST
def take(request: Visit, pk: int) -> HttpResponse:
    """Take as many pieces as one wants to make."""
    me = _me(request)
    share = get_object_or_404(access.visible_work(request.member).filter(parent=None), pk=pk)
    form = TakeForm(request.POST, auto_id=f"lot{pk}_%s")
    if form.is_valid():
        pieces = form.cleaned_data["pieces"]
        if attempt(request, lambda by: actions.claim(by, share, maker=me, pieces=pieces), form=form):
            messages.success(request, _("Yours to make. Fetch your bags at the workshop."))
            return redirect("dispatch:work")
    return _page(request, me, wrong=(f"lot{pk}", form))


def _offer(request: Visit, pk: int) -> Offer:
    return get_object_or_404(Offer, pk=pk, maker=_me(request))


@require_POST
def accept(request: Visit, pk: int) -> HttpResponse:
    """Accept an offer, or some of it."""
    me, offer = _me(request), _offer(request, pk)
    form = TakeForm(request.POST, auto_id=f"offer{pk}_%s")
    if form.is_valid():
        pieces = form.cleaned_data["pieces"]
        if attempt(request, lambda by: actions.accept_offer(by, offer, pieces=pieces), form=form):
            messages.success(request, _("Yours to make. Fetch your bags at the workshop."))
            return redirect("dispatch:work")
    return _page(request, me, wrong=(f"offer{pk}", form))


def not_this_time(request: Visit, pk: int) -> HttpResponse:
    """Leave an offer for others; no reason is asked."""
    offer = _offer(request, pk)
    done = _("All right, not this time. You can take other work whenever you like.")
    return press(request, lambda by: actions.not_this_time(by, offer), to=reverse("dispatch:work"), done=done)
