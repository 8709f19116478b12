"""The page that answers an enterprise the same day: can we, by when, and what becomes of the other orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.engines.dispatch import Difference
from gongfang.ui.doors import only
from gongfang.ui.formats import day as written
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import access, differences, reading
from gongfang.work.dispatch.forms import AskForm
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.dispatch.planning import Answer, ask
from gongfang.work.dispatch.planning.names import row_of
from gongfang.work.dispatch.queries import latest_plan
from gongfang.work.dispatch.web.read import title_url


def can_we(request: Visit) -> HttpResponse:
    """Answer whether so many pieces can be made by a day, and at what cost to the others; nothing is kept."""
    only(request, *access.LOOKERS)
    form = AskForm(request.GET if "step" in request.GET else None, initial=_asked(request))
    context: dict[str, Any] = {
        "title": _("Can we make it in time?"),
        "back": Link(_("Work shared out"), reverse("dispatch:lots")),
        "form": form,
    }
    if form.is_bound and form.is_valid():
        context |= _answered(ask(**form.cleaned_data, day=clock.today(), earlier=_draft()), form)
    return render(request, "dispatch/can_we.html", context)


def _asked(request: Visit) -> dict[str, str]:
    """What the page of an enquiry sends along."""
    return {name: request.GET[name] for name in ("pieces", "due") if name in request.GET}


def _draft() -> PlanRun | None:
    """The county's own plan that was read last, if nothing came of it yet."""
    run = latest_plan(None)
    return run if run and run.stage == PlanRun.Stage.DRAFT else None


def _answered(answer: Answer, form: AskForm) -> dict[str, Any]:
    quote, due = answer.quote, form.cleaned_data["due"]
    titles = reading.titles_of([{kind: pk} for kind, pk in (row_of(one.work) for one in quote.others)])
    return {
        "sentence": _sentence(answer, due),
        "in_time": not quote.late_pieces and not quote.unmade_pieces,
        "costs": list(differences.difference_sentences(_rounds(quote.difference))),
        "others": Table(
            caption=_("What becomes of the other orders"),
            columns=(
                Column("work", _("Work"), "link"),
                Column("late", _("More pieces late"), "number"),
                Column("unmade", _("More pieces that find nobody"), "number"),
            ),
            rows=[
                {
                    "work": Link(titles[one.work].text, title_url(titles[one.work])),
                    "late": one.late_pieces, "unmade": one.unmade_pieces,
                }
                for one in quote.others if one.work in titles and (one.late_pieces or one.unmade_pieces)
            ],
            empty=_("The other orders stay as they are."),
        ),
    }  # fmt: skip


def _rounds(difference: Difference) -> Difference:
    """What is late or finds nobody stands in the sentence and the table already."""
    return replace(difference, late_pieces=0, unmade_pieces=0)


def _sentence(answer: Answer, due: Any) -> str:
    quote = answer.quote
    numbers = {
        "day": written(due), "on_time": number(quote.on_time_pieces), "late": number(quote.late_pieces),
        "unmade": number(quote.unmade_pieces), "done": written(answer.done_on) if answer.done_on else "",
    }  # fmt: skip
    if not quote.late_pieces and not quote.unmade_pieces:
        return _("Yes: all %(on_time)s pieces can be made by %(day)s.") % numbers
    if answer.done_on:
        return _("%(on_time)s pieces can be made by %(day)s, all of them by %(done)s.") % numbers
    if not quote.late_pieces:
        return (
            _("%(on_time)s pieces can be made by %(day)s; for %(unmade)s there are not enough hands.")
            % numbers
        )
    return (
        _(
            "%(on_time)s pieces can be made by %(day)s and %(late)s later; for %(unmade)s there are not enough hands."
        )
        % numbers
    )
