"""From the planner's answer to rows for people to read, and back again when a plan is asked about or changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from gongfang.engines import dispatch as engine
from gongfang.engines.dispatch import Because, Lateness, Offer, Plan, Problem, Shortage, Why
from gongfang.work.dispatch.planning.names import told
from gongfang.work.dispatch.planning.question import Question
from gongfang.work.dispatch.planning.timetable import spread, timetable

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the planner found, ready to be kept.

    works: each work with its people, its days and, where it is late or short, what would free how many pieces.
    """

    digest: str
    totals: dict[str, int]
    lines: Rows
    unmade: Rows
    waiting: Rows
    works: Rows = field(default_factory=list)
    visits: Rows = field(default_factory=list)
    spread: dict[str, list[int]] = field(default_factory=dict)
    proof: dict[str, int] | None = None
    until: date | None = None
    complete: bool = True


def findings_of(question: Question, plan: Plan) -> Findings:
    """Turn the planner's answer into rows; neither "not this time" nor who is away leaves a trace in them."""
    problem, days = question.problem, question.days
    return Findings(
        digest=question.digest,
        totals=asdict(plan.totals),
        lines=list(_lines(question, plan)),
        unmade=[told(one.work, pieces=one.pieces, why=str(one.why)) for one in plan.unmade],
        waiting=[
            {"maker": int(one.person), "why": str(one.why)}
            for one in plan.waiting if one.why != Why.DECLINED and any(problem.person(one.person).minutes)
        ],
        works=list(_works(question, plan)),
        visits=[
            {
                "village": visit.village, "bucket": visit.bucket, "cost": visit.cost,
                "from": days.span(visit.bucket)[0].isoformat(), "to": days.span(visit.bucket)[1].isoformat(),
            }
            for visit in plan.visits if visit.cost
        ],
        spread=spread(problem, plan),
        proof=asdict(plan.proof) if plan.proof else None,
        until=days.span(len(days.ends) - 1)[1],
        complete=plan.complete,
    )  # fmt: skip


def _lines(question: Question, plan: Plan) -> Iterable[dict[str, Any]]:
    """One row a person, work and date: what was moved to somebody by hand joins what they had of it."""
    rows: dict[tuple[str, str, bool], dict[str, Any]] = {}
    for offer in plan.offers:
        if offer.pinned:
            continue
        line = _line(question, offer)
        first = rows.setdefault((offer.person, offer.work, offer.late), line)
        if first is not line:
            for name in ("pieces", "bags", "seconds", "pay_hao", "value_hao"):
                first[name] += line[name]
    return rows.values()


def _line(question: Question, offer: Offer) -> dict[str, Any]:
    facts = told(offer.work)
    home = question.homes.of[int(offer.person)]
    return {
        **{f"{kind}_id": pk for kind, pk in facts.items()},
        "organisation_id": home.pk if "line" in facts else None,
        "maker_id": int(offer.person), "pieces": offer.pieces, "bags": len(offer.bags), "seconds": offer.seconds,
        "pay_hao": offer.pay, "value_hao": offer.value, "first": offer.first, "last": offer.last, "late": offer.late,
        "reason": [_reason(question, offer.work, reason) for reason in offer.reasons],
    }  # fmt: skip


def _reason(question: Question, work: str, reason: engine.Reason) -> dict[str, Any]:
    """A reason as a person's offer keeps it: when the work is due; how anybody stands to any income is not kept."""
    if reason.kind != Because.DUE:
        return {"kind": str(reason.kind)}
    last = (question.dues[work] - question.days.first).days
    return {"kind": str(reason.kind), "last": last, "late": reason.number("late")}


def _works(question: Question, plan: Plan) -> Iterable[dict[str, Any]]:
    problem, days, spans = question.problem, question.days, timetable(question.problem, plan)
    pieces, pay, people = Counter[str](), Counter[str](), defaultdict[str, set[str]](set)
    for offer in plan.offers:
        pieces[offer.work] += offer.pieces
        pay[offer.work] += offer.pay
        people[offer.work].add(offer.person)
    late, unmade = _sums(plan.late), _sums(plan.unmade)
    short = [work.id for work in problem.works if late[work.id] or unmade[work.id]]
    frees = dict(_frees(problem, plan, short))
    for work in problem.works:
        if work.id not in question.dues or not (pieces[work.id] or work.id in frees):
            continue
        first, last = spans.get(work.id, (0, 0))
        yield told(
            work.id, pieces=work.pieces, planned=pieces[work.id], pay=pay[work.id],
            people=len(people[work.id]),
            begins=days.span(first)[0].isoformat(), ends=days.span(last)[1].isoformat(),
            late=late[work.id], unmade=unmade[work.id], frees=frees.get(work.id, []),
        )  # fmt: skip


def _sums(rows: Iterable[Lateness | Shortage]) -> Counter[str]:
    sums = Counter[str]()
    for row in rows:
        sums[row.work] += row.pieces
    return sums


def _frees(problem: Problem, plan: Plan, works: Collection[str]) -> Iterable[tuple[str, Rows]]:
    """What alone would free how many of the missing pieces; that somebody said "not this time" is nobody's to read."""
    for report in engine.explain_works(problem, plan, works):
        yield (
            report.work,
            [
                {"why": str(one.why), "pieces": one.pieces, "amount": one.amount}
                for one in report.frees
                if one.why != Why.DECLINED
            ],
        )


def bags_of(*, pieces: int, bags: int, size: int) -> tuple[int, ...]:
    """The bags of a proposal: full ones, and the last with what is left."""
    full: Sequence[int] = (size,) * (bags - 1)
    return (*full, pieces - sum(full))
