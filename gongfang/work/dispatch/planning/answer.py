"""A plan that was kept, as the planner gave it: to ask why, to change it by hand, to repair it, to compare it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gongfang.engines.dispatch import Lateness, Offer, Plan, Proof, Shortage, Totals, Visit, Waiting, Why
from gongfang.work.dispatch.models import PlanLine, PlanRun
from gongfang.work.dispatch.planning.days import Days
from gongfang.work.dispatch.planning.findings import bags_of
from gongfang.work.dispatch.planning.names import line_name, lot_name, name_in


def plan_of(run: PlanRun, days: Days) -> Plan:
    """Read a kept plan back; its rounds are named by the stretches of these days, which may be others by now.

    What people were asked already is no longer part of it: their promises and answers are in the registers.
    """
    return Plan(
        offers=tuple(_offers(run)),
        unmade=tuple(
            Shortage(work=name_in(row), pieces=row["pieces"], why=Why(row["why"])) for row in run.unmade
        ),
        late=tuple(Lateness(work=name_in(row), pieces=row["late"]) for row in run.works if row["late"]),
        waiting=tuple(Waiting(person=str(row["maker"]), why=Why(row["why"])) for row in run.waiting),
        visits=tuple(_visits(run.visits, days)),
        totals=Totals(**run.totals),
        complete=run.complete,
        proof=Proof(**run.proof) if run.proof else None,
    )


def _offers(run: PlanRun) -> Iterable[Offer]:
    asked = _asked(run) if run.asked_at else set()
    lines = run.lines.select_related("lot__step", "line__step").order_by("pk")
    for line in lines:
        if (line.line_of_order, line.maker_id) not in asked:
            yield _offer(line)


def _asked(run: PlanRun) -> set[tuple[int, int]]:
    """Whom the published plan asked, and about which line of an order."""
    return set(run.offers.values_list("lot__line_id", "maker_id"))


def _offer(line: PlanLine) -> Offer:
    return Offer(
        person=str(line.maker_id),
        work=line_name(line.line_id) if line.line_id else lot_name(line.lot_id or 0),
        bags=bags_of(pieces=line.pieces, bags=line.bags, size=line.step.bag_pieces),
        first=line.first,
        last=line.last,
        seconds=line.seconds,
        pay=line.pay_hao,
        value=line.value_hao,
        late=line.late,
    )


def _visits(rows: Iterable[Mapping[str, Any]], days: Days) -> Iterable[Visit]:
    """The rounds of a kept plan that are still to come."""
    seen: set[tuple[str, int]] = set()
    for row in rows:
        begins, ends = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
        for bucket in range(len(days.ends)):
            first, last = days.span(bucket)
            if first <= ends and begins <= last and (row["village"], bucket) not in seen:
                seen.add((row["village"], bucket))
                yield Visit(village=row["village"], bucket=bucket, cost=row["cost"])
                break
