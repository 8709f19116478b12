"""One person in a plan: what it has for them and why, why not another work, and bags moved by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongfang.core.doors import Visit, attempt
from gongfang.engines import dispatch as engine
from gongfang.engines.dispatch import Edited
from gongfang.registry.people.models import Resident
from gongfang.ui.formats import number, yuan
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import actions, differences, reading
from gongfang.work.dispatch.forms import ByHandForm, WorkForm
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.dispatch.planning import Question, askable, edited, plan_of, question_of
from gongfang.work.dispatch.planning.names import row_of
from gongfang.work.dispatch.queries import LOT_WITH_WORK
from gongfang.work.dispatch.reading import PLANNED_WITH_WORK
from gongfang.work.dispatch.reasons import offer_sentences
from gongfang.work.dispatch.web.names import names
from gongfang.work.dispatch.web.plans import run_of
from gongfang.work.dispatch.web.read import person_url


@dataclass(frozen=True)
class Somebody:
    """A person of a plan as the planner is asked about them, with the names of works and of colleagues."""

    run: PlanRun
    question: Question
    maker: Resident
    works: Sequence[tuple[str, str]]
    others: Sequence[tuple[int, str]]
    shown: Mapping[int, str]


def person_in_plan(request: Visit, pk: int) -> HttpResponse:
    """Show what a plan has for somebody, say why not another work, and what a change by hand would cost."""
    run = run_of(request.member, pk)
    back = Link(_("Back to the plan"), reverse("dispatch:plan", args=[pk]))
    chosen = request.GET.get("maker", "")
    if not chosen.isdecimal():
        return _choose(request, run, back)
    somebody = _somebody(request, run, int(chosen))
    why = WorkForm(request.GET if request.GET.get("ask") == "why" else None, works=somebody.works)
    hand = _hand_form(somebody, request.GET if request.GET.get("ask") == "hand" else None)
    context = {
        "title": somebody.shown[somebody.maker.pk],
        "back": back,
        "run": run,
        "maker": somebody.maker,
        "answer": _answer(somebody),
        "table": _proposals(somebody),
        "why": why,
        "because": _because(somebody, why),
        "hand": hand if actions.edit_plan.may(request.member, run) and run.stage == "draft" else None,
        "trial": _trial(somebody, hand),
    }
    return render(request, "dispatch/person_in_plan.html", context)


def _choose(request: Visit, run: PlanRun, back: Link) -> HttpResponse:
    """Somebody has to be chosen first: among the people of the workshop, or from the lists of a county's plan."""
    makers = askable(run.organisation) if run.organisation else []
    shown = names(request.member, makers, page="dispatch.plan") if makers else {}
    context = {
        "title": _("Who is it about?"),
        "back": back,
        "people": [Link(shown[maker.pk], person_url(run, maker.pk)) for maker in makers],
    }
    return render(request, "dispatch/choose_person.html", context)


def _somebody(request: Visit, run: PlanRun, maker_pk: int) -> Somebody:
    question = question_of(run.organisation, run.planned_on)
    home = question.homes.of.get(maker_pk)
    if home is None:
        raise Http404
    maker = get_object_or_404(Resident, pk=maker_pk)
    colleagues = Resident.objects.filter(pk__in=question.homes.at[home.pk] - {maker_pk}).order_by("pk")
    shown = names(request.member, [maker, *colleagues], page="dispatch.plan")
    titles = reading.titles_of([{kind: key} for kind, key in map(row_of, question.dues)])
    return Somebody(
        run=run, question=question, maker=maker, shown=shown,
        works=[(name, f"{title.text} · {title.where}") for name, title in titles.items()],
        others=sorted(((one.pk, shown[one.pk]) for one in colleagues), key=lambda other: other[1]),
    )  # fmt: skip


def _hand_form(somebody: Somebody, data: Any) -> ByHandForm:
    return ByHandForm(data, works=somebody.works, others=somebody.others)


def _answer(somebody: Somebody) -> str:
    """Say in one sentence what a plan has for somebody."""
    mine = somebody.run.lines.filter(maker=somebody.maker)
    sums = mine.aggregate(pieces=Sum("pieces"), seconds=Sum("seconds"), pay=Sum("pay_hao"))
    if not sums["pieces"]:
        return _("This plan has nothing for this person. Below you can ask why, or give them some.")
    return _("%(pieces)s pieces, about %(hours)s hours, about %(pay)s.") % {
        "pieces": number(sums["pieces"]), "hours": number(-(-sums["seconds"] // 3600)), "pay": yuan(sums["pay"]),
    }  # fmt: skip


def _proposals(somebody: Somebody) -> Table:
    lines = somebody.run.lines.filter(maker=somebody.maker).order_by("pk")
    return Table(
        caption=_("What the plan has for them"),
        columns=(
            Column("work", _("Work")),
            Column("pieces", _("Pieces"), "number"),
            Column("bags", _("Bags"), "number"),
            Column("pay", _("Brings about"), "money"),
            Column("why", _("What they are told")),
        ),
        rows=[
            {
                "work": reading.title_of(line).text, "pieces": line.pieces, "bags": line.bags, "pay": line.pay_hao,
                "why": " ".join(offer_sentences(line.reason, planned_on=somebody.run.planned_on)),
            }
            for line in lines.select_related(*PLANNED_WITH_WORK, *LOT_WITH_WORK)
        ],
        empty=_("Nothing in this plan. They can still come and take some."),
    )  # fmt: skip


def _because(somebody: Somebody, form: WorkForm) -> list[str]:
    """Why they are not asked about (more of) a work."""
    if not form.is_bound or not form.is_valid():
        return []
    question = somebody.question
    answer = engine.why_not(
        question.problem, plan_of(somebody.run, question.days),
        person=str(somebody.maker.pk), work=form.cleaned_data["work"],
    )  # fmt: skip
    return differences.why_not_sentences(answer, question.days)


def _trial(somebody: Somebody, form: ByHandForm) -> dict[str, Any] | None:
    """What a change by hand would cost, or what stands against it, before anybody says yes."""
    if not form.is_bound or not form.is_valid():
        return None
    found = edited(somebody.question, somebody.run, form.change(somebody.maker.pk))
    return {"against": _against(somebody, found), "costs": _costs(found), "sent": form.cleaned_data}


def _against(somebody: Somebody, found: Edited) -> list[str]:
    days = somebody.question.days
    return [differences.obstacle_sentence(refusal.obstacle, days) for refusal in found.refused]


def _costs(found: Edited) -> list[str]:
    costs = list(differences.difference_sentences(found.difference))
    return costs or [_("No date, no round and no piece changes by it.")]


@require_POST
def edit(request: Visit, pk: int) -> HttpResponse:
    """Change a plan by hand once the cost was read."""
    run = run_of(request.member, pk)
    chosen = request.POST.get("maker", "")
    if not chosen.isdecimal():
        return redirect("dispatch:person_in_plan", pk)
    somebody = _somebody(request, run, int(chosen))
    form = _hand_form(somebody, request.POST)
    if not form.is_valid():
        messages.error(request, _("Say which work, how many bags, and from or to whom."))
    elif attempt(request, lambda by: actions.edit_plan(by, run, change=form.change(somebody.maker.pk))):
        messages.success(request, _("The plan is changed. Nobody was asked yet."))
    return redirect(person_url(run, somebody.maker.pk))
