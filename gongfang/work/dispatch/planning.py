"""From the registers to the planner's question, and from its answer to rows for the manager to read.

The planner is told what people said themselves (hours, wishes), what they can do, what they hold, and what an hour of
work here has brought them lately. Who said "not this time" to an order is not asked about it again while it lives.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Greatest

from gongfang.engines.dispatch import Pair, Person, Pinned, Plan, Problem, Why, Work
from gongfang.registry.people.access import makers_at
from gongfang.registry.people.models import FunctionalLimit, Organisation, Resident, Skill
from gongfang.registry.people.queries import paces
from gongfang.work.dispatch.caps import material_value
from gongfang.work.dispatch.materials import makeable
from gongfang.work.dispatch.models import Lot, Offer
from gongfang.work.dispatch.parameters import DAYS_AHEAD, INCOME_TARGET_HAO
from gongfang.work.dispatch.queries import WITH_WORK
from gongfang.work.orders.models import Order, Step
from gongfang.work.orders.queries import bag_sizes, rates_on

MINUTES_A_DAY = 8 * 60  # of somebody who wishes for pieces and names no hours
MONTH = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the planner found, ready to be kept."""

    digest: str
    totals: dict[str, int]
    lines: list[dict[str, Any]]
    unmade: list[dict[str, Any]]
    waiting: list[dict[str, Any]]


@dataclass
class _Held:
    """Bags a person has promised to make, or is being asked about, of one share."""

    step: Step
    due: date
    pieces: int = 0
    bags: list[int] = field(default_factory=list)

    def add(self, pieces: int) -> None:
        self.pieces += pieces
        self.bags += bag_sizes(self.step, pieces)


Holdings = dict[tuple[int, int], _Held]  # person and share
Skills = dict[int, set[str]]  # of each person


def open_shares(organisation: Organisation) -> list[Lot]:
    """Return the open shares of a workshop or agent, the one due first in front."""
    shares = Lot.objects.filter(
        organisation=organisation, parent=None, stage=Lot.Stage.OPEN, line__stage=Order.Stage.OPEN
    )
    return list(shares.select_related(*WITH_WORK).order_by("due", "pk"))


def askable(organisation: Organisation) -> list[Resident]:
    """Return the makers who told how much or how long they wish to work; nobody else is asked."""
    users = makers_at([organisation.pk]).values("user")
    makers = Resident.objects.filter(user__in=users, wish__isnull=False).exclude(wish__minutes_a_day=0)
    return list(
        makers.exclude(wish__pieces_a_week=0)
        .select_related("wish")
        .defer("id_number", "phone")
        .order_by("pk")
    )


def problem_of(organisation: Organisation, day: date) -> Problem:
    """Put the planner's question together from the registers as they stand."""
    shares, makers = open_shares(organisation), askable(organisation)
    rates = rates_on({share.step_id for share in shares}, day)
    held = _holdings(makers)
    buckets = _buckets(shares, day)
    works = [*_works(shares, held, rates, day), *_works_elsewhere(shares, held, day, buckets)]
    skills = _skills(makers)
    return Problem(
        buckets=buckets,
        people=tuple(_people(makers, shares, held, skills, day, buckets)),
        works=tuple(works),
        pairs=tuple(_pairs(makers, shares, skills)),
        pinned=tuple(_pinned(held, day, buckets)),
    )


def findings_of(problem: Problem, plan: Plan) -> Findings:
    """Turn the planner's answer into rows; a "not this time" leaves no trace in them."""
    unmade = [{"lot": int(one.work), "pieces": one.pieces, "why": str(one.why)} for one in plan.unmade]
    return Findings(
        digest=_digest(problem),
        totals=asdict(plan.totals),
        lines=[
            {
                "lot_id": int(offer.work), "maker_id": int(offer.person), "pieces": offer.pieces,
                "bags": len(offer.bags), "seconds": offer.seconds, "pay_hao": offer.pay, "late": offer.late,
                "reason": [{"kind": str(reason.kind), **dict(reason.numbers)} for reason in offer.reasons],
            }
            for offer in plan.offers if not offer.pinned
        ],
        unmade=unmade,
        waiting=[
            {"maker": int(one.person), "why": str(one.why)} for one in plan.waiting if one.why != Why.DECLINED
        ],
    )  # fmt: skip


def _digest(problem: Problem) -> str:
    """A fingerprint of the question: the same registers give the same one."""
    parts = (problem.people, problem.works, problem.pairs, problem.pinned)
    told = [[asdict(row) for row in rows] for rows in parts]
    return sha256(json.dumps([problem.buckets, told], default=sorted, sort_keys=True).encode()).hexdigest()


def _buckets(shares: Iterable[Lot], day: date) -> int:
    """A bucket is a day, today the first; as far ahead as the last share is due, within the county's limit."""
    last = max((share.due for share in shares), default=day)
    return max(1, min(DAYS_AHEAD.on(day), (last - day).days + 1))


def _holdings(makers: Iterable[Resident]) -> Holdings:
    """Return what people hold and are asked about, share by share."""
    held: Holdings = {}
    lots = Lot.objects.filter(maker__in=makers, stage=Lot.Stage.OPEN).select_related("step").order_by("pk")
    back = Greatest("handed_in", F("accepted") + F("rejected") + F("lost"))
    for lot in lots.annotate(left=F("pieces") - back).filter(left__gt=0):
        assert lot.maker_id is not None
        assert lot.parent_id is not None
        held.setdefault((lot.maker_id, lot.parent_id), _Held(lot.step, lot.due)).add(lot.left)
    offers = (
        Offer.objects.filter(maker__in=makers, stage=Offer.Stage.OPEN)
        .select_related("lot__step")
        .order_by("pk")
    )
    for offer in offers:
        held.setdefault((offer.maker_id, offer.lot_id), _Held(offer.lot.step, offer.lot.due)).add(
            offer.pieces
        )
    return held


