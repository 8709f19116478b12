"""Turns what was shared out into a plan that says why: for each offer, each missing piece, each person
who waits.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from gongfang.engines.dispatch.answer import (
    Because,
    Lateness,
    Offer,
    Plan,
    Reason,
    Shortage,
    Totals,
    Waiting,
    Why,
)
from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints, Names, Promise
from gongfang.engines.dispatch.benches import rooms
from gongfang.engines.dispatch.problem import ALL_PASS, Problem, Visit
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import WHOLE, Grant, Sharing

# What holds a person back, from furthest away to nearest to the work.
NEARER = (
    Why.SKILL,
    Why.PEOPLE,
    Why.DECLINED,
    Why.VISIT,
    Why.MINUTES,
    Why.BENCH,
    Why.CUSTODY,
    Why.WISH,
    Why.MATERIAL,
    Why.STOPPED,
    Why.TAKEN,
)
CODE = {why: code for code, why in enumerate(NEARER)}


def tell(problem: Problem, *, names: Names, arrays: Arrays, sharing: Sharing) -> Plan:
    """The plan of what has been shared out, with its reasons and totals."""
    offers = _offers(problem, names, arrays, sharing)
    unmade = shortages(problem, names, sharing)
    late = tuple(_latenesses(offers))
    visits = visits_of(problem, names, arrays, sharing)
    return Plan(
        offers=offers,
        unmade=unmade,
        late=late,
        waiting=waiting(problem, names, sharing),
        visits=visits,
        totals=totals_of(problem, offers=offers, unmade=unmade, visits=visits),
        complete=not sharing.open_turns,
    )


def _offers(problem: Problem, names: Names, arrays: Arrays, sharing: Sharing) -> tuple[Offer, ...]:
    offers = [*granted(problem, names, arrays, sharing), *promised(problem, names, arrays)]
    return tuple(sorted(offers, key=place_in_plan))


def place_in_plan(offer: Offer) -> tuple[object, ...]:
    """Where an offer stands in a plan."""
    return offer.work, offer.person, offer.first, offer.last, offer.bags


def granted(problem: Problem, names: Names, arrays: Arrays, sharing: Sharing) -> list[Offer]:
    """The offers of what was granted, with their reasons."""
    pairs = np.array([grant.pair for grant in sharing.grants], dtype=np.int64)
    works = arrays.work_of(pairs).tolist()
    people, paces, worths = (column[pairs].tolist() for column in (arrays.person, arrays.pace, arrays.worth))
    both = {
        late: [arrays.window(work, late=late) for work in range(len(names.works))] for late in (False, True)
    }
    return [
        Offer(
            person=names.people[person],
            work=names.works[work],
            bags=tuple(grant.bags),
            first=both[grant.late][work][0],
            last=both[grant.late][work][1],
            seconds=sum(grant.bags) * pace,
            pay=sum(grant.bags) * worth // ALL_PASS,
            value=arrays.material(work, grant.bags),
            late=grant.late,
            reasons=tuple(_reasons(grant, due=problem.work(names.works[work]).last)),
        )
        for grant, work, person, pace, worth in zip(sharing.grants, works, people, paces, worths, strict=True)
    ]


def promised(problem: Problem, names: Names, arrays: Arrays) -> list[Offer]:
    """The offers that have been accepted."""
    return [_promised(problem, arrays, names, promise) for promise in arrays.promises]


def _promised(problem: Problem, arrays: Arrays, names: Names, promise: Promise) -> Offer:
    units, work = sum(promise.bags), names.works[promise.work]
    return Offer(
        person=names.people[promise.person],
        work=work,
        bags=promise.bags,
        first=promise.first,
        last=promise.last,
        seconds=units * promise.pace,
        pay=units * promise.worth // ALL_PASS,
        value=arrays.material(promise.work, promise.bags),
        late=promise.last > problem.work(work).last,
        pinned=True,
        reasons=(Reason(Because.PINNED),),
    )


def _reasons(grant: Grant, *, due: int) -> Iterable[Reason]:
    yield Reason(Because.DUE, (("last", due), ("late", int(grant.late))))
    if grant.kept:
        yield Reason(Because.KEPT, (("bags", grant.kept),))
    if not grant.able:
        return
    numbers = [("before", _gap(grant.before)), ("after", _gap(grant.after)), ("able", grant.able)]
    if grant.following is not None:
        numbers.append(("next", _gap(grant.following)))
    yield Reason(Because.GAP, tuple(numbers))


def _gap(full: int) -> int:
    return (WHOLE - full) // 1000


def _latenesses(offers: Iterable[Offer]) -> Iterable[Lateness]:
    late: Counter[str] = Counter()
    for offer in offers:
        late[offer.work] += offer.pieces if offer.late else 0
    return [Lateness(work=work, pieces=pieces) for work, pieces in sorted(late.items()) if pieces]


def held_back(sharing: Sharing, pairs: Ints) -> Ints:
    """For each of these pairs, what stands between the person and one more bag (a place in NEARER)."""
    arrays, work = sharing.arrays, sharing.arrays.work_of(pairs)
    limits = _room(sharing, pairs, work)
    kinds = np.array([CODE[why] for why in (Why.MINUTES, Why.BENCH, Why.CUSTODY, Why.WISH)])
    binding = kinds[limits.argmin(axis=0)]
    left = [CODE[_nothing_left(sharing, number)] for number in range(len(arrays.first))]
    nothing = np.array(left, dtype=np.int64)[work]
    codes = np.where(limits.min(axis=0) >= _next_bag(sharing, pairs, work), nothing, binding)
    reached = np.logical_or.accumulate(arrays.served[:, ::-1], axis=1)[:, ::-1]
    away = ~reached[arrays.place[arrays.person[pairs]], arrays.first[work]]
    return np.where(away, CODE[Why.VISIT], codes)


def _room(sharing: Sharing, pairs: Ints, work: Ints) -> Ints:
    """Units each of these pairs has room for until the plan ends, by minutes, benches, custody, wish: (4, pairs)."""
    arrays, person, size = sharing.arrays, sharing.arrays.person[pairs], sharing.arrays.size[work]
    ticks = np.maximum(_tight(sharing)[person, arrays.first[work]], 0)
    minutes = ticks // arrays.pace[pairs]
    rooms(sharing.benches, person, arrays.first[work], arrays.buckets - 1, ticks)
    value, most = arrays.value[work], np.iinfo(np.int64).max
    custody, one_bag = (
        np.where(value, np.maximum(cap[person], 0) * size // np.maximum(value, 1), most)
        for cap in (sharing.custody, arrays.custody)
    )
    custody = np.where(one_bag < size, np.minimum(custody, one_bag), custody)
    return np.stack([minutes, ticks // arrays.pace[pairs], custody, np.maximum(sharing.wish[person], 0)])


def _tight(sharing: Sharing) -> Ints:
    """Ticks everybody has left from each bucket to the end: (n, b)."""
    end = sharing.arrays.buckets - 1
    runs = [sharing.runs_around((first, end)) for first in range(end + 1)]
    return np.stack([sharing.slack[:, around].min(axis=1) for around in runs], axis=1)


def _next_bag(sharing: Sharing, pairs: Ints, work: Ints) -> Ints:
    arrays = sharing.arrays
    good = (arrays.need - np.asarray(sharing.good, dtype=np.int64))[work]
    units = (arrays.limit - np.asarray(sharing.units, dtype=np.int64))[work]
    smaller = np.minimum(np.minimum(arrays.size[work], units), -(-good // arrays.good[pairs]))
    return np.where((good > 0) & (units > 0), smaller, arrays.size[work])


def _nothing_left(sharing: Sharing, work: int) -> Why:
    if not sharing.misses(work):
        return Why.TAKEN
    return Why.STOPPED if sharing.lacks(work) else Why.MATERIAL


def shortages(problem: Problem, names: Names, sharing: Sharing) -> tuple[Shortage, ...]:
    """What cannot be made, and what holds back those who could."""
    stopped = {turn.work for turn in sharing.open_turns}
    missing = sharing.arrays.need // ALL_PASS - np.asarray(sharing.units, dtype=np.int64)
    return tuple(
        Shortage(
            work=(name := names.works[work]),
            pieces=int(missing[work]),
            why=_why_short(problem, sharing, work, stopped=work in stopped, counts=counts, name=name),
            held_back=counts,
        )
        for work in np.flatnonzero(missing > 0).tolist()
        for counts in [_counted(held_back(sharing, np.arange(*sharing.arrays.ptr[work : work + 2])))]
    )


def _why_short(
    problem: Problem,
    sharing: Sharing,
    work: int,
    *,
    stopped: bool,
    counts: tuple[tuple[Why, int], ...],
    name: str,
) -> Why:
    if not sharing.lacks(work):
        return Why.MATERIAL
    if stopped:
        return Why.STOPPED
    if counts:
        return max(counts, key=lambda count: count[1])[0]
    skill = problem.work(name).skill
    if problem.people and not any(skill is None or skill in person.skills for person in problem.people):
        return Why.SKILL
    return Why.PEOPLE


def _counted(codes: Ints) -> tuple[tuple[Why, int], ...]:
    counts = np.bincount(codes, minlength=len(NEARER)).tolist()
    return tuple((why, count) for why, count in zip(NEARER, counts, strict=True) if count)


def waiting(problem: Problem, names: Names, sharing: Sharing) -> tuple[Waiting, ...]:
    """Everybody without work, and what stood in the way of the work nearest to them."""
    idle = np.ones(len(names.people), dtype=np.bool_)
    idle[sharing.arrays.person[sharing.held().pair]] = False
    idle[[promise.person for promise in sharing.arrays.promises]] = False
    if not idle.any():
        return ()
    nearest = _nearest(sharing, idle).tolist()
    return tuple(
        Waiting(person=(name := names.people[number]), why=_why_waiting(problem, name, nearest[number]))
        for number in np.flatnonzero(idle).tolist()
    )


def _nearest(sharing: Sharing, idle: Flags) -> Ints:
    arrays = sharing.arrays
    asked = np.repeat(arrays.need > 0, np.diff(arrays.ptr))
    pairs = np.flatnonzero(asked & idle[arrays.person])
    nearest = np.full(len(idle), -1, dtype=np.int64)
    np.maximum.at(nearest, arrays.person[pairs], held_back(sharing, pairs))
    return nearest


def _why_waiting(problem: Problem, name: str, nearest: int) -> Why:
    person = problem.person(name)
    if not any(person.minutes):
        return Why.MINUTES
    if nearest >= 0:
        return NEARER[nearest]
    asked = [work for work in problem.works if work.pieces]
    if not asked:
        return Why.NO_WORK
    skilled = [work for work in asked if work.skill is None or work.skill in person.skills]
    if not skilled:
        return Why.SKILL
    return Why.DECLINED if any(work.id in person.declined for work in skilled) else Why.PEOPLE


def visits_of(problem: Problem, names: Names, arrays: Arrays, sharing: Sharing) -> tuple[Visit, ...]:
    """The rounds that are needed."""
    place = {village: number for number, village in enumerate(names.places)}
    needed = needed_visits(arrays, sharing)
    return tuple(
        sorted(visit for visit in problem.visits or () if needed[place[visit.village], visit.bucket])
    )


def totals_of(
    problem: Problem, *, offers: Iterable[Offer], unmade: Iterable[Shortage], visits: Iterable[Visit]
) -> Totals:
    """The few numbers a plan is judged by."""
    offers, unmade = tuple(offers), tuple(unmade)
    pay: Counter[str] = Counter()
    for offer in offers:
        pay[offer.person] += offer.pay
    late = [(problem.work(offer.work), offer.pieces) for offer in offers if offer.late]
    short = [(problem.work(one.work), one.pieces) for one in unmade]
    return Totals(
        pieces=sum(offer.pieces for offer in offers),
        bags=sum(len(offer.bags) for offer in offers),
        seconds=sum(offer.seconds for offer in offers),
        pay=sum(pay.values()),
        late_pieces=sum(pieces for _, pieces in late),
        unmade_pieces=sum(pieces for _, pieces in short),
        late_cost=sum(work.late_cost * pieces for work, pieces in late + short),
        income_gap=sum(max(0, one.income_target - one.income_so_far - pay[one.id]) for one in problem.people),
        visit_cost=sum(visit.cost for visit in visits),
    )
