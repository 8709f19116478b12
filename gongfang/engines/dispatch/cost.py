"""What a plan costs: the one number the search lowers, the bench's judge says and the proof bounds.

    sum over works    loss x (good pieces not there in time + good pieces not made at all)
  + sum over people   phi(income)      convex: what is missing of the target, the first half of it dearest
  + sum over people   what phi of their weeks is more than that, where targets fall to weeks (`weeks`)
  + sum over rounds   fee
  + sum over people   further x (works - 1)      what is promised counts as one of them, and costs nothing

The small steps of `Arrays.steps` above the target, lots and urgency only choose between plans of equal
cost; they are no part of it. Money is in 1/1000 毫, goods in 1/1000 piece, as in `Arrays`.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints
from gongfang.engines.dispatch.rule import Sharing
from gongfang.engines.dispatch.weeks import by_week, weeks_of

Floats = NDArray[np.float64]


class Cost(NamedTuple):
    """The terms, in 1/1000 毫."""

    lateness: float
    spread: float
    travel: float
    variety: float = 0.0
    unevenness: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return self.lateness + self.spread + self.travel + self.variety + self.unevenness

    @property
    def hao(self) -> int:
        """All of it in 毫, a part of one counted as a whole one."""
        return int(np.ceil(self.total / 1000))


def losses(arrays: Arrays) -> Floats:
    """What a late good piece of each work costs: as told, but never less than it pays, 1/1000 毫."""
    rate = np.zeros(len(arrays.first))
    work = np.repeat(np.arange(len(rate)), np.diff(arrays.ptr))
    np.maximum.at(rate, work, arrays.worth * 1000 / np.maximum(arrays.good, 1))
    loss: Floats = np.maximum(arrays.loss * 1000.0, rate)
    return loss


def steps_to_target(arrays: Arrays) -> Floats:
    """The steps of phi up to the target: rows of (share of the target, worth of a yuan below it)."""
    steps = np.array(arrays.steps, dtype=np.float64).reshape(-1, 2)
    return steps[steps[:, 0] <= 1]


def spread_of(arrays: Arrays, earned: Ints) -> Floats:
    """Phi of each person."""
    return phi(arrays, target=arrays.target, earned=earned)


def phi(arrays: Arrays, *, target: Ints, earned: Ints) -> Floats:
    """What is missing of each of these targets, the first half of it dearest."""
    total, below = np.zeros(target.shape), 0.0
    for share, worth in steps_to_target(arrays).tolist():
        width = (share - below) * target
        total += worth * np.clip(share * target - earned, 0.0, width)
        below = share
    return total


def earned_by_week(sharing: Sharing) -> Ints:
    """What everybody earns in each week, 1/1000 毫: (n, g)."""
    arrays, held = sharing.arrays, sharing.held()
    earned = by_week(arrays, arrays.earned)
    work, person, end = arrays.work_of(held.pair), arrays.person[held.pair], arrays.buckets - 1
    last = np.where(held.late, end, np.minimum(arrays.last[work], end))
    np.add.at(earned, (person, weeks_of(arrays, person, last)), held.units * arrays.worth[held.pair])
    for one in arrays.promises:
        week = weeks_of(arrays, np.array([one.person]), np.array([one.last]))
        earned[one.person, week] += sum(one.bags) * one.worth
    return earned


def unevenness_of(sharing: Sharing, spread: float) -> float:
    """What phi of all weeks is more than phi of the whole."""
    arrays = sharing.arrays
    if not arrays.week[-1]:
        return 0.0
    weeks = phi(arrays, target=by_week(arrays, arrays.target), earned=earned_by_week(sharing))
    return max(0.0, float(weeks.sum()) - spread)


def lateness_of(arrays: Arrays, *, on_time: Ints, made: Ints) -> Floats:
    """What each work costs that is late or missing."""
    missing = np.maximum(0, arrays.need - on_time) + np.maximum(0, arrays.need - made)
    lateness: Floats = losses(arrays) * missing / 1000
    return lateness


def goods_of(sharing: Sharing) -> tuple[Ints, Ints]:
    """Good pieces of each work, in 1/1000: made in time, and made at all."""
    arrays = sharing.arrays
    made = np.asarray(sharing.good, dtype=np.int64)
    late, held = np.zeros(len(made), dtype=np.int64), sharing.held()
    pair = held.pair[held.late]
    np.add.at(late, arrays.work_of(pair), held.units[held.late] * arrays.good[pair])
    for promise in arrays.promises:
        if promise.last > arrays.last[promise.work]:
            late[promise.work] += sum(promise.bags) * promise.good
    return made - late, made


def cost_of(sharing: Sharing, visits: Flags) -> Cost:
    """What a plan costs that has been shared out so, with these rounds (v, b)."""
    arrays = sharing.arrays
    on_time, made = goods_of(sharing)
    spread = float(spread_of(arrays, np.asarray(sharing.earned, dtype=np.int64)).sum())
    return Cost(
        lateness=float(lateness_of(arrays, on_time=on_time, made=made).sum()),
        spread=spread,
        travel=float(arrays.cost[visits].sum()) * 1000,
        variety=arrays.further * further_works(sharing),
        unevenness=unevenness_of(sharing, spread),
    )


def further_works(sharing: Sharing) -> int:
    """Works beyond each person's first that they have not promised already."""
    arrays = sharing.arrays
    pairs = np.unique(sharing.held().pair)
    works = arrays.work_of(pairs)
    given = set(zip(arrays.person[pairs].tolist(), works.tolist(), strict=True))
    promised = {(one.person, one.work) for one in arrays.promises}
    new = Counter(person for person, _ in given - promised)
    known = {person for person, _ in promised}
    return sum(count - (person not in known) for person, count in new.items())