def _works(shares: list[Lot], held: Holdings, rates: Mapping[int, int], day: date) -> Iterable[Work]:
    possible = makeable(shares)
    for share in shares:
        promised = [one for (_, key), one in held.items() if key == share.pk]
        step, size = share.step, share.step.bag_pieces
        on_hand = min(possible[share.pk], share.free)
        full = on_hand == share.free  # the last bag of the share may be a smaller one
        yield Work(
            id=str(share.pk),
            pieces=share.free + sum(one.pieces for one in promised),
            bag_pieces=size,
            bags=(-(-on_hand // size) if full else on_hand // size) + sum(len(one.bags) for one in promised),
            first=0,
            last=(share.due - day).days,
            seconds=step.standard_seconds,
            rate=rates[step.pk],
            bag_value=material_value(step) * size // 1000,
            skill=step.skill.code,
            late_cost=share.line.fee_hao,
        )


def _works_elsewhere(shares: list[Lot], held: Holdings, day: date, buckets: int) -> Iterable[Work]:
    """Promises to other workshops take time, too; nobody is offered more of that work here."""
    here = {share.pk for share in shares}
    others: dict[int, list[_Held]] = defaultdict(list)
    for (_, share), one in held.items():
        if share not in here:
            others[share].append(one)
    for share, promises in sorted(others.items()):
        step = promises[0].step
        yield Work(
            id=str(share),
            pieces=sum(one.pieces for one in promises),
            bag_pieces=step.bag_pieces,
            bags=sum(len(one.bags) for one in promises),
            first=0,
            last=min(buckets - 1, (promises[0].due - day).days),
            seconds=step.standard_seconds,
            rate=0,
            only=frozenset(),
        )


def _people(
    makers: list[Resident], shares: list[Lot], held: Holdings, skills: Skills, day: date, buckets: int
) -> Iterable[Person]:
    earned, declined = _earned(makers, day), _declined(makers, shares)
    for maker_pk, share_pk in held:  # who said "not this time" and came for some later changed their mind
        declined[maker_pk].discard(str(share_pk))
    hours = dict(
        FunctionalLimit.objects.filter(
            resident__in=makers, kind=FunctionalLimit.Kind.HOURS_A_DAY, value__isnull=False
        ).values_list("resident_id", "value")
    )
    custody = max((share.step.material_cap_hao for share in shares), default=0)
    target = INCOME_TARGET_HAO.on(day) * (MONTH.days + buckets) // MONTH.days
    for maker in makers:
        wish = maker.wish
        minutes = wish.minutes_a_day or MINUTES_A_DAY
        yield Person(
            id=str(maker.pk),
            village=maker.division_id,
            minutes=(min(minutes, (hours.get(maker.pk) or 24) * 60),) * buckets,
            custody_cap=custody,
            income_target=target,
            income_so_far=earned.get(maker.pk, 0),
            skills=frozenset(skills[maker.pk]),
            declined=frozenset(declined[maker.pk]),
            max_pieces=wish.pieces_a_week * -(-buckets // 7) if wish.pieces_a_week else None,
        )


def _skills(makers: list[Resident]) -> Skills:
    skills: Skills = defaultdict(set)
    for maker, code in Skill.objects.filter(resident__in=makers).values_list("resident_id", "kind__code"):
        skills[maker].add(code)
    return skills


def _pairs(makers: list[Resident], shares: list[Lot], skills: Skills) -> Iterable[Pair]:
    """How fast and how well each person makes each piece: their own figures where they count, else the median."""
    known = {code: paces(code) for code in {share.step.skill.code for share in shares}}
    for maker in makers:
        for share in shares:
            code = share.step.skill.code
            if code in skills[maker.pk]:
                percent, passing = known[code].of(maker.pk)
                pace = -(-share.step.standard_seconds * 100 // max(1, percent))
                yield Pair(person=str(maker.pk), work=str(share.pk), pace=pace, pass_rate=max(1, passing))


def _pinned(held: Holdings, day: date, buckets: int) -> Iterable[Pinned]:
    for (maker, share), one in sorted(held.items()):
        last = min(max(0, (one.due - day).days), buckets - 1)
        yield Pinned(person=str(maker), work=str(share), bags=tuple(one.bags), first=0, last=last)


def _earned(makers: list[Resident], day: date) -> dict[int, int]:
    """What accepted pieces of the last month brought each person, in 毫, at the rates of today."""
    lots = Lot.objects.filter(maker__in=makers, shared_on__gt=day - MONTH, accepted__gt=0)
    sums = (
        lots.values_list("maker_id", "step_id").annotate(sum=Sum("accepted")).order_by("maker_id", "step_id")
    )
    rows = list(sums)
    rates = rates_on({step for _, step, _ in rows}, day)
    earned: dict[int, int] = defaultdict(int)
    for maker, step, pieces in rows:
        earned[maker or 0] += (pieces or 0) * rates.get(step, 0)
    return earned


def _declined(makers: list[Resident], shares: list[Lot]) -> dict[int, set[str]]:
    """Shares of orders a person left for others or did not answer about, while those orders live."""
    of_order: dict[int, set[str]] = defaultdict(set)
    for share in shares:
        of_order[share.line.order_id].add(str(share.pk))
    left = Offer.objects.filter(maker__in=makers, stage__in=(Offer.Stage.NOT_NOW, Offer.Stage.EXPIRED))
    declined: dict[int, set[str]] = defaultdict(set)
    for maker, order in left.filter(lot__line__order__in=of_order).values_list(
        "maker_id", "lot__line__order_id"
    ):
        declined[maker] |= of_order[order]
    return declined
