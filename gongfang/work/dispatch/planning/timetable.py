"""When each work would be worked at, and how the work is spread, if everybody keeps to the order of due dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from gongfang.engines.dispatch import Offer, Plan, Problem

QUARTERS = 4
PAY_STEP_HAO = 2_000_000  # 200 yuan
PAY_STEPS = 5


def timetable(problem: Problem, plan: Plan) -> dict[str, tuple[int, int]]:
    """Return the first and the last stretch of days in which somebody works at each work.

    Whoever takes up what is due first meets every date there is time for, so that is how they are taken to work.
    """
    spans: dict[str, tuple[int, int]] = {}
    for person, offers in _by_person(plan).items():
        free = [minutes * 60 for minutes in problem.person(person).minutes]
        for offer in sorted(offers, key=lambda one: (one.last, one.first, one.work)):
            first, last = _worked_in(free, offer)
            begun, done = spans.get(offer.work, (first, last))
            spans[offer.work] = (min(begun, first), max(done, last))
    return spans


def _worked_in(free: list[int], offer: Offer) -> tuple[int, int]:
    """Use up the time an offer takes; return the first and the last stretch it takes some of."""
    left, used = offer.seconds, []
    for stretch in range(offer.first, offer.last + 1):
        taken = min(left, free[stretch])
        free[stretch] -= taken
        left -= taken
        if taken:
            used.append(stretch)
        if not left:
            break
    return (used[0], used[-1]) if used and not left else (offer.first, offer.last)


def _by_person(plan: Plan) -> Mapping[str, list[Offer]]:
    by_person: dict[str, list[Offer]] = defaultdict(list)
    for offer in plan.offers:
        by_person[offer.person].append(offer)
    return by_person


def spread(problem: Problem, plan: Plan) -> dict[str, list[int]]:
    """Count people by how much of the time they wished for is filled, and by what the plan brings them; no names.

    hours: nothing, up to a quarter, a half, three quarters, all of it. pay: steps of 200 yuan, the last is open.
    """
    seconds, pay = Counter[str](), Counter[str]()
    for offer in plan.offers:
        seconds[offer.person] += offer.seconds
        pay[offer.person] += offer.pay
    hours, brings = [0] * (QUARTERS + 1), [0] * PAY_STEPS
    for person in problem.people:
        wished = sum(person.minutes) * 60
        filled = -(-seconds[person.id] * QUARTERS // wished) if wished else 0
        hours[min(filled, QUARTERS)] += 1
        brings[min(pay[person.id] // PAY_STEP_HAO, PAY_STEPS - 1)] += 1
    return {"hours": hours, "pay": brings}
