"""From the registers to the planner's question, for one workshop or for the whole county.

The planner is told what people said themselves (hours, wishes), what they can do, what they hold, and what an hour of
work here has brought them lately. Who said "not this time" to an order is not asked about it again while it lives.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import QuerySet, Sum

from gongfang.engines.dispatch import Pair, Person, Pinned, Problem, Visit, Work
from gongfang.engines.dispatch.problem import ALL_PASS
from gongfang.registry.people.models import IncomeWish, Organisation, Resident, Skill
from gongfang.registry.people.queries import away_days, paces
from gongfang.work.dispatch.caps import material_values
from gongfang.work.dispatch.materials import supply
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.parameters import DAYS_AHEAD, FURTHER_WORK_HAO, INCOME_TARGET_HAO, ROUND_COST_HAO
from gongfang.work.dispatch.planning.benches import at_bench, is_bench, workshops_of
from gongfang.work.dispatch.planning.days import Days, cut
from gongfang.work.dispatch.planning.hands import (
    Held,
    Homes,
    askable,
    asking,
    holdings,
    homes_of,
    is_taker,
    left_for_others,
)
from gongfang.work.dispatch.planning.minutes import minutes_a_day
from gongfang.work.dispatch.planning.names import line_name, lot_name
from gongfang.work.dispatch.planning.supply import free_lines, missing_pieces, open_shares
from gongfang.work.orders.models import OrderLine, Step
from gongfang.work.orders.queries import rates_on

MOST_DAYS = 366
MONTH = timedelta(days=30)
WEEK = 7

Skills = Mapping[int, set[str]]  # of each person


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the planner is asked, the days it is asked for, where each person works, and when each work is due."""

    problem: Problem
    days: Days
    homes: Homes
    dues: Mapping[str, date]

    @property
    def digest(self) -> str:
        """A fingerprint: the same registers give the same one."""
        problem = self.problem
        parts = (
            problem.people, problem.works, problem.pairs, problem.pinned, problem.visits or (), problem.workshops,
        )  # fmt: skip
        told = [[asdict(row) for row in rows] for rows in parts]
        numbers = [self.days.ends, problem.weeks, problem.further_work]
        written = json.dumps([*numbers, told], default=sorted, sort_keys=True)
        return sha256(written.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Pieces somebody is to be found for: of a workshop's share (`place`), or of a line not shared out yet."""

    name: str
    step: Step
    due: date
    fee: int
    order: int
    left: int
    on_hand: int
    place: int | None = None

    @property
    def bags(self) -> int:
        """Bags the material on hand fills; only the last bag of all may be a smaller one."""
        size, on_hand = self.step.bag_pieces, min(self.left, self.on_hand)
        return -(-on_hand // size) if on_hand == self.left else on_hand // size


@dataclass(frozen=True)
class Registers:
    """What the question is put together from, each list read once."""

    organisation: Organisation | None
    day: date
    wanted: list[Wanted]
    makers: list[Resident]
    asking: QuerySet[Resident]  # the same people, to be asked about in the database, however many they are
    homes: Homes
    held: Mapping[tuple[int, int], Held]
    skills: Skills
    wishes: Mapping[int, int]  # 毫 a week, of those who said so
    away: Mapping[int, AbstractSet[date]]
    rates: Mapping[int, int]
    days: Days

    @property
    def is_of_many(self) -> bool:
        """Say whether it reaches several workshops: an operator's, or all of the county's."""
        return self.organisation is None or not is_taker(self.organisation)


def question_of(organisation: Organisation | None, day: date, *, also: Iterable[date] = ()) -> Question:
    """Put the planner's question together from the registers as they stand; None asks for the whole county.

    also: days that something else is due on, which the question is to reach.
    """
    known = _read(organisation, day, also)
    people = tuple(_people(known))
    places = {person.village for person in people}
    problem = Problem(
        buckets=len(known.days.ends),
        people=people,
        works=tuple(_works(known)),
        pairs=tuple(_pairs(known)),
        pinned=tuple(_pinned(known)),
        visits=_visits(known, places),
        workshops=tuple(workshops_of(known.homes, known.days, places)),
        weeks=known.days.weeks if known.wishes else (),
        further_work=FURTHER_WORK_HAO.on(day),
    )
    dues = {one.name: one.due for one in known.wanted}
    return Question(problem=problem, days=known.days, homes=known.homes, dues=dues)


def _read(organisation: Organisation | None, day: date, also: Iterable[date]) -> Registers:
    makers, those = askable(organisation), asking(organisation)
    wanted = _wanted(open_shares(organisation), free_lines(organisation))
    rates = rates_on({one.step.pk for one in wanted}, day)
    wanted = [one for one in wanted if one.step.pk in rates]
    asked = [*also]
    most = max([DAYS_AHEAD.on(day), *((due - day).days + 1 for due in asked)])
    days = cut(day, [*(one.due for one in wanted), *asked], most=min(most, MOST_DAYS))
    return Registers(
        organisation=organisation, day=day, wanted=wanted, makers=makers, asking=those,
        homes=homes_of(makers, organisation), held=holdings(those), skills=_skills(those), wishes=_wishes(those),
        away=away_days(those, day, days.each[-1]), rates=rates, days=days,
    )  # fmt: skip


def _wanted(shares: list[Lot], lines: list[OrderLine]) -> list[Wanted]:
    of_shares, of_lines = supply(shares, lines)
    return [
        Wanted(
            name=lot_name(share.pk), step=share.step, due=share.due, fee=share.line.fee_hao,
            order=share.line.order_id, left=share.free, on_hand=of_shares[share.pk], place=share.organisation_id,
        )
        for share in shares
    ] + [
        Wanted(
            name=line_name(line.pk), step=line.step, due=line.due, fee=line.fee_hao,
            order=line.order_id, left=missing_pieces(line), on_hand=of_lines[line.pk],
        )
        for line in lines
    ]  # fmt: skip


# --- work -----------------------------------------------------------------------------------------------------


def _works(known: Registers) -> Iterable[Work]:
    values = material_values({one.step.pk for one in known.wanted})
    members = {place: frozenset(map(str, there)) for place, there in known.homes.at.items()}
    promised: dict[str, list[Held]] = defaultdict(list)
    for (_maker, share_pk), held in known.held.items():
        promised[lot_name(share_pk)].append(held)
    for one in known.wanted:
        work = _work(known, one, promised.pop(one.name, []), value=values[one.step.pk])
        # a plan for one workshop asks nobody else anyway
        shared = known.is_of_many and one.place is not None
        yield replace(work, only=members.get(one.place or 0, frozenset())) if shared else work
    for name, there in sorted(promised.items()):
        yield _elsewhere(known, name, there)


def _work(known: Registers, one: Wanted, held: Sequence[Held], *, value: int) -> Work:
    """What is left and what was promised of one share or line."""
    return Work(
        id=one.name,
        pieces=one.left + sum(promise.pieces for promise in held),
        bag_pieces=one.step.bag_pieces,
        bags=one.bags + sum(len(promise.bags) for promise in held),
        first=0,
        last=known.days.stretch_before(one.due),
        seconds=one.step.standard_seconds,
        rate=known.rates[one.step.pk],
        bag_value=value * one.step.bag_pieces // 1000,
        skill=one.step.skill.code,
        late_cost=one.fee,
    )


def _elsewhere(known: Registers, name: str, held: Sequence[Held]) -> Work:
    """Promises to others take time, too; nobody is offered more of that work here."""
    step, last = held[0].step, len(known.days.ends) - 1
    return Work(
        id=name,
        pieces=sum(one.pieces for one in held),
        bag_pieces=step.bag_pieces,
        bags=sum(len(one.bags) for one in held),
        first=0,
        last=min(last, known.days.stretch_before(held[0].due)),
        seconds=step.standard_seconds,
        rate=0,
        only=frozenset(),
    )


# --- people ---------------------------------------------------------------------------------------------------


def _people(known: Registers) -> Iterable[Person]:
    earned, declined = _earned(known), _declined(known)
    for (
        maker_pk,
        share_pk,
    ) in known.held:  # who said "not this time" and came for some later changed their mind
        declined[maker_pk].discard(lot_name(share_pk))
    there = minutes_a_day(known.asking)
    days = known.days
    custody = max((one.step.material_cap_hao for one in known.wanted), default=0)
    a_month = INCOME_TARGET_HAO.on(known.day)
    for maker in known.makers:
        wish = maker.wish
        minutes = there[maker.pk]
        village = _village(known, maker)
        target, so_far = _meant(known, maker.pk, a_month, earned.get(maker.pk, 0))
        yield Person(
            id=str(maker.pk),
            village=village,
            minutes=tuple(minutes * there for there in days.lengths_without(known.away.get(maker.pk, ()))),
            custody_cap=custody if village == maker.division_id else custody * days.count // len(days.ends),
            income_target=target,
            income_so_far=so_far,
            skills=frozenset(known.skills[maker.pk]),
            declined=frozenset(declined[maker.pk]),
            max_pieces=wish.pieces_a_week * -(-days.count // 7) if wish.pieces_a_week else None,
        )


def _meant(known: Registers, maker: int, a_month: int, earned: int) -> tuple[int, int]:
    """What work is meant to bring somebody, and what of it it has brought: over the last month and the days ahead.

    Who named a week's income is meant to have that in the days ahead, and whatever the last month brought beyond it
    counts as had. Nobody gets before others by asking for more than the county means for everybody.
    """
    if maker not in known.wishes:
        return a_month * (MONTH.days + known.days.count) // MONTH.days, earned
    week = min(known.wishes[maker], a_month * WEEK // MONTH.days)
    return week * known.days.count // WEEK, max(0, earned - week * MONTH.days // WEEK)


def _village(known: Registers, maker: Resident) -> str:
    """Where somebody's bags go: to their village by a round, or to the workshop they come to on any day."""
    home = known.homes.of[maker.pk]
    if maker.wish.home_work and maker.division_id != home.division_id:
        return maker.division_id
    return at_bench(home.pk)


def _visits(known: Registers, places: set[str]) -> tuple[Visit, ...] | None:
    """A round may go to each village of people who work at home, in every stretch of days; workshops are open."""
    if all(map(is_bench, places)):
        return None
    cost = ROUND_COST_HAO.on(known.day)
    return tuple(
        Visit(village=place, bucket=bucket, cost=0 if is_bench(place) else cost)
        for place in sorted(places)
        for bucket in range(len(known.days.ends))
    )


def _wishes(makers: QuerySet[Resident]) -> dict[int, int]:
    """What people said they would like to earn a week."""
    return dict(IncomeWish.objects.filter(resident__in=makers).values_list("resident_id", "week_hao"))


def _skills(makers: QuerySet[Resident]) -> Skills:
    skills: dict[int, set[str]] = defaultdict(set)
    for maker, code in Skill.objects.filter(resident__in=makers).values_list("resident_id", "kind__code"):
        skills[maker].add(code)
    return skills


def _pairs(known: Registers) -> Iterable[Pair]:
    """How fast and how well each person makes each piece: their own figures where they count, else the median.

    Only for whom the work is meant: thousands of shares times everybody of the county would be millions.
    """
    everybody = [maker.pk for maker in known.makers]
    able = {code: _able(known, code, everybody) for code in {one.step.skill.code for one in known.wanted}}
    for one in known.wanted:
        standard, figures = one.step.standard_seconds, able[one.step.skill.code]
        for maker in sorted(_meant_for(known, one.place, everybody) & figures.keys()):
            percent, passing = figures[maker]
            pace = -(-standard * 100 // max(1, percent))
            if (pace, passing) != (standard, ALL_PASS):
                yield Pair(person=str(maker), work=one.name, pace=pace, pass_rate=max(1, passing))


def _able(known: Registers, skill: str, everybody: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Who has a skill, each with pace in percent and pass rate in thousandths."""
    figures = paces(skill)
    return {maker: figures.of(maker) for maker in everybody if skill in known.skills[maker]}


def _meant_for(known: Registers, place: int | None, everybody: Iterable[int]) -> AbstractSet[int]:
    """Who may be asked about a workshop's own share, or about what no workshop holds yet."""
    if not known.is_of_many or place is None:
        return frozenset(everybody)
    return known.homes.at.get(place, frozenset())


def _pinned(known: Registers) -> Iterable[Pinned]:
    last = len(known.days.ends) - 1
    for (maker, share), one in sorted(known.held.items()):
        until = min(max(0, known.days.stretch_before(one.due)), last)
        yield Pinned(person=str(maker), work=lot_name(share), bags=tuple(one.bags), first=0, last=until)


def _earned(known: Registers) -> dict[int, int]:
    """What accepted pieces of the last month brought each person, in 毫, at the rates of today."""
    lots = Lot.objects.filter(maker__in=known.asking, shared_on__gt=known.day - MONTH, accepted__gt=0)
    sums = lots.values_list("maker_id", "step_id").annotate(sum=Sum("accepted"))
    rows = list(sums.order_by("maker_id", "step_id"))
    rates = rates_on({step for _maker, step, _sum in rows}, known.day)
    earned: dict[int, int] = defaultdict(int)
    for maker, step, pieces in rows:
        earned[maker or 0] += (pieces or 0) * rates.get(step, 0)
    return earned


def _declined(known: Registers) -> dict[int, set[str]]:
    """Work of orders a person left for others or did not answer about, while those orders live."""
    of_order: dict[int, set[str]] = defaultdict(set)
    for one in known.wanted:
        of_order[one.order].add(one.name)
    declined: dict[int, set[str]] = defaultdict(set)
    for maker, order in left_for_others(known.asking, of_order):
        declined[maker] |= of_order[order]
    return declined
