"""How far from the best a plan can be: Lagrangian relaxation of the orders (Held and Karp 1971; Geoffrion 1974; Fisher
1981).

Three rows of every work o tie the county together, and each gets a price:

    good pieces in time + late pieces   >= need       alpha in 0..loss
    good pieces at all  + pieces unmade >= need       beta  in 0..loss
    bags out                            <= material   gamma >= 0

At any such prices the cheapest plan of what remains costs no more than the best plan of all:

    sum (alpha + beta) need - gamma material
      + sum over villages  min over visit patterns  [ fee + sum over its people of what each costs at least ]

where `dual` says what a person costs at least. Further works are left out of the bound, for they cost at least nothing;
and a plan that is worse in nothing else has no more of them, so that what it spares is found in the other terms alone.

The ascent to good prices need not be exact, only its last step need be true: it is what is added up at the end, and
`SAFE` takes off more than all roundings of the additions can have put on (each of fewer than 2**20 in a row errs by at
most 2**-53 of the magnitudes added).

The ascent is incremental: prices take a small step after each person's answer, instead of one large step after all of
them (Nedic and Bertsekas 2001), and their mean over the last passes is what is looked at.
"""

from dataclasses import dataclass

import numpy as np

from gongfang.engines.dispatch.answer import Plan, Proof
from gongfang.engines.dispatch.arrays import Arrays
from gongfang.engines.dispatch.cost import Cost, Floats, cost_of, goods_of, losses, steps_to_target
from gongfang.engines.dispatch.dual import Prices, desk_for
from gongfang.engines.dispatch.problem import Problem
from gongfang.engines.dispatch.relax import YUAN, relaxed
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import Sharing
from gongfang.engines.dispatch.search import Effort
from gongfang.engines.dispatch.standing import Standing
from gongfang.engines.dispatch.undivided import cases_for
from gongfang.engines.dispatch.villages import divided_county, haggle, whole_county


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """How far to climb: passes with divided bags, and how often on the way all patterns are looked at anew; then passes
    with whole bags, how often a person's cases are split in each, and how often at the end.
    """

    passes: int
    looks: int
    whole_passes: int
    splits: int
    last_splits: int


CLIMBS: dict[Effort, Climb] = {
    "fast": Climb(passes=100, looks=5, whole_passes=0, splits=0, last_splits=10),
    "good": Climb(passes=300, looks=15, whole_passes=0, splits=0, last_splits=10),
    "best": Climb(passes=1000, looks=50, whole_passes=60, splits=5, last_splits=1000),
}
MANY, MOST_PATIENT = 6_000, 10  # people; fewer of them are asked so many times as often, whole bags only
# Of what a piece pays, when all that is due is missing: the first step and the last.
DIVIDED_STEPS, WHOLE_STEPS = (0.5, 0.01), (0.03, 0.001)
WHOLE_LOOKS = 4
MEMORY = 0.9
EXACT, QUICK = 12, 3  # tries for each of a person's own prices when the bound is added up, and on the way
SAFE = 1e-9


def prove(problem: Problem, plan: Plan, *, effort: Effort = "good") -> Proof:
    """How much less than this plan any plan could cost; more effort, nearer to the truth."""
    sharing = Standing.of(problem, plan).sharing
    return proof_of(sharing, plan, climb=CLIMBS[effort])


