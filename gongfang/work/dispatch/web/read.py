"""A plan as it is read: what is late, who waits for work, rounds, days, how the work is spread, how good it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.engines import dispatch as engine
from gongfang.engines.dispatch import Proof
from gongfang.ui.charts import Bars, Gantt, Span
from gongfang.ui.formats import day as written
from gongfang.ui.formats import number, yuan
from gongfang.ui.parts import Link
from gongfang.ui.tables import ROWS_A_PAGE, Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import differences, reading
from gongfang.work.dispatch.models import PlanLine, PlanRun
from gongfang.work.dispatch.planning import plan_of
from gongfang.work.dispatch.planning.days import Days
from gongfang.work.dispatch.queries import LOT_WITH_WORK
from gongfang.work.dispatch.reading import PLANNED_WITH_WORK, Title, Unasked, WorkRead
from gongfang.work.dispatch.reasons import offer_sentences
from gongfang.work.dispatch.web.names import names

FEW = 3  # works in trouble that are told at once
MOST_BARS = 12  # more of them are read in the table


def title_url(title: Title) -> str:
    """Where more is said about a work."""
    return reverse(f"dispatch:{title.kind}", args=[title.pk])


def draft(request: Visit, run: PlanRun) -> dict[str, Any]:
    """What stands on the page of a plan that is to be read."""
    lines = run.lines.select_related("maker", *PLANNED_WITH_WORK, *LOT_WITH_WORK)
    pages = page_of(request, lines.order_by(Coalesce("lot__due", "line__due"), "pk"))
    sums = run.lines.aggregate(people=Count("maker", distinct=True), pieces=Sum("pieces"))
    titles = reading.titles_of([*run.works, *run.unmade])
    works, unasked = reading.works_of(run, titles), reading.unasked_of(run, most=ROWS_A_PAGE)
    shown = names(
        request.member,
        [*(line.maker for line in pages.items), *(one.maker for one in unasked)],
        page="dispatch.plan",
    )
    rounds = reading.rounds_of(run)
    short = _short(works, reading.unmade_of(run, titles))
    return {
        "people": sums["people"],
        "pieces": sums["pieces"] or 0,
        "missing": sum(row["pieces"] for row in run.unmade),
        "late": sum(work.late for work in works),
        "waiting": len(run.waiting),
        "trips": sum(len(one.days) for one in rounds),
        "short": short,
        "few_short": len(short) <= FEW,
        "works": _works_table(works),
        "gantt": _gantt(run, works),
        "rounds": _rounds_table(rounds) if rounds else None,
        "spread": _spread(run),
        "proof": _proof(run),
        "proposals": _proposals(run, pages, shown),
        "reads_on": pages.number > 1,
        "unasked": _unasked_table(run, unasked, shown),
        "more_unasked": max(0, len(run.waiting) - len(unasked)),
    }


def _short(works: Sequence[WorkRead], unmade: Sequence[reading.Unmade]) -> list[dict[str, Any]]:
    """Each work that is late or missing pieces, why, and what would help."""
    why = {one.title: one.why for one in unmade}
    return [
        {
            "title": work.title, "url": title_url(work.title), "late": work.late, "unmade": work.unmade,
            "why": why.get(work.title, ""), "helps": work.helps,
        }
        for work in works if work.late or work.unmade
    ]  # fmt: skip


def _works_table(works: Sequence[WorkRead]) -> Table:
    return Table(
        caption=_("Each work and its days"),
        columns=(
            Column("work", _("Work"), "link"),
            Column("order", _("Order")),
            Column("due", _("Due"), "day"),
            Column("planned", _("Pieces in the plan"), "number"),
            Column("late", _("Of them late"), "number"),
            Column("unmade", _("Find nobody"), "number"),
            Column("people", _("How many people"), "number"),
            Column("begins", _("From"), "day"),
            Column("ends", _("Until"), "day"),
        ),
        rows=[
            {
                "work": Link(work.title.text, title_url(work.title)), "order": work.title.where,
                "due": work.title.due, "planned": work.planned, "late": work.late, "unmade": work.unmade,
                "people": work.people, "begins": work.begins if work.planned else None,
                "ends": work.ends if work.planned else None,
            }
            for work in works
        ],
        empty=_("Nothing is planned."),
    )  # fmt: skip


def _gantt(run: PlanRun, works: Sequence[WorkRead]) -> Gantt | None:
    planned = [work for work in works if work.planned]
    if not planned:
        return None
    late = sum(1 for work in planned if work.late)
    first_looked_at = sorted(planned, key=lambda work: (not work.late, work.title.due, work.name))[:MOST_BARS]
    made = sorted(first_looked_at, key=lambda work: (work.title.due, work.name))
    return Gantt(
        label=_("In which days the work is made, what is late or due first"),
        description=_(
            "%(bars)s of %(works)s works from %(first)s on, one bar each; %(late)s end after the day they are due."
            " The table beneath has all of them."
        )
        % {"bars": len(made), "works": len(planned), "first": written(run.planned_on), "late": late},
        first=run.planned_on,
        spans=[
            Span(
                f"{work.title.text} {work.title.where}",
                work.begins,
                work.ends,
                work.title.due,
                act=bool(work.late),
            )
            for work in made
        ],
        due_word=_("due"),
    )


def _rounds_table(rounds: Sequence[reading.Round]) -> Table:
    return Table(
        caption=_("Rounds to the villages"),
        columns=(
            Column("village", _("Village")),
            Column("days", _("Once in each of these days")),
            Column("cost", _("Cost of the rounds"), "money"),
        ),
        rows=[
            {
                "village": one.village, "cost": one.cost_hao,
                "days": ", ".join(differences.span_text(days) for days in one.days),
            }
            for one in rounds
        ],
        empty="",
    )  # fmt: skip


def _spread(run: PlanRun) -> dict[str, Any] | None:
    """How many people get how much of what they wished for; nobody is named and nobody comes before another."""
    if not run.spread:
        return None
    hours = [
        _("nothing"), _("up to a quarter"), _("up to a half"), _("up to three quarters"), _("nearly all or all"),
    ]  # fmt: skip
    pay = [_("under 200"), _("200 to 400"), _("400 to 600"), _("600 to 800"), _("800 and more")]
    return {
        "hours": _bars(_("How much of the time people wished for is filled"), hours, run.spread["hours"]),
        "pay": _bars(_("What the plan brings people, in yuan"), pay, run.spread["pay"]),
    }


def _bars(label: str, classes: list[str], counts: list[int]) -> dict[str, Any]:
    told = ", ".join(f"{name}: {number(count)}" for name, count in zip(classes, counts, strict=True))
    return {
        "chart": Bars(
            label=label, description=f"{label}. {told}", names=classes, counts=counts, unit=_("people")
        ),
        "table": Table(
            caption=label,
            columns=(Column("name", _("How much")), Column("count", _("How many people"), "number")),
            rows=[
                {"name": name, "count": count} for name, count in zip(classes, counts, strict=True)
            ],
            empty="",
        ),
    }  # fmt: skip


def _proof(run: PlanRun) -> dict[str, Any] | None:
    if not run.proof:
        return None
    proof = Proof(**run.proof)
    return {
        "sentence": differences.proof_sentence(proof, run.totals["pieces"] + run.totals["unmade_pieces"]),
        "late": proof.late_pieces_fewer,
        "travel": proof.travel_less,
        "income": proof.income_less,
    }


def _proposals(run: PlanRun, pages: Pages[PlanLine], shown: Mapping[int, str]) -> Table:
    return Table(
        caption=_("Who would be asked"),
        columns=(
            Column("person", _("Who"), "link"),
            Column("work", _("Work")),
            Column("pieces", _("Pieces"), "number"),
            Column("bags", _("Bags"), "number"),
            Column("hours", _("About hours"), "number"),
            Column("pay", _("Brings about"), "money"),
            Column("why", _("What they are told")),
        ),
        rows=[
            {
                "person": Link(shown[line.maker_id], person_url(run, line.maker_id)),
                "work": reading.title_of(line).text, "pieces": line.pieces, "bags": line.bags,
                "hours": -(-line.seconds // 3600), "pay": line.pay_hao,
                "why": " ".join(offer_sentences(line.reason, planned_on=run.planned_on)),
            }
            for line in pages.items
        ],
        empty=_("The plan finds nobody to ask. Below you read why."),
        pages=pages,
    )  # fmt: skip


def _unasked_table(run: PlanRun, unasked: Sequence[Unasked], shown: Mapping[int, str]) -> Table:
    return Table(
        caption=_("Who is not asked this time"),
        columns=(Column("person", _("Who"), "link"), Column("why", _("Why"))),
        rows=[
            {"person": Link(shown[one.maker.pk], person_url(run, one.maker.pk)), "why": one.why}
            for one in unasked
        ],
        empty=_("Everybody who wished for work is asked."),
    )


def person_url(run: PlanRun, maker: int) -> str:
    """Where one reads what a plan has for somebody, and changes it by hand."""
    return f"{reverse('dispatch:person_in_plan', args=[run.pk])}?maker={maker}"


def compared(before: PlanRun, after: PlanRun) -> dict[str, Any]:
    """What stands on the page of two plans side by side."""
    days = Days(after.planned_on, tuple(range((_until(after) - after.planned_on).days + 1)))
    found = engine.compare(plan_of(before, days), plan_of(after, days))
    titles = reading.titles_of([*before.works, *after.works])
    return {
        "before": before,
        "changes": list(differences.difference_sentences(found.difference)),
        "moved_people": found.people,
        "moved_bags": found.moved_bags,
        "totals": _totals_table(before, after),
        "table": Table(
            caption=_("What differs"),
            columns=(
                Column("work", _("Work"), "link"),
                Column("late", _("More pieces late"), "number"),
                Column("unmade", _("More pieces that find nobody"), "number"),
                Column("moved", _("Bags in other hands"), "number"),
            ),
            rows=[
                {
                    "work": Link(titles[one.work].text, title_url(titles[one.work])), "late": one.late_pieces,
                    "unmade": one.unmade_pieces, "moved": one.moved_bags,
                }
                for one in found.works if one.work in titles
            ],
            empty=_("No work is made later, less, or by others."),
        ),
    }  # fmt: skip


def _until(run: PlanRun) -> date:
    return run.until or run.planned_on


def _totals_table(before: PlanRun, after: PlanRun) -> Table:
    facts = (
        (_("Pieces in the plan"), "pieces", number),
        (_("Pieces late"), "late_pieces", number),
        (_("Pieces that find nobody"), "unmade_pieces", number),
        (_("Paid to makers"), "pay", yuan),
        (_("Cost of the rounds"), "visit_cost", yuan),
    )
    return Table(
        caption=_("The two plans in numbers"),
        columns=(
            Column("what", _("What")),
            Column("before", _("The earlier plan")),
            Column("after", _("The new plan")),
        ),
        rows=[
            {"what": what, "before": write(before.totals[key]), "after": write(after.totals[key])}
            for what, key, write in facts
        ],
        empty="",
    )
