"""Plans for machines: asked for, watched, read, changed, published."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api
from gongfang.core.models import Job
from gongfang.ui.doors import only
from gongfang.work.dispatch import access, actions, queries, reading
from gongfang.work.dispatch.api.sharing import organisation
from gongfang.work.dispatch.differences import difference_sentences
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.dispatch.planning import ByHand, ask
from gongfang.work.dispatch.planning.names import line_name, lot_name
from gongfang.work.orders.queries import with_a_rate

router = Router(tags=["dispatch"])


class ReadLine(Schema):
    """What one person would be asked: of a share (lot), or of a line their workshop gets a share of."""

    lot_id: int | None
    line_id: int | None
    organisation_id: int | None
    maker_id: int
    pieces: int
    bags: int
    seconds: int
    pay_hao: int
    late: bool


class ReadWhy(Schema):
    """Pieces of a lot or line, or a person, a plan has nothing for, and why."""

    kind: Literal["lot", "line", "person"]
    id: int
    pieces: int
    why: str


class PlanOut(Schema):
    """A plan of a workshop or agent, or of the whole county (no organisation), and how far its last job is.

    asked_at: the workshops and agents whose people were asked, while the offers go out and afterwards.
    """

    id: int
    organisation_id: int | None
    before_id: int | None
    way: str
    effort: str
    complete: bool
    stage: str
    asked_at: list[int]
    planned_on: date
    job_state: str
    done: int
    total: int
    digest: str
    totals: dict[str, int]


class ReadWork(Schema):
    """A work of a plan: its pieces, its days, what is late or short, and what would help."""

    kind: Literal["lot", "line"]
    id: int
    due: date
    pieces: int
    planned: int
    late: int
    unmade: int
    people: int
    begins: date
    ends: date
    helps: list[str]


class ReadRound(Schema):
    village: str
    days: list[tuple[date, date]]
    cost_hao: int


class ReadProof(Schema):
    """What no plan whatever can do better than this one, each number alone."""

    late_pieces_fewer: int
    travel_less: int
    income_less: int


class PlanRead(PlanOut):
    lines: list[ReadLine]
    works: list[ReadWork]
    rounds: list[ReadRound]
    proof: ReadProof | None
    unmade: list[ReadWhy]
    waiting: list[ReadWhy]


class EffortIn(Schema):
    effort: Literal["fast", "good", "best"] = "good"


class ByHandIn(Schema):
    """So many bags of a lot or line, from one person to another; left out, from or to nobody."""

    lot_id: int | None = None
    line_id: int | None = None
    bags: int = Field(gt=0, lt=10_000)
    giver_id: int | None = None
    taker_id: int | None = None

    def change(self) -> ByHand:
        """What the planner is told."""
        name = line_name(self.line_id) if self.line_id else lot_name(self.lot_id or 0)
        return ByHand(work=name, bags=self.bags, giver=self.giver_id, taker=self.taker_id)


class CanWeIn(Schema):
    step_id: int
    pieces: int = Field(gt=0, lt=10_000_000)
    due: date


class CanWeOut(Schema):
    """Pieces that could be made in time, later, not at all; the day all are made; how many works of others change."""

    on_time_pieces: int
    late_pieces: int
    unmade_pieces: int
    done_on: date | None
    others: int
    costs: list[str]


def _plan(request: Visit, pk: int) -> PlanRun:
    runs = access.visible_plans(request.member).select_related("organisation", "job", "sending")
    return get_object_or_404(runs, pk=pk)


def _told(run: PlanRun) -> dict[str, object]:
    job = run.sending or run.job
    return {
        "id": run.pk, "organisation_id": run.organisation_id, "before_id": run.before_id, "way": run.way,
        "effort": run.effort, "complete": run.complete, "stage": run.stage, "asked_at": run.asked_at,
        "planned_on": run.planned_on,
        "job_state": job.state if job else "", "done": job.done if job else 0, "total": job.total if job else 0,
        "digest": run.digest, "totals": run.totals,
    }  # fmt: skip


@router.get("/plans", response=list[PlanOut], operation_id="plans")
@paginate
def plans(request: Visit) -> list[dict[str, object]]:
    """List the plans you may read, the newest in front."""
    runs = access.visible_plans(request.member).select_related("job", "sending").order_by("-pk")
    return [_told(run) for run in runs]


def _started(job: Job) -> dict[str, object]:
    return _told(PlanRun.objects.select_related("job").get(job=job))


@router.post("/workshops/{int:organisation_id}/plan", response=PlanOut, operation_id="start_plan")
def start_plan(request: Visit, organisation_id: int, body: EffortIn | None = None) -> dict[str, object]:
    """Have a workshop's open work planned; ask for the plan again until its job is done."""
    place, asked = organisation(request, organisation_id), body or EffortIn()
    return _started(actions.start_plan(by_api(request), place, effort=asked.effort))