def proof_of(sharing: Sharing, plan: Plan, *, climb: Climb) -> Proof:
    """The proof of what has been shared out: the gap to the bound, said in pieces, travel and income."""
    arrays = sharing.arrays
    cost = cost_of(sharing, needed_visits(arrays, sharing))
    bounded = Cost(cost.lateness, cost.spread, cost.travel).hao
    bound = min(bounded, int(lower_bound(arrays, climb=climb) // 1000))
    gap = bounded - bound
    dearest = steps_to_target(arrays)[:, 1].min(initial=1.0)
    return Proof(
        cost=cost.hao,
        bound=bound,
        late_pieces_fewer=_pieces(sharing, gap),
        travel_less=min(gap, plan.totals.visit_cost),
        income_less=min(int(gap / dearest) + 1, plan.totals.income_gap) if gap else 0,
    )


def _pieces(sharing: Sharing, gap: int) -> int:
    """As many late or missing good pieces as the gap could pay for, the cheapest first."""
    arrays = sharing.arrays
    on_time, made = goods_of(sharing)
    missing = np.maximum(0, arrays.need - on_time) + np.maximum(0, arrays.need - made)
    loss = losses(arrays) / 1000
    pieces, left = 0.0, gap * 1000.0
    for work in np.argsort(loss, kind="stable").tolist():
        spared = missing[work] if not loss[work] else min(missing[work], left / loss[work])
        left -= spared * loss[work]
        pieces += spared / 1000
    return int(np.ceil(pieces))


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """rows: (3, m) what is due of each work. loss: (m) yuan a good piece is worth at most. unit: (3, m) of a price."""

    rows: Floats
    loss: Floats
    unit: Floats


def lower_bound(arrays: Arrays, *, climb: Climb) -> float:
    """What no plan costs less than, in 1/1000 毫."""
    ascent = Ascent(arrays, due_of(arrays), climb)
    highest = ascent.divided()
    for number in range(climb.passes):
        ascent.take_pass(_pace(DIVIDED_STEPS, number / climb.passes), splits=0)
        if (number + 1) % max(1, climb.passes // climb.looks) == 0:
            last = number + 1 == climb.passes
            highest = max(highest, ascent.divided(tries=EXACT if last else QUICK))
    whole_passes = climb.whole_passes * min(MOST_PATIENT, max(1, MANY // max(1, len(arrays.place))))
    for number in range(whole_passes):
        if number % max(1, whole_passes // WHOLE_LOOKS) == 0:
            highest = max(highest, ascent.whole(climb.splits))
        ascent.take_pass(_pace(WHOLE_STEPS, number / whole_passes), splits=climb.splits)
    return max(0.0, highest, ascent.whole(climb.last_splits)) * YUAN


def _pace(steps: tuple[float, float], share: float) -> float:
    first, last = steps
    return float(first * (last / first) ** share)


def due_of(arrays: Arrays) -> Due:
    """What is due beyond the promises, and the scale of its prices."""
    works = len(arrays.first)
    work = np.repeat(np.arange(works), np.diff(arrays.ptr))
    bag_pay, bag_good = np.zeros(works), np.zeros(works)
    np.maximum.at(bag_pay, work, arrays.worth * arrays.size[work] / YUAN)
    np.maximum.at(bag_good, work, arrays.good * arrays.size[work] / 1000)
    rows = np.stack([arrays.need / 1000, arrays.need / 1000, arrays.bags * 1.0])
    units = arrays.limit * 1.0
    for one in arrays.promises:
        good = sum(one.bags) * one.good / 1000
        rows[0, one.work] -= good if one.last <= arrays.last[one.work] else 0
        rows[1, one.work] -= good
        rows[2, one.work] -= len(one.bags)
        units[one.work] -= sum(one.bags)
    rows[2] = np.maximum(0, np.minimum(rows[2], units / arrays.size))
    piece = bag_pay / np.maximum(bag_good, 1e-9)
    return Due(rows=rows, loss=losses(arrays) / YUAN, unit=np.stack([piece, piece, bag_pay]))


class Ascent:
    """Prices on their way up: `prices` as they are now, `mean` as they were lately."""

    def __init__(self, arrays: Arrays, due: Due, climb: Climb) -> None:
        self.county, self.due = relaxed(arrays), due
        self.desk = desk_for(self.county)
        self.cases = cases_for(self.desk, max(climb.splits, climb.last_splits))
        self.chosen = self.county.pattern_ptr[:-1].copy()
        self.costs, self.totals = np.zeros(len(self.county.own)), np.zeros(len(self.county.fee))
        self.chance = np.random.Generator(np.random.PCG64(0))
        # Of each such work a plan may have one bag that is not full.
        self.smaller = int(((arrays.size > 1) & (due.rows[2] > 0)).sum())
        hopeless = (due.rows[2] <= 0) | (np.diff(arrays.ptr) == 0)  # no bag, or nobody to take one
        self.prices = Prices(
            on_time=np.where(hopeless | (arrays.last < 0), due.loss, 0.0),
            made=np.where(hopeless, due.loss, 0.0),
            bag=0.6 * due.unit[2],
        )
        self.mean = np.stack(self.prices)

    def take_pass(self, pace: float, *, splits: int) -> None:
        """Ask everybody once, in an order drawn anew; for whole bags where cases are split."""
        step = pace * self.due.unit / np.maximum(np.abs(self.due.rows), 1.0)
        places, met = self.chance.permutation(len(self.chosen)), np.empty_like(self.mean)
        haggle(
            self.county, self.prices, places, self.chosen, splits,
            self.due.rows, self.due.loss, step, met, self.desk, self.cases,
        )  # fmt: skip
        self.mean = MEMORY * self.mean + (1 - MEMORY) * met

    def divided(self, *, tries: int = EXACT) -> float:
        """The bound with divided bags at the mean prices, yuan; each village's pattern is chosen anew on the way."""
        villages, size = divided_county(
            self.county, self._mean(), tries, self.chosen, self.costs, self.totals, self.desk
        )
        return self._added_up(villages, size)

    def whole(self, splits: int) -> float:
        """The same with whole bags; those who may have a work's one smaller bag, at most so many, may divide theirs."""
        self.divided()
        spread = np.zeros(len(self.county.by_place))
        villages, size = whole_county(
            self.county, self._mean(), splits, self.chosen, self.costs, self.totals, spread, self.desk, self.cases
        )  # fmt: skip
        divided = float(np.sort(spread)[::-1][: self.smaller].sum())
        return self._added_up(villages - divided, size + divided)

    def _mean(self) -> Prices:
        return Prices(*(np.ascontiguousarray(row) for row in self.mean))

    def _added_up(self, villages: float, size: float) -> float:
        """With what the works are worth at the mean prices, on the safe side."""
        worth = self.mean * self.due.rows * np.array([[1.0], [1.0], [-1.0]])
        most = size + float(np.abs(worth).sum()) + len(self.county.by_place)
        return villages + float(worth.sum()) - SAFE * most
