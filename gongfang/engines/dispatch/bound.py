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
from gongfang.engines.dispatch.dual import Prices, county_bound, desk_for, haggle
from gongfang.engines.dispatch.problem import Problem
from gongfang.engines.dispatch.relax import YUAN, relaxed
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import Sharing
from gongfang.engines.dispatch.search import EFFORTS, Effort
from gongfang.engines.dispatch.standing import Standing

PASSES: dict[Effort, int] = dict(zip(EFFORTS, (100, 300, 1000), strict=True))
FIRST_STEP, LAST_STEP = 0.5, 0.01  # of what a piece pays, when all that is due is missing
LOOKS = 6  # times on the way that all patterns are looked at anew and the bound added up; the highest counts
MEMORY = 0.9
EXACT = 12  # tries for each of a person's own prices when the bound is added up
SAFE = 1e-9


def prove(problem: Problem, plan: Plan, *, effort: Effort = "good") -> Proof:
    """How much less than this plan any plan could cost; more effort, nearer to the truth."""
    sharing = Standing.of(problem, plan).sharing
    return proof_of(sharing, plan, passes=PASSES[effort])


def proof_of(sharing: Sharing, plan: Plan, *, passes: int) -> Proof:
    """The proof of what has been shared out: the gap to the bound, said in pieces, travel and income."""
    arrays = sharing.arrays
    cost = cost_of(sharing, needed_visits(arrays, sharing))
    bounded = Cost(cost.lateness, cost.spread, cost.travel).hao
    bound = min(bounded, int(lower_bound(arrays, passes=passes) // 1000))
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


def lower_bound(arrays: Arrays, *, passes: int) -> float:
    """What no plan costs less than, in 1/1000 毫."""
    ascent = Ascent(arrays, due_of(arrays))
    highest = ascent.added_up()
    for number in range(passes):
        ascent.take_pass(FIRST_STEP * (LAST_STEP / FIRST_STEP) ** (number / passes))
        if (number + 1) % max(1, passes // LOOKS) == 0:
            highest = max(highest, ascent.added_up())
    return max(0.0, highest * YUAN)


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

    def __init__(self, arrays: Arrays, due: Due) -> None:
        self.county, self.due = relaxed(arrays), due
        self.desk = desk_for(self.county)
        self.chosen = self.county.pattern_ptr[:-1].copy()
        self.chance = np.random.Generator(np.random.PCG64(0))
        hopeless = (due.rows[2] <= 0) | (np.diff(arrays.ptr) == 0)  # no bag, or nobody to take one
        self.prices = Prices(
            on_time=np.where(hopeless | (arrays.last < 0), due.loss, 0.0),
            made=np.where(hopeless, due.loss, 0.0),
            bag=0.6 * due.unit[2],
        )
        self.mean = np.stack(self.prices)

    def take_pass(self, pace: float) -> None:
        """Ask everybody once, in an order drawn anew."""
        step = pace * self.due.unit / np.maximum(np.abs(self.due.rows), 1.0)
        places, met = self.chance.permutation(len(self.chosen)), np.empty_like(self.mean)
        haggle(
            self.county, self.prices, places, self.chosen, self.due.rows, self.due.loss, step, met, self.desk
        )
        self.mean = MEMORY * self.mean + (1 - MEMORY) * met

    def added_up(self) -> float:
        """The bound at the mean prices, yuan, on the safe side; each village's pattern is chosen anew on the way."""
        mean = Prices(*(np.ascontiguousarray(row) for row in self.mean))
        villages, size = county_bound(self.county, mean, EXACT, self.chosen, self.desk)
        works = (mean.on_time * self.due.rows[0], mean.made * self.due.rows[1], -mean.bag * self.due.rows[2])
        size += float(sum(np.abs(part).sum() for part in works))
        return villages + float(sum(part.sum() for part in works)) - SAFE * size
