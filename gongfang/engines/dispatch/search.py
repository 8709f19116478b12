"""The search: prices first, then rounds, then annealing; a valid plan at every moment from the first second on.

1. **Prices.** Sweeps over all people at prices whose slope narrows, the multipliers following what is missing
   (`bundle`); in between each village's rounds are chosen at the prices (`visits`).
2. **Material.** What is out above the material on hand goes back, first from those nearest to their target.
3. **Polish.** Annealing over whole bags and turning single visits (`polish`), in rounds that can be stopped between.

Everything follows from the seed and the effort, never from the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Ints
from gongfang.engines.dispatch.bundle import see_visits, sweep, take
from gongfang.engines.dispatch.polish import STEPS_AT_MOST, anneal
from gongfang.engines.dispatch.rule import Observe, Stop
from gongfang.engines.dispatch.tables import Rows, tables_of
from gongfang.engines.dispatch.turning import COLD, Turning, villages
from gongfang.engines.dispatch.visits import choose_visits, close_idle

Effort = Literal["fast", "good", "best"]
EFFORTS: tuple[Effort, ...] = get_args(Effort)

# Share of an order over which its price falls from all to nothing, sweep by sweep; `True`: choose the rounds there.
NARROWING = (
    (0.3, False), (0.2, False), (0.15, False), (0.1, False), (0.08, False), (0.06, False), (0.05, True),
    (0.05, False), (0.04, True), (0.03, True), (0.02, False), (0.01, False),
)  # fmt: skip
LEARNING = 0.5
# A bag that stays with whom an earlier plan offered it to is worth this share of its pay more: a change must pay for
# itself.
FAVOUR = 1.0


@dataclass(frozen=True, slots=True)
class Cooling:
    """One round of polish: tries a person, how hot it starts, tries a person at each turned visit, what it may cost."""

    tries: int
    hot: float
    at_visits: int = 0
    boldness: float = 0.0


ROUNDS: dict[Effort, tuple[Cooling, ...]] = {
    "fast": (Cooling(40, 1.0),),
    "good": (
        Cooling(160, 1.0, 60, 20.0),
        Cooling(300, 2.0, 60, 20.0),
        Cooling(600, 3.0, 60, 15.0),
        Cooling(1000, 3.0),
    ),
    "best": (
        Cooling(160, 1.0, 60, 20.0),
        Cooling(300, 2.0, 60, 20.0),
        *(Cooling(1500, 2.0, 200, 15.0) for _ in range(6)),
        *(Cooling(3000, 3.0, 500, 5.0) for _ in range(10)),
    ),
}


def steps_of(effort: Effort) -> int:
    """How many steps a search takes."""
    return len(NARROWING) + len(ROUNDS[effort])


class Search:
    """One county being planned."""

    def __init__(self, arrays: Arrays, *, seed: int, kept: Mapping[int, int] | None = None) -> None:
        self.tables, self.links, self.rows = tables_of(
            arrays, kept=dict(kept or {}), favour=FAVOUR if kept else 0.0
        )
        t, links = self.tables, self.links
        self.chance = np.random.Generator(np.random.PCG64(seed))
        self.seed = np.array([0x9E3779B97F4A7C15 ^ (seed * 2 + 1)], np.uint64)
        self.able = np.flatnonzero(t.people["end"] > t.people["first"])
        self.places = np.flatnonzero(((links.fee > 0) & np.isfinite(links.fee)).any(axis=1))
        longest = int((t.people["end"] - t.people["first"]).max(initial=1))
        self.desk, self.choice = np.zeros((2, longest)), np.zeros(longest, np.int64)
        self.log = np.empty((STEPS_AT_MOST, 3), np.int64)
        for place in range(len(links.visits)):
            see_visits(t, links.visits, place)
        orders = t.orders
        orders["price_on_time"], orders["price_made"] = 0.3 * orders["loss"], 0.1 * orders["loss"]
        orders["price_bag"] = 0.1 * orders["dear"]

    def run(self, effort: Effort, *, observe: Observe | None = None, stop: Stop | None = None) -> bool:
        """Search as long as the effort says; False if it was stopped before its end."""
        rounds = ROUNDS[effort]
        steps = steps_of(effort)
        plan: tuple[tuple[float, bool] | Cooling, ...] = (*NARROWING, *rounds)
        for done, step in enumerate(plan):
            if stop is not None and stop():
                return self._stopped(done)
            if isinstance(step, Cooling):
                self.polish(step)
            else:
                self.price(*step)
                if done + 1 == len(NARROWING):
                    self.return_material()
            if observe is not None:
                observe(done + 1, steps)
        self.close_idle_visits()
        return True

    def _stopped(self, done: int) -> bool:
        if done < len(NARROWING):
            self.return_material()
        self.close_idle_visits()
        return False

    def close_idle_visits(self) -> None:
        """Close the visits nobody would miss."""
        for place in self.places.tolist():
            close_idle(self.tables, self.links, place)

    def price(self, width: float, rounds: bool) -> None:
        """Ask everybody at prices of this width, choose the rounds if asked to, and let the multipliers follow."""
        orders = self.tables.orders
        orders["slope"] = orders["loss"] / np.maximum(width * orders["need"], orders["pieces"])
        orders["slope_bag"] = 0.5 * orders["dear"] / np.maximum(width * orders["bags"], 1.0)
        if rounds and len(self.places):
            still = self.tables._replace(orders=self._still())  # noqa: SLF001 - a named tuple's own
            places = self.chance.permutation(self.places)
            choose_visits(self.tables, still, self.links, places, self.desk, self.choice)
        sweep(self.tables, self.chance.permutation(self.able), self.desk, self.choice)
        now = self._prices(LEARNING)
        for name, price in now.items():
            orders[name] = price

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
                take(t, pair, late, -bags)

    def polish(self, cooling: Cooling) -> None:
        """Anneal among everybody, then turn visits and anneal around them."""
        if not len(self.able):
            return
        t, links = self.tables, self.links
        tries = cooling.tries * len(self.able)
        anneal(t, links, self.able, 0, len(t.people), self.log, self.seed, cooling.hot, COLD, tries)
        if cooling.at_visits and len(self.places):
            turning = Turning(t, links, seed=self.seed, tries=cooling.at_visits, boldness=cooling.boldness)
            for village in villages(t, links, self.chance.permutation(self.places).tolist()):
                turning.turn_all(village, self.chance)


NEARLY = 1e-9
