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
from gongfang.engines.dispatch.arrays import Arrays, Ints, Names, Promise
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
    Why.CUSTODY,
    Why.WISH,
    Why.MATERIAL,
    Why.STOPPED,
    Why.TAKEN,
)
CODE = {why: code for code, why in enumerate(NEARER)}


def tell(problem: Problem, *, names: Names, arrays: Arrays, sharing: Sharing) -> Plan:
    """The plan of what has been shared out, with its reasons and totals."""
    codes = [held_back(sharing, work) for work in range(len(names.works))]
    offers = _offers(problem, names, arrays, sharing)
    unmade = tuple(_shortages(problem, names, sharing, codes))
    late = tuple(_latenesses(offers))
    visits = _visits(problem, names, arrays, sharing)
    return Plan(
        offers=offers,
        unmade=unmade,
        late=late,
        waiting=tuple(_waiting(problem, names, arrays, offers, codes)),
        visits=visits,
        totals=totals_of(problem, offers=offers, unmade=unmade, visits=visits),
        complete=not sharing.open_turns,
    )


def _offers(problem: Problem, names: Names, arrays: Arrays, sharing: Sharing) -> tuple[Offer, ...]:
    pairs = np.array([grant.pair for grant in sharing.grants], dtype=np.int64)
    works = (np.searchsorted(arrays.ptr, pairs, side="right") - 1).tolist()
    people, paces, worths = (column[pairs].tolist() for column in (arrays.person, arrays.pace, arrays.worth))
    both = {
        late: [arrays.window(work, late=late) for work in range(len(names.works))] for late in (False, True)
    }
    offers = [
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
    offers += [_promised(problem, arrays, names, promise) for promise in arrays.promises]
    return tuple(
        sorted(offers, key=lambda offer: (offer.work, offer.person, offer.first, offer.last, offer.bags))
    )


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


def held_back(sharing: Sharing, work: int) -> Ints:
    """For each pair of a work, what stands between the person and one more bag of it (a place in NEARER)."""
    arrays, pairs = sharing.arrays, sharing.arrays.pairs(work)
    window = arrays.window(work, late=True)
    room = sharing.room(work, window)
    limits = np.stack([room.minutes, room.custody, room.wish])
    binding = np.array([CODE[Why.MINUTES], CODE[Why.CUSTODY], CODE[Why.WISH]])[limits.argmin(axis=0)]
    codes = np.where(
        limits.min(axis=0) >= _next_bag(sharing, work), CODE[_nothing_left(sharing, work)], binding
    )
    away = ~sharing.reached(window)[arrays.place[arrays.person[pairs]]]
    return np.where(away, CODE[Why.VISIT], codes)


def _next_bag(sharing: Sharing, work: int) -> Ints:
    arrays, pairs = sharing.arrays, sharing.arrays.pairs(work)
    size = np.full(pairs.stop - pairs.start, arrays.size[work])
    if not sharing.misses(work):
        return size
    good = int(arrays.need[work]) - sharing.good[work]
    units = int(arrays.limit[work]) - sharing.units[work]
    return np.minimum(np.minimum(size, units), -(-good // arrays.good[pairs]))


def _nothing_left(sharing: Sharing, work: int) -> Why:
    if not sharing.misses(work):
        return Why.TAKEN
    return Why.STOPPED if sharing.lacks(work) else Why.MATERIAL


def _shortages(problem: Problem, names: Names, sharing: Sharing, codes: list[Ints]) -> Iterable[Shortage]:
    stopped = {turn.work for turn in sharing.open_turns}
    for number, name in enumerate(names.works):
        missing = problem.work(name).pieces - sharing.units[number]
        if missing > 0:
            counts = _counted(codes[number])
            why = _why_short(problem, sharing, number, stopped=number in stopped, counts=counts, name=name)
            yield Shortage(work=name, pieces=missing, why=why, held_back=counts)


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


def _waiting(
    problem: Problem, names: Names, arrays: Arrays, offers: tuple[Offer, ...], codes: list[Ints]
) -> Iterable[Waiting]:
    busy = {offer.person for offer in offers}
    nearest = _nearest(problem, names, arrays, codes)
    for number, name in enumerate(names.people):
        if name not in busy:
            yield Waiting(person=name, why=_why_waiting(problem, name, int(nearest[number])))


def _nearest(problem: Problem, names: Names, arrays: Arrays, codes: list[Ints]) -> Ints:
    nearest = np.full(len(names.people), -1, dtype=np.int64)
    for work, name in enumerate(names.works):
        if problem.work(name).pieces:
            np.maximum.at(nearest, arrays.person[arrays.pairs(work)], codes[work])
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


def _visits(problem: Problem, names: Names, arrays: Arrays, sharing: Sharing) -> tuple[Visit, ...]:
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