@router.post("/county/plan", response=PlanOut, operation_id="plan_county")
def plan_county(request: Visit, body: EffortIn | None = None) -> dict[str, object]:
    """Have all work of the county planned at once; ask for the plan again until its job is done."""
    asked = body or EffortIn()
    return _started(actions.plan_county(by_api(request), queries.county_division(), effort=asked.effort))


@router.post("/can-we", response=CanWeOut, operation_id="can_we")
def can_we(request: Visit, body: CanWeIn) -> dict[str, object]:
    """Ask whether so many pieces can be made by a day, and at what cost to the others; nothing is kept."""
    only(request, *access.LOOKERS)
    step = get_object_or_404(with_a_rate(clock.today()), pk=body.step_id)
    answer = ask(step, pieces=body.pieces, due=body.due, day=clock.today(), earlier=None)
    quote = answer.quote
    return {
        "on_time_pieces": quote.on_time_pieces, "late_pieces": quote.late_pieces,
        "unmade_pieces": quote.unmade_pieces, "done_on": answer.done_on, "others": len(quote.others),
        "costs": list(difference_sentences(quote.difference)),
    }  # fmt: skip


@router.get("/plans/{int:plan_id}", response=PlanRead, operation_id="plan")
def plan(request: Visit, plan_id: int) -> dict[str, object]:
    """Read a plan: how far it is, what it proposes, what it cannot do and why."""
    run = _plan(request, plan_id)
    titles = reading.titles_of([*run.works, *run.unmade])
    return {
        **_told(run),
        "lines": list(run.lines.order_by("pk")),
        "works": [
            {
                "kind": work.title.kind, "id": work.title.pk, "due": work.title.due, "pieces": work.pieces,
                "planned": work.planned, "late": work.late, "unmade": work.unmade, "people": work.people,
                "begins": work.begins, "ends": work.ends, "helps": work.helps,
            }
            for work in reading.works_of(run, titles)
        ],
        "rounds": reading.rounds_of(run),
        "proof": run.proof,
        "unmade": [
            {"kind": one.title.kind, "id": one.title.pk, "pieces": one.pieces, "why": one.why}
            for one in reading.unmade_of(run, titles)
        ],
        "waiting": [
            {"kind": "person", "id": one.maker.pk, "pieces": 0, "why": one.why}
            for one in reading.unasked_of(run)
        ],
    }  # fmt: skip


@router.post("/plans/{int:plan_id}/repair", response=PlanOut, operation_id="repair_plan")
def repair_plan(request: Visit, plan_id: int) -> dict[str, object]:
    """Have a plan mended after what happened since, with the smallest change."""
    return _started(actions.repair_plan(by_api(request), _plan(request, plan_id)))


@router.post("/plans/{int:plan_id}/again", response=PlanOut, operation_id="plan_again")
def plan_again(request: Visit, plan_id: int, body: EffortIn | None = None) -> dict[str, object]:
    """Have everything planned again, starting from this plan; only what pays for itself moves."""
    asked = body or EffortIn()
    return _started(actions.plan_again(by_api(request), _plan(request, plan_id), effort=asked.effort))


@router.post("/plans/{int:plan_id}/stop", response=PlanOut, operation_id="stop_plan")
def stop_plan(request: Visit, plan_id: int) -> dict[str, object]:
    """End the search for a better plan and keep what was found."""
    actions.stop_plan(by_api(request), _plan(request, plan_id))
    return _told(_plan(request, plan_id))


@router.post("/plans/{int:plan_id}/edit", response=PlanOut, operation_id="edit_plan")
def edit_plan(request: Visit, plan_id: int, body: ByHandIn) -> dict[str, object]:
    """Move bags of a plan by hand; refused when hours, material, skill or wishes stand against it."""
    actions.edit_plan(by_api(request), _plan(request, plan_id), change=body.change())
    return _told(_plan(request, plan_id))


@router.post("/plans/{int:plan_id}/publish", response=PlanOut, operation_id="publish_plan")
def publish_plan(request: Visit, plan_id: int) -> dict[str, object]:
    """Have the offers of a plan sent out; ask for the plan again until its job is done, then for the offers."""
    actions.publish_plan(by_api(request), _plan(request, plan_id))
    return _told(_plan(request, plan_id))


@router.post("/plans/{int:plan_id}/leave", response=PlanOut, operation_id="end_publishing")
def end_publishing(request: Visit, plan_id: int) -> dict[str, object]:
    """Leave a plan at the offers that went out so far."""
    actions.end_publishing(by_api(request), _plan(request, plan_id))
    return _told(_plan(request, plan_id))


@router.post("/plans/{int:plan_id}/discard", response=PlanOut, operation_id="discard_plan")
def discard_plan(request: Visit, plan_id: int) -> dict[str, object]:
    """Stop a plan that is being made, or put one aside."""
    actions.discard_plan(by_api(request), _plan(request, plan_id))
    return _told(_plan(request, plan_id))
