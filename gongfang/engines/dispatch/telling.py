"""Tells a plan again after a few changes: offers that are as they were stay the very same, with their reasons."""

from itertools import compress
from operator import attrgetter

import numpy as np

from gongfang.engines.dispatch.answer import Lateness, Offer, Plan, Totals
from gongfang.engines.dispatch.arrays import Flags, Ints, column
from gongfang.engines.dispatch.explain import granted, place_in_plan, promised, shortages, visits_of, waiting
from gongfang.engines.dispatch.problem import ALL_PASS
from gongfang.engines.dispatch.rule import Held
from gongfang.engines.dispatch.standing import Standing


def told(standing: Standing) -> Plan:
    """The plan as it stands; only what is not as it was is told anew."""
    problem, names, sharing = standing.problem, standing.names, standing.sharing
    return Plan(
        offers=_offers(standing),
        unmade=shortages(problem, names, sharing),
        late=_latenesses(standing),
        waiting=waiting(problem, names, sharing),
        visits=visits_of(problem, names, standing.arrays, sharing),
        totals=totals_of(standing),
    )


def _offers(standing: Standing) -> tuple[Offer, ...]:
    same = _as_they_were(standing)
    laid, sharing = standing.laid, standing.sharing
    laid.lift(np.flatnonzero(laid.here & ~same).tolist(), sharing)
    before = {_identity(offer): offer for offer in compress(laid.offers, (~same).tolist())}
    grants = granted(standing.problem, standing.names, standing.arrays, sharing)
    anew = [before.get(_identity(offer), offer) for offer in grants]
    anew += promised(standing.problem, standing.names, standing.arrays)
    return tuple(sorted([*compress(laid.offers, same.tolist()), *anew], key=place_in_plan))


def _as_they_were(standing: Standing) -> Flags:
    """The offers that stand, and would be told as they were told."""
    laid, arrays = standing.laid, standing.arrays
    if not len(arrays.person):
        return np.zeros(len(laid.offers), dtype=np.bool_)
    pair, work, end = laid.rows.pair, laid.rows.work, arrays.buckets - 1
    last = np.where(laid.late, end, np.minimum(arrays.last[work], end))
    now = {
        "first": arrays.first[work], "last": last, "seconds": laid.held.units * arrays.pace[pair],
        "pay": pay_of(laid.held, arrays.worth), "value": laid.held.value, "late": laid.late,
    }  # fmt: skip
    same = laid.here.copy()
    for name, numbers in now.items():
        same &= numbers == column(laid.offers, attrgetter(name))
    return same


def _identity(offer: Offer) -> tuple[object, ...]:
    return *place_in_plan(offer), offer.seconds, offer.pay, offer.value, offer.late


def pay_of(held: Held, worth: Ints) -> Ints:
    """What is paid for bags, 毫."""
    return held.units * worth[held.pair] // ALL_PASS


def _latenesses(standing: Standing) -> tuple[Lateness, ...]:
    late = _late(standing)
    return tuple(
        Lateness(work=standing.names.works[work], pieces=int(late[work]))
        for work in np.flatnonzero(late).tolist()
    )


def _late(standing: Standing) -> Ints:
    """Pieces of each work that are made, but late."""
    arrays, held = standing.arrays, standing.sharing.held()
    late = np.zeros(len(arrays.first), dtype=np.int64)
    np.add.at(late, arrays.work_of(held.pair[held.late]), held.units[held.late])
    for promise in arrays.promises:
        late[promise.work] += sum(promise.bags) if promise.last > arrays.last[promise.work] else 0
    return late


def totals_of(standing: Standing) -> Totals:
    """The few numbers the plan as it stands is judged by."""
    arrays, sharing, pins = standing.arrays, standing.sharing, standing.arrays.promises
    held, late = sharing.held(), _late(standing)
    unmade = np.maximum(0, arrays.need // ALL_PASS - np.asarray(sharing.units, dtype=np.int64))
    paid = _paid(standing, held)
    open_ = np.maximum(0, (arrays.target - arrays.earned) // ALL_PASS - paid)
    rounds = visits_of(standing.problem, standing.names, arrays, sharing)
    return Totals(
        pieces=sum(sharing.units),
        bags=sum(sharing.bags),
        seconds=int((held.units * arrays.pace[held.pair]).sum())
        + sum(sum(pin.bags) * pin.pace for pin in pins),
        pay=int(paid.sum()),
        late_pieces=int(late.sum()),
        unmade_pieces=int(unmade.sum()),
        late_cost=int((arrays.loss * (late + unmade)).sum()),
        income_gap=int(open_.sum()),
        visit_cost=sum(visit.cost for visit in rounds),
    )


def _paid(standing: Standing, held: Held) -> Ints:
    arrays = standing.arrays
    paid = np.zeros(len(arrays.place), dtype=np.int64)
    np.add.at(paid, arrays.person[held.pair], pay_of(held, arrays.worth))
    for pin in arrays.promises:
        paid[pin.person] += sum(pin.bags) * pin.worth // ALL_PASS
    return paid
