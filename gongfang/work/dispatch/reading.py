"""How a kept plan reads: each work under its name, who waits, which villages see a round, how the work is spread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q

from gongfang.registry.people.models import Resident
from gongfang.registry.places.models import Division
from gongfang.work.dispatch import differences, reasons, wording
from gongfang.work.dispatch.models import Lot, PlanLine, PlanRun
from gongfang.work.dispatch.planning.names import line_name, lot_name, name_in
from gongfang.work.dispatch.queries import WITH_WORK
from gongfang.work.orders.models import OrderLine

LINE_WITH_WORK = ("order", "step", "version__product")
PLANNED_WITH_WORK = tuple(f"line__{name}" for name in LINE_WITH_WORK)


@dataclass(frozen=True)
class Title:
    """How a work is called on the screen, when it is due, and whose page says more about it."""

    text: str
    order: str
    due: date
    kind: str
    pk: int
    place: str = ""

    @property
    def where(self) -> str:
        """The order, and the workshop or agent that holds a share of it."""
        return f"{self.order} · {self.place}" if self.place else self.order


@dataclass(frozen=True)
class Unmade:
    """Pieces a plan found nobody for, and why."""

    title: Title
    pieces: int
    why: str


@dataclass(frozen=True)
class Unasked:
    """A person a plan has nothing for, and why."""

    maker: Resident
    why: str


@dataclass(frozen=True)
class WorkRead:
    """How one work stands in a plan: in which days, by how many people, what is late or short, what would help."""

    name: str
    title: Title
    pieces: int
    planned: int
    late: int
    unmade: int
    people: int
    pay_hao: int
    begins: date
    ends: date
    helps: Sequence[str]

    @property
    def on_time(self) -> int:
        """Pieces that are made by the day they are due."""
        return max(0, self.planned - self.late)


@dataclass(frozen=True)
class Round:
    """Rounds to one village, each within some days."""

    village: str
    days: Sequence[tuple[date, date]]
    cost_hao: int


def titles_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Title]:
    """Return how the works are called that a plan says something about, by the names the plan gives them."""
    rows = list(rows)
    lots = Lot.objects.filter(pk__in={row["lot"] for row in rows if "lot" in row}).select_related(*WITH_WORK)
    lines = OrderLine.objects.filter(pk__in={row["line"] for row in rows if "line" in row})
    return {lot_name(lot.pk): _of_lot(lot) for lot in lots} | {
        line_name(line.pk): _of_line(line) for line in lines.select_related(*LINE_WITH_WORK)
    }


def title_of(line: PlanLine) -> Title:
    """Return how the work of a proposal is called."""
    if line.lot is not None:
        return _of_lot(line.lot)
    assert line.line is not None
    return _of_line(line.line)


def _of_lot(lot: Lot) -> Title:
    return Title(wording.work_name(lot), lot.line.order.number, lot.due, "lot", lot.pk, lot.organisation.name)


def _of_line(line: OrderLine) -> Title:
    called = wording.called(line.version.product.name, line.step.name)
    return Title(called, line.order.number, line.due, "line", line.pk)


def unmade_of(run: PlanRun, titles: Mapping[str, Title] | None = None) -> list[Unmade]:
    """Return what cannot be made by a plan, and why, in sentences."""
    titles = titles_of(run.unmade) if titles is None else titles
    return [
        Unmade(titles[name], row["pieces"], reasons.unmade_sentence(row["why"]))
        for row in run.unmade
        if (name := name_in(row)) in titles
    ]


def unasked_of(run: PlanRun, *, most: int | None = None) -> list[Unasked]:
    """Return who has nothing in a plan, and why, in sentences; no order among people is meant."""
    rows = run.waiting[:most]
    makers = Resident.objects.in_bulk([row["maker"] for row in rows])
    return [
        Unasked(makers[row["maker"]], reasons.waiting_sentence(row["why"]))
        for row in rows
        if row["maker"] in makers
    ]


def works_of(run: PlanRun, titles: Mapping[str, Title]) -> list[WorkRead]:
    """Return each work of a plan, the one due first in front."""
    found = [
        WorkRead(
            name=name, title=titles[name], pieces=row["pieces"], planned=row["planned"], late=row["late"],
            unmade=row["unmade"], people=row["people"], pay_hao=row["pay"],
            begins=date.fromisoformat(row["begins"]), ends=date.fromisoformat(row["ends"]),
            helps=[differences.help_sentence(free) for free in row["frees"]],
        )
        for row in run.works if (name := name_in(row)) in titles
    ]  # fmt: skip
    return sorted(found, key=lambda work: (work.title.due, work.name))


def rounds_of(run: PlanRun) -> list[Round]:
    """Return which villages a plan sends rounds to, and in which days."""
    rows = sorted(run.visits, key=lambda row: (row["village"], row["from"]))
    names = dict(
        Division.objects.filter(Q(pk__in={row["village"] for row in rows})).values_list("pk", "name")
    )
    found = []
    for village, group in groupby(rows, key=lambda row: row["village"]):
        there = list(group)
        days = [(date.fromisoformat(row["from"]), date.fromisoformat(row["to"])) for row in there]
        found.append(Round(names.get(village, village), days, sum(row["cost"] for row in there)))
    return found
