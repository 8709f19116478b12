"""The search: prices first, then rounds, then annealing; a valid plan at every moment from the first second on.

1. **Prices.** Sweeps over all people at prices whose slope narrows, the multipliers following what is missing
   (`bundle`); in between each village's rounds are chosen at the prices (`visits`).
2. **Material.** What is out above the material on hand goes back, first from those nearest to their target.
3. **Polish.** Annealing over whole bags (`polish`) and turning single visits (`turning`), in rounds that can be stopped
   between.
4. **Exact sub-problems** (`exact`), for the best effort only: some twenty people, or a village and its rounds, a time.

Everything follows from the seed and the effort, never from the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Ints
from gongfang.engines.dispatch.bundle import see_visits, sweep
from gongfang.engines.dispatch.bundle import take as give
from gongfang.engines.dispatch.polish import STEPS_AT_MOST, anneal, give_as_before
from gongfang.engines.dispatch.rule import Observe, Stop
from gongfang.engines.dispatch.tables import AT_ONCE, BIT_BY_BIT, Rows, tables_of, taken_places
from gongfang.engines.dispatch.turning import COLD, Turning, villages
from gongfang.engines.dispatch.visits import choose_visits, close_idle

Effort = Literal["fast", "good", "best"]
EFFORTS: tuple[Effort, ...] = get_args(Effort)

LEARNING = 0.5
FEW_SWEEPS = 1 / 4  # of that share, below which prices take fewer sweeps
LEAST_PLACES = 1 / 3  # that are asked for their rounds at a time
# A bag that stays with whom an earlier plan offered it to is worth this share of its pay more: a change must pay for
# itself.
FAVOUR = 1.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """Ask everybody once; width: share of an order over which its price falls from all to nothing."""

    width: float
    rounds: bool = False  # choose the rounds before


@dataclass(frozen=True, slots=True)
class Cooling:
    """One round of polish: tries a person, how hot it starts, tries a person at each turned visit, what it may cost."""

    tries: int
    hot: float
    at_visits: int = 0
    boldness: float = 0.0
    learning: tuple[float, ...] = AT_ONCE


@dataclass(frozen=True, slots=True)
class Exact:
    """Exact sub-problems: how many groups of people, and how many villages with their rounds."""

    groups: int
    villages: int


Step = Sweep | Cooling | Exact

SHORT = (Sweep(0.3), Sweep(0.15), Sweep(0.08), Sweep(0.05, rounds=True), Sweep(0.03), Sweep(0.01))
LONG = (
    *(Sweep(width) for width in (0.3, 0.2, 0.15, 0.1, 0.08, 0.06)),
    *(Sweep(0.05, rounds=True), Sweep(0.05), Sweep(0.04, rounds=True), Sweep(0.03, rounds=True)),
    *(Sweep(0.02), Sweep(0.01)),
)
MEDIUM = (
    *(Sweep(0.3), Sweep(0.15), Sweep(0.08)),
    *(Sweep(0.05, rounds=True), Sweep(0.04, rounds=True), Sweep(0.03, rounds=True), Sweep(0.01)),
)
WARM_UP = Cooling(100, 0.5, 60, 20.0, BIT_BY_BIT), Cooling(200, 1.0, 60, 20.0, BIT_BY_BIT)
STEPS: dict[Effort, tuple[Step, ...]] = {
    "fast": (*SHORT, Cooling(28, 0.5)),
    "good": (*LONG, *WARM_UP, Cooling(500, 3.0)),
    "best": (
        *LONG,
        *WARM_UP,
        *(Cooling(1000, 3.0, 200, 15.0, BIT_BY_BIT), Cooling(1000, 3.0, 200, 10.0, BIT_BY_BIT)),
        *(Cooling(2000, 4.0, 200, 5.0), Cooling(2000, 4.0)),
        *(Exact(3, 1) for _ in range(100)),
    ),
}
# Where two people had better exchange all they hold, each bag alone makes it worse: only great heat gets over that.
GREAT_HEAT = Cooling(200, 30.0, 200, 100.0), Cooling(500, 100.0, 200, 30.0)
ONCE_MORE = Cooling(200, 1.0, 60, 20.0), Cooling(500, 3.0), *GREAT_HEAT
SMALL = 3000  # pairs: a small county is looked at well, however much haste there is
FEW_TRIES = 2000
# In a larger county each person is looked at less, so that the whole takes no longer than reading and pricing do.
MANY = 20_000
BREATH = 300_000  # tries between two looks whether to stop


class Search:
    """One county being planned."""

    def __init__(self, arrays: Arrays, *, seed: int, kept: Mapping[int, int] | None = None) -> None:
        self.tables, self.links, self.rows = tables_of(
            arrays, kept=dict(kept or {}), favour=FAVOUR if kept else 0.0
        )
        t, links = self.tables, self.links
        self.warm = bool(kept)
        self.chance = np.random.Generator(np.random.PCG64(seed))
        self.seed = np.array([0x9E3779B97F4A7C15 ^ (seed * 2 + 1)], np.uint64)
        self.able = np.flatnonzero(t.people["end"] > t.people["first"])
        # of the time a person gets in a smaller county
        self.share = min(1.0, (MANY / max(1, len(self.able))) ** 2)
        self.places = np.flatnonzero(((links.fee > 0) & np.isfinite(links.fee)).any(axis=1))
        longest = int((t.people["end"] - t.people["first"]).max(initial=1))
        self.desk, self.choice = np.zeros((3, longest)), np.zeros(longest, np.int64)
        self.log = np.empty((STEPS_AT_MOST, 3), np.int64)
        self.cost, self.least = 0.0, np.inf  # what it costs more than before the polish, now and at best
        self.best: tuple[Rows, ...] = ()
        for place in range(len(links.visits)):
            see_visits(t, links.visits, place)
        orders = t.orders
        orders["price_on_time"], orders["price_made"] = 0.3 * orders["loss"], 0.1 * orders["loss"]
        orders["price_bag"] = 0.1 * orders["dear"]

    def steps(self, effort: Effort) -> tuple[Step, ...]:
        """The steps of a search; one that starts from an earlier plan needs no prices."""
        steps = STEPS["good" if effort == "fast" and len(self.rows) <= SMALL else effort]
        if len(self.rows) <= SMALL:
            steps += ONCE_MORE
        if self.share < FEW_SWEEPS and steps[: len(LONG)] == LONG:
            steps = MEDIUM + steps[len(LONG) :]
        return tuple(step for step in steps if not (self.warm and isinstance(step, Sweep)))

    def run(self, effort: Effort, *, observe: Observe | None = None, stop: Stop | None = None) -> bool:
        """Search as long as the effort says; False if it was stopped before its end."""
        stop = stop or _never
        steps = self.steps(effort)
        if self.warm:
            give_as_before(self.tables)
            self.close_idle_visits()
        for done, step in enumerate(steps):
            if stop():
                break
            self.take(step, stop)
            if observe is not None:
                observe(done + 1, len(steps))
        self.finish()
        return not stop()

    def take(self, step: Step, stop: Stop) -> None:
        """Take one step, or a part of it if stopped within."""
        if isinstance(step, Sweep):
            self.price(step)
        elif isinstance(step, Cooling):
            self.return_material()
            self.learn(step.learning)
            self.polish(step, stop)
        else:
            self.solve(step)

    def finish(self) -> None:
        """Go back to the best that was found, and close the visits nobody would miss."""
        self.return_material()
        self.learn(AT_ONCE)
        self.remember()
        self.go_back_to_best()
        self.close_idle_visits()

    def close_idle_visits(self) -> None:
        """Close the visits nobody would miss."""
        for place in self.places.tolist():
            close_idle(self.tables, self.links, place)

    def price(self, step: Sweep) -> None:
        """Ask everybody at prices of this width, choose the rounds if asked to, and let the multipliers follow."""
        orders = self.tables.orders
        orders["slope"] = orders["loss"] / np.maximum(step.width * orders["need"], orders["pieces"])
        orders["slope_bag"] = 0.5 * orders["dear"] / np.maximum(step.width * orders["bags"], 1.0)
        if step.rounds and len(self.places):
            still = self.tables._replace(orders=self._still())  # noqa: SLF001 - a named tuple's own
            places = self.some_places()
            choose_visits(self.tables, still, self.links, places, self.desk, self.choice)
        sweep(self.tables, self.chance.permutation(self.able), self.desk, self.choice)
        now = self._prices(LEARNING)
        for name, price in now.items():
            orders[name] = price

    def some_places(self) -> Ints:
        """All places rounds can go to, in a new order; in a very large county some of them."""
        places = self.chance.permutation(self.places)
        return places[: round(len(places) * max(self.share, LEAST_PLACES))]

    def _prices(self, share: float) -> dict[str, Ints]:
        """The prices with a share of their slope times what is missing."""
        o = self.tables.orders
        lacking = share * o["slope"]
        return {
            "price_on_time": np.clip(o["price_on_time"] + lacking * (o["need"] - o["on_time"]), 0, o["loss"]),
            "price_made": np.clip(o["price_made"] + lacking * (o["need"] - o["made"]), 0, o["loss"]),
            "price_bag": np.clip(
                o["price_bag"] + share * o["slope_bag"] * (o["out"] - o["bags"]), 0, o["dear"]
            ),
        }

    def _still(self) -> Rows:
        orders = self.tables.orders.copy()
        for name, price in self._prices(1.0).items():
            orders[name] = price
        orders["slope"] = orders["slope_bag"] = 0
        return orders

    def learn(self, learning: tuple[float, ...]) -> None:
        """Count a further work all at once, or bag by bag, from the best on that was found counting otherwise."""
        t = self.tables
        if not t.people["further"].any() or np.array_equal(t.learning, learning):
            return
        self.go_back_to_best()
        bags = np.minimum(t.pairs["soon"] + t.pairs["late"], len(learning) - 1)
        new = (bags > 0) & (t.pairs["known"] == 0)
        more = np.array(learning)[bags[new]] - t.learning[bags[new]]
        self.cost -= self._variety()
        np.add.at(t.people["works"], t.pairs["person"][new], more)
        self.cost += self._variety()
        t.learning[:] = learning
        self.least, self.best = np.inf, ()

    def _variety(self) -> float:
        people = self.tables.people
        return float((people["further"] * np.maximum(0.0, people["works"] - 1)).sum())

    def return_material(self) -> None:
        """Take back bags above the material on hand or the need, first from those nearest to their target."""
        t, links = self.tables, self.links
        weeks = t.income.shape[1] // 3
        earned, target = t.income[:, :weeks].sum(axis=1), t.income[:, weeks : 2 * weeks].sum(axis=1)
        full = (earned + NEARLY) / (target + NEARLY)
        above = (t.orders["out"] > t.orders["bags"]) | (t.orders["made"] > t.orders["most"])
        for order in np.flatnonzero(above).tolist():
            pairs = links.by_order[links.order_ptr[order] : links.order_ptr[order + 1]]
            held = pairs[(t.pairs["soon"][pairs] + t.pairs["late"][pairs]) > 0]
            for pair in held[np.argsort(-full[t.pairs["person"][held]], kind="stable")].tolist():
                self._return(order, pair)

    def _return(self, order: int, pair: int) -> None:
        t = self.tables
        for late, column in ((1, "late"), (0, "soon")):
            out = t.orders["out"][order] - t.orders["bags"][order]
            beyond = (t.orders["made"][order] - t.orders["most"][order]) / t.pairs["good"][pair]
            bags = min(int(max(np.ceil(out), np.floor(beyond))), int(t.pairs[column][pair]))
            if bags > 0:
                give(t, pair, late, -bags)

    def polish(self, cooling: Cooling, stop: Stop) -> None:
        """Anneal among everybody, then turn visits and anneal around them; the best so far is remembered."""
        if not len(self.able):
            return
        self.anneal(cooling, stop)
        self.remember()
        if cooling.at_visits and len(self.places):
            self.turn_visits(cooling, stop)
            self.remember()

    def anneal(self, cooling: Cooling, stop: Stop) -> None:
        """Anneal among everybody, with a breath now and then to see whether to stop."""
        t, tries = self.tables, max(int(cooling.tries * self.share * len(self.able)), FEW_TRIES)
        breaths = -(-tries // BREATH)
        hot = max(cooling.hot, 0.5 * float(t.people["further"].max(initial=0.0)))
        heats = (hot * (COLD / hot) ** (np.arange(breaths + 1) / breaths)).tolist()
        for hot, cold in pairwise(heats):
            if stop():
                return
            everybody = self.able, 0, len(t.people)
            self.cost += anneal(t, self.links, *everybody, self.log, self.seed, hot, cold, tries // breaths)

    def turn_visits(self, cooling: Cooling, stop: Stop) -> None:
        """Turn all visits over, village by village."""
        t, links = self.tables, self.links
        turning = Turning(t, links, seed=self.seed, tries=cooling.at_visits, boldness=cooling.boldness)
        places = self.chance.permutation(self.places)
        for village in villages(t, links, places[: round(len(places) * self.share)].tolist()):
            if stop():
                return
            self.cost += turning.turn_all(village, self.chance)

    def remember(self) -> None:
        """Remember what is shared out if it is the best so far."""
        if self.cost < self.least - NEARLY:
            self.least = self.cost
            self.best = tuple(table.copy() for table in self._state())

    def go_back_to_best(self) -> None:
        """Share out again as it was at the best moment."""
        if self.cost <= self.least + NEARLY:
            return
        for table, copy in zip(self._state(), self.best, strict=True):
            table[:] = copy
        for place in range(len(self.links.visits)):
            see_visits(self.tables, self.links.visits, place)
        self.cost = self.least

    def _state(self) -> tuple[Rows, ...]:
        t = self.tables
        bags = t.pairs["soon"], t.pairs["late"]
        return (*bags, t.people, t.orders, t.slack, t.income, self.links.visits, *taken_places(t))

    def solve(self, exact: Exact) -> None:
        """Free a few people at a time, and villages with their rounds, and share out anew to optimality."""
        # Brought for the best effort only: it cannot live in one process with OR-Tools, which has a HiGHS of its own.
        from gongfang.engines.dispatch.exact import MOST_IN_VILLAGE, Freed, neighbours

        self.go_back_to_best()
        t, links = self.tables, self.links
        for _ in range(exact.groups if len(self.able) else 0):
            self.cost -= Freed(t, links, neighbours(t, links, self.chance, self.able)).improve()
        for _ in range(exact.villages if len(self.places) else 0):
            (village,) = villages(t, links, [int(self.chance.choice(self.places))])
            if 0 < len(village.able) <= MOST_IN_VILLAGE:
                self.cost -= Freed(t, links, village.able, village=village.place).improve()


NEARLY = 1e-9


def _never() -> bool:
    return False
